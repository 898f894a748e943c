//! Deleting objects: preconditions, grace, finalizers, propagation.
//!
//! Upstream: `apiserver/pkg/registry/rest/delete.go BeforeDelete`, `pkg/registry/generic/registry/store.go Delete`.

use std::rc::Rc;
use std::time::Duration;

use podground_api::object::{array_at, at, i64_at, is_deleting, name, str_at, uid};
use podground_api::{Response, Status, Value, json};

use super::context::Context;
use super::{errors, get, handler, list, meta, update};
use crate::admission;

/// What a client asks of a deletion.
#[derive(Default)]
struct Options {
    grace: Option<i64>,
    propagation: Option<Propagation>,
    uid: Option<String>,
    resource_version: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Propagation {
    Background,
    Foreground,
    Orphan,
}

/// `DELETE …/pods/web`
pub(super) fn delete(cx: &Context) -> Result<Response, Status> {
    let options = options(cx)?;
    let old = get::present(cx)?;
    let (object, gone) = delete_one(cx, &options, &old)?;
    if gone && !returns_object(cx.resource.key) {
        return Ok(Response::json(200, success(cx, &object)));
    }
    Ok(handler::respond(cx, 200, object))
}

/// `DELETE …/pods`
pub(super) fn delete_collection(cx: &Context) -> Result<Response, Status> {
    let options = options(cx)?;
    let found = list::find(cx)?;
    let mut items = Vec::new();
    for old in &found.objects {
        let one = Context {
            namespace: podground_api::object::namespace(old).to_owned(),
            name: name(old).to_owned(),
            subresource: String::new(),
            user: cx.user.clone(),
            warnings: std::cell::RefCell::default(),
            ..*cx
        };
        // What a controller has deleted meanwhile is no error.
        match delete_one(&one, &options, old) {
            Ok((object, _)) => items.push((*object).clone()),
            Err(status) if status.code == 404 => {}
            Err(status) => return Err(status),
        }
    }
    let value = json!({
        "kind": format!("{}List", cx.resource.kind),
        "apiVersion": cx.resource.group_version(),
        "metadata": { "resourceVersion": cx.store().revision().to_string() },
        "items": items,
    });
    Ok(Response::json(200, value))
}

/// Deletes an object or marks it as being deleted; says whether it is gone.
fn delete_one(cx: &Context, options: &Options, old: &Rc<Value>) -> Result<(Rc<Value>, bool), Status> {
    admission::validate(cx, None, Some(old))?;
    let name = name(old).to_owned();
    if let Some(wanted) = options.uid.as_deref().filter(|wanted| *wanted != uid(old)) {
        let why =
            format!("Precondition failed: UID in precondition: {wanted}, UID in object meta: {}", uid(old));
        return Err(errors::conflict(cx.resource, &name, &why));
    }
    let version = str_at(old, "/metadata/resourceVersion");
    if let Some(wanted) = options.resource_version.as_deref().filter(|wanted| *wanted != version) {
        let why = format!(
            "Precondition failed: ResourceVersion in precondition: {wanted}, ResourceVersion in object meta: {version}"
        );
        return Err(errors::conflict(cx.resource, &name, &why));
    }
    let mut object = (**old).clone();
    set_finalizers(cx, options, &mut object);
    let grace = cx.resource.strategy.grace.map(|grace| grace(options.grace, old));
    let waits = waits(cx, &object) || grace.is_some_and(|grace| grace > 0);
    if !waits {
        if cx.dry_run {
            return Ok((old.clone(), true));
        }
        return Ok((finish(cx, &name).unwrap_or_else(|| old.clone()), true));
    }
    let seconds = grace.unwrap_or(0).max(0);
    let deadline = cx.now() + Duration::from_secs(seconds.cast_unsigned());
    if is_deleting(old) {
        // A second deletion can only shorten the wait.
        let present = i64_at(old, "/metadata/deletionGracePeriodSeconds").unwrap_or(0);
        if seconds >= present {
            if object == **old {
                return Ok((old.clone(), false));
            }
        } else {
            let meta = meta::metadata(&mut object);
            meta.insert("deletionGracePeriodSeconds".to_owned(), seconds.into());
            meta.insert("deletionTimestamp".to_owned(), deadline.rfc3339().into());
        }
    } else {
        let meta = meta::metadata(&mut object);
        meta.insert("deletionTimestamp".to_owned(), deadline.rfc3339().into());
        meta.insert("deletionGracePeriodSeconds".to_owned(), seconds.into());
        if let Some(generation) = meta.get("generation").and_then(Value::as_i64) {
            meta.insert("generation".to_owned(), (generation + 1).into());
        }
        if cx.resource.key == "namespaces" {
            meta.remove("deletionGracePeriodSeconds");
            podground_api::object::set_at(&mut object, "/status/phase", "Terminating".into());
        }
    }
    if cx.dry_run {
        return Ok((Rc::new(object), false));
    }
    let object = update::store(cx, object);
    Ok((object, false))
}

/// Whether finalizers hold the object back.
fn waits(cx: &Context, object: &Value) -> bool {
    !array_at(object, "/metadata/finalizers").is_empty()
        || cx.resource.key == "namespaces" && !array_at(object, "/spec/finalizers").is_empty()
}

/// Takes the object out of the store.
pub(super) fn finish(cx: &Context, name: &str) -> Option<Rc<Value>> {
    cx.api.remove(cx.resource, &cx.namespace, name)
}

/// The finalizers that stand for what is to become of the dependents.
fn set_finalizers(cx: &Context, options: &Options, object: &mut Value) {
    let default = if cx.resource.key == "jobs.batch" { Some(Propagation::Orphan) } else { None };
    let propagation = options.propagation.or(default);
    let mut finalizers: Vec<Value> = array_at(object, "/metadata/finalizers").to_vec();
    if options.propagation.is_some() {
        finalizers.retain(|finalizer| finalizer != "orphan" && finalizer != "foregroundDeletion");
    }
    match propagation {
        Some(Propagation::Orphan) => finalizers.push("orphan".into()),
        Some(Propagation::Foreground) => finalizers.push("foregroundDeletion".into()),
        _ => {}
    }
    finalizers.dedup();
    let meta = meta::metadata(object);
    if finalizers.is_empty() {
        meta.remove("finalizers");
    } else {
        meta.insert("finalizers".to_owned(), finalizers.into());
    }
}

fn options(cx: &Context) -> Result<Options, Status> {
    let mut options = Options::default();
    let body = cx.request.body.as_deref().unwrap_or(&Value::Null);
    let text = |pointer: &str| Some(str_at(body, pointer).to_owned()).filter(|text| !text.is_empty());
    options.uid = text("/preconditions/uid");
    options.resource_version = text("/preconditions/resourceVersion");
    options.grace = i64_at(body, "/gracePeriodSeconds")
        .or_else(|| cx.request.query_value("gracePeriodSeconds").and_then(|seconds| seconds.parse().ok()));
    if options.grace.is_some_and(|grace| grace < 0) {
        options.grace = Some(1);
    }
    let propagation =
        text("/propagationPolicy").or_else(|| cx.request.query_value("propagationPolicy").map(str::to_owned));
    options.propagation = match propagation.as_deref() {
        None => match at(body, "/orphanDependents").as_bool() {
            Some(true) => Some(Propagation::Orphan),
            Some(false) => Some(Propagation::Background),
            None => None,
        },
        Some("Background") => Some(Propagation::Background),
        Some("Foreground") => Some(Propagation::Foreground),
        Some("Orphan") => Some(Propagation::Orphan),
        Some(other) => {
            return Err(errors::bad_request(format!(
                "invalid DeleteOptions: propagationPolicy: Unsupported value: {other:?}: supported values: \"Foreground\", \"Background\", \"Orphan\", \"nil\""
            )));
        }
    };
    Ok(options)
}

/// Whether a deletion answers with the object instead of a status.
fn returns_object(key: &str) -> bool {
    [
        "pods",
        "services",
        "serviceaccounts",
        "persistentvolumeclaims",
        "persistentvolumes",
        "podtemplates",
        "resourcequotas",
    ]
    .contains(&key)
}

fn success(cx: &Context, object: &Value) -> Value {
    let mut details = json!({ "name": name(object), "kind": cx.resource.plural, "uid": uid(object) });
    if !cx.resource.group.is_empty() {
        details["group"] = cx.resource.group.into();
    }
    json!({ "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details })
}
