//! `kubectl set serviceaccount` and `kubectl set subject`

use podground_api::object::{entry, set_at};
use serde_json::{Value, json};

use super::{apply, pod_spec_pointer, targets};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

pub(super) async fn service_account(cx: &Context, args: Args) -> Result<()> {
    let Some((account, resources)) = args.words.split_last() else {
        return Err(Error::local("serviceaccount is required"));
    };
    let items = targets(cx, &args, resources).await?;
    apply(cx, &args, items, "serviceaccount updated", |info, value| {
        let Some(pod_spec) = pod_spec_pointer(&info.mapping.kind) else {
            return Err(Error::Local(format!("{} does not have a pod template", info.kind_name())));
        };
        for field in ["serviceAccountName", "serviceAccount"] {
            set_at(value, &format!("{pod_spec}/{field}"), json!(account));
        }
        Ok(())
    })
    .await
}

pub(super) async fn subject(cx: &Context, args: Args) -> Result<()> {
    let mut subjects = Vec::new();
    for (flag, kind) in [("user", "User"), ("group", "Group")] {
        for name in args.list(flag) {
            subjects.push(json!({"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name}));
        }
    }
    for account in args.list("serviceaccount") {
        let Some((namespace, name)) = account.split_once(':') else {
            return Err(Error::local("serviceaccount must be <namespace>:<name>"));
        };
        subjects.push(json!({"kind": "ServiceAccount", "name": name, "namespace": namespace}));
    }
    if subjects.is_empty() {
        return Err(Error::local("you must specify at least one value of user, group or serviceaccount"));
    }
    let items = targets(cx, &args, &args.words).await?;
    apply(cx, &args, items, "subjects updated", |_, value| {
        if let Some(place) = entry(value, "/subjects") {
            if !place.is_array() {
                *place = Value::Array(Vec::new());
            }
            if let Value::Array(list) = place {
                for subject in &subjects {
                    if !list.contains(subject) {
                        list.push(subject.clone());
                    }
                }
            }
        }
        Ok(())
    })
    .await
}
