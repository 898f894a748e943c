//! `kubectl patch`
//!
//! Upstream: `kubectl/pkg/cmd/patch/patch.go`

use std::rc::Rc;

use podground_api::{Method, Schema, Status, patch as patches, yaml};
use serde_json::Value;

use super::common::{Change, DryRun, PatchType};
use crate::builder::{Info, Query};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let change = Change::from_args(cx, &args).await?;
    let kind = match args.text("type").to_lowercase().as_str() {
        "strategic" | "" => PatchType::Strategic,
        "merge" => PatchType::Merge,
        "json" => PatchType::Json,
        _ => {
            return Err(Error::Local(format!(
                "--type must be one of [json merge strategic], not {:?}",
                args.text("type")
            )));
        }
    };
    let text = patch_text(cx, &args)?;
    let mut query = Query::from_args(cx, &args, &args.words)?;
    query.subresource = String::new();
    query.local = args.is("local");
    query.latest = !query.local;
    if query.words.is_empty() && !query.has_files() {
        return Err(Error::local(crate::builder::NO_RESOURCE));
    }
    let (infos, mut errors) = query.run(cx).await?.split();
    for info in &infos {
        if let Err(error) = one(cx, &args, &change, info, kind, &text).await {
            errors.push(error);
        }
    }
    if infos.is_empty() && errors.is_empty() {
        errors.push(Error::local("no objects passed to patch"));
    }
    Error::many(errors)
}

fn patch_text(cx: &Context, args: &Args) -> Result<String> {
    let (patch, file) = (args.text("patch"), args.text("patch-file"));
    if !patch.is_empty() && !file.is_empty() {
        return Err(Error::local("cannot specify --patch and --patch-file together"));
    }
    if !file.is_empty() {
        let bytes = cx
            .io
            .read(file)
            .map_err(|why| Error::Local(format!("unable to read patch file: open {file}: {why}")))?;
        return Ok(String::from_utf8_lossy(&bytes).into_owned());
    }
    if patch.is_empty() {
        return Err(Error::local(
            "must specify --patch or --patch-file containing the contents of the patch",
        ));
    }
    Ok(patch.to_owned())
}

/// The patch as a value. What looks like JSON is not read by kubectl: the server says what is wrong with it.
fn parse(text: &str) -> Result<Value> {
    if !text.trim_start().starts_with('{') {
        return yaml::load(text).map_err(|why| Error::Local(format!("unable to parse {text:?}: {why}")));
    }
    serde_json::from_str(text).map_err(|error| {
        let message = if error.is_eof() {
            "unexpected end of JSON input".to_owned()
        } else {
            let wrong = text
                .lines()
                .nth(error.line() - 1)
                .and_then(|line| line.chars().nth(error.column().max(1) - 1));
            format!("invalid character '{}' in JSON", wrong.unwrap_or(' '))
        };
        Status {
            status: "Failure".to_owned(),
            message,
            reason: "BadRequest".to_owned(),
            details: None,
            code: 400,
        }
        .into()
    })
}

async fn one(
    cx: &Context,
    args: &Args,
    change: &Change,
    info: &Info,
    kind: PatchType,
    text: &str,
) -> Result<()> {
    let patch = parse(text)?;
    let result = if change.dry_run == DryRun::Client || args.is("local") {
        Rc::new(apply_here(info, kind, &patch)?)
    } else {
        let mut path = info.path();
        if !args.text("subresource").is_empty() {
            path = format!("{path}/{}", args.text("subresource"));
        }
        let request = change
            .request(Method::Patch, path)
            .with_header("content-type", kind.media_type())
            .with_body(patch);
        let patched = cx.client()?.json(request).await?;
        super::common::record_by_patch(cx, args, change, info).await?;
        patched
    };
    let verb = if *result == *info.object { "patched (no change)" } else { "patched" };
    change.tell(cx, &result, verb).await
}

fn apply_here(info: &Info, kind: PatchType, patch: &Value) -> Result<Value> {
    let schema = Schema::builtin();
    match kind {
        PatchType::Json => patches::apply_json_patch(&info.object, patch).map_err(Error::Local),
        PatchType::Merge => Ok(patches::apply_merge_patch(&info.object, patch)),
        PatchType::Strategic => {
            let Some(known) = schema.kind(&info.mapping.api_version(), &info.mapping.kind) else {
                return Ok(patches::apply_merge_patch(&info.object, patch));
            };
            patches::apply_strategic_merge_patch(schema, &known.name, &info.object, patch)
                .map_err(Error::Local)
        }
    }
}
