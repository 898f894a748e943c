//! Replica sets.
//!
//! Upstream: `pkg/apis/apps/validation/validation.go ValidateReplicaSet`, `pkg/registry/apps/replicaset/strategy.go`.

use podground_api::object::at;
use podground_api::{Value, json};

use crate::apiserver::field::Errors;
use crate::resource::{AGE, NAME, Resource, SelectableField, Strategy, integer, wide};
use crate::resources::workload::{self, nonnegatives, number};
use crate::resources::{age_cell, containers_cells, name_cell, selector_cell};

/// `replicasets` of `apps`.
pub static REPLICA_SET: Resource = Resource {
    short_names: &["rs"],
    categories: &["all"],
    subresources: &["scale", "status"],
    strategy: Strategy {
        default: |object| {
            workload::defaults(object, true);
        },
        prepare_create: |_, object| workload::new_status(object, json!({ "replicas": 0 })),
        validate,
        validate_update,
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
            selector_cell(at(object, "/spec/selector")),
        ]
    },
    ..Resource::namespaced("apps", "v1", "ReplicaSet").named("replicasets", "replicaset", "replicasets.apps")
};

fn validate(object: &Value, errors: &mut Errors) {
    nonnegatives(object, &["replicas", "minReadySeconds"], errors);
    workload::selector_and_template(object, "deployment", |_| {}, errors);
}

fn validate_update(new: &Value, old: &Value, errors: &mut Errors) {
    validate(new, errors);
    workload::immutable(new, old, "selector", errors);
}
