//! Controller revision.

use crate::resource::Resource;

/// `controllerrevisions` of `apps`.
pub static CONTROLLER_REVISION: Resource = Resource::namespaced("apps", "v1", "ControllerRevision").named(
    "controllerrevisions",
    "controllerrevision",
    "controllerrevisions.apps",
);
