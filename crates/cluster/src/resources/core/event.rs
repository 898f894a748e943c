//! Event.

use crate::resource::Resource;

/// `events`.
pub static EVENT: Resource = Resource {
    short_names: &["ev"],
    ..Resource::namespaced("", "v1", "Event").named("events", "event", "events")
};
