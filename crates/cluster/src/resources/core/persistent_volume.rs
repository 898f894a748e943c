//! Persistent volume.

use crate::resource::Resource;

/// `persistentvolumes`.
pub static PERSISTENT_VOLUME: Resource = Resource {
    short_names: &["pv"],
    subresources: &["status"],
    ..Resource::cluster("", "v1", "PersistentVolume").named(
        "persistentvolumes",
        "persistentvolume",
        "persistentvolumes",
    )
};
