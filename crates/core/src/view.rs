//! The cluster as the picture shows it: plain data, made anew when something has changed.

use std::collections::BTreeMap;

use podground_api::Selector;
use podground_api::object::{
    array_at, bool_at, condition, i64_at, is_deleting, map_at, name, namespace, str_at, strings_at,
};
use podground_cluster::informer::Informers;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::session::Session;

/// How many nodes are drawn one by one.
const MAX_NODES: usize = 60;

/// How many pods are drawn one by one on a node, and among those that wait.
const MAX_PODS: usize = 40;

/// What part of the cluster to show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// Which namespaces.
    pub namespaces: NamespaceFilter,
    /// A label selector whose pods are lit; empty lights none.
    pub selector: String,
}

/// Which namespaces to show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum NamespaceFilter {
    /// All but the cluster's own.
    #[default]
    Learner,
    /// All.
    All,
    /// One.
    One(String),
}

impl NamespaceFilter {
    fn shows(&self, namespace: &str) -> bool {
        match self {
            Self::Learner => !namespace.starts_with("kube-"),
            Self::All => true,
            Self::One(name) => name == namespace,
        }
    }
}

/// The whole picture.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ClusterView {
    /// All namespaces, by name.
    pub namespaces: Vec<String>,
    /// The nodes, by name, with their pods.
    pub nodes: Vec<NodeView>,
    /// How many nodes are left out.
    pub more_nodes: u32,
    /// The pods that have no node yet.
    pub waiting: Vec<PodView>,
    /// The services.
    pub services: Vec<ServiceView>,
    /// What makes pods.
    pub workloads: Vec<WorkloadView>,
    /// How many pods there are in the namespaces that are shown.
    pub pod_count: u32,
    /// How many of them the selector selects, if there is one.
    pub lit: Option<u32>,
    /// What is wrong with the selector.
    pub selector_error: Option<String>,
}

/// A node.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NodeView {
    /// Its name.
    pub name: String,
    /// Its address.
    pub ip: String,
    /// `Ready`, `NotReady,SchedulingDisabled`: as kubectl says it.
    pub status: String,
    /// Whether it is of the control plane.
    pub control_plane: bool,
    /// Whether it is switched off; the API comes to know later.
    pub off: bool,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Its pods that are shown.
    pub pods: Vec<PodView>,
    /// How many more there are in the namespaces that are shown.
    pub more_pods: u32,
    /// How many there are in other namespaces.
    pub hidden_pods: u32,
}

/// A pod.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PodView {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The STATUS that kubectl shows.
    pub status: String,
    /// How it is, for colour and shape.
    pub health: Health,
    /// Its containers, init containers first.
    pub containers: Vec<ContainerView>,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Its address.
    pub ip: String,
    /// `ReplicaSet/web-7887448d46` of what owns it, empty if nothing does.
    pub owner: String,
    /// Whether the selector selects it.
    pub lit: bool,
}

/// How a pod or container is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Health {
    /// Waits for something.
    #[default]
    Waiting,
    /// On its way.
    Starting,
    /// Works.
    Ready,
    /// Has done its work.
    Done,
    /// Something is wrong.
    Failing,
    /// On its way out.
    Leaving,
}

/// A container.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ContainerView {
    /// Its name.
    pub name: String,
    /// Its image.
    pub image: String,
    /// `Running`, or the reason why not.
    pub state: String,
    /// How it is.
    pub health: Health,
    /// How often it was restarted.
    pub restarts: u32,
    /// Whether it is an init container.
    pub init: bool,
}

/// A service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ServiceView {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// `ClusterIP`, `NodePort`.
    pub kind: String,
    /// Its address, `None` of a headless one.
    pub cluster_ip: String,
    /// As kubectl shows them: `80:30080/TCP`.
    pub ports: String,
    /// `app=web`
    pub selector: String,
    /// The names of the pods that it selects.
    pub pods: Vec<String>,
}

/// A Deployment, a ReplicaSet that stands alone, and the like.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct WorkloadView {
    /// Its kind.
    pub kind: String,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// How many pods it wants.
    pub desired: u32,
    /// How many are ready.
    pub ready: u32,
}

/// An object in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ObjectDetail {
    /// What `kubectl describe` prints.
    pub describe: String,
    /// What `kubectl get -o yaml` prints.
    pub yaml: String,
    /// Its events, as `kubectl events` prints them.
    pub events: String,
}

impl Session {
    /// A number that changes whenever [`Self::view`] may.
    pub fn view_revision(&self) -> u64 {
        self.cluster().api().store().revision() + self.cluster().kubelet().faults().switched()
    }

    /// The cluster's picture.
    pub fn view(&self, look: &Look) -> ClusterView {
        let mut view = self.cluster().with_informers(|informers| view(informers, look));
        for node in &mut view.nodes {
            node.off = self.cluster().kubelet().faults().is_down(&node.name);
        }
        view
    }

