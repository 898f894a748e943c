//! Limit ranges: defaults for containers, and limits that are enforced.
//!
//! Upstream: `plugin/pkg/admission/limitranger/admission.go`.

use podground_api::object::{array_at, at, map_at, name, str_at, strings_at};
use podground_api::{Map, Quantity, Status, Value, json};

use super::Plugin;
use crate::apiserver::context::Context;
use crate::apiserver::errors;

pub(super) const PLUGIN: Plugin =
    Plugin { name: "LimitRanger", mutate: Some(mutate), validate: Some(validate) };

/// The items of the namespace's limit ranges.
fn items(cx: &Context) -> Vec<Value> {
    let store = cx.store();
    let ranges = store.list("limitranges", Some(&cx.namespace));
    ranges.flat_map(|range| array_at(range, "/spec/limits").to_vec()).collect()
}

fn mutate(cx: &Context, pod: &mut Value, old: Option<&Value>) -> Result<(), Status> {
    if cx.resource.key != "pods" || old.is_some() {
        return Ok(());
    }
    let containers = items(cx).into_iter().filter(|item| str_at(item, "/type") == "Container");
    let (mut limits, mut requests) = (Map::new(), Map::new());
    for item in containers {
        let all = |field: &str| {
            strings_at(&item, field).map(|(k, v)| (k.to_owned(), v.to_owned())).collect::<Vec<_>>()
        };
        for (name, value) in all("/default") {
            limits.entry(name).or_insert(value.into());
        }
        for (name, value) in all("/defaultRequest") {
            requests.entry(name).or_insert(value.into());
        }
    }
    if limits.is_empty() && requests.is_empty() {
        return Ok(());
    }
    let mut notes = Vec::new();
    for (field, kind) in [("containers", "container"), ("initContainers", "init container")] {
        let list = pod.pointer_mut(&format!("/spec/{field}")).and_then(Value::as_array_mut);
        for container in list.into_iter().flatten() {
            let set = merge(container, "requests", &requests);
            let limited = merge(container, "limits", &limits);
            let container_name = str_at(container, "/name");
            for (what, names) in [("request", set), ("limit", limited)] {
                if !names.is_empty() {
                    notes.push(format!("{} {what} for {kind} {container_name}", names.join(", ")));
                }
            }
        }
    }
    if !notes.is_empty() {
        let note = format!("LimitRanger plugin set: {}", notes.join("; "));
        podground_api::object::set_at(pod, "/metadata/annotations/kubernetes.io~1limit-ranger", note.into());
    }
    Ok(())
}

/// Fills in what a container does not say; gives the names of what was filled in.
fn merge(container: &mut Value, field: &str, defaults: &Map<String, Value>) -> Vec<String> {
    let mut set = Vec::new();
    if defaults.is_empty() {
        return set;
    }
    let Some(container) = container.as_object_mut() else { return set };
    let resources = container.entry("resources").or_insert_with(|| json!({}));
    let Some(resources) = resources.as_object_mut() else { return set };
    let Some(values) = resources.entry(field).or_insert_with(|| json!({})).as_object_mut() else {
        return set;
    };
    for (name, value) in defaults {
        if !values.contains_key(name) {
            values.insert(name.clone(), value.clone());
            set.push(name.clone());
        }
    }
    set
}

fn quantity(map: Option<&Map<String, Value>>, name: &str) -> Option<Quantity> {
    Quantity::parse(map?.get(name)?.as_str()?).ok()
}

