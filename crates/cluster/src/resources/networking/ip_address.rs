//! Ip address.

use crate::resource::Resource;

/// `ipaddresses` of `networking.k8s.io`.
pub static IP_ADDRESS: Resource = Resource {
    short_names: &["ip"],
    ..Resource::cluster("networking.k8s.io", "v1", "IPAddress").named(
        "ipaddresses",
        "ipaddress",
        "ipaddresses.networking.k8s.io",
    )
};
