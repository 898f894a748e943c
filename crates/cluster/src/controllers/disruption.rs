//! PodDisruptionBudgets: how many pods may be evicted now.
//!
//! Upstream: `pkg/controller/disruption/disruption.go`

use std::collections::BTreeMap;
use std::rc::Rc;

use podground_api::{Selector, Value, json, object};

use super::support::numbers::{count_at, scaled};
use super::support::{conditions, pods};
use super::{Context, Controller, Requeue, SyncError};
use crate::client::is_not_found;
use crate::informer::{InformerEvent, key_of, split_key};
use crate::store::EventKind;

const RESOURCE: &str = "poddisruptionbudgets.policy";
/// What may control pods and has a number of replicas.
const SCALED: &[&str] =
    &["replicasets.apps", "replicationcontrollers", "statefulsets.apps", "deployments.apps"];

struct Disruption;

/// The controller of disruption budgets.
pub(super) fn disruption() -> Box<dyn Controller> {
    Box::new(Disruption)
}

impl Controller for Disruption {
    fn name(&self) -> &'static str {
        "disruption-controller"
    }

    fn component(&self) -> &'static str {
        "controllermanager"
    }

    fn watches(&self) -> &'static [&'static str] {
        &[
            RESOURCE,
            "pods",
            "replicasets.apps",
            "replicationcontrollers",
            "statefulsets.apps",
            "deployments.apps",
        ]
    }

    fn on_event(&mut self, cx: &mut Context<'_>, event: &InformerEvent) {
        if event.resource == RESOURCE {
            if event.kind != EventKind::Deleted {
                cx.queue.add(&key_of(&event.object));
            }
            return;
        }
        let is_pod = event.resource == "pods";
        for budget in cx.informers.in_namespace(RESOURCE, object::namespace(&event.object)) {
            let selector = Selector::from_label_selector(object::at(budget, "/spec/selector"));
            if !is_pod || selector.is_some_and(|selector| selector.matches_object(&event.object)) {
                cx.queue.add(&key_of(budget));
            }
        }
    }

    // Upstream: disruption.go trySync
    fn sync(&mut self, cx: &mut Context<'_>, key: &str) -> Result<Requeue, SyncError> {
        let (namespace, name) = split_key(key);
        let Some(budget) = cx.informers.get(RESOURCE, namespace, name).cloned() else {
            return Ok(Requeue::Done);
        };
        let selector =
            Selector::from_label_selector(object::at(&budget, "/spec/selector")).unwrap_or_default();
        let selected: Vec<Rc<Value>> = cx
            .informers
            .in_namespace("pods", namespace)
            .filter(|pod| !pods::is_terminal(pod) && selector.matches_object(pod))
            .cloned()
            .collect();
        let (expected, desired) = expectation(cx, &budget, &selected);
        let healthy =
            selected.iter().filter(|pod| !object::is_deleting(pod) && pods::is_ready(pod)).count() as i64;
        let allowed = if expected > 0 { (healthy - desired).max(0) } else { 0 };
        let mut status = json!({
            "currentHealthy": healthy, "desiredHealthy": desired, "disruptionsAllowed": allowed,
            "expectedPods": expected, "observedGeneration": count_at(&budget, "/metadata/generation"),
        });
        if let Some(old) = budget.pointer("/status/conditions") {
            status["conditions"] = old.clone();
        }
        let (is, reason) =
            if allowed > 0 { ("True", "SufficientPods") } else { ("False", "InsufficientPods") };
        let mut condition = conditions::condition("DisruptionAllowed", is, reason, "", &cx.timestamp());
        condition["observedGeneration"] = status["observedGeneration"].clone();
        if conditions::find(&status, "DisruptionAllowed").is_none_or(|old| {
            old["status"] != is || old["observedGeneration"] != condition["observedGeneration"]
        }) {
            conditions::replace(&mut status, condition);
        }
        if status == *object::at(&budget, "/status") {
            return Ok(Requeue::Done);
        }
        let mut budget = Value::clone(&budget);
        budget["status"] = status;
        match cx.client.update_status(RESOURCE, budget) {
            Err(status) if !is_not_found(&status) => Err(status.into()),
            _ => Ok(Requeue::Done),
        }
    }
}

/// How many pods there should be, and how many of them must be healthy.
// Upstream: disruption.go getExpectedPodCount
fn expectation(cx: &Context<'_>, budget: &Value, pods: &[Rc<Value>]) -> (i64, i64) {
    let (least, most) =
        (object::at(budget, "/spec/minAvailable"), object::at(budget, "/spec/maxUnavailable"));
    if !most.is_null() {
        let expected = expected_scale(cx, pods);
        return (expected, (expected - scaled(most, expected, true)).max(0));
    }
    if least.is_string() {
        let expected = expected_scale(cx, pods);
        return (expected, scaled(least, expected, true));
    }
    (pods.len() as i64, least.as_i64().unwrap_or(0))
}

/// The sum of what the pods' controllers ask for.
// Upstream: disruption.go getExpectedScale
fn expected_scale(cx: &Context<'_>, pods: &[Rc<Value>]) -> i64 {
    let mut scales = BTreeMap::new();
    for pod in pods {
        let mut owner = object::controller_uid(pod).and_then(|uid| cx.informers.by_uid(uid));
        // Of a replica set its deployment counts.
        if let Some(("replicasets.apps", set)) = owner
            && let Some(deployment) = object::controller_uid(set).and_then(|uid| cx.informers.by_uid(uid))
        {
            owner = Some(deployment);
        }
        if let Some((resource, owner)) = owner.filter(|(resource, _)| SCALED.contains(resource)) {
            let _ = resource;
            scales.insert(object::uid(owner).to_owned(), count_at(owner, "/spec/replicas"));
        }
    }
    scales.values().sum()
}
