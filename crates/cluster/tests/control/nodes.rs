//! Nodes that die, and where pods go.

use std::time::Duration;

use podground_api::{json, object};

use crate::support::{World, deployment, pod};

#[test]
fn the_pods_of_a_dead_node_are_made_anew_elsewhere() {
    let world = World::new();
    world.create("deployments.apps", deployment("web", 3, "nginx"));
    world.settle();
    let on = |node: &str| {
        world.list("pods").iter().filter(|pod| object::str_at(pod, "/spec/nodeName") == node).count()
    };
    assert_eq!(on("node-1"), 1);
    world.cluster.heartbeats().stop("node-1");
    world.advance(Duration::from_secs(45));
    assert!(object::condition_is_true(&world.client.get("nodes", "", "node-1").unwrap(), "Ready"));
    world.advance(Duration::from_secs(15));
    let node = world.client.get("nodes", "", "node-1").unwrap();
    assert_eq!(object::str_at(object::condition(&node, "Ready").unwrap(), "/status"), "Unknown");
    let taints: Vec<&str> = object::array_at(&node, "/spec/taints")
        .iter()
        .map(|taint| object::str_at(taint, "/effect"))
        .collect();
    assert_eq!(taints, ["NoSchedule", "NoExecute"]);
    assert_eq!(on("node-1"), 1);
    world.advance(Duration::from_secs(310));
    assert_eq!(on("node-1"), 0);
    assert_eq!(world.list("pods").len(), 3);
    world.cluster.heartbeats().resume("node-1");
}

#[test]
fn a_pod_that_fits_nowhere_says_why_and_comes_when_it_can() {
    let world = World::new();
    let mut big = pod("big", json!({}));
    object::set_at(&mut big, "/spec/containers/0/resources", json!({"requests": {"cpu": "20"}}));
    world.create("pods", big);
    let mut gpu = pod("gpu", json!({}));
    object::set_at(&mut gpu, "/spec/nodeSelector", json!({"gpu": "true"}));
    world.create("pods", gpu);
    world.settle();
    let message = |name: &str| {
        let pod = world.get("pods", name).unwrap();
        object::str_at(object::condition(&pod, "PodScheduled").unwrap(), "/message").to_owned()
    };
    assert_eq!(
        message("big"),
        "0/4 nodes are available: 1 node(s) had untolerated taint(s), 3 Insufficient cpu. no new claims to \
         deallocate, preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling."
    );
    assert!(message("gpu").contains("3 node(s) didn't match Pod's node affinity/selector"));
    let label = json!({"metadata": {"labels": {"gpu": "true"}}});
    let kind = podground_cluster::client::PatchKind::Merge;
    world.client.patch("nodes", "", "node-2", kind, label).unwrap();
    world.settle();
    assert_eq!(object::str_at(&world.get("pods", "gpu").unwrap(), "/spec/nodeName"), "node-2");
    assert!(world.cluster.decisions().get("default", "gpu").unwrap().node.is_some());
}

#[test]
fn a_cordoned_node_is_tainted() {
    let world = World::new();
    let kind = podground_cluster::client::PatchKind::Merge;
    let cordon = |is: bool| {
        let patch = json!({"spec": {"unschedulable": if is { json!(true) } else { json!(null) }}});
        world.client.patch("nodes", "", "node-1", kind, patch).unwrap();
        world.settle();
        let node = world.client.get("nodes", "", "node-1").unwrap();
        object::array_at(&node, "/spec/taints").len()
    };
    assert_eq!((cordon(true), cordon(false)), (1, 0));
}

#[test]
fn the_important_displaces_the_unimportant() {
    let world = World::new();
    for name in ["a", "b", "c"] {
        let mut filler = pod(name, json!({}));
        object::set_at(&mut filler, "/spec/containers/0/resources", json!({"requests": {"cpu": "3"}}));
        world.create("pods", filler);
    }
    let class = json!({
        "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "high"}, "value": 1000,
    });
    world.create("priorityclasses.scheduling.k8s.io", class);
    world.settle();
    let mut vip = pod("vip", json!({}));
    object::set_at(&mut vip, "/spec/containers/0/resources", json!({"requests": {"cpu": "3"}}));
    object::set_at(&mut vip, "/spec/priorityClassName", "high".into());
    world.create("pods", vip);
    world.settle();
    assert_ne!(object::str_at(&world.get("pods", "vip").unwrap(), "/spec/nodeName"), "");
    assert_eq!(world.list("pods").len(), 3);
}
