//! Scheduling.

use crate::resource::Resource;

/// `priorityclasses` of `scheduling.k8s.io`.
pub static PRIORITY_CLASS: Resource = Resource {
    short_names: &["pc"],
    ..Resource::cluster("scheduling.k8s.io", "v1", "PriorityClass").named(
        "priorityclasses",
        "priorityclass",
        "priorityclasses.scheduling.k8s.io",
    )
};
