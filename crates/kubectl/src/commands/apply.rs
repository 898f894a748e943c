//! `kubectl apply`
//!
//! Upstream: `kubectl/pkg/cmd/apply/apply.go`

mod last_applied;
mod migrate;
pub(crate) mod prune;

use std::rc::Rc;

use podground_api::object::{self, set_at};
use podground_api::{Method, Schema, json as api_json, patch};
use serde_json::Value;

use super::common::{Change, DryRun, LAST_APPLIED, PatchType, last_applied_of, remember_applied};
use super::delete::{self, Deletion};
use crate::builder::{Info, Query};
use crate::command::Command;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;
use crate::printers;

/// The subcommands.
pub(crate) const COMMANDS: &[Command] = &[
    Command::new(
        "edit-last-applied",
        "Edit latest last-applied-configuration annotations of a resource/object",
        |cx, args| Box::pin(last_applied::edit(cx, args)),
    ),
    Command::new(
        "set-last-applied",
        "Set the last-applied-configuration annotation on a live object to match the contents of a file",
        |cx, args| Box::pin(last_applied::set(cx, args)),
    ),
    Command::new(
        "view-last-applied",
        "View the latest last-applied-configuration annotations of a resource/object",
        |cx, args| Box::pin(last_applied::view(cx, args)),
    ),
];

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let change = Change::from_args(cx, &args).await?;
    if !args.words.is_empty() {
        return Err(args.usage(format!("Unexpected args: [{}]", args.words.join(" "))));
    }
    if args.list("filename").is_empty() && args.text("kustomize").is_empty() {
        return Err(Error::local("must specify one of -f and -k"));
    }
    check(&args, change.dry_run)?;
    let mut query = Query::from_args(cx, &args, &[])?;
    query.validate = change.validates();
    query.all = false;
    query.subresource = String::new();
    let (infos, mut errors) = query.run(cx).await?.split();
    if infos.is_empty() && errors.is_empty() {
        return Err(Error::local("no objects passed to apply"));
    }
    let mut applied: Vec<Value> = Vec::new();
    let mut visited: Vec<Info> = Vec::new();
    for info in &infos {
        let result = if args.is("server-side") {
            server_side(cx, &args, &change, info).await
        } else {
            one(cx, &args, &change, info).await
        };
        match result {
            Ok((value, verb)) => {
                visited.push(Info { name: object::name(&value).to_owned(), ..info.clone() });
                if change.output.is_some() {
                    applied.push((*value).clone());
                } else {
                    change.tell(cx, &value, verb).await?;
                }
            }
            Err(error) => errors.push(error),
        }
    }
    if let Some(output) = &change.output
        && !applied.is_empty()
    {
        let value = if applied.len() == 1 { applied.swap_remove(0) } else { printers::list_of(applied) };
        output.show(&cx.io, &value).await?;
    }
    Error::many(errors)?;
    if args.is("prune") {
        prune::run(cx, &args, &change, &visited).await?;
    }
    Ok(())
}

fn check(args: &Args, dry_run: DryRun) -> Result<()> {
    let local = |text: &str| Err(Error::local(text));
    if args.is("force-conflicts") && !args.is("server-side") {
        return local("--force-conflicts only works with --server-side");
    }
    if args.is("force") && args.is("server-side") {
        return local("--force cannot be used with --server-side");
    }
    if dry_run == DryRun::Client && args.is("server-side") {
        return local(
            "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)",
        );
    }
    if args.is("prune") && !args.is("all") && args.text("selector").is_empty() {
        return local(
            "all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all \
             flag. If you did not mean to prune all resources, specify a label selector",
        );
    }
    if !args.text("subresource").is_empty() && !args.is("server-side") {
        return local("--subresource can only be specified for --server-side");
    }
    Ok(())
}

/// `Resource: … Name: …`, as errors describe an object.
fn describe(info: &Info) -> String {
    let mapping = &info.mapping;
    format!(
        "Resource: \"{0}/{1}, Resource={2}\", GroupVersionKind: \"{0}/{1}, Kind={3}\"\nName: {4:?}, Namespace: {5:?}",
        mapping.group, mapping.version, mapping.resource, mapping.kind, info.name, info.namespace
    )
}

async fn one(cx: &Context, args: &Args, change: &Change, info: &Info) -> Result<(Rc<Value>, &'static str)> {
    let generated = object::str_at(&info.object, "/metadata/generateName");
    if info.name.is_empty() && !generated.is_empty() {
        return Err(Error::Local(format!("from {generated}: cannot use generate name with apply")));
    }
    let mut modified = (*info.object).clone();
    super::common::record(args, &mut modified);
    remember_applied(&mut modified, false);
    let current = if info.name.is_empty() {
        Err(Error::local("resource name may not be empty"))
    } else {
        cx.client()?.get(&info.path()).await
    };
    let current = match current {
        Ok(current) => current,
        Err(error) if error.is_not_found() => {
            let created = change
                .create(cx, &info.mapping, &info.namespace, Rc::new(modified))
                .await
                .map_err(|error| error.with_source("creating", &info.source))?;
            return Ok((created, "created"));
        }
        Err(error) => {
            let what = format!("retrieving current configuration of:\n{}\nfrom server for:", describe(info));
            return Err(error.with_source(&what, &info.source));
        }
    };
    let named = format!("{}/{}", info.mapping.resource, info.name);
    if object::annotation(&current, LAST_APPLIED).is_none() {
        cx.io
            .err_line(format!(
                "Warning: resource {named} is missing the {LAST_APPLIED} annotation which is required by kubectl apply. \
                 kubectl apply should only be used on resources created declaratively by either kubectl create \
                 --save-config or kubectl apply. The missing annotation will be patched automatically."
            ))
            .await;
    }
    let (patch, kind) = three_way(info, &modified, &current);
    if patch.as_object().is_some_and(serde_json::Map::is_empty) {
        return Ok((current, "unchanged"));
    }
    if object::is_deleting(&current) {
        cx.io
            .err_line(format!(
                "Warning: Detected changes to resource {named} which is currently being deleted."
            ))
            .await;
    }
    if change.dry_run == DryRun::Client {
        return Ok((Rc::new(patched(info, &current, &patch, kind)), "configured"));
    }
    match change.patch(cx, info, kind, patch.clone()).await {
        Ok(value) => Ok((value, "configured")),
        Err(error) if args.is("force") && (error.has_reason("Conflict") || error.has_reason("Invalid")) => {
            Ok((recreate(cx, args, change, info, modified).await?, "configured"))
        }
        Err(error) => {
            let text = api_json::compact(&patch);
            let what = format!("applying patch:\n{}\nto:\n{}\nfor:", text.trim_end(), describe(info));
            Err(error.with_source("patching", &info.source).with_source(&what, &info.source))
        }
    }
}

