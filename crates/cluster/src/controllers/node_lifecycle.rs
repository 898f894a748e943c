//! Nodes whose kubelet has fallen silent, and the taints that tell of a node's state.
//!
//! Upstream: `pkg/controller/nodelifecycle/node_lifecycle_controller.go`

use std::time::Duration;

use podground_api::{Value, json, object};

use super::support::{EventType, Involved, Source, conditions, pods};
use super::{Context, Controller, Requeue, SyncError};
use crate::client::{PatchKind, is_not_found};
use crate::heartbeat::Heartbeats;
use crate::informer::InformerEvent;
use crate::store::EventKind;

/// A node may be silent for so long.
// Upstream: --node-monitor-grace-period, 50 s since 1.32
const GRACE: Duration = Duration::from_secs(50);
const UNREACHABLE: &str = "node.kubernetes.io/unreachable";
const NOT_READY: &str = "node.kubernetes.io/not-ready";
const UNSCHEDULABLE: &str = "node.kubernetes.io/unschedulable";

/// Conditions that keep new pods away while they hold.
const PRESSURES: &[(&str, &str)] = &[
    ("MemoryPressure", "node.kubernetes.io/memory-pressure"),
    ("DiskPressure", "node.kubernetes.io/disk-pressure"),
    ("PIDPressure", "node.kubernetes.io/pid-pressure"),
    ("NetworkUnavailable", "node.kubernetes.io/network-unavailable"),
];

/// The controller of nodes' lives.
pub(crate) struct NodeLifecycle {
    heartbeats: Heartbeats,
}

impl NodeLifecycle {
    /// The name by which [`Heartbeats`] wakes it.
    pub(crate) const NAME: &'static str = "node-controller";

    pub(crate) fn new(heartbeats: Heartbeats) -> Self {
        Self { heartbeats }
    }
}

impl Controller for NodeLifecycle {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn watches(&self) -> &'static [&'static str] {
        &["nodes", "pods"]
    }

    fn on_event(&mut self, cx: &mut Context<'_>, event: &InformerEvent) {
        if event.resource == "nodes" {
            if event.kind != EventKind::Deleted {
                cx.queue.add(object::name(&event.object));
            }
        } else if event.kind == EventKind::Modified {
            // A pod that turns ready on a node that is not is a late message.
            let node = object::str_at(&event.object, "/spec/nodeName");
            let turned = pods::is_ready(&event.object)
                && event.previous.as_ref().is_some_and(|previous| !pods::is_ready(previous));
            if turned && self.heartbeats.silent_since(node).is_some() {
                cx.queue.add(node);
            }
        }
    }

    fn sync(&mut self, cx: &mut Context<'_>, name: &str) -> Result<Requeue, SyncError> {
        let Some(node) = cx.informers.get("nodes", "", name).cloned() else { return Ok(Requeue::Done) };
        let mut node = Value::clone(&node);
        let mut again = Requeue::Done;
        if let Some(since) = self.heartbeats.silent_since(name) {
            if since + GRACE > cx.now {
                again = Requeue::After((since + GRACE).since(cx.now));
            } else if object::condition(&node, "Ready")
                .is_some_and(|c| object::str_at(c, "/status") != "Unknown")
            {
                node = declare_unknown(cx, node)?;
            }
        }
        let ready = object::condition(&node, "Ready").map_or("Unknown", |c| object::str_at(c, "/status"));
        if ready != "True" {
            mark_pods_not_ready(cx, &node)?;
        }
        sync_taints(cx, &node, ready)?;
        Ok(again)
    }
}