    /// An object in full, as kubectl prints it; `None` if there is no such object.
    /// Asking does not disturb the session: no virtual time passes.
    pub fn object_yaml(&self, kind: &str, namespace: &str, name: &str) -> Option<String> {
        self.cluster().with_informers(|informers| {
            let resource = resource_of(kind)?;
            let object = informers.get(resource, namespace, name)?;
            Some(podground_api::yaml::print(object))
        })
    }
}

/// The resource of a kind that the picture shows.
pub(crate) fn resource_of(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "Pod" => "pods",
        "Node" => "nodes",
        "Service" => "services",
        "Namespace" => "namespaces",
        "Deployment" => "deployments.apps",
        "ReplicaSet" => "replicasets.apps",
        "DaemonSet" => "daemonsets.apps",
        "StatefulSet" => "statefulsets.apps",
        "ReplicationController" => "replicationcontrollers",
        "Job" => "jobs.batch",
        _ => return None,
    })
}

fn view(informers: &Informers, look: &Look) -> ClusterView {
    let (selector, selector_error) = match Selector::parse(&look.selector) {
        Ok(selector) if selector.is_empty() => (None, None),
        Ok(selector) => (Some(selector), None),
        Err(error) => (None, Some(error)),
    };
    let shows = |object: &Value| look.namespaces.shows(namespace(object));
    let mut lit = 0;
    let mut pod_view = |pod: &Value| {
        let mut view = pod_of(pod);
        view.lit = selector.as_ref().is_some_and(|selector| selector.matches_object(pod));
        lit += u32::from(view.lit);
        view
    };
    let mut pod_count = 0;
    let mut nodes = Vec::new();
    for node in informers.list("nodes") {
        let mut view = node_of(node);
        for pod in informers.pods_on(name(node)) {
            if !shows(pod) {
                view.hidden_pods += 1;
                continue;
            }
            pod_count += 1;
            if view.pods.len() < MAX_PODS {
                view.pods.push(pod_view(pod));
            } else {
                view.more_pods += 1;
            }
        }
        nodes.push(view);
    }
    // Where there are too many nodes, those with something on them are shown.
    let more_nodes = nodes.len().saturating_sub(MAX_NODES);
    if more_nodes > 0 {
        nodes.sort_by_key(|node| (!node.control_plane, node.pods.is_empty()));
        nodes.truncate(MAX_NODES);
        nodes.sort_by(|a, b| a.name.cmp(&b.name));
    }
    let mut waiting = Vec::new();
    for pod in informers.pods_on("").filter(|pod| shows(pod)) {
        pod_count += 1;
        if waiting.len() < MAX_PODS {
            waiting.push(pod_view(pod));
        }
    }
    let services =
        informers.list("services").filter(|s| shows(s)).map(|s| service_of(informers, s)).collect();
    let workloads = [
        "deployments.apps",
        "replicasets.apps",
        "statefulsets.apps",
        "daemonsets.apps",
        "replicationcontrollers",
        "jobs.batch",
    ]
    .into_iter()
    .flat_map(|resource| informers.list(resource))
    .filter(|workload| shows(workload) && podground_api::object::controller_of(workload).is_none())
    .map(|workload| workload_of(workload))
    .collect();
    ClusterView {
        namespaces: informers.list("namespaces").map(|object| name(object).to_owned()).collect(),
        nodes,
        more_nodes: more_nodes as u32,
        waiting,
        services,
        workloads,
        pod_count,
        lit: selector.as_ref().map(|_| lit),
        selector_error,
    }
}

