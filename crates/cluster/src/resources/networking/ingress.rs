//! Ingress.

use crate::resource::Resource;

/// `ingresses` of `networking.k8s.io`.
pub static INGRESS: Resource = Resource {
    short_names: &["ing"],
    subresources: &["status"],
    ..Resource::namespaced("networking.k8s.io", "v1", "Ingress").named(
        "ingresses",
        "ingress",
        "ingresses.networking.k8s.io",
    )
};
