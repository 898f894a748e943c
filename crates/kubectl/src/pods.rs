//! The pods behind an object: itself, or those that its selector selects.
//!
//! Upstream: `kubectl/pkg/polymorphichelpers/attachablepodforobject.go`, `helpers.go GetFirstPod`

use std::rc::Rc;

use podground_api::object::{array_at, at, condition_is_true, str_at};
use podground_api::{Method, Request, Selector};
use serde_json::Value;

use crate::builder::Info;
use crate::context::Context;
use crate::error::{Error, Result};

/// All pods of an object, by name.
pub(crate) async fn all_of(cx: &Context, info: &Info) -> Result<Vec<Info>> {
    let selector = match info.mapping.kind.as_str() {
        "Pod" => return Ok(vec![info.clone()]),
        "Service" | "ReplicationController" => Selector::from_map(at(&info.object, "/spec/selector")),
        "Deployment" | "ReplicaSet" | "StatefulSet" | "DaemonSet" | "Job" => {
            Selector::from_label_selector(at(&info.object, "/spec/selector"))
        }
        kind => {
            return Err(Error::Local(format!("cannot get the pods of {kind}: it selects none")));
        }
    };
    let Some(selector) = selector else {
        return Err(Error::Local(format!("invalid {} {}: no selector", info.mapping.kind, info.name)));
    };
    let mapping = cx.mapper().await?.for_argument("pods")?;
    let request = Request::new(Method::Get, mapping.path(&info.namespace))
        .with_query("labelSelector", selector.to_string());
    let list = cx.client()?.json(request).await?;
    Ok(array_at(&list, "/items")
        .iter()
        .map(|pod| {
            let mut found = Info { mapping: mapping.clone(), object: Rc::new(Value::Null), ..info.clone() };
            found.set(Rc::new(pod.clone()));
            found
        })
        .collect())
}

/// The pod of an object that one would talk to: a ready one, the oldest.
pub(crate) async fn one_of(cx: &Context, info: Info) -> Result<Info> {
    if info.mapping.kind == "Pod" {
        return Ok(info);
    }
    let mut pods = all_of(cx, &info).await?;
    pods.sort_by_key(|pod| {
        let ready = condition_is_true(&pod.object, "Ready");
        (!ready, str_at(&pod.object, "/metadata/creationTimestamp").to_owned(), pod.name.clone())
    });
    pods.into_iter().next().ok_or_else(|| Error::local("timed out waiting for the condition"))
}
