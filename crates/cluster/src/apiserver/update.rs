//! Changing objects.
//!
//! Upstream: `apiserver/pkg/endpoints/handlers/update.go`, `pkg/registry/rest/update.go BeforeUpdate`,
//! `pkg/registry/generic/registry/store.go Update`.

use std::rc::Rc;

use podground_api::object::{array_at, at, is_deleting, name, set_at, str_at};
use podground_api::{Response, Status, Value};

use super::context::Context;
use super::field::Errors;
use super::{decode, delete, errors, get, handler, managed, meta};
use crate::admission;

/// `PUT …/pods/web`
pub(super) fn update(cx: &Context) -> Result<Response, Status> {
    let mut object = decode::body(cx)?;
    check_name(cx, &object)?;
    super::create::namespace(cx, &mut object)?;
    let old = get::present(cx)?;
    let object = replace(cx, object, &old)?;
    Ok(handler::respond(cx, 200, object))
}

/// Refuses an object whose name is not the path's.
pub(super) fn check_name(cx: &Context, object: &Value) -> Result<(), Status> {
    let name = name(object);
    if name == cx.name {
        return Ok(());
    }
    Err(errors::bad_request(if name.is_empty() {
        "name must be provided".to_owned()
    } else {
        format!("the name of the object ({name}) does not match the name on the URL ({})", cx.name)
    }))
}

/// The pipeline from a changed object to the store.
pub(super) fn replace(cx: &Context, mut object: Value, old: &Rc<Value>) -> Result<Rc<Value>, Status> {
    let said = meta::metadata(&mut object).remove("managedFields");
    let mut change = None;
    let new = replace_noting(cx, object, old, |object| change = managed::of_change(cx, old, object))?;
    if let Some(said) = said.filter(|said| !managed::is_present(cx, said)) {
        managed::take_over(cx, &said);
    }
    if !Rc::ptr_eq(&new, old) {
        managed::record(cx, name(&new), change);
    }
    Ok(new)
}

/// The same, where who has set the fields is known better.
pub(super) fn replace_unrecorded(cx: &Context, object: Value, old: &Rc<Value>) -> Result<Rc<Value>, Status> {
    replace_noting(cx, object, old, |_| {})
}

/// `note` sees the object as its author wanted it, before admission.
fn replace_noting(
    cx: &Context,
    mut object: Value,
    old: &Rc<Value>,
    note: impl FnOnce(&Value),
) -> Result<Rc<Value>, Status> {
    let resource = cx.resource;
    let strategy = &resource.strategy;
    check_versions(cx, &mut object, old)?;
    resource.default(&mut object);
    note(&object);
    let is_approval = cx.subresource == "approval";
    let is_status = cx.subresource == "status" || is_approval;
    if is_status {
        object = with_status(resource.key, object, old);
        if is_approval {
            approve(cx, &mut object, old);
        }
    } else {
        admission::mutate(cx, &mut object, Some(old))?;
    }
    meta::keep(resource, &mut object, old);
    if !is_status {
        if resource.has_subresource("status") {
            keep_status(&mut object, old);
        }
        (strategy.prepare_update)(cx, &mut object, old);
    }
    decode::prune(&mut object);
    if !is_status {
        meta::count_generation(resource, &mut object, old);
    }
    if object == **old {
        return Ok(old.clone());
    }
    let mut wrong = Errors::new();
    meta::validate_update(&object, old, &mut wrong);
    meta::validate(resource, &object, &mut wrong);
    if is_status {
        (strategy.validate_status)(&object, old, &mut wrong);
    } else {
        resource.validate(&object, Some(old), &mut wrong);
    }
    if !wrong.is_empty() {
        return Err(errors::invalid(resource, name(&object), &wrong.into_vec()));
    }
    if !is_status {
        (strategy.allocate)(cx, &mut object, Some(old))?;
        let mut warnings = Vec::new();
        (strategy.warnings)(&object, Some(old), &mut warnings);
        for warning in warnings {
            cx.warn(warning);
        }
        admission::validate(cx, Some(&object), Some(old))?;
    }
    Ok(store(cx, object))
}

