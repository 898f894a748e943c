//! Admission: what is checked and changed between a request and the strategy.
//!
//! Upstream: `pkg/kubeapiserver/options/plugins.go` (the order), `plugin/pkg/admission`.

#![allow(clippy::unnecessary_wraps, reason = "plugins are entries of one table: all may refuse")]

use podground_api::{Status, Value};

use crate::apiserver::context::Context;

mod default_toleration_seconds;
mod escalation;
mod ingress_class;
mod limit_ranger;
mod mutating_policy;
mod namespace_lifecycle;
mod node_taints;
mod pod_security;
mod priority;
pub(crate) mod resource_quota;
mod runtime_class;
mod service_account;
mod storage_class;
mod validating_policy;

/// An admission plugin.
pub struct Plugin {
    /// Upstream's name.
    pub name: &'static str,
    /// Changes an object that is created or updated (then the last is the present one).
    pub mutate: Option<Mutate>,
    /// Refuses: created (new), updated (new and old) or deleted (old).
    pub validate: Option<Validate>,
}

/// Changes an object, or refuses.
pub type Mutate = fn(&Context, &mut Value, Option<&Value>) -> Result<(), Status>;

/// Refuses, or not.
pub type Validate = fn(&Context, Option<&Value>, Option<&Value>) -> Result<(), Status>;

/// The plugins in upstream's order.
pub const ADMISSION: &[Plugin] = &[
    namespace_lifecycle::PLUGIN,
    limit_ranger::PLUGIN,
    service_account::PLUGIN,
    node_taints::PLUGIN,
    pod_security::PLUGIN,
    priority::PLUGIN,
    default_toleration_seconds::PLUGIN,
    storage_class::PLUGIN,
    runtime_class::PLUGIN,
    ingress_class::PLUGIN,
    escalation::PLUGIN,
    mutating_policy::PLUGIN,
    validating_policy::PLUGIN,
    resource_quota::PLUGIN,
];

/// Runs the plugins that change objects.
pub(crate) fn mutate(cx: &Context, object: &mut Value, old: Option<&Value>) -> Result<(), Status> {
    if !cx.subresource.is_empty() {
        return Ok(());
    }
    ADMISSION.iter().filter_map(|plugin| plugin.mutate).try_for_each(|mutate| mutate(cx, object, old))
}

/// Runs the plugins that refuse.
pub(crate) fn validate(cx: &Context, object: Option<&Value>, old: Option<&Value>) -> Result<(), Status> {
    if !cx.subresource.is_empty() {
        return Ok(());
    }
    ADMISSION.iter().filter_map(|plugin| plugin.validate).try_for_each(|validate| validate(cx, object, old))
}
