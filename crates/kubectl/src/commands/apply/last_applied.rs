//! `kubectl apply view-last-applied`, `set-last-applied` and `edit-last-applied`

use std::rc::Rc;

use podground_api::object;
use podground_api::{json, patch, yaml};
use serde_json::Value;

use super::annotate;
use crate::builder::Query;
use crate::commands::common::{Change, DryRun, LAST_APPLIED, PatchType};
use crate::commands::edit;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

/// `kubectl apply view-last-applied`
pub(crate) async fn view(cx: &Context, args: Args) -> Result<()> {
    let output = args.text("output");
    if !matches!(output, "yaml" | "json") {
        return Err(args.usage(format!(
            "Unexpected -o output mode: {output}, the flag 'output' must be one of yaml|json"
        )));
    }
    let mut query = Query::from_args(cx, &args, &args.words)?.with_latest();
    query.type_is_enough = args.is("all");
    query.all = false;
    if query.words.is_empty() && !query.has_files() {
        return Err(Error::local(crate::builder::NO_RESOURCE));
    }
    let infos = query.infos(cx).await?;
    for info in &infos {
        let Some(text) = object::annotation(&info.object, LAST_APPLIED) else { continue };
        let Ok(value) = serde_json::from_str::<Value>(text) else { continue };
        let text = if output == "yaml" { yaml::print(&value) } else { json::print(&value) };
        cx.io.out(&text).await;
    }
    Ok(())
}

/// `kubectl apply set-last-applied`
pub(crate) async fn set(cx: &Context, args: Args) -> Result<()> {
    if args.list("filename").is_empty() {
        return Err(Error::local("must specify --filename"));
    }
    let change = Change::from_args(cx, &args).await?;
    let mut query = Query::from_args(cx, &args, &[])?;
    query.validate = true;
    let infos = query.infos(cx).await?;
    for info in &infos {
        let current = cx.client()?.get(&info.path()).await.map_err(|error| {
            error.map_message(|message| {
                format!("error when retrieving current configuration of {}: {message}", info.source)
            })
        })?;
        if object::annotation(&current, LAST_APPLIED).is_none() && !args.is("create-annotation") {
            return Err(Error::Local(format!(
                "no last-applied-configuration annotation found on resource: {}, to create the annotation, run the \
                 command with --create-annotation",
                info.name
            )));
        }
        let mut wanted = (*current).clone();
        annotate(&mut wanted, &info.object);
        let difference = patch::three_way_merge_patch(&current, &wanted, &current);
        let result = if change.dry_run == DryRun::Client
            || difference.as_object().is_some_and(serde_json::Map::is_empty)
        {
            current
        } else {
            change.patch(cx, info, PatchType::Merge, difference).await?
        };
        change.tell(cx, &result, "configured").await?;
    }
    Ok(())
}

/// `kubectl apply edit-last-applied`
pub(crate) async fn edit(cx: &Context, args: Args) -> Result<()> {
    let mut query = Query::from_args(cx, &args, &args.words)?.with_types().with_latest();
    query.all = false;
    if query.words.is_empty() && !query.has_files() {
        return Err(Error::local(crate::builder::NO_RESOURCE));
    }
    let mut remembered = Vec::new();
    for mut info in query.infos(cx).await? {
        let text = object::annotation(&info.object, LAST_APPLIED);
        if let Some(value) = text.and_then(|text| serde_json::from_str::<Value>(text).ok()) {
            info.object = Rc::new(value);
            remembered.push(info);
        }
    }
    if remembered.is_empty() {
        return Err(Error::local(
            "no last-applied-configuration annotation found on resources, to create the annotation, use command \
             `kubectl apply set-last-applied --create-annotation`",
        ));
    }
    edit::session(cx, &args, &remembered, edit::Mode::LastApplied).await
}
