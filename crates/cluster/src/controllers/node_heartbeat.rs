//! The signs of life that kubelets send: leases every ten seconds, the whole status every five minutes.
//!
//! Upstream: `k8s.io/component-helpers/apimachinery/lease`, `pkg/kubelet/kubelet_node_status.go`

use std::rc::Rc;
use std::time::Duration;

use podground_api::{Value, object};
use podground_sim::Time;

use super::support::pods::time_at;
use super::{Context, Controller, Requeue, SyncError};
use crate::client::{PatchKind, is_not_found};
use crate::heartbeat::Heartbeats;
use crate::informer::InformerEvent;
use crate::store::EventKind;

const LEASES: &str = "leases.coordination.k8s.io";
const LEASE_PERIOD: Duration = Duration::from_secs(10);
const STATUS_PERIOD: Duration = Duration::from_mins(5);
/// In larger clusters nobody looks at each node: the work would only be felt.
const FEW: usize = 20;
/// One key for all nodes: thousands of timers would cost more than they show.
const KEY: &str = "all";

/// Sends the heartbeats of all nodes.
pub(crate) struct NodeHeartbeat {
    heartbeats: Heartbeats,
    last_status: Option<Time>,
}

impl NodeHeartbeat {
    pub(crate) fn new(heartbeats: Heartbeats) -> Self {
        Self { heartbeats, last_status: None }
    }
}

impl Controller for NodeHeartbeat {
    fn name(&self) -> &'static str {
        "node-heartbeat"
    }

    fn agent(&self) -> &'static str {
        "kubelet"
    }

    fn watches(&self) -> &'static [&'static str] {
        &["nodes"]
    }

    fn on_event(&mut self, cx: &mut Context<'_>, event: &InformerEvent) {
        if event.kind == EventKind::Added {
            cx.queue.add_after(KEY, LEASE_PERIOD);
        }
    }

    fn sync(&mut self, cx: &mut Context<'_>, _key: &str) -> Result<Requeue, SyncError> {
        let with_status = self.last_status.is_none_or(|last| last + STATUS_PERIOD <= cx.now);
        let first = self.last_status.is_none();
        if with_status {
            self.last_status = Some(cx.now);
        }
        if cx.informers.count("nodes") > FEW {
            return Ok(Requeue::Done);
        }
        let nodes: Vec<Rc<Value>> = cx.informers.list("nodes").cloned().collect();
        for node in &nodes {
            let name = object::name(node);
            if self.heartbeats.silent_since(name).is_some() {
                continue;
            }
            if cx.informers.get(LEASES, "kube-node-lease", name).is_some() {
                let patch = podground_api::json!({"spec": {"renewTime": cx.now.rfc3339_micro()}});
                ignore_gone(cx.client.patch(LEASES, "kube-node-lease", name, PatchKind::Merge, patch))?;
            }
            if with_status && !first {
                report(cx, node)?;
            }
        }
        Ok(Requeue::After(LEASE_PERIOD))
    }
}

/// Renews the time of heartbeat in the conditions that the kubelet knows about.
fn report(cx: &Context<'_>, node: &Value) -> Result<(), SyncError> {
    let mut node = node.clone();
    let Some(conditions) = node.pointer_mut("/status/conditions").and_then(Value::as_array_mut) else {
        return Ok(());
    };
    for condition in conditions {
        let is_reported = time_at(condition, "/lastHeartbeatTime").is_some();
        // What the node controller has written is the kubelet's to correct, not to confirm.
        if is_reported && object::str_at(condition, "/reason") != "NodeStatusUnknown" {
            condition["lastHeartbeatTime"] = cx.timestamp().into();
        }
    }
    ignore_gone(cx.client.update_status("nodes", node))
}

fn ignore_gone(reply: crate::client::Reply) -> Result<(), SyncError> {
    match reply {
        Err(status) if !is_not_found(&status) => Err(status.into()),
        _ => Ok(()),
    }
}
