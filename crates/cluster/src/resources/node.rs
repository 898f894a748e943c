//! Runtime classes.

use podground_api::object::str_at;

use crate::resource::{AGE, NAME, Resource, column};
use crate::resources::{age_cell, name_cell};

/// `runtimeclasses` of `node.k8s.io`.
pub static RUNTIME_CLASS: Resource = Resource {
    columns: &[NAME, column("Handler"), AGE],
    row: |object, cx| vec![name_cell(object), str_at(object, "/handler").into(), age_cell(object, cx)],
    ..Resource::cluster("node.k8s.io", "v1", "RuntimeClass").named(
        "runtimeclasses",
        "runtimeclass",
        "runtimeclasses.node.k8s.io",
    )
};
