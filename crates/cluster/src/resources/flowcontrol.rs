//! Flowcontrol.

use crate::resource::Resource;

/// `flowschemas` of `flowcontrol.apiserver.k8s.io`.
pub static FLOW_SCHEMA: Resource = Resource {
    subresources: &["status"],
    ..Resource::cluster("flowcontrol.apiserver.k8s.io", "v1", "FlowSchema").named(
        "flowschemas",
        "flowschema",
        "flowschemas.flowcontrol.apiserver.k8s.io",
    )
};

/// `prioritylevelconfigurations` of `flowcontrol.apiserver.k8s.io`.
pub static PRIORITY_LEVEL_CONFIGURATION: Resource = Resource {
    subresources: &["status"],
    ..Resource::cluster("flowcontrol.apiserver.k8s.io", "v1", "PriorityLevelConfiguration").named(
        "prioritylevelconfigurations",
        "prioritylevelconfiguration",
        "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io",
    )
};
