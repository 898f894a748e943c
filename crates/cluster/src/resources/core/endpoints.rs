//! Endpoints.

use crate::resource::Resource;

/// `endpoints`.
pub static ENDPOINTS: Resource = Resource {
    short_names: &["ep"],
    ..Resource::namespaced("", "v1", "Endpoints").named("endpoints", "endpoints", "endpoints")
};
