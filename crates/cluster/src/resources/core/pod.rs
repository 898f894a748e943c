//! Pods.

pub(crate) mod defaults;
pub(crate) mod qos;
mod strategy;
mod table;
pub(crate) mod validation;
pub(crate) mod warnings;

pub use table::status_word;

use crate::resource::Resource;

pub(crate) use validation::{ephemeral as validate_ephemeral, resource_requirements as validate_resources};

/// `pods`.
pub static POD: Resource = Resource {
    short_names: &["po"],
    categories: &["all"],
    subresources: &[
        "attach",
        "binding",
        "ephemeralcontainers",
        "eviction",
        "exec",
        "log",
        "portforward",
        "proxy",
        "resize",
        "status",
    ],
    strategy: strategy::STRATEGY,
    columns: table::COLUMNS,
    row: table::row,
    ..Resource::namespaced("", "v1", "Pod").named("pods", "pod", "pods")
};
