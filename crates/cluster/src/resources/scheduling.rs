//! Priority classes.
//!
//! Upstream: `pkg/apis/scheduling/{v1/defaults.go,validation/validation.go}`.

use podground_api::Value;
use podground_api::object::{at, bool_at, i64_at, name, str_at};

use crate::apiserver::field::{Errors, Path};
use crate::resource::{AGE, NAME, Resource, Strategy, column};
use crate::resources::core::pod::defaults::absent;
use crate::resources::{age_cell, name_cell};

/// The highest value that users may give.
const HIGHEST: i64 = 1_000_000_000;

/// `priorityclasses` of `scheduling.k8s.io`.
pub static PRIORITY_CLASS: Resource = Resource {
    short_names: &["pc"],
    strategy: Strategy { default, validate, validate_update, generation: true, ..Strategy::GENERIC },
    columns: &[NAME, column("Value"), column("Global-Default"), AGE, column("PreemptionPolicy")],
    row: |object, cx| {
        vec![
            name_cell(object),
            at(object, "/value").clone(),
            bool_at(object, "/globalDefault").into(),
            age_cell(object, cx),
            str_at(object, "/preemptionPolicy").into(),
        ]
    },
    ..Resource::cluster("scheduling.k8s.io", "v1", "PriorityClass").named(
        "priorityclasses",
        "priorityclass",
        "priorityclasses.scheduling.k8s.io",
    )
};

fn default(object: &mut Value) {
    let Some(class) = object.as_object_mut() else { return };
    absent(class, "preemptionPolicy", "PreemptLowerPriority");
    absent(class, "value", 0);
}

fn validate(object: &Value, errors: &mut Errors) {
    let name = name(object);
    let value = i64_at(object, "/value").unwrap_or(0);
    let system = [("system-cluster-critical", 2_000_000_000), ("system-node-critical", 2_000_001_000)];
    if name.starts_with("system-") {
        if !system.contains(&(name, value)) {
            let meta = Path::new("metadata");
            let sentence =
                "priority class names with 'system-' prefix are reserved for system use only. error: ";
            let known = system.iter().any(|(known, _)| *known == name);
            let rest = if known {
                format!(
                    "value of {name} PriorityClass must be {}",
                    system.iter().find(|(known, _)| *known == name).map_or(0, |(_, value)| *value)
                )
            } else {
                format!("{name} is not a known system priority class")
            };
            errors.forbidden(&meta.child("name"), format!("{sentence}{rest}"));
        }
    } else if value > HIGHEST {
        let sentence = format!("maximum allowed value of a user defined priority is {HIGHEST}");
        errors.forbidden(&Path::new("value"), sentence);
    }
    let policy = str_at(object, "/preemptionPolicy");
    if !["Never", "PreemptLowerPriority"].contains(&policy) {
        errors.not_supported(&Path::new("preemptionPolicy"), policy, &["Never", "PreemptLowerPriority"]);
    }
}

fn validate_update(new: &Value, old: &Value, errors: &mut Errors) {
    if at(new, "/value") != at(old, "/value") {
        errors.forbidden(&Path::new("value"), "may not be changed in an update.");
    }
    if at(new, "/preemptionPolicy") != at(old, "/preemptionPolicy") {
        let value = at(new, "/preemptionPolicy").clone();
        errors.invalid(&Path::new("preemptionPolicy"), value, "field is immutable");
    }
}
