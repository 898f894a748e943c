//! `kubectl cordon` and `kubectl uncordon`
//!
//! Upstream: `kubectl/pkg/cmd/drain/drain.go`

use podground_api::object::bool_at;
use serde_json::json;

use super::common::{Change, DryRun, PatchType};
use crate::builder::{Info, Query};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args, cordon: bool) -> Result<()> {
    let change = Change::from_args(cx, &args).await?;
    let mut errors = Vec::new();
    for item in nodes(cx, &args).await? {
        let result = match item {
            Ok(node) => set(cx, &change, &node, cordon).await,
            Err(error) => Err(error),
        };
        errors.extend(result.err());
    }
    Error::many(errors)
}

/// The nodes that the words or the selector name.
pub(super) async fn nodes(cx: &Context, args: &Args) -> Result<Vec<Result<Info>>> {
    let has_selector = !args.text("selector").is_empty();
    if args.words.is_empty() && !has_selector {
        let name = args.command.rsplit(' ').next().unwrap_or_default();
        return Err(args.usage(format!("USAGE: {name} NODE [flags]")));
    }
    if !args.words.is_empty() && has_selector {
        return Err(Error::local("error: cannot specify both a node name and a --selector option"));
    }
    let mut words = args.words.clone();
    if has_selector {
        words = vec!["nodes".to_owned()];
    }
    let query = Query::from_args(cx, args, &words)?;
    let query = if has_selector { query.with_types() } else { query.of("nodes") };
    Ok(query.run(cx).await?.items)
}

/// Makes a node (un)schedulable and says so.
pub(super) async fn set(cx: &Context, change: &Change, node: &Info, cordon: bool) -> Result<()> {
    let word = if cordon { "cordoned" } else { "uncordoned" };
    if bool_at(&node.object, "/spec/unschedulable") == cordon {
        cx.io.line(format!("{} already {word}{}", node.kind_name(), change.dry_run.suffix())).await;
        return Ok(());
    }
    if change.dry_run != DryRun::Client {
        let value = if cordon { json!(true) } else { json!(null) };
        change.patch(cx, node, PatchType::Strategic, json!({"spec": {"unschedulable": value}})).await?;
    }
    cx.io.line(format!("{} {word}{}", node.kind_name(), change.dry_run.suffix())).await;
    Ok(())
}
