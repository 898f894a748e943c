//! `kubectl get`
//!
//! Upstream: `kubectl/pkg/cmd/get/get.go`

mod raw;
mod watch;

use std::rc::Rc;

use podground_api::object::{self, array_at};
use serde_json::Value;

use crate::builder::{Info, Query};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;
use crate::mapper::Mapping;
use crate::printers::{self, Formats, Output, sort, table};
use crate::tabwriter;

pub(crate) use raw::{print_raw, unescape};

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    if !args.text("raw").is_empty() {
        return raw::run(cx, &args).await;
    }
    let output = printers::from_args(&cx.io, &args, Formats::Get)?;
    let query = Query::from_args(cx, &args, &args.words)?.with_types().with_latest();
    if query.words.is_empty() && !query.has_files() {
        cx.io
            .err(
                "You must specify the type of resource to get. Use \"kubectl api-resources\" for a complete list of \
                 supported resources.\n\n",
            )
            .await;
        return Err(args.usage(
            "Required resource not specified.\nUse \"kubectl explain <resource>\" for a detailed description of that \
             resource (e.g. kubectl explain pods).",
        ));
    }
    let watches = args.is("watch") || args.is("watch-only");
    if args.is("output-watch-events") && !watches {
        return Err(args.usage("--output-watch-events option can only be used with --watch or --watch-only"));
    }
    if watches {
        return watch::run(cx, &args, query, output).await;
    }
    match output {
        Some(output) => print_objects(cx, &args, query, &output).await,
        None => print_tables(cx, &args, query).await,
    }
}

async fn print_objects(cx: &Context, args: &Args, query: Query, output: &Output) -> Result<()> {
    let found = query.run(cx).await?;
    let is_single = found.single;
    let (infos, mut errors) = found.split();
    if args.is("ignore-not-found") {
        errors.retain(|error| !error.is_not_found());
    }
    if is_single && !errors.is_empty() {
        return Error::many(errors);
    }
    if infos.is_empty() && (args.is("ignore-not-found") || !errors.is_empty()) {
        return Error::many(errors);
    }
    let sort_by = args.text("sort-by");
    let infos = if sort_by.is_empty() {
        infos
    } else {
        let order = sort::order(infos.iter().map(|info| &*info.object), sort_by)?;
        order.into_iter().map(|index| infos[index].clone()).collect()
    };
    let value = match infos.as_slice() {
        [one] if is_single => one.object.clone(),
        infos => Rc::new(printers::list_of(infos.iter().map(|info| (*info.object).clone()).collect())),
    };
    if let Err(error) = output.show(&cx.io, &value).await {
        errors.push(error);
    }
    Error::many(errors)
}

/// How the tables of a call look, but for what depends on the resource.
fn table_style(args: &Args, mapping: &Mapping, with_kind: bool) -> table::Style {
    table::Style {
        no_headers: args.is("no-headers"),
        wide: args.text("output") == "wide",
        with_namespace: args.is("all-namespaces") && mapping.namespaced,
        kind: with_kind.then(|| mapping.group_kind_lower()),
        show_labels: args.is("show-labels"),
        label_columns: args.list("label-columns").to_vec(),
        event: None,
    }
}

/// The answer as a table, whatever the server sent.
fn as_table(cx: &Context, value: &Rc<Value>) -> Rc<Value> {
    if object::kind(value) == "Table" {
        value.clone()
    } else {
        Rc::new(table::plain(std::slice::from_ref(value), cx.io.now()))
    }
}

fn sorted(value: Rc<Value>, field: &str) -> Result<Rc<Value>> {
    let rows = array_at(&value, "/rows");
    let objects: Vec<&Value> = rows.iter().map(|row| object::at(row, "/object")).collect();
    let order = sort::order(objects.into_iter(), field)?;
    let rows: Vec<Value> = order.iter().map(|index| rows[*index].clone()).collect();
    let mut value = (*value).clone();
    value["rows"] = Value::Array(rows);
    Ok(Rc::new(value))
}

async fn print_tables(cx: &Context, args: &Args, mut query: Query) -> Result<()> {
    query.table = args.is("server-print");
    query.whole = !args.text("sort-by").is_empty();
    let (infos, mut errors) = query.run(cx).await?.split();
    if args.is("ignore-not-found") {
        errors.retain(|error| !error.is_not_found());
    }
    let several = infos.windows(2).any(|pair| pair[0].mapping != pair[1].mapping);
    let with_kind = args.is("show-kind") || several;
    let mut out = String::new();
    let mut group = String::new();
    let mut last: Option<Rc<Mapping>> = None;
    let mut headers: Option<Value> = None;
    let mut all_namespaced = !args.is("all-namespaces");
    for Info { mapping, object, .. } in &infos {
        all_namespaced &= mapping.namespaced;
        let mut value = as_table(cx, object);
        if !args.text("sort-by").is_empty() {
            value = sorted(value, args.text("sort-by"))?;
        }
        if last.as_ref() != Some(mapping) {
            flush(&mut out, &mut group, args);
            headers = None;
            last = Some(mapping.clone());
        }
        let columns = value.get("columnDefinitions").cloned();
        let style = table_style(args, mapping, with_kind);
        let lines = table::lines(&value, &style, columns != headers);
        if !lines.is_empty() {
            group.push_str(&lines);
            headers = columns;
        }
    }
    flush(&mut out, &mut group, args);
    cx.io.out(&out).await;
    if out.is_empty() && errors.is_empty() && !args.is("ignore-not-found") {
        if all_namespaced && !infos.is_empty() {
            cx.io.err_line(format!("No resources found in {} namespace.", query.namespace)).await;
        } else {
            cx.io.err_line("No resources found").await;
        }
    }
    Error::many(errors)
}

/// Aligns the rows of one resource; an empty line stands between resources.
fn flush(out: &mut String, group: &mut String, args: &Args) {
    if group.is_empty() {
        return;
    }
    if !out.is_empty() && !args.is("no-headers") {
        out.push('\n');
    }
    out.push_str(&tabwriter::align(group, tabwriter::TABLE));
    group.clear();
}
