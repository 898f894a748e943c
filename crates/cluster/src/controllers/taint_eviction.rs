//! Pods leave nodes whose taints they do not tolerate (any longer).
//!
//! Upstream: `pkg/controller/tainteviction/taint_eviction.go`

use std::collections::BTreeSet;
use std::time::Duration;

use podground_api::{Value, json, object};
use podground_sim::Time;

use super::support::pods::{self, time_at};
use super::{Context, Controller, Requeue, SyncError};
use crate::client::{DeleteOptions, PatchKind, is_not_found};
use crate::informer::{InformerEvent, key_of, split_key};
use crate::scheduler::toleration_matches;
use crate::store::EventKind;

#[derive(Default)]
struct TaintEviction {
    /// Pods that will be deleted unless the taint goes first.
    marked: BTreeSet<String>,
}

/// The controller that evicts pods from tainted nodes.
pub(super) fn taint_eviction() -> Box<dyn Controller> {
    Box::new(TaintEviction::default())
}

impl Controller for TaintEviction {
    fn name(&self) -> &'static str {
        "taint-eviction-controller"
    }

    fn watches(&self) -> &'static [&'static str] {
        &["nodes", "pods"]
    }

    /// Keys are pods.
    fn on_event(&mut self, cx: &mut Context<'_>, event: &InformerEvent) {
        if event.resource == "nodes" {
            let taints = |node: &Value| no_execute(node).cloned().collect::<Vec<_>>();
            let old = event.previous.as_ref().map(|node| taints(node)).unwrap_or_default();
            if event.kind == EventKind::Deleted || old == taints(&event.object) {
                return;
            }
            let keys: Vec<String> =
                cx.informers.pods_on(object::name(&event.object)).map(|pod| key_of(pod)).collect();
            for key in keys {
                cx.queue.add(&key);
            }
            return;
        }
        let key = key_of(&event.object);
        if event.kind == EventKind::Deleted {
            self.marked.remove(&key);
            return;
        }
        let node = object::str_at(&event.object, "/spec/nodeName");
        let tainted =
            cx.informers.get("nodes", "", node).is_some_and(|node| no_execute(node).next().is_some());
        if tainted && !object::is_deleting(&event.object) {
            cx.queue.add(&key);
        }
    }

    fn sync(&mut self, cx: &mut Context<'_>, key: &str) -> Result<Requeue, SyncError> {
        let (namespace, name) = split_key(key);
        let Some(pod) = cx.informers.get("pods", namespace, name).cloned() else { return Ok(Requeue::Done) };
        if object::is_deleting(&pod) || pods::is_terminal(&pod) {
            return Ok(Requeue::Done);
        }
        let node = cx.informers.get("nodes", "", object::str_at(&pod, "/spec/nodeName"));
        let deadline = node.map_or(Deadline::Never, |node| deadline(&pod, node, cx.now));
        match deadline {
            Deadline::Never => {
                if self.marked.remove(key) {
                    let text = format!("Cancelling deletion of Pod {key}");
                    cx.normal(&pod, "TaintManagerEviction", &text);
                }
                Ok(Requeue::Done)
            }
            Deadline::At(time) if time > cx.now => {
                self.marked.insert(key.to_owned());
                Ok(Requeue::After(time.since(cx.now)))
            }
            Deadline::At(_) => {
                self.marked.remove(key);
                cx.normal(&pod, "TaintManagerEviction", &format!("Marking for deletion Pod {key}"));
                evict(cx, &pod)
            }
        }
    }
}

enum Deadline {
    Never,
    At(Time),
}

fn no_execute(node: &Value) -> impl Iterator<Item = &Value> {
    let taints = object::array_at(node, "/spec/taints").iter();
    taints.filter(|taint| object::str_at(taint, "/effect") == "NoExecute")
}

/// When a pod must leave its node.
// Upstream: taint_eviction.go processPodOnNode
fn deadline(pod: &Value, node: &Value, now: Time) -> Deadline {
    let mut earliest: Option<Time> = None;
    for taint in no_execute(node) {
        let part = |field| object::str_at(taint, field);
        let mut tolerations = object::array_at(pod, "/spec/tolerations")
            .iter()
            .filter(|t| toleration_matches(t, part("/key"), part("/value"), "NoExecute"))
            .peekable();
        if tolerations.peek().is_none() {
            return Deadline::At(now);
        }
        let seconds = tolerations.filter_map(|t| object::i64_at(t, "/tolerationSeconds")).min();
        if let Some(seconds) = seconds {
            let since = time_at(taint, "/timeAdded").unwrap_or(now);
            let time = since + Duration::from_secs(seconds.max(0).unsigned_abs());
            earliest = Some(earliest.map_or(time, |earliest| earliest.min(time)));
        }
    }
    earliest.map_or(Deadline::Never, Deadline::At)
}

fn evict(cx: &Context<'_>, pod: &Value) -> Result<Requeue, SyncError> {
    let condition = json!({
        "type": "DisruptionTarget", "status": "True", "reason": "DeletionByTaintManager",
        "message": "Taint manager: deleting due to NoExecute taint",
        "lastProbeTime": null, "lastTransitionTime": cx.timestamp(),
    });
    let patch = json!({"status": {"conditions": [condition]}});
    let (namespace, name) = (object::namespace(pod), object::name(pod));
    let marked = cx.client.patch_status("pods", namespace, name, PatchKind::Strategic, patch);
    let reply = marked.and_then(|_| cx.client.delete("pods", namespace, name, &DeleteOptions::of(pod)));
    match reply {
        Err(status) if !is_not_found(&status) => Err(status.into()),
        _ => Ok(Requeue::Done),
    }
}
