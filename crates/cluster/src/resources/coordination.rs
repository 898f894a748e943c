//! Coordination.

use crate::resource::Resource;

/// `leases` of `coordination.k8s.io`.
pub static LEASE: Resource = Resource::namespaced("coordination.k8s.io", "v1", "Lease").named(
    "leases",
    "lease",
    "leases.coordination.k8s.io",
);
