//! Pods.

mod strategy;

use crate::resource::Resource;

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
    ..Resource::namespaced("", "v1", "Pod").named("pods", "pod", "pods")
};
