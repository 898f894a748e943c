//! The order of what a build puts out.
//!
//! Upstream: `api/internal/builtins/SortOrderTransformer.go`

use super::resource::{Id, Resource};

const FIRST: &[&str] = &[
    "Namespace",
    "ResourceQuota",
    "StorageClass",
    "CustomResourceDefinition",
    "ServiceAccount",
    "PodSecurityPolicy",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "ConfigMap",
    "Secret",
    "Endpoints",
    "Service",
    "LimitRange",
    "PriorityClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Deployment",
    "StatefulSet",
    "CronJob",
    "PodDisruptionBudget",
];
const LAST: &[&str] = &["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

/// Sorts by kind, then by group, version, namespace and name; the lists are those of `sortOptions`, if it has any.
pub(super) fn legacy(resources: &mut [Resource], lists: Option<(Vec<String>, Vec<String>)>) {
    let owned = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<String>>();
    let (first, last) = lists.unwrap_or_else(|| (owned(FIRST), owned(LAST)));
    // Those in neither list lie between.
    let rank = |kind: &str| {
        let place = |list: &[String]| list.iter().position(|known| known == kind);
        match (place(&last), place(&first)) {
            (Some(place), _) => first.len() + 1 + place,
            (None, Some(place)) => place,
            (None, None) => first.len(),
        }
    };
    resources.sort_by_cached_key(|resource| {
        let id = resource.id();
        (rank(&id.gvk.kind), kind_key(&id), name_key(&id))
    });
}

fn kind_key(id: &Id) -> String {
    let or = |part: &str, none: &str| if part.is_empty() { none.to_owned() } else { part.to_owned() };
    let gvk = &id.gvk;
    format!("{}_{}_{}", or(&gvk.group, "~G"), or(&gvk.version, "~V"), or(&gvk.kind, "~K"))
}

fn name_key(id: &Id) -> String {
    let or = |part: &str, none: &str| if part.is_empty() { none.to_owned() } else { part.to_owned() };
    format!("{}|{}|{}", id.gvk.text(), or(&id.namespace, "~X"), or(&id.name, "~N"))
}
