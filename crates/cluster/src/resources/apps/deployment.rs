//! Deployments.
//!
//! Upstream: `pkg/apis/apps/v1/defaults.go`, `pkg/apis/apps/validation/validation.go ValidateDeployment`,
//! `pkg/registry/apps/deployment/strategy.go`.

use podground_api::object::{at, i64_at, str_at};
use podground_api::{Value, json};

use crate::apiserver::field::{Errors, Path};
use crate::resource::{AGE, NAME, Resource, Strategy, column, wide};
use crate::resources::core::pod::defaults::{absent, child};
use crate::resources::workload::{self, int_or_percent, is_zero, nonnegatives, number, percent_over};
use crate::resources::{age_cell, containers_cells, name_cell, selector_cell};

/// `deployments` of `apps`.
pub static DEPLOYMENT: Resource = Resource {
    short_names: &["deploy"],
    categories: &["all"],
    subresources: &["scale", "status"],
    strategy: Strategy {
        default,
        prepare_create: |_, object| workload::new_status(object, json!({})),
        validate,
        validate_update,
        warnings: workload::controller_warnings,
        generation: true,
        ..Strategy::GENERIC
    },
    columns: &[
        NAME,
        column("Ready"),
        column("Up-to-date"),
        column("Available"),
        AGE,
        wide("Containers"),
        wide("Images"),
        wide("Selector"),
    ],
    row: |object, cx| {
        let ready = format!(
            "{}/{}",
            i64_at(object, "/status/readyReplicas").unwrap_or(0),
            i64_at(object, "/spec/replicas").unwrap_or(0)
        );
        let [containers, images] = containers_cells(at(object, "/spec/template/spec"));
        vec![
            name_cell(object),
            ready.into(),
            number(object, "/status/updatedReplicas"),
            number(object, "/status/availableReplicas"),
            age_cell(object, cx),
            containers,
            images,
            selector_cell(at(object, "/spec/selector")),
        ]
    },
    ..Resource::namespaced("apps", "v1", "Deployment").named("deployments", "deployment", "deployments.apps")
};

fn default(object: &mut Value) {
    let Some(spec) = workload::defaults(object, true) else { return };
    absent(spec, "revisionHistoryLimit", 10);
    absent(spec, "progressDeadlineSeconds", 600);
    if let Some(strategy) = child(spec, "strategy") {
        absent(strategy, "type", "RollingUpdate");
        workload::rolling_update(strategy, &[("maxUnavailable", "25%".into()), ("maxSurge", "25%".into())]);
    }
}

fn validate(object: &Value, errors: &mut Errors) {
    nonnegatives(object, &["replicas"], errors);
    workload::selector_and_template(object, "deployment", |_| {}, errors);
    let spec = Path::new("spec");
    strategy(at(object, "/spec/strategy"), &spec.child("strategy"), errors);
    nonnegatives(object, &["minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"], errors);
    let deadline = i64_at(object, "/spec/progressDeadlineSeconds");
    let ready = i64_at(object, "/spec/minReadySeconds").unwrap_or(0);
    if let Some(deadline) = deadline.filter(|deadline| *deadline <= ready) {
        let path = spec.child("progressDeadlineSeconds");
        errors.invalid(&path, deadline, "must be greater than minReadySeconds");
    }
}

fn strategy(strategy: &Value, path: &Path<'_>, errors: &mut Errors) {
    let rolling = at(strategy, "/rollingUpdate");
    let rolling_path = path.child("rollingUpdate");
    match str_at(strategy, "/type") {
        "Recreate" => {
            if !rolling.is_null() {
                errors.forbidden(&rolling_path, "may not be specified when strategy `type` is 'Recreate'");
            }
        }
        "RollingUpdate" => {
            let (unavailable, surge) = (at(rolling, "/maxUnavailable"), at(rolling, "/maxSurge"));
            let unavailable_path = rolling_path.child("maxUnavailable");
            int_or_percent(unavailable, &unavailable_path, errors);
            int_or_percent(surge, &rolling_path.child("maxSurge"), errors);
            if is_zero(unavailable) && is_zero(surge) {
                errors.invalid(&unavailable_path, unavailable.clone(), "may not be 0 when `maxSurge` is 0");
            }
            if percent_over(unavailable, 100) {
                errors.invalid(&unavailable_path, unavailable.clone(), "must not be greater than 100%");
            }
        }
        other => errors.not_supported(&path.child("type"), other, &["Recreate", "RollingUpdate"]),
    }
}

fn validate_update(new: &Value, old: &Value, errors: &mut Errors) {
    validate(new, errors);
    workload::immutable(new, old, "selector", errors);
}
