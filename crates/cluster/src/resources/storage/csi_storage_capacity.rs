//! Csi storage capacity.

use crate::resource::Resource;

/// `csistoragecapacities` of `storage.k8s.io`.
pub static CSI_STORAGE_CAPACITY: Resource = Resource::namespaced(
    "storage.k8s.io",
    "v1",
    "CSIStorageCapacity",
)
.named("csistoragecapacities", "csistoragecapacity", "csistoragecapacities.storage.k8s.io");
