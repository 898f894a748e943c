//! Node.

use crate::resource::Resource;

/// `nodes`.
pub static NODE: Resource = Resource {
    short_names: &["no"],
    subresources: &["proxy", "status"],
    ..Resource::cluster("", "v1", "Node").named("nodes", "node", "nodes")
};
