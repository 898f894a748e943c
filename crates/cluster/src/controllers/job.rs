//! Jobs: pods that run to their end, so often and so many at a time.
//!
//! Upstream: `pkg/controller/job/job_controller.go`

use std::rc::Rc;
use std::time::Duration;

use podground_api::{Selector, Value, object};

use super::support::numbers::count_at;
use super::support::owners::Claimer;
use super::support::pods;
use super::{Context, Controller, Requeue, SyncError};
use crate::client::{DeleteOptions, PatchKind, is_not_found};
use crate::informer::{InformerEvent, key_of, split_key};

mod finish;
mod indexes;
mod policy;
mod replicas;
mod status;

const RESOURCE: &str = "jobs.batch";
/// Keeps a pod from going before it was counted.
const TRACKING: &str = "batch.kubernetes.io/job-tracking";
/// Which of the indexes of an indexed job a pod has.
const INDEX: &str = "batch.kubernetes.io/job-completion-index";

struct Jobs;

/// The controller of Jobs.
pub(super) fn job() -> Box<dyn Controller> {
    Box::new(Jobs)
}

/// One sync of a job.
struct Sync<'a, 'b> {
    cx: &'a Context<'b>,
    job: Rc<Value>,
    /// The status as it shall be written.
    status: Value,
    pods: Vec<Rc<Value>>,
    active: Vec<Rc<Value>>,
}

impl Controller for Jobs {
    fn name(&self) -> &'static str {
        "job-controller"
    }

    fn watches(&self) -> &'static [&'static str] {
        &[RESOURCE, "pods"]
    }

    fn on_event(&mut self, cx: &mut Context<'_>, event: &InformerEvent) {
        if event.resource == RESOURCE {
            cx.queue.add(&key_of(&event.object));
            return;
        }
        if let Some(owner) = object::controller_of(&event.object)
            && object::str_at(owner, "/kind") == "Job"
        {
            let name = object::str_at(owner, "/name");
            cx.queue.add(&[object::namespace(&event.object), "/", name].concat());
        }
        // A pod whose job is gone is not held back any longer.
        if object::is_deleting(&event.object) && is_tracked(&event.object) {
            release_orphan(cx, &event.object);
        }
    }

    fn sync(&mut self, cx: &mut Context<'_>, key: &str) -> Result<Requeue, SyncError> {
        let (namespace, name) = split_key(key);
        let Some(job) = cx.informers.get(RESOURCE, namespace, name).cloned() else {
            release_all(cx, namespace, name);
            return Ok(Requeue::Done);
        };
        let selector = Selector::from_label_selector(object::at(&job, "/spec/selector"));
        let Some(selector) = selector.filter(|selector| !selector.is_empty()) else {
            return Ok(Requeue::Done);
        };
        let claimer = Claimer { owner: &job, api_version: "batch/v1", kind: "Job", selector: &selector };
        let pods = claimer.claim(cx.client, cx.informers, "pods")?;
        cx.queue.pause(key, pods.len());
        if status::is_finished(&job) {
            for pod in pods.iter().filter(|pod| is_tracked(pod) && pods::is_terminal(pod)) {
                release(cx, pod)?;
            }
            return Ok(Requeue::Done);
        }
        let active = pods.iter().filter(|pod| pods::is_active(pod)).cloned().collect();
        let status = match object::at(&job, "/status") {
            Value::Object(status) => Value::Object(status.clone()),
            _ => Value::Object(podground_api::Map::new()),
        };
        Sync { cx, job, status, pods, active }.run()
    }
}

