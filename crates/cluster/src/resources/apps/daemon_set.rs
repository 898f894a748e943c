//! Daemon sets.
//!
//! Upstream: `pkg/apis/apps/validation/validation.go ValidateDaemonSet`, `pkg/registry/apps/daemonset/strategy.go`.

use podground_api::object::{at, set_at, str_at};
use podground_api::{Value, json};

use crate::apiserver::field::{Errors, Path};
use crate::resource::{AGE, NAME, Resource, Strategy, column, integer, wide};
use crate::resources::core::pod::defaults::{absent, child};
use crate::resources::workload::{self, int_or_percent, is_zero, nonnegatives, number};
use crate::resources::{age_cell, containers_cells, labels_cell, name_cell, selector_cell};

/// The annotation that counts the versions of the template.
const GENERATION: &str = "/metadata/annotations/deprecated.daemonset.template.generation";

/// `daemonsets` of `apps`.
pub static DAEMON_SET: Resource = Resource {
    short_names: &["ds"],
    categories: &["all"],
    subresources: &["status"],
    strategy: Strategy {
        default,
        prepare_create: |_, object| {
            set_at(object, GENERATION, "1".into());
            let status = json!({
                "currentNumberScheduled": 0, "desiredNumberScheduled": 0, "numberMisscheduled": 0, "numberReady": 0,
            });
            workload::new_status(object, status);
        },
        prepare_update: |_, object, old| {
            let generation = str_at(old, GENERATION).parse::<i64>().unwrap_or(1);
            let changed = at(object, "/spec/template") != at(old, "/spec/template");
            set_at(object, GENERATION, (generation + i64::from(changed)).to_string().into());
        },
        validate,
        validate_update,
        warnings: workload::template_warnings,
        generation: true,
        ..Strategy::GENERIC
    },
    columns: &[
        NAME,
        integer("Desired"),
        integer("Current"),
        integer("Ready"),
        integer("Up-to-date"),
        integer("Available"),
        column("Node Selector"),
        AGE,
        wide("Containers"),
        wide("Images"),
        wide("Selector"),
    ],
    row: |object, cx| {
        let [containers, images] = containers_cells(at(object, "/spec/template/spec"));
        vec![
            name_cell(object),
            number(object, "/status/desiredNumberScheduled"),
            number(object, "/status/currentNumberScheduled"),
            number(object, "/status/numberReady"),
            number(object, "/status/updatedNumberScheduled"),
            number(object, "/status/numberAvailable"),
            labels_cell(at(object, "/spec/template/spec/nodeSelector")),
            age_cell(object, cx),
            containers,
            images,
            selector_cell(at(object, "/spec/selector")),
        ]
    },
    ..Resource::namespaced("apps", "v1", "DaemonSet").named("daemonsets", "daemonset", "daemonsets.apps")
};

fn default(object: &mut Value) {
    let Some(spec) = workload::defaults(object, false) else { return };
    absent(spec, "revisionHistoryLimit", 10);
    if let Some(strategy) = child(spec, "updateStrategy") {
        absent(strategy, "type", "RollingUpdate");
        workload::rolling_update(strategy, &[("maxUnavailable", 1.into()), ("maxSurge", 0.into())]);
    }
}

fn validate(object: &Value, errors: &mut Errors) {
    workload::selector_and_template(object, "daemonset", |_| {}, errors);
    nonnegatives(object, &["minReadySeconds"], errors);
    let spec = Path::new("spec");
    let strategy = at(object, "/spec/updateStrategy");
    let path = spec.child("updateStrategy");
    match str_at(strategy, "/type") {
        "OnDelete" => {}
        "RollingUpdate" => {
            let path = path.child("rollingUpdate");
            let (unavailable, surge) =
                (at(strategy, "/rollingUpdate/maxUnavailable"), at(strategy, "/rollingUpdate/maxSurge"));
            int_or_percent(unavailable, &path.child("maxUnavailable"), errors);
            int_or_percent(surge, &path.child("maxSurge"), errors);
            if is_zero(unavailable) && is_zero(surge) {
                errors.required(&path.child("maxUnavailable"), "cannot be 0 when maxSurge is 0");
            } else if !is_zero(unavailable) && !is_zero(surge) {
                let sentence = "may not be set when maxUnavailable is non-zero";
                errors.invalid(&path.child("maxSurge"), surge.clone(), sentence);
            }
        }
        other => errors.not_supported(&path.child("type"), other, &["RollingUpdate", "OnDelete"]),
    }
    nonnegatives(object, &["revisionHistoryLimit"], errors);
}

fn validate_update(new: &Value, old: &Value, errors: &mut Errors) {
    validate(new, errors);
    workload::immutable(new, old, "selector", errors);
}
