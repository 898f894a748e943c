//! The kubelets' own server: what the API server passes on to them.

use std::rc::Rc;

use podground_api::object::str_at;
use podground_api::{Body, Response, Upgrade, Value, json};

use super::{Kubelet, spec};
use crate::apiserver::NodeProxy;
use crate::container::Container;
use crate::container::exec::{self, Streams};

/// A refusal as the API server hands it on.
pub(super) fn bad_request(message: &str) -> Response {
    Response::json(
        400,
        json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message,
            "reason": "BadRequest", "code": 400}),
    )
}

fn internal(message: &str) -> Response {
    let message = format!("Internal error occurred: {message}");
    Response::json(
        500,
        json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message,
            "reason": "InternalError", "code": 500}),
    )
}

fn upgrade(upgrade: Upgrade) -> Response {
    Response { status: 101, headers: Vec::new(), body: Body::Upgrade(upgrade) }
}

/// The container that a request names; without a name, the pod must have one alone.
// Upstream: pkg/registry/core/pod/strategy.go ResourceLocation, LogLocation
pub(super) fn chosen_container(pod: &Value, query: &[(String, String)]) -> Result<String, Response> {
    let named = query.iter().find(|(key, _)| key == "container").map_or("", |(_, value)| value);
    let names = |list: &[Value]| -> Vec<String> {
        list.iter().map(|container| str_at(container, "/name").to_owned()).collect()
    };
    let pod_name = str_at(pod, "/metadata/name");
    if named.is_empty() {
        let main = names(spec::containers(pod));
        if let [only] = main.as_slice() {
            return Ok(only.clone());
        }
        let mut message = format!(
            "a container name must be specified for pod {pod_name}, choose one of: [{}]",
            main.join(" ")
        );
        let init = names(spec::init_containers(pod));
        if !init.is_empty() {
            message.push_str(&format!(" or one of the init containers: [{}]", init.join(" ")));
        }
        return Err(bad_request(&message));
    }
    if spec::container(pod, named).is_none() {
        return Err(bad_request(&format!("container {named} is not valid for pod {pod_name}")));
    }
    Ok(named.to_owned())
}

fn streams(query: &[(String, String)]) -> Streams {
    let flag = |name: &str| {
        query.iter().any(|(key, value)| key == name && !matches!(value.as_str(), "" | "0" | "false"))
    };
    Streams { stdin: flag("stdin"), stdout: flag("stdout"), stderr: flag("stderr"), tty: flag("tty") }
}

impl Kubelet {
    fn unreachable(&self, pod: &Value) -> Option<Response> {
        let node = str_at(pod, "/spec/nodeName");
        if !self.0.faults.is_down(node) {
            return None;
        }
        let address =
            self.0.nodes.borrow().get(node).map(|node| node.address.to_string()).unwrap_or_default();
        Some(internal(&format!("dial tcp {address}:10250: connect: no route to host")))
    }

    fn running(&self, pod: &Value, query: &[(String, String)]) -> Result<Rc<Container>, Response> {
        if let Some(response) = self.unreachable(pod) {
            return Err(response);
        }
        let name = chosen_container(pod, query)?;
        let worker = self.0.pods.borrow().get(str_at(pod, "/metadata/uid")).cloned();
        let container = worker.and_then(|worker| worker.container(&name));
        match container {
            Some(container) if container.is_running() => Ok(container),
            Some(container) if container.exit().is_some() => {
                Err(internal(&format!("unable to upgrade connection: container not found ({name:?})")))
            }
            _ => Err(internal(&format!("unable to upgrade connection: container not found ({name:?})"))),
        }
    }

    fn args(query: &[(String, String)]) -> Vec<String> {
        query.iter().filter(|(key, _)| key == "command").map(|(_, value)| value.clone()).collect()
    }
}

impl NodeProxy for Kubelet {
    fn logs(&self, pod: &Value, query: &[(String, String)]) -> Response {
        self.unreachable(pod).unwrap_or_else(|| self.logs_of(pod, query))
    }

    fn exec(&self, pod: &Value, query: &[(String, String)]) -> Response {
        match self.running(pod, query) {
            Ok(container) => {
                upgrade(exec::exec(&self.0.sim, &container, &Self::args(query), &streams(query)))
            }
            Err(response) => response,
        }
    }

    fn attach(&self, pod: &Value, query: &[(String, String)]) -> Response {
        match self.running(pod, query) {
            Ok(container) => upgrade(exec::attach(&self.0.sim, &container, &streams(query))),
            Err(response) => response,
        }
    }

    fn usage(&self, pod: &Value) -> Value {
        if self.unreachable(pod).is_some() { Value::Null } else { self.usage_of(pod) }
    }

    fn port_forward(&self, pod: &Value, query: &[(String, String)]) -> Response {
        self.unreachable(pod).unwrap_or_else(|| self.forward(pod, query))
    }
}
