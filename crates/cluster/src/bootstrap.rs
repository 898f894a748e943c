//! What a cluster holds from the start.
//!
//! Objects are created through the API, as kubeadm and the components themselves do it.

use podground_api::{Value, json};

use crate::client::Client;
use crate::resources::RESOURCES;
use crate::{Cluster, ClusterConfig};

mod kubeadm;
mod nodes;
mod roles;
mod service;

/// The version of Kubernetes that is simulated.
pub const VERSION: &str = "v1.36.3";

/// A set of objects that a cluster starts with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// What the recorded transcripts were recorded on: no pods in kube-system.
    Bare,
    /// What kubeadm makes.
    #[default]
    Default,
}

/// After so many nodes the controllers take in what has happened, lest the watch log runs over.
const BATCH: usize = 500;

/// The API server's own service with its endpoints, by their resources.
pub(crate) fn kubernetes_service() -> [(&'static str, Value); 3] {
    service::objects()
}

/// Creates the objects of the configured profile.
pub(crate) fn create_objects(cluster: &Cluster, config: &ClusterConfig) {
    let creator = Creator(cluster.client("system:apiserver", "kube-apiserver"));
    for name in ["default", "kube-system", "kube-public", "kube-node-lease"] {
        let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
        creator.create("namespaces", namespace);
    }
    let mut groups: Vec<(&str, &str)> =
        RESOURCES.iter().map(|resource| (resource.group, resource.version)).collect();
    groups.sort_unstable();
    groups.dedup();
    // The metrics server is not the API server's own.
    for (group, version) in groups {
        cluster.api().register_group(group, version);
    }
    roles::create(&creator);
    for priority_class in priority_classes() {
        creator.create("priorityclasses.scheduling.k8s.io", priority_class);
    }
    for index in 0..config.nodes {
        nodes::create(cluster, &creator, index);
        if index % BATCH == BATCH - 1 {
            cluster.receive();
        }
    }
    service::create(&creator);
    if config.profile == Profile::Default {
        kubeadm::create(cluster, &creator, config.nodes);
    }
    cluster.receive();
}

/// Creates objects that are known to be good.
struct Creator(Client);

impl Creator {
    fn create(&self, resource: &str, object: Value) {
        let reply = self.0.create(resource, object);
        debug_assert!(reply.is_ok(), "{resource}: {:?}", reply.err());
    }

    /// Creates an object and then sets its status, which creation leaves out.
    fn create_with_status(&self, resource: &str, object: Value) {
        let status = object.get("status").cloned();
        let reply = self.0.create(resource, object);
        debug_assert!(reply.is_ok(), "{resource}: {:?}", reply.err());
        let (Ok(created), Some(status)) = (reply, status) else { return };
        if created.get("status") != Some(&status) {
            let mut created = (*created).clone();
            created["status"] = status;
            let reply = self.0.update_status(resource, created);
            debug_assert!(reply.is_ok(), "{resource}: {:?}", reply.err());
        }
    }
}

fn priority_classes() -> [Value; 2] {
    let class = |name: &str, value: i64, description: &str| {
        json!({
            "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": name},
            "value": value, "description": description,
        })
    };
    [
        class(
            "system-node-critical",
            2_000_001_000,
            "Used for system critical pods that must not be moved from their current node.",
        ),
        class(
            "system-cluster-critical",
            2_000_000_000,
            "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.",
        ),
    ]
}
