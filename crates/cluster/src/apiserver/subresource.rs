//! Subresources: status, scale, binding, eviction, log, exec and their like.

use std::rc::Rc;

use podground_api::object::{at, is_deleting, set_at, str_at};
use podground_api::{Method, Response, Status, Value, json};

use super::context::Context;
use super::{errors, get, handler, patch, update};

mod pod;
mod scale;

/// Answers a request for a subresource.
pub(super) fn handle(cx: &Context) -> Result<Response, Status> {
    match (cx.subresource.as_str(), cx.request.method) {
        ("status" | "ephemeralcontainers" | "resize" | "approval", Method::Get) => get::get(cx),
        ("status" | "approval", Method::Put) => update::update(cx),
        ("status" | "approval", Method::Patch) => patch::patch(cx),
        ("scale", _) => scale::handle(cx),
        ("finalize", Method::Put) => finalize(cx),
        ("binding" | "bindings", Method::Post) => pod::bind(cx),
        ("eviction", Method::Post) => pod::evict(cx),
        ("log", Method::Get) => pod::proxied(cx, |nodes, pod, query| nodes.logs(pod, query)),
        ("exec", Method::Get | Method::Post) => pod::proxied(cx, |nodes, pod, query| nodes.exec(pod, query)),
        ("attach", Method::Get | Method::Post) => {
            pod::proxied(cx, |nodes, pod, query| nodes.attach(pod, query))
        }
        ("portforward", Method::Get | Method::Post) => {
            pod::proxied(cx, |nodes, pod, query| nodes.port_forward(pod, query))
        }
        ("ephemeralcontainers" | "resize" | "proxy" | "token", _) => {
            let what = format!("the subresource {} of {}", cx.subresource, cx.resource.group_resource());
            Err(errors::not_implemented(&what))
        }
        _ => Err(errors::method_not_allowed(cx.resource)),
    }
}

/// Takes finalizers out of a namespace that is being deleted.
fn finalize(cx: &Context) -> Result<Response, Status> {
    let new = handler::body(cx)?;
    update::check_name(cx, &new)?;
    let old = get::present(cx)?;
    let mut object = (*old).clone();
    set_at(&mut object, "/spec/finalizers", at(&new, "/spec/finalizers").clone());
    if at(&object, "/spec/finalizers").as_array().is_none_or(Vec::is_empty) {
        podground_api::object::remove_at(&mut object, "/spec/finalizers");
    }
    let version = str_at(&new, "/metadata/resourceVersion");
    if !version.is_empty() && version != str_at(&old, "/metadata/resourceVersion") {
        return Err(errors::conflict(cx.resource, &cx.name, errors::MODIFIED));
    }
    let object = if is_deleting(&old) { update::store(cx, object)? } else { Rc::new(object) };
    Ok(handler::respond(cx, 200, object))
}

/// The answer to what was done: a bare success.
fn success(code: u16) -> Response {
    let value =
        json!({ "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": code });
    Response::json(code, value)
}

/// The query of the request.
fn query<'a>(cx: &'a Context) -> &'a [(String, String)] {
    &cx.request.query
}

/// A copy of an object that is to be changed.
fn changed(object: &Rc<Value>) -> Value {
    (**object).clone()
}
