//! The revisions of a Deployment, StatefulSet or DaemonSet.
//!
//! Upstream: `kubectl/pkg/polymorphichelpers/history.go`

use podground_api::object::{self, annotation, array_at, at};
use podground_api::{Method, Request};
use serde_json::Value;

use crate::builder::Info;
use crate::context::Context;
use crate::error::{Error, Result};

/// One revision.
pub(super) struct Revision {
    /// Its number.
    pub(super) number: i64,
    /// `kubernetes.io/change-cause`
    pub(super) cause: String,
    /// The pod template, as the revision keeps it.
    pub(super) template: Value,
}

/// The revisions of an object, by number.
pub(super) async fn of(cx: &Context, info: &Info) -> Result<Vec<Revision>> {
    let (resource, is_deployment) = match info.mapping.kind.as_str() {
        "Deployment" => ("replicasets", true),
        "StatefulSet" | "DaemonSet" => ("controllerrevisions", false),
        kind => {
            return Err(Error::Local(format!("no history viewer has been implemented for {kind:?}")));
        }
    };
    let selector = podground_api::Selector::from_label_selector(at(&info.object, "/spec/selector"))
        .unwrap_or_default()
        .to_string();
    let path = format!("/apis/apps/v1/namespaces/{}/{resource}", info.namespace);
    let request = Request::new(Method::Get, path).with_query("labelSelector", selector);
    let list = cx.client()?.json(request).await?;
    let mut revisions: Vec<Revision> = array_at(&list, "/items")
        .iter()
        .filter(|item| object::controller_uid(item) == Some(object::uid(&info.object)))
        .filter_map(|item| {
            let number = if is_deployment {
                annotation(item, "deployment.kubernetes.io/revision")?.parse().ok()?
            } else {
                object::i64_at(item, "/revision")?
            };
            let template =
                if is_deployment { at(item, "/spec/template") } else { at(item, "/data/spec/template") };
            let cause = annotation(item, "kubernetes.io/change-cause").unwrap_or_default().to_owned();
            Some(Revision { number, cause, template: template.clone() })
        })
        .collect();
    revisions.sort_by_key(|revision| revision.number);
    Ok(revisions)
}
