//! Jobs.
//!
//! Upstream: `pkg/apis/batch/v1/defaults.go`, `pkg/apis/batch/validation/validation.go ValidateJob`,
//! `pkg/registry/batch/job/strategy.go`.

use std::time::Duration;

use podground_api::object::{array_at, at, bool_at, i64_at, is_deleting, name, set_at, str_at, uid};
use podground_api::{Selector, Value, duration, json};
use podground_sim::Time;

use crate::apiserver::context::Context;
use crate::apiserver::field::{Errors, Path};
use crate::resource::{AGE, NAME, Resource, RowContext, SelectableField, Strategy, column, wide};
use crate::resources::core::pod::defaults::{absent, child, template};
use crate::resources::core::pod::validation::{nonnegative, validate_template};
use crate::resources::workload;
use crate::resources::{age_cell, containers_cells, name_cell, selector_cell};

/// `jobs` of `batch`.
pub static JOB: Resource = Resource {
    categories: &["all"],
    subresources: &["status"],
    strategy: Strategy {
        default,
        prepare_create,
        validate,
        validate_update,
        warnings: workload::controller_warnings,
        generation: true,
        fields: &[SelectableField { label: "status.successful", pointer: "/status/succeeded", absent: "0" }],
        ..Strategy::GENERIC
    },
    columns: &[
        NAME,
        column("Status"),
        column("Completions"),
        column("Duration"),
        AGE,
        wide("Containers"),
        wide("Images"),
        wide("Selector"),
    ],
    row,
    ..Resource::namespaced("batch", "v1", "Job").named("jobs", "job", "jobs.batch")
};

fn default(object: &mut Value) {
    let Some(job) = object.as_object_mut() else { return };
    let Some(spec) = child(job, "spec") else { return };
    if spec.get("completions").is_none() && spec.get("parallelism").is_none() {
        absent(spec, "completions", 1);
    }
    absent(spec, "parallelism", 1);
    let indexed_limit = spec.get("backoffLimitPerIndex").is_some();
    absent(spec, "backoffLimit", if indexed_limit { i64::from(i32::MAX) } else { 6 });
    absent(spec, "completionMode", "NonIndexed");
    absent(spec, "suspend", false);
    absent(spec, "manualSelector", false);
    let policy = spec.get("podFailurePolicy").is_some();
    absent(spec, "podReplacementPolicy", if policy { "Failed" } else { "TerminatingOrFailed" });
    template(spec);
    if let Some(policy) = spec.get_mut("podFailurePolicy").and_then(Value::as_object_mut) {
        for rule in crate::resources::core::pod::defaults::items(policy, "rules") {
            for condition in crate::resources::core::pod::defaults::items(rule, "onPodConditions") {
                absent(condition, "status", "True");
            }
        }
    }
}

/// Gives the job a selector of its own.
fn prepare_create(_cx: &Context, job: &mut Value) {
    workload::new_status(job, json!({}));
    if bool_at(job, "/spec/manualSelector") {
        return;
    }
    let (uid, name) = (uid(job).to_owned(), name(job).to_owned());
    let labels = "/spec/template/metadata/labels";
    if at(job, labels).is_null() {
        set_at(job, labels, json!({}));
    }
    let values = [
        ("batch.kubernetes.io~1controller-uid", &uid),
        ("batch.kubernetes.io~1job-name", &name),
        ("controller-uid", &uid),
        ("job-name", &name),
    ];
    for (key, value) in values {
        set_at(job, &format!("{labels}/{key}"), value.as_str().into());
    }
    set_at(job, "/spec/selector/matchLabels/batch.kubernetes.io~1controller-uid", uid.into());
    // A job without labels takes its template's.
    if at(job, "/metadata/labels").as_object().is_none_or(podground_api::Map::is_empty) {
        let labels = at(job, labels).clone();
        set_at(job, "/metadata/labels", labels);
    }
}

fn validate(job: &Value, errors: &mut Errors) {
    validate_spec(at(job, "/spec"), &Path::new("spec"), true, errors);
    let spec = Path::new("spec");
    if str_at(job, "/spec/completionMode") == "Indexed" {
        if let Some(completions) = i64_at(job, "/spec/completions").filter(|completions| *completions > 0) {
            let longest = format!("{}-{}", name(job), completions - 1);
            for sentence in podground_api::validation::dns1123_label(&longest) {
                let sentence =
                    format!("will not able to create pod with invalid DNS label: {longest}: {sentence}");
                errors.invalid(&Path::new("metadata").child("name"), name(job), sentence);
            }
        } else {
            errors.required(&spec.child("completions"), "when completion mode is Indexed");
        }
    }
}

