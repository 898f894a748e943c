//! Patches.
//!
//! Upstream: `apiserver/pkg/endpoints/handlers/patch.go`.

use podground_api::{Response, Status, Value};

use super::context::Context;
use super::{create, decode, errors, get, handler, update};

/// `PATCH …/pods/web`
pub(super) fn patch(cx: &Context) -> Result<Response, Status> {
    let old = get::present(cx)?;
    let patched = apply(cx, &old)?;
    update::check_name(cx, &patched)?;
    let mut object = decode::object(cx, patched)?;
    create::namespace(cx, &mut object)?;
    let object = update::replace(cx, object, &old)?;
    Ok(handler::respond(cx, 200, object))
}

/// An object with the request's patch applied.
pub(super) fn apply(cx: &Context, old: &Value) -> Result<Value, Status> {
    let content_type = cx.request.header("content-type").unwrap_or_default();
    let content_type = content_type.split(';').next().unwrap_or_default().trim();
    let patch = handler::body(cx)?;
    let mut object = old.clone();
    match content_type {
        "application/merge-patch+json" => merge(&mut object, &patch),
        _ => return Err(errors::not_implemented(&format!("patches of type {content_type:?}"))),
    }
    Ok(object)
}

/// RFC 7386.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        target.clone_from(patch);
        return;
    };
    if !target.is_object() {
        *target = Value::Object(podground_api::Map::new());
    }
    let Value::Object(map) = target else { return };
    for (key, value) in patch {
        if value.is_null() {
            map.remove(key);
        } else {
            merge(map.entry(key.as_str()).or_insert(Value::Null), value);
        }
    }
}
