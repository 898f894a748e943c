//! What makes pods: Deployments, ReplicaSets, ReplicationControllers, StatefulSets, DaemonSets, Jobs, CronJobs.

use podground_api::object::{self, array_at, at, i64_at, map_at, str_at};
use podground_api::{Selector, duration};
use serde_json::Value;

use super::Describer;
use super::template::template;
use super::text::{Writer, created, label_line, number, rfc1123, scalar_or, selector, title};
use crate::error::Result;

pub(super) async fn deployment(d: &Describer, deployment: &Value, w: &mut Writer) -> Result<()> {
    w.name(deployment);
    w.field(0, "CreationTimestamp", created(deployment));
    w.labels("Labels", deployment, "/metadata/labels");
    w.annotations("Annotations", deployment);
    w.field(0, "Selector", selector(deployment, "/spec/selector"));
    w.field(
        0,
        "Replicas",
        format_args!(
            "{} desired | {} updated | {} total | {} available | {} unavailable",
            number(deployment, "/spec/replicas"),
            number(deployment, "/status/updatedReplicas"),
            number(deployment, "/status/replicas"),
            number(deployment, "/status/availableReplicas"),
            number(deployment, "/status/unavailableReplicas")
        ),
    );
    w.field(0, "StrategyType", str_at(deployment, "/spec/strategy/type"));
    w.field(0, "MinReadySeconds", number(deployment, "/spec/minReadySeconds"));
    if map_at(deployment, "/spec/strategy/rollingUpdate").is_some() {
        let part =
            |name: &str| scalar_or(at(deployment, &format!("/spec/strategy/rollingUpdate/{name}")), "0");
        w.field(
            0,
            "RollingUpdateStrategy",
            format_args!("{} max unavailable, {} max surge", part("maxUnavailable"), part("maxSurge")),
        );
    }
    template(w, at(deployment, "/spec/template"));
    conditions(w, deployment);
    let path = format!("/apis/apps/v1/namespaces/{}/replicasets", object::namespace(deployment));
    let query = [("labelSelector", selector(deployment, "/spec/selector"))];
    let sets = d.list(&path, &query).await;
    let owned = sets.iter().filter(|set| object::controller_uid(set) == Some(object::uid(deployment)));
    let same = |set: &Value| {
        let mut template = at(set, "/spec/template").clone();
        object::remove_at(&mut template, "/metadata/labels/pod-template-hash");
        &template == at(deployment, "/spec/template")
    };
    let (new, old): (Vec<&Value>, Vec<&Value>) = owned.partition(|set| same(set));
    let text = |sets: Vec<&Value>| {
        let texts: Vec<String> = sets
            .into_iter()
            .map(|set| {
                let (replicas, wanted) = (number(set, "/status/replicas"), number(set, "/spec/replicas"));
                format!("{} ({replicas}/{wanted} replicas created)", object::name(set))
            })
            .collect();
        if texts.is_empty() { "<none>".to_owned() } else { texts.join(", ") }
    };
    w.field(0, "OldReplicaSets", text(old));
    w.field(0, "NewReplicaSet", text(new));
    d.events(deployment, w).await;
    Ok(())
}

fn conditions(w: &mut Writer, object: &Value) {
    let conditions = array_at(object, "/status/conditions");
    if conditions.is_empty() {
        return;
    }
    w.line(0, "Conditions:\n  Type\tStatus\tReason\n  ----\t------\t------");
    for condition in conditions {
        w.line(
            1,
            format_args!(
                "{} \t{}\t{}",
                str_at(condition, "/type"),
                str_at(condition, "/status"),
                str_at(condition, "/reason")
            ),
        );
    }
}

/// ReplicaSets and ReplicationControllers.
pub(super) async fn replica_set(d: &Describer, set: &Value, w: &mut Writer) -> Result<()> {
    w.name(set);
    let selector_text = if object::kind(set) == "ReplicationController" {
        label_line(set, "/spec/selector")
    } else {
        selector(set, "/spec/selector")
    };
    w.field(0, "Selector", &selector_text);
    w.labels("Labels", set, "/metadata/labels");
    w.annotations("Annotations", set);
    if let Some(owner) = object::controller_of(set) {
        w.field(0, "Controlled By", format_args!("{}/{}", str_at(owner, "/kind"), str_at(owner, "/name")));
    }
    w.field(
        0,
        "Replicas",
        format_args!(
            "{} current / {} desired",
            number(set, "/status/replicas"),
            number(set, "/spec/replicas")
        ),
    );
    pods_status(d, set, &selector_text, "Pods Status", w).await;
    template(w, at(set, "/spec/template"));
    conditions(w, set);
    d.events(set, w).await;
    Ok(())
}

