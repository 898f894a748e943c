//! `kubectl diff`
//!
//! Upstream: `kubectl/pkg/cmd/diff/diff.go`

use std::rc::Rc;

use podground_api::object::{self, map_at, set_at};
use podground_api::{Method, Schema, patch, yaml};
use serde_json::{Value, json};

use super::common::{Change, DryRun, LAST_APPLIED, PatchType, remember_applied};
use crate::builder::{Info, Query};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

/// Runs the command: exit status 0 without differences, 1 with, above that in trouble.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    match compare(cx, &args).await {
        Ok(false) => Ok(()),
        Ok(true) => Err(Error::Exit(1)),
        Err(Error::Exit(status)) => Err(Error::Exit(status)),
        Err(error) => Err(Error::WithStatus(Box::new(error), 2)),
    }
}

async fn compare(cx: &Context, args: &Args) -> Result<bool> {
    if !args.words.is_empty() {
        return Err(args.usage(format!("Unexpected args: [{}]", args.words.join(" "))));
    }
    if args.list("filename").is_empty() && args.text("kustomize").is_empty() {
        return Err(Error::local("must specify one of -f and -k"));
    }
    let mut change = Change::from_args(cx, args).await?;
    change.dry_run = DryRun::Server;
    let infos = Query::from_args(cx, args, &[])?.infos(cx).await?;
    let mut pairs = Vec::new();
    for info in &infos {
        let live = match cx.client()?.get(&info.path()).await {
            Ok(live) => Some(live),
            Err(error) if error.is_not_found() => None,
            Err(error) => return Err(error),
        };
        let merged = merged(cx, args, &change, info, live.as_ref()).await?;
        let mut live = live.map(|live| (*live).clone());
        let mut merged = (*merged).clone();
        for value in live.iter_mut().chain([&mut merged]) {
            object::remove_at(value, "/metadata/managedFields");
        }
        if info.mapping.kind == "Secret" && info.mapping.group.is_empty() && !args.is("show-secrets") {
            mask(live.as_mut(), &mut merged);
        }
        let text = |value: Option<&Value>| value.map(yaml::print).unwrap_or_default();
        pairs.push((file_name(info), text(live.as_ref()), text(Some(&merged))));
    }
    if args.is("prune") {
        for info in super::apply::prune::candidates(cx, args, &infos).await? {
            let mut live = (*info.object).clone();
            object::remove_at(&mut live, "/metadata/managedFields");
            if info.mapping.kind == "Secret" && info.mapping.group.is_empty() && !args.is("show-secrets") {
                mask(Some(&mut live), &mut Value::Null);
            }
            pairs.push((file_name(&info), yaml::print(&live), String::new()));
        }
    }
    show(cx, &pairs).await
}

/// The name of an object's file: `apps.v1.Deployment.default.web`.
fn file_name(info: &Info) -> String {
    format!(
        "{}.{}.{}.{}",
        if info.mapping.group.is_empty() {
            info.mapping.version.clone()
        } else {
            format!("{}.{}", info.mapping.group, info.mapping.version)
        },
        info.mapping.kind,
        info.namespace,
        info.name
    )
}

/// The object as it would be after apply.
async fn merged(
    cx: &Context,
    args: &Args,
    change: &Change,
    info: &Info,
    live: Option<&Rc<Value>>,
) -> Result<Rc<Value>> {
    if args.is("server-side") {
        let request = change
            .request(Method::Patch, info.path())
            .with_query("force", args.is("force-conflicts").to_string())
            .with_header("content-type", "application/apply-patch+yaml")
            .with_body(info.object.clone());
        return cx.client()?.json(request).await;
    }
    let mut modified = (*info.object).clone();
    let Some(live) = live else {
        remember_applied(&mut modified, false);
        let result = change.create(cx, &info.mapping, &info.namespace, Rc::new(modified)).await?;
        let mut result = (*result).clone();
        object::remove_at(&mut result, &format!("/metadata/annotations/{}", LAST_APPLIED.replace('/', "~1")));
        if map_at(&result, "/metadata/annotations").is_some_and(serde_json::Map::is_empty) {
            object::remove_at(&mut result, "/metadata/annotations");
        }
        return Ok(Rc::new(result));
    };
    // What apply would remember stays out of the comparison.
    let mut original: Value = object::annotation(live, LAST_APPLIED)
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_else(|| json!({}));
    if let Some(text) = object::annotation(live, LAST_APPLIED) {
        set_at(
            &mut modified,
            &format!("/metadata/annotations/{}", LAST_APPLIED.replace('/', "~1")),
            json!(text),
        );
    }
    if original.is_null() {
        original = json!({});
    }
    let schema = Schema::builtin();
    let (difference, kind) = match schema.kind(&info.mapping.api_version(), &info.mapping.kind) {
        Some(known) => {
            (patch::three_way(schema, &known.name, &original, &modified, live), PatchType::Strategic)
        }
        None => (patch::three_way_merge_patch(&original, &modified, live), PatchType::Merge),
    };
    if difference.as_object().is_some_and(serde_json::Map::is_empty) {
        return Ok(live.clone());
    }
    change.patch(cx, info, kind, difference).await
}

