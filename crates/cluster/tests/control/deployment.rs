//! Deployments and replica sets.

use podground_api::{json, object};

use crate::support::{World, deployment, pod};

#[test]
fn a_deployment_makes_a_set_that_makes_pods() {
    let world = World::new();
    world.create("deployments.apps", deployment("web", 3, "nginx"));
    world.settle();
    let web = world.get("deployments.apps", "web").unwrap();
    assert_eq!(object::i64_at(&web, "/status/availableReplicas"), Some(3), "{:#}", web["status"]);
    let reasons: Vec<&str> = object::array_at(&web, "/status/conditions")
        .iter()
        .map(|condition| object::str_at(condition, "/reason"))
        .collect();
    assert_eq!(reasons, ["MinimumReplicasAvailable", "NewReplicaSetAvailable"]);
    let set = &world.list("replicasets.apps")[0];
    assert_eq!(object::annotation(set, "deployment.kubernetes.io/max-replicas"), Some("4"));
    let name = object::name(set);
    assert_eq!(world.events("web"), [format!("ScalingReplicaSet: Scaled up replica set {name} from 0 to 3")]);
    assert_eq!(world.events(name).len(), 3);
    let nodes: std::collections::BTreeSet<String> =
        world.list("pods").iter().map(|pod| object::str_at(pod, "/spec/nodeName").to_owned()).collect();
    assert_eq!(nodes.into_iter().collect::<Vec<_>>(), ["node-1", "node-2", "node-3"]);
}

#[test]
fn a_new_template_rolls_and_an_old_one_comes_back() {
    let world = World::new();
    world.create("deployments.apps", deployment("web", 3, "nginx:1"));
    world.settle();
    world.patch(
        "deployments.apps",
        "web",
        json!({"spec": {"template": {"metadata": {"annotations": {"v": "2"}}}}}),
    );
    world.settle();
    let sets = world.list("replicasets.apps");
    let mut sizes: Vec<_> = sets.iter().map(|set| object::i64_at(set, "/spec/replicas").unwrap()).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [0, 3]);
    let web = world.get("deployments.apps", "web").unwrap();
    assert_eq!(object::annotation(&web, "deployment.kubernetes.io/revision"), Some("2"));
    world.patch(
        "deployments.apps",
        "web",
        json!({"spec": {"template": {"metadata": {"annotations": {"v": null}}}}}),
    );
    world.settle();
    let web = world.get("deployments.apps", "web").unwrap();
    assert_eq!(object::annotation(&web, "deployment.kubernetes.io/revision"), Some("3"));
    assert_eq!(world.list("replicasets.apps").len(), 2);
    assert_eq!(world.list("pods").len(), 3);
}

#[test]
fn a_set_adopts_and_releases() {
    let world = World::new();
    world.create("pods", pod("stray", json!({"app": "kubia"})));
    world.settle();
    let set = json!({
        "apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": "kubia", "namespace": "default"},
        "spec": {
            "replicas": 2, "selector": {"matchLabels": {"app": "kubia"}},
            "template": {
                "metadata": {"labels": {"app": "kubia"}},
                "spec": {"containers": [{"name": "main", "image": "luksa/kubia"}]},
            },
        },
    });
    world.create("replicasets.apps", set);
    world.settle();
    assert_eq!(world.list("pods").len(), 2);
    let stray = world.get("pods", "stray").unwrap();
    assert_eq!(object::str_at(object::controller_of(&stray).unwrap(), "/name"), "kubia");
    world.patch("pods", "stray", json!({"metadata": {"labels": {"app": "debug"}}}));
    world.settle();
    assert_eq!(world.list("pods").len(), 3);
    assert!(object::controller_of(&world.get("pods", "stray").unwrap()).is_none());
}
