//! The cluster as the picture shows it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which part of the cluster the picture shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// Which namespaces.
    pub namespaces: NamespaceFilter,
    /// Label selector whose matches are lit up; empty lights none.
    pub selector: String,
}

/// Which namespaces the picture shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum NamespaceFilter {
    /// All but the cluster's own.
    #[default]
    Learner,
    /// All.
    All,
    /// This one.
    One(String),
}

impl NamespaceFilter {
    /// Whether objects of `namespace` are shown.
    pub fn shows(&self, namespace: &str) -> bool {
        match self {
            Self::Learner => !namespace.starts_with("kube-"),
            Self::All => true,
            Self::One(name) => name == namespace,
        }
    }
}

/// The cluster, as much of it as one can look at.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ClusterView {
    /// All namespaces.
    pub namespaces: Vec<String>,
    /// The nodes shown, each with its pods.
    pub nodes: Vec<NodeView>,
    /// Nodes beyond those shown.
    pub more_nodes: u32,
    /// Pods that have no node yet.
    pub waiting: Vec<PodView>,
    /// Services of the namespaces shown.
    pub services: Vec<ServiceView>,
    /// Pods of the namespaces shown, also those beyond what is drawn.
    pub pod_count: u32,
    /// How many pods the selector lights up; none while there is no selector.
    pub lit: Option<u32>,
    /// What is wrong with the selector.
    pub selector_error: Option<String>,
}

/// A node.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeView {
    /// Its name.
    pub name: String,
    /// Its address.
    pub ip: String,
    /// As `kubectl get nodes` prints it: "Ready", "NotReady,SchedulingDisabled", …
    pub status: String,
    /// Whether it runs the control plane.
    pub control_plane: bool,
    /// Whether it is switched off; the API comes to know later.
    pub off: bool,
    /// The pods drawn.
    pub pods: Vec<PodView>,
    /// Pods of the namespaces shown beyond those drawn.
    pub more_pods: u32,
    /// Pods of namespaces that are not shown.
    pub hidden_pods: u32,
}

/// A pod.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PodView {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// As `kubectl get pods` prints it: "Running", "CrashLoopBackOff", …
    pub status: String,
    /// How it fares.
    pub health: Health,
    /// Its containers, init containers first.
    pub containers: Vec<ContainerView>,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Its address, once it has one.
    pub ip: String,
    /// Whether the selector lights it up.
    pub lit: bool,
}

/// How a pod or container fares, in the picture's few words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Health {
    /// Not there yet.
    #[default]
    Waiting,
    /// Runs, but is not ready.
    Starting,
    /// Runs and is ready.
    Ready,
    /// Ended well.
    Done,
    /// Fails.
    Failing,
    /// Is being taken away.
    Leaving,
}

/// A container.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContainerView {
    /// Its name.
    pub name: String,
    /// Its image.
    pub image: String,
    /// "running", "waiting" or "terminated", with the reason if there is one.
    pub state: String,
    /// How it fares.
    pub health: Health,
    /// How often it was started again.
    pub restarts: u32,
    /// Whether it runs before the others.
    pub init: bool,
}

/// A service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceView {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// "ClusterIP", "NodePort", …
    pub kind: String,
    /// Its address, or "None".
    pub cluster_ip: String,
    /// Its ports as `kubectl get services` prints them.
    pub ports: String,
    /// Its selector as `key=value,…`.
    pub selector: String,
    /// Names of the pods that it selects.
    pub pods: Vec<String>,
}

/// Which object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectRef {
    /// Its kind, as `Pod`.
    pub kind: String,
    /// Its namespace, empty if it has none.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

/// An object in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectDetail {
    /// Which.
    pub object: ObjectRef,
    /// As `kubectl describe` prints it.
    pub describe: String,
    /// As `kubectl get -o yaml` prints it.
    pub yaml: String,
    /// Its events as `kubectl get events` prints them.
    pub events: String,
}
