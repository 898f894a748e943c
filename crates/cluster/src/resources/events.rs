//! Events.

use crate::resource::Resource;

/// `events` of `events.k8s.io`.
pub static EVENT: Resource = Resource {
    short_names: &["ev"],
    ..Resource::namespaced("events.k8s.io", "v1", "Event").named("events", "event", "events")
};
