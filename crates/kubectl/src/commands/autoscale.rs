//! `kubectl autoscale`
//!
//! Upstream: `kubectl/pkg/cmd/autoscale/autoscale.go`

use std::rc::Rc;

use podground_api::Quantity;
use serde_json::{Value, json};

use super::common::{Change, remember_applied};
use crate::builder::{Info, Query};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let mut change = Change::from_args(cx, &args).await?;
    if let Some(output) = &mut change.output {
        output.go_order = true;
    }
    let (minimum, maximum) = (args.number("min"), args.number("max"));
    if maximum < 1 {
        return Err(Error::Local(format!(
            "--max=MAXPODS is required and must be at least 1, max: {maximum}"
        )));
    }
    if maximum < minimum {
        return Err(Error::Local(format!(
            "--max=MAXPODS must be larger or equal to --min=MINPODS, max: {maximum}, min: {minimum}"
        )));
    }
    let query = Query::from_args(cx, &args, &args.words)?.with_latest();
    if query.words.is_empty() && !query.has_files() {
        return Err(Error::local(crate::builder::NO_RESOURCE));
    }
    let (infos, mut errors) = query.run(cx).await?.split();
    for info in &infos {
        if let Err(error) = one(cx, &args, &change, info).await {
            errors.push(error);
        }
    }
    Error::many(errors)
}

async fn one(cx: &Context, args: &Args, change: &Change, info: &Info) -> Result<()> {
    if !info.mapping.subresources.iter().any(|sub| sub == "scale") {
        return Err(Error::Local(format!("cannot autoscale a {}", info.mapping.kind)));
    }
    let name = match args.text("name") {
        "" => info.name.as_str(),
        name => name,
    };
    let mut spec = json!({
        "scaleTargetRef": {
            "kind": info.mapping.kind, "name": info.name, "apiVersion": info.mapping.api_version(),
        },
        "maxReplicas": args.number("max"),
    });
    if args.number("min") > 0 {
        spec["minReplicas"] = json!(args.number("min"));
    }
    let mut metrics = Vec::new();
    if args.number("cpu-percent") >= 0 && args.changed("cpu-percent") {
        metrics.push(utilization("cpu", args.number("cpu-percent")));
    }
    for resource in ["cpu", "memory"] {
        let text = args.text(resource);
        if !text.is_empty() {
            metrics.push(metric(resource, text)?);
        }
    }
    if !metrics.is_empty() {
        spec["metrics"] = Value::Array(metrics);
    }
    let mut value = json!({
        "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": name},
        "spec": spec, "status": {"desiredReplicas": 0, "currentMetrics": null},
    });
    super::common::record(args, &mut value);
    if args.is("save-config") {
        remember_applied(&mut value, true);
    }
    let mapping = cx.mapper().await?.for_argument("horizontalpodautoscalers.v2.autoscaling")?;
    let created = change.create(cx, &mapping, &info.namespace, Rc::new(value)).await?;
    change.tell(cx, &created, "autoscaled").await
}

fn utilization(resource: &str, percent: i64) -> Value {
    json!({
        "type": "Resource",
        "resource": {"name": resource, "target": {"type": "Utilization", "averageUtilization": percent}},
    })
}

/// `80%` or an amount.
fn metric(resource: &str, text: &str) -> Result<Value> {
    if let Some(percent) = text.strip_suffix('%') {
        let percent = percent
            .parse::<i64>()
            .map_err(|_| Error::Local(format!("invalid percentage value for {resource}: {text:?}")))?;
        return Ok(utilization(resource, percent));
    }
    Quantity::parse(text)
        .map_err(|why| Error::Local(format!("invalid {resource} resource value {text:?}: {why}")))?;
    Ok(json!({
        "type": "Resource",
        "resource": {"name": resource, "target": {"type": "AverageValue", "averageValue": text}},
    }))
}
