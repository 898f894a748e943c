//! Deployments: replica sets, one for each version of the pod template, scaled against each other.
//!
//! Upstream: `pkg/controller/deployment/deployment_controller.go`

use std::rc::Rc;
use std::time::Duration;

use podground_api::{Selector, Value, object};

use super::support::owners::Claimer;
use super::support::pods;
use super::{Context, Controller, Requeue, SyncError};
use crate::informer::{InformerEvent, key_of, split_key};

mod cleanup;
mod paused;
mod progress;
mod recreate;
mod replicas;
mod revision;
mod rolling;
mod scale;
mod status;

/// Where replica sets lie.
const REPLICA_SETS: &str = "replicasets.apps";
/// Where deployments lie.
const DEPLOYMENTS: &str = "deployments.apps";

/// The controller of Deployments.
pub(super) struct Deployments;

/// The controller of Deployments.
pub(super) fn deployment() -> Box<dyn Controller> {
    Box::new(Deployments)
}

/// One sync: the deployment, as last written, and its replica sets.
struct Rollout<'a, 'b> {
    cx: &'a Context<'b>,
    deployment: Rc<Value>,
    /// All replica sets of the deployment, as last written, oldest first.
    sets: Vec<Rc<Value>>,
}

impl Controller for Deployments {
    fn name(&self) -> &'static str {
        "deployment-controller"
    }

    fn watches(&self) -> &'static [&'static str] {
        &[DEPLOYMENTS, REPLICA_SETS, "pods"]
    }

    fn on_event(&mut self, cx: &mut Context<'_>, event: &InformerEvent) {
        match event.resource {
            DEPLOYMENTS => cx.queue.add(&key_of(&event.object)),
            REPLICA_SETS => {
                for set in [Some(&event.object), event.previous.as_ref()].into_iter().flatten() {
                    enqueue_owner(cx, set);
                }
            }
            _ => pod_gone(cx, event),
        }
    }

    fn sync(&mut self, cx: &mut Context<'_>, key: &str) -> Result<Requeue, SyncError> {
        let (namespace, name) = split_key(key);
        let Some(deployment) = cx.informers.get(DEPLOYMENTS, namespace, name).cloned() else {
            return Ok(Requeue::Done);
        };
        let Some(selector) = Selector::from_label_selector(object::at(&deployment, "/spec/selector")) else {
            return Ok(Requeue::Done);
        };
        if selector.is_empty() {
            let text = "This deployment is selecting all pods. A non-empty selector is required.";
            cx.warning(&deployment, "SelectingAll", text);
            return Ok(Requeue::Done);
        }
        let claimer = Claimer {
            owner: &deployment.clone(),
            api_version: "apps/v1",
            kind: "Deployment",
            selector: &selector,
        };
        let mut sets = claimer.claim(cx.client, cx.informers, REPLICA_SETS)?;
        sets.sort_by(|a, b| replicas::by_age(a, b));
        let mut rollout = Rollout { cx, deployment, sets };
        rollout.sync()?;
        Ok(rollout.wake_for_deadline())
    }
}

impl Rollout<'_, '_> {
    // Upstream: deployment_controller.go syncDeployment
    fn sync(&mut self) -> Result<(), SyncError> {
        if object::is_deleting(&self.deployment) {
            self.find_new_set(false)?;
            return self.sync_status();
        }
        self.check_paused()?;
        if self.is_paused() || self.is_scaling() {
            return self.sync_scale();
        }
        if object::str_at(&self.deployment, "/spec/strategy/type") == "Recreate" {
            self.roll_by_recreating()
        } else {
            self.roll()
        }
    }

    fn is_paused(&self) -> bool {
        object::bool_at(&self.deployment, "/spec/paused")
    }

    /// Whether the deployment was scaled since its replica sets were last looked at.
    // Upstream: deployment/sync.go isScalingEvent
    fn is_scaling(&self) -> bool {
        let wanted = self.wanted();
        self.sets
            .iter()
            .filter(|set| replicas::spec(set) > 0)
            .any(|set| replicas::annotation(set, replicas::DESIRED).is_some_and(|desired| desired != wanted))
    }

    /// A deployment that waits looks at its progress deadline when that comes.
    // Upstream: deployment/progress.go requeueStuckDeployment
    fn wake_for_deadline(&self) -> Requeue {
        let Some(deadline) = self.progress_deadline() else { return Requeue::Done };
        let Some(condition) = object::condition(&self.deployment, "Progressing") else {
            return Requeue::Done;
        };
        let reason = object::str_at(condition, "/reason");
        if progress::is_complete(&self.deployment, object::at(&self.deployment, "/status"))
            || matches!(reason, "ProgressDeadlineExceeded" | "NewReplicaSetAvailable" | "DeploymentPaused")
        {
            return Requeue::Done;
        }
        let updated = pods::time_at(condition, "/lastUpdateTime").unwrap_or(self.cx.now);
        let due = updated + deadline + Duration::from_secs(1);
        Requeue::After(due.since(self.cx.now).max(Duration::from_secs(1)))
    }
}

/// Puts the deployment of a replica set into the queue, or all that may adopt it.
fn enqueue_owner(cx: &mut Context<'_>, set: &Value) {
    let namespace = object::namespace(set);
    if let Some(owner) = object::controller_of(set) {
        if object::str_at(owner, "/kind") == "Deployment" {
            cx.queue.add(&[namespace, "/", object::str_at(owner, "/name")].concat());
        }
        return;
    }
    if object::is_deleting(set) {
        return;
    }
    for deployment in cx.informers.in_namespace(DEPLOYMENTS, namespace) {
        let selector = Selector::from_label_selector(object::at(deployment, "/spec/selector"));
        if selector.is_some_and(|selector| selector.matches_object(set)) {
            cx.queue.add(&key_of(deployment));
        }
    }
}

/// A deployment that recreates waits for its last old pod to be gone.
fn pod_gone(cx: &mut Context<'_>, event: &InformerEvent) {
    if event.kind != crate::store::EventKind::Deleted {
        return;
    }
    let Some(owner) = object::controller_uid(&event.object) else { return };
    let Some((REPLICA_SETS, set)) = cx.informers.by_uid(owner) else { return };
    let Some(uid) = object::controller_uid(set) else { return };
    let Some((DEPLOYMENTS, deployment)) = cx.informers.by_uid(uid) else { return };
    if object::str_at(deployment, "/spec/strategy/type") == "Recreate" {
        cx.queue.add(&key_of(deployment));
    }
}
