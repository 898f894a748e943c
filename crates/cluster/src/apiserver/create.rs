//! Making objects.
//!
//! Upstream: `apiserver/pkg/endpoints/handlers/create.go`, `pkg/registry/rest/create.go BeforeCreate`.

use std::rc::Rc;

use podground_api::object::{name, str_at};
use podground_api::{Response, Status, Value};

use super::context::Context;
use super::field::Errors;
use super::{decode, errors, handler, managed, meta};
use crate::admission;

/// `POST …/pods`
pub(super) fn create(cx: &Context) -> Result<Response, Status> {
    let mut object = decode::body(cx)?;
    namespace(cx, &mut object)?;
    if let Some(answer) = cx.resource.strategy.answer {
        return Ok(Response::json(201, answer(cx, object)));
    }
    let object = insert(cx, object)?;
    Ok(handler::respond(cx, 201, object))
}

/// The pipeline from a decoded object to the store.
pub(super) fn insert(cx: &Context, object: Value) -> Result<Rc<Value>, Status> {
    let mut change = None;
    let object = insert_noting(cx, object, |object| change = managed::of_new(cx, object))?;
    managed::record(cx, name(&object), change);
    Ok(object)
}

/// The same, where who has set the fields is known better.
pub(super) fn insert_unrecorded(cx: &Context, object: Value) -> Result<Rc<Value>, Status> {
    insert_noting(cx, object, |_| {})
}

/// `note` sees the object as its author wanted it, before admission.
fn insert_noting(cx: &Context, mut object: Value, note: impl FnOnce(&Value)) -> Result<Rc<Value>, Status> {
    let resource = cx.resource;
    let strategy = &resource.strategy;
    if !str_at(&object, "/metadata/resourceVersion").is_empty() {
        return Err(errors::bad_request("resourceVersion should not be set on objects to be created"));
    }
    resource.default(&mut object);
    note(&object);
    admission::mutate(cx, &mut object, None)?;
    meta::fill(cx, &mut object);
    (strategy.prepare_create)(cx, &mut object);
    decode::prune(&mut object);
    let mut wrong = Errors::new();
    meta::validate(resource, &object, &mut wrong);
    resource.validate(&object, None, &mut wrong);
    if !wrong.is_empty() {
        return Err(errors::invalid(resource, name(&object), &wrong.into_vec()));
    }
    (strategy.allocate)(cx, &mut object, None)?;
    let mut warnings = Vec::new();
    (strategy.warnings)(&object, None, &mut warnings);
    for warning in warnings {
        cx.warn(warning);
    }
    admission::validate(cx, Some(&object), None)?;
    let name = name(&object).to_owned();
    if cx.store().get(resource.key, &cx.namespace, &name).is_some() {
        return Err(errors::already_exists(resource, &name));
    }
    if cx.dry_run {
        return Ok(Rc::new(object));
    }
    Ok(cx.api.put(resource, &cx.namespace, &name, object))
}

/// Puts the object into the namespace of the path, or refuses if it says another one.
pub(super) fn namespace(cx: &Context, object: &mut Value) -> Result<(), Status> {
    let own = str_at(object, "/metadata/namespace").to_owned();
    if !cx.resource.namespaced {
        meta::metadata(object).remove("namespace");
        return Ok(());
    }
    if own.is_empty() {
        if cx.namespace.is_empty() {
            return Err(errors::bad_request("an empty namespace may not be set during creation"));
        }
        meta::metadata(object).insert("namespace".to_owned(), cx.namespace.as_str().into());
    } else if own != cx.namespace {
        return Err(errors::bad_request(
            "the namespace of the provided object does not match the namespace sent on the request",
        ));
    }
    Ok(())
}
