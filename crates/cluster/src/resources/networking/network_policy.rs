//! Network policy.

use crate::resource::Resource;

/// `networkpolicies` of `networking.k8s.io`.
pub static NETWORK_POLICY: Resource = Resource {
    short_names: &["netpol"],
    ..Resource::namespaced("networking.k8s.io", "v1", "NetworkPolicy").named(
        "networkpolicies",
        "networkpolicy",
        "networkpolicies.networking.k8s.io",
    )
};
