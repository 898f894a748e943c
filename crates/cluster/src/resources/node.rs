//! Node.

use crate::resource::Resource;

/// `runtimeclasses` of `node.k8s.io`.
pub static RUNTIME_CLASS: Resource = Resource::cluster("node.k8s.io", "v1", "RuntimeClass").named(
    "runtimeclasses",
    "runtimeclass",
    "runtimeclasses.node.k8s.io",
);
