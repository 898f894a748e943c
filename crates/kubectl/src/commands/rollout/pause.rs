//! `kubectl rollout pause`, `resume` and `restart`

use podground_api::object::{self, bool_at};
use serde_json::json;

use super::each;
use crate::builder::Info;
use crate::commands::common::{Change, PatchType};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

/// What is done.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// Changes of the template wait.
    Pause,
    /// They no longer do.
    Resume,
    /// The template changes, so that all pods are made anew.
    Restart,
}

pub(super) async fn run(cx: &Context, args: Args, action: Action) -> Result<()> {
    let change = Change::from_args(cx, &args).await?;
    each(cx, &args, |info| {
        let change = &change;
        async move { one(cx, change, &info, action).await }
    })
    .await
}

async fn one(cx: &Context, change: &Change, info: &Info, action: Action) -> Result<()> {
    let kind = info.mapping.kind.as_str();
    let paused = bool_at(&info.object, "/spec/paused");
    let (patch, verb) = match action {
        Action::Pause | Action::Resume if kind != "Deployment" => {
            let doing = if action == Action::Pause { "pausing" } else { "resuming" };
            return Err(Error::Local(format!("{} {doing} is not supported", info.quoted())));
        }
        Action::Pause if paused => return Err(Error::Local(format!("{} is already paused", info.quoted()))),
        Action::Resume if !paused => return Err(Error::Local(format!("{} is not paused", info.quoted()))),
        Action::Pause => (json!({"spec": {"paused": true}}), "paused"),
        Action::Resume => (json!({"spec": {"paused": null}}), "resumed"),
        Action::Restart => {
            if !matches!(kind, "Deployment" | "StatefulSet" | "DaemonSet") {
                return Err(Error::Local(format!("{} restarting is not supported", info.quoted())));
            }
            if paused {
                return Err(Error::local("can't restart paused deployment (run rollout resume first)"));
            }
            let now = cx.io.now().rfc3339();
            let annotations = json!({"kubectl.kubernetes.io/restartedAt": now});
            (json!({"spec": {"template": {"metadata": {"annotations": annotations}}}}), "restarted")
        }
    };
    let result = change.patch(cx, info, PatchType::Strategic, patch).await?;
    if action == Action::Restart
        && object::resource_version(&result) == object::resource_version(&info.object)
    {
        return Err(Error::local(
            "if restart has already been triggered within the past second, please wait before attempting to trigger another",
        ));
    }
    change.tell(cx, &result, verb).await
}
