//! ReplicaSets and ReplicationControllers: as many pods as they ask for.
//!
//! Upstream: `pkg/controller/replicaset/replica_set.go`

use std::rc::Rc;

use podground_api::{Selector, Status, Value, object};

use super::support::owners::{Claimer, controller_reference};
use super::support::{numbers, pods};
use super::{Context, Controller, Requeue, SyncError};
use crate::client::{DeleteOptions, is_not_found};
use crate::informer::{InformerEvent, key_of, split_key};

mod status;

/// At most so many pods are made or deleted in one sync.
const BURST: usize = 500;

/// What differs between the two kinds.
struct Flavour {
    controller: &'static str,
    component: &'static str,
    resource: &'static str,
    watches: &'static [&'static str],
    api_version: &'static str,
    kind: &'static str,
    selector: fn(&Value) -> Option<Selector>,
}

const REPLICA_SET: Flavour = Flavour {
    controller: "replicaset-controller",
    component: "replicaset-controller",
    resource: "replicasets.apps",
    watches: &["replicasets.apps", "pods"],
    api_version: "apps/v1",
    kind: "ReplicaSet",
    selector: |owner| Selector::from_label_selector(object::at(owner, "/spec/selector")),
};

const REPLICATION_CONTROLLER: Flavour = Flavour {
    controller: "replication-controller",
    component: "replication-controller",
    resource: "replicationcontrollers",
    watches: &["replicationcontrollers", "pods"],
    api_version: "v1",
    kind: "ReplicationController",
    selector: |owner| Selector::from_map(object::at(owner, "/spec/selector")),
};

/// The controller of one of the two kinds.
pub(super) struct Replicas(&'static Flavour);

/// The controller of ReplicaSets.
pub(super) fn replica_set() -> Box<dyn Controller> {
    Box::new(Replicas(&REPLICA_SET))
}

/// The controller of ReplicationControllers.
pub(super) fn replication_controller() -> Box<dyn Controller> {
    Box::new(Replicas(&REPLICATION_CONTROLLER))
}

impl Controller for Replicas {
    fn name(&self) -> &'static str {
        self.0.controller
    }

    fn component(&self) -> &'static str {
        self.0.component
    }

    fn watches(&self) -> &'static [&'static str] {
        self.0.watches
    }

    fn on_event(&mut self, cx: &mut Context<'_>, event: &InformerEvent) {
        if event.resource == self.0.resource {
            cx.queue.add(&key_of(&event.object));
            return;
        }
        for pod in [Some(&event.object), event.previous.as_ref()].into_iter().flatten() {
            self.enqueue_owner(cx, pod);
        }
    }

    fn sync(&mut self, cx: &mut Context<'_>, key: &str) -> Result<Requeue, SyncError> {
        let (namespace, name) = split_key(key);
        let Some(set) = cx.informers.get(self.0.resource, namespace, name).cloned() else {
            return Ok(Requeue::Done);
        };
        let Some(selector) = (self.0.selector)(&set) else { return Ok(Requeue::Done) };
        let claimer =
            Claimer { owner: &set, api_version: self.0.api_version, kind: self.0.kind, selector: &selector };
        let claimed = claimer.claim(cx.client, cx.informers, "pods")?;
        cx.queue.pause(key, claimed.len());
        let active: Vec<Rc<Value>> = claimed.iter().filter(|pod| pods::is_active(pod)).cloned().collect();
        let terminating = claimed.iter().filter(|pod| pods::is_terminating(pod)).count();
        let failure = if object::is_deleting(&set) { None } else { self.manage(cx, &set, &active) };
        let status = status::calculate(cx, &set, &active, terminating, failure.as_ref());
        status::update(cx, self.0.resource, &set, status)?;
        if let Some(failure) = failure {
            return Err(failure.into());
        }
        let min_ready = numbers::count_at(&set, "/spec/minReadySeconds");
        Ok(pods::requeue_until_available(active.iter(), min_ready, cx.now))
    }
}

