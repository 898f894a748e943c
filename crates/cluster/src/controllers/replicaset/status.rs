//! What a set says about its pods.
//!
//! Upstream: `pkg/controller/replicaset/replica_set_utils.go`

use std::rc::Rc;

use podground_api::{Status, Value, object};

use crate::client::is_not_found;
use crate::controllers::support::numbers::{count_at, set_count};
use crate::controllers::support::{conditions, pods};
use crate::controllers::{Context, SyncError};

/// The status that fits the pods.
pub(super) fn calculate(
    cx: &Context<'_>,
    set: &Value,
    active: &[Rc<Value>],
    terminating: usize,
    failure: Option<&Status>,
) -> Value {
    let mut status = object::at(set, "/status").clone();
    if !status.is_object() {
        status = Value::Object(podground_api::Map::new());
    }
    let min_ready = count_at(set, "/spec/minReadySeconds");
    let template_labels = object::map_at(set, "/spec/template/metadata/labels");
    let is_labelled = |pod: &Value| {
        let labels = object::labels(pod);
        template_labels.is_none_or(|wanted| {
            wanted.iter().all(|(key, value)| labels.and_then(|labels| labels.get(key)) == Some(value))
        })
    };
    let labelled = active.iter().filter(|pod| is_labelled(pod)).count();
    let ready = active.iter().filter(|pod| pods::is_ready(pod)).count();
    let available = active.iter().filter(|pod| pods::is_available(pod, min_ready, cx.now)).count();
    object::set_at(&mut status, "/replicas", active.len().into());
    set_count(&mut status, "fullyLabeledReplicas", labelled);
    set_count(&mut status, "readyReplicas", ready);
    set_count(&mut status, "availableReplicas", available);
    if object::kind(set) == "ReplicaSet" {
        object::set_at(&mut status, "/terminatingReplicas", terminating.into());
    }
    match failure {
        Some(failure) => {
            if conditions::find(&status, "ReplicaFailure").is_none() {
                let missing = (active.len() as i64) < count_at(set, "/spec/replicas");
                let reason = if missing { "FailedCreate" } else { "FailedDelete" };
                let now = cx.timestamp();
                let condition =
                    conditions::condition("ReplicaFailure", "True", reason, &failure.message, &now);
                conditions::set(&mut status, condition);
            }
        }
        None => conditions::remove(&mut status, "ReplicaFailure"),
    }
    object::set_at(&mut status, "/observedGeneration", count_at(set, "/metadata/generation").into());
    status
}

/// Writes the status if it says something new.
pub(super) fn update(cx: &Context<'_>, resource: &str, set: &Value, status: Value) -> Result<(), SyncError> {
    if *object::at(set, "/status") == status {
        return Ok(());
    }
    let mut set = set.clone();
    set["status"] = status;
    match cx.client.update_status(resource, set) {
        Err(status) if !is_not_found(&status) => Err(status.into()),
        _ => Ok(()),
    }
}
