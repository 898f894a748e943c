//! HorizontalPodAutoscalers: the number of replicas follows the load.
//!
//! Upstream: `pkg/controller/podautoscaler/horizontal.go`

mod metrics;

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::time::Duration;

use podground_api::{Value, json, object};
use podground_sim::Time;

use super::support::conditions;
use super::support::numbers::count_at;
use super::{Context, Controller, Requeue, SyncError};
use crate::client::{PatchKind, is_not_found};
use crate::informer::{InformerEvent, key_of, split_key};
use crate::store::EventKind;

const RESOURCE: &str = "horizontalpodautoscalers.autoscaling";
/// How often an autoscaler looks.
const PERIOD: Duration = Duration::from_secs(15);

#[derive(Default)]
struct Horizontal {
    recommendations: Recommendations,
}

/// The controller of autoscalers.
pub(super) fn horizontal_pod_autoscaler() -> Box<dyn Controller> {
    Box::new(Horizontal::default())
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
            self.recommendations.remove(key);
            return Ok(Requeue::Done);
        };
        if object::is_deleting(&scaler) {
            return Ok(Requeue::Done);
        }
        let mut status = match object::at(&scaler, "/status") {
            Value::Object(status) => Value::Object(status.clone()),
            _ => json!({}),
        };
        let recent = self.recommendations.entry(key.to_owned()).or_default();
        reconcile(cx, &scaler, &mut status, recent);
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

