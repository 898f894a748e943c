//! Patches.
//!
//! Upstream: `apiserver/pkg/endpoints/handlers/patch.go`.

use podground_api::patch::{apply_json_patch, apply_merge_patch, apply_strategic_merge_patch};
use podground_api::schema::Schema;
use podground_api::{Response, Status, Value};

use super::context::Context;
use super::field::{Errors, Path, aggregate, causes};
use super::{create, decode, errors, get, handler, managed, update};

const JSON: &str = "application/json-patch+json";
const MERGE: &str = "application/merge-patch+json";
const STRATEGIC: &str = "application/strategic-merge-patch+json";
const APPLY: &str = "application/apply-patch+yaml";

/// `PATCH …/pods/web`
pub(super) fn patch(cx: &Context) -> Result<Response, Status> {
    if content_type(cx) == APPLY {
        return super::apply::apply(cx);
    }
    let old = get::present(cx)?;
    let mut served = (*old).clone();
    if let Some(conversion) = cx.resource.conversion {
        (conversion.from_stored)(&mut served);
    }
    if speaks_of_managers(cx) {
        managed::add(cx, &mut served);
    }
    let patched = apply(cx, &served)?;
    update::check_name(cx, &patched)?;
    let shown = shown(cx, &patched);
    let (mut object, unknown) = decode::fields(cx.resource, patched).map_err(|why| {
        let strategic = content_type(cx) == STRATEGIC;
        refuse(&shown, &if strategic { converter_error(&why) } else { why })
    })?;
    decode::unknown_fields(cx, unknown, |why| refuse(&shown, why))?;
    decode::to_stored(cx.resource, &mut object);
    create::namespace(cx, &mut object)?;
    let object = update::replace(cx, object, &old)?;
    Ok(handler::respond(cx, 200, object))
}

/// Whether a patch touches `managedFields`, which are kept beside the object.
fn speaks_of_managers(cx: &Context) -> bool {
    let operations = cx.request.body.as_deref().and_then(Value::as_array);
    let path = |operation: &Value| {
        podground_api::object::str_at(operation, "/path").starts_with("/metadata/managedFields")
    };
    operations.is_some_and(|operations| operations.iter().any(path))
}

fn content_type<'a>(cx: &'a Context) -> &'a str {
    let text = cx.request.header("content-type").unwrap_or_default();
    text.split(';').next().unwrap_or_default().trim()
}

/// An object with the request's patch applied.
pub(super) fn apply(cx: &Context, served: &Value) -> Result<Value, Status> {
    let patch = handler::body(cx)?;
    match content_type(cx) {
        JSON => {
            if !patch.is_array() {
                return Err(errors::bad_request(format!(
                    "error decoding patch: json: cannot unmarshal {} into Go value of type []handlers.jsonPatchOp",
                    kind_of(&patch)
                )));
            }
            apply_json_patch(served, &patch).map_err(|_| errors::unprocessable())
        }
        MERGE => Ok(apply_merge_patch(served, check_map(&patch)?)),
        STRATEGIC if cx.resource.custom.is_none() => {
            let schema = Schema::builtin();
            let (version, kind) = match cx.subresource.as_str() {
                "scale" => ("autoscaling/v1".to_owned(), "Scale"),
                _ => (cx.resource.group_version(), cx.resource.kind),
            };
            let name = schema.kind(&version, kind).map_or("", |object_type| &object_type.name);
            apply_strategic_merge_patch(schema, name, served, check_map(&patch)?).map_err(errors::bad_request)
        }
        _ if cx.resource.custom.is_some() => {
            Err(errors::unsupported_media_type(&[JSON, MERGE, APPLY].join(", ")))
        }
        _ => Err(errors::unsupported_media_type(&[JSON, MERGE, STRATEGIC, APPLY].join(", "))),
    }
}

fn check_map(patch: &Value) -> Result<&Value, Status> {
    if patch.is_object() {
        return Ok(patch);
    }
    Err(errors::bad_request(format!(
        "json: cannot unmarshal {} into Go value of type map[string]interface {{}}",
        kind_of(patch)
    )))
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// The refusal of a patch whose result cannot be read.
fn refuse(shown: &str, why: &str) -> Status {
    let mut wrong = Errors::new();
    wrong.invalid(&Path::new("patch"), shown, why);
    let wrong = wrong.into_vec();
    let mut status = errors::unprocessable();
    status.message = format!(" \"\" is invalid: {}", aggregate(&wrong));
    status.details =
        Some(podground_api::status::StatusDetails { causes: causes(&wrong), ..Default::default() });
    status
}

/// What the refusal shows: a strategic patch itself as Go prints maps, of others the result.
fn shown(cx: &Context, patched: &Value) -> String {
    match (content_type(cx), &cx.request.body) {
        (STRATEGIC, Some(patch)) => go_value(patch),
        _ => patched.to_string(),
    }
}

/// A value as Go's `%v` prints it: `map[spec:map[replicas:2]]`.
fn go_value(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(go_value).collect::<Vec<_>>().join(" ")),
        Value::Object(map) => {
            let pairs: Vec<String> =
                map.iter().map(|(key, value)| format!("{key}:{}", go_value(value))).collect();
            format!("map[{}]", pairs.join(" "))
        }
        other => other.to_string(),
    }
}

/// Strategic patches are read by another converter, which says less.
///
/// Upstream: `apimachinery/pkg/runtime/converter.go fromUnstructured`.
fn converter_error(why: &str) -> String {
    let parse = || {
        let (found, rest) = why.strip_prefix("json: cannot unmarshal ")?.split_once(" into Go ")?;
        let expected = rest.rsplit_once(" of type ")?.1;
        let found = match found.split(' ').next()? {
            "number" => "int64",
            "object" => "map[string]interface {}",
            "array" => "[]interface {}",
            other => other,
        };
        Some(if expected.starts_with("map[") {
            format!("cannot restore map from {}", found.split(['[', ' ']).next()?)
        } else if expected.starts_with("[]") {
            format!("cannot restore slice from {}", found.split('[').next()?)
        } else if expected.contains('.') {
            format!("cannot restore struct from: {found}")
        } else if expected == "string" && found == "int64" {
            "cannot convert int64 to string".to_owned()
        } else {
            format!("unrecognized type: {expected}")
        })
    };
    parse().unwrap_or_else(|| why.to_owned())
}
