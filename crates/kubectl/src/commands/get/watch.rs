//! `kubectl get --watch`

use std::rc::Rc;

use podground_api::object::{self, array_at, str_at};
use podground_api::{Body, Method, Request};
use serde_json::{Value, json};

use super::{as_table, table_style};
use crate::builder::Query;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;
use crate::mapper::Mapping;
use crate::printers::{Output, table};
use crate::tabwriter;

/// Prints what is there, then what changes, until it is interrupted.
pub(crate) async fn run(cx: &Context, args: &Args, query: Query, output: Option<Output>) -> Result<()> {
    let mut query = query;
    query.table = output.is_none();
    query.single_type = true;
    query.chunk = 0;
    let target = target(cx, &query).await?;
    let mut printer =
        Printer { cx, args, output, headers: None, widths: Vec::new(), mapping: target.mapping.clone() };
    let list = request(&target, &query);
    let answer = cx.client()?.json(list.clone()).await?;
    if !target.name.is_empty() && items(&answer).is_empty() && !args.is("ignore-not-found") {
        // Asked by its name, the object that is missing is an error.
        query.run(cx).await?.split().1.into_iter().next().map_or(Ok(()), Err)?;
    }
    if !args.is("watch-only") {
        printer.list(&answer).await?;
    }
    let version = str_at(&answer, "/metadata/resourceVersion").to_owned();
    let watch = list.with_query("watch", "true").with_query("resourceVersion", version);
    let response = cx.client()?.send(watch).await?;
    let Body::Events(events) = response.body else { return Ok(()) };
    while let Ok(event) = events.recv().await {
        let kind = str_at(&event, "/type");
        let value = object::at(&event, "/object");
        match kind {
            "BOOKMARK" => {}
            "ERROR" => {
                return Err(Error::Local(format!("an error on the server: {}", str_at(value, "/message"))));
            }
            kind => printer.event(kind, value).await?,
        }
    }
    Ok(())
}

struct Target {
    mapping: Rc<Mapping>,
    namespace: String,
    name: String,
}

async fn target(cx: &Context, query: &Query) -> Result<Target> {
    let many = || {
        Err(Error::local(
            "watch is only supported on individual resources and resource collections - more than 1 resource was found",
        ))
    };
    let namespace = if query.all_namespaces { String::new() } else { query.namespace.clone() };
    if query.has_files() {
        let (infos, errors) = Query { latest: false, table: false, ..query.clone() }.run(cx).await?.split();
        Error::many(errors)?;
        return match infos.as_slice() {
            [one] => Ok(Target {
                mapping: one.mapping.clone(),
                namespace: one.namespace.clone(),
                name: one.name.clone(),
            }),
            _ => many(),
        };
    }
    let (kind, names) = match query.words.as_slice() {
        [pair] if pair.contains('/') => {
            let (kind, name) = pair.split_once('/').unwrap_or_default();
            (kind.to_owned(), vec![name.to_owned()])
        }
        [kind, names @ ..] => (kind.clone(), names.to_vec()),
        [] => return many(),
    };
    if names.len() > 1 || kind.contains(',') || names.iter().any(|name| name.contains('/')) {
        return many();
    }
    let name = names.first().cloned().unwrap_or_default();
    if !name.is_empty() && query.labels.is_some() {
        return Err(Error::local("name cannot be provided when a selector is specified"));
    }
    let mapper = cx.mapper().await?;
    if mapper.category(&kind).len() > 1 {
        return many();
    }
    Ok(Target { mapping: mapper.for_argument(&kind)?, namespace, name })
}

fn request(target: &Target, query: &Query) -> Request {
    let namespace = if target.mapping.namespaced { target.namespace.as_str() } else { "" };
    let mut request = Request::new(Method::Get, target.mapping.path(namespace));
    let mut fields = query.fields.clone();
    if !target.name.is_empty() {
        fields = format!("metadata.name={}", target.name);
    }
    if let Some(labels) = &query.labels {
        request = request.with_query("labelSelector", labels);
    }
    if !fields.is_empty() {
        request = request.with_query("fieldSelector", fields);
    }
    if query.table {
        request = request.with_query("includeObject", "Object").with_header("accept", crate::client::TABLE);
    }
    request
}

fn items(answer: &Value) -> &[Value] {
    if object::kind(answer) == "Table" { array_at(answer, "/rows") } else { array_at(answer, "/items") }
}

struct Printer<'a> {
    cx: &'a Context,
    args: &'a Args,
    output: Option<Output>,
    headers: Option<Value>,
    widths: Vec<usize>,
    mapping: Rc<Mapping>,
}

impl Printer<'_> {
    async fn list(&mut self, answer: &Rc<Value>) -> Result<()> {
        if self.output.is_none() && object::kind(answer) == "Table" {
            return self.event("ADDED", answer).await;
        }
        for item in items(answer) {
            let mut item = item.clone();
            if object::kind(&item).is_empty() {
                item["kind"] = json!(self.mapping.kind);
                item["apiVersion"] = json!(self.mapping.api_version());
            }
            self.event("ADDED", &item).await?;
        }
        Ok(())
    }

    async fn event(&mut self, kind: &str, value: &Value) -> Result<()> {
        if let Some(output) = &self.output {
            if self.args.is("output-watch-events") {
                return output.show(&self.cx.io, &json!({"type": kind, "object": value})).await;
            }
            return output.show(&self.cx.io, value).await;
        }
        let mut value = (*as_table(self.cx, &Rc::new(value.clone()))).clone();
        // Events after the first leave the columns out, as upstream's server does.
        if array_at(&value, "/columnDefinitions").is_empty() {
            value["columnDefinitions"] = self.headers.clone().unwrap_or_default();
        }
        let mut style = table_style(self.args, &self.mapping, self.args.is("show-kind"));
        if self.args.is("output-watch-events") {
            style.event = Some(kind.to_owned());
        }
        let columns = value.get("columnDefinitions").cloned();
        let lines = table::lines(&value, &style, self.headers != columns);
        if !lines.is_empty() {
            self.headers = columns;
            let text = tabwriter::align_after(&lines, tabwriter::TABLE, &mut self.widths);
            self.cx.io.out(&text).await;
        }
        Ok(())
    }
}
