//! Resource quota.

use crate::resource::Resource;

/// `resourcequotas`.
pub static RESOURCE_QUOTA: Resource = Resource {
    short_names: &["quota"],
    subresources: &["status"],
    ..Resource::namespaced("", "v1", "ResourceQuota").named(
        "resourcequotas",
        "resourcequota",
        "resourcequotas",
    )
};
