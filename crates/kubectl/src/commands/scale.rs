//! `kubectl scale`
//!
//! Upstream: `kubectl/pkg/cmd/scale/scale.go`, `kubectl/pkg/scale/scale.go`

use std::time::Duration;

use podground_api::object::{i64_at, str_at};
use podground_api::{Method, Request};
use serde_json::json;

use super::common::{Change, DryRun};
use crate::builder::{Info, Query};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;
use crate::waiting;

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let replicas = args.number("replicas");
    if replicas < 0 {
        return Err(Error::local(
            "The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0",
        ));
    }
    if args.number("current-replicas") < -1 {
        return Err(Error::local("The --current-replicas must specify an integer of -1 or greater"));
    }
    let change = Change::from_args(cx, &args).await?;
    let mut query = Query::from_args(cx, &args, &args.words)?.with_latest();
    query.type_is_enough = args.is("all");
    query.all = false;
    if query.words.is_empty() && !query.has_files() {
        return Err(Error::local(crate::builder::NO_RESOURCE));
    }
    let (infos, mut errors) = query.run(cx).await?.split();
    if infos.len() > 1 && !args.text("resource-version").is_empty() {
        return Err(Error::local("cannot use --resource-version with multiple resources"));
    }
    for info in &infos {
        if let Err(error) = one(cx, &args, &change, info, replicas).await {
            errors.push(error);
        }
    }
    if infos.is_empty() && errors.is_empty() {
        errors.push(Error::local("no objects passed to scale"));
    }
    Error::many(errors)
}

async fn one(cx: &Context, args: &Args, change: &Change, info: &Info, replicas: i64) -> Result<()> {
    let path = format!("{}/scale", info.path());
    if change.dry_run == DryRun::Client {
        return change.tell(cx, &info.object, "scaled").await;
    }
    let (expected, version) = (args.number("current-replicas"), args.text("resource-version"));
    let client = cx.client()?;
    if expected >= 0 || !version.is_empty() {
        let mut scale = (*client.get(&path).await?).clone();
        let current = i64_at(&scale, "/spec/replicas").unwrap_or_default();
        if expected >= 0 && expected != current {
            return Err(Error::Local(format!("Expected replicas to be {expected}, was {current}")));
        }
        let actual = str_at(&scale, "/metadata/resourceVersion");
        if !version.is_empty() && version != actual {
            return Err(Error::Local(format!("Expected resource version to be {version}, was {actual}")));
        }
        scale["spec"]["replicas"] = json!(replicas);
        client.json(change.request(Method::Put, path).with_body(scale)).await?;
    } else {
        let request: Request = change
            .request(Method::Patch, path)
            .with_header("content-type", "application/merge-patch+json")
            .with_body(json!({"spec": {"replicas": replicas}}));
        client.json(request).await?;
    }
    super::common::record_by_patch(cx, args, change, info).await?;
    let timeout = args.duration("timeout");
    if !timeout.is_zero() && change.dry_run == DryRun::None {
        wait(cx, info, replicas, timeout).await?;
    }
    change.tell(cx, &info.object, "scaled").await
}

async fn wait(cx: &Context, info: &Info, replicas: i64, timeout: Duration) -> Result<()> {
    let deadline = cx.io.now() + timeout;
    let outcome = waiting::until(cx, info, deadline, |current| {
        Ok(current.is_none_or(|value| {
            i64_at(value, "/status/observedGeneration") >= i64_at(value, "/metadata/generation")
                && i64_at(value, "/status/replicas").unwrap_or_default() == replicas
        }))
    })
    .await?;
    match outcome {
        waiting::Outcome::Met(_) => Ok(()),
        waiting::Outcome::TimedOut => Err(Error::local("timed out waiting for the condition")),
    }
}
