//! Each namespace has a service account `default`.
//!
//! Upstream: `pkg/controller/serviceaccount/serviceaccounts_controller.go`

use podground_api::{json, object};

use super::{Context, Controller, Requeue, SyncError};
use crate::client::is_already_exists;
use crate::informer::InformerEvent;
use crate::store::EventKind;

const RESOURCE: &str = "serviceaccounts";

struct ServiceAccounts;

/// The controller of default service accounts.
pub(super) fn service_account() -> Box<dyn Controller> {
    Box::new(ServiceAccounts)
}

impl Controller for ServiceAccounts {
    fn name(&self) -> &'static str {
        "service-account-controller"
    }

    fn watches(&self) -> &'static [&'static str] {
        &["namespaces", RESOURCE]
    }

    fn delay(&self) -> std::time::Duration {
        // A pod that is created right after its namespace needs the account.
        std::time::Duration::from_millis(1)
    }

    fn on_event(&mut self, cx: &mut Context<'_>, event: &InformerEvent) {
        if event.resource == "namespaces" {
            cx.queue.add(object::name(&event.object));
        } else if event.kind == EventKind::Deleted && object::name(&event.object) == "default" {
            cx.queue.add(object::namespace(&event.object));
        }
    }

    fn sync(&mut self, cx: &mut Context<'_>, key: &str) -> Result<Requeue, SyncError> {
        let active = cx.informers.get("namespaces", "", key).is_some_and(|ns| !object::is_deleting(ns));
        if !active || cx.informers.get(RESOURCE, key, "default").is_some() {
            return Ok(Requeue::Done);
        }
        let account = json!({
            "apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": key},
        });
        match cx.client.create(RESOURCE, account) {
            Err(status) if !is_already_exists(&status) => Err(status.into()),
            _ => Ok(Requeue::Done),
        }
    }
}
