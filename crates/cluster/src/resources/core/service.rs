//! Services.

mod allocation;
mod defaults;
mod table;
mod validation;

use podground_api::validation::dns1123_label;
use podground_api::{Value, json};

use crate::apiserver::context::Context;
use crate::resource::{Resource, Strategy, field};
use crate::resources::workload;

/// `services`.
pub static SERVICE: Resource = Resource {
    short_names: &["svc"],
    categories: &["all"],
    subresources: &["proxy", "status"],
    strategy: Strategy {
        default: defaults::default,
        prepare_create,
        prepare_update: allocation::prepare_update,
        validate: validation::validate,
        validate_update: validation::validate_update,
        allocate: allocation::allocate,
        warnings,
        name: dns1123_label,
        fields: &[field("spec.clusterIP", "/spec/clusterIP"), field("spec.type", "/spec/type")],
        ..Strategy::GENERIC
    },
    columns: table::COLUMNS,
    row: table::row,
    ..Resource::namespaced("", "v1", "Service").named("services", "service", "services")
};

fn prepare_create(_cx: &Context, service: &mut Value) {
    workload::new_status(service, json!({ "loadBalancer": {} }));
}

fn warnings(service: &Value, old: Option<&Value>, found: &mut Vec<String>) {
    let addresses = podground_api::object::array_at(service, "/spec/externalIPs");
    let before = old.map_or(&[][..], |old| podground_api::object::array_at(old, "/spec/externalIPs"));
    if !addresses.is_empty() && addresses != before {
        found.push(
            "spec.externalIPs is deprecated and may no longer be implemented in some clusters".to_owned(),
        );
    }
}
