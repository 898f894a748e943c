//! A cluster, and short ways to ask and change it.
#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::rc::Rc;
use std::time::Duration;

use podground_api::{Value, json, object};
use podground_cluster::client::{Client, DeleteOptions, PatchKind};
use podground_cluster::{Cluster, ClusterConfig, Profile};
use podground_sim::{Sim, Time};

/// A cluster under test.
pub(crate) struct World {
    pub(crate) sim: Sim,
    pub(crate) cluster: Cluster,
    pub(crate) client: Client,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with_nodes(4)
    }

    pub(crate) fn with_nodes(nodes: usize) -> Self {
        Self::with(Profile::Bare, nodes)
    }

    pub(crate) fn with(profile: Profile, nodes: usize) -> Self {
        let sim = Sim::new(7, Time::parse_rfc3339("2026-01-01T00:00:00Z").unwrap());
        let config = ClusterConfig { profile, nodes };
        let cluster = Cluster::start(&sim, &config);
        let client = cluster.client("kubernetes-admin", "kubectl");
        let world = Self { sim, cluster, client };
        world.settle();
        world
    }

    /// Lets virtual time run until nothing has moved for ten seconds.
    pub(crate) fn settle(&self) {
        let quiet = Duration::from_secs(10);
        loop {
            while self.sim.run_ready(1000) {}
            let limit = self.cluster.last_change() + quiet;
            match self.sim.next_deadline().filter(|time| *time < limit) {
                Some(time) => self.sim.advance_to(time),
                None if self.sim.now() >= limit => return,
                None => self.sim.advance_to(limit),
            }
        }
    }

    /// Lets a while pass.
    pub(crate) fn advance(&self, duration: Duration) {
        let end = self.sim.now() + duration;
        loop {
            while self.sim.run_ready(1000) {}
            match self.sim.next_deadline().filter(|time| *time < end) {
                Some(time) => self.sim.advance_to(time),
                None if self.sim.now() >= end => return,
                None => self.sim.advance_to(end),
            }
        }
    }

    pub(crate) fn create(&self, resource: &str, object: Value) -> Rc<Value> {
        self.client
            .create(resource, object)
            .unwrap_or_else(|error| panic!("{error:?} {:#?}", self.cluster.failures()))
    }

    pub(crate) fn get(&self, resource: &str, name: &str) -> Option<Rc<Value>> {
        self.client.get(resource, "default", name).ok()
    }

    pub(crate) fn list(&self, resource: &str) -> Vec<Value> {
        let list = self.client.list(resource, "default", &[]).unwrap();
        object::array_at(&list, "/items").to_vec()
    }

    pub(crate) fn patch(&self, resource: &str, name: &str, patch: Value) {
        self.client.patch(resource, "default", name, PatchKind::Merge, patch).unwrap();
    }

    pub(crate) fn delete(&self, resource: &str, name: &str) {
        self.client.delete(resource, "default", name, &DeleteOptions::default()).unwrap();
    }

    /// Reason and message of the events about an object, in order.
    pub(crate) fn events(&self, name: &str) -> Vec<String> {
        let events = self.list("events");
        let about = events.iter().filter(|event| object::str_at(event, "/involvedObject/name") == name);
        about
            .map(|event| {
                format!("{}: {}", object::str_at(event, "/reason"), object::str_at(event, "/message"))
            })
            .collect()
    }
}

pub(crate) fn deployment(name: &str, replicas: i64, image: &str) -> Value {
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": name, "namespace": "default", "labels": {"app": name}},
        "spec": {
            "replicas": replicas, "selector": {"matchLabels": {"app": name}},
            "progressDeadlineSeconds": 600, "revisionHistoryLimit": 10,
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}},
            "template": {
                "metadata": {"labels": {"app": name}},
                "spec": {"containers": [{"name": "main", "image": image}]},
            },
        },
    })
}

pub(crate) fn pod(name: &str, labels: Value) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name, "namespace": "default", "labels": labels},
        "spec": {"containers": [{"name": "main", "image": "nginx"}]},
    })
}
