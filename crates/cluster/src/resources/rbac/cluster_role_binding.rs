//! Cluster role binding.

use crate::resource::Resource;

/// `clusterrolebindings` of `rbac.authorization.k8s.io`.
pub static CLUSTER_ROLE_BINDING: Resource = Resource::cluster(
    "rbac.authorization.k8s.io",
    "v1",
    "ClusterRoleBinding",
)
.named("clusterrolebindings", "clusterrolebinding", "clusterrolebindings.rbac.authorization.k8s.io");
