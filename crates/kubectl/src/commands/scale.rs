//! `kubectl scale`
//!
//! Upstream: `kubectl/pkg/cmd/scale/scale.go`

use std::time::Duration;

use podground_api::object::i64_at;
use podground_api::{Method, Request};
use serde_json::json;

use super::common::{Change, DryRun};
use crate::builder::{Info, Query};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;
use crate::waiting::{self, Outcome};

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let wanted = args.number("replicas");
    if !args.changed("replicas") {
        return Err(Error::local("required flag(s) \"replicas\" not set"));
    }
    if wanted < 0 {
        return Err(Error::local(
            "The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0",
        ));
    }
    let change = Change::from_args(cx, &args).await?;
    let mut query = Query::from_args(cx, &args, &args.words)?;
    if query.words.is_empty() && !query.has_files() {
        return Err(Error::local(crate::builder::NO_RESOURCE));
    }
    query.type_is_enough = args.is("all") || query.labels.is_some();
    query.all = false;
    query.latest = true;
    let mut errors = Vec::new();
    let mut found = false;
    for item in query.run(cx).await?.items {
        found = true;
        let result = match item {
            Ok(info) => one(cx, &args, &change, &info, wanted).await,
            Err(error) => Err(error),
        };
        errors.extend(result.err());
    }
    Error::many(errors)?;
    if !found {
        return Err(Error::local("no objects passed to scale"));
    }
    Ok(())
}

async fn one(cx: &Context, args: &Args, change: &Change, info: &Info, wanted: i64) -> Result<()> {
    if change.dry_run == DryRun::Client {
        return change.tell(cx, &info.object, "scaled").await;
    }
    let path = format!("{}/scale", info.path());
    let client = cx.client()?;
    let mut scale = (*client.get(&path).await?).clone();
    let current = i64_at(&scale, "/spec/replicas").unwrap_or(0);
    let expected = args.number("current-replicas");
    if args.changed("current-replicas") && expected >= 0 && expected != current {
        return Err(Error::Local(format!("Expected replicas to be {expected}, was {current}")));
    }
    let version = args.text("resource-version");
    if !version.is_empty() && version != podground_api::object::str_at(&scale, "/metadata/resourceVersion") {
        return Err(Error::Local(format!(
            "Expected resource version to be {version}, was {}",
            podground_api::object::str_at(&scale, "/metadata/resourceVersion")
        )));
    }
    podground_api::object::set_at(&mut scale, "/spec/replicas", json!(wanted));
    let mut request = change.request(Method::Put, path).with_body(scale);
    request.query.retain(|(name, _)| name != "fieldValidation");
    let result: Result<_> = client.json(request).await;
    result?;
    if args.changed("timeout") && args.duration("timeout") > Duration::ZERO {
        let deadline = cx.io.now() + args.duration("timeout");
        let outcome = waiting::until(cx, info, deadline, |object| {
            let number = |pointer| object.and_then(|object| i64_at(object, pointer)).unwrap_or(0);
            Ok(number("/status/replicas") == wanted
                && number("/status/observedGeneration") >= number("/metadata/generation"))
        })
        .await?;
        if matches!(outcome, Outcome::TimedOut) {
            return Err(Error::local("timed out waiting for the condition"));
        }
    }
    let now = client.json(Request::new(Method::Get, info.path())).await?;
    change.tell(cx, &now, "scaled").await
}