impl Sync<'_, '_> {
    // Upstream: job_controller.go syncJob
    fn run(mut self) -> Result<Requeue, SyncError> {
        let suspended = object::bool_at(&self.job, "/spec/suspend");
        if object::str_at(&self.status, "/startTime").is_empty() && !suspended {
            self.status["startTime"] = self.cx.timestamp().into();
        }
        let counted = self.count_finished();
        let restarts: i64 = self.active.iter().map(|pod| policy::restarts(pod)).sum();
        let failed = count_at(&self.status, "/failed");
        let limit = count_at(&self.job, "/spec/backoffLimit");
        let mut requeue = Requeue::Done;
        let mut failure = None;
        let newest = counted.newest_failure;
        if let Some((reason, message)) = counted.verdict {
            self.fail(&reason, &message)?;
        } else if failed > limit || restarts > 0 && policy::restarts_count(&self.job) && restarts >= limit {
            self.fail("BackoffLimitExceeded", "Job has reached the specified backoff limit")?;
        } else if self.is_past_deadline() {
            self.fail("DeadlineExceeded", "Job was active longer than specified deadline")?;
        } else if self.is_complete() {
            self.complete()?;
        } else if suspended {
            self.suspend()?;
        } else {
            self.resume();
            match self.manage(newest) {
                Ok(again) => requeue = again,
                // What is over is counted and let go all the same.
                Err(error) => failure = Some(error),
            }
            if let Some(left) = self.time_to_deadline() {
                requeue = match requeue {
                    Requeue::After(wait) => Requeue::After(wait.min(left)),
                    Requeue::Done => Requeue::After(left),
                };
            }
        }
        self.write()?;
        for pod in counted.release {
            release(self.cx, &pod)?;
        }
        failure.map_or(Ok(requeue), Err)
    }

    fn deadline(&self) -> Option<podground_sim::Time> {
        let seconds = object::i64_at(&self.job, "/spec/activeDeadlineSeconds")?;
        let start = pods::time_at(&self.status, "/startTime")?;
        Some(start + Duration::from_secs(seconds.max(0).unsigned_abs()))
    }

    fn is_past_deadline(&self) -> bool {
        self.deadline().is_some_and(|deadline| deadline <= self.cx.now)
    }

    fn time_to_deadline(&self) -> Option<Duration> {
        self.deadline().map(|deadline| deadline.since(self.cx.now))
    }
}

fn is_tracked(pod: &Value) -> bool {
    object::array_at(pod, "/metadata/finalizers").iter().any(|finalizer| finalizer == TRACKING)
}

/// Lets a pod go that was counted.
fn release(cx: &Context<'_>, pod: &Value) -> Result<(), SyncError> {
    let finalizers = object::array_at(pod, "/metadata/finalizers").iter();
    let rest: Vec<&Value> = finalizers.filter(|finalizer| *finalizer != TRACKING).collect();
    let rest = if rest.is_empty() { Value::Null } else { podground_api::json!(rest) };
    let patch = podground_api::json!({"metadata": {"finalizers": rest, "uid": object::uid(pod)}});
    let (namespace, name) = (object::namespace(pod), object::name(pod));
    match cx.client.patch("pods", namespace, name, PatchKind::Merge, patch) {
        Err(status) if !is_not_found(&status) => Err(status.into()),
        _ => Ok(()),
    }
}

fn release_orphan(cx: &Context<'_>, pod: &Value) {
    let job = object::controller_uid(pod).and_then(|uid| cx.informers.by_uid(uid));
    if job.is_none_or(|(_, job)| object::is_deleting(job)) {
        // The next event of the pod tries again.
        let _ = release(cx, pod);
    }
}

/// The pods of a job that is gone.
fn release_all(cx: &Context<'_>, namespace: &str, name: &str) {
    let pods: Vec<Rc<Value>> = cx
        .informers
        .in_namespace("pods", namespace)
        .filter(|pod| is_tracked(pod) && object::label(pod, "batch.kubernetes.io/job-name") == Some(name))
        .cloned()
        .collect();
    for pod in pods {
        let _ = release(cx, &pod);
    }
}

/// Deletes a pod and says so.
fn delete(cx: &Context<'_>, job: &Value, pod: &Value) -> Result<(), SyncError> {
    let name = object::name(pod);
    match cx.client.delete("pods", object::namespace(pod), name, &DeleteOptions::of(pod)) {
        Ok(_) => cx.normal(job, "SuccessfulDelete", &format!("Deleted pod: {name}")),
        Err(status) if is_not_found(&status) => {}
        Err(status) => return Err(status.into()),
    }
    Ok(())
}
