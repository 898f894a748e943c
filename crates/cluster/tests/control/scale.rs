//! Many pods, many nodes: that the work grows with what there is to do, not with its square.

use std::time::Duration;

use podground_api::{json, object};
use podground_cluster::Profile;

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

#[test]
fn replicas_follow_the_load() {
    let world = World::with(Profile::Default, 4);
    let mut burner = deployment("burner", 1, "polinux/stress");
    let container = &mut burner["spec"]["template"]["spec"]["containers"][0];
    container["args"] = json!(["stress", "--cpu", "1"]);
    container["resources"] = json!({"requests": {"cpu": "500m"}});
    world.create("deployments.apps", burner);
    world.create(
        "horizontalpodautoscalers.autoscaling",
        json!({
            "metadata": {"name": "burner", "namespace": "default"},
            "spec": {
                "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "burner"},
                "minReplicas": 1, "maxReplicas": 3,
                "metrics": [{"type": "Resource", "resource": {
                    "name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}}}],
            },
        }),
    );
    world.advance(Duration::from_secs(90));
    // Each pod uses twice what it has asked for: four of them would be needed.
    let scaler = world.get("horizontalpodautoscalers.autoscaling", "burner").unwrap();
    assert_eq!(object::i64_at(&scaler, "/status/desiredReplicas"), Some(3));
    let usage = object::at(&scaler, "/status/currentMetrics/0/resource/current/averageUtilization");
    assert!(usage.as_i64().is_some_and(|usage| (200..205).contains(&usage)), "{usage}");
    let limited = object::array_at(&scaler, "/status/conditions")
        .iter()
        .find(|condition| object::str_at(condition, "/type") == "ScalingLimited")
        .unwrap();
    assert_eq!(object::str_at(limited, "/reason"), "TooManyReplicas");
    let events = world.events("burner");
    let text = "New size: 3; reason: cpu resource utilization (percentage of request) above target";
    assert!(events.iter().any(|event| event.contains(text)), "{events:?}");
}
