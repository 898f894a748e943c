//! Persistent volumes.
//!
//! Upstream: `pkg/apis/core/validation/validation.go ValidatePersistentVolume`,
//! `pkg/printers/internalversion/printers.go printPersistentVolume`.

use podground_api::object::{array_at, at, is_deleting, map_at, str_at};
use podground_api::{Value, json};

use super::pod::defaults::{absent, child, present};
use super::pod::validation::{access_modes, quantity_value};
use crate::apiserver::context::Context;
use crate::apiserver::field::{Errors, Path};
use crate::resource::{AGE, NAME, Resource, RowContext, Strategy, column, wide};
use crate::resources::{age_cell, name_cell, workload};

/// `persistentvolumes`.
pub static PERSISTENT_VOLUME: Resource = Resource {
    short_names: &["pv"],
    subresources: &["status"],
    strategy: Strategy { default, prepare_create, validate, validate_update, warnings, ..Strategy::GENERIC },
    columns: &[
        NAME,
        column("Capacity"),
        column("Access Modes"),
        column("Reclaim Policy"),
        column("Status"),
        column("Claim"),
        column("StorageClass"),
        column("VolumeAttributesClass"),
        column("Reason"),
        AGE,
        wide("VolumeMode"),
    ],
    row,
    ..Resource::cluster("", "v1", "PersistentVolume").named(
        "persistentvolumes",
        "persistentvolume",
        "persistentvolumes",
    )
};

fn default(object: &mut Value) {
    let Some(volume) = object.as_object_mut() else { return };
    let Some(spec) = child(volume, "spec") else { return };
    absent(spec, "persistentVolumeReclaimPolicy", "Retain");
    absent(spec, "volumeMode", "Filesystem");
    if let Some(path) = present(spec, "hostPath") {
        absent(path, "type", "");
    }
}

fn prepare_create(cx: &Context, object: &mut Value) {
    let status = json!({ "phase": "Pending", "lastPhaseTransitionTime": cx.now().rfc3339() });
    workload::new_status(object, status);
    protect(object, "kubernetes.io/pv-protection");
}

fn warnings(object: &Value, _old: Option<&Value>, found: &mut Vec<String>) {
    if str_at(object, "/spec/persistentVolumeReclaimPolicy") == "Recycle" {
        found.push("spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.".to_owned());
    }
}

/// Adds the finalizer that keeps what is in use.
pub(super) fn protect(object: &mut Value, finalizer: &str) {
    let meta = crate::apiserver::meta::metadata(object);
    let finalizers = meta.entry("finalizers").or_insert_with(|| json!([]));
    if let Some(list) = finalizers.as_array_mut()
        && !list.iter().any(|present| present == finalizer)
    {
        list.push(finalizer.into());
    }
}

/// Fields of a spec that are no source of the volume.
const PLAIN: [&str; 9] = [
    "accessModes",
    "capacity",
    "claimRef",
    "mountOptions",
    "nodeAffinity",
    "persistentVolumeReclaimPolicy",
    "storageClassName",
    "volumeAttributesClassName",
    "volumeMode",
];

