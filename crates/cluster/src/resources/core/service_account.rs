//! Service account.

use crate::resource::Resource;

/// `serviceaccounts`.
pub static SERVICE_ACCOUNT: Resource = Resource {
    short_names: &["sa"],
    subresources: &["token"],
    ..Resource::namespaced("", "v1", "ServiceAccount").named(
        "serviceaccounts",
        "serviceaccount",
        "serviceaccounts",
    )
};
