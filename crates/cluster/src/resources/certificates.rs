//! Certificates.

use crate::resource::Resource;

/// `certificatesigningrequests` of `certificates.k8s.io`.
pub static CERTIFICATE_SIGNING_REQUEST: Resource = Resource {
    short_names: &["csr"],
    subresources: &["approval", "status"],
    ..Resource::cluster("certificates.k8s.io", "v1", "CertificateSigningRequest").named(
        "certificatesigningrequests",
        "certificatesigningrequest",
        "certificatesigningrequests.certificates.k8s.io",
    )
};
