//! What a pod's author is warned of.
//!
//! Upstream: `pkg/api/pod/warnings.go`.

use std::collections::BTreeMap;

use podground_api::object::{array_at, at, str_at, strings_at};
use podground_api::{Quantity, Value};

/// Warnings about a pod.
pub(super) fn warnings(pod: &Value, old: Option<&Value>, found: &mut Vec<String>) {
    // Changes of a running pod are about its images alone: warnings came when it was made.
    if old.is_none() {
        of_spec(at(pod, "/spec"), "spec", found);
    }
}

/// Warnings about the template of a controller at `spec.template`.
pub(crate) fn template_warnings(object: &Value, old: Option<&Value>, found: &mut Vec<String>) {
    let template = at(object, "/spec/template/spec");
    if old.is_none_or(|old| at(old, "/spec/template/spec") != template) {
        of_spec(template, "spec.template.spec", found);
    }
}

/// Warnings about a pod's spec at `path`.
pub(crate) fn of_spec(spec: &Value, path: &str, found: &mut Vec<String>) {
    for field in ["initContainers", "containers"] {
        for (index, container) in array_at(spec, &format!("/{field}")).iter().enumerate() {
            let path = format!("{path}.{field}[{index}]");
            for kind in ["limits", "requests"] {
                fractions(at(container, "/resources"), kind, &path, found);
            }
            duplicate_variables(container, &path, found);
        }
    }
    if at(spec, "/terminationGracePeriodSeconds").as_i64().is_some_and(|seconds| seconds < 0) {
        found.push(format!(
            "{path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1"
        ));
    }
}

fn fractions(resources: &Value, kind: &str, path: &str, found: &mut Vec<String>) {
    for (name, text) in strings_at(resources, &format!("/{kind}")) {
        let bytes = ["memory", "ephemeral-storage"].contains(&name) || name.starts_with("hugepages-");
        if bytes && Quantity::parse(text).is_ok_and(|quantity| !quantity.is_whole()) {
            found.push(format!(
                "{path}.resources.{kind}[{name}]: fractional byte value {text:?} is invalid, must be an integer"
            ));
        }
    }
}

fn duplicate_variables(container: &Value, path: &str, found: &mut Vec<String>) {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, variable) in array_at(container, "/env").iter().enumerate() {
        let name = str_at(variable, "/name");
        if let Some(first) = seen.insert(name, index) {
            found.push(format!(
                "{path}.env[{index}]: hides previous definition of {name:?}, which may be unexpected"
            ));
            seen.insert(name, first.max(index));
        }
    }
}
