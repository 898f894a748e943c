//! Namespaces, prefixes and suffixes of names, and their hashes.
//!
//! Upstream: `api/internal/builtins/{Namespace,Prefix,Suffix,Hash}Transformer.go`

use podground_api::object::{self, set_at, str_at};
use serde_json::Value;

use super::fields::{self, NAMESPACE};
use super::hash::hash;
use super::resource::{Gvk, Resource};
use super::resources::Resources;

/// Puts all objects into a namespace.
pub(super) fn namespace(namespace: &str, found: &mut Resources) -> Result<(), String> {
    if namespace.is_empty() {
        return Ok(());
    }
    for at in 0..found.0.len() {
        let resource = &mut found.0[at];
        resource.remember_id();
        set_namespace(&mut resource.value, namespace);
        let id = found.0[at].id();
        let same: Vec<String> =
            found.0.iter().filter(|other| other.id().is(&id)).map(|other| other.value.to_string()).collect();
        if same.len() != 1 {
            return Err(format!("namespace transformation produces ID conflict: [{}]", same.join(" ")));
        }
    }
    Ok(())
}

fn set_namespace(value: &mut Value, namespace: &str) {
    let gvk = Gvk::of(value);
    if !gvk.is_cluster_scoped() {
        set_at(value, "/metadata/namespace", namespace.into());
    }
    fields::change(value, NAMESPACE, &Value::Null, &mut |field| *field = namespace.into());
    if matches!(gvk.kind.as_str(), "RoleBinding" | "ClusterRoleBinding") {
        // Accounts of the build follow their references; this one is in every namespace.
        for subject in value.get_mut("subjects").and_then(Value::as_array_mut).into_iter().flatten() {
            if str_at(subject, "/kind") == "ServiceAccount" && str_at(subject, "/name") == "default" {
                set_at(subject, "/namespace", namespace.into());
            }
        }
    }
}

/// Whether the name stays: what it names is not to be chosen, or a patch has taken it for `generateName`.
fn keeps_name(resource: &Resource) -> bool {
    let gvk = resource.original().gvk;
    object::name(&resource.value).is_empty()
        || matches!(gvk.kind.as_str(), "CustomResourceDefinition" | "Namespace")
        || (gvk.kind == "APIService" && gvk.group == "apiregistration.k8s.io")
}

/// Puts a prefix before all names.
pub(super) fn prefix(prefix: &str, found: &mut Resources) {
    if prefix.is_empty() {
        return;
    }
    for resource in found.0.iter_mut().filter(|resource| !keeps_name(resource)) {
        resource.prefixes.push(prefix.to_owned());
        resource.remember_id();
        let name = format!("{prefix}{}", object::name(&resource.value));
        resource.set_name(name);
    }
}

/// Puts a suffix after all names.
pub(super) fn suffix(suffix: &str, found: &mut Resources) {
    if suffix.is_empty() {
        return;
    }
    for resource in found.0.iter_mut().filter(|resource| !keeps_name(resource)) {
        resource.suffixes.push(suffix.to_owned());
        resource.remember_id();
        let name = format!("{}{suffix}", object::name(&resource.value));
        resource.set_name(name);
    }
}

/// Puts the hash of its content after the name of each generated object.
pub(super) fn hashes(found: &mut Resources) {
    for resource in found.0.iter_mut().filter(|resource| resource.needs_hash) {
        let name = format!("{}-{}", object::name(&resource.value), hash(&resource.value));
        resource.remember_id();
        resource.set_name(name);
    }
}
