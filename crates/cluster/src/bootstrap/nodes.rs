//! The nodes: a control plane and workers, all alike.

use podground_api::{Value, json, object};

use super::{Creator, VERSION};
use crate::Cluster;
use crate::client::Client;

/// The name of the control plane's node.
pub(super) const CONTROL_PLANE: &str = "control-plane";
/// Names of larger clusters' leases are not worth their memory.
const MAX_LEASES: usize = 1000;

/// The name of a node: the first is the control plane.
pub(super) fn name(index: usize) -> String {
    if index == 0 { CONTROL_PLANE.to_owned() } else { format!("node-{index}") }
}

/// The address of a node in the network that all machines share.
pub(super) fn address(index: usize) -> String {
    let host = index + 2;
    format!("172.18.{}.{}", host / 256, host % 256)
}

/// The addresses of a node's pods.
fn pod_range(index: usize) -> String {
    // The cluster's own range has room for 256 nodes; larger clusters go on where nobody else is.
    if index < 256 {
        format!("10.244.{index}.0/24")
    } else {
        format!("10.{}.{}.0/24", 150 + index / 256, index % 256)
    }
}

/// Creates a node with its lease.
pub(super) fn create(cluster: &Cluster, creator: &Creator, index: usize) {
    let name = name(index);
    let now = cluster.sim().now();
    let kubelet: Creator = Creator(kubelet_client(&creator.0, &name));
    let node = node(cluster, index, &now.rfc3339());
    let taints = object::at(&node, "/spec/taints").clone();
    kubelet.create_with_status("nodes", node);
    // The nodes have been there for a while: the node lifecycle controller has taken the taint of new nodes away.
    let patch = json!({"spec": {"taints": taints}});
    let reply = creator.0.patch("nodes", "", &name, crate::client::PatchKind::Merge, patch);
    debug_assert!(reply.is_ok(), "nodes: {:?}", reply.err());
    if index < MAX_LEASES {
        let node = kubelet.0.get("nodes", "", &name);
        let uid = node.as_ref().map(|node| object::uid(node)).unwrap_or_default();
        let lease = json!({
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
            "metadata": {
                "name": name, "namespace": "kube-node-lease",
                "ownerReferences": [{"apiVersion": "v1", "kind": "Node", "name": name, "uid": uid}],
            },
            "spec": {
                "holderIdentity": name, "leaseDurationSeconds": 40, "renewTime": now.rfc3339_micro(),
            },
        });
        kubelet.create("leases.coordination.k8s.io", lease);
    }
}

fn kubelet_client(client: &Client, node: &str) -> Client {
    client.with_user(&format!("system:node:{node}"), "kubelet")
}

fn node(cluster: &Cluster, index: usize, now: &str) -> Value {
    let name = name(index);
    let is_control_plane = index == 0;
    let mut labels = json!({
        "beta.kubernetes.io/arch": "amd64", "beta.kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64", "kubernetes.io/os": "linux", "kubernetes.io/hostname": name,
    });
    let range = pod_range(index);
    let mut spec = json!({"podCIDR": range, "podCIDRs": [range]});
    if is_control_plane {
        labels["node-role.kubernetes.io/control-plane"] = "".into();
        labels["node.kubernetes.io/exclude-from-external-load-balancers"] = "".into();
        spec["taints"] = json!([{"key": "node-role.kubernetes.io/control-plane", "effect": "NoSchedule"}]);
    }
    json!({
        "apiVersion": "v1", "kind": "Node",
        "metadata": {
            "name": name, "labels": labels,
            "annotations": {
                "node.alpha.kubernetes.io/ttl": "0",
                "volumes.kubernetes.io/controller-managed-attach-detach": "true",
            },
        },
        "spec": spec,
        "status": status(cluster, index, &name, now),
    })
}

fn status(cluster: &Cluster, index: usize, name: &str, now: &str) -> Value {
    let mut ids = cluster.sim().rng("node-ids", &[name]);
    let (boot, machine, system) = (ids.uuid(), ids.hex(16), ids.uuid());
    let condition = |kind: &str, status: &str, reason: &str, message: &str| {
        json!({
            "type": kind, "status": status, "reason": reason, "message": message,
            "lastHeartbeatTime": now, "lastTransitionTime": now,
        })
    };
    let sufficient = |kind: &str, reason: &str, message: &str| condition(kind, "False", reason, message);
    json!({
        "addresses": [
            {"type": "InternalIP", "address": address(index)},
            {"type": "Hostname", "address": name},
        ],
        "capacity": amounts("61255492Ki"),
        "allocatable": amounts("56453061334"),
        "conditions": [
            sufficient("MemoryPressure", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
            sufficient("DiskPressure", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
            sufficient("PIDPressure", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
            condition("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
        ],
        "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
        "nodeInfo": {
            "architecture": "amd64", "bootID": boot, "containerRuntimeVersion": "containerd://2.1.4",
            "kernelVersion": "6.1.0-37-amd64", "kubeProxyVersion": "", "kubeletVersion": VERSION,
            "machineID": machine, "operatingSystem": "linux",
            "osImage": "Debian GNU/Linux 12 (bookworm)", "systemUUID": system,
        },
    })
}

fn amounts(storage: &str) -> Value {
    json!({
        "cpu": "4", "memory": "8025048Ki", "pods": "110", "ephemeral-storage": storage,
        "hugepages-1Gi": "0", "hugepages-2Mi": "0",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_do_not_collide_in_large_clusters() {
        assert_eq!(
            (name(0), address(0), pod_range(0)),
            ("control-plane".into(), "172.18.0.2".into(), "10.244.0.0/24".into())
        );
        assert_eq!((address(300), pod_range(300)), ("172.18.1.46".into(), "10.151.44.0/24".into()));
        let ranges: std::collections::BTreeSet<String> = (0..5000).map(pod_range).collect();
        assert_eq!(ranges.len(), 5000);
    }
}
