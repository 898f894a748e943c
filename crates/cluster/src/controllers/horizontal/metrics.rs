//! How many replicas the metrics of pods ask for.
//!
//! Upstream: `pkg/controller/podautoscaler/replica_calculator.go`

use podground_api::{Quantity, Selector, Value, json, object};

use super::super::Context;
use super::super::support::pods::{is_active, is_ready};

/// A change of less than this share is none.
const TOLERANCE: f64 = 0.1;

/// What one metric asks for.
pub(super) struct Proposal {
    pub(super) replicas: i64,
    /// `cpu resource utilization (percentage of request)`
    pub(super) name: String,
    /// An entry of `status.currentMetrics`.
    pub(super) status: Value,
}

/// CPU in millicores, memory in thousandths of bytes: quantities as whole numbers of their smallest part.
fn amount(text: &str) -> Option<i64> {
    if let Some(nanos) = text.strip_suffix('n') {
        // What is left over counts as one more.
        return nanos.parse::<i64>().ok().map(|nanos| (nanos + 999_999) / 1_000_000);
    }
    Quantity::parse(text).ok().map(Quantity::millis)
}

/// A quantity as the autoscaler prints it.
fn shown(resource: &str, millis: i64) -> String {
    if resource == "cpu" { format!("{millis}m") } else { (millis / 1000).to_string() }
}

/// Computes what a metric asks for; the error is upstream's sentence.
pub(super) fn of(cx: &Context<'_>, scaled: &Value, metric: &Value, current: i64) -> Result<Proposal, String> {
    match object::str_at(metric, "/type") {
        "Resource" => of_resource(cx, scaled, object::at(metric, "/resource"), None, current),
        "ContainerResource" => {
            let source = object::at(metric, "/containerResource");
            of_resource(cx, scaled, source, Some(object::str_at(source, "/container")), current)
        }
        "Pods" => {
            let name = object::str_at(metric, "/pods/metric/name");
            Err(format!("unable to get metric {name}: {NO_CUSTOM_METRICS}"))
        }
        "Object" => {
            let part = |pointer: &str| object::str_at(metric, &format!("/object/{pointer}"));
            let (name, kind, of) =
                (part("metric/name"), part("describedObject/kind"), part("describedObject/name"));
            let namespace = object::namespace(scaled);
            Err(format!("unable to get metric {name}: {kind} on {namespace} {of}/{NO_CUSTOM_METRICS}"))
        }
        "External" => {
            let name = object::str_at(metric, "/external/metric/name");
            let selector = selector_text(object::at(metric, "/external/metric/selector"));
            Err(format!(
                "unable to get external metric {}/{name}/{selector}: unable to fetch metrics from external metrics \
                 API: the server could not find the requested resource (get {name}.external.metrics.k8s.io)",
                object::namespace(scaled)
            ))
        }
        other => Err(format!("unknown metric source type {other:?}")),
    }
}

/// What a cluster says that has no adapter for metrics of one's own.
const NO_CUSTOM_METRICS: &str = "unable to fetch metrics from custom metrics API: no custom metrics API \
                                 (custom.metrics.k8s.io) registered";

/// Which metric could not be had, as the sentence before its error names it.
///
/// Upstream: `horizontal.go computeReplicasForMetric`
pub(super) fn label(metric: &Value) -> String {
    let name = |pointer: &str| object::str_at(metric, pointer).to_owned();
    match object::str_at(metric, "/type") {
        "Pods" => "pods metric".to_owned(),
        "Object" => "object metric".to_owned(),
        "External" => format!("{} external metric", name("/external/metric/name")),
        "ContainerResource" => format!("{} container metric", name("/containerResource/name")),
        _ => format!("{} resource metric", name("/resource/name")),
    }
}

/// A label selector as Go prints it.
fn selector_text(selector: &Value) -> String {
    if selector.is_null() {
        return "nil".to_owned();
    }
    let labels: String = object::map_at(selector, "/matchLabels")
        .into_iter()
        .flatten()
        .map(|(key, value)| format!("{key}: {},", value.as_str().unwrap_or_default()))
        .collect();
    let expressions: String = object::array_at(selector, "/matchExpressions")
        .iter()
        .map(|entry| {
            let values: Vec<&str> =
                object::array_at(entry, "/values").iter().filter_map(Value::as_str).collect();
            format!(
                "LabelSelectorRequirement{{Key:{},Operator:{},Values:[{}],}},",
                object::str_at(entry, "/key"),
                object::str_at(entry, "/operator"),
                values.join(" ")
            )
        })
        .collect();
    format!(
        "&LabelSelector{{MatchLabels:map[string]string{{{labels}}},MatchExpressions:[]LabelSelectorRequirement{{{expressions}}},}}"
    )
}

