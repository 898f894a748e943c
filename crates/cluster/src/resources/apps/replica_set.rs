//! Replica set.

use crate::resource::Resource;

/// `replicasets` of `apps`.
pub static REPLICA_SET: Resource = Resource {
    short_names: &["rs"],
    categories: &["all"],
    subresources: &["scale", "status"],
    ..Resource::namespaced("apps", "v1", "ReplicaSet").named("replicasets", "replicaset", "replicasets.apps")
};
