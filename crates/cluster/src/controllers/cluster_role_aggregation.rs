//! Cluster roles that are the sum of others.
//!
//! Upstream: `pkg/controller/clusterroleaggregation/clusterroleaggregation_controller.go`

use podground_api::{Selector, Value, object};

use super::{Context, Controller, Requeue, SyncError};
use crate::informer::InformerEvent;

const RESOURCE: &str = "clusterroles.rbac.authorization.k8s.io";

struct Aggregation;

/// The controller of aggregated cluster roles.
pub(super) fn cluster_role_aggregation() -> Box<dyn Controller> {
    Box::new(Aggregation)
}

impl Controller for Aggregation {
    fn name(&self) -> &'static str {
        "clusterrole-aggregation-controller"
    }

    fn watches(&self) -> &'static [&'static str] {
        &[RESOURCE]
    }

    fn on_event(&mut self, cx: &mut Context<'_>, _event: &InformerEvent) {
        // Any role may be a part of any sum.
        for role in cx.informers.list(RESOURCE) {
            if !object::at(role, "/aggregationRule").is_null() {
                cx.queue.add(object::name(role));
            }
        }
    }

    fn sync(&mut self, cx: &mut Context<'_>, name: &str) -> Result<Requeue, SyncError> {
        let Some(role) = cx.informers.get(RESOURCE, "", name) else { return Ok(Requeue::Done) };
        let mut rules: Vec<Value> = Vec::new();
        for selector in object::array_at(role, "/aggregationRule/clusterRoleSelectors") {
            let Some(selector) = Selector::from_label_selector(selector) else { continue };
            // The informer's order is that of names.
            for part in cx.informers.list(RESOURCE) {
                if object::name(part) == name || !selector.matches_object(part) {
                    continue;
                }
                for rule in object::array_at(part, "/rules") {
                    if !rules.contains(rule) {
                        rules.push(rule.clone());
                    }
                }
            }
        }
        if object::array_at(role, "/rules") != rules {
            let mut role = Value::clone(role);
            object::set_at(&mut role, "/rules", rules.into());
            cx.client.update(RESOURCE, role)?;
        }
        Ok(Requeue::Done)
    }
}