/// The patch from what was applied last, what is there, and what is wanted.
fn three_way(info: &Info, modified: &Value, current: &Value) -> (Value, PatchType) {
    let original = object::annotation(current, LAST_APPLIED)
        .and_then(|text| serde_json::from_str::<Value>(text).ok())
        .unwrap_or_else(|| Value::Object(serde_json::Map::new()));
    let schema = Schema::builtin();
    match schema.kind(&info.mapping.api_version(), &info.mapping.kind) {
        Some(known) => {
            (patch::three_way(schema, &known.name, &original, modified, current), PatchType::Strategic)
        }
        None => (patch::three_way_merge_patch(&original, modified, current), PatchType::Merge),
    }
}

fn patched(info: &Info, current: &Value, change: &Value, kind: PatchType) -> Value {
    let schema = Schema::builtin();
    let known = schema.kind(&info.mapping.api_version(), &info.mapping.kind);
    match (kind, known) {
        (PatchType::Strategic, Some(known)) => {
            patch::apply_strategic_merge_patch(schema, &known.name, current, change)
                .unwrap_or_else(|_| current.clone())
        }
        _ => patch::apply_merge_patch(current, change),
    }
}

/// How long to wait for something to be gone.
fn timeout(args: &Args) -> std::time::Duration {
    match args.duration("timeout") {
        std::time::Duration::ZERO => std::time::Duration::from_mins(5),
        timeout => timeout,
    }
}

/// `--force`: what cannot be changed is deleted and made anew.
async fn recreate(
    cx: &Context,
    args: &Args,
    change: &Change,
    info: &Info,
    modified: Value,
) -> Result<Rc<Value>> {
    let grace = args.number("grace-period");
    let deletion = Deletion {
        grace: (grace >= 0).then_some(grace),
        propagation: delete::cascade(cx, args.text("cascade")).await?,
        dry_run: change.dry_run,
        names_only: false,
        quiet: true,
    };
    let uid = delete::delete(cx, info, &deletion).await?;
    delete::wait_all(cx, &[(info.clone(), uid)], timeout(args)).await?;
    change.create(cx, &info.mapping, &info.namespace, Rc::new(modified)).await
}

async fn server_side(
    cx: &Context,
    args: &Args,
    change: &Change,
    info: &Info,
) -> Result<(Rc<Value>, &'static str)> {
    let mut path = info.path();
    if !args.text("subresource").is_empty() {
        path = format!("{path}/{}", args.text("subresource"));
    }
    let mut request = change.request(Method::Patch, path);
    for (name, value) in &mut request.query {
        // A manager that was not named is another one than that of client-side apply.
        if name == "fieldManager" && !args.changed("field-manager") {
            "kubectl".clone_into(value);
        }
    }
    request = request
        .with_query("force", args.is("force-conflicts").to_string())
        .with_header("content-type", "application/apply-patch+yaml")
        .with_body(info.object.clone());
    let mut value = cx.client()?.json(request.clone()).await.map_err(|error| conflict(error, info))?;
    if change.dry_run == DryRun::None && args.text("subresource").is_empty() {
        let manager = request.query_value("fieldManager").unwrap_or_default();
        if manager == "kubectl" {
            migrate::keep_annotation(cx, change, info, &value).await?;
            value = migrate::latest(cx, info).await?;
        }
        if migrate::move_fields(cx, change, info, &value, manager).await? {
            value = cx.client()?.json(request).await.map_err(|error| conflict(error, info))?;
        }
    }
    Ok((value, "serverside-applied"))
}

/// Explains what one can do about a conflict.
fn conflict(error: Error, info: &Info) -> Error {
    if !error.has_reason("Conflict") {
        return error.with_source("patching", &info.source);
    }
    Error::Local(format!(
        "{}\nPlease review the fields above--they currently have other managers. Here\nare the ways you can resolve this \
         warning:\n* If you intend to manage all of these fields, please re-run the apply\n  command with the \
         `--force-conflicts` flag.\n* If you do not intend to manage all of the fields, please edit your\n  manifest to \
         remove references to the fields that should keep their\n  current managers.\n* You may co-own fields by updating \
         your manifest to match the existing\n  value; in this case, you'll become the manager if the other manager(s)\n  \
         stop managing the field (remove it from their configuration).\nSee \
         https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts",
        error.bare()
    ))
}

/// Writes the annotation of an object into another value of it.
fn annotate(value: &mut Value, from: &Value) {
    let text = last_applied_of(from, false);
    set_at(value, &format!("/metadata/annotations/{}", LAST_APPLIED.replace('/', "~1")), text.into());
}
