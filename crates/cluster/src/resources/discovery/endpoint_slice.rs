//! Endpoint slice.

use crate::resource::Resource;

/// `endpointslices` of `discovery.k8s.io`.
pub static ENDPOINT_SLICE: Resource = Resource::namespaced("discovery.k8s.io", "v1", "EndpointSlice").named(
    "endpointslices",
    "endpointslice",
    "endpointslices.discovery.k8s.io",
);
