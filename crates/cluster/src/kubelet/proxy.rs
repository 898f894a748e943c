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

/// An error that the API server has no reason for.
fn unknown(message: &str) -> Response {
    Response::json(
        500,
        json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message,
            "code": 500}),
    )
}

fn no_route(address: &str) -> String {
    format!("dial tcp {address}:10250: connect: no route to host")
}

/// Where the API server asks a kubelet for something of a container.
fn url(address: &str, verb: &str, pod: &Value, container: &str, query: &str) -> String {
    let (namespace, name) = (str_at(pod, "/metadata/namespace"), str_at(pod, "/metadata/name"));
    let mark = if query.is_empty() { "" } else { "?" };
    format!("https://{address}:10250/{verb}/{namespace}/{name}/{container}{mark}{query}")
}

/// The kubelet's parameters of `exec` and `attach`, in the order in which Go encodes them.
// Upstream: pkg/registry/core/pod/strategy.go streamParams
fn stream_query(query: &[(String, String)]) -> String {
    let commands =
        query.iter().filter(|(key, _)| key == "command").map(|(_, word)| query_pair("command", word));
    let asked = streams(query);
    let flags =
        [("error", asked.stderr), ("input", asked.stdin), ("output", asked.stdout), ("tty", asked.tty)];
    let flags = flags.iter().filter(|(_, is_set)| *is_set).map(|(name, _)| query_pair(name, "1"));
    commands.chain(flags).collect::<Vec<_>>().join("&")
}

/// The kubelet's parameters of `log`.
// Upstream: pkg/registry/core/pod/strategy.go LogLocation
fn log_query(query: &[(String, String)]) -> String {
    const PARAMETERS: [&str; 7] =
        ["follow", "limitBytes", "previous", "sinceSeconds", "sinceTime", "tailLines", "timestamps"];
    let asked = |name: &&str| query.iter().find(|(key, value)| key == name && value != "false");
    PARAMETERS
        .iter()
        .filter_map(asked)
        .map(|(name, value)| query_pair(name, value))
        .collect::<Vec<_>>()
        .join("&")
}

fn query_pair(name: &str, value: &str) -> String {
    let mut text = format!("{name}=");
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                text.push(char::from(byte))
            }
            b' ' => text.push('+'),
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
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
    /// The address of a pod's node, if it does not answer.
    fn unreachable(&self, pod: &Value) -> Option<String> {
        let node = str_at(pod, "/spec/nodeName");
        if !self.0.faults.is_down(node) {
            return None;
        }
        Some(self.0.nodes.borrow().get(node).map(|node| node.address.to_string()).unwrap_or_default())
    }

    fn running(
        &self,
        pod: &Value,
        verb: &str,
        query: &[(String, String)],
    ) -> Result<Rc<Container>, Response> {
        let name = chosen_container(pod, query)?;
        if let Some(address) = self.unreachable(pod) {
            let url = url(&address, verb, pod, &name, &stream_query(query));
            let error = format!("error sending request: Post \"{url}\": {}", no_route(&address));
            return Err(internal(&error));
        }
        let worker = self.0.pods.borrow().get(str_at(pod, "/metadata/uid")).cloned();
        let container = worker.and_then(|worker| worker.container(&name));
        match container {
            Some(container) if container.is_running() => Ok(container),
            _ => Err(internal(&format!("unable to upgrade connection: container not found ({name:?})"))),
        }
    }

    fn args(query: &[(String, String)]) -> Vec<String> {
        query.iter().filter(|(key, _)| key == "command").map(|(_, value)| value.clone()).collect()
    }
}

impl NodeProxy for Kubelet {
    fn logs(&self, pod: &Value, query: &[(String, String)]) -> Response {
        let Some(address) = self.unreachable(pod) else { return self.logs_of(pod, query) };
        match chosen_container(pod, query) {
            Ok(name) => {
                let url = url(&address, "containerLogs", pod, &name, &log_query(query));
                unknown(&format!("Get \"{url}\": {}", no_route(&address)))
            }
            Err(response) => response,
        }
    }

    fn exec(&self, pod: &Value, query: &[(String, String)]) -> Response {
        match self.running(pod, "exec", query) {
            Ok(container) => {
                upgrade(exec::exec(&self.0.sim, &container, &Self::args(query), &streams(query)))
            }
            Err(response) => response,
        }
    }

    fn attach(&self, pod: &Value, query: &[(String, String)]) -> Response {
        match self.running(pod, "attach", query) {
            Ok(container) => upgrade(exec::attach(&self.0.sim, &container, &streams(query))),
            Err(response) => response,
        }
    }

    fn usage(&self, pod: &Value) -> Value {
        if self.unreachable(pod).is_some() { Value::Null } else { self.usage_of(pod) }
    }

    fn port_forward(&self, pod: &Value, query: &[(String, String)]) -> Response {
        match self.unreachable(pod) {
            Some(address) => {
                let url = format!(
                    "https://{address}:10250/portForward/{}/{}",
                    str_at(pod, "/metadata/namespace"),
                    str_at(pod, "/metadata/name")
                );
                internal(&format!("error sending request: Post \"{url}\": {}", no_route(&address)))
            }
            None => self.forward(pod, query),
        }
    }
}
