//! The priority of pods, from their priority class.
//!
//! Upstream: `plugin/pkg/admission/priority/admission.go`.

use podground_api::object::{at, bool_at, i64_at, is_deleting, name, str_at};
use podground_api::{Map, Status, Value};

use super::Plugin;
use crate::apiserver::context::Context;
use crate::apiserver::errors;

pub(super) const PLUGIN: Plugin = Plugin { name: "Priority", mutate: Some(mutate), validate: Some(validate) };

const CLASSES: &str = "priorityclasses.scheduling.k8s.io";

fn mutate(cx: &Context, pod: &mut Value, old: Option<&Value>) -> Result<(), Status> {
    if cx.resource.key != "pods" {
        return Ok(());
    }
    let pod_name = name(pod).to_owned();
    let Some(spec) = pod.get_mut("spec").and_then(Value::as_object_mut) else { return Ok(()) };
    if let Some(old) = old {
        for field in ["priority", "preemptionPolicy"] {
            if spec.get(field).is_none() && !at(old, &format!("/spec/{field}")).is_null() {
                spec.insert(field.to_owned(), at(old, &format!("/spec/{field}")).clone());
            }
        }
        return Ok(());
    }
    let class = spec.get("priorityClassName").and_then(Value::as_str).unwrap_or_default().to_owned();
    let (class, value, policy) = if class.is_empty() {
        default_class(cx)
    } else {
        match class.as_str() {
            "system-node-critical" => (Some(class), 2_000_001_000, None),
            "system-cluster-critical" => (Some(class), 2_000_000_000, None),
            _ => {
                let found = cx.store().get(CLASSES, "", &class).cloned();
                let Some(found) = found else {
                    let why = format!("no PriorityClass with name {class} was found");
                    return Err(errors::forbidden(cx.resource, &pod_name, &why));
                };
                (Some(class), i64_at(&found, "/value").unwrap_or(0), policy_of(&found))
            }
        }
    };
    set(spec, class, value, policy, &pod_name, cx)
}

fn set(
    spec: &mut Map<String, Value>,
    class: Option<String>,
    value: i64,
    policy: Option<String>,
    pod: &str,
    cx: &Context,
) -> Result<(), Status> {
    if let Some(own) = spec.get("priority").and_then(Value::as_i64)
        && own != value
    {
        let why = format!(
            "the integer value of priority ({own}) must not be provided in pod spec; priority admission controller computed {value} from the given PriorityClass name"
        );
        return Err(errors::forbidden(cx.resource, pod, &why));
    }
    if let Some(class) = class {
        spec.insert("priorityClassName".to_owned(), class.into());
    }
    spec.insert("priority".to_owned(), value.into());
    let policy = policy.unwrap_or_else(|| "PreemptLowerPriority".to_owned());
    match spec.get("preemptionPolicy").and_then(Value::as_str) {
        Some(own) if own != policy => {
            let why = format!(
                "the string value of PreemptionPolicy ({own}) must not be provided in pod spec; priority admission controller computed {policy} from the given PriorityClass name"
            );
            Err(errors::forbidden(cx.resource, pod, &why))
        }
        _ => {
            spec.insert("preemptionPolicy".to_owned(), policy.into());
            Ok(())
        }
    }
}

fn policy_of(class: &Value) -> Option<String> {
    Some(str_at(class, "/preemptionPolicy").to_owned()).filter(|policy| !policy.is_empty())
}

/// The class that says it is the default: the lowest, if there are several.
fn default_class(cx: &Context) -> (Option<String>, i64, Option<String>) {
    let store = cx.store();
    let classes =
        store.list(CLASSES, None).filter(|class| bool_at(class, "/globalDefault") && !is_deleting(class));
    let lowest = classes.min_by_key(|class| i64_at(class, "/value").unwrap_or(0));
    match lowest {
        None => (None, 0, None),
        Some(class) => (Some(name(class).to_owned()), i64_at(class, "/value").unwrap_or(0), policy_of(class)),
    }
}

/// There is one default class at most.
fn validate(cx: &Context, object: Option<&Value>, _old: Option<&Value>) -> Result<(), Status> {
    let Some(object) =
        object.filter(|object| cx.resource.key == CLASSES && bool_at(object, "/globalDefault"))
    else {
        return Ok(());
    };
    let store = cx.store();
    let other = store
        .list(CLASSES, None)
        .find(|class| bool_at(class, "/globalDefault") && name(class) != name(object));
    match other {
        None => Ok(()),
        Some(other) => {
            let why = format!(
                "PriorityClass {} is already marked as default. Only one default can exist",
                name(other)
            );
            Err(errors::forbidden(cx.resource, name(object), &why))
        }
    }
}
