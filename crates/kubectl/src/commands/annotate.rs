//! `kubectl annotate`
//!
//! Upstream: `kubectl/pkg/cmd/annotate/annotate.go`

use std::rc::Rc;

use podground_api::object::{self, map_at, strings_at};
use podground_api::patch;
use serde_json::{Map, Value, json};

use super::common::{Change, DryRun, PatchType};
use super::pairs;
use crate::builder::{Info, Query};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let change = Change::from_args(cx, &args).await?;
    let (resources, changes) = pairs::split(&args.words, "annotation")?;
    let (annotations, removed) = parse(&changes)?;
    if args.is("list") && !args.text("output").is_empty() {
        return Err(Error::local("--list and --output may not be specified together"));
    }
    for (flag, name) in [("selector", "--selector"), ("field-selector", "--field-selector")] {
        if args.is("all") && !args.text(flag).is_empty() {
            return Err(Error::Local(format!("cannot set --all and {name} at the same time")));
        }
    }
    let mut query = Query::from_args(cx, &args, &resources)?;
    if resources.is_empty() && !query.has_files() {
        return Err(Error::local(
            "one or more resources must be specified as <resource> <name> or <resource>/<name>",
        ));
    }
    if annotations.is_empty() && removed.is_empty() && !args.is("list") {
        return Err(Error::local("at least one annotation update is required"));
    }
    query.type_is_enough = args.is("all");
    query.all = false;
    query.local = args.is("local");
    query.latest = !query.local;
    let found = query.run(cx).await?;
    let is_single = found.single;
    let mut errors = Vec::new();
    for item in found.items {
        let done = async { one(cx, &args, &change, item?, &annotations, &removed, is_single).await };
        match done.await {
            Err(Error::Many(many)) => errors.extend(many),
            Err(error) => errors.push(error),
            Ok(()) => {}
        }
    }
    Error::many(errors)
}

fn parse(changes: &[String]) -> Result<(Map<String, Value>, Vec<String>)> {
    let mut annotations = Map::new();
    let mut removed = Vec::new();
    for change in changes {
        match change.split_once('=') {
            Some((key, value)) => {
                annotations.insert(key.to_owned(), json!(value));
            }
            None => removed.push(change[..change.len() - 1].to_owned()),
        }
    }
    let both: Vec<&str> =
        removed.iter().filter(|key| annotations.contains_key(*key)).map(String::as_str).collect();
    if !both.is_empty() {
        return Err(Error::Local(format!(
            "can not both modify and remove the following annotation(s) in the same command: {}",
            both.join(", ")
        )));
    }
    Ok((annotations, removed))
}

async fn one(
    cx: &Context,
    args: &Args,
    change: &Change,
    info: Info,
    annotations: &Map<String, Value>,
    removed: &[String],
    is_single: bool,
) -> Result<()> {
    if args.is("list") {
        let mut indent = "";
        if !is_single {
            indent = " ";
            let (kind, group) = (&info.mapping.kind, &info.mapping.group);
            cx.io.line(format!("Listing annotations for {kind}.{group}/{}:", info.name)).await;
        }
        for (key, value) in strings_at(&info.object, "/metadata/annotations") {
            cx.io.line(format!("{indent}{key}={value}")).await;
        }
        return Ok(());
    }
    let old = map_at(&info.object, "/metadata/annotations").cloned().unwrap_or_default();
    if !args.is("overwrite") {
        let kept: Vec<String> = annotations
            .iter()
            .filter_map(|(key, value)| {
                let known = old.get(key).filter(|known| *known != value)?;
                Some(format!("'{key}' already has a value ({})", known.as_str().unwrap_or_default()))
            })
            .collect();
        if !kept.is_empty() {
            return Err(Error::Local(format!(
                "--overwrite is false but found the following declared annotation(s): {}",
                kept.join("; ")
            )));
        }
    }
    let mut new = old.clone();
    new.extend(annotations.clone());
    for key in removed {
        new.remove(key);
    }
    let mut value = (*info.object).clone();
    if new.is_empty() {
        object::remove_at(&mut value, "/metadata/annotations");
    } else {
        object::set_at(&mut value, "/metadata/annotations", Value::Object(new));
    }
    super::common::record(args, &mut value);
    let result = if change.dry_run == DryRun::Client || args.is("local") {
        Rc::new(value)
    } else {
        let mut patch = patch::three_way_merge_patch(&info.object, &value, &info.object);
        if !args.text("resource-version").is_empty() {
            object::set_at(&mut patch, "/metadata/resourceVersion", json!(args.text("resource-version")));
        }
        change.patch(cx, &info, PatchType::Merge, patch).await?
    };
    change.tell(cx, &result, "annotated").await
}
