//! Roles: rights in a namespace.

use super::{ROLE_COLUMNS, path_segment, role_default, role_row, validate_rules};
use crate::resource::{Resource, Strategy};

/// `roles` of `rbac.authorization.k8s.io`.
pub static ROLE: Resource = Resource {
    strategy: Strategy {
        default: role_default,
        validate: |object, errors| validate_rules(object, true, errors),
        validate_update: |new, _, errors| validate_rules(new, true, errors),
        name: path_segment,
        ..Strategy::GENERIC
    },
    columns: ROLE_COLUMNS,
    row: role_row,
    ..Resource::namespaced("rbac.authorization.k8s.io", "v1", "Role").named(
        "roles",
        "role",
        "roles.rbac.authorization.k8s.io",
    )
};