impl Replicas {
    /// Puts the owner of a pod into the queue, or, of a pod without one, all that may adopt it.
    fn enqueue_owner(&self, cx: &mut Context<'_>, pod: &Value) {
        let namespace = object::namespace(pod);
        if let Some(owner) = object::controller_of(pod) {
            if object::str_at(owner, "/kind") == self.0.kind {
                cx.queue.add(&[namespace, "/", object::str_at(owner, "/name")].concat());
            }
            return;
        }
        if object::labels(pod).is_none_or(podground_api::Map::is_empty) || object::is_deleting(pod) {
            return;
        }
        for set in cx.informers.in_namespace(self.0.resource, namespace) {
            if (self.0.selector)(set).is_some_and(|selector| selector.matches_object(pod)) {
                cx.queue.add(&key_of(set));
            }
        }
    }

    /// Makes or deletes pods; gives the first refusal.
    // Upstream: replica_set.go manageReplicas
    fn manage(&self, cx: &Context<'_>, set: &Value, active: &[Rc<Value>]) -> Option<Status> {
        let wanted = usize::try_from(numbers::count_at(set, "/spec/replicas")).unwrap_or(0);
        if active.len() < wanted {
            let count = (wanted - active.len()).min(BURST);
            let template = object::at(set, "/spec/template");
            let failure = pods::slow_start(count, |_| {
                let owner = controller_reference(set, self.0.api_version, self.0.kind);
                let pod = pods::from_template(template, object::namespace(set), object::name(set), owner);
                let (normal, warning) = (
                    |reason: &str, message: &str| cx.normal(set, reason, message),
                    |reason: &str, message: &str| cx.warning(set, reason, message),
                );
                match pods::create(cx.client, pod, normal, warning) {
                    Err(status) if pods::is_namespace_terminating(&status) => Ok(()),
                    result => result,
                }
            })
            .1;
            // Where more than a burst is missing, the pods that were made bring the set back into the queue.
            return failure;
        }
        let mut failure = None;
        for pod in self.victims(cx, set, active, (active.len() - wanted).min(BURST)) {
            let name = object::name(&pod);
            let reply = cx.client.delete("pods", object::namespace(&pod), name, &DeleteOptions::of(&pod));
            match reply {
                Ok(_) => cx.normal(set, "SuccessfulDelete", &format!("Deleted pod: {name}")),
                Err(status) if is_not_found(&status) => {}
                Err(status) => {
                    cx.warning(set, "FailedDelete", &format!("Error deleting: {}", status.message));
                    failure = failure.or(Some(status));
                }
            }
        }
        failure
    }

    /// The pods that go first.
    // Upstream: replica_set.go getPodsToDelete, getPodsRankedByRelatedPodsOnSameNode
    fn victims(&self, cx: &Context<'_>, set: &Value, active: &[Rc<Value>], count: usize) -> Vec<Rc<Value>> {
        if count == 0 || count >= active.len() {
            return active.iter().take(count).cloned().collect();
        }
        let mut per_node = std::collections::BTreeMap::<&str, usize>::new();
        let related: Vec<Rc<Value>> = match object::controller_uid(set) {
            Some(uid) => cx
                .informers
                .controlled_by(self.0.resource, uid)
                .flat_map(|sibling| cx.informers.controlled_by("pods", object::uid(sibling)))
                .cloned()
                .collect(),
            None => active.to_vec(),
        };
        for pod in related.iter().filter(|pod| pods::is_active(pod)) {
            *per_node.entry(object::str_at(pod, "/spec/nodeName")).or_default() += 1;
        }
        let rank = |pod: &Value| per_node.get(object::str_at(pod, "/spec/nodeName")).copied().unwrap_or(0);
        let mut ranked: Vec<(usize, &Rc<Value>)> = active.iter().map(|pod| (rank(pod), pod)).collect();
        ranked.sort_by(|a, b| pods::deletion_order((a.1, a.0), (b.1, b.0), cx.now));
        ranked.into_iter().take(count).map(|(_, pod)| pod.clone()).collect()
    }
}
