//! Counts what a namespace uses of its quotas.
//!
//! Upstream: `pkg/controller/resourcequota/resource_quota_controller.go`

use std::collections::BTreeMap;
use std::time::Duration;

use podground_api::{Quantity, Value, json, object};

use super::{Context, Controller, Requeue, SyncError};
use crate::admission::resource_quota as quota_usage;
use crate::client::{is_conflict, is_not_found};
use crate::informer::{InformerEvent, key_of, split_key};
use crate::store::EventKind;

const RESOURCE: &str = "resourcequotas";

struct ResourceQuotas;

/// The controller of resource quotas.
pub(super) fn resource_quota() -> Box<dyn Controller> {
    Box::new(ResourceQuotas)
}

impl Controller for ResourceQuotas {
    fn name(&self) -> &'static str {
        "resourcequota-controller"
    }

    fn watches(&self) -> &'static [&'static str] {
        &["*"]
    }

    fn delay(&self) -> Duration {
        Duration::from_millis(20)
    }

    fn on_event(&mut self, cx: &mut Context<'_>, event: &InformerEvent) {
        if event.resource == RESOURCE {
            if event.kind != EventKind::Deleted {
                cx.queue.add(&key_of(&event.object));
            }
            return;
        }
        // Admission counts what comes; here counts what goes, or ends.
        if event.kind == EventKind::Added || object::namespace(&event.object).is_empty() {
            return;
        }
        if event.kind == EventKind::Modified
            && !matches!(event.resource, "pods" | "services" | "persistentvolumeclaims")
        {
            return;
        }
        let keys: Vec<String> = cx
            .informers
            .in_namespace(RESOURCE, object::namespace(&event.object))
            .map(|quota| key_of(quota))
            .collect();
        for key in keys {
            cx.queue.add(&key);
        }
    }

    // Upstream: resource_quota_controller.go syncResourceQuota
    fn sync(&mut self, cx: &mut Context<'_>, key: &str) -> Result<Requeue, SyncError> {
        let (namespace, name) = split_key(key);
        let Some(quota) = cx.informers.get(RESOURCE, namespace, name).cloned() else {
            return Ok(Requeue::Done);
        };
        let hard = object::at(&quota, "/spec/hard").clone();
        let zero = Quantity::from_millis(0);
        let mut totals: BTreeMap<String, Quantity> =
            hard.as_object().into_iter().flatten().map(|(name, _)| (name.clone(), zero)).collect();
        for resource in cx.informers.resources() {
            for object in cx.informers.in_namespace(resource, namespace) {
                if !quota_usage::in_scope(&quota, object, resource) {
                    continue;
                }
                for (name, amount) in quota_usage::usage(resource, object) {
                    if let Some(total) = totals.get_mut(&name) {
                        // The first amount brings its way of writing along.
                        *total = if total.is_zero() { amount } else { *total + amount };
                    }
                }
            }
        }
        let totals: BTreeMap<String, String> =
            totals.into_iter().map(|(name, total)| (name, total.to_string())).collect();
        let status = json!({"hard": hard, "used": totals});
        if status == *object::at(&quota, "/status") {
            return Ok(Requeue::Done);
        }
        let mut quota = Value::clone(&quota);
        quota["status"] = status;
        match cx.client.update_status(RESOURCE, quota) {
            Err(status) if !is_not_found(&status) && !is_conflict(&status) => Err(status.into()),
            _ => Ok(Requeue::Done),
        }
    }
}
