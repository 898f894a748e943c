//! CronJobs: jobs by the clock.
//!
//! Upstream: `pkg/controller/cronjob/cronjob_controllerv2.go`

use std::rc::Rc;
use std::time::Duration;

use podground_api::{Value, json, object};
use podground_sim::Time;

use super::support::owners::controller_reference;
use super::support::pods::time_at;
use super::{Context, Controller, Requeue, SyncError};
use crate::client::{DeleteOptions, is_already_exists, is_not_found};
use crate::informer::{InformerEvent, key_of, split_key};
use crate::store::EventKind;
use schedule::Schedule;

pub(crate) mod schedule;

const RESOURCE: &str = "cronjobs.batch";
const JOBS: &str = "jobs.batch";
const SCHEDULED: &str = "batch.kubernetes.io/cronjob-scheduled-timestamp";

struct CronJobs;

/// The controller of CronJobs.
pub(super) fn cron_job() -> Box<dyn Controller> {
    Box::new(CronJobs)
}

impl Controller for CronJobs {
    fn name(&self) -> &'static str {
        "cronjob-controller"
    }

    fn watches(&self) -> &'static [&'static str] {
        &[RESOURCE, JOBS]
    }

    fn on_event(&mut self, cx: &mut Context<'_>, event: &InformerEvent) {
        if event.resource == RESOURCE {
            if event.kind != EventKind::Deleted {
                cx.queue.add(&key_of(&event.object));
            }
        } else if let Some(owner) = object::controller_of(&event.object)
            && object::str_at(owner, "/kind") == "CronJob"
        {
            let name = object::str_at(owner, "/name");
            cx.queue.add(&[object::namespace(&event.object), "/", name].concat());
        }
    }

    fn sync(&mut self, cx: &mut Context<'_>, key: &str) -> Result<Requeue, SyncError> {
        let (namespace, name) = split_key(key);
        let Some(cron) = cx.informers.get(RESOURCE, namespace, name).cloned() else {
            return Ok(Requeue::Done);
        };
        let jobs: Vec<Rc<Value>> = cx.informers.controlled_by(JOBS, object::uid(&cron)).cloned().collect();
        let mut status = match object::at(&cron, "/status") {
            Value::Object(status) => Value::Object(status.clone()),
            _ => json!({}),
        };
        clean_up(cx, &cron, &jobs, &mut status)?;
        let result = run_due(cx, &cron, &mut status);
        write(cx, &cron, status)?;
        result
    }
}

// Upstream: cronjob_controllerv2.go syncCronJob
fn run_due(cx: &Context<'_>, cron: &Value, status: &mut Value) -> Result<Requeue, SyncError> {
    if object::is_deleting(cron) || object::bool_at(cron, "/spec/suspend") {
        return Ok(Requeue::Done);
    }
    let zone = object::str_at(cron, "/spec/timeZone");
    let Ok(schedule) = Schedule::parse(object::str_at(cron, "/spec/schedule"), zone) else {
        let text = format!("unparseable schedule: {}", object::str_at(cron, "/spec/schedule"));
        cx.warning(cron, "UnparseableSchedule", &text);
        return Ok(Requeue::Done);
    };
    let next = |after: Time| {
        let wait = schedule.next(after).map(|time| time.since(cx.now) + Duration::from_millis(100));
        wait.map_or(Requeue::Done, Requeue::After)
    };
    let created = time_at(cron, "/metadata/creationTimestamp").unwrap_or(cx.now);
    let mut earliest = time_at(status, "/lastScheduleTime").unwrap_or(created);
    let deadline = object::i64_at(cron, "/spec/startingDeadlineSeconds");
    if let Some(seconds) = deadline {
        earliest = earliest.max(cx.now - Duration::from_secs(seconds.max(0).unsigned_abs()));
    }
    let Some(time) = schedule.latest_between(earliest, cx.now) else { return Ok(next(cx.now)) };
    let is_late =
        deadline.is_some_and(|seconds| time + Duration::from_secs(seconds.max(0).unsigned_abs()) < cx.now);
    if is_late {
        let text = format!("Missed scheduled time to start a job: {}", time.rfc3339());
        cx.warning(cron, "MissSchedule", &text);
        return Ok(next(cx.now));
    }
    let name = format!("{}-{}", object::name(cron), time.unix_seconds() / 60);
    let active = object::array_at(status, "/active").to_vec();
    if active.iter().any(|reference| object::str_at(reference, "/name") == name) {
        return Ok(next(cx.now));
    }
    match object::str_at(cron, "/spec/concurrencyPolicy") {
        "Forbid" if !active.is_empty() => {
            let text = "Not starting job because prior execution is running and concurrency policy is Forbid";
            cx.normal(cron, "JobAlreadyActive", text);
            return Ok(next(cx.now));
        }
        "Replace" => {
            for reference in &active {
                let name = object::str_at(reference, "/name");
                delete_job(cx, cron, name)?;
            }
            status["active"] = json!([]);
        }
        _ => {}
    }
    match cx.client.create(JOBS, job(cron, &name, time)) {
        Ok(job) => {
            cx.normal(cron, "SuccessfulCreate", &format!("Created job {}", object::name(&job)));
            let mut active = object::array_at(status, "/active").to_vec();
            active.push(reference(&job));
            status["active"] = active.into();
            status["lastScheduleTime"] = time.rfc3339().into();
        }
        Err(error) if is_already_exists(&error) => {}
        Err(error) => {
            cx.warning(cron, "FailedCreate", &format!("Error creating job: {}", error.message));
            return Err(error.into());
        }
    }
    Ok(next(cx.now))
}

