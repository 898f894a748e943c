//! Role.

use crate::resource::Resource;

/// `roles` of `rbac.authorization.k8s.io`.
pub static ROLE: Resource = Resource::namespaced("rbac.authorization.k8s.io", "v1", "Role").named(
    "roles",
    "role",
    "roles.rbac.authorization.k8s.io",
);