/// Computes what a metric of resources asks for, of all containers or of one.
fn of_resource(
    cx: &Context<'_>,
    scaled: &Value,
    source: &Value,
    only: Option<&str>,
    current: i64,
) -> Result<Proposal, String> {
    let resource = object::str_at(source, "/name");
    let target = object::at(source, "/target");
    let counts = |container: &Value| only.is_none_or(|name| object::str_at(container, "/name") == name);
    let is_utilization = object::str_at(target, "/type") == "Utilization";
    let what = if is_utilization { "utilization" } else { "usage" };
    let failed = |why: &str| format!("failed to get {resource} {what}: {why}");
    let selector = object::at(scaled, "/spec/selector");
    let selector = Selector::from_label_selector(selector)
        .filter(|_| {
            !object::at(selector, "/matchLabels").is_null()
                || !object::at(selector, "/matchExpressions").is_null()
        })
        .or_else(|| Selector::from_map(selector))
        .unwrap_or_default();
    let namespace = object::namespace(scaled);
    let query = [("labelSelector", selector.to_string())];
    let query: Vec<(&str, &str)> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let list = cx.client.list("pods.metrics.k8s.io", namespace, &query).map_err(|_| {
        failed(&format!(
            "unable to get metrics for resource {resource}: unable to fetch metrics from resource metrics API: the \
             server could not find the requested resource (get pods.metrics.k8s.io)"
        ))
    })?;
    let pods: Vec<_> = cx
        .informers
        .in_namespace("pods", namespace)
        .filter(|pod| selector.matches_object(pod) && is_active(pod) && !object::is_deleting(pod))
        .cloned()
        .collect();
    let metrics = object::array_at(&list, "/items");
    if metrics.is_empty() {
        return Err(failed(&format!(
            "unable to get metrics for resource {resource}: no metrics returned from resource metrics API"
        )));
    }
    let (mut used, mut asked, mut measured, mut ready, mut missing) = (0_i64, 0_i64, 0_i64, 0_i64, 0_i64);
    for pod in &pods {
        let containers = || object::array_at(pod, "/spec/containers").iter().filter(|c| counts(c));
        if let Some(name) = only.filter(|_| containers().next().is_none()) {
            return Err(failed(&format!(
                "container {name} not present in metrics for pod {namespace}/{}",
                object::name(pod)
            )));
        }
        for container in containers() {
            let request = object::str_at(container, &format!("/resources/requests/{resource}"));
            if is_utilization && request.is_empty() {
                return Err(failed(&format!(
                    "missing request for {resource} in container {} of Pod {}",
                    object::str_at(container, "/name"),
                    object::name(pod)
                )));
            }
        }
        let requests: i64 = containers()
            .filter_map(|c| amount(object::str_at(c, &format!("/resources/requests/{resource}"))))
            .sum();
        let usage =
            metrics.iter().find(|metrics| object::name(metrics) == object::name(pod)).map(|metrics| {
                let containers = object::array_at(metrics, "/containers").iter();
                containers
                    .filter(|c| counts(c))
                    .filter_map(|c| amount(object::str_at(c, &format!("/usage/{resource}"))))
                    .sum::<i64>()
            });
        match usage {
            Some(usage) if is_ready(pod) => {
                used += usage;
                asked += requests;
                measured += 1;
                ready += 1;
            }
            // A pod without numbers counts as idle when more are asked for: it does not change the sum.
            _ => missing += 1,
        }
    }
    if measured == 0 {
        return Err(failed("did not receive metrics for targeted pods (pods might be unready)"));
    }
    let (ratio, status) = if is_utilization {
        let goal = object::i64_at(target, "/averageUtilization").unwrap_or(80).max(1);
        let utilization = used * 100 / asked.max(1);
        let now =
            json!({"averageUtilization": utilization, "averageValue": shown(resource, used / measured)});
        (as_f64(utilization) / as_f64(goal), now)
    } else {
        let goal = amount(object::str_at(target, "/averageValue")).unwrap_or(1).max(1);
        let average = used / measured;
        (as_f64(average) / as_f64(goal), json!({"averageValue": shown(resource, average)}))
    };
    let replicas = if (ratio - 1.0).abs() <= TOLERANCE {
        current
    } else if missing > 0 && ratio > 1.0 {
        // The unmeasured ones are taken to use nothing.
        let corrected = ratio * as_f64(ready) / as_f64(ready + missing);
        if corrected <= 1.0 + TOLERANCE { current } else { ceil(corrected * as_f64(ready + missing)) }
    } else {
        ceil(ratio * as_f64(ready + missing))
    };
    let word = if only.is_some() { "container resource" } else { "resource" };
    let share = if is_utilization { " utilization (percentage of request)" } else { "" };
    let name = format!("{resource} {word}{share}");
    let status = match only {
        Some(container) => json!({
            "type": "ContainerResource",
            "containerResource": {"container": container, "name": resource, "current": status},
        }),
        None => json!({"type": "Resource", "resource": {"name": resource, "current": status}}),
    };
    Ok(Proposal { replicas, name, status })
}

#[allow(clippy::cast_precision_loss, reason = "numbers of replicas and percentages are small")]
fn as_f64(value: i64) -> f64 {
    value as f64
}

#[allow(clippy::cast_possible_truncation, reason = "numbers of replicas are small")]
fn ceil(value: f64) -> i64 {
    value.ceil() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts() {
        assert_eq!(amount("1500000n"), Some(2));
        assert_eq!(amount("250m"), Some(250));
        assert_eq!(amount("1"), Some(1000));
        assert_eq!((shown("cpu", 5), shown("memory", 2_048_000)), ("5m".to_owned(), "2048".to_owned()));
    }
}
