//! Replication controller.

use crate::resource::Resource;

/// `replicationcontrollers`.
pub static REPLICATION_CONTROLLER: Resource = Resource {
    short_names: &["rc"],
    categories: &["all"],
    subresources: &["scale", "status"],
    ..Resource::namespaced("", "v1", "ReplicationController").named(
        "replicationcontrollers",
        "replicationcontroller",
        "replicationcontrollers",
    )
};
