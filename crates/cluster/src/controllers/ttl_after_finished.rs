//! Jobs that are over go after the time that they ask for.
//!
//! Upstream: `pkg/controller/ttlafterfinished/ttlafterfinished_controller.go`

use std::time::Duration;

use podground_api::object;

use super::support::pods::time_at;
use super::{Context, Controller, Requeue, SyncError};
use crate::client::{DeleteOptions, is_not_found};
use crate::informer::{InformerEvent, key_of, split_key};
use crate::store::EventKind;

struct TtlAfterFinished;

/// The controller that removes jobs that are over.
pub(super) fn ttl_after_finished() -> Box<dyn Controller> {
    Box::new(TtlAfterFinished)
}

impl Controller for TtlAfterFinished {
    fn name(&self) -> &'static str {
        "ttl-after-finished-controller"
    }

    fn watches(&self) -> &'static [&'static str] {
        &["jobs.batch"]
    }

    fn on_event(&mut self, cx: &mut Context<'_>, event: &InformerEvent) {
        let has_ttl = object::i64_at(&event.object, "/spec/ttlSecondsAfterFinished").is_some();
        if has_ttl && event.kind != EventKind::Deleted {
            cx.queue.add(&key_of(&event.object));
        }
    }

    fn sync(&mut self, cx: &mut Context<'_>, key: &str) -> Result<Requeue, SyncError> {
        let (namespace, name) = split_key(key);
        let Some(job) = cx.informers.get("jobs.batch", namespace, name) else { return Ok(Requeue::Done) };
        let Some(ttl) = object::i64_at(job, "/spec/ttlSecondsAfterFinished") else {
            return Ok(Requeue::Done);
        };
        let over = ["Complete", "Failed"].into_iter().find_map(|kind| {
            let condition = object::condition(job, kind)?;
            (object::str_at(condition, "/status") == "True")
                .then(|| time_at(condition, "/lastTransitionTime"))?
        });
        let Some(over) = over.filter(|_| !object::is_deleting(job)) else { return Ok(Requeue::Done) };
        let due = over + Duration::from_secs(ttl.max(0).unsigned_abs());
        if due > cx.now {
            return Ok(Requeue::After(due.since(cx.now)));
        }
        let options = DeleteOptions::of(job).with_propagation("Foreground");
        match cx.client.delete("jobs.batch", namespace, name, &options) {
            Err(status) if !is_not_found(&status) => Err(status.into()),
            _ => Ok(Requeue::Done),
        }
    }
}
