//! Pods run on nodes: what a client of the API sees of it.

use std::time::Duration;

use podground_api::object::{array_at, i64_at, str_at};
use podground_api::{Value, json};
use podground_cluster::client::Client;
use podground_cluster::{Cluster, ClusterConfig, Profile};
use podground_sim::{Sim, Time};

struct World {
    sim: Sim,
    cluster: Cluster,
    client: Client,
}

impl World {
    fn new() -> Self {
        let sim = Sim::new(1, Time::parse_rfc3339("2026-01-01T00:00:00Z").unwrap());
        let cluster = Cluster::start(&sim, &ClusterConfig { profile: Profile::Bare, nodes: 4 });
        let client = cluster.client("kubernetes-admin", "test");
        let world = Self { sim, cluster, client };
        world.advance(5.0);
        world
    }

    fn advance(&self, seconds: f64) {
        let end = self.sim.now() + Duration::from_secs_f64(seconds);
        loop {
            while self.sim.run_ready(1000) {}
            match self.sim.next_deadline() {
                Some(next) if next <= end => self.sim.advance_to(next),
                _ => break,
            }
        }
        self.sim.advance_to(end);
        while self.sim.run_ready(1000) {}
    }

    fn create(&self, pod: Value) {
        self.client.create("pods", pod).unwrap();
    }

    fn pod(&self, name: &str) -> Value {
        (*self.client.get("pods", "default", name).unwrap()).clone()
    }

    /// Advances until the pod is as wished, ten minutes at the most; gives the seconds that it took.
    fn until(&self, name: &str, wish: impl Fn(&Value) -> bool) -> f64 {
        let start = self.sim.now();
        for _ in 0..12_000 {
            if self.client.get("pods", "default", name).is_ok_and(|pod| wish(&pod)) {
                return self.sim.now().since(start).as_secs_f64();
            }
            self.advance(0.05);
        }
        panic!("{}", serde_json::to_string_pretty(&self.pod(name)).unwrap());
    }

    fn events(&self, name: &str) -> Vec<(String, String)> {
        let list = self.client.list("events", "default", &[]).unwrap();
        let mut events: Vec<_> = array_at(&list, "/items")
            .iter()
            .filter(|event| str_at(event, "/involvedObject/name") == name)
            .map(|event| {
                let time = str_at(event, "/firstTimestamp").to_owned();
                (time, str_at(event, "/reason").to_owned(), str_at(event, "/message").to_owned())
            })
            .collect();
        events.sort();
        events.into_iter().map(|(_, reason, message)| (reason, message)).collect()
    }
}

fn pod(name: &str, containers: Value) -> Value {
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "default"},
        "spec": {"containers": containers}})
}

fn ready(pod: &Value) -> bool {
    podground_api::object::condition_is_true(pod, "Ready")
}

#[test]
fn a_pod_runs_and_ends() {
    let world = World::new();
    world.create(pod("web", json!([{"name": "nginx", "image": "nginx"}])));
    let took = world.until("web", ready);
    assert!((0.5..4.0).contains(&took), "{took}");
    let pod = world.pod("web");
    assert_eq!(str_at(&pod, "/status/phase"), "Running");
    assert_eq!(str_at(&pod, "/status/containerStatuses/0/image"), "docker.io/library/nginx:latest");
    world
        .client
        .delete("pods", "default", "web", &podground_cluster::client::DeleteOptions::default())
        .unwrap();
    world.advance(3.0);
    assert!(world.client.get("pods", "default", "web").is_err());
}

#[test]
fn a_missing_image_backs_off() {
    let world = World::new();
    world.create(pod("typo", json!([{"name": "web", "image": "nginx:nosuchtag"}])));
    let waits = |reason: &'static str| {
        move |pod: &Value| str_at(pod, "/status/containerStatuses/0/state/waiting/reason") == reason
    };
    world.until("typo", waits("ErrImagePull"));
    let took = world.until("typo", waits("ImagePullBackOff"));
    assert!(took < 3.0);
    world.advance(60.0);
    println!("{:#?}", world.events("typo"));
}

#[test]
fn a_missing_command_is_a_start_error() {
    let world = World::new();
    world.create(pod("bad", json!([{"name": "main", "image": "busybox", "command": ["nonsense"]}])));
    world.until("bad", |pod| i64_at(pod, "/status/containerStatuses/0/restartCount") == Some(2));
    println!("{:#?}", world.events("bad"));
    println!("{}", serde_json::to_string_pretty(&world.pod("bad")["status"]).unwrap());
    assert_eq!(
        i64_at(&world.pod("bad"), "/status/containerStatuses/0/lastState/terminated/exitCode"),
        Some(128)
    );
    let _ = &world.cluster;
}
