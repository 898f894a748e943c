//! Component status.

use crate::resource::Resource;

/// `componentstatuses`.
pub static COMPONENT_STATUS: Resource = Resource {
    short_names: &["cs"],
    verbs: &["get", "list"],
    ..Resource::cluster("", "v1", "ComponentStatus").named(
        "componentstatuses",
        "componentstatus",
        "componentstatuses",
    )
};
