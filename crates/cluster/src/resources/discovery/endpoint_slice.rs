//! Endpoint slices.
//!
//! Upstream: `pkg/printers/internalversion/printers.go printEndpointSlice`, `pkg/apis/discovery/v1/defaults.go`.

use podground_api::Value;
use podground_api::object::{array_at, at, str_at};

use crate::resource::{AGE, NAME, Resource, Strategy, column};
use crate::resources::core::pod::defaults::{absent, items};
use crate::resources::{age_cell, name_cell};

/// `endpointslices` of `discovery.k8s.io`.
pub static ENDPOINT_SLICE: Resource = Resource {
    strategy: Strategy { default, generation: true, ..Strategy::GENERIC },
    columns: &[NAME, column("AddressType"), column("Ports"), column("Endpoints"), AGE],
    row: |object, cx| {
        vec![
            name_cell(object),
            str_at(object, "/addressType").into(),
            some(ports(object)).into(),
            some(endpoints(object)).into(),
            age_cell(object, cx),
        ]
    },
    ..Resource::namespaced("discovery.k8s.io", "v1", "EndpointSlice").named(
        "endpointslices",
        "endpointslice",
        "endpointslices.discovery.k8s.io",
    )
};

fn default(object: &mut Value) {
    let Some(slice) = object.as_object_mut() else { return };
    for port in items(slice, "ports") {
        absent(port, "name", "");
        absent(port, "protocol", "TCP");
    }
    absent(slice, "endpoints", Value::Array(Vec::new()));
    absent(slice, "ports", Value::Null);
}

/// The first three of a list, and how many more there are.
fn some(list: Vec<String>) -> String {
    const SHOWN: usize = 3;
    if list.is_empty() {
        return "<unset>".to_owned();
    }
    let text = list.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(",");
    if list.len() > SHOWN { format!("{text} + {} more...", list.len() - SHOWN) } else { text }
}

fn ports(object: &Value) -> Vec<String> {
    let one = |port: &Value| match at(port, "/port") {
        Value::Null => {
            let name = str_at(port, "/name");
            if name.is_empty() { "*".to_owned() } else { name.to_owned() }
        }
        number => number.to_string(),
    };
    array_at(object, "/ports").iter().map(one).collect()
}

fn endpoints(object: &Value) -> Vec<String> {
    array_at(object, "/endpoints")
        .iter()
        .flat_map(|endpoint| array_at(endpoint, "/addresses"))
        .filter_map(|address| address.as_str().map(str::to_owned))
        .collect()
}
