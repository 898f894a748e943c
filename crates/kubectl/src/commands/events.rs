//! `kubectl events`
//!
//! Upstream: `kubectl/pkg/cmd/events`

use podground_api::object::{self, array_at, str_at};
use podground_api::{Body, Method, Request};
use podground_sim::Time;
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;
use crate::printers::{self, Formats};
use crate::tabwriter;

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    if !args.words.is_empty() {
        return Err(args.usage(format!("unexpected arguments: [{}]", args.words.join(" "))));
    }
    let types: Vec<String> = args.list("types").iter().map(|kind| kind.to_lowercase()).collect();
    for (kind, given) in types.iter().zip(args.list("types")) {
        if kind != "normal" && kind != "warning" {
            return Err(Error::Local(format!("valid --types are Normal or Warning, found: {given}")));
        }
    }
    let namespace = if args.is("all-namespaces") { String::new() } else { cx.namespace()? };
    let path = match namespace.as_str() {
        "" => "/api/v1/events".to_owned(),
        namespace => format!("/api/v1/namespaces/{namespace}/events"),
    };
    let mut request = Request::new(Method::Get, path);
    if !args.text("for").is_empty() {
        request = request.with_query("fieldSelector", selector(cx, args.text("for")).await?);
    }
    let fits = |event: &Value| types.is_empty() || types.contains(&str_at(event, "/type").to_lowercase());
    if !args.is("watch") {
        request = request.with_query("limit", args.number("chunk-size").to_string());
    }
    let answer = cx.client()?.json(request.clone()).await?;
    let mut events: Vec<Value> =
        array_at(&answer, "/items").iter().filter(|event| fits(event)).cloned().collect();
    events.sort_by(|left, right| last_seen(left).cmp(last_seen(right)));
    let mut widths = Vec::new();
    if let Some(output) = printers::from_args(&cx.io, &args, Formats::Usual)? {
        for event in &mut events {
            event["kind"] = json!("Event");
            event["apiVersion"] = json!("v1");
        }
        let list =
            json!({"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}, "items": events});
        return output.show(&cx.io, &list).await;
    }
    if events.is_empty() && !args.is("watch") {
        let place = if namespace.is_empty() { String::new() } else { format!(" in {namespace} namespace") };
        cx.io.err_line(format!("No events found{place}.")).await;
        return Ok(());
    }
    let mut text = String::new();
    if !args.is("no-headers") {
        if namespace.is_empty() {
            text.push_str("NAMESPACE\t");
        }
        text.push_str("LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE\n");
    }
    for event in &events {
        text.push_str(&line(cx, event, namespace.is_empty()));
    }
    cx.io.out(&tabwriter::align_after(&text, tabwriter::TABLE, &mut widths)).await;
    if args.is("watch") {
        let version = str_at(&answer, "/metadata/resourceVersion").to_owned();
        let watch = request.with_query("watch", "true").with_query("resourceVersion", version);
        let Body::Events(changes) = cx.client()?.send(watch).await?.body else { return Ok(()) };
        while let Ok(change) = changes.recv().await {
            let event = object::at(&change, "/object");
            if matches!(str_at(&change, "/type"), "ADDED" | "MODIFIED") && fits(event) {
                let text = line(cx, event, namespace.is_empty());
                cx.io.out(&tabwriter::align_after(&text, tabwriter::TABLE, &mut widths)).await;
            }
        }
    }
    Ok(())
}

async fn selector(cx: &Context, target: &str) -> Result<String> {
    let Some((kind, name)) =
        target.split_once('/').filter(|(kind, name)| !kind.is_empty() && !name.is_empty())
    else {
        return Err(Error::local("--for must be in resource/name form"));
    };
    let mapping = cx.mapper().await?.for_argument(kind)?;
    Ok(format!("involvedObject.kind={},involvedObject.name={name}", mapping.kind))
}

fn line(cx: &Context, event: &Value, with_namespace: bool) -> String {
    let namespace = if with_namespace { format!("{}\t", object::namespace(event)) } else { String::new() };
    format!(
        "{namespace}{}\t{}\t{}\t{}/{}\t{}\n",
        interval(cx.io.now(), event),
        str_at(event, "/type"),
        str_at(event, "/reason"),
        str_at(event, "/involvedObject/kind"),
        str_at(event, "/involvedObject/name"),
        str_at(event, "/message").trim()
    )
}

/// When the event was last seen.
fn last_seen(event: &Value) -> &str {
    ["/series/lastObservedTime", "/lastTimestamp", "/eventTime", "/firstTimestamp"]
        .into_iter()
        .map(|pointer| str_at(event, pointer))
        .find(|time| !time.is_empty())
        .unwrap_or_default()
}

fn age(now: Time, text: &str) -> String {
    Time::parse_rfc3339(text)
        .map_or("<unknown>".to_owned(), |time| podground_api::duration::human(now.since(time)))
}

/// `3s`, or `1s (x4 over 30s)`
fn interval(now: Time, event: &Value) -> String {
    let first = match str_at(event, "/eventTime") {
        "" => str_at(event, "/firstTimestamp"),
        time => time,
    };
    let first = age(now, first);
    if let Some(count) = object::i64_at(event, "/series/count") {
        return format!("{} (x{count} over {first})", age(now, str_at(event, "/series/lastObservedTime")));
    }
    match object::i64_at(event, "/count") {
        Some(count) if count > 1 => {
            format!("{} (x{count} over {first})", age(now, str_at(event, "/lastTimestamp")))
        }
        _ => first,
    }
}
