//! Priority and fairness of requests: stored, not enforced.

use podground_api::json;
use podground_api::object::set_at;

use crate::resource::{Resource, Strategy};

const STRATEGY: Strategy = Strategy {
    prepare_create: |_, object| set_at(object, "/status", json!({})),
    generation: true,
    ..Strategy::GENERIC
};

/// `flowschemas` of `flowcontrol.apiserver.k8s.io`.
pub static FLOW_SCHEMA: Resource = Resource {
    subresources: &["status"],
    strategy: STRATEGY,
    ..Resource::cluster("flowcontrol.apiserver.k8s.io", "v1", "FlowSchema").named(
        "flowschemas",
        "flowschema",
        "flowschemas.flowcontrol.apiserver.k8s.io",
    )
};

/// `prioritylevelconfigurations` of `flowcontrol.apiserver.k8s.io`.
pub static PRIORITY_LEVEL_CONFIGURATION: Resource = Resource {
    subresources: &["status"],
    strategy: STRATEGY,
    ..Resource::cluster("flowcontrol.apiserver.k8s.io", "v1", "PriorityLevelConfiguration").named(
        "prioritylevelconfigurations",
        "prioritylevelconfiguration",
        "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io",
    )
};
