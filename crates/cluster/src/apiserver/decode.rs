//! Reading bodies: strict decoding against the schema.
//!
//! Upstream: `apiserver/pkg/endpoints/handlers/create.go`, `sigs.k8s.io/json`.

use podground_api::object::str_at;
use podground_api::schema::Schema;
use podground_api::{Status, Value};

use super::context::Context;
use super::{errors, handler};
use crate::resource::Resource;

/// The object in the body of a request, in the stored version.
pub(super) fn body(cx: &Context) -> Result<Value, Status> {
    object(cx, handler::body(cx)?)
}

/// Decodes an object of the context's resource.
pub(super) fn object(cx: &Context, mut value: Value) -> Result<Value, Status> {
    let resource = cx.resource;
    let version = resource.group_version();
    if !value.is_object() {
        return Err(errors::bad_request(cannot_be_handled(
            resource.version,
            resource.kind,
            "json: cannot unmarshal non-object into Go value",
        )));
    }
    let own = str_at(&value, "/apiVersion");
    if !own.is_empty() && own != version {
        return Err(errors::bad_request(format!(
            "the API version in the data ({own}) does not match the expected API version ({version})"
        )));
    }
    let kind = str_at(&value, "/kind");
    if !kind.is_empty() && kind != resource.kind {
        let why = format!(
            "no kind {kind:?} is registered for version {version:?} in scheme \"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go\""
        );
        return Err(errors::bad_request(why));
    }
    value["apiVersion"] = version.as_str().into();
    value["kind"] = resource.kind.into();
    let (mut value, unknown) = fields(resource, value)
        .map_err(|why| errors::bad_request(cannot_be_handled(resource.version, resource.kind, &why)))?;
    unknown_fields(cx, unknown, |why| {
        errors::bad_request(cannot_be_handled(resource.version, resource.kind, why))
    })?;
    to_stored(resource, &mut value);
    Ok(value)
}

/// Reads the fields of an object by the schema: the object in its canonical form, and its unknown fields.
pub(super) fn fields(resource: &Resource, value: Value) -> Result<(Value, Vec<String>), String> {
    let schema = Schema::builtin();
    match schema.kind(&resource.group_version(), resource.kind) {
        Some(object_type) if resource.custom.is_none() => {
            let decoded = podground_api::decode::decode(schema, object_type, &value)?;
            Ok((decoded.value, decoded.strict_errors))
        }
        _ => {
            let mut value = value;
            let unknown = crate::resources::apiextensions::custom::prune(resource, &mut value);
            Ok((value, unknown))
        }
    }
}

/// Brings an object into the stored version.
pub(super) fn to_stored(resource: &Resource, value: &mut Value) {
    if let Some(conversion) = resource.conversion {
        (conversion.to_stored)(value);
    }
}

/// What becomes of unknown fields: the client says by `fieldValidation`.
pub(super) fn unknown_fields(
    cx: &Context,
    found: Vec<String>,
    refuse: impl Fn(&str) -> Status,
) -> Result<(), Status> {
    if found.is_empty() {
        return Ok(());
    }
    match cx.request.query_value("fieldValidation").unwrap_or("Warn") {
        "Strict" => Err(refuse(&format!("strict decoding error: {}", found.join(", ")))),
        "Ignore" => Ok(()),
        _ => {
            for sentence in found {
                cx.warn(sentence);
            }
            Ok(())
        }
    }
}

/// The sentence for a body that cannot be read.
pub(super) fn cannot_be_handled(version: &str, kind: &str, why: &str) -> String {
    let version = version.rsplit('/').next().unwrap_or(version);
    format!("{kind} in version {version:?} cannot be handled as a {kind}: {why}")
}

/// Drops what encoding a typed object would leave out.
pub(super) fn prune(object: &mut Value) {
    if let Value::Object(map) = object {
        map.retain(|_, value| !value.is_null());
    }
}
