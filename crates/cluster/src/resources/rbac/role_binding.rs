//! Role bindings: who has a role's rights in a namespace.

use super::{
    BINDING_COLUMNS, binding_default, binding_row, path_segment, validate_binding, validate_binding_update,
};
use crate::resource::{Resource, Strategy};

/// `rolebindings` of `rbac.authorization.k8s.io`.
pub static ROLE_BINDING: Resource = Resource {
    strategy: Strategy {
        default: binding_default,
        validate: |object, errors| validate_binding(object, &["ClusterRole", "Role"], errors),
        validate_update: |new, old, errors| {
            validate_binding_update(new, old, &["ClusterRole", "Role"], errors);
        },
        name: path_segment,
        ..Strategy::GENERIC
    },
    columns: BINDING_COLUMNS,
    row: binding_row,
    ..Resource::namespaced("rbac.authorization.k8s.io", "v1", "RoleBinding").named(
        "rolebindings",
        "rolebinding",
        "rolebindings.rbac.authorization.k8s.io",
    )
};
