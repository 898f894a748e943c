//! Storage class.

use crate::resource::Resource;

/// `storageclasses` of `storage.k8s.io`.
pub static STORAGE_CLASS: Resource = Resource {
    short_names: &["sc"],
    ..Resource::cluster("storage.k8s.io", "v1", "StorageClass").named(
        "storageclasses",
        "storageclass",
        "storageclasses.storage.k8s.io",
    )
};
