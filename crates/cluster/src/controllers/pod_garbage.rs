//! Pods that nobody will ever finish: on nodes that are gone, or deleted before they had a node.
//!
//! Upstream: `pkg/controller/podgc/gc_controller.go`

use std::time::Duration;

use podground_api::{Value, json, object};

use super::support::pods;
use super::{Context, Controller, Requeue, SyncError};
use crate::client::{DeleteOptions, PatchKind, is_not_found};
use crate::informer::{InformerEvent, key_of, split_key};
use crate::store::EventKind;

/// A node may come back within this time.
const QUARANTINE: Duration = Duration::from_secs(40);
/// More pods than this that have ended are not kept.
const MAX_TERMINATED: usize = 12_500;
/// The key under which pods that have ended are counted.
const TERMINATED: &str = "terminated";

struct PodGarbage;

/// The collector of pods that nobody runs.
pub(super) fn pod_garbage() -> Box<dyn Controller> {
    Box::new(PodGarbage)
}

impl Controller for PodGarbage {
    fn name(&self) -> &'static str {
        "pod-garbage-collector"
    }

    fn watches(&self) -> &'static [&'static str] {
        &["nodes", "pods"]
    }

    fn on_event(&mut self, cx: &mut Context<'_>, event: &InformerEvent) {
        if event.resource == "nodes" {
            if event.kind == EventKind::Deleted {
                let keys: Vec<String> =
                    cx.informers.pods_on(object::name(&event.object)).map(|pod| key_of(pod)).collect();
                for key in keys {
                    cx.queue.add_after(&key, QUARANTINE);
                }
            }
            return;
        }
        let pod = &event.object;
        if event.kind == EventKind::Deleted {
            return;
        }
        let node = object::str_at(pod, "/spec/nodeName");
        if node.is_empty() && object::is_deleting(pod) {
            cx.queue.add(&key_of(pod));
        } else if !node.is_empty() && cx.informers.get("nodes", "", node).is_none() {
            cx.queue.add_after(&key_of(pod), QUARANTINE);
        }
        if pods::is_terminal(pod) && cx.informers.count("pods") > MAX_TERMINATED {
            cx.queue.add_after(TERMINATED, Duration::from_secs(20));
        }
    }

    fn sync(&mut self, cx: &mut Context<'_>, key: &str) -> Result<Requeue, SyncError> {
        if key == TERMINATED {
            return delete_terminated(cx);
        }
        let (namespace, name) = split_key(key);
        let Some(pod) = cx.informers.get("pods", namespace, name).cloned() else { return Ok(Requeue::Done) };
        let node = object::str_at(&pod, "/spec/nodeName");
        if node.is_empty() && object::is_deleting(&pod) {
            return force_delete(cx, &pod);
        }
        if !node.is_empty() && cx.informers.get("nodes", "", node).is_none() {
            if !pods::is_terminal(&pod) {
                let condition = json!({
                    "type": "DisruptionTarget", "status": "True", "reason": "DeletionByPodGC",
                    "message": "PodGC: node no longer exists",
                    "lastProbeTime": null, "lastTransitionTime": cx.timestamp(),
                });
                let patch = json!({"status": {"phase": "Failed", "conditions": [condition]}});
                // The pod goes in any case.
                let _ = cx.client.patch_status("pods", namespace, name, PatchKind::Strategic, patch);
            }
            return force_delete(cx, &pod);
        }
        Ok(Requeue::Done)
    }
}

fn delete_terminated(cx: &Context<'_>) -> Result<Requeue, SyncError> {
    let mut ended: Vec<_> = cx.informers.list("pods").filter(|pod| pods::is_terminal(pod)).cloned().collect();
    let surplus = ended.len().saturating_sub(MAX_TERMINATED);
    ended.sort_by_key(|pod| object::str_at(pod, "/metadata/creationTimestamp").to_owned());
    for pod in ended.iter().take(surplus) {
        force_delete(cx, pod)?;
    }
    Ok(Requeue::Done)
}

fn force_delete(cx: &Context<'_>, pod: &Value) -> Result<Requeue, SyncError> {
    let options = DeleteOptions::force();
    match cx.client.delete_object("pods", pod, &options) {
        Err(status) if !is_not_found(&status) => Err(status.into()),
        _ => Ok(Requeue::Done),
    }
}
