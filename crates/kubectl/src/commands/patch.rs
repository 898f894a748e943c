//! `kubectl patch`
//!
//! Upstream: `kubectl/pkg/cmd/patch/patch.go`

use std::rc::Rc;

use podground_api::{Schema, patch as patches, yaml};
use serde_json::Value;

use super::common::{Change, DryRun, PatchType};
use crate::builder::{Info, Query};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let kind = match args.text("type").to_lowercase().as_str() {
        "" | "strategic" => PatchType::Strategic,
        "json" => PatchType::Json,
        "merge" => PatchType::Merge,
        _ => {
            return Err(args.usage(format!(
                "--type must be one of [json merge strategic], not {:?}",
                args.text("type")
            )));
        }
    };
    let text = match (args.text("patch"), args.text("patch-file")) {
        ("", "") => {
            return Err(
                args.usage("must specify --patch or --patch-file containing the contents of the patch")
            );
        }
        ("", file) => {
            let bytes = cx
                .io
                .read(file)
                .map_err(|error| Error::Local(format!("unable to read patch file: open {file}: {error}")))?;
            String::from_utf8_lossy(&bytes).into_owned()
        }
        (_, file) if !file.is_empty() => {
            return Err(args.usage("cannot specify --patch and --patch-file together"));
        }
        (text, _) => text.to_owned(),
    };
    let patch =
        yaml::load(&text).map_err(|error| Error::Local(format!("unable to parse {text:?}: {error}")))?;
    let change = Change::from_args(cx, &args).await?;
    let mut query = Query::from_args(cx, &args, &args.words)?.with_latest();
    query.local = args.is("local");
    if query.words.is_empty() && !query.has_files() {
        return Err(Error::local(crate::builder::NO_RESOURCE));
    }
    let mut errors = Vec::new();
    for item in query.run(cx).await?.items {
        let result = match item {
            Ok(info) => one(cx, &args, &change, &info, kind, &patch).await,
            Err(error) => Err(error),
        };
        errors.extend(result.err());
    }
    Error::many(errors)
}

async fn one(
    cx: &Context,
    args: &Args,
    change: &Change,
    info: &Info,
    kind: PatchType,
    patch: &Value,
) -> Result<()> {
    if args.is("local") || change.dry_run == DryRun::Client {
        let result = locally(info, kind, patch)?;
        let same = result == *info.object;
        return change.tell(cx, &Rc::new(result), if same { "patched (no change)" } else { "patched" }).await;
    }
    let target = if args.text("subresource").is_empty() {
        change.patch(cx, info, kind, patch.clone()).await?
    } else {
        let path = format!("{}/{}", info.path(), args.text("subresource"));
        let request = change
            .request(podground_api::Method::Patch, path)
            .with_header("content-type", kind.media_type())
            .with_body(patch.clone());
        cx.client()?.json(request).await?
    };
    let version = podground_api::object::resource_version;
    let verb = if version(&target) == version(&info.object) { "patched (no change)" } else { "patched" };
    change.tell(cx, &target, verb).await
}

fn locally(info: &Info, kind: PatchType, patch: &Value) -> Result<Value> {
    let schema = Schema::builtin();
    match kind {
        PatchType::Json => patches::apply_json_patch(&info.object, patch).map_err(Error::Local),
        PatchType::Merge => Ok(patches::apply_merge_patch(&info.object, patch)),
        PatchType::Strategic => match schema.kind(&info.mapping.api_version(), &info.mapping.kind) {
            Some(object_type) => {
                patches::apply_strategic_merge_patch(schema, &object_type.name, &info.object, patch)
                    .map_err(Error::Local)
            }
            None => Ok(patches::apply_merge_patch(&info.object, patch)),
        },
    }
}
