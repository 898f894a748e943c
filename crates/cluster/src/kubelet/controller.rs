//! How the kubelets hear of the API's changes.

use std::rc::Rc;

use podground_api::Value;
use podground_api::object::{at, name, namespace, str_at, uid};

use super::node::Node;
use super::worker::Worker;
use super::{Kubelet, spec};
use crate::controllers::{Context, Controller, Requeue, SyncError};
use crate::informer::InformerEvent;
use crate::store::EventKind;

/// Feeds the kubelets; they then work by tasks of their own.
pub struct KubeletController {
    kubelet: Kubelet,
}

impl KubeletController {
    pub(super) fn new(kubelet: Kubelet) -> Self {
        Self { kubelet }
    }
}

impl Controller for KubeletController {
    fn name(&self) -> &'static str {
        "kubelet"
    }

    fn agent(&self) -> &'static str {
        "kubelet"
    }

    fn watches(&self) -> &'static [&'static str] {
        &[
            "pods",
            "nodes",
            "services",
            "endpointslices.discovery.k8s.io",
            "configmaps",
            "secrets",
            "persistentvolumes",
            "networkpolicies.networking.k8s.io",
            "namespaces",
        ]
    }

    fn on_event(&mut self, _cx: &mut Context<'_>, event: &InformerEvent) {
        let object = &event.object;
        let gone = event.kind == EventKind::Deleted;
        match event.resource {
            "pods" => {
                self.kubelet.0.fabric.set_policy_object(event.resource, object, gone);
                self.kubelet.pod_changed(event, gone);
            }
            "networkpolicies.networking.k8s.io" | "namespaces" => {
                self.kubelet.0.fabric.set_policy_object(event.resource, object, gone);
            }
            "nodes" => self.kubelet.node_changed(object, gone),
            "services" => self.kubelet.0.fabric.update_services(|services| {
                services.set_service(namespace(object), name(object), (!gone).then(|| object.clone()));
            }),
            "endpointslices.discovery.k8s.io" => {
                self.kubelet.0.fabric.update_services(|services| services.set_slice(object, gone));
            }
            "persistentvolumes" if gone => self.kubelet.forget_disk(name(object)),
            "persistentvolumes" => {}
            _ if event.kind == EventKind::Modified => self.kubelet.config_changed(event.resource, object),
            _ => {}
        }
    }

    fn sync(&mut self, _cx: &mut Context<'_>, _key: &str) -> Result<Requeue, SyncError> {
        Ok(Requeue::Done)
    }
}

impl Kubelet {
    fn node_changed(&self, object: &Rc<Value>, gone: bool) {
        let known = self.0.nodes.borrow().get(name(object)).cloned();
        match known {
            _ if gone => {
                self.0.nodes.borrow_mut().remove(name(object));
                self.0.fabric.remove_node(name(object));
            }
            Some(node) => node.update(self, object),
            None => {
                let node = Node::new(self, object);
                self.0.nodes.borrow_mut().insert(node.name.clone(), node);
            }
        }
    }

    fn pod_changed(&self, event: &InformerEvent, gone: bool) {
        let pod = &event.object;
        let known = self.0.pods.borrow().get(uid(pod)).cloned();
        if let Some(worker) = known {
            let shown = ["/metadata/labels", "/metadata/annotations"];
            let differs = |old: &Value| shown.iter().any(|pointer| at(old, pointer) != at(pod, pointer));
            if gone {
                worker.remove();
            } else {
                if event.previous.as_ref().is_some_and(|old| differs(old)) {
                    worker.refresh_soon();
                }
                worker.update(pod, event.previous.as_ref().is_none_or(|old| matters(old, pod)));
            }
            return;
        }
        let finished = matches!(str_at(pod, "/status/phase"), "Succeeded" | "Failed");
        if gone || finished {
            return;
        }
        let node = self.0.nodes.borrow().get(str_at(pod, "/spec/nodeName")).cloned();
        if let Some(node) = node
            && !self.0.faults.is_down(&node.name)
        {
            let worker = Worker::start(self, pod, node);
            self.0.pods.borrow_mut().insert(uid(pod).to_owned(), worker);
        }
    }
}

/// Whether a change of a pod asks its kubelet for anything: what the kubelet itself has written does not.
fn matters(old: &Value, new: &Value) -> bool {
    let differs = |pointer: &str| at(old, pointer) != at(new, pointer);
    differs("/metadata/generation")
        || differs("/metadata/deletionTimestamp")
        || differs("/metadata/deletionGracePeriodSeconds")
        || differs("/metadata/labels")
        || differs("/metadata/annotations")
        || differs("/spec/ephemeralContainers")
        || !podground_api::object::array_at(new, "/spec/readinessGates").is_empty()
        || spec::containers(old).len() != spec::containers(new).len()
}
