//! What a StatefulSet says about its pods.

use podground_api::{Value, json, object};

use super::{RESOURCE, Sync};
use crate::client::is_not_found;
use crate::controllers::SyncError;
use crate::controllers::support::numbers::{count_at, set_count};
use crate::controllers::support::pods;
use crate::controllers::support::revisions::HASH_LABEL;

impl Sync<'_, '_> {
    // Upstream: stateful_set_control.go updateStatus, completeRollingUpdate
    pub(super) fn write_status(&mut self) -> Result<(), SyncError> {
        let all = || self.pods.iter().map(|(_, pod)| pod);
        let of = |revision: &Value| {
            let name = object::name(revision).to_owned();
            all()
                .filter(move |pod| !object::is_deleting(pod) && object::label(pod, HASH_LABEL) == Some(&name))
                .count()
        };
        let ready = all().filter(|pod| pods::is_ready(pod)).count();
        let available = all().filter(|pod| pods::is_available(pod, self.min_ready(), self.cx.now)).count();
        let (mut current, updated) = (of(&self.current), of(&self.update));
        let mut current_name = object::name(&self.current).to_owned();
        let update_name = object::name(&self.update).to_owned();
        let wanted = usize::try_from(self.replicas()).unwrap_or(0);
        if updated == wanted && ready == wanted && all().count() == wanted {
            current_name.clone_from(&update_name);
            current = updated;
        }
        let mut status = json!({
            "replicas": self.pods.len(), "availableReplicas": available,
            "currentRevision": current_name, "updateRevision": update_name,
            "observedGeneration": count_at(&self.set, "/metadata/generation"),
            "collisionCount": count_at(&self.set, "/status/collisionCount"),
        });
        set_count(&mut status, "readyReplicas", ready);
        set_count(&mut status, "currentReplicas", current);
        set_count(&mut status, "updatedReplicas", updated);
        if let Some(conditions) = self.set.pointer("/status/conditions") {
            status["conditions"] = conditions.clone();
        }
        if status == *object::at(&self.set, "/status") {
            return Ok(());
        }
        let mut set = Value::clone(&self.set);
        set["status"] = status;
        match self.cx.client.update_status(RESOURCE, set) {
            Err(status) if !is_not_found(&status) => Err(status.into()),
            _ => Ok(()),
        }
    }
}
