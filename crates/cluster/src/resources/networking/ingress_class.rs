//! Ingress classes.

use podground_api::Value;
use podground_api::object::{at, str_at};

use crate::resource::{AGE, NAME, Resource, Strategy, column};
use crate::resources::core::pod::defaults::{absent, present};
use crate::resources::{age_cell, name_cell};

/// `ingressclasses` of `networking.k8s.io`.
pub static INGRESS_CLASS: Resource = Resource {
    strategy: Strategy { default, generation: true, ..Strategy::GENERIC },
    columns: &[NAME, column("Controller"), column("Parameters"), AGE],
    row: |object, cx| {
        let parameters = at(object, "/spec/parameters");
        let text = if parameters.is_null() {
            "<none>".to_owned()
        } else {
            let group = str_at(parameters, "/apiGroup");
            let kind = str_at(parameters, "/kind");
            let kind = if group.is_empty() { kind.to_owned() } else { format!("{kind}.{group}") };
            format!("{kind}/{}", str_at(parameters, "/name"))
        };
        vec![name_cell(object), str_at(object, "/spec/controller").into(), text.into(), age_cell(object, cx)]
    },
    ..Resource::cluster("networking.k8s.io", "v1", "IngressClass").named(
        "ingressclasses",
        "ingressclass",
        "ingressclasses.networking.k8s.io",
    )
};

fn default(object: &mut Value) {
    let spec = object.as_object_mut().and_then(|class| present(class, "spec"));
    if let Some(parameters) = spec.and_then(|spec| present(spec, "parameters")) {
        absent(parameters, "scope", "Cluster");
    }
}
