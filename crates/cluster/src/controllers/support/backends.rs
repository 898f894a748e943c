//! The pods behind a service: what both kinds of endpoints are made of.

use std::rc::Rc;

use podground_api::{Selector, Value, object};

use super::pods;
use crate::controllers::Context;
use crate::informer::{InformerEvent, key_of};
use crate::store::EventKind;

/// Puts the services that a change concerns into the queue.
pub fn enqueue_services(cx: &mut Context<'_>, event: &InformerEvent) {
    if event.resource == "services" {
        cx.queue.add(&key_of(&event.object));
        return;
    }
    let pods = [Some(&event.object), event.previous.as_ref()];
    if event.kind == EventKind::Modified && pods.iter().flatten().count() == 2 {
        let [Some(new), Some(old)] = pods else { return };
        if !differs(old, new) {
            return;
        }
    }
    for service in cx.informers.in_namespace("services", object::namespace(&event.object)) {
        let Some(selector) = selector(service) else { continue };
        if pods.iter().flatten().any(|pod| selector.matches_object(pod)) {
            cx.queue.add(&key_of(service));
        }
    }
}

/// Whether a pod has changed in what endpoints show of it.
fn differs(old: &Value, new: &Value) -> bool {
    let parts = ["/metadata/labels", "/metadata/deletionTimestamp", "/status/podIPs", "/status/podIP"];
    parts.iter().any(|part| object::at(old, part) != object::at(new, part))
        || object::str_at(old, "/spec/nodeName") != object::str_at(new, "/spec/nodeName")
        || pods::is_ready(old) != pods::is_ready(new)
        || pods::is_terminal(old) != pods::is_terminal(new)
}

/// What a service selects; `None` if it has no selector, so that somebody else makes its endpoints.
pub fn selector(service: &Value) -> Option<Selector> {
    let map = object::at(service, "/spec/selector");
    if map.is_null() || object::str_at(service, "/spec/type") == "ExternalName" {
        return None;
    }
    Selector::from_map(map)
}

/// The pods that a service selects, have an address and have not ended.
pub fn selected(cx: &Context<'_>, service: &Value) -> Vec<Rc<Value>> {
    let Some(selector) = selector(service) else { return Vec::new() };
    let pods = cx.informers.in_namespace("pods", object::namespace(service));
    pods.filter(|pod| {
        !object::str_at(pod, "/status/podIP").is_empty()
            && !pods::is_terminal(pod)
            && selector.matches_object(pod)
    })
    .cloned()
    .collect()
}

/// Whether a pod gets traffic of a service.
pub fn is_ready_for(service: &Value, pod: &Value) -> bool {
    !object::is_deleting(pod)
        && (pods::is_ready(pod) || object::bool_at(service, "/spec/publishNotReadyAddresses"))
}

/// The number of a service's port on a pod; a named port is looked up in the pod's containers.
// Upstream: pkg/api/v1/pod/util.go FindPort
pub fn target_port(pod: &Value, port: &Value) -> Option<i64> {
    let target = object::at(port, "/targetPort");
    let Some(name) = target.as_str() else {
        return target.as_i64().or_else(|| object::i64_at(port, "/port"));
    };
    let protocol = protocol(port);
    let sidecars = object::array_at(pod, "/spec/initContainers")
        .iter()
        .filter(|container| object::str_at(container, "/restartPolicy") == "Always");
    let containers = object::array_at(pod, "/spec/containers").iter().chain(sidecars);
    let mut ports = containers.flat_map(|container| object::array_at(container, "/ports"));
    let found =
        ports.find(|port| object::str_at(port, "/name") == name && self::protocol(port) == protocol)?;
    object::i64_at(found, "/containerPort")
}

/// The protocol of a port.
pub fn protocol(port: &Value) -> &str {
    match object::str_at(port, "/protocol") {
        "" => "TCP",
        protocol => protocol,
    }
}

/// Whether a service has no address of its own.
pub fn is_headless(service: &Value) -> bool {
    object::str_at(service, "/spec/clusterIP") == "None"
}

/// The name under which a headless service's DNS has the pod.
pub fn hostname<'a>(service: &Value, pod: &'a Value) -> Option<&'a str> {
    let hostname = object::str_at(pod, "/spec/hostname");
    let matches = !hostname.is_empty() && object::str_at(pod, "/spec/subdomain") == object::name(service);
    matches.then_some(hostname)
}

/// The last time at which something happened that changes a service's endpoints.
pub fn trigger_time(service: &Value, pods: &[Rc<Value>]) -> String {
    let times = pods.iter().map(|pod| {
        let ready = object::condition(pod, "Ready").map(|ready| object::str_at(ready, "/lastTransitionTime"));
        ready.unwrap_or_default()
    });
    let created = object::str_at(service, "/metadata/creationTimestamp");
    times.chain([created]).max().unwrap_or_default().to_owned()
}
