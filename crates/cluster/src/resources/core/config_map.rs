//! Config map.

use crate::resource::Resource;

/// `configmaps`.
pub static CONFIG_MAP: Resource = Resource {
    short_names: &["cm"],
    ..Resource::namespaced("", "v1", "ConfigMap").named("configmaps", "configmap", "configmaps")
};
