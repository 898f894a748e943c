//! Cluster roles: rights in all namespaces.

use super::{ROLE_COLUMNS, path_segment, role_default, role_row, validate_rules};
use crate::resource::{Resource, Strategy};

/// `clusterroles` of `rbac.authorization.k8s.io`.
pub static CLUSTER_ROLE: Resource = Resource {
    strategy: Strategy {
        default: role_default,
        validate: |object, errors| validate_rules(object, false, errors),
        validate_update: |new, _, errors| validate_rules(new, false, errors),
        name: path_segment,
        ..Strategy::GENERIC
    },
    columns: ROLE_COLUMNS,
    row: role_row,
    ..Resource::cluster("rbac.authorization.k8s.io", "v1", "ClusterRole").named(
        "clusterroles",
        "clusterrole",
        "clusterroles.rbac.authorization.k8s.io",
    )
};
