//! Csi node.

use crate::resource::Resource;

/// `csinodes` of `storage.k8s.io`.
pub static CSI_NODE: Resource = Resource::cluster("storage.k8s.io", "v1", "CSINode").named(
    "csinodes",
    "csinode",
    "csinodes.storage.k8s.io",
);
