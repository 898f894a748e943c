//! Cluster role bindings: who has a role's rights everywhere.

use super::{
    BINDING_COLUMNS, binding_default, binding_row, path_segment, validate_binding, validate_binding_update,
};
use crate::resource::{Resource, Strategy};

/// `clusterrolebindings` of `rbac.authorization.k8s.io`.
pub static CLUSTER_ROLE_BINDING: Resource = Resource {
    strategy: Strategy {
        default: binding_default,
        validate: |object, errors| validate_binding(object, &["ClusterRole"], errors),
        validate_update: |new, old, errors| validate_binding_update(new, old, &["ClusterRole"], errors),
        name: path_segment,
        ..Strategy::GENERIC
    },
    columns: BINDING_COLUMNS,
    row: binding_row,
    ..Resource::cluster("rbac.authorization.k8s.io", "v1", "ClusterRoleBinding").named(
        "clusterrolebindings",
        "clusterrolebinding",
        "clusterrolebindings.rbac.authorization.k8s.io",
    )
};
