//! Service cidr.

use crate::resource::Resource;

/// `servicecidrs` of `networking.k8s.io`.
pub static SERVICE_CIDR: Resource = Resource {
    subresources: &["status"],
    ..Resource::cluster("networking.k8s.io", "v1", "ServiceCIDR").named(
        "servicecidrs",
        "servicecidr",
        "servicecidrs.networking.k8s.io",
    )
};
