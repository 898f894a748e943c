//! Cron jobs.
//!
//! Upstream: `pkg/apis/batch/v1/defaults.go`, `pkg/apis/batch/validation/validation.go ValidateCronJob`.

use podground_api::object::{array_at, at, bool_at, name, str_at};
use podground_api::{Value, json};

use super::job;
use crate::apiserver::field::{Errors, Path};
use crate::resource::{AGE, NAME, Resource, RowContext, Strategy, column, integer, wide};
use crate::resources::core::pod::defaults::{absent, child, template};
use crate::resources::core::pod::validation::nonnegative;
use crate::resources::workload::{self};
use crate::resources::{age_cell, containers_cells, name_cell, selector_cell, since};

/// `cronjobs` of `batch`.
pub static CRON_JOB: Resource = Resource {
    short_names: &["cj"],
    categories: &["all"],
    subresources: &["status"],
    strategy: Strategy {
        default,
        prepare_create: |_, object| workload::new_status(object, json!({})),
        validate,
        validate_update: |new, _, errors| validate(new, errors),
        generation: true,
        ..Strategy::GENERIC
    },
    columns: &[
        NAME,
        column("Schedule"),
        column("Timezone"),
        column("Suspend"),
        integer("Active"),
        column("Last Schedule"),
        AGE,
        wide("Containers"),
        wide("Images"),
        wide("Selector"),
    ],
    row,
    ..Resource::namespaced("batch", "v1", "CronJob").named("cronjobs", "cronjob", "cronjobs.batch")
};

fn default(object: &mut Value) {
    let Some(cron_job) = object.as_object_mut() else { return };
    let Some(spec) = child(cron_job, "spec") else { return };
    absent(spec, "concurrencyPolicy", "Allow");
    absent(spec, "suspend", false);
    absent(spec, "successfulJobsHistoryLimit", 3);
    absent(spec, "failedJobsHistoryLimit", 1);
    absent(spec, "schedule", "");
    let Some(job_template) = child(spec, "jobTemplate") else { return };
    absent(job_template, "metadata", json!({}));
    if let Some(job_spec) = child(job_template, "spec") {
        template(job_spec);
    }
}

fn validate(object: &Value, errors: &mut Errors) {
    let spec = Path::new("spec");
    // Jobs are called `name-timestamp`.
    if name(object).len() > 52 {
        let sentence = "must be no more than 52 characters";
        errors.invalid(&Path::new("metadata").child("name"), name(object), sentence);
    }
    schedule(str_at(object, "/spec/schedule"), &spec.child("schedule"), errors);
    nonnegative(at(object, "/spec"), "startingDeadlineSeconds", &spec, errors);
    let policy = str_at(object, "/spec/concurrencyPolicy");
    if !["Allow", "Forbid", "Replace"].contains(&policy) {
        errors.not_supported(&spec.child("concurrencyPolicy"), policy, &["Allow", "Forbid", "Replace"]);
    }
    let job_template = spec.child("jobTemplate");
    let job_spec = job_template.child("spec");
    if !at(object, "/spec/jobTemplate/spec/selector").is_null() {
        let sentence = "`selector` will be auto-generated";
        errors.invalid(
            &job_spec.child("selector"),
            at(object, "/spec/jobTemplate/spec/selector").clone(),
            sentence,
        );
    }
    job::validate_spec(at(object, "/spec/jobTemplate/spec"), &job_spec, false, errors);
    for field in ["successfulJobsHistoryLimit", "failedJobsHistoryLimit"] {
        nonnegative(at(object, "/spec"), field, &spec, errors);
    }
}

/// What is wrong with a schedule, in the words of the library that upstream reads it with.
///
/// Upstream: `github.com/robfig/cron/v3/parser.go ParseStandard`.
fn schedule(text: &str, path: &Path<'_>, errors: &mut Errors) {
    if text.is_empty() {
        errors.required(path, "");
        return;
    }
    if let Some(sentence) = schedule_error(text) {
        errors.invalid(path, text, sentence);
    }
}

