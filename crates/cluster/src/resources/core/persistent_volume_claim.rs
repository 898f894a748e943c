//! Persistent volume claim.

use crate::resource::Resource;

/// `persistentvolumeclaims`.
pub static PERSISTENT_VOLUME_CLAIM: Resource = Resource {
    short_names: &["pvc"],
    subresources: &["status"],
    ..Resource::namespaced("", "v1", "PersistentVolumeClaim").named(
        "persistentvolumeclaims",
        "persistentvolumeclaim",
        "persistentvolumeclaims",
    )
};
