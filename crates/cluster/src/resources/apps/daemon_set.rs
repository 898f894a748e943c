//! Daemon set.

use crate::resource::Resource;

/// `daemonsets` of `apps`.
pub static DAEMON_SET: Resource = Resource {
    short_names: &["ds"],
    categories: &["all"],
    subresources: &["status"],
    ..Resource::namespaced("apps", "v1", "DaemonSet").named("daemonsets", "daemonset", "daemonsets.apps")
};
