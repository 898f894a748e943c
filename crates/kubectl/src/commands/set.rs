//! `kubectl set`
//!
//! Upstream: `kubectl/pkg/cmd/set`

mod account;
mod env;
mod image;
mod resources;
mod selector;

use std::rc::Rc;

use podground_api::object::at;
use podground_api::{Schema, patch};
use serde_json::Value;

use super::common::{Change, DryRun, PatchType};
use crate::builder::{Info, Query};
use crate::command::Command;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

/// The subcommands.
pub(crate) const COMMANDS: &[Command] = &[
    Command::new("env", "Update environment variables on a pod template", |cx, args| {
        Box::pin(env::run(cx, args))
    }),
    Command::new("image", "Update the image of a pod template", |cx, args| Box::pin(image::run(cx, args))),
    Command::new("resources", "Update resource requests/limits on objects with pod templates", |cx, args| {
        Box::pin(resources::run(cx, args))
    }),
    Command::new("selector", "Set the selector on a resource", |cx, args| Box::pin(selector::run(cx, args))),
    Command::new("serviceaccount", "Update the service account of a resource", |cx, args| {
        Box::pin(account::service_account(cx, args))
    })
    .aliases(&["sa"]),
    Command::new(
        "subject",
        "Update the user, group, or service account in a role binding or cluster role binding",
        |cx, args| Box::pin(account::subject(cx, args)),
    ),
];

/// Where the pod spec is in objects of a kind, if they have one.
fn pod_spec_pointer(kind: &str) -> Option<&'static str> {
    match kind {
        "Pod" => Some("/spec"),
        "CronJob" => Some("/spec/jobTemplate/spec/template/spec"),
        "Deployment" | "ReplicaSet" | "StatefulSet" | "DaemonSet" | "Job" | "ReplicationController" => {
            Some("/spec/template/spec")
        }
        _ => None,
    }
}

/// The objects that the words name.
async fn targets(cx: &Context, args: &Args, words: &[String]) -> Result<Vec<Result<Info>>> {
    let mut query = Query::from_args(cx, args, words)?;
    if words.is_empty() && !query.has_files() {
        return Err(Error::local(
            "one or more resources must be specified as <resource> <name> or <resource>/<name>",
        ));
    }
    query.local = args.is("local");
    query.latest = !query.local;
    query.type_is_enough = args.is("all") || query.labels.is_some();
    query.all = false;
    Ok(query.run(cx).await?.items)
}

/// Changes each object, sends what is different and says what was done; an object that stays as it is gets
/// no sentence.
async fn apply(
    cx: &Context,
    args: &Args,
    items: Vec<Result<Info>>,
    verb: &str,
    mut edit: impl FnMut(&Info, &mut Value) -> Result<()>,
) -> Result<()> {
    let change = Change::from_args(cx, args).await?;
    let what = verb.split(' ').next().unwrap_or_default();
    let mut errors = Vec::new();
    for item in items {
        let done = async {
            let info = item?;
            let mut value = (*info.object).clone();
            edit(&info, &mut value)?;
            super::common::record(args, &mut value);
            send(cx, args, &change, &info, value, verb).await.map_err(|error| {
                Error::Local(format!("failed to patch {what} update to pod template: {}", error.bare()))
            })
        };
        match done.await {
            Ok(()) => {}
            Err(Error::Many(many)) => errors.extend(many),
            Err(error) => errors.push(error),
        }
    }
    Error::many(errors)
}

async fn send(
    cx: &Context,
    args: &Args,
    change: &Change,
    info: &Info,
    value: Value,
    verb: &str,
) -> Result<()> {
    if args.is("local") || change.dry_run == DryRun::Client {
        return change.tell(cx, &Rc::new(value), verb).await;
    }
    if value == *info.object {
        return match &change.output {
            Some(output) => output.show(&cx.io, &value).await,
            None => Ok(()),
        };
    }
    let schema = Schema::builtin();
    let known = schema.kind(&info.mapping.api_version(), &info.mapping.kind);
    let result = match known {
        Some(object_type) => {
            let patch = patch::three_way(schema, &object_type.name, &info.object, &value, &info.object);
            change.patch(cx, info, PatchType::Strategic, patch).await?
        }
        None => {
            let patch = patch::three_way_merge_patch(&info.object, &value, &info.object);
            change.patch(cx, info, PatchType::Merge, patch).await?
        }
    };
    change.tell(cx, &result, verb).await
}

/// Does something to each container whose name matches; says how many did.
fn each_container(
    value: &mut Value,
    pod_spec: &str,
    pattern: &str,
    mut act: impl FnMut(&mut Value),
) -> usize {
    let mut count = 0;
    for list in ["containers", "initContainers"] {
        if let Some(Value::Array(containers)) = value.pointer_mut(&format!("{pod_spec}/{list}")) {
            for container in containers {
                let name = at(container, "/name").as_str().unwrap_or_default();
                if podground_vfs::glob_matches(pattern, name) {
                    act(container);
                    count += 1;
                }
            }
        }
    }
    count
}

/// Words that are changes (`NAME=VALUE`, `NAME-`) apart from those that name resources.
fn split(words: &[String]) -> (Vec<String>, Vec<String>) {
    words.iter().cloned().partition(|word| !word.contains('=') && !word.ends_with('-'))
}
