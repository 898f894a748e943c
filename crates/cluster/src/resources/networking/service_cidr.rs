//! The ranges of cluster IPs.

use podground_api::object::array_at;
use podground_api::{Value, json};

use crate::resource::{AGE, NAME, Resource, Strategy, column};
use crate::resources::{age_cell, name_cell, workload};

/// `servicecidrs` of `networking.k8s.io`.
pub static SERVICE_CIDR: Resource = Resource {
    subresources: &["status"],
    strategy: Strategy {
        prepare_create: |_, object| {
            workload::new_status(object, json!({}));
            let finalizers = json!(["networking.k8s.io/service-cidr-finalizer"]);
            crate::apiserver::meta::metadata(object).entry("finalizers").or_insert(finalizers);
        },
        ..Strategy::GENERIC
    },
    columns: &[NAME, column("CIDRs"), AGE],
    row: |object, cx| {
        let ranges: Vec<&str> = array_at(object, "/spec/cidrs").iter().filter_map(Value::as_str).collect();
        vec![name_cell(object), ranges.join(",").into(), age_cell(object, cx)]
    },
    ..Resource::cluster("networking.k8s.io", "v1", "ServiceCIDR").named(
        "servicecidrs",
        "servicecidr",
        "servicecidrs.networking.k8s.io",
    )
};
