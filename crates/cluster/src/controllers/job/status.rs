//! Counting a job's pods, and writing what was counted.

use std::collections::BTreeSet;
use std::rc::Rc;

use podground_api::{Value, json, object};
use podground_sim::Time;

use super::policy::{self, Action};
use super::{RESOURCE, Sync, indexes, is_tracked};
use crate::client::is_not_found;
use crate::controllers::SyncError;
use crate::controllers::support::numbers::{count_at, set_count};
use crate::controllers::support::pods;

/// Whether a job is over.
pub(super) fn is_finished(job: &Value) -> bool {
    object::condition_is_true(job, "Complete") || object::condition_is_true(job, "Failed")
}

/// What came of counting.
pub(super) struct Counted {
    /// Pods that were counted now and may go.
    pub(super) release: Vec<Rc<Value>>,
    /// When the last pod failed, with the number of failures.
    pub(super) newest_failure: Option<Time>,
    /// Reason and message, if a rule lets the job fail.
    pub(super) verdict: Option<(String, String)>,
}

impl Sync<'_, '_> {
    /// Adds the pods that have ended since the last time to the counts.
    // Upstream: job_controller.go trackJobStatusAndRemoveFinalizers
    pub(super) fn count_finished(&mut self) -> Counted {
        let mut counted = Counted { release: Vec::new(), newest_failure: None, verdict: None };
        let mut succeeded = count_at(&self.status, "/succeeded");
        let mut failed = count_at(&self.status, "/failed");
        let mut done = indexes::parse(object::str_at(&self.status, "/completedIndexes"));
        let mut lost = indexes::parse(object::str_at(&self.status, "/failedIndexes"));
        let is_indexed = indexes::is_indexed(&self.job);
        for pod in &self.pods {
            let phase = object::str_at(pod, "/status/phase");
            // A pod that is deleted before its end counts as failed once it is really over.
            let is_lost = object::is_deleting(pod) && phase == "Pending";
            if phase == "Failed" {
                counted.newest_failure = counted.newest_failure.max(finished_at(pod));
            }
            if !is_tracked(pod) || !(pods::is_terminal(pod) || is_lost) {
                continue;
            }
            counted.release.push(pod.clone());
            if phase == "Succeeded" {
                match indexes::of(pod).filter(|_| is_indexed) {
                    Some(index) => drop(done.insert(index)),
                    None => succeeded += 1,
                }
                continue;
            }
            match policy::action(&self.job, pod) {
                Action::Ignore => continue,
                Action::FailJob(message) => {
                    counted.verdict = Some(("PodFailurePolicy".to_owned(), message));
                }
                Action::FailIndex => lost.extend(indexes::of(pod)),
                Action::Count => {}
            }
            failed += 1;
        }
        if is_indexed {
            succeeded = done.len() as i64;
            set_text(&mut self.status, "completedIndexes", &indexes::format(&done));
            set_text(&mut self.status, "failedIndexes", &indexes::format(&lost));
        }
        let number = |count: i64| usize::try_from(count).unwrap_or(0);
        set_count(&mut self.status, "succeeded", number(succeeded));
        set_count(&mut self.status, "failed", number(failed));
        counted
    }

    /// Whether enough pods have succeeded.
    pub(super) fn is_complete(&self) -> bool {
        let succeeded = count_at(&self.status, "/succeeded");
        match object::i64_at(&self.job, "/spec/completions") {
            Some(completions) => succeeded >= completions,
            // A work queue: one success, and nobody at work any more.
            None => succeeded > 0 && self.active.is_empty(),
        }
    }

    /// The indexes that have succeeded.
    pub(super) fn completed_indexes(&self) -> BTreeSet<i64> {
        indexes::parse(object::str_at(&self.status, "/completedIndexes"))
    }

    /// Writes the status if it says something new.
    pub(super) fn write(&mut self) -> Result<(), SyncError> {
        let ready = self.active.iter().filter(|pod| pods::is_ready(pod)).count();
        let terminating = self.pods.iter().filter(|pod| pods::is_terminating(pod)).count();
        set_count(&mut self.status, "active", self.active.len());
        self.status["ready"] = ready.into();
        self.status["terminating"] = terminating.into();
        self.status["uncountedTerminatedPods"] = json!({});
        if self.status == *object::at(&self.job, "/status") {
            return Ok(());
        }
        let mut job = Value::clone(&self.job);
        job["status"] = self.status.clone();
        match self.cx.client.update_status(RESOURCE, job) {
            Err(status) if !is_not_found(&status) => Err(status.into()),
            _ => Ok(()),
        }
    }
}

fn set_text(status: &mut Value, field: &str, text: &str) {
    if text.is_empty() {
        object::remove_at(status, &["/", field].concat());
    } else {
        status[field] = text.into();
    }
}

/// When the last container of a pod has ended.
fn finished_at(pod: &Value) -> Option<Time> {
    let statuses = object::array_at(pod, "/status/containerStatuses");
    let ended =
        statuses.iter().filter_map(|status| pods::time_at(status, "/state/terminated/finishedAt")).max();
    ended.or_else(|| pods::time_at(pod, "/metadata/creationTimestamp"))
}
