//! Config maps.
//!
//! Upstream: `pkg/apis/core/validation/validation.go ValidateConfigMap`.

use podground_api::Value;
use podground_api::object::{at, bool_at, map_at};
use podground_api::validation::config_map_key;

use crate::apiserver::field::{Errors, Path};
use crate::resource::{AGE, NAME, Resource, Strategy, integer};
use crate::resources::{age_cell, name_cell};

/// The most that one object holds.
const MAX_BYTES: usize = 1024 * 1024;

/// `configmaps`.
pub static CONFIG_MAP: Resource = Resource {
    short_names: &["cm"],
    strategy: Strategy { validate, validate_update, ..Strategy::GENERIC },
    columns: &[NAME, integer("Data"), AGE],
    row: |object, cx| {
        let count: usize = ["/data", "/binaryData"]
            .iter()
            .filter_map(|field| map_at(object, field))
            .map(podground_api::Map::len)
            .sum();
        vec![name_cell(object), count.into(), age_cell(object, cx)]
    },
    ..Resource::namespaced("", "v1", "ConfigMap").named("configmaps", "configmap", "configmaps")
};

fn validate(object: &Value, errors: &mut Errors) {
    let mut size = 0;
    for field in ["data", "binaryData"] {
        let path = Path::new(field);
        for (key, value) in map_at(object, &format!("/{field}")).into_iter().flatten() {
            errors.invalid_all(&path.key(key), key, config_map_key(key));
            if field == "data" && map_at(object, "/binaryData").is_some_and(|other| other.contains_key(key)) {
                errors.invalid(&path.key(key), key.as_str(), "duplicate of key present in binaryData");
            }
            size += value.as_str().map_or(0, str::len);
        }
    }
    if size > MAX_BYTES {
        errors.too_long(&Path::new(""), MAX_BYTES);
    }
}

fn validate_update(new: &Value, old: &Value, errors: &mut Errors) {
    immutable(new, old, &["data", "binaryData"], errors);
    validate(new, errors);
}

/// What is marked as immutable stays as it is, the mark too.
pub(super) fn immutable(new: &Value, old: &Value, fields: &[&str], errors: &mut Errors) {
    if !bool_at(old, "/immutable") {
        return;
    }
    let sentence = "field is immutable when `immutable` is set";
    if !bool_at(new, "/immutable") {
        errors.forbidden(&Path::new("immutable"), sentence);
    }
    for field in fields {
        let pointer = format!("/{field}");
        if at(new, &pointer) != at(old, &pointer) {
            errors.forbidden(&Path::new(field), sentence);
        }
    }
}