fn validate(cx: &Context, object: Option<&Value>, old: Option<&Value>) -> Result<(), Status> {
    let Some(object) = object else { return Ok(()) };
    let mut wrong = Vec::new();
    match cx.resource.key {
        "pods" if old.is_none() => {
            for item in items(cx) {
                match str_at(&item, "/type") {
                    "Container" => {
                        for container in containers(object) {
                            let resources = at(container, "/resources");
                            let (requests, limits) =
                                (map_at(resources, "/requests"), map_at(resources, "/limits"));
                            check(&item, "Container", requests, limits, &mut wrong);
                        }
                    }
                    "Pod" => {
                        let (requests, limits) = (total(object, "requests"), total(object, "limits"));
                        check(&item, "Pod", Some(&requests), Some(&limits), &mut wrong);
                    }
                    _ => {}
                }
            }
        }
        "persistentvolumeclaims" => {
            for item in items(cx).iter().filter(|item| str_at(item, "/type") == "PersistentVolumeClaim") {
                let requests = map_at(object, "/spec/resources/requests");
                check(item, "PersistentVolumeClaim", requests, None, &mut wrong);
            }
        }
        _ => {}
    }
    match wrong.as_slice() {
        [] => Ok(()),
        [one] => Err(errors::forbidden(cx.resource, name(object), one)),
        all => Err(errors::forbidden(cx.resource, name(object), &format!("[{}]", all.join(", ")))),
    }
}

fn containers(pod: &Value) -> impl Iterator<Item = &Value> {
    array_at(pod, "/spec/containers").iter().chain(array_at(pod, "/spec/initContainers"))
}

/// The sum over the containers of a pod.
fn total(pod: &Value, field: &str) -> Map<String, Value> {
    let mut sums: Map<String, Value> = Map::new();
    for container in array_at(pod, "/spec/containers") {
        for (name, value) in strings_at(container, &format!("/resources/{field}")) {
            let Ok(value) = Quantity::parse(value) else { continue };
            let sum = sums.get(name).and_then(Value::as_str).and_then(|sum| Quantity::parse(sum).ok());
            let sum = sum.map_or(value, |sum| sum + value);
            sums.insert(name.to_owned(), sum.to_string().into());
        }
    }
    sums
}

/// Checks requests and limits against one item: least, most, ratio.
fn check(
    item: &Value,
    kind: &str,
    requests: Option<&Map<String, Value>>,
    limits: Option<&Map<String, Value>>,
    wrong: &mut Vec<String>,
) {
    for (name, least_text) in strings_at(item, "/min") {
        let Ok(least) = Quantity::parse(least_text) else { continue };
        match (quantity(requests, name), quantity(limits, name)) {
            (None, _) => wrong
                .push(format!("minimum {name} usage per {kind} is {least_text}. No request is specified")),
            (Some(request), _) if request < least => {
                wrong.push(format!(
                    "minimum {name} usage per {kind} is {least_text}, but request is {request}"
                ));
            }
            (_, Some(limit)) if limit < least => {
                wrong.push(format!("minimum {name} usage per {kind} is {least_text}, but limit is {limit}"));
            }
            _ => {}
        }
    }
    for (name, most_text) in strings_at(item, "/max") {
        let Ok(most) = Quantity::parse(most_text) else { continue };
        // A claim has requests alone.
        let limit =
            if kind == "PersistentVolumeClaim" { quantity(requests, name) } else { quantity(limits, name) };
        let word = if kind == "PersistentVolumeClaim" { "request" } else { "limit" };
        match (quantity(requests, name), limit) {
            (_, None) => {
                wrong.push(format!("maximum {name} usage per {kind} is {most_text}. No {word} is specified"));
            }
            (_, Some(limit)) if limit > most => {
                wrong.push(format!("maximum {name} usage per {kind} is {most_text}, but {word} is {limit}"));
            }
            (Some(request), _) if request > most => {
                wrong.push(format!(
                    "maximum {name} usage per {kind} is {most_text}, but request is {request}"
                ));
            }
            _ => {}
        }
    }
    for (name, ratio_text) in strings_at(item, "/maxLimitRequestRatio") {
        let Ok(ratio) = Quantity::parse(ratio_text) else { continue };
        if let (Some(request), Some(limit)) = (quantity(requests, name), quantity(limits, name)) {
            let actual = limit.as_f64() / request.as_f64();
            if actual > ratio.as_f64() {
                wrong.push(format!(
                    "{name} max limit to request ratio per {kind} is {ratio_text}, but provided ratio is {actual:.6}"
                ));
            }
        }
    }
}
