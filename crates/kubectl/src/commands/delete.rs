//! `kubectl delete`
//!
//! Upstream: `kubectl/pkg/cmd/delete/delete.go`

use std::time::Duration;

use podground_api::object::{self, str_at};
use podground_api::{Method, Request};
use serde_json::{Value, json};

use super::common::DryRun;
use crate::builder::{Info, Query};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;
use crate::waiting;

/// How to delete.
pub(crate) struct Deletion {
    /// Seconds, if the object's own are not to be used.
    pub(crate) grace: Option<i64>,
    /// `Background`, `Foreground`, `Orphan`
    pub(crate) propagation: &'static str,
    /// `--dry-run`
    pub(crate) dry_run: DryRun,
    /// `-o name`
    pub(crate) names_only: bool,
    /// Whether nothing is said.
    pub(crate) quiet: bool,
}

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    if !args.text("raw").is_empty() {
        return super::get::print_raw(cx, Method::Delete, args.text("raw"), None).await;
    }
    let propagation = cascade(cx, args.text("cascade")).await?;
    let mut wait = args.is("wait");
    let force = args.is("force");
    let mut grace = args.number("grace-period");
    if args.is("now") {
        if grace >= 0 {
            return Err(Error::local("--now and --grace-period cannot be specified together"));
        }
        grace = 1;
    }
    if grace == 0 && !force {
        // A grace period of zero does not wait for the kubelet: one has to ask for that by --force.
        wait = true;
        grace = 1;
    }
    if force && grace < 0 {
        grace = 0;
    }
    let output = args.text("output");
    if !output.is_empty() && output != "name" {
        return Err(Error::Local(format!("unexpected -o output mode: {output}. We only support '-o name'.")));
    }
    let query = Query::from_args(cx, &args, &args.words)?.with_fetch(false);
    if query.words.is_empty() && !query.has_files() {
        return Err(Error::local(crate::builder::NO_RESOURCE));
    }
    if force && grace > 0 {
        return Err(Error::local("--force and --grace-period greater than 0 cannot be specified together"));
    }
    if force && grace == 0 {
        cx.io
            .err_line(
                "Warning: Immediate deletion does not wait for confirmation that the running resource has been \
                 terminated. The resource may continue to run on the cluster indefinitely.",
            )
            .await;
    }
    let deletion = Deletion {
        grace: (grace >= 0).then_some(grace),
        propagation,
        dry_run: DryRun::from_args(cx, &args).await?,
        names_only: output == "name",
        quiet: false,
    };
    let ignore_missing = args.is("ignore-not-found")
        || (!args.changed("ignore-not-found") && (args.is("all") || !args.text("selector").is_empty()));
    let mut items = query.run(cx).await?.items;
    if args.is("interactive") && !confirm(cx, &items).await {
        cx.io.line("deletion is cancelled").await;
        return Ok(());
    }
    let mut errors = Vec::new();
    let mut deleted: Vec<(Info, String)> = Vec::new();
    let mut found = 0;
    let mut warn_scope = cx.explicit_namespace().is_some() && !query.all_namespaces;
    for item in items.drain(..) {
        let outcome = match item {
            Ok(info) => {
                found += 1;
                if warn_scope && !info.mapping.namespaced {
                    warn_scope = false;
                    cx.io
                        .err_line("Warning: deleting cluster-scoped resources, not scoped to the provided namespace")
                        .await;
                }
                delete(cx, &info, &deletion).await.map(|uid| (info, uid))
            }
            Err(error) => Err(error),
        };
        match outcome {
            Ok(done) => deleted.push(done),
            Err(error) if ignore_missing && error.is_not_found() => {}
            Err(Error::Many(many)) => errors.extend(many),
            Err(error) => errors.push(error),
        }
    }
    Error::many(errors)?;
    if found == 0 {
        cx.io.err_line("No resources found").await;
        return Ok(());
    }
    if wait && deletion.dry_run == DryRun::None {
        let timeout = match args.duration("timeout") {
            Duration::ZERO => Duration::from_hours(168),
            timeout => timeout,
        };
        wait_all(cx, &deleted, timeout).await?;
    }
    Ok(())
}

