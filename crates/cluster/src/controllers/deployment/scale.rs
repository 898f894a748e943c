//! Scaling: one set where one is active, all in proportion during a rollout.
//!
//! Upstream: `pkg/controller/deployment/sync.go`

use std::rc::Rc;

use podground_api::{Value, object};

use super::{REPLICA_SETS, Rollout, replicas};
use crate::controllers::SyncError;
use crate::controllers::support::numbers::count_at;

impl Rollout<'_, '_> {
    /// Scales without rolling: for deployments that are paused or were scaled.
    // Upstream: sync.go sync
    pub(super) fn sync_scale(&mut self) -> Result<(), SyncError> {
        self.find_new_set(false)?;
        self.scale()?;
        if self.is_paused() {
            self.clean_up()?;
        }
        self.sync_status()
    }

    // Upstream: sync.go scale
    fn scale(&mut self) -> Result<(), SyncError> {
        if let Some(set) = self.active_or_latest() {
            if replicas::spec(&set) != self.wanted() {
                self.scale_set(&set, self.wanted())?;
            }
            return Ok(());
        }
        if self.is_saturated() {
            for set in self.old_sets().iter().filter(|set| replicas::spec(set) > 0) {
                self.scale_set(set, 0)?;
            }
            return Ok(());
        }
        if object::str_at(&self.deployment, "/spec/strategy/type") == "Recreate" {
            return Ok(());
        }
        let mut active: Vec<Rc<Value>> =
            self.sets.iter().filter(|set| replicas::spec(set) > 0).cloned().collect();
        let limit = if self.wanted() > 0 { self.wanted() + self.max_surge() } else { 0 };
        let to_add = limit - replicas::sum(&active, replicas::spec);
        // Growing favours the newest of the largest, shrinking the oldest of them.
        active.sort_by(|a, b| {
            let size = replicas::spec(b).cmp(&replicas::spec(a));
            size.then_with(|| if to_add > 0 { replicas::by_age(b, a) } else { replicas::by_age(a, b) })
        });
        let mut added = 0;
        let mut sizes = Vec::new();
        for set in &active {
            let share = self.share(set, to_add, added);
            added += share;
            sizes.push(replicas::spec(set) + share);
        }
        if let Some(first) = sizes.first_mut() {
            *first = (*first + to_add - added).max(0);
        }
        for (set, size) in active.iter().zip(sizes) {
            self.scale_set(set, size)?;
        }
        Ok(())
    }

    /// The only active set, or the newest if none is; `None` if several are.
    // Upstream: deployment_util.go FindActiveOrLatest
    fn active_or_latest(&self) -> Option<Rc<Value>> {
        let mut active = self.sets.iter().filter(|set| replicas::spec(set) > 0);
        match (active.next(), active.next()) {
            (None, _) => self.new_set().or_else(|| self.sets.last().cloned()),
            (Some(set), None) => Some(set.clone()),
            _ => None,
        }
    }

    /// Whether the new set has all the pods that the deployment wants, and they are available.
    // Upstream: deployment_util.go IsSaturated
    fn is_saturated(&self) -> bool {
        let (Some(set), wanted) = (self.new_set(), self.wanted()) else { return false };
        replicas::spec(&set) == wanted
            && replicas::annotation(&set, replicas::DESIRED) == Some(wanted)
            && replicas::available(&set) == wanted
    }

    /// How many of `to_add` pods a set gets (or, if negative, loses), after `added` were given to others.
    // Upstream: deployment_util.go GetReplicaSetProportion, getReplicaSetFraction
    fn share(&self, set: &Value, to_add: i64, added: i64) -> i64 {
        let size = replicas::spec(set);
        if size == 0 || to_add == 0 || to_add == added {
            return 0;
        }
        let fraction = if self.wanted() == 0 {
            -size
        } else {
            let limit = self.wanted() + self.max_surge();
            let before = replicas::annotation(set, replicas::MAX)
                .unwrap_or_else(|| count_at(&self.deployment, "/status/replicas"))
                .max(1);
            // Rounded half away from zero, as Go does; all three are positive.
            (2 * size * limit + before).div_euclid(2 * before) - size
        };
        let rest = to_add - added;
        if to_add > 0 { fraction.min(rest) } else { fraction.max(rest) }
    }

    /// Gives a set a size, and notes what the deployment wants; returns whether the size has changed.
    // Upstream: sync.go scaleReplicaSet
    pub(super) fn scale_set(&mut self, set: &Rc<Value>, size: i64) -> Result<bool, SyncError> {
        let Some(index) = self.sets.iter().position(|other| object::uid(other) == object::uid(set)) else {
            return Ok(false);
        };
        let mut set = (*self.sets[index]).clone();
        let old = replicas::spec(&set);
        let annotated = self.annotate_replicas(&mut set);
        if old == size && !annotated {
            return Ok(false);
        }
        object::set_at(&mut set, "/spec/replicas", size.into());
        self.sets[index] = self.cx.client.update(REPLICA_SETS, set)?;
        if old == size {
            return Ok(false);
        }
        let direction = if old < size { "up" } else { "down" };
        let name = object::name(&self.sets[index]);
        let message = format!("Scaled {direction} replica set {name} from {old} to {size}");
        self.cx.normal(&self.deployment, "ScalingReplicaSet", &message);
        Ok(true)
    }
}
