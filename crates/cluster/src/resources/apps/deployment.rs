//! Deployment.

use crate::resource::Resource;

/// `deployments` of `apps`.
pub static DEPLOYMENT: Resource = Resource {
    short_names: &["deploy"],
    categories: &["all"],
    subresources: &["scale", "status"],
    ..Resource::namespaced("apps", "v1", "Deployment").named("deployments", "deployment", "deployments.apps")
};