fn schedule_error(text: &str) -> Option<String> {
    if text.starts_with("TZ=") || text.starts_with("CRON_TZ=") {
        return Some("cannot use TZ or CRON_TZ in schedule, use timeZone field instead".to_owned());
    }
    if let Some(descriptor) = text.strip_prefix('@') {
        let known = ["yearly", "annually", "monthly", "weekly", "daily", "midnight", "hourly"];
        if known.contains(&descriptor) {
            return None;
        }
        if let Some(interval) = descriptor.strip_prefix("every ") {
            let readable = podground_api::duration::parse_go(interval).is_some();
            return (!readable)
                .then(|| format!("failed to parse duration {text}: time: invalid duration {interval:?}"));
        }
        return Some(format!("unrecognized descriptor: {text}"));
    }
    let fields: Vec<&str> = text.split_whitespace().collect();
    if fields.len() != 5 {
        return Some(format!("expected exactly 5 fields, found {}: [{}]", fields.len(), fields.join(" ")));
    }
    let bounds = [(0, 59, ""), (0, 23, ""), (1, 31, ""), (1, 12, MONTHS), (0, 6, DAYS)];
    fields
        .iter()
        .zip(bounds)
        .find_map(|(field, bounds)| field.split(',').find_map(|part| range_error(part, bounds)))
}

const MONTHS: &str = "jan feb mar apr may jun jul aug sep oct nov dec";
const DAYS: &str = "sun mon tue wed thu fri sat";

/// What is wrong with one range of a field: `*/5`, `1-3`, `mon`.
fn range_error(text: &str, (min, max, names): (i64, i64, &str)) -> Option<String> {
    let number = |part: &str| -> Result<i64, String> {
        let named = names.split(' ').position(|name| !name.is_empty() && name.eq_ignore_ascii_case(part));
        if let Some(position) = named {
            return Ok(position as i64 + min);
        }
        match part.parse::<i64>() {
            Ok(number) if number < 0 => Err(format!("negative number ({number}) not allowed: {part}")),
            Ok(number) => Ok(number),
            Err(_) => Err(format!(
                "failed to parse int from {part}: strconv.Atoi: parsing {part:?}: invalid syntax"
            )),
        }
    };
    let check = || -> Result<(), String> {
        let parts: Vec<&str> = text.split('/').collect();
        let (range, step) = match parts.as_slice() {
            [range] => (*range, None),
            [range, step] => (*range, Some(*step)),
            _ => return Err(format!("too many slashes: {text}")),
        };
        let ends: Vec<&str> = range.split('-').collect();
        let (start, end) = match ends.as_slice() {
            ["*" | "?"] => (min, max),
            [one] => {
                let start = number(one)?;
                (start, if step.is_some() { max } else { start })
            }
            [start, end] => (number(start)?, number(end)?),
            _ => return Err(format!("too many hyphens: {text}")),
        };
        let step = step.map_or(Ok(1), number)?;
        if start < min {
            return Err(format!("beginning of range ({start}) below minimum ({min}): {text}"));
        }
        if end > max {
            return Err(format!("end of range ({end}) above maximum ({max}): {text}"));
        }
        if start > end {
            return Err(format!("beginning of range ({start}) beyond end of range ({end}): {text}"));
        }
        if step == 0 {
            return Err(format!("step of range should be a positive number: {text}"));
        }
        Ok(())
    };
    check().err()
}

fn row(object: &Value, cx: &RowContext) -> Vec<Value> {
    let last = str_at(object, "/status/lastScheduleTime");
    let last = if last.is_empty() { "<none>".to_owned() } else { since(last, cx.now) };
    let zone = str_at(object, "/spec/timeZone");
    let [containers, images] = containers_cells(at(object, "/spec/jobTemplate/spec/template/spec"));
    vec![
        name_cell(object),
        str_at(object, "/spec/schedule").into(),
        if zone.is_empty() { "<none>".into() } else { zone.into() },
        if bool_at(object, "/spec/suspend") { "True".into() } else { "False".into() },
        array_at(object, "/status/active").len().into(),
        last.into(),
        age_cell(object, cx),
        containers,
        images,
        selector_cell(at(object, "/spec/jobTemplate/spec/selector")),
    ]
}
