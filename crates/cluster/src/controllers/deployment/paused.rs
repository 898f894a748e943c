//! The condition of a paused deployment, so that the time of the pause does not count against its deadline.

use super::{Rollout, progress};
use crate::controllers::SyncError;
use podground_api::object;

impl Rollout<'_, '_> {
    // Upstream: pkg/controller/deployment/sync.go checkPausedConditions
    pub(super) fn check_paused(&mut self) -> Result<(), SyncError> {
        if self.progress_deadline().is_none() {
            return Ok(());
        }
        let reason = object::condition(&self.deployment, "Progressing")
            .map_or("", |condition| object::str_at(condition, "/reason"));
        if reason == "ProgressDeadlineExceeded" {
            return Ok(());
        }
        let (reason, message) = match (self.is_paused(), reason == "DeploymentPaused") {
            (true, false) => ("DeploymentPaused", "Deployment is paused"),
            (false, true) => ("DeploymentResumed", "Deployment is resumed"),
            _ => return Ok(()),
        };
        let condition = progress::condition("Progressing", "Unknown", reason, message, &self.cx.timestamp());
        let mut deployment = (*self.deployment).clone();
        progress::set_condition(&mut deployment["status"], condition);
        self.write_status(deployment)
    }
}
