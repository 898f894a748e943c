//! The strategy Recreate: all old pods go before new ones come.
//!
//! Upstream: `pkg/controller/deployment/recreate.go`

use podground_api::object;

use super::{Rollout, progress, replicas};
use crate::controllers::SyncError;
use crate::controllers::support::pods;

impl Rollout<'_, '_> {
    // Upstream: recreate.go rolloutRecreate
    pub(super) fn roll_by_recreating(&mut self) -> Result<(), SyncError> {
        self.find_new_set(false)?;
        let mut shrunk = false;
        for set in self.old_sets().iter().filter(|set| replicas::spec(set) > 0) {
            shrunk |= self.scale_set(set, 0)?;
        }
        if shrunk || self.old_pods_remain() {
            return self.sync_rollout_status();
        }
        self.find_new_set(true)?;
        if let Some(set) = self.new_set() {
            self.scale_set(&set, self.wanted())?;
        }
        if progress::is_complete(&self.deployment, object::at(&self.deployment, "/status")) {
            self.clean_up()?;
        }
        self.sync_rollout_status()
    }

    // Upstream: recreate.go oldPodsRunning
    fn old_pods_remain(&self) -> bool {
        self.old_sets().iter().any(|set| {
            let mut pods = self.cx.informers.controlled_by("pods", object::uid(set));
            replicas::actual(set) > 0 || pods.any(|pod| !pods::is_terminal(pod))
        })
    }
}
