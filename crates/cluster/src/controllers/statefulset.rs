//! StatefulSets: pods with names of their own, made and removed in order.
//!
//! Upstream: `pkg/controller/statefulset/stateful_set_control.go`

use std::rc::Rc;

use podground_api::{Selector, Value, object};

use super::support::numbers::count_at;
use super::support::owners::Claimer;
use super::support::pods;
use super::support::revisions::{self, HASH_LABEL, History};
use super::{Context, Controller, Requeue, SyncError};
use crate::client::{DeleteOptions, is_not_found};
use crate::informer::{InformerEvent, key_of, split_key};

mod claims;
mod pod;
mod status;

const RESOURCE: &str = "statefulsets.apps";

struct StatefulSets;

/// The controller of StatefulSets.
pub(super) fn stateful_set() -> Box<dyn Controller> {
    Box::new(StatefulSets)
}

/// One sync of a set.
struct Sync<'a, 'b> {
    cx: &'a Context<'b>,
    set: Rc<Value>,
    /// Pods by ordinal, of ordinals that exist or shall exist.
    pods: Vec<(i64, Rc<Value>)>,
    /// The names of the revisions that pods come from and go to.
    current: Rc<Value>,
    update: Rc<Value>,
}

impl Controller for StatefulSets {
    fn name(&self) -> &'static str {
        "statefulset-controller"
    }

    fn watches(&self) -> &'static [&'static str] {
        &[RESOURCE, "pods", revisions::RESOURCE]
    }

    fn on_event(&mut self, cx: &mut Context<'_>, event: &InformerEvent) {
        if event.resource == RESOURCE {
            cx.queue.add(&key_of(&event.object));
            return;
        }
        for object in [Some(&event.object), event.previous.as_ref()].into_iter().flatten() {
            if let Some(owner) = object::controller_of(object)
                && object::str_at(owner, "/kind") == "StatefulSet"
            {
                let name = object::str_at(owner, "/name");
                cx.queue.add(&[object::namespace(object), "/", name].concat());
            }
        }
    }

    fn sync(&mut self, cx: &mut Context<'_>, key: &str) -> Result<Requeue, SyncError> {
        let (namespace, name) = split_key(key);
        let Some(set) = cx.informers.get(RESOURCE, namespace, name).cloned() else {
            return Ok(Requeue::Done);
        };
        let selector = Selector::from_label_selector(object::at(&set, "/spec/selector"));
        let Some(selector) = selector.filter(|selector| !selector.is_empty()) else {
            return Ok(Requeue::Done);
        };
        if object::is_deleting(&set) {
            return Ok(Requeue::Done);
        }
        let labels = object::map_at(&set, "/spec/selector/matchLabels").cloned().unwrap_or_default();
        let history = History::sync(cx, &set, "StatefulSet", &labels)?;
        let Some(update) = history.update().cloned() else { return Ok(Requeue::Done) };
        let named = object::str_at(&set, "/status/currentRevision");
        let current = history.all.iter().find(|revision| object::name(revision) == named);
        let current = current.unwrap_or(&update).clone();
        let claimer =
            Claimer { owner: &set, api_version: "apps/v1", kind: "StatefulSet", selector: &selector };
        let claimed = claimer.claim(cx.client, cx.informers, "pods")?;
        cx.queue.pause(key, claimed.len());
        let mut pods: Vec<(i64, Rc<Value>)> =
            claimed.into_iter().filter_map(|pod| Some((pod::ordinal(&set, &pod)?, pod))).collect();
        pods.sort_by_key(|(ordinal, _)| *ordinal);
        let mut sync = Sync { cx, set, pods, current, update };
        let done = sync.run();
        let owned = sync.pods.iter().map(|(_, pod)| pod);
        let again = pods::requeue_until_available(owned, sync.min_ready(), cx.now);
        // What was reached is told, also where the rest failed.
        sync.write_status()?;
        done?;
        let mut used: Vec<&str> =
            sync.pods.iter().filter_map(|(_, pod)| object::label(pod, HASH_LABEL)).collect();
        used.push(object::name(&sync.current));
        history.truncate(cx, object::i64_at(&sync.set, "/spec/revisionHistoryLimit"), &used);
        Ok(again)
    }
}

impl Sync<'_, '_> {
    fn start(&self) -> i64 {
        count_at(&self.set, "/spec/ordinals/start")
    }

    fn replicas(&self) -> i64 {
        count_at(&self.set, "/spec/replicas")
    }

    fn is_ordered(&self) -> bool {
        object::str_at(&self.set, "/spec/podManagementPolicy") != "Parallel"
    }

    fn min_ready(&self) -> i64 {
        count_at(&self.set, "/spec/minReadySeconds")
    }

    fn is_wanted(&self, ordinal: i64) -> bool {
        (self.start()..self.start() + self.replicas()).contains(&ordinal)
    }

    fn is_healthy(&self, pod: &Value) -> bool {
        !object::is_deleting(pod) && pods::is_available(pod, self.min_ready(), self.cx.now)
    }

    /// The revision of which a new pod with an ordinal is made.
    // Upstream: stateful_set_utils.go newVersionedStatefulSetPod
    fn revision_for(&self, ordinal: i64) -> &Rc<Value> {
        let strategy = object::str_at(&self.set, "/spec/updateStrategy/type");
        let partition = count_at(&self.set, "/spec/updateStrategy/rollingUpdate/partition");
        let current_replicas = count_at(&self.set, "/status/currentReplicas");
        let is_old = match strategy {
            "OnDelete" => false,
            _ if partition > 0 => ordinal < self.start() + partition,
            _ => ordinal < self.start() + current_replicas,
        };
        if is_old { &self.current } else { &self.update }
    }