/// Hides the values of secrets, telling only whether they differ.
fn mask(live: Option<&mut Value>, merged: &mut Value) {
    let old = live.as_ref().and_then(|live| map_at(live, "/data").cloned()).unwrap_or_default();
    let new = map_at(merged, "/data").cloned().unwrap_or_default();
    let mut live = live;
    for key in old.keys().chain(new.keys()) {
        let (before, after) = match (old.get(key), new.get(key)) {
            (Some(old), Some(new)) if old != new => ("*** (before)", "*** (after)"),
            _ => ("***", "***"),
        };
        let pointer = format!("/data/{}", key.replace('~', "~0").replace('/', "~1"));
        if old.contains_key(key)
            && let Some(live) = live.as_deref_mut()
        {
            set_at(live, &pointer, json!(before));
        }
        if new.contains_key(key) {
            set_at(merged, &pointer, json!(after));
        }
    }
}

async fn show(cx: &Context, pairs: &[(String, String, String)]) -> Result<bool> {
    let process = &cx.io.0;
    let rng = |side: &str| {
        process.host.sim.rng("kubectl-diff", &[&process.pid.to_string(), side]).below(4_000_000_000)
    };
    let live = format!("/tmp/LIVE-{}", rng("live"));
    let merged = format!("/tmp/MERGED-{}", rng("merged"));
    if let Some(program) = cx.io.env("KUBECTL_EXTERNAL_DIFF") {
        let files = &process.host.files;
        for (directory, right) in [(&live, false), (&merged, true)] {
            // The directories are new: their names are random.
            let _ = files.create_directories(directory);
            for (name, old, new) in pairs {
                let text = if right { new } else { old };
                if !text.is_empty() {
                    cx.io
                        .write_file(&format!("{directory}/{name}"), text.as_bytes())
                        .map_err(Error::Local)?;
                }
            }
        }
        let words: Vec<String> =
            program.split(' ').map(str::to_owned).chain([live.clone(), merged.clone()]).collect();
        let name = words.first().cloned().unwrap_or_default();
        let Ok(child) = process.spawn(process.command(words)) else {
            return Err(Error::Local(format!(
                "failed to run {name:?}: exec: {name:?}: executable file not found in $PATH"
            )));
        };
        let status = child.wait().await.code();
        for directory in [&live, &merged] {
            let _ = files.remove_all(directory);
        }
        return match status {
            0 => Ok(false),
            1 => Ok(true),
            status => Err(Error::Exit(status)),
        };
    }
    let mut out = String::new();
    for (name, old, new) in pairs {
        if old == new {
            continue;
        }
        let (left, right) = (format!("{live}/{name}"), format!("{merged}/{name}"));
        let stamp = cx.io.now().rfc3339_micro();
        let stamp = format!("{} {}000 +0000", &stamp[..10], &stamp[11..26]);
        out.push_str(&format!("diff -u -N {left} {right}\n--- {left}\t{stamp}\n+++ {right}\t{stamp}\n"));
        let diff = similar::TextDiff::from_lines(old.as_str(), new.as_str());
        for hunk in diff.unified_diff().context_radius(3).iter_hunks() {
            out.push_str(&hunk.to_string());
        }
    }
    cx.io.out(&out).await;
    Ok(!out.is_empty())
}
