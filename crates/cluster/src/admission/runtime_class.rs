//! What a pod's runtime class adds to it.
//!
//! Upstream: `plugin/pkg/admission/runtimeclass/admission.go`.

use podground_api::object::{array_at, at, map_at, name, set_at, str_at};
use podground_api::{Status, Value};

use super::Plugin;
use crate::apiserver::context::Context;
use crate::apiserver::errors;

pub(super) const PLUGIN: Plugin = Plugin { name: "RuntimeClass", mutate: Some(mutate), validate: None };

fn mutate(cx: &Context, pod: &mut Value, old: Option<&Value>) -> Result<(), Status> {
    if cx.resource.key != "pods" || old.is_some() {
        return Ok(());
    }
    let refuse = |pod: &Value, why: &str| Err(errors::forbidden(cx.resource, name(pod), why));
    let class_name = str_at(pod, "/spec/runtimeClassName").to_owned();
    let mut overhead = Value::Null;
    if !class_name.is_empty() {
        let class = cx.store().get("runtimeclasses.node.k8s.io", "", &class_name).cloned();
        let Some(class) = class else {
            return refuse(pod, &format!("pod rejected: RuntimeClass {class_name:?} not found"));
        };
        overhead = at(&class, "/overhead/podFixed").clone();
        let own = at(pod, "/spec/overhead");
        if !overhead.is_null() && !own.is_null() && *own != overhead {
            return refuse(pod, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
        }
        for (key, value) in map_at(&class, "/scheduling/nodeSelector").into_iter().flatten() {
            let pointer = format!("/spec/nodeSelector/{}", key.replace('~', "~0").replace('/', "~1"));
            let value = value.as_str().unwrap_or_default();
            let own = str_at(pod, &pointer);
            if !at(pod, &pointer).is_null() && own != value {
                let why = format!(
                    "conflict: runtimeClass.scheduling.nodeSelector[{key}] = {value}; pod.spec.nodeSelector[{key}] = {own}"
                );
                return refuse(pod, &why);
            }
            set_at(pod, &pointer, value.into());
        }
        let mut tolerations = array_at(pod, "/spec/tolerations").to_vec();
        for toleration in array_at(&class, "/scheduling/tolerations") {
            if !tolerations.contains(toleration) {
                tolerations.push(toleration.clone());
            }
        }
        if !tolerations.is_empty() {
            set_at(pod, "/spec/tolerations", tolerations.into());
        }
    }
    if !overhead.is_null() {
        set_at(pod, "/spec/overhead", overhead);
    } else if !at(pod, "/spec/overhead").is_null() {
        let why = "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead";
        return refuse(pod, why);
    }
    Ok(())
}
