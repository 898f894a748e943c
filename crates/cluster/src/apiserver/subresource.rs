//! Subresources: status, scale, binding, eviction, log, exec and their like.

use std::rc::Rc;

use podground_api::object::{array_at, at, i64_at, is_deleting, set_at, str_at};
use podground_api::{Method, Response, Status, Value, json};

use super::context::Context;
use super::field::{Errors, Path};
use super::{authorization, errors, get, handler, patch, update};

mod pod;
mod pod_update;
mod proxy;
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
        ("token", Method::Post) => token(cx),
        ("ephemeralcontainers", _) => pod_update::ephemeral_containers(cx),
        ("resize", _) => pod_update::resize(cx),
        ("proxy", _) => proxy::handle(cx),
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
    let object = if is_deleting(&old) { update::store(cx, object) } else { Rc::new(object) };
    Ok(handler::respond(cx, 200, object))
}

/// Makes a token for a service account.
fn token(cx: &Context) -> Result<Response, Status> {
    let mut request = handler::body(cx)?;
    let account = get::present(cx)?;
    let seconds = i64_at(&request, "/spec/expirationSeconds").unwrap_or(3600);
    if seconds < 600 {
        let mut wrong = Errors::new();
        let sentence = "may not specify a duration less than 10 minutes";
        wrong.invalid(&Path::new("spec").child("expirationSeconds"), seconds, sentence);
        let mut status = errors::invalid(cx.resource, "", &wrong.into_vec());
        status.message = format!(
            "TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid value: {seconds}: {sentence}"
        );
        return Err(status);
    }
    let mut audiences: Vec<String> =
        array_at(&request, "/spec/audiences").iter().filter_map(|a| a.as_str().map(str::to_owned)).collect();
    if audiences.is_empty() {
        audiences.push("https://kubernetes.default.svc.cluster.local".to_owned());
    }
    let lifetime = seconds.unsigned_abs();
    let token = authorization::token(cx.api, &account, &audiences, lifetime);
    let expiration = cx.now() + std::time::Duration::from_secs(lifetime);
    set_at(&mut request, "/kind", "TokenRequest".into());
    set_at(&mut request, "/apiVersion", "authentication.k8s.io/v1".into());
    set_at(&mut request, "/metadata/name", cx.name.as_str().into());
    set_at(&mut request, "/metadata/namespace", cx.namespace.as_str().into());
    set_at(&mut request, "/metadata/creationTimestamp", cx.now().rfc3339().into());
    set_at(&mut request, "/spec/audiences", json!(audiences));
    set_at(&mut request, "/spec/expirationSeconds", seconds.into());
    set_at(&mut request, "/status", json!({ "token": token, "expirationTimestamp": expiration.rfc3339() }));
    Ok(Response::json(201, request))
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
