//! Many pods, many nodes: that the work grows with what there is to do, not with its square.

use podground_api::object;

use crate::support::{World, deployment};

#[test]
fn a_thousand_pods_get_ready() {
    let world = World::with_nodes(20);
    world.create("deployments.apps", deployment("web", 1000, "nginx"));
    world.settle();
    let web = world.get("deployments.apps", "web").unwrap();
    assert_eq!(object::i64_at(&web, "/status/readyReplicas"), Some(1000));
}

#[test]
fn five_thousand_nodes_take_pods() {
    let world = World::with_nodes(5000);
    world.create("deployments.apps", deployment("web", 100, "nginx"));
    world.settle();
    let web = world.get("deployments.apps", "web").unwrap();
    assert_eq!(object::i64_at(&web, "/status/readyReplicas"), Some(100));
}

#[test]
fn the_same_seed_gives_the_same_history() {
    let run = || {
        let world = World::new();
        world.create("deployments.apps", deployment("web", 5, "nginx"));
        world.settle();
        world.patch("deployments.apps", "web", podground_api::json!({"spec": {"replicas": 2}}));
        world.settle();
        let names: Vec<String> = world.list("pods").iter().map(|pod| object::name(pod).to_owned()).collect();
        (world.sim.trace_hash(), names, world.cluster.api().store().revision())
    };
    assert_eq!(run(), run());
}
