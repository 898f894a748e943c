//! Disruption budgets.
//!
//! Upstream: `pkg/apis/policy/validation/validation.go`, `pkg/printers/internalversion/printers.go`.

use podground_api::object::at;
use podground_api::{Value, json};

use crate::apiserver::field::{Errors, Path};
use crate::resource::{AGE, NAME, Resource, Strategy, column, integer};
use crate::resources::selector::validate_label_selector;
use crate::resources::workload::{int_or_percent, number};
use crate::resources::{age_cell, name_cell, workload};

/// `poddisruptionbudgets` of `policy`.
pub static POD_DISRUPTION_BUDGET: Resource = Resource {
    short_names: &["pdb"],
    subresources: &["status"],
    strategy: Strategy {
        prepare_create: |_, object| {
            let status = json!({ "currentHealthy": 0, "desiredHealthy": 0, "disruptionsAllowed": 0, "expectedPods": 0 });
            workload::new_status(object, status);
        },
        validate,
        validate_update: |new, _, errors| validate(new, errors),
        generation: true,
        ..Strategy::GENERIC
    },
    columns: &[NAME, column("Min Available"), column("Max Unavailable"), integer("Allowed Disruptions"), AGE],
    row: |object, cx| {
        let limit = |field: &str| match at(object, &format!("/spec/{field}")) {
            Value::Null => "N/A".into(),
            Value::String(text) => text.as_str().into(),
            other => Value::String(other.to_string()),
        };
        vec![
            name_cell(object),
            limit("minAvailable"),
            limit("maxUnavailable"),
            number(object, "/status/disruptionsAllowed"),
            age_cell(object, cx),
        ]
    },
    ..Resource::namespaced("policy", "v1", "PodDisruptionBudget").named(
        "poddisruptionbudgets",
        "poddisruptionbudget",
        "poddisruptionbudgets.policy",
    )
};

fn validate(object: &Value, errors: &mut Errors) {
    let spec = Path::new("spec");
    let (min, max) = (at(object, "/spec/minAvailable"), at(object, "/spec/maxUnavailable"));
    if !min.is_null() && !max.is_null() {
        let value = at(object, "/spec").clone();
        errors.invalid(&spec, value, "minAvailable and maxUnavailable cannot be both set");
    }
    int_or_percent(min, &spec.child("minAvailable"), errors);
    int_or_percent(max, &spec.child("maxUnavailable"), errors);
    validate_label_selector(at(object, "/spec/selector"), &spec.child("selector"), errors);
}