fn reconcile(cx: &Context<'_>, scaler: &Value, status: &mut Value, recent: &mut Vec<(Time, i64)>) {
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
        (0, String::new())
    } else if current > most {
        (most, "Current number of replicas above Spec.MaxReplicas".to_owned())
    } else if current < least {
        (least, "Current number of replicas below Spec.MinReplicas".to_owned())
    } else {
        match proposals(cx, scaler, scaled, status, current) {
            None => (count_at(status, "/desiredReplicas"), String::new()),
            Some((proposed, reason)) => {
                let numbers = (current, proposed, least, most);
                let wanted = normalize(cx, scaler, status, recent, numbers);
                (wanted, if wanted == current { String::new() } else { reason })
            }
        }
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

/// How the numbers of replicas were recommended lately: by the autoscaler's key, time and number.
type Recommendations = BTreeMap<String, Vec<(Time, i64)>>;

/// What the metrics ask for: the number of replicas, and the reason of an event.
///
/// Upstream: `horizontal.go computeReplicasForMetrics`
fn proposals(
    cx: &Context<'_>,
    scaler: &Value,
    scaled: &Value,
    status: &mut Value,
    current: i64,
) -> Option<(i64, String)> {
    let specs = object::array_at(scaler, "/spec/metrics");
    let mut best: Option<metrics::Proposal> = None;
    let mut seen = Vec::new();
    let mut wrong: Vec<(String, String, String)> = Vec::new();
    for spec in specs {
        match metrics::of(cx, scaled, spec, current) {
            Ok(proposal) => {
                seen.push(proposal.status.clone());
                if best.as_ref().is_none_or(|best| proposal.replicas > best.replicas) {
                    best = Some(proposal);
                }
            }
            Err(why) => {
                let reason = format!("FailedGet{}Metric", object::str_at(spec, "/type"));
                cx.warning(scaler, &reason, &why);
                wrong.push((metrics::label(spec), reason, why));
            }
        }
    }
    status["currentMetrics"] = if seen.is_empty() { Value::Null } else { seen.into() };
    if status["currentMetrics"].is_null() {
        object::remove_at(status, "/currentMetrics");
    }
    let now = cx.timestamp();
    // With a metric missing, one may scale up by the others, but not down.
    if let Some((label, reason, why)) = wrong.first()
        && best.as_ref().is_none_or(|best| best.replicas <= current)
    {
        let text = format!("the HPA was unable to compute the replica count: {why}");
        let condition = conditions::condition("ScalingActive", "False", reason, &text, &now);
        conditions::replace(status, condition);
        let text = format!(
            "invalid metrics ({} invalid out of {}), first error is: failed to get {label} value: {why}",
            wrong.len(),
            specs.len()
        );
        cx.warning(scaler, "FailedComputeMetricsReplicas", &text);
        return None;
    }
    let best = best?;
    let text = format!("the HPA was able to successfully calculate a replica count from {}", best.name);
    conditions::replace(
        status,
        conditions::condition("ScalingActive", "True", "ValidMetricFound", &text, &now),
    );
    let reason = if best.replicas > current {
        format!("{} above target", best.name)
    } else {
        "All metrics below target".to_owned()
    };
    Some((best.replicas, reason))
}

/// A proposal within what the autoscaler allows, and since when it is stable.
///
/// Upstream: `horizontal.go normalizeDesiredReplicasWithBehaviors`
fn normalize(
    cx: &Context<'_>,
    scaler: &Value,
    status: &mut Value,
    recent: &mut Vec<(Time, i64)>,
    (current, proposed, least, most): (i64, i64, i64, i64),
) -> i64 {
    let now = cx.timestamp();
    let set = |status: &mut Value, kind: &str, is: &str, reason: &str, message: &str| {
        conditions::replace(status, conditions::condition(kind, is, reason, message, &now));
    };
    let window = |direction: &str, default: i64| {
        let pointer = format!("/spec/behavior/{direction}/stabilizationWindowSeconds");
        Duration::from_secs(object::i64_at(scaler, &pointer).unwrap_or(default).unsigned_abs())
    };
    let (up, down) = (window("scaleUp", 0), window("scaleDown", 300));
    recent.retain(|(time, _)| cx.now.since(*time) <= up.max(down));
    recent.push((cx.now, proposed));
    let within = |window: Duration| {
        recent.iter().filter(move |(time, _)| cx.now.since(*time) <= window).map(|(_, number)| *number)
    };
    let low = within(up).min().unwrap_or(proposed);
    let high = within(down).max().unwrap_or(proposed);
    let stable = current.max(low).min(high);
    let (reason, text) = match proposed.cmp(&stable) {
        Ordering::Equal => ("ReadyForNewScale", "recommended size matches current size"),
        Ordering::Less => (
            "ScaleDownStabilized",
            "recent recommendations were higher than current one, applying the highest recent recommendation",
        ),
        Ordering::Greater => (
            "ScaleUpStabilized",
            "recent recommendations were lower than current one, applying the lowest recent recommendation",
        ),
    };
    set(status, "AbleToScale", "True", reason, text);
    // Upstream's default policies: four pods or twice as many at once.
    let fastest = limit(scaler, "scaleUp", current, current.max(1).saturating_mul(2).max(current + 4));
    let slowest = -limit(scaler, "scaleDown", -current, 0);
    let mut wanted = stable;
    if wanted > most {
        let text = "the desired replica count is more than the maximum replica count";
        set(status, "ScalingLimited", "True", "TooManyReplicas", text);
        wanted = most;
    } else if wanted < least {
        let text = "the desired replica count is less than the minimum replica count";
        set(status, "ScalingLimited", "True", "TooFewReplicas", text);
        wanted = least;
    } else {
        let text = "the desired count is within the acceptable range";
        set(status, "ScalingLimited", "False", "DesiredWithinRange", text);
    }
    if wanted > fastest && wanted > current {
        let text = "the desired replica count is increasing faster than the maximum scale rate";
        set(status, "ScalingLimited", "True", "ScaleUpLimit", text);
        wanted = fastest;
    } else if wanted < slowest && wanted < current {
        let text = "the desired replica count is decreasing faster than the maximum scale rate";
        set(status, "ScalingLimited", "True", "ScaleDownLimit", text);
        wanted = slowest;
    }
    wanted
}

/// How far one step may go by the policies of a direction (numbers below zero count downwards).
fn limit(scaler: &Value, direction: &str, current: i64, default: i64) -> i64 {
    let policies = object::array_at(scaler, &format!("/spec/behavior/{direction}/policies"));
    let select = object::str_at(scaler, &format!("/spec/behavior/{direction}/selectPolicy"));
    if select == "Disabled" {
        return current;
    }
    let steps = policies.iter().map(|policy| {
        let value = object::i64_at(policy, "/value").unwrap_or(0);
        match object::str_at(policy, "/type") {
            "Percent" => current + (current.abs() * value + 99) / 100,
            _ => current + value,
        }
    });
    let limit = if select == "Min" { steps.min() } else { steps.max() };
    limit.unwrap_or(default)
}
