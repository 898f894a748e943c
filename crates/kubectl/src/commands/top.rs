//! `kubectl top`
//!
//! Upstream: `kubectl/pkg/cmd/top`

use podground_api::object::{self, array_at, str_at};
use podground_api::{Method, Quantity, Request};
use serde_json::Value;

use crate::command::Command;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;
use crate::go;
use crate::tabwriter;

/// The subcommands.
pub(crate) const COMMANDS: &[Command] = &[
    Command::new("node", "Display resource (CPU/memory) usage of nodes", |cx, args| {
        Box::pin(nodes(cx, args))
    })
    .aliases(&["nodes", "no"]),
    Command::new("pod", "Display resource (CPU/memory) usage of pods", |cx, args| Box::pin(pods(cx, args)))
        .aliases(&["pods", "po"]),
];

const ROOT: &str = "/apis/metrics.k8s.io/v1beta1";

async fn metrics(cx: &Context, args: &Args, path: String) -> Result<Vec<Value>> {
    let has_metrics = cx.mapper().await?.groups().iter().any(|(group, _)| group == "metrics.k8s.io");
    if !has_metrics {
        return Err(Error::local("Metrics API not available"));
    }
    let mut request = Request::new(Method::Get, path);
    for (flag, name) in [("selector", "labelSelector"), ("field-selector", "fieldSelector")] {
        if !args.text(flag).is_empty() {
            request = request.with_query(name, args.text(flag));
        }
    }
    let answer = cx.client()?.json(request).await?;
    Ok(match answer.get("items").and_then(Value::as_array) {
        Some(items) => items.clone(),
        None => vec![(*answer).clone()],
    })
}

fn amount(usage: &Value, resource: &str) -> i64 {
    let quantity = usage.get(resource).and_then(|value| Quantity::parse(&go::sprint(value)).ok());
    quantity.map_or(0, |quantity| if resource == "cpu" { quantity.millis() } else { quantity.units() })
}

fn cells(cpu: i64, memory: i64) -> String {
    format!("{cpu}m\t{}Mi", memory / (1024 * 1024))
}

fn sort(rows: &mut [(String, i64, i64, Value)], by: &str) -> Result<()> {
    match by {
        "" => rows.sort_by(|left, right| left.0.cmp(&right.0)),
        "cpu" => rows.sort_by_key(|row| std::cmp::Reverse(row.1)),
        "memory" => rows.sort_by_key(|row| std::cmp::Reverse(row.2)),
        _ => return Err(Error::local("--sort-by accepts only cpu or memory")),
    }
    Ok(())
}

async fn nodes(cx: &Context, args: Args) -> Result<()> {
    let path = match args.words.as_slice() {
        [] => format!("{ROOT}/nodes"),
        [name] => format!("{ROOT}/nodes/{name}"),
        words => return Err(args.usage(format!("unexpected arguments: [{}]", words.join(" ")))),
    };
    let items = metrics(cx, &args, path).await?;
    let nodes = cx.client()?.get("/api/v1/nodes").await?;
    let mut rows: Vec<(String, i64, i64, Value)> = Vec::new();
    for item in items {
        let usage = object::at(&item, "/usage");
        rows.push((
            object::name(&item).to_owned(),
            amount(usage, "cpu"),
            amount(usage, "memory"),
            Value::Null,
        ));
    }
    sort(&mut rows, args.text("sort-by"))?;
    let mut text = String::new();
    if !args.is("no-headers") {
        text.push_str("NAME\tCPU(cores)\tCPU(%)\tMEMORY(bytes)\tMEMORY(%)\n");
    }
    for (name, cpu, memory, _) in rows {
        let node = array_at(&nodes, "/items").iter().find(|node| object::name(node) == name);
        let field = if args.is("show-capacity") { "/status/capacity" } else { "/status/allocatable" };
        let total = node.map_or(&Value::Null, |node| object::at(node, field));
        let share = |used: i64, resource: &str| used * 100 / amount(total, resource).max(1);
        text.push_str(&format!(
            "{name}\t{cpu}m\t{}%\t{}Mi\t{}%\n",
            share(cpu, "cpu"),
            memory / (1024 * 1024),
            share(memory, "memory")
        ));
    }
    cx.io.out(&tabwriter::align(&text, tabwriter::TABLE)).await;
    Ok(())
}

async fn pods(cx: &Context, args: Args) -> Result<()> {
    let all = args.is("all-namespaces");
    let namespace = cx.namespace()?;
    let collection = if all { format!("{ROOT}/pods") } else { format!("{ROOT}/namespaces/{namespace}/pods") };
    let path = match args.words.as_slice() {
        [] => collection,
        [name] => format!("{collection}/{name}"),
        words => return Err(args.usage(format!("unexpected arguments: [{}]", words.join(" ")))),
    };
    let items = metrics(cx, &args, path).await?;
    if items.is_empty() {
        let place = if all { String::new() } else { format!(" in {namespace} namespace") };
        cx.io.err_line(format!("No resources found{place}.")).await;
        return Ok(());
    }
    let mut rows: Vec<(String, i64, i64, Value)> = Vec::new();
    for item in items {
        let containers = array_at(&item, "/containers");
        let sum = |resource: &str| {
            containers.iter().map(|container| amount(object::at(container, "/usage"), resource)).sum::<i64>()
        };
        let name = object::name(&item).to_owned();
        rows.push((name, sum("cpu"), sum("memory"), item));
    }
    sort(&mut rows, args.text("sort-by"))?;
    let mut text = String::new();
    if !args.is("no-headers") {
        text.push_str(if all { "NAMESPACE\t" } else { "" });
        text.push_str(if args.is("containers") { "POD\tNAME\t" } else { "NAME\t" });
        text.push_str("CPU(cores)\tMEMORY(bytes)\n");
    }
    let (mut cpu_sum, mut memory_sum) = (0, 0);
    for (name, cpu, memory, item) in &rows {
        cpu_sum += cpu;
        memory_sum += memory;
        let prefix = if all { format!("{}\t", object::namespace(item)) } else { String::new() };
        if args.is("containers") {
            for container in array_at(item, "/containers") {
                let usage = object::at(container, "/usage");
                let cells = cells(amount(usage, "cpu"), amount(usage, "memory"));
                text.push_str(&format!("{prefix}{name}\t{}\t{cells}\n", str_at(container, "/name")));
            }
        } else {
            text.push_str(&format!("{prefix}{name}\t{}\n", cells(*cpu, *memory)));
        }
    }
    if args.is("sum") {
        let gap = if all { "\t" } else { "" };
        text.push_str(&format!("{gap}\t________\t________\n{gap}\t{}\n", cells(cpu_sum, memory_sum)));
    }
    cx.io.out(&tabwriter::align(&text, tabwriter::TABLE)).await;
    Ok(())
}
