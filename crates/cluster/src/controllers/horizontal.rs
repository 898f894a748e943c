//! HorizontalPodAutoscalers: the number of replicas follows the load.
//!
//! Upstream: `pkg/controller/podautoscaler/horizontal.go`

use std::time::Duration;

use podground_api::{Value, json, object};

use super::support::conditions;
use super::support::numbers::count_at;
use super::{Context, Controller, Requeue, SyncError};
use crate::client::{PatchKind, is_not_found};
use crate::informer::{InformerEvent, key_of, split_key};
use crate::store::EventKind;

const RESOURCE: &str = "horizontalpodautoscalers.autoscaling";
/// How often an autoscaler looks.
const PERIOD: Duration = Duration::from_secs(15);

struct Horizontal;

/// The controller of autoscalers.
pub(super) fn horizontal_pod_autoscaler() -> Box<dyn Controller> {
    Box::new(Horizontal)
}

impl Controller for Horizontal {
    fn name(&self) -> &'static str {
        "horizontal-pod-autoscaler"
    }

    fn watches(&self) -> &'static [&'static str] {
        &[RESOURCE]
    }

    fn on_event(&mut self, cx: &mut Context<'_>, event: &InformerEvent) {
        let is_new = event.previous.as_ref().is_none_or(|old| old["spec"] != event.object["spec"]);
        if event.kind != EventKind::Deleted && is_new {
            cx.queue.add(&key_of(&event.object));
        }
    }

    // Upstream: horizontal.go reconcileAutoscaler
    fn sync(&mut self, cx: &mut Context<'_>, key: &str) -> Result<Requeue, SyncError> {
        let (namespace, name) = split_key(key);
        let Some(scaler) = cx.informers.get(RESOURCE, namespace, name).cloned() else {
            return Ok(Requeue::Done);
        };
        if object::is_deleting(&scaler) {
            return Ok(Requeue::Done);
        }
        let mut status = match object::at(&scaler, "/status") {
            Value::Object(status) => Value::Object(status.clone()),
            _ => json!({}),
        };
        reconcile(cx, &scaler, &mut status);
        if status != *object::at(&scaler, "/status") {
            let mut changed = Value::clone(&scaler);
            changed["status"] = status;
            match cx.client.update_status(RESOURCE, changed) {
                Err(status) if !is_not_found(&status) => return Err(status.into()),
                _ => {}
            }
        }
        Ok(Requeue::After(PERIOD))
    }
}

fn reconcile(cx: &Context<'_>, scaler: &Value, status: &mut Value) {
    let now = cx.timestamp();
    let set = |status: &mut Value, kind: &str, is: &str, reason: &str, message: &str| {
        conditions::replace(status, conditions::condition(kind, is, reason, message, &now));
    };
    let (kind, target) = (
        object::str_at(scaler, "/spec/scaleTargetRef/kind"),
        object::str_at(scaler, "/spec/scaleTargetRef/name"),
    );
    let namespace = object::namespace(scaler);
    let resource = match kind {
        "Deployment" => "deployments.apps",
        "ReplicaSet" => "replicasets.apps",
        "StatefulSet" => "statefulsets.apps",
        "ReplicationController" => "replicationcontrollers",
        _ => "",
    };
    let Some(scaled) = cx.informers.get(resource, namespace, target) else {
        let plural = if resource.is_empty() { kind } else { resource };
        let text = format!("{plural} \"{target}\" not found");
        cx.warning(scaler, "FailedGetScale", &text);
        let text = format!("the HPA controller was unable to get the target's current scale: {text}");
        set(status, "AbleToScale", "False", "FailedGetScale", &text);
        return;
    };
    let text = "the HPA controller was able to get the target's current scale";
    set(status, "AbleToScale", "True", "SucceededGetScale", text);
    let current = count_at(scaled, "/spec/replicas");
    status["currentReplicas"] = count_at(scaled, "/status/replicas").into();
    let (least, most) =
        (object::i64_at(scaler, "/spec/minReplicas").unwrap_or(1), count_at(scaler, "/spec/maxReplicas"));
    let (desired, reason) = if current == 0 && least != 0 {
        let text = "scaling is disabled since the replica count of the target is zero";
        set(status, "ScalingActive", "False", "ScalingDisabled", text);
        (0, "")
    } else if current > most {
        (most, "Current number of replicas above Spec.MaxReplicas")
    } else if current < least {
        (least, "Current number of replicas below Spec.MinReplicas")
    } else {
        no_metrics(cx, scaler, status);
        (count_at(status, "/desiredReplicas"), "")
    };
    status["desiredReplicas"] = desired.into();
    if reason.is_empty() {
        return;
    }
    let patch = json!({"spec": {"replicas": desired}});
    match cx.client.patch(resource, namespace, target, PatchKind::Merge, patch) {
        Ok(_) => {
            let text = format!("New size: {desired}; reason: {reason}");
            cx.normal(scaler, "SuccessfulRescale", &text);
            let text = format!("the HPA controller was able to update the target scale to {desired}");
            set(status, "AbleToScale", "True", "SucceededRescale", &text);
            status["lastScaleTime"] = cx.timestamp().into();
        }
        Err(error) => {
            let text = format!("New size: {desired}; reason: {reason}; error: {}", error.message);
            cx.warning(scaler, "FailedRescale", &text);
        }
    }
}

/// There is no metrics server in the cluster yet: an autoscaler says so, as with a real one.
fn no_metrics(cx: &Context<'_>, scaler: &Value, status: &mut Value) {
    let metrics = object::array_at(scaler, "/spec/metrics");
    let first = metrics.first().map_or("cpu", |metric| object::str_at(metric, "/resource/name"));
    let what = if metrics
        .first()
        .is_some_and(|metric| object::str_at(metric, "/resource/target/type") == "AverageValue")
    {
        "usage"
    } else {
        "utilization"
    };
    let cause = format!(
        "failed to get {first} {what}: unable to get metrics for resource {first}: unable to fetch metrics from \
         resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)"
    );
    let text = format!("the HPA was unable to compute the replica count: {cause}");
    let now = cx.timestamp();
    let condition = conditions::condition("ScalingActive", "False", "FailedGetResourceMetric", &text, &now);
    conditions::replace(status, condition);
    cx.warning(scaler, "FailedGetResourceMetric", &cause);
    let count = metrics.len().max(1);
    let text = format!(
        "invalid metrics ({count} invalid out of {count}), first error is: failed to get {first} resource metric \
         value: {cause}"
    );
    cx.warning(scaler, "FailedComputeMetricsReplicas", &text);
}
