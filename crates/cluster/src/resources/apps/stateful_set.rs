//! Stateful sets.
//!
//! Upstream: `pkg/apis/apps/validation/validation.go ValidateStatefulSet`, `pkg/registry/apps/statefulset/strategy.go`.

use podground_api::object::{at, i64_at, str_at};
use podground_api::{Map, Value, json};

use crate::apiserver::field::{Errors, Path};
use crate::resource::{AGE, NAME, Resource, Strategy, column, wide};
use crate::resources::core::pod::defaults::{absent, child, items, present};
use crate::resources::workload::{self, nonnegatives};
use crate::resources::{age_cell, containers_cells, name_cell};

/// `statefulsets` of `apps`.
pub static STATEFUL_SET: Resource = Resource {
    short_names: &["sts"],
    categories: &["all"],
    subresources: &["scale", "status"],
    strategy: Strategy {
        default,
        prepare_create: |_, object| {
            workload::new_status(object, json!({ "availableReplicas": 0, "replicas": 0 }));
        },
        validate,
        validate_update,
        warnings: workload::controller_warnings,
        generation: true,
        ..Strategy::GENERIC
    },
    columns: &[NAME, column("Ready"), AGE, wide("Containers"), wide("Images")],
    row: |object, cx| {
        let ready = format!(
            "{}/{}",
            i64_at(object, "/status/readyReplicas").unwrap_or(0),
            i64_at(object, "/spec/replicas").unwrap_or(0)
        );
        let [containers, images] = containers_cells(at(object, "/spec/template/spec"));
        vec![name_cell(object), ready.into(), age_cell(object, cx), containers, images]
    },
    ..Resource::namespaced("apps", "v1", "StatefulSet").named(
        "statefulsets",
        "statefulset",
        "statefulsets.apps",
    )
};

fn default(object: &mut Value) {
    let Some(spec) = workload::defaults(object, true) else { return };
    absent(spec, "revisionHistoryLimit", 10);
    absent(spec, "podManagementPolicy", "OrderedReady");
    absent(spec, "serviceName", "");
    if let Some(strategy) = child(spec, "updateStrategy") {
        // Only a strategy that was left out gets a partition.
        // Upstream: pkg/apis/apps/v1/defaults.go SetDefaults_StatefulSet
        if !strategy.contains_key("type") {
            absent(strategy, "type", "RollingUpdate");
            workload::rolling_update(strategy, &[("partition", 0.into())]);
        } else if let Some(update) = present(strategy, "rollingUpdate") {
            absent(update, "partition", 0);
        }
    }
    if let Some(policy) = child(spec, "persistentVolumeClaimRetentionPolicy") {
        absent(policy, "whenDeleted", "Retain");
        absent(policy, "whenScaled", "Retain");
    }
    for claim in items(spec, "volumeClaimTemplates") {
        claim_template(claim);
    }
}

fn claim_template(claim: &mut Map<String, Value>) {
    absent(claim, "apiVersion", "v1");
    absent(claim, "kind", "PersistentVolumeClaim");
    absent(claim, "metadata", json!({}));
    absent(claim, "status", json!({ "phase": "Pending" }));
    if let Some(spec) = child(claim, "spec") {
        absent(spec, "volumeMode", "Filesystem");
        absent(spec, "resources", json!({}));
    }
}

fn validate(object: &Value, errors: &mut Errors) {
    let spec = Path::new("spec");
    let policy = str_at(object, "/spec/podManagementPolicy");
    if !["OrderedReady", "Parallel"].contains(&policy) {
        let path = spec.child("podManagementPolicy");
        let sentence = "must be 'OrderedReady' or 'Parallel'";
        errors.invalid(&path, policy, sentence);
    }
    let strategy = str_at(object, "/spec/updateStrategy/type");
    let path = spec.child("updateStrategy");
    match strategy {
        "OnDelete" => {
            if !at(object, "/spec/updateStrategy/rollingUpdate").is_null() {
                let value = at(object, "/spec/updateStrategy/rollingUpdate").clone();
                let sentence = "only allowed for updateStrategy 'RollingUpdate'";
                errors.invalid(&path.child("rollingUpdate"), value, sentence);
            }
        }
        "RollingUpdate" => {
            if let Some(partition) = i64_at(object, "/spec/updateStrategy/rollingUpdate/partition")
                && partition < 0
            {
                let path = path.child("rollingUpdate");
                errors.invalid(&path.child("partition"), partition, "must be greater than or equal to 0");
            }
        }
        other => errors.invalid(&path, other, "must be 'RollingUpdate' or 'OnDelete'"),
    }
    nonnegatives(object, &["replicas", "minReadySeconds"], errors);
    workload::selector_and_template(object, "statefulset", |_| {}, errors);
}

fn validate_update(new: &Value, old: &Value, errors: &mut Errors) {
    validate(new, errors);
    // What may change is set back before the rest is compared.
    let mut copy = at(new, "/spec").clone();
    let allowed = [
        "replicas",
        "ordinals",
        "template",
        "updateStrategy",
        "revisionHistoryLimit",
        "persistentVolumeClaimRetentionPolicy",
        "minReadySeconds",
    ];
    if let Value::Object(map) = &mut copy {
        for field in allowed {
            match at(old, "/spec").get(field) {
                Some(value) => map.insert(field.to_owned(), value.clone()),
                None => map.remove(field),
            };
        }
    }
    if &copy != at(old, "/spec") {
        let sentence = "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
        errors.forbidden(&Path::new("spec"), sentence);
    }
}