/// Says of a silent node that nothing is known of it.
// Upstream: node_lifecycle_controller.go tryUpdateNodeHealth
fn declare_unknown(cx: &Context<'_>, mut node: Value) -> Result<Value, SyncError> {
    let now = cx.timestamp();
    for kind in ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"] {
        let heartbeat =
            object::condition(&node, kind).map(|old| object::at(old, "/lastHeartbeatTime").clone());
        let message = "Kubelet stopped posting node status.";
        let mut condition = conditions::condition(kind, "Unknown", "NodeStatusUnknown", message, &now);
        condition["lastHeartbeatTime"] = heartbeat.unwrap_or_else(|| now.as_str().into());
        conditions::replace(&mut node["status"], condition);
    }
    let node = cx.client.update_status("nodes", node)?;
    let name = object::name(&node);
    let source = Source { component: cx.component, host: "" };
    let text = format!("Node {name} status is now: NodeNotReady");
    cx.events.record(source, &Involved::node(name), EventType::Normal, "NodeNotReady", &text);
    Ok(Value::clone(&node))
}

/// The pods of a node that is not ready get no traffic.
// Upstream: pkg/controller/util/node/controller_utils.go MarkPodsNotReady
fn mark_pods_not_ready(cx: &Context<'_>, node: &Value) -> Result<(), SyncError> {
    let ready: Vec<_> =
        cx.informers.pods_on(object::name(node)).filter(|pod| pods::is_ready(pod)).cloned().collect();
    for pod in ready {
        cx.warning(&pod, "NodeNotReady", "Node is not ready");
        let condition = json!({"type": "Ready", "status": "False", "lastTransitionTime": cx.timestamp()});
        let patch = json!({"status": {"conditions": [condition]}});
        let (namespace, name) = (object::namespace(&pod), object::name(&pod));
        match cx.client.patch_status("pods", namespace, name, PatchKind::Strategic, patch) {
            Err(status) if !is_not_found(&status) => return Err(status.into()),
            _ => {}
        }
    }
    Ok(())
}

/// Brings the taints that stand for conditions in line with these.
// Upstream: node_lifecycle_controller.go doNoScheduleTaintingPass, doNoExecuteTaintingPass
fn sync_taints(cx: &Context<'_>, node: &Value, ready: &str) -> Result<(), SyncError> {
    let mut wanted: Vec<(&str, &str)> = Vec::new();
    for (kind, taint) in PRESSURES {
        if object::condition_is_true(node, kind) {
            wanted.push((taint, "NoSchedule"));
        }
    }
    match ready {
        "True" => {}
        "False" => wanted.extend([(NOT_READY, "NoSchedule"), (NOT_READY, "NoExecute")]),
        _ => wanted.extend([(UNREACHABLE, "NoSchedule"), (UNREACHABLE, "NoExecute")]),
    }
    if object::bool_at(node, "/spec/unschedulable") {
        wanted.push((UNSCHEDULABLE, "NoSchedule"));
    }
    let is_ours = |key: &str| {
        [NOT_READY, UNREACHABLE, UNSCHEDULABLE].contains(&key)
            || PRESSURES.iter().any(|(_, taint)| *taint == key)
    };
    let identity = |taint: &Value| {
        (object::str_at(taint, "/key").to_owned(), object::str_at(taint, "/effect").to_owned())
    };
    let old = object::array_at(node, "/spec/taints");
    let mut taints: Vec<Value> = old
        .iter()
        .filter(|taint| {
            let (key, effect) = identity(taint);
            !is_ours(&key) || wanted.contains(&(key.as_str(), effect.as_str()))
        })
        .cloned()
        .collect();
    for (key, effect) in wanted {
        let exists = taints.iter().any(|taint| identity(taint) == (key.to_owned(), effect.to_owned()));
        if !exists {
            taints.push(json!({"key": key, "effect": effect, "timeAdded": cx.timestamp()}));
        }
    }
    if taints == old {
        return Ok(());
    }
    let taints = if taints.is_empty() { Value::Null } else { taints.into() };
    let version = object::str_at(node, "/metadata/resourceVersion");
    let patch = json!({"metadata": {"resourceVersion": version}, "spec": {"taints": taints}});
    cx.client.patch("nodes", "", object::name(node), PatchKind::Merge, patch)?;
    Ok(())
}
