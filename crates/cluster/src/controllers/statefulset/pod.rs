//! The pods of a StatefulSet.
//!
//! Upstream: `pkg/controller/statefulset/stateful_set_utils.go`

use podground_api::{Value, json, object};

use crate::controllers::support::owners::controller_reference;
use crate::controllers::support::pods;
use crate::controllers::support::revisions::HASH_LABEL;

/// The number at the end of a pod's name, if the rest is the set's.
pub(super) fn ordinal(set: &Value, pod: &Value) -> Option<i64> {
    let rest = object::name(pod).strip_prefix(object::name(set))?.strip_prefix('-')?;
    rest.parse().ok().filter(|ordinal: &i64| ordinal.to_string() == rest)
}

/// The pod with an ordinal, of the template that a revision holds.
pub(super) fn new(set: &Value, revision: &Value, ordinal: i64) -> Value {
    let mut template = object::at(revision, "/data/spec/template").clone();
    object::remove_at(&mut template, "/$patch");
    let owner = controller_reference(set, "apps/v1", "StatefulSet");
    let mut pod = pods::from_template(&template, object::namespace(set), object::name(set), owner);
    let name = format!("{}-{ordinal}", object::name(set));
    object::remove_at(&mut pod, "/metadata/generateName");
    object::set_at(&mut pod, "/metadata/name", name.as_str().into());
    let labels = [
        ("statefulset.kubernetes.io~1pod-name", name.clone()),
        ("apps.kubernetes.io~1pod-index", ordinal.to_string()),
        (HASH_LABEL, object::name(revision).to_owned()),
    ];
    for (label, value) in labels {
        object::set_at(&mut pod, &format!("/metadata/labels/{label}"), value.into());
    }
    object::set_at(&mut pod, "/spec/hostname", name.into());
    let service = object::str_at(set, "/spec/serviceName");
    if !service.is_empty() {
        object::set_at(&mut pod, "/spec/subdomain", service.into());
    }
    add_claim_volumes(&mut pod, set, ordinal);
    pod
}

/// The name of the claim that a template gives a pod.
pub(super) fn claim_name(set: &Value, template: &Value, ordinal: i64) -> String {
    format!("{}-{}-{ordinal}", object::name(template), object::name(set))
}

fn add_claim_volumes(pod: &mut Value, set: &Value, ordinal: i64) {
    let templates = object::array_at(set, "/spec/volumeClaimTemplates");
    if templates.is_empty() {
        return;
    }
    let mut volumes: Vec<Value> = templates
        .iter()
        .map(|template| {
            let claim = claim_name(set, template, ordinal);
            json!({"name": object::name(template), "persistentVolumeClaim": {"claimName": claim}})
        })
        .collect();
    let own = object::array_at(pod, "/spec/volumes").iter();
    let named = |volume: &&Value| {
        !templates.iter().any(|template| object::name(template) == object::str_at(volume, "/name"))
    };
    volumes.extend(own.filter(named).cloned());
    object::set_at(pod, "/spec/volumes", volumes.into());
}
