//! What a deployment says about itself.
//!
//! Upstream: `pkg/controller/deployment/sync.go`

use podground_api::{Value, json, object};

use super::{Rollout, progress, replicas};
use crate::controllers::SyncError;
use crate::controllers::support::numbers::{count_at, set_count};

impl Rollout<'_, '_> {
    // Upstream: sync.go syncDeploymentStatus
    pub(super) fn sync_status(&mut self) -> Result<(), SyncError> {
        let status = self.calculate_status();
        self.write_if_changed(status)
    }

    pub(super) fn write_if_changed(&mut self, status: Value) -> Result<(), SyncError> {
        if *object::at(&self.deployment, "/status") == status {
            return Ok(());
        }
        let mut deployment = (*self.deployment).clone();
        deployment["status"] = status;
        self.write_status(deployment)
    }

    // Upstream: sync.go calculateStatus
    pub(super) fn calculate_status(&self) -> Value {
        let new = self.new_set();
        let old_status = object::at(&self.deployment, "/status");
        let mut status = json!({});
        let count = |number: i64| usize::try_from(number).unwrap_or(0);
        let available = replicas::sum(&self.sets, replicas::available);
        let total = replicas::sum(&self.sets, replicas::spec);
        let ready = replicas::sum(&self.sets, |set| count_at(set, "/status/readyReplicas"));
        let terminating = replicas::sum(&self.sets, |set| count_at(set, "/status/terminatingReplicas"));
        set_count(&mut status, "replicas", count(replicas::sum(&self.sets, replicas::actual)));
        set_count(&mut status, "updatedReplicas", count(new.as_deref().map_or(0, replicas::actual)));
        set_count(&mut status, "readyReplicas", count(ready));
        set_count(&mut status, "availableReplicas", count(available));
        set_count(&mut status, "unavailableReplicas", count(total - available));
        status["terminatingReplicas"] = terminating.into();
        status["observedGeneration"] = count_at(&self.deployment, "/metadata/generation").into();
        for field in ["collisionCount", "conditions"] {
            if let Some(value) = old_status.get(field) {
                status[field] = value.clone();
            }
        }
        let now = self.cx.timestamp();
        let condition = if available >= self.wanted() - self.max_unavailable() {
            let message = "Deployment has minimum availability.";
            progress::condition("Available", "True", "MinimumReplicasAvailable", message, &now)
        } else {
            let message = "Deployment does not have minimum availability.";
            progress::condition("Available", "False", "MinimumReplicasUnavailable", message, &now)
        };
        progress::set_condition(&mut status, condition);
        status
    }
}
