//! Requests and limits.

use podground_api::object::at;
use podground_api::validation::qualified_name;
use podground_api::{Quantity, Value};

use crate::apiserver::field::{Errors, Path};

const STANDARD: [&str; 21] = [
    "cpu",
    "memory",
    "ephemeral-storage",
    "storage",
    "requests.cpu",
    "requests.memory",
    "requests.storage",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "persistentvolumeclaims",
    "configmaps",
    "services.nodeports",
    "services.loadbalancers",
    "persistentvolumes",
];

/// Upstream: `validateResourceRequirements`
pub(crate) fn resource_requirements(resources: &Value, path: &Path<'_>, errors: &mut Errors) {
    let limits = at(resources, "/limits");
    let limits_path = path.child("limits");
    for (name, limit) in limits.as_object().into_iter().flatten() {
        let path = limits_path.key(name);
        container_resource_name(name, &path, errors);
        quantity_value(name, limit, &path, errors);
    }
    let requests_path = path.child("requests");
    for (name, request) in at(resources, "/requests").as_object().into_iter().flatten() {
        let path = requests_path.key(name);
        container_resource_name(name, &path, errors);
        quantity_value(name, request, &path, errors);
        let request = request.as_str().unwrap_or_default();
        let limit = limits.get(name).and_then(Value::as_str);
        let overcommit = is_native(name) && !name.starts_with("hugepages-");
        let Some(limit) = limit else {
            if !overcommit {
                errors.required(&limits_path, "Limit must be set for non overcommitable resources");
            }
            continue;
        };
        let (Ok(wanted), Ok(allowed)) = (Quantity::parse(request), Quantity::parse(limit)) else { continue };
        if !overcommit && wanted != allowed {
            errors.invalid(&requests_path, request, format!("must be equal to {name} limit of {limit}"));
        } else if wanted > allowed {
            let sentence = format!("must be less than or equal to {name} limit of {limit}");
            errors.invalid(&requests_path, request, sentence);
        }
    }
}

/// Whether a resource is Kubernetes' own.
fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

/// Upstream: `validateContainerResourceName`
fn container_resource_name(name: &str, path: &Path<'_>, errors: &mut Errors) {
    let wrong = qualified_name(name);
    if !wrong.is_empty() {
        errors.invalid_all(path, name, wrong);
        return;
    }
    let hugepages = name.starts_with("hugepages-");
    if !name.contains('/') {
        if !STANDARD.contains(&name) && !hugepages {
            errors.invalid(path, name, "must be a standard resource type or fully qualified");
        }
        if !["cpu", "memory", "ephemeral-storage"].contains(&name) && !hugepages {
            errors.invalid(path, name, "must be a standard resource for containers");
        }
    } else if !is_native(name) && name.starts_with("requests.") {
        errors.invalid(path, name, "doesn't follow extended resource name standard");
    }
}

/// Upstream: `ValidateResourceQuantityValue`
pub(crate) fn quantity_value(name: &str, value: &Value, path: &Path<'_>, errors: &mut Errors) {
    let text = value.as_str().unwrap_or_default();
    let Ok(quantity) = Quantity::parse(text) else { return };
    if quantity.signum() < 0 {
        errors.invalid(path, text, "must be greater than or equal to 0");
    }
    let countable = !is_native(name)
        || ["pods", "services", "replicationcontrollers", "secrets", "configmaps"].contains(&name);
    if countable && !quantity.is_whole() {
        errors.invalid(path, text, "must be an integer");
    }
}