/// Upstream: `validateJobSpec`
pub(super) fn validate_spec(spec: &Value, path: &Path<'_>, has_selector: bool, errors: &mut Errors) {
    if has_selector && at(spec, "/selector").is_null() {
        errors.required(&path.child("selector"), "");
    }
    for field in [
        "parallelism",
        "completions",
        "activeDeadlineSeconds",
        "backoffLimit",
        "ttlSecondsAfterFinished",
        "backoffLimitPerIndex",
        "maxFailedIndexes",
    ] {
        nonnegative(spec, field, path, errors);
    }
    let mode = str_at(spec, "/completionMode");
    if !mode.is_empty() && !["Indexed", "NonIndexed"].contains(&mode) {
        errors.not_supported(&path.child("completionMode"), mode, &["Indexed", "NonIndexed"]);
    }
    let template_path = path.child("template");
    let selector = Selector::from_label_selector(at(spec, "/selector")).unwrap_or_default();
    validate_template(at(spec, "/template"), &selector, &[], &template_path, errors);
    let policy = str_at(spec, "/template/spec/restartPolicy");
    let template_spec = template_path.child("spec");
    let policy_path = template_spec.child("restartPolicy");
    if policy == "Always" {
        errors.required(&policy_path, "valid values: \"OnFailure\", \"Never\"");
    } else if !["OnFailure", "Never"].contains(&policy) {
        errors.not_supported(&policy_path, policy, &["Never", "OnFailure"]);
    }
    if !at(spec, "/podFailurePolicy").is_null() && policy != "Never" {
        let sentence = "only \"Never\" is supported when podFailurePolicy is specified";
        errors.invalid(&policy_path, policy, sentence);
    }
}

fn validate_update(new: &Value, old: &Value, errors: &mut Errors) {
    validate(new, errors);
    let spec = Path::new("spec");
    let suspended = bool_at(old, "/spec/suspend");
    for field in
        ["completions", "selector", "template", "completionMode", "podFailurePolicy", "backoffLimitPerIndex"]
    {
        let pointer = format!("/spec/{field}");
        let (value, before) = (at(new, &pointer), at(old, &pointer));
        if value == before {
            continue;
        }
        let elastic = field == "completions"
            && str_at(new, "/spec/completionMode") == "Indexed"
            && at(new, "/spec/completions") == at(new, "/spec/parallelism");
        let may = field == "template" && suspended && i64_at(old, "/status/active").unwrap_or(0) == 0;
        if !elastic && !may {
            errors.invalid(&spec.child(field), value.clone(), "field is immutable");
        }
    }
}

fn row(job: &Value, cx: &RowContext) -> Vec<Value> {
    let succeeded = i64_at(job, "/status/succeeded").unwrap_or(0);
    let parallelism = i64_at(job, "/spec/parallelism").unwrap_or(0);
    let completions = match i64_at(job, "/spec/completions") {
        Some(completions) => format!("{succeeded}/{completions}"),
        None if parallelism > 1 => format!("{succeeded}/1 of {parallelism}"),
        None => format!("{succeeded}/1"),
    };
    let start = Time::parse_rfc3339(str_at(job, "/status/startTime"));
    let end = Time::parse_rfc3339(str_at(job, "/status/completionTime"));
    let took = match (start, end) {
        (None, _) => String::new(),
        (Some(start), None) => crate::resources::age(start, cx.now),
        (Some(start), Some(end)) => duration::human(Duration::from_secs(end.since(start).as_secs())),
    };
    let [containers, images] = containers_cells(at(job, "/spec/template/spec"));
    vec![
        name_cell(job),
        status(job).into(),
        completions.into(),
        took.into(),
        age_cell(job, cx),
        containers,
        images,
        selector_cell(at(job, "/spec/selector")),
    ]
}

fn status(job: &Value) -> &'static str {
    let is = |kind: &str| {
        array_at(job, "/status/conditions")
            .iter()
            .any(|condition| str_at(condition, "/type") == kind && str_at(condition, "/status") == "True")
    };
    if is("Complete") {
        "Complete"
    } else if is("Failed") {
        "Failed"
    } else if is_deleting(job) {
        "Terminating"
    } else if is("Suspended") {
        "Suspended"
    } else if is("FailureTarget") {
        "FailureTarget"
    } else if is("SuccessCriteriaMet") {
        "SuccessCriteriaMet"
    } else {
        "Running"
    }
}
