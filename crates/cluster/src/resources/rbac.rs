//! The group `rbac.authorization.k8s.io`.

pub mod cluster_role;
pub mod cluster_role_binding;
pub mod role;
pub mod role_binding;

use podground_api::Value;
use podground_api::object::{array_at, at, str_at};

use crate::apiserver::field::{Errors, Path};
use crate::resource::{AGE, Column, NAME, RowContext, column, wide};
use crate::resources::{age_cell, name_cell};

/// The columns of roles.
const ROLE_COLUMNS: &[Column] = &[NAME, column("Created At")];

/// The columns of bindings.
const BINDING_COLUMNS: &[Column] =
    &[NAME, column("Role"), AGE, wide("Users"), wide("Groups"), wide("ServiceAccounts")];

/// What is wrong with a name that is a segment of a path.
pub(crate) fn path_segment(name: &str) -> Vec<String> {
    if name == "." || name == ".." {
        return vec![format!("may not be '{name}'")];
    }
    ["/", "%"]
        .iter()
        .filter(|part| name.contains(**part))
        .map(|part| format!("may not contain '{part}'"))
        .collect()
}

fn role_row(object: &Value, _cx: &RowContext) -> Vec<Value> {
    vec![name_cell(object), at(object, "/metadata/creationTimestamp").clone()]
}

fn binding_row(object: &Value, cx: &RowContext) -> Vec<Value> {
    let subjects = |kind: &str| -> Value {
        let names: Vec<String> = array_at(object, "/subjects")
            .iter()
            .filter(|subject| str_at(subject, "/kind") == kind)
            .map(|subject| {
                let name = str_at(subject, "/name");
                if kind == "ServiceAccount" {
                    format!("{}/{name}", str_at(subject, "/namespace"))
                } else {
                    name.to_owned()
                }
            })
            .collect();
        names.join(", ").into()
    };
    let role = format!("{}/{}", str_at(object, "/roleRef/kind"), str_at(object, "/roleRef/name"));
    vec![
        name_cell(object),
        role.into(),
        age_cell(object, cx),
        subjects("User"),
        subjects("Group"),
        subjects("ServiceAccount"),
    ]
}

fn role_default(object: &mut Value) {
    if let Some(role) = object.as_object_mut() {
        crate::resources::core::pod::defaults::absent(role, "rules", Value::Null);
    }
}

fn binding_default(object: &mut Value) {
    let Some(binding) = object.as_object_mut() else { return };
    if let Some(reference) = crate::resources::core::pod::defaults::present(binding, "roleRef") {
        crate::resources::core::pod::defaults::absent(reference, "apiGroup", "rbac.authorization.k8s.io");
    }
    for subject in crate::resources::core::pod::defaults::items(binding, "subjects") {
        if ["User", "Group"].contains(&subject.get("kind").and_then(Value::as_str).unwrap_or_default()) {
            crate::resources::core::pod::defaults::absent(subject, "apiGroup", "rbac.authorization.k8s.io");
        }
    }
}

/// Upstream: `pkg/apis/rbac/validation/validation.go ValidatePolicyRule`
fn validate_rules(object: &Value, namespaced: bool, errors: &mut Errors) {
    let list = Path::new("rules");
    for (index, rule) in array_at(object, "/rules").iter().enumerate() {
        let path = list.index(index);
        if array_at(rule, "/verbs").is_empty() {
            errors.required(&path.child("verbs"), "verbs must contain at least one value");
        }
        let urls = array_at(rule, "/nonResourceURLs");
        if !urls.is_empty() {
            if namespaced {
                let sentence = "namespaced rules cannot apply to non-resource URLs";
                errors.invalid(&path.child("nonResourceURLs"), urls.to_vec(), sentence);
            }
            if !array_at(rule, "/apiGroups").is_empty() || !array_at(rule, "/resources").is_empty() {
                let sentence = "rules cannot apply to both regular resources and non-resource URLs";
                errors.invalid(&path.child("nonResourceURLs"), urls.to_vec(), sentence);
            }
            continue;
        }
        if array_at(rule, "/apiGroups").is_empty() {
            errors.required(&path.child("apiGroups"), "resource rules must supply at least one api group");
        }
        if array_at(rule, "/resources").is_empty() {
            errors.required(&path.child("resources"), "resource rules must supply at least one resource");
        }
    }
}

/// Upstream: `ValidateRoleBinding`
fn validate_binding(object: &Value, kinds: &[&str], errors: &mut Errors) {
    let reference = Path::new("roleRef");
    let group = str_at(object, "/roleRef/apiGroup");
    if group != "rbac.authorization.k8s.io" {
        errors.not_supported(&reference.child("apiGroup"), group, &["rbac.authorization.k8s.io"]);
    }
    let kind = str_at(object, "/roleRef/kind");
    if !kinds.contains(&kind) {
        errors.not_supported(&reference.child("kind"), kind, kinds);
    }
    let name = str_at(object, "/roleRef/name");
    if name.is_empty() {
        errors.required(&reference.child("name"), "");
    } else {
        errors.invalid_all(&reference.child("name"), name, path_segment(name));
    }
    let list = Path::new("subjects");
    for (index, subject) in array_at(object, "/subjects").iter().enumerate() {
        let path = list.index(index);
        let name = str_at(subject, "/name");
        if name.is_empty() {
            errors.required(&path.child("name"), "");
        }
        match str_at(subject, "/kind") {
            "ServiceAccount" => {
                if !name.is_empty() {
                    let wrong = podground_api::validation::dns1123_subdomain(name);
                    errors.invalid_all(&path.child("name"), name, wrong);
                }
                if !str_at(subject, "/apiGroup").is_empty() {
                    errors.not_supported(&path.child("apiGroup"), str_at(subject, "/apiGroup"), &[""]);
                }
                if str_at(subject, "/namespace").is_empty() {
                    errors.required(&path.child("namespace"), "");
                }
            }
            "User" | "Group" => {
                let group = str_at(subject, "/apiGroup");
                if group != "rbac.authorization.k8s.io" {
                    errors.not_supported(&path.child("apiGroup"), group, &["rbac.authorization.k8s.io"]);
                }
            }
            other => {
                errors.not_supported(&path.child("kind"), other, &["Group", "ServiceAccount", "User"]);
            }
        }
    }
}

fn validate_binding_update(new: &Value, old: &Value, kinds: &[&str], errors: &mut Errors) {
    validate_binding(new, kinds, errors);
    if at(new, "/roleRef") != at(old, "/roleRef") {
        errors.invalid(&Path::new("roleRef"), at(new, "/roleRef").clone(), "cannot change roleRef");
    }
}
