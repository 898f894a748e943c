//! Claims of persistent volumes.
//!
//! Upstream: `pkg/apis/core/validation/validation.go ValidatePersistentVolumeClaim`,
//! `pkg/printers/internalversion/printers.go printPersistentVolumeClaim`.

use podground_api::object::{array_at, at, is_deleting, str_at};
use podground_api::validation::dns1123_subdomain;
use podground_api::{Quantity, Value, json};

use super::persistent_volume::{attributes_class, class, protect, short_modes};
use super::pod::defaults::{absent, child};
use super::pod::validation::{access_modes, quantity_value};
use crate::apiserver::context::Context;
use crate::apiserver::field::{Errors, Path};
use crate::resource::{AGE, NAME, Resource, RowContext, Strategy, column, wide};
use crate::resources::selector::validate_label_selector;
use crate::resources::{age_cell, name_cell, workload};

/// `persistentvolumeclaims`.
pub static PERSISTENT_VOLUME_CLAIM: Resource = Resource {
    short_names: &["pvc"],
    subresources: &["status"],
    strategy: Strategy { default, prepare_create, validate, validate_update, ..Strategy::GENERIC },
    columns: &[
        NAME,
        column("Status"),
        column("Volume"),
        column("Capacity"),
        column("Access Modes"),
        column("StorageClass"),
        column("VolumeAttributesClass"),
        AGE,
        wide("VolumeMode"),
    ],
    row,
    ..Resource::namespaced("", "v1", "PersistentVolumeClaim").named(
        "persistentvolumeclaims",
        "persistentvolumeclaim",
        "persistentvolumeclaims",
    )
};

fn default(object: &mut Value) {
    let Some(claim) = object.as_object_mut() else { return };
    let Some(spec) = child(claim, "spec") else { return };
    absent(spec, "volumeMode", "Filesystem");
    absent(spec, "resources", json!({}));
    // Two ways to say where the content comes from.
    if let Some(source) = spec.get("dataSource").cloned() {
        absent(spec, "dataSourceRef", source);
    } else if let Some(source) =
        spec.get("dataSourceRef").filter(|source| source.get("namespace").is_none()).cloned()
    {
        absent(spec, "dataSource", source);
    }
}

fn prepare_create(_cx: &Context, object: &mut Value) {
    workload::new_status(object, json!({ "phase": "Pending" }));
    protect(object, "kubernetes.io/pvc-protection");
}

/// Upstream: `ValidatePersistentVolumeClaimSpec`
fn validate(object: &Value, errors: &mut Errors) {
    let spec = Path::new("spec");
    let modes = array_at(object, "/spec/accessModes");
    access_modes(modes, &spec.child("accessModes"), errors);
    validate_label_selector(at(object, "/spec/selector"), &spec.child("selector"), errors);
    let resources = spec.child("resources");
    let requests = resources.child("requests");
    match at(object, "/spec/resources/requests/storage") {
        Value::Null => errors.required(&requests.key("storage"), ""),
        value => {
            let before = errors.len();
            quantity_value("storage", value, &requests.key("storage"), errors);
            let text = value.as_str().unwrap_or_default();
            if errors.len() == before && Quantity::parse(text).is_ok_and(|quantity| quantity.signum() <= 0) {
                errors.invalid(&requests.key("storage"), text, "must be greater than zero");
            }
        }
    }
    let class = str_at(object, "/spec/storageClassName");
    if !class.is_empty() {
        errors.invalid_all(&spec.child("storageClassName"), class, dns1123_subdomain(class));
    }
    let mode = str_at(object, "/spec/volumeMode");
    if !["Block", "Filesystem"].contains(&mode) {
        errors.not_supported(&spec.child("volumeMode"), mode, &["Block", "Filesystem"]);
    }
}

fn validate_update(new: &Value, old: &Value, errors: &mut Errors) {
    validate(new, errors);
    let fixed = |object: &Value, other: &Value| {
        let mut spec = at(object, "/spec").clone();
        if let Some(map) = spec.as_object_mut() {
            // A claim is bound once, and may take a default class later.
            for field in ["volumeName", "storageClassName"] {
                if str_at(old, &format!("/spec/{field}")).is_empty() {
                    map.remove(field);
                }
            }
            if str_at(old, "/status/phase") == "Bound" {
                map.remove("volumeAttributesClassName");
                map.insert("resources".to_owned(), at(other, "/spec/resources").clone());
            }
        }
        spec
    };
    let spec = Path::new("spec");
    if fixed(new, old) != fixed(old, old) {
        let sentence = "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";
        errors.forbidden(&spec, sentence);
    }
    let size = |object: &Value| Quantity::parse(str_at(object, "/spec/resources/requests/storage")).ok();
    if let (Some(new), Some(old)) = (size(new), size(old))
        && new < old
    {
        let resources = spec.child("resources");
        let requests = resources.child("requests");
        errors.forbidden(&requests.child("storage"), "field can not be less than status.capacity");
    }
}

fn row(object: &Value, cx: &RowContext) -> Vec<Value> {
    let phase = if is_deleting(object) { "Terminating" } else { str_at(object, "/status/phase") };
    let bound = !str_at(object, "/spec/volumeName").is_empty();
    let (modes, capacity) = if bound {
        (short_modes(array_at(object, "/status/accessModes")), str_at(object, "/status/capacity/storage"))
    } else {
        (String::new(), "")
    };
    let mode = str_at(object, "/spec/volumeMode");
    vec![
        name_cell(object),
        phase.into(),
        str_at(object, "/spec/volumeName").into(),
        capacity.into(),
        modes.into(),
        class(object).into(),
        attributes_class(object),
        age_cell(object, cx),
        if mode.is_empty() { "<unset>".into() } else { mode.into() },
    ]
}
