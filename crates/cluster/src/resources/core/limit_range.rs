//! Limit range.

use crate::resource::Resource;

/// `limitranges`.
pub static LIMIT_RANGE: Resource = Resource {
    short_names: &["limits"],
    ..Resource::namespaced("", "v1", "LimitRange").named("limitranges", "limitrange", "limitranges")
};
