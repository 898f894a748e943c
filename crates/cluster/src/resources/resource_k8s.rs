//! Dynamic resources (devices): stored, not allocated.

use podground_api::object::set_at;
use podground_api::{Map, Value, json};

use crate::resource::{Resource, Strategy};
use crate::resources::core::pod::defaults::{absent, child, items, present};

const COUNTED: Strategy = Strategy { generation: true, ..Strategy::GENERIC };

const CLAIM: Strategy = Strategy {
    default: |object| {
        if let Some(claim) = object.as_object_mut() {
            spec_default(claim);
        }
    },
    prepare_create: |_, object| set_at(object, "/status", json!({})),
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
    ..Strategy::GENERIC
};

fn spec_default(claim: &mut Map<String, Value>) {
    let spec = present(claim, "spec").and_then(|spec| present(spec, "devices"));
    let Some(devices) = spec else { return };
    for request in items(devices, "requests") {
        if let Some(exactly) = present(request, "exactly") {
            absent(exactly, "allocationMode", "ExactCount");
            if exactly.get("allocationMode").and_then(Value::as_str) == Some("ExactCount") {
                absent(exactly, "count", 1);
            }
        }
    }
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
pub static RESOURCE_SLICE: Resource = Resource::cluster("resource.k8s.io", "v1", "ResourceSlice").named(
    "resourceslices",
    "resourceslice",
    "resourceslices.resource.k8s.io",
);
