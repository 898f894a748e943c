//! Quotas, limits, disruption budgets, autoscalers.

use std::collections::BTreeSet;

use podground_api::object::{array_at, at, map_at, str_at, strings_at};
use serde_json::Value;

use super::Describer;
use super::text::{Writer, created, number, scalar_or, selector};
use crate::error::Result;

/// One line a resource of a quota: name, used, hard.
pub(super) fn quota_rows(w: &mut Writer, level: usize, quota: &Value) {
    for (resource, hard) in strings_at(quota, "/status/hard") {
        let used = map_at(quota, "/status/used").and_then(|used| used.get(resource)?.as_str()).unwrap_or("0");
        w.line(level, format_args!("{resource}\t{used}\t{hard}"));
    }
}

pub(super) async fn resource_quota(_: &Describer, quota: &Value, w: &mut Writer) -> Result<()> {
    w.name(quota);
    let scopes: Vec<&str> = array_at(quota, "/spec/scopes").iter().filter_map(Value::as_str).collect();
    if !scopes.is_empty() {
        w.field(0, "Scopes", scopes.join(", "));
    }
    w.line(0, "Resource\tUsed\tHard\n--------\t----\t----");
    quota_rows(w, 0, quota);
    Ok(())
}

/// The rows of a limit range, one for each type and resource.
pub(super) fn limit_rows(range: &Value) -> Vec<String> {
    const COLUMNS: [&str; 5] = ["/min", "/max", "/defaultRequest", "/default", "/maxLimitRequestRatio"];
    let mut rows = Vec::new();
    for limit in array_at(range, "/spec/limits") {
        let resources: BTreeSet<&str> = COLUMNS
            .iter()
            .flat_map(|column| strings_at(limit, column).map(|(resource, _)| resource))
            .collect();
        for resource in resources {
            let cells: Vec<&str> = COLUMNS
                .iter()
                .map(|column| {
                    map_at(limit, column).and_then(|map| map.get(resource)?.as_str()).unwrap_or("-")
                })
                .collect();
            rows.push(format!("{}\t{resource}\t{}", str_at(limit, "/type"), cells.join("\t")));
        }
    }
    rows
}

pub(super) async fn limit_range(_: &Describer, range: &Value, w: &mut Writer) -> Result<()> {
    w.name(range);
    w.line(0, "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio");
    w.line(0, "----\t--------\t---\t---\t---------------\t-------------\t-----------------------");
    for row in limit_rows(range) {
        w.line(0, row);
    }
    Ok(())
}

pub(super) async fn disruption_budget(d: &Describer, budget: &Value, w: &mut Writer) -> Result<()> {
    w.name(budget);
    for (name, pointer) in
        [("Min available", "/spec/minAvailable"), ("Max unavailable", "/spec/maxUnavailable")]
    {
        if !at(budget, pointer).is_null() {
            w.field(0, name, scalar_or(at(budget, pointer), ""));
        }
    }
    match map_at(budget, "/spec/selector") {
        Some(_) => w.field(0, "Selector", selector(budget, "/spec/selector")),
        None => w.field(0, "Selector", "<unset>"),
    }
    w.line(0, "Status:");
    for (name, pointer) in [
        ("Allowed disruptions", "/status/disruptionsAllowed"),
        ("Current", "/status/currentHealthy"),
        ("Desired", "/status/desiredHealthy"),
        ("Total", "/status/expectedPods"),
    ] {
        w.field(2, name, number(budget, pointer));
    }
    d.events(budget, w).await;
    Ok(())
}

/// One metric of an autoscaler: what is, and what is wanted.
///
/// Upstream: `kubectl/pkg/describe/describe.go describeHorizontalPodAutoscalerV2`
fn describe_metric(metric: &Value, status: &Value, w: &mut Writer) {
    let kind = str_at(metric, "/type");
    let field = match kind {
        "ContainerResource" => "containerResource",
        "Pods" => "pods",
        "Object" => "object",
        "External" => "external",
        _ => "resource",
    };
    let source = at(metric, &format!("/{field}"));
    let (target, current) = (at(source, "/target"), at(status, &format!("/{field}/current")));
    let part = |pointer: &str| str_at(source, pointer);
    let by_average = !at(target, "/averageValue").is_null();
    let what = if by_average { "target average value" } else { "target value" };
    let name = match kind {
        "ContainerResource" => {
            format!("resource {:?} of container {:?} on pods", part("/name"), part("/container"))
        }
        "Pods" => format!("{:?} on pods", part("/metric/name")),
        "Object" => format!(
            "{:?} on {}/{} ({what})",
            part("/metric/name"),
            part("/describedObject/kind"),
            part("/describedObject/name")
        ),
        "External" => format!("{:?} ({what})", part("/metric/name")),
        _ => format!("resource {} on pods", part("/name")),
    };
    if str_at(target, "/type") == "Utilization" {
        let value = match current {
            Value::Null => "<unknown>".to_owned(),
            current => {
                format!("{}% ({})", number(current, "/averageUtilization"), str_at(current, "/averageValue"))
            }
        };
        let wanted = number(target, "/averageUtilization");
        w.field(1, &format!("{name}  (as a percentage of request)"), format_args!("{value} / {wanted}%"));
    } else {
        let field = if by_average { "/averageValue" } else { "/value" };
        let value = scalar_or(at(current, field), "<unknown>");
        w.field(1, &name, format_args!("{value} / {}", str_at(target, field)));
    }
}

pub(super) async fn autoscaler(d: &Describer, scaler: &Value, w: &mut Writer) -> Result<()> {
    w.head(scaler);
    w.field(0, "CreationTimestamp", created(scaler));
    let target = at(scaler, "/spec/scaleTargetRef");
    w.field(0, "Reference", format_args!("{}/{}", str_at(target, "/kind"), str_at(target, "/name")));
    w.line(0, "Metrics:\t( current / target )");
    for (index, metric) in array_at(scaler, "/spec/metrics").iter().enumerate() {
        describe_metric(metric, at(scaler, &format!("/status/currentMetrics/{index}")), w);
    }
    w.field(0, "Min replicas", scalar_or(at(scaler, "/spec/minReplicas"), "<unset>"));
    w.field(0, "Max replicas", number(scaler, "/spec/maxReplicas"));
    w.field(
        0,
        &format!("{} pods", str_at(target, "/kind")),
        format_args!(
            "{} current / {} desired",
            number(scaler, "/status/currentReplicas"),
            number(scaler, "/status/desiredReplicas")
        ),
    );
    let conditions = array_at(scaler, "/status/conditions");
    if !conditions.is_empty() {
        w.line(0, "Conditions:\n  Type\tStatus\tReason\tMessage\n  ----\t------\t------\t-------");
        for condition in conditions {
            let cells: Vec<&str> = ["/type", "/status", "/reason", "/message"]
                .into_iter()
                .map(|pointer| str_at(condition, pointer))
                .collect();
            w.line(1, cells.join("\t"));
        }
    }
    d.events(scaler, w).await;
    Ok(())
}
