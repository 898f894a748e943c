//! Storage classes.
//!
//! Upstream: `pkg/apis/storage/v1/defaults.go`, `pkg/printers/internalversion/printers.go printStorageClass`.

use podground_api::Value;
use podground_api::object::{at, bool_at, name, str_at};

use crate::apiserver::field::{Errors, Path};
use crate::resource::{AGE, NAME, Resource, RowContext, Strategy, column};
use crate::resources::age_cell;
use crate::resources::core::pod::defaults::absent;

/// `storageclasses` of `storage.k8s.io`.
pub static STORAGE_CLASS: Resource = Resource {
    short_names: &["sc"],
    strategy: Strategy {
        default: |object| {
            let Some(class) = object.as_object_mut() else { return };
            absent(class, "reclaimPolicy", "Delete");
            absent(class, "volumeBindingMode", "Immediate");
        },
        validate,
        validate_update,
        ..Strategy::GENERIC
    },
    columns: &[
        NAME,
        column("Provisioner"),
        column("ReclaimPolicy"),
        column("VolumeBindingMode"),
        column("AllowVolumeExpansion"),
        AGE,
    ],
    row,
    ..Resource::cluster("storage.k8s.io", "v1", "StorageClass").named(
        "storageclasses",
        "storageclass",
        "storageclasses.storage.k8s.io",
    )
};

fn validate(object: &Value, errors: &mut Errors) {
    let provisioner = str_at(object, "/provisioner");
    if provisioner.is_empty() {
        errors.required(&Path::new("provisioner"), "");
    }
    let policy = str_at(object, "/reclaimPolicy");
    if !["Delete", "Retain"].contains(&policy) {
        errors.not_supported(&Path::new("reclaimPolicy"), policy, &["Delete", "Retain"]);
    }
    let mode = str_at(object, "/volumeBindingMode");
    if !["Immediate", "WaitForFirstConsumer"].contains(&mode) {
        errors.not_supported(&Path::new("volumeBindingMode"), mode, &["Immediate", "WaitForFirstConsumer"]);
    }
}

fn validate_update(new: &Value, old: &Value, errors: &mut Errors) {
    validate(new, errors);
    for field in ["parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"] {
        let pointer = format!("/{field}");
        if at(new, &pointer) == at(old, &pointer) {
            continue;
        }
        let path = Path::new(field);
        match field {
            "volumeBindingMode" => errors.invalid(&path, at(new, &pointer).clone(), "field is immutable"),
            _ => {
                errors.forbidden(&path, format!("updates to {field} are forbidden."));
            }
        }
    }
}

/// Whether a class is the one for claims that name none.
pub(crate) fn is_default(class: &Value) -> bool {
    ["storageclass.kubernetes.io~1is-default-class", "storageclass.beta.kubernetes.io~1is-default-class"]
        .iter()
        .any(|annotation| str_at(class, &format!("/metadata/annotations/{annotation}")) == "true")
}

fn row(object: &Value, cx: &RowContext) -> Vec<Value> {
    let mut text = name(object).to_owned();
    if is_default(object) {
        text.push_str(" (default)");
    }
    vec![
        text.into(),
        str_at(object, "/provisioner").into(),
        str_at(object, "/reclaimPolicy").into(),
        str_at(object, "/volumeBindingMode").into(),
        bool_at(object, "/allowVolumeExpansion").into(),
        age_cell(object, cx),
    ]
}
