//! Whether a node takes a pod that was bound to it past the scheduler.

use std::rc::Rc;

use podground_api::Value;
use podground_api::object::{array_at, i64_at, str_at, strings_at};
use podground_api::quantity::Quantity;

use super::spec;
use super::worker::Worker;

/// Reason and message of a refusal.
pub(super) type Refusal = (String, String);

impl Worker {
    // Upstream: pkg/kubelet/lifecycle/predicate.go Admit
    pub(super) fn admit(&self, pod: &Value) -> Result<(), Refusal> {
        let node = self.node.object.borrow().clone();
        let others: Vec<Rc<Worker>> = {
            let workers = self.node.workers.borrow();
            let others =
                workers.iter().filter(|(uid, _)| **uid != self.uid).filter_map(|(_, other)| other.upgrade());
            others.filter(|other| other.state().admitted && !other.state().terminal).collect()
        };
        for (resource, field) in [("cpu", "/cpu"), ("memory", "/memory")] {
            let Some(capacity) = self.node.allocatable(resource) else { continue };
            let requested = request(pod, field);
            if requested == 0 {
                continue;
            }
            let used: i64 = others.iter().map(|other| request(&other.pod(), field)).sum();
            let capacity = amount(capacity, field);
            if used + requested > capacity {
                return Err((
                    format!("OutOf{resource}"),
                    format!(
                        "Pod was rejected: Node didn't have enough resource: {resource}, requested: {requested}, used: \
                         {used}, capacity: {capacity}"
                    ),
                ));
            }
        }
        let pods = self.node.allocatable("pods").map_or(i64::MAX, Quantity::units);
        if others.len() as i64 >= pods {
            return Err((
                "OutOfpods".to_owned(),
                format!(
                    "Pod was rejected: Node didn't have enough resource: pods, requested: 1, used: {}, capacity: {pods}",
                    others.len()
                ),
            ));
        }
        for (key, value) in strings_at(pod, "/spec/nodeSelector") {
            if podground_api::object::label(&node, key) != Some(value) {
                return Err((
                    "NodeAffinity".to_owned(),
                    "Pod was rejected: Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector"
                        .to_owned(),
                ));
            }
        }
        let ports = host_ports(pod);
        let taken =
            others.iter().any(|other| host_ports(&other.pod()).iter().any(|port| ports.contains(port)));
        if taken {
            return Err((
                "NodePorts".to_owned(),
                "Pod was rejected: Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports"
                    .to_owned(),
            ));
        }
        Ok(())
    }
}

fn amount(quantity: Quantity, field: &str) -> i64 {
    if field == "/cpu" { quantity.millis() } else { quantity.units() }
}

/// What a pod asks for: the sum of its containers, or its greediest init container.
fn request(pod: &Value, field: &str) -> i64 {
    let of = |container: &Value| {
        Quantity::parse(str_at(container, &format!("/resources/requests{field}")))
            .map_or(0, |quantity| amount(quantity, field))
    };
    let init = spec::init_containers(pod);
    let sidecars: i64 = init.iter().filter(|container| spec::is_sidecar(container)).map(of).sum();
    let largest = init.iter().filter(|container| !spec::is_sidecar(container)).map(of).max().unwrap_or(0);
    let main: i64 = spec::containers(pod).iter().map(of).sum();
    (main + sidecars).max(largest)
}

fn host_ports(pod: &Value) -> Vec<i64> {
    let ports = spec::all_containers(pod).flat_map(|container| array_at(container, "/ports"));
    ports.filter_map(|port| i64_at(port, "/hostPort")).filter(|port| *port != 0).collect()
}