fn validate(object: &Value, errors: &mut Errors) {
    let spec = Path::new("spec");
    let modes = array_at(object, "/spec/accessModes");
    let path = spec.child("accessModes");
    if modes.is_empty() {
        errors.required(&path, "");
    } else {
        access_modes(modes, &path, errors);
    }
    let capacity = map_at(object, "/spec/capacity");
    let path = spec.child("capacity");
    if capacity.is_none_or(podground_api::Map::is_empty) {
        errors.required(&path, "");
    }
    let has_storage = capacity.is_some_and(|capacity| capacity.contains_key("storage"));
    if !has_storage || capacity.is_some_and(|capacity| capacity.len() > 1) {
        let value = capacity.map_or(Value::Null, |capacity| Value::Object(capacity.clone()));
        let body = format!("Unsupported value: {value}: supported values: \"storage\"");
        errors.push(&path, "FieldValueNotSupported", body);
    }
    for (name, value) in capacity.into_iter().flatten() {
        quantity_value(name, value, &path.key(name), errors);
    }
    let policy = str_at(object, "/spec/persistentVolumeReclaimPolicy");
    if !["Delete", "Recycle", "Retain"].contains(&policy) {
        let path = spec.child("persistentVolumeReclaimPolicy");
        errors.not_supported(&path, policy, &["Delete", "Recycle", "Retain"]);
    }
    let sources: Vec<&String> = at(object, "/spec")
        .as_object()
        .into_iter()
        .flat_map(|map| map.keys())
        .filter(|key| !PLAIN.contains(&key.as_str()))
        .collect();
    match sources.as_slice() {
        [] => errors.required(&spec, "must specify a volume type"),
        [_] => {}
        [_, others @ ..] => {
            for other in others {
                errors.forbidden(&spec.child(other), "may not specify more than 1 volume type");
            }
        }
    }
    if !at(object, "/spec/hostPath").is_null() && str_at(object, "/spec/hostPath/path").is_empty() {
        errors.required(&spec.child("hostPath").child("path"), "");
    }
    if !at(object, "/spec/local").is_null() && at(object, "/spec/nodeAffinity").is_null() {
        errors.required(&spec.child("nodeAffinity"), "Local volume requires node affinity");
    }
    let mode = str_at(object, "/spec/volumeMode");
    if !["Block", "Filesystem"].contains(&mode) {
        errors.not_supported(&spec.child("volumeMode"), mode, &["Block", "Filesystem"]);
    }
}

fn validate_update(new: &Value, old: &Value, errors: &mut Errors) {
    validate(new, errors);
    let sources = |object: &Value| {
        let mut map = at(object, "/spec").as_object().cloned().unwrap_or_default();
        map.retain(|key, _| !PLAIN.contains(&key.as_str()));
        map
    };
    let spec = Path::new("spec");
    if sources(new) != sources(old) {
        let path = spec.child("persistentvolumesource");
        errors.forbidden(&path, "spec.persistentvolumesource is immutable after creation");
    }
    if at(new, "/spec/volumeMode") != at(old, "/spec/volumeMode") {
        let value = at(new, "/spec/volumeMode").clone();
        errors.invalid(&spec.child("volumeMode"), value, "field is immutable");
    }
}

/// Access modes by their initials: `RWO,ROX`.
pub(super) fn short_modes(modes: &[Value]) -> String {
    let order = [
        ("ReadWriteOnce", "RWO"),
        ("ReadOnlyMany", "ROX"),
        ("ReadWriteMany", "RWX"),
        ("ReadWriteOncePod", "RWOP"),
    ];
    let short: Vec<&str> =
        order.iter().filter(|(mode, _)| modes.iter().any(|m| m == mode)).map(|(_, short)| *short).collect();
    short.join(",")
}

/// The name of a class, `<unset>` for none.
pub(super) fn attributes_class(object: &Value) -> Value {
    match str_at(object, "/spec/volumeAttributesClassName") {
        "" => "<unset>".into(),
        class => class.into(),
    }
}

/// The storage class, from the field or from the annotation that was before it.
pub(super) fn class(object: &Value) -> &str {
    let annotation = str_at(object, "/metadata/annotations/volume.beta.kubernetes.io~1storage-class");
    if annotation.is_empty() { str_at(object, "/spec/storageClassName") } else { annotation }
}

fn row(object: &Value, cx: &RowContext) -> Vec<Value> {
    let claim = at(object, "/spec/claimRef");
    let claim = if claim.is_null() {
        String::new()
    } else {
        format!("{}/{}", str_at(claim, "/namespace"), str_at(claim, "/name"))
    };
    let phase = if is_deleting(object) { "Terminating" } else { str_at(object, "/status/phase") };
    let mode = str_at(object, "/spec/volumeMode");
    vec![
        name_cell(object),
        str_at(object, "/spec/capacity/storage").into(),
        short_modes(array_at(object, "/spec/accessModes")).into(),
        str_at(object, "/spec/persistentVolumeReclaimPolicy").into(),
        phase.into(),
        claim.into(),
        class(object).into(),
        attributes_class(object),
        str_at(object, "/status/reason").into(),
        age_cell(object, cx),
        if mode.is_empty() { "<unset>".into() } else { mode.into() },
    ]
}
