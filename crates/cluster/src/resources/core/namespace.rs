//! Namespaces.
//!
//! Upstream: `pkg/registry/core/namespace/strategy.go`.

use podground_api::object::{array_at, at, set_at, str_at};
use podground_api::validation::dns1123_label;
use podground_api::{Value, json};

use crate::apiserver::context::Context;
use crate::resource::{AGE, NAME, Resource, Strategy, column, field};
use crate::resources::{age_cell, name_cell};

/// `namespaces`.
pub static NAMESPACE: Resource = Resource {
    short_names: &["ns"],
    verbs: &["create", "delete", "get", "list", "patch", "update", "watch"],
    subresources: &["finalize", "status"],
    strategy: Strategy {
        default,
        prepare_create,
        prepare_update,
        name: dns1123_label,
        fields: &[field("status.phase", "/status/phase")],
        ..Strategy::GENERIC
    },
    columns: &[NAME, column("Status"), AGE],
    row: |object, cx| vec![name_cell(object), at(object, "/status/phase").clone(), age_cell(object, cx)],
    ..Resource::cluster("", "v1", "Namespace").named("namespaces", "namespace", "namespaces")
};

fn default(object: &mut Value) {
    let name = str_at(object, "/metadata/name").to_owned();
    if !name.is_empty() {
        set_at(object, "/metadata/labels/kubernetes.io~1metadata.name", name.into());
    }
}

fn prepare_create(_cx: &Context, object: &mut Value) {
    default(object);
    set_at(object, "/status", json!({ "phase": "Active" }));
    let mut finalizers = array_at(object, "/spec/finalizers").to_vec();
    if !finalizers.iter().any(|finalizer| finalizer == "kubernetes") {
        finalizers.push("kubernetes".into());
    }
    set_at(object, "/spec/finalizers", finalizers.into());
}

fn prepare_update(_cx: &Context, object: &mut Value, old: &Value) {
    set_at(object, "/spec", at(old, "/spec").clone());
}
