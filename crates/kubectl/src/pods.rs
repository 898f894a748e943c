//! Finding a pod, and a container in it, for commands that act inside of one.
//!
//! Upstream: `kubectl/pkg/polymorphichelpers`, `kubectl/pkg/cmd/util/podcmd`

use std::rc::Rc;
use std::time::Duration;

use podground_api::object::{self, array_at, condition_is_true, str_at};
use podground_api::{Method, Request, Selector};
use podground_sim::Time;
use serde_json::Value;

use crate::builder::{Info, Query};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;
use crate::mapper::Mapping;

/// The annotation that names the container to work with.
const DEFAULT_CONTAINER: &str = "kubectl.kubernetes.io/default-container";

/// The lists of containers in a pod's spec.
const LISTS: [(&str, &str); 3] =
    [("containers", ""), ("initContainers", " (init)"), ("ephemeralContainers", " (ephem)")];

/// The path of a pod.
pub(crate) fn path(pod: &Value) -> String {
    format!("/api/v1/namespaces/{}/pods/{}", object::namespace(pod), object::name(pod))
}

/// The object that `POD` or `TYPE/NAME` means.
pub(crate) async fn target(cx: &Context, args: &Args, words: &[String]) -> Result<Info> {
    let mut query = Query::from_args(cx, args, words)?;
    if words.iter().all(|word| !word.contains('/')) && !query.has_files() {
        query = query.of("pods");
    }
    query.labels = None;
    query.recursive = false;
    query.latest = true;
    let infos = query.infos(cx).await?;
    infos.into_iter().next().ok_or_else(|| Error::local("no objects found"))
}

/// The pod of an object: itself, or one that it selects; which of several is told if `tell` is set.
pub(crate) async fn pod_of(cx: &Context, info: &Info, timeout: Duration, tell: bool) -> Result<Rc<Value>> {
    if info.mapping.kind == "Pod" {
        return Ok(info.object.clone());
    }
    let selector = selector_of(info)?;
    let deadline = cx.io.now() + timeout;
    loop {
        let pods = select(cx, &info.namespace, &selector).await?;
        if let Some(first) = pods.first() {
            if pods.len() > 1 && tell {
                cx.io.err_line(format!("Found {} pods, using pod/{}", pods.len(), object::name(first))).await;
            }
            return Ok(Rc::new(first.clone()));
        }
        if cx.io.now() >= deadline {
            return Err(Error::local("timed out waiting for the condition"));
        }
        cx.io.sleep(Duration::from_millis(500)).await;
    }
}

/// The selector of what an object selects.
pub(crate) fn selector_of(info: &Info) -> Result<Selector> {
    let value = object::at(&info.object, "/spec/selector");
    let found = match info.mapping.kind.as_str() {
        "Service" | "ReplicationController" => Selector::from_map(value),
        "Deployment" | "ReplicaSet" | "StatefulSet" | "DaemonSet" | "Job" => {
            Selector::from_label_selector(value)
        }
        _ => None,
    };
    found.filter(|selector| !selector.is_empty()).ok_or_else(|| {
        Error::Local(format!(
            "cannot attach to *unstructured.Unstructured: selector for {}/{} not implemented",
            info.mapping.kind, info.name
        ))
    })
}

/// The pods that a selector chooses, the one that is best to work with first.
pub(crate) async fn select(cx: &Context, namespace: &str, selector: &Selector) -> Result<Vec<Value>> {
    let path = format!("/api/v1/namespaces/{namespace}/pods");
    let answer = cx.client()?.json(Request::new(Method::Get, path)).await?;
    let mut pods: Vec<Value> =
        array_at(&answer, "/items").iter().filter(|pod| selector.matches_object(pod)).cloned().collect();
    for pod in &mut pods {
        pod["kind"] = "Pod".into();
        pod["apiVersion"] = "v1".into();
    }
    // Upstream: `ActivePods`: bound, running, ready, and the longest so, come first.
    pods.sort_by_key(|pod| {
        let phase = match str_at(pod, "/status/phase") {
            "Running" => 0,
            "Unknown" => 1,
            "Pending" => 2,
            _ => 3,
        };
        let started = Time::parse_rfc3339(str_at(pod, "/metadata/creationTimestamp")).unwrap_or_default();
        (
            str_at(pod, "/spec/nodeName").is_empty(),
            phase,
            !condition_is_true(pod, "Ready"),
            started,
            object::name(pod).to_owned(),
        )
    });
    Ok(pods)
}

/// The names of all containers: `web, side, setup (init)`.
pub(crate) fn container_names(pod: &Value) -> String {
    let mut names = Vec::new();
    for (list, mark) in LISTS {
        for container in array_at(pod, &format!("/spec/{list}")) {
            names.push(format!("{}{mark}", str_at(container, "/name")));
        }
    }
    names.join(", ")
}

/// Whether the pod has the container.
pub(crate) fn has_container(pod: &Value, name: &str) -> bool {
    LISTS.iter().any(|(list, _)| {
        array_at(pod, &format!("/spec/{list}")).iter().any(|container| str_at(container, "/name") == name)
    })
}

/// The container to work with: the one asked for, the one that an annotation names, or the first,
/// which is then told.
///
/// Upstream: `podcmd.go FindOrDefaultContainerByName`
pub(crate) async fn container(cx: &Context, pod: &Value, name: &str, quiet: bool) -> Result<String> {
    if !name.is_empty() {
        if has_container(pod, name) {
            return Ok(name.to_owned());
        }
        return Err(Error::Local(format!("container {name} not found in pod {}", object::name(pod))));
    }
    if let Some(name) = object::annotation(pod, DEFAULT_CONTAINER).filter(|name| !name.is_empty()) {
        if has_container(pod, name) {
            return Ok(name.to_owned());
        }
        cx.io
            .err_line(format!("Default container name {name:?} not found in pod {}", object::name(pod)))
            .await;
    }
    let first = str_at(pod, "/spec/containers/0/name").to_owned();
    let names = container_names(pod);
    if names.contains(',') && !quiet {
        cx.io.err_line(format!("Defaulted container {first:?} out of: {names}")).await;
    }
    Ok(first)
}

/// Waits until a pod is as wanted; the pod as it then is.
pub(crate) async fn wait(
    cx: &Context,
    mapping: &Rc<Mapping>,
    pod: &Value,
    timeout: Option<Duration>,
    check: impl Fn(&Value) -> bool,
) -> Result<Rc<Value>> {
    let info = Info {
        mapping: mapping.clone(),
        namespace: object::namespace(pod).to_owned(),
        name: object::name(pod).to_owned(),
        source: String::new(),
        object: Rc::new(Value::Null),
    };
    let deadline = cx.io.now() + timeout.unwrap_or(Duration::from_hours(168));
    let outcome = crate::waiting::until(cx, &info, deadline, |current| match current {
        Some(pod) => Ok(check(pod)),
        None => Err(Error::Local(format!("pods {:?} not found", info.name))),
    })
    .await?;
    match outcome {
        crate::waiting::Outcome::Met(Some(pod)) => Ok(pod),
        _ => Err(Error::local("timed out waiting for the condition")),
    }
}

/// Whether a pod has ended.
pub(crate) fn is_over(pod: &Value) -> bool {
    matches!(str_at(pod, "/status/phase"), "Succeeded" | "Failed")
}
