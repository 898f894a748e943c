//! Replication controllers.
//!
//! Upstream: `pkg/apis/core/validation/validation.go ValidateReplicationController`,
//! `pkg/registry/core/replicationcontroller/strategy.go`.

use podground_api::object::at;
use podground_api::{Map, Selector, Value, json};

use super::pod::defaults::absent;
use super::pod::validation::{restart_always, validate_template};
use crate::apiserver::field::{Errors, Path};
use crate::resource::{AGE, NAME, Resource, SelectableField, Strategy, integer, wide};
use crate::resources::workload::{self, nonnegatives, number};
use crate::resources::{age_cell, containers_cells, labels_cell, name_cell};

/// `replicationcontrollers`.
pub static REPLICATION_CONTROLLER: Resource = Resource {
    short_names: &["rc"],
    categories: &["all"],
    subresources: &["scale", "status"],
    strategy: Strategy {
        default,
        prepare_create: |_, object| workload::new_status(object, json!({ "replicas": 0 })),
        validate,
        validate_update: |new, _, errors| validate(new, errors),
        warnings: workload::controller_warnings,
        generation: true,
        fields: &[SelectableField { label: "status.replicas", pointer: "/status/replicas", absent: "0" }],
        ..Strategy::GENERIC
    },
    columns: &[
        NAME,
        integer("Desired"),
        integer("Current"),
        integer("Ready"),
        AGE,
        wide("Containers"),
        wide("Images"),
        wide("Selector"),
    ],
    row: |object, cx| {
        let [containers, images] = containers_cells(at(object, "/spec/template/spec"));
        vec![
            name_cell(object),
            number(object, "/spec/replicas"),
            number(object, "/status/replicas"),
            number(object, "/status/readyReplicas"),
            age_cell(object, cx),
            containers,
            images,
            labels_cell(at(object, "/spec/selector")),
        ]
    },
    ..Resource::namespaced("", "v1", "ReplicationController").named(
        "replicationcontrollers",
        "replicationcontroller",
        "replicationcontrollers",
    )
};

fn default(object: &mut Value) {
    let labels = at(object, "/spec/template/metadata/labels").as_object().cloned().unwrap_or_default();
    let Some(spec) = workload::defaults(object, true) else { return };
    if !labels.is_empty() {
        if spec.get("selector").and_then(Value::as_object).is_none_or(Map::is_empty) {
            spec.insert("selector".to_owned(), Value::Object(labels.clone()));
        }
        let meta = crate::apiserver::meta::metadata(object);
        absent(meta, "labels", Value::Object(labels));
    }
}

fn validate(object: &Value, errors: &mut Errors) {
    let spec = Path::new("spec");
    nonnegatives(object, &["minReadySeconds"], errors);
    let selector = Selector::from_map(at(object, "/spec/selector"));
    if selector.is_none() {
        errors.required(&spec.child("selector"), "");
    }
    nonnegatives(object, &["replicas"], errors);
    let template = at(object, "/spec/template");
    let path = spec.child("template");
    validate_template(template, &selector.unwrap_or_default(), &[], &path, errors);
    restart_always(template, &path, errors);
}
