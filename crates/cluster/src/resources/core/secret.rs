//! Secret.

use crate::resource::Resource;

/// `secrets`.
pub static SECRET: Resource = Resource::namespaced("", "v1", "Secret").named("secrets", "secret", "secrets");
