//! What the kubelets forget, what they tell of their nodes, and nodes that go down.

use std::rc::Rc;

use podground_api::{Value, json};

use super::Kubelet;
use super::node::Node;
use super::worker::Worker;
use crate::client::PatchKind;

/// How many images a node's status names.
// Upstream: pkg/kubelet/apis/config NodeStatusMaxImages
const MAX_IMAGES: usize = 50;

impl Worker {
    /// Nothing is left to do for this pod.
    pub(super) fn forget(&self) {
        self.kubelet.0.events.forget(&self.uid);
        self.node.workers.borrow_mut().remove(&self.uid);
        self.kubelet.0.pods.borrow_mut().remove(&self.uid);
    }
}

impl Kubelet {
    /// Tells the API which images a node has.
    pub(super) fn report_images(&self, node: &Rc<Node>) {
        let mut images: Vec<(u64, Value)> = node
            .images
            .borrow()
            .values()
            .map(|image| {
                let names = json!([image.repo_digest(), image.reference.to_string()]);
                (image.size, json!({"names": names, "sizeBytes": image.size}))
            })
            .collect();
        images.sort_by_key(|(size, _)| std::cmp::Reverse(*size));
        images.truncate(MAX_IMAGES);
        let images: Vec<Value> = images.into_iter().map(|(_, image)| image).collect();
        let patch = json!({"status": {"images": images}});
        // The node may just have been deleted.
        let _ = self.0.client.patch_status("nodes", "", &node.name, PatchKind::Merge, patch);
    }

    /// Says that a node is well again.
    fn report_ready(&self, name: &str) {
        let Ok(node) = self.0.client.get("nodes", "", name) else { return };
        let now = self.0.sim.now().rfc3339();
        let mut node = Value::clone(&node);
        for (kind, status, reason, message) in [
            (
                "MemoryPressure",
                "False",
                "KubeletHasSufficientMemory",
                "kubelet has sufficient memory available",
            ),
            ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
            ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
            ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
        ] {
            let conditions = node["status"]["conditions"].as_array_mut();
            let known =
                conditions.and_then(|list| list.iter_mut().find(|condition| condition["type"] == kind));
            if let Some(condition) = known {
                if condition["status"] != status {
                    condition["lastTransitionTime"] = now.as_str().into();
                }
                condition["status"] = status.into();
                condition["reason"] = reason.into();
                condition["message"] = message.into();
                condition["lastHeartbeatTime"] = now.as_str().into();
            }
        }
        // A node that is gone from the API has nobody to tell.
        let _ = self.0.client.update_status("nodes", node);
    }

    /// Switches a node off, or on again. What ran on it is gone at once, without a word to the API; when it is
    /// on again its kubelet starts its pods anew.
    pub fn set_node_down(&self, name: &str, down: bool) {
        if self.0.faults.is_down(name) == down {
            return;
        }
        self.0.faults.set_down(name, down);
        self.0.fabric.set_node_down(name, down);
        let Some(node) = self.0.nodes.borrow().get(name).cloned() else { return };
        if down {
            self.0.heartbeats.stop(name);
            let workers: Vec<Rc<Worker>> = self
                .0
                .pods
                .borrow()
                .values()
                .filter(|worker| Rc::ptr_eq(&worker.node, &node))
                .cloned()
                .collect();
            for worker in workers {
                worker.abandon();
                let containers: Vec<_> =
                    worker.state().records.values().filter_map(|record| record.container.clone()).collect();
                for container in containers {
                    container.kill();
                }
                worker.remove_sandbox();
                node.workers.borrow_mut().remove(&worker.uid);
                self.0.pods.borrow_mut().remove(&worker.uid);
            }
            node.host(self).processes.kill_all();
            return;
        }
        self.0.heartbeats.resume(name);
        self.report_ready(name);
        let query = format!("spec.nodeName={name}");
        let Ok(list) = self.0.client.list("pods", "", &[("fieldSelector", &query)]) else { return };
        for item in podground_api::object::array_at(&list, "/items") {
            let mut pod = item.clone();
            // Items of a list do not name their kind.
            pod["kind"] = "Pod".into();
            pod["apiVersion"] = "v1".into();
            let finished =
                matches!(podground_api::object::str_at(&pod, "/status/phase"), "Succeeded" | "Failed");
            if !finished {
                let worker = Worker::start(self, &Rc::new(pod), node.clone());
                self.0.pods.borrow_mut().insert(worker.uid.clone(), worker);
            }
        }
    }
}
