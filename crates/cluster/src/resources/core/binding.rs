//! Binding.

use crate::resource::Resource;

/// `bindings`.
pub static BINDING: Resource = Resource {
    verbs: &["create"],
    ..Resource::namespaced("", "v1", "Binding").named("bindings", "binding", "bindings")
};
