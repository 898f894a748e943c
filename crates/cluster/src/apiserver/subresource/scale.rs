//! `scale`: the number of replicas, alike for all kinds that have one.

use std::rc::Rc;

use podground_api::object::{at, i64_at, name, namespace, set_at, str_at};
use podground_api::{Body, Method, Response, Selector, Status, Value, json};

use super::{changed, errors, get, patch, update};
use crate::apiserver::context::Context;
use crate::apiserver::field::{Errors, Path};
use crate::apiserver::{decode, handler};

pub(super) fn handle(cx: &Context) -> Result<Response, Status> {
    let old = get::present(cx)?;
    let places = Places::of(cx);
    let present = places.scale(&old);
    let wanted = match cx.request.method {
        Method::Get => return Ok(respond(cx, present)),
        Method::Put => handler::body(cx)?,
        Method::Patch => patch::apply(cx, &present)?,
        _ => return Err(errors::method_not_allowed(cx.resource)),
    };
    let version = str_at(&wanted, "/metadata/resourceVersion");
    if !version.is_empty() && version != str_at(&old, "/metadata/resourceVersion") {
        return Err(errors::conflict(cx.resource, &cx.name, errors::MODIFIED));
    }
    let replicas = match at(&wanted, "/spec/replicas") {
        Value::Null => 0,
        value => value.as_i64().ok_or_else(|| {
            errors::bad_request(decode::cannot_be_handled(
                "autoscaling/v1",
                "Scale",
                "json: cannot unmarshal string into Go struct field ScaleSpec.spec.replicas of type int32",
            ))
        })?,
    };
    if replicas < 0 {
        let mut wrong = Errors::new();
        let path = Path::new("spec");
        wrong.invalid(&path.child("replicas"), replicas, "must be greater than or equal to 0");
        let mut status = errors::invalid(cx.resource, &cx.name, &wrong.into_vec());
        status.message = format!(
            "Scale.autoscaling {:?} is invalid: spec.replicas: Invalid value: {replicas}: must be greater than or equal to 0",
            cx.name
        );
        if let Some(details) = &mut status.details {
            "autoscaling".clone_into(&mut details.group);
            "Scale".clone_into(&mut details.kind);
        }
        return Err(status);
    }
    let mut object = changed(&old);
    set_at(&mut object, places.spec, replicas.into());
    let object = update::replace(&Context { subresource: String::new(), ..cx.again() }, object, &old)?;
    Ok(respond(cx, places.scale(&object)))
}

fn respond(cx: &Context, scale: Value) -> Response {
    if crate::apiserver::table::is_wanted(cx.request) {
        // Upstream's default columns: nobody asks for a scale's own.
        let row =
            json!({ "cells": [name(&scale), at(&scale, "/metadata/creationTimestamp")], "object": scale });
        let columns = json!([
            { "name": "Name", "type": "string", "format": "name", "description": "", "priority": 0 },
            { "name": "Created At", "type": "date", "format": "", "description": "", "priority": 0 }]);
        let table = json!({ "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": {},
            "columnDefinitions": columns, "rows": [row] });
        return Response::json(200, table);
    }
    Response { status: 200, headers: Vec::new(), body: Body::Json(Rc::new(scale)) }
}

/// Where an object keeps its numbers of replicas and its selector.
struct Places {
    spec: &'static str,
    status: &'static str,
    selector: &'static str,
}

impl Places {
    fn of(cx: &Context) -> Self {
        let scale = cx.resource.custom.map(|definition| {
            let version = podground_api::object::array_at(definition, "/spec/versions")
                .iter()
                .find(|version| str_at(version, "/name") == cx.resource.version);
            version.map_or(&Value::Null, |version| at(version, "/subresources/scale"))
        });
        let path = |field: &str, default: &'static str| -> &'static str {
            let text = scale.map(|scale| str_at(scale, field)).unwrap_or_default();
            // Definitions live as long as the program, pointers made from them too.
            if text.is_empty() { default } else { Box::leak(text.replace('.', "/").into_boxed_str()) }
        };
        Self {
            spec: path("/specReplicasPath", "/spec/replicas"),
            status: path("/statusReplicasPath", "/status/replicas"),
            selector: path("/labelSelectorPath", "/spec/selector"),
        }
    }

    fn scale(&self, object: &Value) -> Value {
        let mut status = json!({ "replicas": i64_at(object, self.status).unwrap_or(0) });
        let selector = at(object, self.selector);
        let text = match selector {
            Value::String(text) => text.clone(),
            // A replication controller's selector is a plain map.
            Value::Object(map) if map.values().all(Value::is_string) => {
                Selector::from_map(selector).map(|selector| selector.to_string()).unwrap_or_default()
            }
            _ => Selector::from_label_selector(selector)
                .map(|selector| selector.to_string())
                .unwrap_or_default(),
        };
        if !text.is_empty() {
            status["selector"] = text.into();
        }
        json!({
            "kind": "Scale",
            "apiVersion": "autoscaling/v1",
            "metadata": {
                "name": name(object),
                "namespace": namespace(object),
                "uid": at(object, "/metadata/uid"),
                "resourceVersion": at(object, "/metadata/resourceVersion"),
                "creationTimestamp": at(object, "/metadata/creationTimestamp"),
            },
            "spec": { "replicas": i64_at(object, self.spec).unwrap_or(0) },
            "status": status,
        })
    }
}
