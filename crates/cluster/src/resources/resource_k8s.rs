//! Dynamic resources (devices): stored, not allocated.

mod validation;

use podground_api::object::{at, is_deleting, set_at, str_at};
use podground_api::{Map, Value, json};

use crate::apiserver::field::{Errors, Path};
use crate::resource::{AGE, NAME, Resource, Strategy, column};
use crate::resources::core::pod::defaults::{absent, child, items, present};
use crate::resources::{age_cell, name_cell};

const COUNTED: Strategy = Strategy {
    generation: true,
    validate: validation::class,
    validate_update: |new, _, errors| validation::class(new, errors),
    ..Strategy::GENERIC
};

fn immutable_spec(new: &Value, old: &Value, errors: &mut Errors) {
    if at(new, "/spec") != at(old, "/spec") {
        errors.invalid(&Path::new("spec"), at(new, "/spec").clone(), "field is immutable");
    }
}

const CLAIM: Strategy = Strategy {
    default: |object| {
        if let Some(claim) = object.as_object_mut() {
            spec_default(claim);
        }
    },
    prepare_create: |_, object| set_at(object, "/status", json!({})),
    validate: |object, errors| validation::claim(at(object, "/spec"), &Path::new("spec"), errors),
    validate_update: immutable_spec,
    ..Strategy::GENERIC
};

const TEMPLATE: Strategy = Strategy {
    default: |object| {
        let spec = object.as_object_mut().and_then(|template| child(template, "spec"));
        if let Some(spec) = spec {
            absent(spec, "metadata", json!({}));
            spec_default(spec);
        }
    },
    validate: |object, errors| {
        let spec = Path::new("spec");
        validation::claim(at(object, "/spec/spec"), &spec.child("spec"), errors);
    },
    validate_update: immutable_spec,
    ..Strategy::GENERIC
};

fn spec_default(claim: &mut Map<String, Value>) {
    let spec = present(claim, "spec").and_then(|spec| present(spec, "devices"));
    let Some(devices) = spec else { return };
    for request in items(devices, "requests") {
        if let Some(exactly) = present(request, "exactly") {
            request_default(exactly);
        }
        items(request, "firstAvailable").for_each(request_default);
    }
}

fn request_default(request: &mut Map<String, Value>) {
    absent(request, "allocationMode", "ExactCount");
    if request.get("allocationMode").and_then(Value::as_str) == Some("ExactCount") {
        absent(request, "count", 1);
    }
    for toleration in items(request, "tolerations") {
        absent(toleration, "operator", "Equal");
    }
}

/// Upstream: `pkg/printers/internalversion/printers.go resourceClaimState`
fn state(claim: &Value) -> String {
    let mut states = Vec::new();
    if is_deleting(claim) {
        states.push("deleted");
    }
    let allocated = !at(claim, "/status/allocation").is_null();
    if allocated {
        states.push("allocated");
    } else if !is_deleting(claim) {
        states.push("pending");
    }
    if at(claim, "/status/reservedFor").as_array().is_some_and(|users| !users.is_empty()) {
        states.push("reserved");
    }
    states.join(",")
}

/// `deviceclasses` of `resource.k8s.io`.
pub static DEVICE_CLASS: Resource = Resource {
    strategy: COUNTED,
    ..Resource::cluster("resource.k8s.io", "v1", "DeviceClass").named(
        "deviceclasses",
        "deviceclass",
        "deviceclasses.resource.k8s.io",
    )
};

/// `resourceclaims` of `resource.k8s.io`.
pub static RESOURCE_CLAIM: Resource = Resource {
    subresources: &["status"],
    strategy: CLAIM,
    columns: &[NAME, column("State"), AGE],
    row: |object, cx| vec![name_cell(object), state(object).into(), age_cell(object, cx)],
    ..Resource::namespaced("resource.k8s.io", "v1", "ResourceClaim").named(
        "resourceclaims",
        "resourceclaim",
        "resourceclaims.resource.k8s.io",
    )
};

/// `resourceclaimtemplates` of `resource.k8s.io`.
pub static RESOURCE_CLAIM_TEMPLATE: Resource = Resource {
    strategy: TEMPLATE,
    ..Resource::namespaced("resource.k8s.io", "v1", "ResourceClaimTemplate").named(
        "resourceclaimtemplates",
        "resourceclaimtemplate",
        "resourceclaimtemplates.resource.k8s.io",
    )
};

/// `resourceslices` of `resource.k8s.io`.
pub static RESOURCE_SLICE: Resource = Resource {
    strategy: Strategy {
        generation: true,
        validate: validation::slice,
        validate_update: |new, old, errors| {
            validation::slice(new, errors);
            let spec = Path::new("spec");
            for field in ["driver", "nodeName"] {
                let pointer = format!("/spec/{field}");
                if at(new, &pointer) != at(old, &pointer) {
                    errors.invalid(&spec.child(field), at(new, &pointer).clone(), "field is immutable");
                }
            }
        },
        ..Strategy::GENERIC
    },
    columns: &[NAME, column("Node"), column("Driver"), column("Pool"), AGE],
    row: |object, cx| {
        let node = match str_at(object, "/spec/nodeName") {
            "" if at(object, "/spec/allNodes") == &Value::Bool(true) => "<all>",
            "" => "<none>",
            node => node,
        };
        vec![
            name_cell(object),
            node.into(),
            str_at(object, "/spec/driver").into(),
            str_at(object, "/spec/pool/name").into(),
            age_cell(object, cx),
        ]
    },
    ..Resource::cluster("resource.k8s.io", "v1", "ResourceSlice").named(
        "resourceslices",
        "resourceslice",
        "resourceslices.resource.k8s.io",
    )
};
