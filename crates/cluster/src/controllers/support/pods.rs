//! Pods as controllers look at them.

use std::cmp::Ordering;
use std::rc::Rc;
use std::time::Duration;

use podground_api::{Status, Value, json, object};
use podground_sim::Time;

use crate::client::Client;
use crate::controllers::Requeue;

/// Whether a pod neither has ended nor is being deleted.
// Upstream: pkg/controller/controller_utils.go IsPodActive
pub fn is_active(pod: &Value) -> bool {
    !is_terminal(pod) && !object::is_deleting(pod)
}

/// Whether a pod has ended.
pub fn is_terminal(pod: &Value) -> bool {
    matches!(object::str_at(pod, "/status/phase"), "Succeeded" | "Failed")
}

/// Whether a pod is being deleted but still there.
pub fn is_terminating(pod: &Value) -> bool {
    object::is_deleting(pod) && !is_terminal(pod)
}

/// Whether a pod is ready.
pub fn is_ready(pod: &Value) -> bool {
    object::condition_is_true(pod, "Ready")
}

/// Whether a pod has been ready for at least `min_ready` seconds.
pub fn is_available(pod: &Value, min_ready: i64, now: Time) -> bool {
    let Some(since) = ready_since(pod) else { return false };
    min_ready == 0 || since + Duration::from_secs(min_ready.unsigned_abs()) <= now
}

/// With `minReadySeconds`, pods become available without any event: their owner looks again.
pub fn requeue_until_available<'a>(
    mut pods: impl Iterator<Item = &'a Rc<Value>>,
    min_ready: i64,
    now: Time,
) -> Requeue {
    let waiting = pods.any(|pod| is_ready(pod) && !is_available(pod, min_ready, now));
    if waiting { Requeue::After(Duration::from_secs(1)) } else { Requeue::Done }
}

/// Since when a pod is ready.
fn ready_since(pod: &Value) -> Option<Time> {
    let condition = object::condition(pod, "Ready")?;
    if object::str_at(condition, "/status") != "True" {
        return None;
    }
    Some(Time::parse_rfc3339(object::str_at(condition, "/lastTransitionTime")).unwrap_or_default())
}

/// The time in a field of an object.
pub fn time_at(value: &Value, pointer: &str) -> Option<Time> {
    Time::parse_rfc3339(object::str_at(value, pointer))
}

/// A pod made from a template; the API server completes its name.
// Upstream: pkg/controller/controller_utils.go GetPodFromTemplate
pub fn from_template(template: &Value, namespace: &str, prefix: &str, owner: Value) -> Value {
    let mut metadata = json!({
        "generateName": format!("{prefix}-"), "namespace": namespace, "ownerReferences": [owner],
    });
    for field in ["labels", "annotations", "finalizers"] {
        if let Some(value) = template.pointer("/metadata").and_then(|metadata| metadata.get(field)) {
            metadata[field] = value.clone();
        }
    }
    let spec = template.get("spec").cloned().unwrap_or_default();
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})
}

/// Calls `create` `count` times in batches that double while all goes well;
/// gives how many were made and the first error.
// Upstream: pkg/controller/replicaset/replica_set.go slowStartBatch
pub fn slow_start(
    count: usize,
    mut create: impl FnMut(usize) -> Result<(), Status>,
) -> (usize, Option<Status>) {
    let (mut made, mut batch) = (0, 1);
    let mut index = 0;
    while index < count {
        let mut error = None;
        for _ in 0..batch.min(count - index) {
            match create(index) {
                Ok(()) => made += 1,
                Err(status) => error = error.or(Some(status)),
            }
            index += 1;
        }
        if error.is_some() {
            return (made, error);
        }
        batch *= 2;
    }
    (made, None)
}

/// Whether a refusal only says that the namespace is being deleted.
pub fn is_namespace_terminating(status: &Status) -> bool {
    let causes = status.details.as_ref().map(|details| details.causes.as_slice()).unwrap_or_default();
    causes.iter().any(|cause| cause.reason == "NamespaceTerminating")
}

/// Which of two pods goes first when some have to go; `rank` counts the pods beside each on its node.
// Upstream: pkg/controller/controller_utils.go ActivePodsWithRanks.Less
pub fn deletion_order(a: (&Value, usize), b: (&Value, usize), now: Time) -> Ordering {
    let (pod_a, pod_b) = (a.0, b.0);
    let assigned = |pod| !object::str_at(pod, "/spec/nodeName").is_empty();
    let phase = |pod| match object::str_at(pod, "/status/phase") {
        "Pending" | "" => 0,
        "Unknown" => 1,
        _ => 2,
    };
    let restarts = |pod| {
        let statuses = object::array_at(pod, "/status/containerStatuses");
        statuses.iter().filter_map(|status| object::i64_at(status, "/restartCount")).max().unwrap_or(0)
    };
    // Times are compared by their order of magnitude, so that not always the newest pods go.
    let age = |time: Time| now.since(time).as_secs().max(1).ilog2();
    let newer = |a: Option<Time>, b: Option<Time>| match (a, b) {
        (Some(a), Some(b)) => age(a).cmp(&age(b)),
        _ => Ordering::Equal,
    };
    let created = |pod| time_at(pod, "/metadata/creationTimestamp");
    (assigned(pod_a).cmp(&assigned(pod_b)))
        .then_with(|| phase(pod_a).cmp(&phase(pod_b)))
        .then_with(|| is_ready(pod_a).cmp(&is_ready(pod_b)))
        .then_with(|| deletion_cost(pod_a).cmp(&deletion_cost(pod_b)))
        .then_with(|| b.1.cmp(&a.1))
        .then_with(|| newer(ready_since(pod_a), ready_since(pod_b)))
        .then_with(|| restarts(pod_b).cmp(&restarts(pod_a)))
        .then_with(|| newer(created(pod_a), created(pod_b)))
        .then_with(|| object::uid(pod_a).cmp(object::uid(pod_b)))
}

fn deletion_cost(pod: &Value) -> i64 {
    let cost = object::annotation(pod, "controller.kubernetes.io/pod-deletion-cost");
    cost.and_then(|cost| cost.parse().ok()).unwrap_or(0)
}

/// Creates a pod and says so in an event about its owner.
pub fn create(
    client: &Client,
    pod: Value,
    normal: impl Fn(&str, &str),
    warning: impl Fn(&str, &str),
) -> Result<(), Status> {
    match client.create("pods", pod) {
        Ok(pod) => {
            normal("SuccessfulCreate", &format!("Created pod: {}", object::name(&pod)));
            Ok(())
        }
        Err(status) => {
            if !is_namespace_terminating(&status) {
                warning("FailedCreate", &format!("Error creating: {}", status.message));
            }
            Err(status)
        }
    }
}
