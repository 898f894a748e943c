//! From client-side apply to server-side apply: who owned the fields before, owns them after.
//!
//! Upstream: `kubectl/pkg/cmd/apply/apply.go` `saveLastApplyAnnotationIfNecessary`, `migrateToSSAIfNecessary`;
//! `client-go/util/csaupgrade/upgrade.go`

use std::rc::Rc;

use podground_api::managed::Set;
use podground_api::object::{array_at, at, set_at, str_at};
use podground_api::{Method, Request};
use serde_json::{Value, json};

use crate::builder::Info;
use crate::commands::common::{Change, LAST_APPLIED, PatchType};
use crate::context::Context;
use crate::error::Result;

/// Who keeps the annotation of client-side apply alive.
const KEEPER: &str = "kubectl-last-applied";

/// The managers that have written the annotation by this operation.
fn owners(object: &Value, operation: &str) -> Vec<String> {
    let path = ["f:metadata".to_owned(), "f:annotations".to_owned(), format!("f:{LAST_APPLIED}")];
    array_at(object, "/metadata/managedFields")
        .iter()
        .filter(|entry| {
            str_at(entry, "/operation") == operation
                && str_at(entry, "/subresource").is_empty()
                && Set::from_fields(at(entry, "/fieldsV1")).has(&path)
        })
        .map(|entry| str_at(entry, "/manager").to_owned())
        .collect()
}

/// Lets another manager own the annotation, so that one can go back to client-side apply.
pub(super) async fn keep_annotation(
    cx: &Context,
    change: &Change,
    info: &Info,
    object: &Value,
) -> Result<()> {
    let pointer = format!("/metadata/annotations/{}", LAST_APPLIED.replace('/', "~1"));
    let annotation = str_at(object, &pointer);
    if annotation.is_empty() || owners(object, "Apply").iter().any(|owner| owner == KEEPER) {
        return Ok(());
    }
    let mut body = json!({
        "apiVersion": object["apiVersion"], "kind": object["kind"], "metadata": {"name": info.name},
    });
    if !info.namespace.is_empty() {
        set_at(&mut body, "/metadata/namespace", info.namespace.as_str().into());
    }
    set_at(&mut body, &pointer, annotation.into());
    let mut request: Request = change.request(Method::Patch, info.path());
    request.query.retain(|(name, _)| name != "fieldManager");
    let request = request
        .with_query("fieldManager", KEEPER)
        .with_query("force", "true")
        .with_header("content-type", "application/apply-patch+yaml")
        .with_body(body);
    cx.client()?.json(request).await.map(|_| ())
}

/// Makes what client-side apply owned the property of `manager`; says whether there was anything.
pub(super) async fn move_fields(
    cx: &Context,
    change: &Change,
    info: &Info,
    object: &Value,
    manager: &str,
) -> Result<bool> {
    let old = owners(object, "Update");
    if old.is_empty() {
        return Ok(false);
    }
    let is = |entry: &Value, manager: &str, operation: &str| {
        str_at(entry, "/manager") == manager
            && str_at(entry, "/operation") == operation
            && str_at(entry, "/subresource").is_empty()
    };
    let mut moved = Set::default();
    let mut entries = array_at(object, "/metadata/managedFields").to_vec();
    entries.retain(|entry| {
        let gone = old.iter().any(|name| is(entry, name, "Update"));
        if gone {
            moved.extend(&Set::from_fields(at(entry, "/fieldsV1")));
        }
        !gone
    });
    match entries.iter_mut().find(|entry| is(entry, manager, "Apply")) {
        Some(entry) => {
            moved.extend(&Set::from_fields(at(entry, "/fieldsV1")));
            entry["fieldsV1"] = moved.to_fields();
        }
        None => entries.push(json!({
            "apiVersion": object["apiVersion"], "fieldsType": "FieldsV1", "fieldsV1": moved.to_fields(),
            "manager": manager, "operation": "Apply", "time": at(object, "/metadata/creationTimestamp"),
        })),
    }
    let patch = json!([
        {"op": "replace", "path": "/metadata/managedFields", "value": entries},
        {"op": "replace", "path": "/metadata/resourceVersion", "value": at(object, "/metadata/resourceVersion")},
    ]);
    let mut request = change.request(Method::Patch, info.path());
    request.query.retain(|(name, _)| name != "fieldManager");
    let request = request.with_header("content-type", PatchType::Json.media_type()).with_body(patch);
    cx.client()?.json(request).await?;
    Ok(true)
}

/// The object after both steps, read anew.
pub(super) async fn latest(cx: &Context, info: &Info) -> Result<Rc<Value>> {
    cx.client()?.get(&info.path()).await
}
