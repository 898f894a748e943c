//! What a client may not decide about a pod.
//!
//! Upstream: `pkg/registry/core/pod/strategy.go`.

use podground_api::object::{array_at, i64_at, set_at, str_at};
use podground_api::{Value, json};

use super::{defaults, qos, validation};
use crate::apiserver::context::Context;
use crate::resource::{SelectableField, Strategy, field};

pub(super) const STRATEGY: Strategy = Strategy {
    default: defaults::pod,
    prepare_create,
    validate: validation::validate,
    validate_update: validation::validate_update,
    warnings: super::warnings::warnings,
    generation: true,
    grace: Some(grace),
    fields: &[
        field("spec.nodeName", "/spec/nodeName"),
        field("spec.restartPolicy", "/spec/restartPolicy"),
        field("spec.schedulerName", "/spec/schedulerName"),
        field("spec.serviceAccountName", "/spec/serviceAccountName"),
        SelectableField { label: "spec.hostNetwork", pointer: "/spec/hostNetwork", absent: "false" },
        field("status.phase", "/status/phase"),
        field("status.podIP", "/status/podIP"),
        field("status.podIPs", "/status/podIP"),
        field("status.nominatedNodeName", "/status/nominatedNodeName"),
    ],
    ..Strategy::GENERIC
};

fn prepare_create(cx: &Context, pod: &mut Value) {
    let class = qos::class(pod);
    let mut status = json!({ "phase": "Pending", "qosClass": class });
    if !array_at(pod, "/spec/schedulingGates").is_empty() {
        status["conditions"] = json!([{
            "lastProbeTime": null,
            "lastTransitionTime": cx.now().rfc3339(),
            "message": "Scheduling is blocked due to non-empty scheduling gates",
            "reason": "SchedulingGated",
            "status": "False",
            "type": "PodScheduled",
        }]);
    }
    set_at(pod, "/status", status);
}

/// How long a pod may take to end: what is asked for, else what it says itself; at once where nothing runs.
fn grace(asked: Option<i64>, pod: &Value) -> i64 {
    let ended = ["Failed", "Succeeded"].contains(&str_at(pod, "/status/phase"));
    if str_at(pod, "/spec/nodeName").is_empty() || ended {
        return 0;
    }
    match asked.or_else(|| i64_at(pod, "/spec/terminationGracePeriodSeconds")).unwrap_or(30) {
        seconds if seconds < 0 => 1,
        seconds => seconds,
    }
}
