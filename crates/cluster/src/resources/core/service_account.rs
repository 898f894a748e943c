//! Service accounts.

use crate::resource::{AGE, NAME, Resource};
use crate::resources::{age_cell, name_cell};

/// `serviceaccounts`.
pub static SERVICE_ACCOUNT: Resource = Resource {
    short_names: &["sa"],
    subresources: &["token"],
    columns: &[NAME, AGE],
    row: |object, cx| vec![name_cell(object), age_cell(object, cx)],
    ..Resource::namespaced("", "v1", "ServiceAccount").named(
        "serviceaccounts",
        "serviceaccount",
        "serviceaccounts",
    )
};
