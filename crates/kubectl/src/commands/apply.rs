//! `kubectl apply`
//!
//! Upstream: `kubectl/pkg/cmd/apply/apply.go`, `patcher.go`

use std::rc::Rc;

use podground_api::object::{self, annotation, set_at};
use podground_api::patch::{three_way, three_way_merge_patch};
use podground_api::{Method, Schema, json as api_json, yaml};
use serde_json::{Value, json};

use super::common::{Change, DryRun, LAST_APPLIED, PatchType, last_applied_of, remember_applied};
use crate::builder::{Info, Query};
use crate::command::Command;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

/// The subcommands.
pub(crate) const COMMANDS: &[Command] = &[
    Command::new(
        "edit-last-applied",
        "Edit latest last-applied-configuration annotations of a resource/object",
        |_, args| Box::pin(async move { Err(Error::unsupported(format!("\"{}\"", args.command))) }),
    ),
    Command::new(
        "set-last-applied",
        "Set the last-applied-configuration annotation on a live object to match the contents of a file",
        |cx, args| Box::pin(set_last_applied(cx, args)),
    ),
    Command::new(
        "view-last-applied",
        "View the latest last-applied-configuration annotations of a resource/object",
        |cx, args| Box::pin(view_last_applied(cx, args)),
    ),
];

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    if !args.words.is_empty() {
        return Err(args.usage(format!("Unexpected args: [{}]", args.words.join(" "))));
    }
    if args.is("prune") {
        if args.text("selector").is_empty() && !args.is("all") {
            return Err(Error::local(
                "all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector",
            ));
        }
        return Err(Error::unsupported("--prune of \"kubectl apply\""));
    }
    let change = Change::from_args(cx, &args).await?;
    let mut query = Query::from_args(cx, &args, &[])?;
    query.all = false;
    if !query.has_files() {
        return Err(Error::local("must specify one of -f and -k"));
    }
    query.validate = change.validates();
    let (infos, mut errors) = query.run(cx).await?.split();
    let count = infos.len();
    let mut results = Vec::new();
    for info in &infos {
        match one(cx, &args, &change, info).await {
            Ok((value, verb)) if change.output.is_none() => change.tell(cx, &value, verb).await?,
            Ok((value, _)) => results.push((*value).clone()),
            Err(Error::Many(many)) => errors.extend(many),
            Err(error) => errors.push(error),
        }
    }
    if let Some(output) = &change.output {
        match results.as_slice() {
            [] => {}
            [one] => output.show(&cx.io, one).await?,
            _ => output.show(&cx.io, &crate::printers::list_of(results)).await?,
        }
    }
    if count == 0 && errors.is_empty() {
        return Err(Error::local("no objects passed to apply"));
    }
    Error::many(errors)
}

async fn one(cx: &Context, args: &Args, change: &Change, info: &Info) -> Result<(Rc<Value>, &'static str)> {
    if args.is("server-side") {
        return server_side(cx, args, change, info).await;
    }
    let source = |verb: &'static str| move |error: Error| error.with_source(verb, &info.source);
    if info.name.is_empty() && !object::str_at(&info.object, "/metadata/generateName").is_empty() {
        let name = object::str_at(&info.object, "/metadata/generateName");
        return Err(Error::Local(format!("from {name}: cannot use generate name with apply")));
    }
    let mut modified = (*info.object).clone();
    remember_applied(&mut modified, false);
    let current = if info.name.is_empty() {
        Err(Error::local("resource name may not be empty"))
    } else {
        cx.client()?.get(&info.path()).await
    };
    let current = match current {
        Ok(current) => current,
        Err(error) if error.is_not_found() => {
            if change.dry_run == DryRun::Client {
                return Ok((Rc::new(modified), "created"));
            }
            let created = change
                .create(cx, &info.mapping, &info.namespace, Rc::new(modified))
                .await
                .map_err(source("creating"))?;
            return Ok((created, "created"));
        }
        Err(error) => {
            let text = format!(
                "retrieving current configuration of:\n{}\nfrom server for: {:?}",
                describe(info),
                info.source
            );
            return Err(error.map_message(|message| format!("error when {text}: {message}")));
        }
    };
    if object::is_deleting(&current) {
        let text =
            format!("Warning: Detected changes to resource {} which is currently being deleted.", info.name);
        cx.io.err_line(text).await;
    }
    let original = match annotation(&current, LAST_APPLIED) {
        Some(text) => yaml::load(text).unwrap_or(Value::Null),
        None => {
            let text = format!(
                "Warning: resource {}/{} is missing the {LAST_APPLIED} annotation which is required by kubectl apply. \
                 kubectl apply should only be used on resources created declaratively by either kubectl create \
                 --save-config or kubectl apply. The missing annotation will be patched automatically.",
                info.mapping.resource, info.name
            );
            cx.io.err_line(text).await;
            Value::Null
        }
    };
    let schema = Schema::builtin();
    let known = schema.kind(&info.mapping.api_version(), &info.mapping.kind);
    let (patch, kind) = match known {
        Some(object_type) => {
            let patch = three_way(schema, &object_type.name, &original, &modified, &current);
            (patch, PatchType::Strategic)
        }
        None => (three_way_merge_patch(&original, &modified, &current), PatchType::Merge),
    };
    if patch.as_object().is_none_or(serde_json::Map::is_empty) {
        return Ok((current, "unchanged"));
    }
    if change.dry_run == DryRun::Client {
        let object_type = known.map(|object_type| object_type.name.as_str());
        let merged = match object_type {
            Some(name) => podground_api::patch::apply_strategic_merge_patch(schema, name, &current, &patch)
                .map_err(Error::Local)?,
            None => podground_api::patch::apply_merge_patch(&current, &patch),
        };
        return Ok((Rc::new(merged), "configured"));
    }
    let target = Info { name: object::name(&current).to_owned(), ..info.clone() };
    let result = change.patch(cx, &target, kind, patch.clone()).await.map_err(|error| {
        let text = api_json::compact(&patch);
        let place = describe(info);
        error.map_message(|message| {
            format!(
                "error when applying patch:\n{}\nto:\n{place}\nfor: {:?}: {message}",
                text.trim_end(),
                info.source
            )
        })
    })?;
    let same = object::resource_version(&result) == object::resource_version(&current);
    Ok((result, if same { "unchanged" } else { "configured" }))
}

