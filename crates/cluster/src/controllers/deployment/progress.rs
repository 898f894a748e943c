//! Whether a rollout is moving, done or stuck.
//!
//! Upstream: `pkg/controller/deployment/progress.go`

use std::time::Duration;

use podground_api::{Value, object};

use super::Rollout;
use crate::controllers::SyncError;
use crate::controllers::support::conditions;
use crate::controllers::support::numbers::count_at;
use crate::controllers::support::pods::time_at;

/// A condition of a deployment: unlike others, it has a time of update too.
pub(super) fn condition(kind: &str, status: &str, reason: &str, message: &str, now: &str) -> Value {
    let mut condition = conditions::condition(kind, status, reason, message, now);
    condition["lastUpdateTime"] = now.into();
    condition
}

/// See [`conditions::set`].
pub(super) fn set_condition(status: &mut Value, condition: Value) {
    conditions::set(status, condition);
}

/// Whether all pods are new and available.
// Upstream: deployment_util.go DeploymentComplete
pub(super) fn is_complete(deployment: &Value, status: &Value) -> bool {
    let wanted = count_at(deployment, "/spec/replicas");
    ["/updatedReplicas", "/replicas", "/availableReplicas"]
        .iter()
        .all(|field| count_at(status, field) == wanted)
        && count_at(status, "/observedGeneration") >= count_at(deployment, "/metadata/generation")
}

impl Rollout<'_, '_> {
    /// How long the rollout may stand still; `None` for ever.
    pub(super) fn progress_deadline(&self) -> Option<Duration> {
        let seconds = object::i64_at(&self.deployment, "/spec/progressDeadlineSeconds")?;
        (seconds != i64::from(i32::MAX)).then(|| Duration::from_secs(seconds.unsigned_abs()))
    }

    // Upstream: progress.go syncRolloutStatus
    pub(super) fn sync_rollout_status(&mut self) -> Result<(), SyncError> {
        let mut status = self.calculate_status();
        if self.progress_deadline().is_none() {
            conditions::remove(&mut status, "Progressing");
        }
        let current = object::condition(&self.deployment, "Progressing").cloned();
        let is_done = count_at(&status, "/replicas") == count_at(&status, "/updatedReplicas")
            && current.as_ref().is_some_and(|c| object::str_at(c, "/reason") == "NewReplicaSetAvailable");
        if self.progress_deadline().is_some() && !is_done {
            self.judge(&mut status, current.as_ref());
        }
        match self.failure() {
            Some(failure) => drop(conditions::set(&mut status, failure)),
            None => conditions::remove(&mut status, "ReplicaFailure"),
        }
        self.write_if_changed(status)
    }

    fn judge(&self, status: &mut Value, current: Option<&Value>) {
        let subject = match self.new_set() {
            Some(set) => format!("ReplicaSet \"{}\"", object::name(&set)),
            None => format!("Deployment \"{}\"", object::name(&self.deployment)),
        };
        let now = self.cx.timestamp();
        if is_complete(&self.deployment, status) {
            let message = format!("{subject} has successfully progressed.");
            let done = condition("Progressing", "True", "NewReplicaSetAvailable", &message, &now);
            set_condition(status, done);
        } else if has_progressed(object::at(&self.deployment, "/status"), status) {
            let message = format!("{subject} is progressing.");
            let mut moving = condition("Progressing", "True", "ReplicaSetUpdated", &message, &now);
            if let Some(current) = current {
                if object::str_at(current, "/status") == "True" {
                    moving["lastTransitionTime"] = object::at(current, "/lastTransitionTime").clone();
                }
                // Even with the same reason the time of update must move.
                conditions::remove(status, "Progressing");
            }
            set_condition(status, moving);
        } else if self.has_timed_out(current) {
            let message = format!("{subject} has timed out progressing.");
            let late = condition("Progressing", "False", "ProgressDeadlineExceeded", &message, &now);
            set_condition(status, late);
        }
    }

    // Upstream: deployment_util.go DeploymentTimedOut
    fn has_timed_out(&self, current: Option<&Value>) -> bool {
        let (Some(deadline), Some(current)) = (self.progress_deadline(), current) else { return false };
        match object::str_at(current, "/reason") {
            "NewReplicaSetAvailable" => false,
            "ProgressDeadlineExceeded" => true,
            _ => time_at(current, "/lastUpdateTime").is_some_and(|time| time + deadline < self.cx.now),
        }
    }

    /// Why a set cannot make its pods, the new one's reason first.
    // Upstream: progress.go getReplicaFailures
    fn failure(&self) -> Option<Value> {
        let new = self.new_set();
        let mut all = new.iter().chain(self.sets.iter());
        let failed = all.find_map(|set| object::condition(set, "ReplicaFailure"))?;
        let mut failure = failed.clone();
        failure["lastUpdateTime"] = object::at(failed, "/lastTransitionTime").clone();
        Some(failure)
    }
}

// Upstream: deployment_util.go DeploymentProgressing
fn has_progressed(old: &Value, new: &Value) -> bool {
    let rest = |status: &Value| count_at(status, "/replicas") - count_at(status, "/updatedReplicas");
    let grew = |field| count_at(new, field) > count_at(old, field);
    grew("/updatedReplicas") || rest(new) < rest(old) || grew("/readyReplicas") || grew("/availableReplicas")
}
