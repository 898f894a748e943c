//! Rolling updates: the new set grows as the old ones shrink.
//!
//! Upstream: `pkg/controller/deployment/rolling.go`

use super::{Rollout, progress, replicas};
use crate::controllers::SyncError;

impl Rollout<'_, '_> {
    // Upstream: rolling.go rolloutRolling
    pub(super) fn roll(&mut self) -> Result<(), SyncError> {
        self.find_new_set(true)?;
        if self.grow_new_set()? || self.shrink_old_sets()? {
            return self.sync_rollout_status();
        }
        if progress::is_complete(&self.deployment, &self.deployment["status"]) {
            self.clean_up()?;
        }
        self.sync_rollout_status()
    }

    // Upstream: rolling.go reconcileNewReplicaSet
    fn grow_new_set(&mut self) -> Result<bool, SyncError> {
        let Some(set) = self.new_set() else { return Ok(false) };
        let size = replicas::spec(&set);
        if size == self.wanted() {
            return Ok(false);
        }
        if size > self.wanted() {
            return self.scale_set(&set, self.wanted());
        }
        let size = self.new_set_size(&self.sets, size);
        self.scale_set(&set, size)
    }

    // Upstream: rolling.go reconcileOldReplicaSets
    fn shrink_old_sets(&mut self) -> Result<bool, SyncError> {
        let old = self.old_sets();
        if replicas::sum(&old, replicas::spec) == 0 {
            return Ok(false);
        }
        let total = replicas::sum(&self.sets, replicas::spec);
        let min_available = self.wanted() - self.max_unavailable();
        let new_unavailable =
            self.new_set().map_or(0, |set| replicas::spec(&set) - replicas::available(&set));
        let most = total - min_available - new_unavailable;
        if most <= 0 {
            return Ok(false);
        }
        let unhealthy = self.shrink_unhealthy(most)?;
        let available = self.shrink_available(min_available)?;
        Ok(unhealthy + available > 0)
    }

    /// Old pods that are not available go first: that costs nothing.
    // Upstream: rolling.go cleanupUnhealthyReplicas
    fn shrink_unhealthy(&mut self, most: i64) -> Result<i64, SyncError> {
        let mut total = 0;
        for set in self.old_sets() {
            if total >= most {
                break;
            }
            let size = replicas::spec(&set);
            let count = (most - total).min(size - replicas::available(&set));
            if size == 0 || count <= 0 {
                continue;
            }
            self.scale_set(&set, size - count)?;
            total += count;
        }
        Ok(total)
    }

    // Upstream: rolling.go scaleDownOldReplicaSetsForRollingUpdate
    fn shrink_available(&mut self, min_available: i64) -> Result<i64, SyncError> {
        let most = replicas::sum(&self.sets, replicas::available) - min_available;
        let mut total = 0;
        for set in self.old_sets() {
            if total >= most {
                break;
            }
            let size = replicas::spec(&set);
            let count = size.min(most - total);
            if count <= 0 {
                continue;
            }
            self.scale_set(&set, size - count)?;
            total += count;
        }
        Ok(total)
    }
}
