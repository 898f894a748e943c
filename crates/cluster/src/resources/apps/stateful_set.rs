//! Stateful set.

use crate::resource::Resource;

/// `statefulsets` of `apps`.
pub static STATEFUL_SET: Resource = Resource {
    short_names: &["sts"],
    categories: &["all"],
    subresources: &["scale", "status"],
    ..Resource::namespaced("apps", "v1", "StatefulSet").named(
        "statefulsets",
        "statefulset",
        "statefulsets.apps",
    )
};
