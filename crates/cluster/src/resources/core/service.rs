//! Service.

use crate::resource::Resource;

/// `services`.
pub static SERVICE: Resource = Resource {
    short_names: &["svc"],
    categories: &["all"],
    subresources: &["proxy", "status"],
    ..Resource::namespaced("", "v1", "Service").named("services", "service", "services")
};