/// What messages say of the object that a patch was for.
fn describe(info: &Info) -> String {
    format!(
        "Resource: {:?}, GroupVersionKind: {:?}\nName: {:?}, Namespace: {:?}",
        format!("{}, Resource={}", group_version(info), info.mapping.resource),
        format!("{}, Kind={}", group_version(info), info.mapping.kind),
        info.name,
        info.namespace
    )
}

/// `apps/v1`, `/v1`: as Go prints a group and version.
fn group_version(info: &Info) -> String {
    let api_version = info.mapping.api_version();
    if api_version.contains('/') { api_version } else { format!("/{api_version}") }
}

async fn server_side(
    cx: &Context,
    args: &Args,
    change: &Change,
    info: &Info,
) -> Result<(Rc<Value>, &'static str)> {
    let manager = if args.changed("field-manager") { args.text("field-manager") } else { "kubectl" };
    let mut request = change.request(Method::Patch, info.path());
    request.query.retain(|(name, _)| name != "fieldManager");
    let request = request
        .with_query("fieldManager", manager)
        .with_query("force", args.is("force-conflicts").to_string())
        .with_header("content-type", podground_api::patch::APPLY_PATCH)
        .with_body(info.object.clone());
    let result = cx.client()?.json(request).await.map_err(|error| {
        if error.has_reason("Conflict") {
            return Error::Local(format!(
                "Apply failed with {}\nPlease review the fields above--they currently have other managers. Here\nare the ways you can resolve this warning:\n* If you intend to manage all of these fields, please re-run the apply\n  command with the `--force-conflicts` flag.\n* If you do not intend to manage all of the fields, please edit your\n  manifest to remove references to the fields that should keep their\n  current managers.\n* You may co-own fields by updating your manifest to match the existing\n  value; in this case, you'll become the manager if the other manager(s)\n  stop managing the field (remove it from their configuration).\nSee https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts",
                error.bare().trim_start_matches("Apply failed with ")
            ));
        }
        error
    })?;
    Ok((result, "serverside-applied"))
}

async fn view_last_applied(cx: &Context, args: Args) -> Result<()> {
    let query = Query::from_args(cx, &args, &args.words)?.with_latest().with_types();
    if query.words.is_empty() && !query.has_files() {
        return Err(Error::local(crate::builder::NO_RESOURCE));
    }
    let (infos, errors) = query.run(cx).await?.split();
    Error::many(errors)?;
    for info in infos {
        let Some(text) = annotation(&info.object, LAST_APPLIED) else {
            return Err(Error::Local(format!(
                "no last-applied-configuration annotation found on resource: {}",
                info.name
            )));
        };
        let value = yaml::load(text).map_err(Error::Local)?;
        match args.text("output") {
            "json" => cx.io.out(&api_json::print(&value)).await,
            _ => cx.io.out(&yaml::print(&value)).await,
        }
    }
    Ok(())
}

async fn set_last_applied(cx: &Context, args: Args) -> Result<()> {
    let change = Change::from_args(cx, &args).await?;
    let query = Query::from_args(cx, &args, &[])?;
    if !query.has_files() {
        return Err(Error::local("must specify one of -f and -k"));
    }
    let (infos, errors) = query.run(cx).await?.split();
    Error::many(errors)?;
    for info in infos {
        let current = cx.client()?.get(&info.path()).await?;
        if annotation(&current, LAST_APPLIED).is_none() && !args.is("create-annotation") {
            return Err(Error::Local(format!(
                "no last-applied-configuration annotation found on resource: {}, to create the annotation, run the command with --create-annotation",
                info.name
            )));
        }
        let text = last_applied_of(&info.object, false);
        let mut patch = json!({});
        set_at(
            &mut patch,
            &format!("/metadata/annotations/{}", LAST_APPLIED.replace('/', "~1")),
            json!(text),
        );
        let result = if change.dry_run == DryRun::Client {
            current
        } else {
            change.patch(cx, &info, PatchType::Merge, patch).await?
        };
        change.tell(cx, &result, "configured").await?;
    }
    Ok(())
}
