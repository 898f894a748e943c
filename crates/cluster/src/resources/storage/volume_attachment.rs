//! Volume attachment.

use crate::resource::Resource;

/// `volumeattachments` of `storage.k8s.io`.
pub static VOLUME_ATTACHMENT: Resource = Resource {
    subresources: &["status"],
    ..Resource::cluster("storage.k8s.io", "v1", "VolumeAttachment").named(
        "volumeattachments",
        "volumeattachment",
        "volumeattachments.storage.k8s.io",
    )
};