/// An approval gives conditions with their times, and nothing else.
///
/// Upstream: `pkg/registry/certificates/certificates/strategy.go csrApprovalStrategy`
fn approve(cx: &Context, object: &mut Value, old: &Value) {
    let now = cx.now().rfc3339();
    let mut conditions = array_at(object, "/status/conditions").to_vec();
    for condition in &mut conditions {
        for field in ["lastUpdateTime", "lastTransitionTime"] {
            if str_at(condition, &format!("/{field}")).is_empty() {
                condition[field] = now.as_str().into();
            }
        }
    }
    let mut status = at(old, "/status").clone();
    set_at(&mut status, "/conditions", conditions.into());
    set_at(object, "/status", status);
}

/// Stores a changed object, or removes it if this was the last that a deletion waited for.
pub(super) fn store(cx: &Context, object: Value) -> Rc<Value> {
    if cx.dry_run {
        return Rc::new(object);
    }
    let name = name(&object).to_owned();
    let waits = !array_at(&object, "/metadata/finalizers").is_empty()
        || !array_at(&object, "/spec/finalizers").is_empty() && cx.resource.key == "namespaces"
        || at(&object, "/metadata/deletionGracePeriodSeconds").as_i64().unwrap_or(0) > 0;
    if is_deleting(&object) && !waits {
        let object = cx.api.put(cx.resource, &cx.namespace, &name, object);
        delete::finish(cx, &name);
        return object;
    }
    cx.api.put(cx.resource, &cx.namespace, &name, object)
}

fn check_versions(cx: &Context, object: &mut Value, old: &Value) -> Result<(), Status> {
    let version = str_at(object, "/metadata/resourceVersion");
    let present = str_at(old, "/metadata/resourceVersion");
    if version.is_empty() || version == "0" {
        if !cx.resource.strategy.unconditional_update {
            let mut wrong = Errors::new();
            let meta = super::field::Path::new("metadata");
            wrong.invalid(&meta.child("resourceVersion"), 0, "must be specified for an update");
            return Err(errors::invalid(cx.resource, &cx.name, &wrong.into_vec()));
        }
    } else if version != present {
        return Err(errors::conflict(cx.resource, &cx.name, errors::MODIFIED));
    }
    let uid = str_at(object, "/metadata/uid");
    let present_uid = str_at(old, "/metadata/uid");
    if !uid.is_empty() && uid != present_uid {
        let why =
            format!("Precondition failed: UID in precondition: {uid}, UID in object meta: {present_uid}");
        return Err(errors::conflict(cx.resource, &cx.name, &why));
    }
    let present = present.to_owned();
    meta::metadata(object).insert("resourceVersion".to_owned(), present.into());
    Ok(())
}

/// The present object with the status of another; kubelets may also change labels and annotations so,
/// and the deployment controller the revision in its annotations.
fn with_status(key: &str, mut new: Value, old: &Value) -> Value {
    let mut object = old.clone();
    let status = new.as_object_mut().and_then(|map| map.remove("status"));
    if let Value::Object(map) = &mut object {
        match status {
            Some(status) => map.insert("status".to_owned(), status),
            None => map.remove("status"),
        };
    }
    if ["pods", "nodes", "deployments.apps"].contains(&key) {
        for field in ["labels", "annotations", "finalizers"] {
            let value = meta::metadata(&mut new).remove(field);
            let meta = meta::metadata(&mut object);
            match value {
                Some(value) => meta.insert(field.to_owned(), value),
                None => meta.remove(field),
            };
        }
    }
    object
}

fn keep_status(object: &mut Value, old: &Value) {
    let Value::Object(map) = object else { return };
    match old.get("status") {
        Some(status) => map.insert("status".to_owned(), status.clone()),
        None => map.remove("status"),
    };
}
