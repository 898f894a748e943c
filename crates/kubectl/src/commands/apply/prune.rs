//! `kubectl apply --prune`: what was applied once and is in no file any more.
//!
//! Upstream: `kubectl/pkg/cmd/apply/prune.go`

use podground_api::object;
use podground_api::{Method, Request};

use crate::builder::{Info, flatten};
use crate::commands::common::{Change, DryRun, LAST_APPLIED};
use crate::commands::delete::{self, Deletion};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

/// Kinds that are pruned, by API version.
const KINDS: &[(&str, &str)] = &[
    ("v1", "ConfigMap"),
    ("v1", "Endpoints"),
    ("v1", "PersistentVolumeClaim"),
    ("v1", "Pod"),
    ("v1", "ReplicationController"),
    ("v1", "Secret"),
    ("v1", "Service"),
    ("batch/v1", "Job"),
    ("batch/v1", "CronJob"),
    ("networking.k8s.io/v1", "Ingress"),
    ("apps/v1", "DaemonSet"),
    ("apps/v1", "Deployment"),
    ("apps/v1", "ReplicaSet"),
    ("apps/v1", "StatefulSet"),
    ("v1", "Namespace"),
    ("v1", "PersistentVolume"),
];

/// `--prune-allowlist`, or the kinds that are pruned without it.
///
/// Upstream: `kubectl/pkg/util/prune/prune.go ParseResources`
fn kinds(args: &Args) -> Result<Vec<(String, String)>> {
    let list = args.list("prune-allowlist");
    if list.is_empty() {
        return Ok(KINDS.iter().map(|(version, kind)| ((*version).to_owned(), (*kind).to_owned())).collect());
    }
    let parse = |text: &String| match text.split('/').collect::<Vec<_>>()[..] {
        ["core", version, kind] => Ok((version.to_owned(), kind.to_owned())),
        [group, version, kind] => Ok((format!("{group}/{version}"), kind.to_owned())),
        _ => Err(Error::Local(format!(
            "invalid GroupVersionKind format: {text}, please follow <group/version/kind>"
        ))),
    };
    list.iter().map(parse).collect()
}

/// What was applied once and is not among these objects.
pub(crate) async fn candidates(cx: &Context, args: &Args, applied: &[Info]) -> Result<Vec<Info>> {
    let mut namespaces: Vec<String> = applied.iter().map(|info| info.namespace.clone()).collect();
    namespaces.retain(|namespace| !namespace.is_empty());
    namespaces.sort();
    namespaces.dedup();
    let mapper = cx.mapper().await?;
    let mut found = Vec::new();
    for (api_version, kind) in kinds(args)? {
        let mapping = match mapper.for_kind(&api_version, &kind) {
            Ok(mapping) => mapping,
            Err(error) if args.changed("prune-allowlist") => return Err(error),
            Err(_) => continue,
        };
        let places = if mapping.namespaced { namespaces.clone() } else { vec![String::new()] };
        for namespace in places {
            let mut request = Request::new(Method::Get, mapping.path(&namespace));
            if !args.text("selector").is_empty() {
                request = request.with_query("labelSelector", args.text("selector"));
            }
            let answer = cx.client()?.json(request).await?;
            for mut info in flatten(&answer, &mapping) {
                let is_applied = object::annotation(&info.object, LAST_APPLIED).is_some();
                let is_kept = applied.iter().any(|kept| {
                    kept.mapping == mapping && kept.name == info.name && kept.namespace == info.namespace
                });
                if is_applied && !is_kept {
                    info.source = String::new();
                    found.push(info);
                }
            }
        }
    }
    Ok(found)
}

/// Deletes what is not among the objects that were applied.
pub(crate) async fn run(cx: &Context, args: &Args, change: &Change, applied: &[Info]) -> Result<()> {
    let grace = args.number("grace-period");
    let deletion = Deletion {
        grace: (grace >= 0).then_some(grace),
        propagation: delete::cascade(cx, args.text("cascade")).await?,
        dry_run: DryRun::None,
        names_only: false,
        quiet: true,
    };
    let mut deleted = Vec::new();
    for info in candidates(cx, args, applied).await? {
        if change.dry_run == DryRun::None {
            let uid = delete::delete(cx, &info, &deletion).await?;
            deleted.push((info.clone(), uid));
        }
        cx.io.line(format!("{} pruned{}", info.kind_name(), change.dry_run.suffix())).await;
    }
    if args.is("wait") {
        delete::wait_all(cx, &deleted, super::timeout(args)).await?;
    }
    Ok(())
}
