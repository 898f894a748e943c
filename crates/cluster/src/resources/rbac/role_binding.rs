//! Role binding.

use crate::resource::Resource;

/// `rolebindings` of `rbac.authorization.k8s.io`.
pub static ROLE_BINDING: Resource = Resource::namespaced("rbac.authorization.k8s.io", "v1", "RoleBinding")
    .named("rolebindings", "rolebinding", "rolebindings.rbac.authorization.k8s.io");
