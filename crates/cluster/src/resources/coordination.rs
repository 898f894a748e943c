//! Leases.

use podground_api::object::str_at;

use crate::resource::{AGE, NAME, Resource, column};
use crate::resources::{age_cell, name_cell};

/// `leases` of `coordination.k8s.io`.
pub static LEASE: Resource = Resource {
    columns: &[NAME, column("Holder"), AGE],
    row: |object, cx| {
        vec![name_cell(object), str_at(object, "/spec/holderIdentity").into(), age_cell(object, cx)]
    },
    ..Resource::namespaced("coordination.k8s.io", "v1", "Lease").named(
        "leases",
        "lease",
        "leases.coordination.k8s.io",
    )
};
