//! Old replica sets beyond the history limit are deleted.

use podground_api::object;

use super::{REPLICA_SETS, Rollout, replicas};
use crate::client::{DeleteOptions, is_not_found};
use crate::controllers::SyncError;
use crate::controllers::support::numbers::count_at;

impl Rollout<'_, '_> {
    // Upstream: pkg/controller/deployment/sync.go cleanupDeployment
    pub(super) fn clean_up(&mut self) -> Result<(), SyncError> {
        let limit = object::i64_at(&self.deployment, "/spec/revisionHistoryLimit");
        let Some(limit) = limit.filter(|limit| *limit != i64::from(i32::MAX)) else { return Ok(()) };
        let old: Vec<_> = self.old_sets().into_iter().filter(|set| !object::is_deleting(set)).collect();
        let surplus = old.len().saturating_sub(usize::try_from(limit).unwrap_or(0));
        for set in &old[..surplus] {
            let is_seen =
                count_at(set, "/metadata/generation") <= count_at(set, "/status/observedGeneration");
            if replicas::actual(set) != 0 || replicas::spec(set) != 0 || !is_seen {
                continue;
            }
            let options = DeleteOptions::of(set);
            let (namespace, name) = (object::namespace(set), object::name(set));
            match self.cx.client.delete(REPLICA_SETS, namespace, name, &options) {
                Err(status) if !is_not_found(&status) => return Err(status.into()),
                _ => self.sets.retain(|other| object::uid(other) != object::uid(set)),
            }
        }
        Ok(())
    }
}