/// `Pods Status:  1 Running / 0 Waiting / 0 Succeeded / 0 Failed`
async fn pods_status(d: &Describer, owner: &Value, selector: &str, name: &str, w: &mut Writer) {
    let path = format!("/api/v1/namespaces/{}/pods", object::namespace(owner));
    let pods = match Selector::parse(selector) {
        Ok(_) => d.list(&path, &[("labelSelector", selector.to_owned())]).await,
        Err(_) => Vec::new(),
    };
    let count = |phase: &str| {
        pods.iter()
            .filter(|pod| object::controller_uid(pod) == Some(object::uid(owner)))
            .filter(|pod| str_at(pod, "/status/phase") == phase)
            .count()
    };
    w.field(
        0,
        name,
        format_args!(
            "{} Running / {} Waiting / {} Succeeded / {} Failed",
            count("Running"),
            count("Pending"),
            count("Succeeded"),
            count("Failed")
        ),
    );
}

pub(super) async fn stateful_set(d: &Describer, set: &Value, w: &mut Writer) -> Result<()> {
    w.name(set);
    w.field(0, "CreationTimestamp", created(set));
    let selector_text = selector(set, "/spec/selector");
    w.field(0, "Selector", &selector_text);
    w.labels("Labels", set, "/metadata/labels");
    w.annotations("Annotations", set);
    w.field(
        0,
        "Replicas",
        format_args!("{} desired | {} total", number(set, "/spec/replicas"), number(set, "/status/replicas")),
    );
    w.field(0, "Update Strategy", str_at(set, "/spec/updateStrategy/type"));
    if let Some(partition) = i64_at(set, "/spec/updateStrategy/rollingUpdate/partition") {
        w.field(1, "Partition", partition);
    }
    pods_status(d, set, &selector_text, "Pods Status", w).await;
    template(w, at(set, "/spec/template"));
    let claims = array_at(set, "/spec/volumeClaimTemplates");
    if claims.is_empty() {
        w.field(0, "Volume Claims", "<none>");
    } else {
        w.line(0, "Volume Claims:");
        for claim in claims {
            w.field(1, "Name", object::name(claim));
            w.field(1, "StorageClass", str_at(claim, "/spec/storageClassName"));
            w.labels("  Labels", claim, "/metadata/labels");
            w.annotations("  Annotations", claim);
            w.field(1, "Capacity", scalar_or(at(claim, "/spec/resources/requests/storage"), "<default>"));
            let modes = super::text::go_list(array_at(claim, "/spec/accessModes"));
            w.field(1, "Access Modes", modes);
        }
    }
    d.events(set, w).await;
    Ok(())
}

pub(super) async fn daemon_set(d: &Describer, set: &Value, w: &mut Writer) -> Result<()> {
    w.name(set);
    let selector_text = selector(set, "/spec/selector");
    w.field(0, "Selector", &selector_text);
    w.field(0, "Node-Selector", label_line(set, "/spec/template/spec/nodeSelector"));
    w.labels("Labels", set, "/metadata/labels");
    w.annotations("Annotations", set);
    for (name, pointer) in [
        ("Desired Number of Nodes Scheduled", "/status/desiredNumberScheduled"),
        ("Current Number of Nodes Scheduled", "/status/currentNumberScheduled"),
        ("Number of Nodes Scheduled with Up-to-date Pods", "/status/updatedNumberScheduled"),
        ("Number of Nodes Scheduled with Available Pods", "/status/numberAvailable"),
        ("Number of Nodes Misscheduled", "/status/numberMisscheduled"),
    ] {
        w.line(0, format_args!("{name}: {}", number(set, pointer)));
    }
    pods_status(d, set, &selector_text, "Pods Status", w).await;
    template(w, at(set, "/spec/template"));
    d.events(set, w).await;
    Ok(())
}

