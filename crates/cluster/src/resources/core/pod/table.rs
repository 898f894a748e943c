//! The columns of pods.
//!
//! Upstream: `pkg/printers/internalversion/printers.go printPod`.

use podground_api::object::{array_at, at, bool_at, i64_at, is_deleting, str_at};
use podground_api::{Value, json};
use podground_sim::Time;

use crate::resource::{AGE, Column, NAME, RowContext, column, wide};
use crate::resources::{age, age_cell, name_cell};

pub(super) const COLUMNS: &[Column] = &[
    NAME,
    column("Ready"),
    column("Status"),
    column("Restarts"),
    AGE,
    wide("IP"),
    wide("Node"),
    wide("Nominated Node"),
    wide("Readiness Gates"),
];

pub(super) fn row(pod: &Value, cx: &RowContext) -> Vec<Value> {
    let summary = summary(pod);
    let or_none = |text: &str| -> Value { if text.is_empty() { "<none>".into() } else { text.into() } };
    let ip = array_at(pod, "/status/podIPs").first().map_or("", |ip| str_at(ip, "/ip"));
    let ip = if ip.is_empty() { str_at(pod, "/status/podIP") } else { ip };
    let restarts = match summary.last_restart.filter(|_| summary.restarts > 0) {
        Some(time) => format!("{} ({} ago)", summary.restarts, age(time, cx.now)),
        None => summary.restarts.to_string(),
    };
    vec![
        name_cell(pod),
        format!("{}/{}", summary.ready, summary.total).into(),
        summary.reason.into(),
        restarts.into(),
        age_cell(pod, cx),
        or_none(ip),
        or_none(str_at(pod, "/spec/nodeName")),
        or_none(str_at(pod, "/status/nominatedNodeName")),
        readiness_gates(pod),
    ]
}

fn readiness_gates(pod: &Value) -> Value {
    let gates = array_at(pod, "/spec/readinessGates");
    if gates.is_empty() {
        return "<none>".into();
    }
    let conditions = array_at(pod, "/status/conditions");
    let fulfilled = gates.iter().filter(|gate| {
        let wanted = str_at(gate, "/conditionType");
        conditions.iter().any(|c| str_at(c, "/type") == wanted && str_at(c, "/status") == "True")
    });
    json!(format!("{}/{}", fulfilled.count(), gates.len()))
}

/// The word for a pod's state in `kubectl get pods`: "Running", "CrashLoopBackOff", "Terminating", …
pub fn status_word(pod: &Value) -> String {
    summary(pod).reason
}

/// What the table says of a pod's containers.
struct Summary {
    reason: String,
    ready: usize,
    total: usize,
    restarts: i64,
    last_restart: Option<Time>,
}

fn summary(pod: &Value) -> Summary {
    let mut total = array_at(pod, "/spec/containers").len();
    let status_reason = str_at(pod, "/status/reason");
    let phase = str_at(pod, "/status/phase");
    let mut reason = if status_reason.is_empty() { phase } else { status_reason }.to_owned();
    for condition in array_at(pod, "/status/conditions") {
        if str_at(condition, "/type") == "PodScheduled" && str_at(condition, "/reason") == "SchedulingGated" {
            "SchedulingGated".clone_into(&mut reason);
        }
    }
    let init_containers = array_at(pod, "/spec/initContainers");
    let sidecar = |container: &str| init_containers.iter().any(|c| name_of(c) == container && is_sidecar(c));
    total += init_containers.iter().filter(|container| is_sidecar(container)).count();

    let (mut ready, mut restarts, mut sidecar_restarts) = (0, 0, 0);
    let (mut last_restart, mut last_sidecar_restart) = (None, None);
    let mut initializing = false;
    for (index, status) in array_at(pod, "/status/initContainerStatuses").iter().enumerate() {
        let count = i64_at(status, "/restartCount").unwrap_or(0);
        restarts += count;
        last_restart = last_restart.max(last_finish(status));
        let is_sidecar = sidecar(name_of(status));
        if is_sidecar {
            sidecar_restarts += count;
            last_sidecar_restart = last_sidecar_restart.max(last_finish(status));
        }
        let terminated = at(status, "/state/terminated");
        if !terminated.is_null() && i64_at(terminated, "/exitCode") == Some(0) {
            continue;
        }
        if is_sidecar && bool_at(status, "/started") {
            ready += usize::from(bool_at(status, "/ready"));
            continue;
        }
        let waiting = str_at(status, "/state/waiting/reason");
        reason = if !terminated.is_null() {
            format!("Init:{}", termination(terminated))
        } else if !waiting.is_empty() && waiting != "PodInitializing" {
            format!("Init:{waiting}")
        } else {
            format!("Init:{index}/{}", init_containers.len())
        };
        initializing = true;
        break;
    }

    if !initializing || is_initialized(pod) {
        restarts = sidecar_restarts;
        last_restart = last_sidecar_restart;
        let mut has_running = false;
        for status in array_at(pod, "/status/containerStatuses").iter().rev() {
            restarts += i64_at(status, "/restartCount").unwrap_or(0);
            last_restart = last_restart.max(last_finish(status));
            let waiting = str_at(status, "/state/waiting/reason");
            let terminated = at(status, "/state/terminated");
            if !waiting.is_empty() {
                waiting.clone_into(&mut reason);
            } else if !terminated.is_null() {
                reason = termination(terminated);
            } else if bool_at(status, "/ready") && !at(status, "/state/running").is_null() {
                has_running = true;
                ready += 1;
            }
        }
        // One container has ended, another runs: the pod itself does.
        if reason == "Completed" && has_running {
            let ready = podground_api::object::condition_is_true(pod, "Ready");
            if ready { "Running" } else { "NotReady" }.clone_into(&mut reason);
        }
    }
    if is_deleting(pod) {
        if status_reason == "NodeLost" {
            "Unknown".clone_into(&mut reason);
        } else if !["Failed", "Succeeded"].contains(&phase) {
            "Terminating".clone_into(&mut reason);
        }
    }
    Summary { reason, ready, total, restarts, last_restart }
}

fn name_of(container: &Value) -> &str {
    str_at(container, "/name")
}

fn is_sidecar(container: &Value) -> bool {
    str_at(container, "/restartPolicy") == "Always"
}

fn is_initialized(pod: &Value) -> bool {
    podground_api::object::condition_is_true(pod, "Initialized")
}

/// Why a container has ended: its reason, else its signal or exit code.
fn termination(terminated: &Value) -> String {
    let reason = str_at(terminated, "/reason");
    if !reason.is_empty() {
        return reason.to_owned();
    }
    match i64_at(terminated, "/signal") {
        Some(signal) if signal != 0 => format!("Signal:{signal}"),
        _ => format!("ExitCode:{}", i64_at(terminated, "/exitCode").unwrap_or(0)),
    }
}

/// When a container's last run ended.
fn last_finish(status: &Value) -> Option<Time> {
    Time::parse_rfc3339(str_at(status, "/lastState/terminated/finishedAt"))
}