/// Waits until all are gone.
pub(crate) async fn wait_all(cx: &Context, deleted: &[(Info, String)], timeout: Duration) -> Result<()> {
    let deadline = cx.io.now() + timeout;
    let mut errors = Vec::new();
    for (info, uid) in deleted {
        match waiting::until_deleted(cx, info, uid, deadline).await {
            Err(error) if error.has_reason("Forbidden") || error.has_reason("MethodNotAllowed") => {}
            Err(error) => errors.push(error),
            Ok(()) => {}
        }
    }
    Error::many(errors)
}

/// The value of `--cascade` as the server knows it.
pub(crate) async fn cascade(cx: &Context, value: &str) -> Result<&'static str> {
    let deprecated = |word: &str| {
        format!(
            "warning: --cascade={value} is deprecated (boolean value) and can be replaced with --cascade={word}."
        )
    };
    match value {
        "background" | "" => Ok("Background"),
        "foreground" => Ok("Foreground"),
        "orphan" => Ok("Orphan"),
        "true" | "t" | "1" => {
            cx.io.err_line(deprecated("background")).await;
            Ok("Background")
        }
        "false" | "f" | "0" => {
            cx.io.err_line(deprecated("orphan")).await;
            Ok("Orphan")
        }
        other => Err(Error::Local(format!(
            "invalid cascade value ({other}). Must be \"background\", \"foreground\", or \"orphan\""
        ))),
    }
}

/// Deletes one object, tells of it, and gives its UID.
pub(crate) async fn delete(cx: &Context, info: &Info, deletion: &Deletion) -> Result<String> {
    if deletion.dry_run == DryRun::Client {
        tell(cx, info, deletion).await;
        return Ok(String::new());
    }
    let mut options = json!({
        "kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": deletion.propagation,
    });
    if let Some(grace) = deletion.grace {
        options["gracePeriodSeconds"] = json!(grace);
    }
    let mut request = Request::new(Method::Delete, info.path());
    if deletion.dry_run == DryRun::Server {
        options["dryRun"] = json!(["All"]);
        request = request.with_query("dryRun", "All");
    }
    let answer = cx
        .client()?
        .json(request.with_body(options))
        .await
        .map_err(|error| error.with_source("deleting", &info.source))?;
    tell(cx, info, deletion).await;
    Ok(uid_of(&answer))
}

fn uid_of(answer: &Value) -> String {
    match object::kind(answer) {
        "Status" => str_at(answer, "/details/uid").to_owned(),
        _ => object::uid(answer).to_owned(),
    }
}

async fn tell(cx: &Context, info: &Info, deletion: &Deletion) {
    if deletion.quiet {
        return;
    }
    if deletion.names_only {
        cx.io.line(info.kind_name()).await;
        return;
    }
    let verb = if deletion.grace == Some(0) { "force deleted" } else { "deleted" };
    let place = match info.namespace.as_str() {
        "" => String::new(),
        namespace => format!(" from {namespace} namespace"),
    };
    let text = format!(
        "{} \"{}\" {verb}{place}{}",
        info.mapping.group_kind_lower(),
        info.name,
        deletion.dry_run.suffix()
    );
    cx.io.line(text).await;
}

async fn confirm(cx: &Context, items: &[Result<Info>]) -> bool {
    let infos: Vec<&Info> = items.iter().filter_map(|item| item.as_ref().ok()).collect();
    let mut text = format!("You are about to delete the following {} resource(s):\n", infos.len());
    for info in infos {
        text.push_str(&format!("{}\n", info.kind_name()));
    }
    text.push_str("Do you want to continue? (y/N): ");
    cx.io.out(&text).await;
    let answer = cx.io.0.read_line(0).await.ok().flatten().unwrap_or_default();
    matches!(answer.trim(), "y" | "Y" | "yes" | "Yes" | "YES")
}
