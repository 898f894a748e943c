//! The group `apiregistration.k8s.io`: who serves which group of the API.
//!
//! Upstream: `kube-aggregator/pkg/registry/apiservice/etcd/etcd.go`,
//! `pkg/controlplane/apiserver/aggregator.go` (the priorities).

use podground_api::object::{array_at, at, i64_at, name, str_at};
use podground_api::{Value, json};
use podground_sim::Time;

use crate::apiserver::field::{Errors, Path};
use crate::resource::{AGE, NAME, Resource, Strategy, column};
use crate::resources::{age_cell, name_cell};

/// `apiservices` of `apiregistration.k8s.io`.
pub static API_SERVICE: Resource = Resource {
    categories: &["api-extensions"],
    subresources: &["status"],
    strategy: Strategy {
        unconditional_update: false,
        name: crate::resources::rbac::path_segment,
        validate,
        validate_update: |new, _, errors| validate(new, errors),
        ..Strategy::GENERIC
    },
    columns: &[NAME, column("Service"), column("Available"), AGE],
    row: |object, cx| {
        let service = at(object, "/spec/service");
        let service = if service.is_null() {
            "Local".to_owned()
        } else {
            format!("{}/{}", str_at(service, "/namespace"), str_at(service, "/name"))
        };
        let condition =
            array_at(object, "/status/conditions").iter().find(|c| str_at(c, "/type") == "Available");
        let available =
            condition.map_or("Unknown".to_owned(), |condition| match str_at(condition, "/status") {
                "True" => "True".to_owned(),
                status => format!("{status} ({})", str_at(condition, "/reason")),
            });
        vec![name_cell(object), service.into(), available.into(), age_cell(object, cx)]
    },
    ..Resource::cluster("apiregistration.k8s.io", "v1", "APIService").named(
        "apiservices",
        "apiservice",
        "apiservices.apiregistration.k8s.io",
    )
};

/// Upstream: `kube-aggregator/pkg/apis/apiregistration/validation/validation.go`
fn validate(object: &Value, errors: &mut Errors) {
    let (meta, spec) = (Path::new("metadata"), Path::new("spec"));
    let wanted = format!("{}.{}", str_at(object, "/spec/version"), str_at(object, "/spec/group"));
    if name(object) != wanted {
        let sentence = format!("must be `spec.version+\".\"+spec.group`: {wanted:?}");
        errors.invalid(&meta.child("name"), name(object), sentence);
    }
    if str_at(object, "/spec/version").is_empty() {
        errors.required(&spec.child("version"), "");
    }
    for (field, max) in [("groupPriorityMinimum", 20000), ("versionPriority", 1000)] {
        let value = i64_at(object, &format!("/spec/{field}")).unwrap_or(0);
        if !(1..=max).contains(&value) {
            errors.invalid(&spec.child(field), value, format!("must be positive and less than {max}"));
        }
    }
}

/// Groups in the order in which clients prefer them.
const PRIORITIES: &[(&str, u32)] = &[
    ("", 18000),
    ("apps", 17800),
    ("events.k8s.io", 17750),
    ("authentication.k8s.io", 17700),
    ("authorization.k8s.io", 17600),
    ("autoscaling", 17500),
    ("batch", 17400),
    ("certificates.k8s.io", 17300),
    ("networking.k8s.io", 17200),
    ("policy", 17100),
    ("rbac.authorization.k8s.io", 17000),
    ("storage.k8s.io", 16800),
    ("apiextensions.k8s.io", 16700),
    ("admissionregistration.k8s.io", 16700),
    ("scheduling.k8s.io", 16600),
    ("coordination.k8s.io", 16500),
    ("node.k8s.io", 16300),
    ("discovery.k8s.io", 16200),
    ("flowcontrol.apiserver.k8s.io", 16100),
    ("resource.k8s.io", 16000),
];

/// The entry of a group's version that the API server itself serves.
pub(crate) fn local(group: &str, version: &str, now: Time) -> Value {
    let known = PRIORITIES.iter().find(|(name, _)| *name == group);
    // What definitions add comes after all that is built in.
    let (priority, version_priority, managed) = match known {
        Some((_, priority)) => (*priority, 15, "onstart"),
        None => (1000, 100, "true"),
    };
    json!({
        "apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService",
        "metadata": {
            "name": format!("{version}.{group}"),
            "labels": {"kube-aggregator.kubernetes.io/automanaged": managed},
        },
        "spec": {
            "group": group, "groupPriorityMinimum": priority, "version": version,
            "versionPriority": if group.is_empty() { 1 } else { version_priority },
        },
        "status": {"conditions": [{
            "lastTransitionTime": now.rfc3339(), "message": "Local APIServices are always available",
            "reason": "Local", "status": "True", "type": "Available",
        }]},
    })
}
