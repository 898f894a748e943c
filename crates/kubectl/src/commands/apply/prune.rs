//! `kubectl apply --prune`: what was applied once and is in no file any more.
//!
//! Upstream: `kubectl/pkg/cmd/apply/prune.go`

use podground_api::object::{self, array_at};
use podground_api::{Method, Request};

use crate::builder::Info;
use crate::commands::common::{Change, DryRun, LAST_APPLIED};
use crate::commands::delete::{self, Deletion};
use crate::context::Context;
use crate::error::Result;
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

/// Deletes what is not among the objects that were applied.
pub(crate) async fn run(cx: &Context, args: &Args, change: &Change, applied: &[Info]) -> Result<()> {
    let mut namespaces: Vec<String> = applied.iter().map(|info| info.namespace.clone()).collect();
    namespaces.retain(|namespace| !namespace.is_empty());
    namespaces.sort();
    namespaces.dedup();
    let deletion = Deletion {
        grace: None,
        propagation: delete::cascade(cx, args.text("cascade")).await?,
        dry_run: DryRun::None,
        names_only: false,
        quiet: true,
    };
    let mapper = cx.mapper().await?;
    for (api_version, kind) in KINDS {
        let Ok(mapping) = mapper.for_kind(api_version, kind) else { continue };
        let places = if mapping.namespaced { namespaces.clone() } else { vec![String::new()] };
        for namespace in places {
            let mut request = Request::new(Method::Get, mapping.path(&namespace));
            if !args.text("selector").is_empty() {
                request = request.with_query("labelSelector", args.text("selector"));
            }
            let answer = cx.client()?.json(request).await?;
            for item in array_at(&answer, "/items") {
                let is_applied = object::annotation(item, LAST_APPLIED).is_some();
                let is_kept = applied.iter().any(|info| {
                    info.mapping == mapping
                        && info.name == object::name(item)
                        && info.namespace == object::namespace(item)
                });
                if !is_applied || is_kept {
                    continue;
                }
                let info = Info {
                    mapping: mapping.clone(),
                    namespace: namespace.clone(),
                    name: object::name(item).to_owned(),
                    source: String::new(),
                    object: std::rc::Rc::new(item.clone()),
                };
                if change.dry_run == DryRun::None {
                    delete::delete(cx, &info, &deletion).await?;
                }
                cx.io.line(format!("{} pruned{}", info.kind_name(), change.dry_run.suffix())).await;
            }
        }
    }
    Ok(())
}
