//! The versions of stateful sets and daemon sets.

use podground_api::object::{at, controller_of, str_at};

use crate::resource::{AGE, NAME, Resource, column, integer};
use crate::resources::{age_cell, name_cell};

/// `controllerrevisions` of `apps`.
pub static CONTROLLER_REVISION: Resource = Resource {
    columns: &[NAME, column("Controller"), integer("Revision"), AGE],
    row: |object, cx| {
        let controller = controller_of(object).map_or("<none>".to_owned(), |owner| {
            let group = str_at(owner, "/apiVersion").split_once('/').map_or("", |(group, _)| group);
            let kind = str_at(owner, "/kind").to_lowercase();
            let kind = if group.is_empty() { kind } else { format!("{kind}.{group}") };
            format!("{kind}/{}", str_at(owner, "/name"))
        });
        vec![name_cell(object), controller.into(), at(object, "/revision").clone(), age_cell(object, cx)]
    },
    ..Resource::namespaced("apps", "v1", "ControllerRevision").named(
        "controllerrevisions",
        "controllerrevision",
        "controllerrevisions.apps",
    )
};
