//! Ingress class.

use crate::resource::Resource;

/// `ingressclasses` of `networking.k8s.io`.
pub static INGRESS_CLASS: Resource = Resource::cluster("networking.k8s.io", "v1", "IngressClass").named(
    "ingressclasses",
    "ingressclass",
    "ingressclasses.networking.k8s.io",
);
