//! Csi driver.

use crate::resource::Resource;

/// `csidrivers` of `storage.k8s.io`.
pub static CSI_DRIVER: Resource = Resource::cluster("storage.k8s.io", "v1", "CSIDriver").named(
    "csidrivers",
    "csidriver",
    "csidrivers.storage.k8s.io",
);
