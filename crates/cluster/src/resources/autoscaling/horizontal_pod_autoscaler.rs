//! Horizontal pod autoscalers, in both versions; stored in `v2`.
//!
//! Upstream: `pkg/apis/autoscaling/{v1,v2}`, `pkg/printers/internalversion/printers.go printHorizontalPodAutoscaler`.

use podground_api::object::{array_at, at, i64_at, str_at};
use podground_api::{Map, Value, json};

use crate::apiserver::field::{Errors, Path};
use crate::resource::{AGE, Column, Conversion, NAME, Resource, RowContext, Strategy, column};
use crate::resources::core::pod::defaults::{absent, child, items, present};
use crate::resources::workload::number;
use crate::resources::{age_cell, name_cell, workload};

const STRATEGY: Strategy = Strategy {
    default,
    prepare_create: |_, object| {
        workload::new_status(object, json!({ "currentMetrics": null, "desiredReplicas": 0 }));
    },
    validate,
    validate_update: |new, _, errors| validate(new, errors),
    ..Strategy::GENERIC
};

const COLUMNS: &[Column] = &[
    NAME,
    column("Reference"),
    column("Targets"),
    column("MinPods"),
    column("MaxPods"),
    column("Replicas"),
    AGE,
];

/// `horizontalpodautoscalers` of `autoscaling`, version v2.
pub static HORIZONTAL_POD_AUTOSCALER: Resource = Resource {
    short_names: &["hpa"],
    categories: &["all"],
    subresources: &["status"],
    strategy: STRATEGY,
    columns: COLUMNS,
    row,
    ..Resource::namespaced("autoscaling", "v2", "HorizontalPodAutoscaler").named(
        "horizontalpodautoscalers",
        "horizontalpodautoscaler",
        "horizontalpodautoscalers.autoscaling",
    )
};

/// `horizontalpodautoscalers` of `autoscaling`, version v1.
pub static HORIZONTAL_POD_AUTOSCALER_V1: Resource = Resource {
    short_names: &["hpa"],
    categories: &["all"],
    subresources: &["status"],
    conversion: Some(Conversion { from_stored, to_stored }),
    strategy: STRATEGY,
    columns: COLUMNS,
    row: |object, cx| {
        let mut stored = object.clone();
        to_stored(&mut stored);
        row(&stored, cx)
    },
    ..Resource::namespaced("autoscaling", "v1", "HorizontalPodAutoscaler").named(
        "horizontalpodautoscalers",
        "horizontalpodautoscaler",
        "horizontalpodautoscalers.autoscaling",
    )
};

fn is_cpu_utilization(metric: &Value) -> bool {
    str_at(metric, "/type") == "Resource"
        && str_at(metric, "/resource/name") == "cpu"
        && str_at(metric, "/resource/target/type") == "Utilization"
}

/// v1 knows the utilization of the CPU alone; the rest goes by annotations, which is not needed here.
fn from_stored(object: &mut Value) {
    let cpu = array_at(object, "/spec/metrics")
        .iter()
        .find(|metric| is_cpu_utilization(metric))
        .and_then(|metric| i64_at(metric, "/resource/target/averageUtilization"));
    let current = array_at(object, "/status/currentMetrics")
        .iter()
        .find_map(|metric| i64_at(metric, "/resource/current/averageUtilization"));
    let Some(map) = object.as_object_mut() else { return };
    map.insert("apiVersion".to_owned(), "autoscaling/v1".into());
    if let Some(spec) = present(map, "spec") {
        spec.remove("metrics");
        spec.remove("behavior");
        if let Some(cpu) = cpu {
            spec.insert("targetCPUUtilizationPercentage".to_owned(), cpu.into());
        }
    }
    if let Some(status) = child(map, "status") {
        status.remove("currentMetrics");
        status.remove("conditions");
        absent(status, "currentReplicas", 0);
        absent(status, "desiredReplicas", 0);
        if let Some(current) = current {
            status.insert("currentCPUUtilizationPercentage".to_owned(), current.into());
        }
    }
}

fn to_stored(object: &mut Value) {
    let Some(map) = object.as_object_mut() else { return };
    map.insert("apiVersion".to_owned(), "autoscaling/v2".into());
    let Some(spec) = present(map, "spec") else { return };
    if let Some(percent) = spec.remove("targetCPUUtilizationPercentage") {
        let target = json!({ "type": "Utilization", "averageUtilization": percent });
        let metric = json!({ "type": "Resource", "resource": { "name": "cpu", "target": target } });
        absent(spec, "metrics", json!([metric]));
    }
    if let Some(status) = present(map, "status") {
        status.remove("currentCPUUtilizationPercentage");
    }
}

