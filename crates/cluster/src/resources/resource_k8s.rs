//! Resource k8s.

use crate::resource::Resource;

/// `deviceclasses` of `resource.k8s.io`.
pub static DEVICE_CLASS: Resource = Resource::cluster("resource.k8s.io", "v1", "DeviceClass").named(
    "deviceclasses",
    "deviceclass",
    "deviceclasses.resource.k8s.io",
);

/// `resourceclaims` of `resource.k8s.io`.
pub static RESOURCE_CLAIM: Resource = Resource {
    subresources: &["status"],
    ..Resource::namespaced("resource.k8s.io", "v1", "ResourceClaim").named(
        "resourceclaims",
        "resourceclaim",
        "resourceclaims.resource.k8s.io",
    )
};

/// `resourceclaimtemplates` of `resource.k8s.io`.
pub static RESOURCE_CLAIM_TEMPLATE: Resource = Resource::namespaced(
    "resource.k8s.io",
    "v1",
    "ResourceClaimTemplate",
)
.named("resourceclaimtemplates", "resourceclaimtemplate", "resourceclaimtemplates.resource.k8s.io");

/// `resourceslices` of `resource.k8s.io`.
pub static RESOURCE_SLICE: Resource = Resource::cluster("resource.k8s.io", "v1", "ResourceSlice").named(
    "resourceslices",
    "resourceslice",
    "resourceslices.resource.k8s.io",
);
