//! Pod template.

use crate::resource::Resource;

/// `podtemplates`.
pub static POD_TEMPLATE: Resource =
    Resource::namespaced("", "v1", "PodTemplate").named("podtemplates", "podtemplate", "podtemplates");