fn default(object: &mut Value) {
    let Some(autoscaler) = object.as_object_mut() else { return };
    let Some(spec) = child(autoscaler, "spec") else { return };
    absent(spec, "minReplicas", 1);
    let none = spec.get("metrics").and_then(Value::as_array).is_none_or(Vec::is_empty);
    if none {
        let target = json!({ "type": "Utilization", "averageUtilization": 80 });
        let metric = json!({ "type": "Resource", "resource": { "name": "cpu", "target": target } });
        spec.insert("metrics".to_owned(), json!([metric]));
    }
    if let Some(behavior) = present(spec, "behavior") {
        let policy = |kind: &str, value: i64| json!({ "type": kind, "value": value, "periodSeconds": 15 });
        rules(behavior, "scaleUp", &[policy("Pods", 4), policy("Percent", 100)], 0);
        rules(behavior, "scaleDown", &[policy("Percent", 100)], 300);
    }
}

fn rules(behavior: &mut Map<String, Value>, direction: &str, policies: &[Value], window: i64) {
    let Some(rules) = child(behavior, direction) else { return };
    absent(rules, "policies", policies.to_vec());
    absent(rules, "selectPolicy", "Max");
    if direction == "scaleUp" {
        absent(rules, "stabilizationWindowSeconds", window);
    }
    items(rules, "policies").for_each(|policy| absent(policy, "periodSeconds", 0));
}

fn validate(object: &Value, errors: &mut Errors) {
    let spec = Path::new("spec");
    let min = i64_at(object, "/spec/minReplicas").unwrap_or(1);
    if min < 1 {
        errors.invalid(&spec.child("minReplicas"), min, "must be greater than or equal to 1");
    }
    let max = i64_at(object, "/spec/maxReplicas").unwrap_or(0);
    if max < 1 {
        errors.invalid(&spec.child("maxReplicas"), max, "must be greater than 0");
    }
    if max < min {
        errors.invalid(&spec.child("maxReplicas"), max, "must be greater than or equal to `minReplicas`");
    }
    let target = spec.child("scaleTargetRef");
    for field in ["kind", "name"] {
        if str_at(object, &format!("/spec/scaleTargetRef/{field}")).is_empty() {
            errors.required(&target.child(field), "");
        }
    }
}

fn row(object: &Value, cx: &RowContext) -> Vec<Value> {
    let reference = format!(
        "{}/{}",
        str_at(object, "/spec/scaleTargetRef/kind"),
        str_at(object, "/spec/scaleTargetRef/name")
    );
    let min = at(object, "/spec/minReplicas");
    vec![
        name_cell(object),
        reference.into(),
        targets(object).into(),
        if min.is_null() { "<unset>".into() } else { min.to_string().into() },
        at(object, "/spec/maxReplicas").to_string().into(),
        number(object, "/status/currentReplicas").to_string().into(),
        age_cell(object, cx),
    ]
}

/// The metrics as `cpu: 30%/50%`.
fn targets(object: &Value) -> String {
    const SHOWN: usize = 2;
    let metrics = array_at(object, "/spec/metrics");
    let current = array_at(object, "/status/currentMetrics");
    let mut list = Vec::new();
    for (index, metric) in metrics.iter().enumerate() {
        let kind = str_at(metric, "/type");
        let field = match kind {
            "ContainerResource" => "containerResource",
            "Resource" => "resource",
            "Pods" => "pods",
            "Object" => "object",
            "External" => "external",
            _ => continue,
        };
        let source = at(metric, &format!("/{field}"));
        let now = current.get(index).map_or(&Value::Null, |metric| at(metric, &format!("/{field}/current")));
        let (value, wanted) = match at(source, "/target/averageUtilization") {
            Value::Null => {
                let average = at(source, "/target/averageValue");
                let field = if average.is_null() { "value" } else { "averageValue" };
                let value = str_at(now, &format!("/{field}")).to_owned();
                (value, str_at(source, &format!("/target/{field}")).to_owned())
            }
            percent => {
                let value = i64_at(now, "/averageUtilization").map(|percent| format!("{percent}%"));
                (value.unwrap_or_default(), format!("{percent}%"))
            }
        };
        let value = if value.is_empty() { "<unknown>".to_owned() } else { value };
        let name = match field {
            "resource" | "containerResource" => format!("{}: ", str_at(source, "/name")),
            _ => String::new(),
        };
        list.push(format!("{name}{value}/{wanted}"));
    }
    if list.is_empty() {
        return "<none>".to_owned();
    }
    let text = list.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    if list.len() > SHOWN { format!("{text} + {} more...", list.len() - SHOWN) } else { text }
}
