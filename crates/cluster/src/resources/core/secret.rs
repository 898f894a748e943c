//! Secrets.
//!
//! Upstream: `pkg/apis/core/v1/{defaults,conversion}.go`, `pkg/apis/core/validation/validation.go ValidateSecret`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use podground_api::object::{at, map_at, str_at};
use podground_api::validation::config_map_key;
use podground_api::{Value, json};

use crate::apiserver::field::{Errors, Path};
use crate::resource::{AGE, NAME, Resource, Strategy, column, field, integer};
use crate::resources::core::pod::defaults::{absent, child};
use crate::resources::{age_cell, name_cell};

const MAX_BYTES: usize = 1024 * 1024;

/// `secrets`.
pub static SECRET: Resource = Resource {
    strategy: Strategy {
        default,
        validate,
        validate_update,
        fields: &[field("type", "/type")],
        ..Strategy::GENERIC
    },
    columns: &[NAME, column("Type"), integer("Data"), AGE],
    row: |object, cx| {
        let count = map_at(object, "/data").map_or(0, podground_api::Map::len);
        vec![name_cell(object), str_at(object, "/type").into(), json!(count), age_cell(object, cx)]
    },
    ..Resource::namespaced("", "v1", "Secret").named("secrets", "secret", "secrets")
};

fn default(object: &mut Value) {
    let Some(secret) = object.as_object_mut() else { return };
    absent(secret, "type", "Opaque");
    if let Some(Value::Object(texts)) = secret.remove("stringData")
        && let Some(data) = child(secret, "data")
    {
        for (key, value) in texts {
            data.insert(key, STANDARD.encode(value.as_str().unwrap_or_default()).into());
        }
    }
    if secret.get("data").and_then(Value::as_object).is_some_and(podground_api::Map::is_empty) {
        secret.remove("data");
    }
}

fn validate(object: &Value, errors: &mut Errors) {
    let data = Path::new("data");
    let mut size = 0;
    for (key, value) in map_at(object, "/data").into_iter().flatten() {
        errors.invalid_all(&data.key(key), key, config_map_key(key));
        size += value.as_str().map_or(0, str::len) / 4 * 3;
    }
    if size > MAX_BYTES {
        errors.too_long(&data, MAX_BYTES);
    }
    let bytes = |key: &str| map_at(object, "/data").and_then(|map| map.get(key)).and_then(Value::as_str);
    let required = |key: &str, errors: &mut Errors| {
        if bytes(key).is_none() {
            errors.required(&data.key(key), "");
        }
    };
    match str_at(object, "/type") {
        "kubernetes.io/service-account-token" => {
            let name = "kubernetes.io/service-account.name";
            let value = map_at(object, "/metadata/annotations").and_then(|map| map.get(name));
            if value.and_then(Value::as_str).is_none_or(str::is_empty) {
                let meta = Path::new("metadata");
                let annotations = meta.child("annotations");
                errors.required(&annotations.key(name), "");
            }
        }
        kind @ ("kubernetes.io/dockercfg" | "kubernetes.io/dockerconfigjson") => {
            let key = if kind.ends_with("json") { ".dockerconfigjson" } else { ".dockercfg" };
            required(key, errors);
            if let Some(text) = bytes(key) {
                let bytes = STANDARD.decode(text).unwrap_or_default();
                if serde_json::from_slice::<Value>(&bytes).is_err() {
                    errors.invalid(&data.key(key), "<secret contents redacted>", json_error(&bytes));
                }
            }
        }
        "kubernetes.io/basic-auth" if bytes("username").is_none() && bytes("password").is_none() => {
            errors.required(&data.key("username"), "");
            errors.required(&data.key("password"), "");
        }
        "kubernetes.io/ssh-auth" if bytes("ssh-privatekey").is_none_or(str::is_empty) => {
            errors.required(&data.key("ssh-privatekey"), "");
        }
        "kubernetes.io/tls" => {
            required("tls.crt", errors);
            required("tls.key", errors);
        }
        _ => {}
    }
}

/// What Go's decoder says of bytes that are no JSON.
fn json_error(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    match text.trim_start().chars().next() {
        Some(first) if first != '{' && first != '[' => {
            format!("invalid character '{first}' looking for beginning of value")
        }
        _ => "unexpected end of JSON input".to_owned(),
    }
}

fn validate_update(new: &Value, old: &Value, errors: &mut Errors) {
    if at(new, "/type") != at(old, "/type") {
        errors.invalid(&Path::new("type"), str_at(new, "/type"), "field is immutable");
    }
    super::config_map::immutable(new, old, &["data"], errors);
    validate(new, errors);
}