pub(super) async fn job(d: &Describer, job: &Value, w: &mut Writer) -> Result<()> {
    w.name(job);
    w.field(0, "Selector", selector(job, "/spec/selector"));
    w.labels("Labels", job, "/metadata/labels");
    w.annotations("Annotations", job);
    if let Some(owner) = object::controller_of(job) {
        w.field(0, "Controlled By", format_args!("{}/{}", str_at(owner, "/kind"), str_at(owner, "/name")));
    }
    w.field(0, "Parallelism", scalar_or(at(job, "/spec/parallelism"), "<unset>"));
    w.field(0, "Completions", scalar_or(at(job, "/spec/completions"), "<unset>"));
    w.or_unset("Completion Mode", job, "/spec/completionMode");
    w.field(0, "Suspend", object::bool_at(job, "/spec/suspend"));
    w.field(0, "Backoff Limit", number(job, "/spec/backoffLimit"));
    if let Some(seconds) = i64_at(job, "/spec/ttlSecondsAfterFinished") {
        w.field(0, "TTL Seconds After Finished", seconds);
    }
    let (start, end) = (str_at(job, "/status/startTime"), str_at(job, "/status/completionTime"));
    if !start.is_empty() {
        w.field(0, "Start Time", rfc1123(start));
    }
    if !end.is_empty() {
        w.field(0, "Completed At", rfc1123(end));
    }
    let times = (podground_sim::Time::parse_rfc3339(start), podground_sim::Time::parse_rfc3339(end));
    if let (Some(start), Some(end)) = times {
        w.field(0, "Duration", duration::human(end.since(start)));
    }
    if let Some(seconds) = i64_at(job, "/spec/activeDeadlineSeconds") {
        w.field(0, "Active Deadline Seconds", format_args!("{seconds}s"));
    }
    let ready = i64_at(job, "/status/ready").map(|ready| format!(" ({ready} Ready)")).unwrap_or_default();
    w.field(
        0,
        "Pods Statuses",
        format_args!(
            "{} Active{ready} / {} Succeeded / {} Failed",
            number(job, "/status/active"),
            number(job, "/status/succeeded"),
            number(job, "/status/failed")
        ),
    );
    if str_at(job, "/spec/completionMode") == "Indexed" {
        w.field(0, "Completed Indexes", scalar_or(at(job, "/status/completedIndexes"), "<none>"));
    }
    template(w, at(job, "/spec/template"));
    d.events(job, w).await;
    Ok(())
}

pub(super) async fn cron_job(d: &Describer, cron_job: &Value, w: &mut Writer) -> Result<()> {
    w.head(cron_job);
    w.field(0, "Schedule", str_at(cron_job, "/spec/schedule"));
    w.field(0, "Concurrency Policy", str_at(cron_job, "/spec/concurrencyPolicy"));
    w.field(0, "Suspend", title(object::bool_at(cron_job, "/spec/suspend")));
    w.or_unset("Time Zone", cron_job, "/spec/timeZone");
    w.or_unset("Successful Job History Limit", cron_job, "/spec/successfulJobsHistoryLimit");
    w.or_unset("Failed Job History Limit", cron_job, "/spec/failedJobsHistoryLimit");
    match i64_at(cron_job, "/spec/startingDeadlineSeconds") {
        Some(seconds) => w.field(0, "Starting Deadline Seconds", format_args!("{seconds}s")),
        None => w.field(0, "Starting Deadline Seconds", "<unset>"),
    }
    let spec = at(cron_job, "/spec/jobTemplate/spec");
    match map_at(spec, "/selector") {
        Some(_) => w.labels("Selector", spec, "/selector/matchLabels"),
        None => w.field(0, "Selector", "<unset>"),
    }
    w.or_unset("Parallelism", spec, "/parallelism");
    w.or_unset("Completions", spec, "/completions");
    if let Some(seconds) = i64_at(spec, "/activeDeadlineSeconds") {
        w.field(0, "Active Deadline Seconds", format_args!("{seconds}s"));
    }
    template(w, at(spec, "/template"));
    match str_at(cron_job, "/status/lastScheduleTime") {
        "" => w.field(0, "Last Schedule Time", "<unset>"),
        time => w.field(0, "Last Schedule Time", rfc1123(time)),
    }
    let active: Vec<&str> =
        array_at(cron_job, "/status/active").iter().map(|job| str_at(job, "/name")).collect();
    w.field(0, "Active Jobs", if active.is_empty() { "<none>".to_owned() } else { active.join(", ") });
    d.events(cron_job, w).await;
    Ok(())
}
