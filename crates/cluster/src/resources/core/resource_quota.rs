//! Resource quotas.
//!
//! Upstream: `pkg/apis/core/validation/validation.go ValidateResourceQuota`,
//! `pkg/printers/internalversion/printers.go printResourceQuota`.

use podground_api::object::{map_at, str_at};
use podground_api::validation::qualified_name;
use podground_api::{Quantity, Value, json};

use super::pod::validation::quantity_value;
use crate::apiserver::field::{Errors, Path};
use crate::resource::{AGE, NAME, Resource, RowContext, Strategy, column};
use crate::resources::{age_cell, name_cell, workload};

/// `resourcequotas`.
pub static RESOURCE_QUOTA: Resource = Resource {
    short_names: &["quota"],
    subresources: &["status"],
    strategy: Strategy {
        prepare_create: |_, object| workload::new_status(object, json!({})),
        validate,
        validate_update: |new, _, errors| validate(new, errors),
        ..Strategy::GENERIC
    },
    columns: &[NAME, column("Request"), column("Limit"), AGE],
    row,
    ..Resource::namespaced("", "v1", "ResourceQuota").named(
        "resourcequotas",
        "resourcequota",
        "resourcequotas",
    )
};

/// The resources that a quota may limit beside `requests.*`, `limits.*` and `count/*`.
const STANDARD: [&str; 13] = [
    "cpu",
    "memory",
    "ephemeral-storage",
    "storage",
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "services.nodeports",
    "services.loadbalancers",
];

fn validate(object: &Value, errors: &mut Errors) {
    let spec = Path::new("spec");
    let hard = spec.child("hard");
    for (name, value) in map_at(object, "/spec/hard").into_iter().flatten() {
        let path = hard.key(name);
        let wrong = qualified_name(name);
        let known = STANDARD.contains(&name.as_str())
            || ["requests.", "limits.", "hugepages-"].iter().any(|prefix| name.starts_with(prefix));
        if !wrong.is_empty() {
            errors.invalid_all(&path, name, wrong);
        } else if !name.contains('/') && !known {
            errors.invalid(&path, name.as_str(), "must be a standard resource type or fully qualified");
            errors.invalid(&path, name.as_str(), "must be a standard resource for quota");
        }
        quantity_value(name, value, &path, errors);
    }
}

fn row(object: &Value, cx: &RowContext) -> Vec<Value> {
    let (mut requests, mut limits) = (Vec::new(), Vec::new());
    for (name, hard) in map_at(object, "/status/hard").into_iter().flatten() {
        let used = map_at(object, "/status/used").and_then(|used| used.get(name)).and_then(Value::as_str);
        let used =
            used.and_then(|used| Quantity::parse(used).ok()).map_or("0".to_owned(), |used| used.to_string());
        let text = format!("{name}: {used}/{}", str_at(hard, ""));
        if name.starts_with("limits") { limits.push(text) } else { requests.push(text) }
    }
    vec![name_cell(object), requests.join(", ").into(), limits.join(", ").into(), age_cell(object, cx)]
}