fn labels_of(object: &Value) -> BTreeMap<String, String> {
    strings_at(object, "/metadata/labels").map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

fn node_of(node: &Value) -> NodeView {
    let ready = condition(node, "Ready").map_or("Unknown", |ready| str_at(ready, "/status"));
    let mut status = if ready == "True" { "Ready" } else { "NotReady" }.to_owned();
    if bool_at(node, "/spec/unschedulable") {
        status.push_str(",SchedulingDisabled");
    }
    let ip = array_at(node, "/status/addresses")
        .iter()
        .find(|address| str_at(address, "/type") == "InternalIP")
        .map_or("", |address| str_at(address, "/address"));
    let labels = labels_of(node);
    NodeView {
        name: name(node).to_owned(),
        ip: ip.to_owned(),
        status,
        control_plane: labels.contains_key("node-role.kubernetes.io/control-plane"),
        labels,
        ..NodeView::default()
    }
}

fn pod_of(pod: &Value) -> PodView {
    let ready = podground_api::object::condition_is_true(pod, "Ready");
    let status = podground_cluster::resources::core::pod::status_word(pod);
    let containers = containers_of(pod);
    let failing = containers.iter().any(|container| container.health == Health::Failing);
    let health = match str_at(pod, "/status/phase") {
        _ if is_deleting(pod) => Health::Leaving,
        "Succeeded" => Health::Done,
        "Failed" => Health::Failing,
        _ if failing => Health::Failing,
        "Running" if ready => Health::Ready,
        "Running" => Health::Starting,
        _ if str_at(pod, "/spec/nodeName").is_empty() => Health::Waiting,
        _ => Health::Starting,
    };
    let owner = podground_api::object::controller_of(pod)
        .map(|owner| format!("{}/{}", str_at(owner, "/kind"), str_at(owner, "/name")))
        .unwrap_or_default();
    PodView {
        namespace: namespace(pod).to_owned(),
        name: name(pod).to_owned(),
        status,
        health,
        containers,
        labels: labels_of(pod),
        ip: str_at(pod, "/status/podIP").to_owned(),
        owner,
        lit: false,
    }
}

fn containers_of(pod: &Value) -> Vec<ContainerView> {
    let mut views = Vec::new();
    for (spec, statuses, init) in [
        ("/spec/initContainers", "/status/initContainerStatuses", true),
        ("/spec/containers", "/status/containerStatuses", false),
    ] {
        let statuses = array_at(pod, statuses);
        for container in array_at(pod, spec) {
            let status = statuses.iter().find(|s| str_at(s, "/name") == str_at(container, "/name"));
            let (state, health) = status.map_or(("Waiting", Health::Waiting), container_state);
            views.push(ContainerView {
                name: str_at(container, "/name").to_owned(),
                image: str_at(container, "/image").to_owned(),
                state: state.to_owned(),
                health,
                restarts: status.and_then(|s| i64_at(s, "/restartCount")).unwrap_or(0) as u32,
                init,
            });
        }
    }
    views
}

fn container_state(status: &Value) -> (&str, Health) {
    if map_at(status, "/state/running").is_some() {
        let health = if bool_at(status, "/ready") { Health::Ready } else { Health::Starting };
        return ("Running", health);
    }
    if map_at(status, "/state/terminated").is_some() {
        let failed = i64_at(status, "/state/terminated/exitCode") != Some(0);
        return (
            str_at(status, "/state/terminated/reason"),
            if failed { Health::Failing } else { Health::Done },
        );
    }
    match str_at(status, "/state/waiting/reason") {
        reason @ ("" | "ContainerCreating" | "PodInitializing") => {
            (if reason.is_empty() { "Waiting" } else { reason }, Health::Starting)
        }
        reason => (reason, Health::Failing),
    }
}

fn service_of(informers: &Informers, service: &Value) -> ServiceView {
    let selector = podground_api::object::at(service, "/spec/selector");
    let pods = Selector::from_map(selector)
        .map(|selector| {
            informers
                .in_namespace("pods", namespace(service))
                .filter(|pod| selector.matches_object(pod))
                .map(|pod| name(pod).to_owned())
                .collect()
        })
        .unwrap_or_default();
    let ports: Vec<String> = array_at(service, "/spec/ports")
        .iter()
        .map(|port| {
            let number = i64_at(port, "/port").unwrap_or(0);
            let protocol = str_at(port, "/protocol");
            match i64_at(port, "/nodePort") {
                Some(node_port) if node_port > 0 => format!("{number}:{node_port}/{protocol}"),
                _ => format!("{number}/{protocol}"),
            }
        })
        .collect();
    let selector: Vec<String> =
        strings_at(service, "/spec/selector").map(|(key, value)| format!("{key}={value}")).collect();
    ServiceView {
        namespace: namespace(service).to_owned(),
        name: name(service).to_owned(),
        kind: str_at(service, "/spec/type").to_owned(),
        cluster_ip: str_at(service, "/spec/clusterIP").to_owned(),
        ports: ports.join(","),
        selector: selector.join(","),
        pods,
    }
}

fn workload_of(workload: &Value) -> WorkloadView {
    let number = |pointers: [&str; 2]| {
        pointers.iter().find_map(|pointer| i64_at(workload, pointer)).unwrap_or(0) as u32
    };
    WorkloadView {
        kind: podground_api::object::kind(workload).to_owned(),
        namespace: namespace(workload).to_owned(),
        name: name(workload).to_owned(),
        desired: number(["/spec/replicas", "/status/desiredNumberScheduled"]),
        ready: number(["/status/readyReplicas", "/status/numberReady"]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_pod_is_called_what_kubectl_calls_it() {
        let pod = |status: Value| {
            pod_of(&json!({
                "metadata": {"name": "web"}, "spec": {"nodeName": "node-1", "containers": [{"name": "web"}]},
                "status": {"phase": "Running", "containerStatuses": [{"name": "web", "state": status}]},
            }))
        };
        let crashing = pod(json!({"waiting": {"reason": "CrashLoopBackOff"}}));
        assert_eq!((crashing.status.as_str(), crashing.health), ("CrashLoopBackOff", Health::Failing));
        let ended = pod(json!({"terminated": {"exitCode": 1, "reason": "Error"}}));
        assert_eq!((ended.status.as_str(), ended.health), ("Error", Health::Failing));
    }
}
