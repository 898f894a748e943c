//! A pod as the scheduler reads it, once.

use std::rc::Rc;

use podground_api::{Value, object};

use super::plugins::inter_pod_affinity::Affinity;
use super::resources::{Resources, pod_requests, pod_scored_requests};
use crate::informer::key_of;

/// A port of the node that a pod takes for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HostPort {
    pub(super) protocol: String,
    pub(super) address: String,
    pub(super) port: i64,
}

impl HostPort {
    /// Whether both cannot be had on one node.
    pub(super) fn conflicts(&self, other: &Self) -> bool {
        let any = |address: &str| address == "0.0.0.0";
        self.port == other.port
            && self.protocol == other.protocol
            && (any(&self.address) || any(&other.address) || self.address == other.address)
    }
}

/// A pod with what filters and scores need of it.
pub(super) struct PodInfo {
    pub(super) key: Rc<str>,
    pub(super) pod: Rc<Value>,
    pub(super) requests: Resources,
    pub(super) scored: Resources,
    pub(super) priority: i64,
    pub(super) ports: Vec<HostPort>,
    pub(super) affinity: Option<Affinity>,
}

impl PodInfo {
    pub(super) fn new(pod: Rc<Value>) -> Self {
        Self {
            key: key_of(&pod).into(),
            requests: pod_requests(&pod),
            scored: pod_scored_requests(&pod),
            priority: object::i64_at(&pod, "/spec/priority").unwrap_or(0),
            ports: host_ports(&pod),
            affinity: Affinity::of(&pod),
            pod,
        }
    }

    pub(super) fn namespace(&self) -> &str {
        object::namespace(&self.pod)
    }
}

fn host_ports(pod: &Value) -> Vec<HostPort> {
    let sidecars = object::array_at(pod, "/spec/initContainers")
        .iter()
        .filter(|container| object::str_at(container, "/restartPolicy") == "Always");
    let containers = object::array_at(pod, "/spec/containers").iter().chain(sidecars);
    let ports = containers.flat_map(|container| object::array_at(container, "/ports"));
    ports
        .filter_map(|port| {
            let number = object::i64_at(port, "/hostPort").filter(|number| *number > 0)?;
            let or = |text: &str, default: &str| {
                if text.is_empty() { default.to_owned() } else { text.to_owned() }
            };
            Some(HostPort {
                protocol: or(object::str_at(port, "/protocol"), "TCP"),
                address: or(object::str_at(port, "/hostIP"), "0.0.0.0"),
                port: number,
            })
        })
        .collect()
}
