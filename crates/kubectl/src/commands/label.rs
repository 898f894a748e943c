//! `kubectl label`
//!
//! Upstream: `kubectl/pkg/cmd/label/label.go`

use std::rc::Rc;

use podground_api::object::{self, strings_at};
use podground_api::{patch, validation};
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
    let (resources, changes) = pairs::split(&args.words, "label")?;
    let (labels, removed) = parse(&changes)?;
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
    if labels.is_empty() && removed.is_empty() && !args.is("list") {
        return Err(Error::local("at least one label update is required"));
    }
    query.type_is_enough = args.is("all");
    query.local = args.is("local");
    query.latest = !query.local;
    query.all = false;
    let found = query.run(cx).await?;
    let is_single = found.single;
    let mut errors = Vec::new();
    for item in found.items {
        let done = async { one(cx, &args, &change, item?, &labels, &removed, is_single).await };
        match done.await {
            Err(Error::Many(many)) => errors.extend(many),
            Err(error) => errors.push(error),
            Ok(()) => {}
        }
    }
    Error::many(errors)
}

fn parse(changes: &[String]) -> Result<(Map<String, Value>, Vec<String>)> {
    let mut labels = Map::new();
    let mut removed = Vec::new();
    for change in changes {
        if change.contains('=') {
            let parts: Vec<&str> = change.split('=').collect();
            let [key, value] = parts[..] else {
                return Err(Error::Local(format!("invalid label spec: {change}")));
            };
            let wrong = validation::label_value(value);
            if !wrong.is_empty() {
                return Err(Error::Local(format!("invalid label value: {change:?}: {}", wrong.join(";"))));
            }
            labels.insert(key.to_owned(), json!(value));
        } else {
            removed.push(change[..change.len() - 1].to_owned());
        }
    }
    if removed.iter().any(|key| labels.contains_key(key)) {
        return Err(Error::local("can not both modify and remove a label in the same command"));
    }
    Ok((labels, removed))
}

async fn one(
    cx: &Context,
    args: &Args,
    change: &Change,
    info: Info,
    labels: &Map<String, Value>,
    removed: &[String],
    is_single: bool,
) -> Result<()> {
    let old = object::labels(&info.object).cloned().unwrap_or_default();
    if args.is("list") {
        return list(cx, &info, is_single).await;
    }
    let is_local = change.dry_run == DryRun::Client || args.is("local");
    if !is_local {
        for key in removed.iter().filter(|key| !old.contains_key(*key)) {
            cx.io.line(format!("label \"{key}\" not found.")).await;
        }
    }
    let mut new = old.clone();
    let mut errors = Vec::new();
    let (mut sets, mut removes) = (false, false);
    for (key, value) in labels {
        match old.get(key) {
            Some(known) if known == value => continue,
            Some(known) if !args.is("overwrite") => errors.push(Error::Local(format!(
                "'{key}' already has a value ({}), and --overwrite is false",
                known.as_str().unwrap_or_default()
            ))),
            _ => {}
        }
        sets = true;
        new.insert(key.clone(), value.clone());
    }
    Error::many(errors)?;
    for key in removed {
        removes |= new.remove(key).is_some();
    }
    let verb = match (sets, removes) {
        (true, true) => "modified",
        (true, false) => "labeled",
        (false, true) => "unlabeled",
        (false, false) => "not labeled",
    };
    let mut value = (*info.object).clone();
    if new.is_empty() {
        object::remove_at(&mut value, "/metadata/labels");
    } else {
        object::set_at(&mut value, "/metadata/labels", Value::Object(new));
    }
    super::common::record(args, &mut value);
    let result = if is_local {
        Rc::new(value)
    } else {
        let mut patch = patch::three_way_merge_patch(&info.object, &value, &info.object);
        if !args.text("resource-version").is_empty() {
            object::set_at(&mut patch, "/metadata/resourceVersion", json!(args.text("resource-version")));
        }
        change.patch(cx, &info, PatchType::Merge, patch).await?
    };
    change.tell(cx, &result, verb).await
}

async fn list(cx: &Context, info: &Info, is_single: bool) -> Result<()> {
    let mut indent = "";
    if !is_single {
        indent = " ";
        let (kind, group) = (&info.mapping.kind, &info.mapping.group);
        cx.io.line(format!("Listing labels for {kind}.{group}/{}:", info.name)).await;
    }
    for (key, value) in strings_at(&info.object, "/metadata/labels") {
        cx.io.line(format!("{indent}{key}={value}")).await;
    }
    Ok(())
}