fn job(cron: &Value, name: &str, time: Time) -> Value {
    let template = object::at(cron, "/spec/jobTemplate");
    let mut job = json!({
        "apiVersion": "batch/v1", "kind": "Job",
        "metadata": {
            "name": name, "namespace": object::namespace(cron),
            "ownerReferences": [controller_reference(cron, "batch/v1", "CronJob")],
        },
        "spec": object::at(template, "/spec").clone(),
    });
    for field in ["labels", "annotations"] {
        if let Some(value) = template.pointer("/metadata").and_then(|metadata| metadata.get(field)) {
            job["metadata"][field] = value.clone();
        }
    }
    let pointer = format!("/metadata/annotations/{}", SCHEDULED.replace('/', "~1"));
    object::set_at(&mut job, &pointer, time.rfc3339().into());
    job
}

fn reference(job: &Value) -> Value {
    json!({
        "apiVersion": "batch/v1", "kind": "Job", "name": object::name(job),
        "namespace": object::namespace(job), "uid": object::uid(job),
        "resourceVersion": object::str_at(job, "/metadata/resourceVersion"),
    })
}

/// Which condition ended a job.
fn ended(job: &Value) -> Option<&'static str> {
    ["Complete", "Failed"].into_iter().find(|kind| object::condition_is_true(job, kind))
}

/// Takes jobs that are over off the list, and deletes those beyond the history limits.
fn clean_up(cx: &Context<'_>, cron: &Value, jobs: &[Rc<Value>], status: &mut Value) -> Result<(), SyncError> {
    let mut active = Vec::new();
    for reference in object::array_at(status, "/active").to_vec() {
        let uid = object::str_at(&reference, "/uid");
        let Some(job) = jobs.iter().find(|job| object::uid(job) == uid) else {
            let name = object::str_at(&reference, "/name");
            let text = format!("Active job went missing: {name}");
            cx.normal(cron, "MissingJob", &text);
            continue;
        };
        let Some(kind) = ended(job) else {
            active.push(reference);
            continue;
        };
        let text = format!("Saw completed job: {}, condition: {kind}", object::name(job));
        cx.normal(cron, "SawCompletedJob", &text);
    }
    note_others(cx, cron, jobs, status, &active);
    if active.is_empty() {
        object::remove_at(status, "/active");
    } else {
        status["active"] = active.into();
    }
    for (kind, field) in [("Complete", "successfulJobsHistoryLimit"), ("Failed", "failedJobsHistoryLimit")] {
        let Some(limit) = object::i64_at(cron, &["/spec/", field].concat()) else { continue };
        let mut over: Vec<&Rc<Value>> =
            jobs.iter().filter(|job| ended(job) == Some(kind) && !object::is_deleting(job)).collect();
        over.sort_by_key(|job| (object::str_at(job, "/status/startTime"), object::name(job)));
        let surplus = over.len().saturating_sub(usize::try_from(limit).unwrap_or(0));
        for job in &over[..surplus] {
            delete_job(cx, cron, object::name(job))?;
        }
    }
    Ok(())
}

/// Jobs that were made by hand from the cron job: they are seen, and count if they succeed.
fn note_others(cx: &Context<'_>, cron: &Value, jobs: &[Rc<Value>], status: &mut Value, active: &[Value]) {
    for job in jobs {
        let is_active = active.iter().any(|reference| object::str_at(reference, "/uid") == object::uid(job));
        match ended(job) {
            None if !is_active => {
                let name = object::name(job);
                let text = format!("Saw a job that the controller did not create or forgot: {name}");
                cx.warning(cron, "UnexpectedJob", &text);
            }
            Some("Complete") => {
                let time = object::str_at(job, "/status/completionTime");
                if time > object::str_at(status, "/lastSuccessfulTime") {
                    status["lastSuccessfulTime"] = time.into();
                }
            }
            _ => {}
        }
    }
}

fn delete_job(cx: &Context<'_>, cron: &Value, name: &str) -> Result<(), SyncError> {
    let options = DeleteOptions::default().with_propagation("Background");
    match cx.client.delete(JOBS, object::namespace(cron), name, &options) {
        Ok(_) => cx.normal(cron, "SuccessfulDelete", &format!("Deleted job {name}")),
        Err(status) if is_not_found(&status) => {}
        Err(status) => return Err(status.into()),
    }
    Ok(())
}

fn write(cx: &Context<'_>, cron: &Value, status: Value) -> Result<(), SyncError> {
    let old = object::at(cron, "/status");
    if *old == status || old.is_null() && status == json!({}) {
        return Ok(());
    }
    let mut cron = cron.clone();
    cron["status"] = status;
    match cx.client.update_status(RESOURCE, cron) {
        Err(status) if !is_not_found(&status) => Err(status.into()),
        _ => Ok(()),
    }
}
