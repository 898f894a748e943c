//! The group `metrics.k8s.io`: what pods and nodes use now. Served by the metrics server, where there is one.
//!
//! Upstream: `kubernetes-sigs/metrics-server/pkg/api`.

use std::collections::BTreeMap;

use podground_api::object::{array_at, at, name, namespace, str_at};
use podground_api::{Quantity, Value, json};

use crate::apiserver::ApiServer;
use crate::resource::{NAME, Resource, Strategy, column};
use crate::resources::name_cell;

const READ: &[&str] = &["get", "list"];

/// `nodes` of `metrics.k8s.io`.
pub static NODE_METRICS: Resource = Resource {
    verbs: READ,
    strategy: Strategy { computed: Some(nodes), ..Strategy::GENERIC },
    columns: &[NAME, column("cpu"), column("memory"), column("Window")],
    row: |object, _| {
        let usage = |field: &str| str_at(object, &format!("/usage/{field}")).into();
        vec![name_cell(object), usage("cpu"), usage("memory"), str_at(object, "/window").into()]
    },
    ..Resource::cluster("metrics.k8s.io", "v1beta1", "NodeMetrics").named("nodes", "", "nodes.metrics.k8s.io")
};

/// `pods` of `metrics.k8s.io`.
pub static POD_METRICS: Resource = Resource {
    verbs: READ,
    strategy: Strategy { computed: Some(pods), ..Strategy::GENERIC },
    columns: &[NAME, column("cpu"), column("memory"), column("Window")],
    row: |object, _| {
        let (cpu, memory) = sum(array_at(object, "/containers"));
        vec![name_cell(object), nano(cpu).into(), kibi(memory).into(), str_at(object, "/window").into()]
    },
    ..Resource::namespaced("metrics.k8s.io", "v1beta1", "PodMetrics").named("pods", "", "pods.metrics.k8s.io")
};

fn nano(cores: i64) -> String {
    format!("{cores}n")
}

fn kibi(bytes: i64) -> String {
    format!("{}Ki", bytes >> 10)
}

/// Nanocores and bytes of containers.
fn sum(containers: &[Value]) -> (i64, i64) {
    let (mut cpu, mut memory) = (0, 0);
    for container in containers {
        let nanos =
            str_at(container, "/usage/cpu").strip_suffix('n').and_then(|text| text.parse::<i64>().ok());
        cpu += nanos.unwrap_or(0);
        memory += Quantity::parse(str_at(container, "/usage/memory")).map_or(0, Quantity::units);
    }
    (cpu, memory)
}

fn object(api: &ApiServer, kind: &str, of: &Value) -> Value {
    let now = api.sim().now().rfc3339();
    let mut metrics = json!({
        "apiVersion": "metrics.k8s.io/v1beta1", "kind": kind,
        "metadata": {"name": name(of), "creationTimestamp": now},
        "timestamp": now, "window": "15s",
    });
    for field in ["namespace", "labels"] {
        let value = at(of, &format!("/metadata/{field}"));
        if !value.is_null() {
            metrics["metadata"][field] = value.clone();
        }
    }
    metrics
}

fn pods(api: &ApiServer) -> Vec<Value> {
    let Some(kubelets) = api.nodes() else { return Vec::new() };
    let pods: Vec<_> = api.store().list("pods", None).cloned().collect();
    let mut all = Vec::new();
    for pod in pods {
        let containers = kubelets.usage(&pod);
        if containers.is_array() {
            let mut metrics = object(api, "PodMetrics", &pod);
            metrics["containers"] = containers;
            all.push(metrics);
        }
    }
    all
}

fn nodes(api: &ApiServer) -> Vec<Value> {
    let mut used: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for metrics in pods(api) {
        let store = api.store();
        let pod = store.get("pods", namespace(&metrics), name(&metrics));
        let node = pod.map(|pod| str_at(pod, "/spec/nodeName").to_owned()).unwrap_or_default();
        let (cpu, memory) = sum(array_at(&metrics, "/containers"));
        let entry = used.entry(node).or_default();
        *entry = (entry.0 + cpu, entry.1 + memory);
    }
    let nodes: Vec<_> = api.store().list("nodes", None).cloned().collect();
    nodes
        .iter()
        .map(|node| {
            let mut metrics = object(api, "NodeMetrics", node);
            let (cpu, memory) = used.get(name(node)).copied().unwrap_or_default();
            // The system's own share: kubelet, runtime, kernel.
            let mut own = api.sim().rng("node usage", &[name(node)]);
            let own_cpu = i64::try_from(own.below(40_000_000)).unwrap_or(0) + 40_000_000;
            let own_memory = i64::try_from(own.below(200 << 20)).unwrap_or(0) + (300 << 20);
            metrics["usage"] = json!({"cpu": nano(cpu + own_cpu), "memory": kibi(memory + own_memory)});
            metrics
        })
        .collect()
}
