//! Volume attributes class.

use crate::resource::Resource;

/// `volumeattributesclasses` of `storage.k8s.io`.
pub static VOLUME_ATTRIBUTES_CLASS: Resource = Resource {
    short_names: &["vac"],
    ..Resource::cluster("storage.k8s.io", "v1", "VolumeAttributesClass").named(
        "volumeattributesclasses",
        "volumeattributesclass",
        "volumeattributesclasses.storage.k8s.io",
    )
};
