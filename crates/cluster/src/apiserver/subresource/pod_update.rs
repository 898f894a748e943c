//! What one may change of a pod that runs: containers for debugging, and the resources of the others.
//!
//! Upstream: `pkg/registry/core/pod/strategy.go podEphemeralContainersStrategy, podResizeStrategy`,
//! `pkg/apis/core/validation/validation.go ValidatePodEphemeralContainersUpdate, ValidatePodResize`.

use std::rc::Rc;

use podground_api::managed::Comparison;
use podground_api::object::{array_at, at, i64_at, name, set_at, str_at};
use podground_api::{Method, Response, Status, Value};

use super::{changed, errors, get, patch, update};
use crate::admission;
use crate::apiserver::context::Context;
use crate::apiserver::field::{Errors, Path};
use crate::apiserver::{decode, handler, managed};
use crate::resources::core::pod::{qos, validate_ephemeral, validate_resources};

/// The pod that a request wants, and the present one.
fn wanted(cx: &Context) -> Result<(Value, Rc<Value>), Status> {
    let old = get::present(cx)?;
    let new = match cx.request.method {
        Method::Put => decode::body(cx)?,
        Method::Patch => decode::object(cx, patch::apply(cx, &old)?)?,
        _ => return Err(errors::method_not_allowed(cx.resource)),
    };
    update::check_name(cx, &new)?;
    let version = str_at(&new, "/metadata/resourceVersion");
    if !version.is_empty() && version != str_at(&old, "/metadata/resourceVersion") {
        return Err(errors::conflict(cx.resource, &cx.name, errors::MODIFIED));
    }
    Ok((new, old))
}

fn store(cx: &Context, mut pod: Value, old: &Rc<Value>, wrong: Errors) -> Result<Response, Status> {
    if !wrong.is_empty() {
        return Err(errors::invalid(cx.resource, &cx.name, &wrong.into_vec()));
    }
    let whole = Context { subresource: String::new(), ..cx.again() };
    admission::validate(&whole, Some(&pod), Some(old))?;
    let change: Option<Comparison> = managed::of_change(cx, old, &pod);
    if pod == **old {
        return Ok(handler::respond(cx, 200, old.clone()));
    }
    let generation = i64_at(old, "/metadata/generation").unwrap_or(1);
    set_at(&mut pod, "/metadata/generation", (generation + 1).into());
    let pod = update::store(cx, pod);
    managed::record(cx, name(&pod), change);
    Ok(handler::respond(cx, 200, pod))
}

/// Adds ephemeral containers; what is there stays.
pub(super) fn ephemeral_containers(cx: &Context) -> Result<Response, Status> {
    let (new, old) = wanted(cx)?;
    let mut pod = changed(&old);
    set_at(&mut pod, "/spec/ephemeralContainers", at(&new, "/spec/ephemeralContainers").clone());
    if array_at(&pod, "/spec/ephemeralContainers").is_empty() {
        podground_api::object::remove_at(&mut pod, "/spec/ephemeralContainers");
    }
    cx.resource.default(&mut pod);
    let mut wrong = Errors::new();
    let spec = Path::new("spec");
    let path = spec.child("ephemeralContainers");
    validate_ephemeral(at(&pod, "/spec"), &path, &mut wrong);
    for (index, container) in array_at(&old, "/spec/ephemeralContainers").iter().enumerate() {
        let name = name_of(container);
        match array_at(&pod, "/spec/ephemeralContainers").iter().find(|other| name_of(other) == name) {
            None => {
                wrong
                    .forbidden(&path, format!("existing ephemeral containers {name:?} may not be removed\n"));
            }
            Some(other) if other != container => {
                let sentence = format!("existing ephemeral containers {name:?} may not be changed\n");
                wrong.forbidden(&path.index(index), sentence);
            }
            Some(_) => {}
        }
    }
    store(cx, pod, &old, wrong)
}

fn name_of(container: &Value) -> &str {
    str_at(container, "/name")
}

/// Changes CPU and memory of containers in place.
pub(super) fn resize(cx: &Context) -> Result<Response, Status> {
    let (mut new, old) = wanted(cx)?;
    cx.resource.default(&mut new);
    let mut pod = changed(&old);
    let mut wrong = Errors::new();
    let spec = Path::new("spec");
    for list in ["initContainers", "containers"] {
        let pointer = format!("/spec/{list}");
        let path = spec.child(list);
        let olds = array_at(&old, &pointer);
        for (index, container) in olds.iter().enumerate() {
            let path = path.index(index);
            let Some(wanted) = array_at(&new, &pointer).iter().find(|c| name_of(c) == name_of(container))
            else {
                continue;
            };
            let resources = at(wanted, "/resources");
            let lost = |kind: &str| {
                let (before, after) = (at(container, "/resources").get(kind), resources.get(kind));
                let names = before.and_then(Value::as_object).into_iter().flatten().map(|(name, _)| name);
                names.filter(|name| after.is_none_or(|after| after.get(*name).is_none())).count() > 0
            };
            let resources_path = path.child("resources");
            if lost("limits") {
                wrong.forbidden(&resources_path.child("limits"), "resource limits cannot be removed");
            }
            if lost("requests") {
                wrong.forbidden(&resources_path.child("requests"), "resource requests cannot be removed");
            }
            validate_resources(resources, &resources_path, &mut wrong);
            set_at(&mut pod, &format!("{pointer}/{index}/resources"), resources.clone());
        }
    }
    if qos::class(&pod) != qos::class(&old) {
        let sentence = "Pod QOS Class may not change as a result of resizing";
        wrong.invalid(&spec, qos::class(&pod), sentence);
    }
    if others(&new) != others(&old) {
        wrong.forbidden(&spec, "only cpu and memory resources are mutable");
    }
    store(cx, pod, &old, wrong)
}

/// A pod's spec without what a resize may change.
fn others(pod: &Value) -> Value {
    let mut spec = at(pod, "/spec").clone();
    for list in ["initContainers", "containers"] {
        for container in spec.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
            for kind in ["limits", "requests"] {
                for resource in ["cpu", "memory"] {
                    podground_api::object::remove_at(container, &format!("/resources/{kind}/{resource}"));
                }
                if at(container, &format!("/resources/{kind}"))
                    .as_object()
                    .is_some_and(podground_api::Map::is_empty)
                {
                    podground_api::object::remove_at(container, &format!("/resources/{kind}"));
                }
            }
        }
    }
    spec
}
