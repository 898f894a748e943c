//! Services and their endpoints.

use podground_api::{Value, json, object};

use crate::support::{World, deployment};

fn service(ports: Value) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "default"},
        "spec": {"selector": {"app": "web"}, "ports": ports, "clusterIP": "10.96.3.4", "type": "ClusterIP"},
    })
}

fn addresses(slice: &Value) -> usize {
    object::array_at(slice, "/endpoints").len()
}

#[test]
fn endpoints_follow_the_pods() {
    let world = World::new();
    world.create("services", service(json!([{"port": 80, "targetPort": 8080, "protocol": "TCP"}])));
    world.settle();
    let slices = || -> Vec<Value> {
        let all = world.list("endpointslices.discovery.k8s.io").into_iter();
        all.filter(|slice| object::label(slice, "kubernetes.io/service-name") == Some("web")).collect()
    };
    assert_eq!((slices().len(), addresses(&slices()[0])), (1, 0));
    assert!(world.get("endpoints", "web").is_some());
    world.create("deployments.apps", deployment("web", 3, "nginx"));
    world.settle();
    assert_eq!((slices().len(), addresses(&slices()[0])), (1, 3));
    assert!(object::name(&slices()[0]).starts_with("web-"));
    assert_eq!(object::i64_at(&slices()[0], "/ports/0/port"), Some(8080));
    let endpoints = world.get("endpoints", "web").unwrap();
    assert_eq!(object::array_at(&endpoints, "/subsets/0/addresses").len(), 3);
    world.patch("deployments.apps", "web", json!({"spec": {"replicas": 250}}));
    world.settle();
    let mut sizes: Vec<usize> = slices().iter().map(addresses).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [50, 100, 100]);
    world.patch("deployments.apps", "web", json!({"spec": {"replicas": 0}}));
    world.settle();
    assert_eq!((slices().len(), addresses(&slices()[0])), (1, 0));
    world.delete("services", "web");
    world.settle();
    assert_eq!(slices().len(), 0);
    assert!(world.get("endpoints", "web").is_none());
}