    // Upstream: stateful_set_control.go updateStatefulSet
    fn run(&mut self) -> Result<(), SyncError> {
        for ordinal in self.start()..self.start() + self.replicas() {
            let found = self.pods.iter().find(|(other, _)| *other == ordinal).map(|(_, pod)| pod.clone());
            match found {
                None => {
                    self.create(ordinal)?;
                    if self.is_ordered() {
                        return Ok(());
                    }
                }
                Some(pod) if pods::is_terminal(&pod) => {
                    let kind = if object::str_at(&pod, "/status/phase") == "Failed" {
                        "Failed"
                    } else {
                        "Terminated"
                    };
                    let text = format!(
                        "StatefulSet {} is recreating {} Pod {}",
                        key_of(&self.set),
                        kind.to_lowercase(),
                        object::name(&pod)
                    );
                    if !object::is_deleting(&pod) {
                        self.cx.warning(&self.set, &format!("Recreating{kind}Pod"), &text);
                        self.delete_quietly(&pod)?;
                    }
                    if self.is_ordered() {
                        return Ok(());
                    }
                }
                Some(pod) => {
                    self.keep_claims(&pod)?;
                    // One after the other: the next waits until this one is there.
                    if self.is_ordered() && !self.is_healthy(&pod) {
                        return Ok(());
                    }
                }
            }
        }
        let surplus: Vec<Rc<Value>> = self
            .pods
            .iter()
            .rev()
            .filter(|(ordinal, _)| !self.is_wanted(*ordinal))
            .map(|(_, pod)| pod.clone())
            .collect();
        for pod in surplus {
            if !object::is_deleting(&pod) {
                self.delete(&pod)?;
            }
            if self.is_ordered() {
                return Ok(());
            }
        }
        self.roll()
    }

    /// Replaces the pods of old revisions, from the last to the partition.
    // Upstream: stateful_set_control.go updateStatefulSetAfterInvariantEstablished
    fn roll(&mut self) -> Result<(), SyncError> {
        if object::str_at(&self.set, "/spec/updateStrategy/type") == "OnDelete" {
            return Ok(());
        }
        let partition = count_at(&self.set, "/spec/updateStrategy/rollingUpdate/partition");
        let most = match object::at(&self.set, "/spec/updateStrategy/rollingUpdate/maxUnavailable") {
            Value::Null => 1,
            field => super::support::numbers::scaled(field, self.replicas(), true).max(1),
        };
        let wanted: Vec<(i64, Rc<Value>)> =
            self.pods.iter().filter(|(ordinal, _)| self.is_wanted(*ordinal)).cloned().collect();
        let mut unavailable = wanted.iter().filter(|(_, pod)| !self.is_healthy(pod)).count() as i64;
        for (ordinal, pod) in wanted.iter().rev().filter(|(ordinal, _)| *ordinal >= self.start() + partition)
        {
            let _ = ordinal;
            let is_new = object::label(pod, HASH_LABEL) == Some(object::name(&self.update));
            if !is_new && !object::is_deleting(pod) {
                let healthy = self.is_healthy(pod);
                if healthy && unavailable >= most {
                    return Ok(());
                }
                self.delete(pod)?;
                unavailable += i64::from(healthy);
            }
            if unavailable >= most && !self.is_healthy(pod) {
                return Ok(());
            }
        }
        Ok(())
    }

    fn create(&mut self, ordinal: i64) -> Result<(), SyncError> {
        let pod = pod::new(&self.set, self.revision_for(ordinal), ordinal);
        let name = object::name(&pod).to_owned();
        self.make_claims(&pod, ordinal)?;
        match self.cx.client.create("pods", pod) {
            Ok(pod) => {
                let text = format!("create Pod {name} in StatefulSet {} successful", object::name(&self.set));
                self.cx.normal(&self.set, "SuccessfulCreate", &text);
                self.pods.push((ordinal, pod));
                self.pods.sort_by_key(|(ordinal, _)| *ordinal);
                Ok(())
            }
            Err(status) if pods::is_namespace_terminating(&status) => Ok(()),
            Err(status) => {
                let text = format!(
                    "create Pod {name} in StatefulSet {} failed error: {}",
                    object::name(&self.set),
                    status.message
                );
                self.cx.warning(&self.set, "FailedCreate", &text);
                Err(status.into())
            }
        }
    }

    fn delete(&self, pod: &Value) -> Result<(), SyncError> {
        self.delete_quietly(pod)?;
        let (pod, set) = (object::name(pod), object::name(&self.set));
        let text = format!("delete Pod {pod} in StatefulSet {set} successful");
        self.cx.normal(&self.set, "SuccessfulDelete", &text);
        Ok(())
    }

    fn delete_quietly(&self, pod: &Value) -> Result<(), SyncError> {
        let (namespace, name) = (object::namespace(pod), object::name(pod));
        match self.cx.client.delete("pods", namespace, name, &DeleteOptions::of(pod)) {
            Err(status) if !is_not_found(&status) => Err(status.into()),
            _ => Ok(()),
        }
    }
}
