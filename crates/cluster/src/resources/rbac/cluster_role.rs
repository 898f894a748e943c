//! Cluster role.

use crate::resource::Resource;

/// `clusterroles` of `rbac.authorization.k8s.io`.
pub static CLUSTER_ROLE: Resource = Resource::cluster("rbac.authorization.k8s.io", "v1", "ClusterRole")
    .named("clusterroles", "clusterrole", "clusterroles.rbac.authorization.k8s.io");
