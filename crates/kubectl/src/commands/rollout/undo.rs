//! `kubectl rollout undo`

use podground_api::object::{at, bool_at, map_at};
use serde_json::{Value, json};

use super::{each, revisions};
use crate::builder::Info;
use crate::commands::common::{Change, DryRun, PatchType};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

pub(super) async fn run(cx: &Context, args: Args) -> Result<()> {
    let change = Change::from_args(cx, &args).await?;
    let wanted = args.number("to-revision");
    each(cx, &args, |info| {
        let change = &change;
        async move { one(cx, change, &info, wanted).await }
    })
    .await
}

async fn one(cx: &Context, change: &Change, info: &Info, wanted: i64) -> Result<()> {
    if wanted < 0 {
        return Err(Error::local("unable to find specified revision -1 in history"));
    }
    if !matches!(info.mapping.kind.as_str(), "Deployment" | "StatefulSet" | "DaemonSet") {
        return Err(Error::Local(format!("no rollbacker has been implemented for {:?}", info.mapping.kind)));
    }
    let revisions = revisions::of(cx, info).await?;
    let target = if wanted == 0 {
        // The one before the last.
        revisions.iter().rev().nth(1)
    } else {
        revisions.iter().find(|revision| revision.number == wanted)
    };
    let Some(target) = target else {
        return Err(Error::Local(if wanted == 0 {
            format!("no rollout history found for {} \"{}\"", info.mapping.kind.to_lowercase(), info.name)
        } else {
            format!("unable to find specified revision {wanted} in history")
        }));
    };
    if bool_at(&info.object, "/spec/paused") {
        return Err(Error::Local(format!(
            "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume deployment/{}' and try again",
            info.name
        )));
    }
    let mut template = target.template.clone();
    if let Some(labels) = template.pointer_mut("/metadata/labels").and_then(Value::as_object_mut) {
        labels.remove("pod-template-hash");
    }
    if change.dry_run == DryRun::Client {
        cx.io.out(&format!("{} Pod Template:\n", info.kind_name())).await;
        cx.io.out(&crate::describe::template_text(&template)).await;
        return Ok(());
    }
    if &template == at(&info.object, "/spec/template") {
        let text = format!(
            "{} skipped rollback (current template already matches revision {})",
            info.kind_name(),
            target.number
        );
        cx.io.line(text).await;
        return Ok(());
    }
    let mut patch = vec![json!({"op": "replace", "path": "/spec/template", "value": template})];
    if !target.cause.is_empty() {
        let mut annotations = map_at(&info.object, "/metadata/annotations").cloned().unwrap_or_default();
        annotations.insert("kubernetes.io/change-cause".to_owned(), json!(target.cause));
        let op = if at(&info.object, "/metadata/annotations").is_object() { "replace" } else { "add" };
        patch.push(json!({"op": op, "path": "/metadata/annotations", "value": annotations}));
    }
    let result = change.patch(cx, info, PatchType::Json, Value::Array(patch)).await?;
    change.tell(cx, &result, "rolled back").await
}
