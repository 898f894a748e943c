//! Endpoints, the forerunner of endpoint slices.
//!
//! Upstream: `pkg/printers/internalversion/printers.go printEndpoints`.

use podground_api::Value;
use podground_api::object::{array_at, i64_at, str_at};

use crate::resource::{AGE, NAME, Resource, Strategy, column};
use crate::resources::core::pod::defaults::{absent, items};
use crate::resources::{age_cell, name_cell};

/// What each answer about endpoints warns of.
pub(crate) const DEPRECATED: &str =
    "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice";

/// `endpoints`.
pub static ENDPOINTS: Resource = Resource {
    short_names: &["ep"],
    strategy: Strategy { default, ..Strategy::GENERIC },
    columns: &[NAME, column("Endpoints"), AGE],
    row: |object, cx| vec![name_cell(object), addresses(object).into(), age_cell(object, cx)],
    ..Resource::namespaced("", "v1", "Endpoints").named("endpoints", "endpoints", "endpoints")
};

fn default(object: &mut Value) {
    let Some(endpoints) = object.as_object_mut() else { return };
    for subset in items(endpoints, "subsets") {
        items(subset, "ports").for_each(|port| absent(port, "protocol", "TCP"));
    }
}

fn addresses(object: &Value) -> String {
    const SHOWN: usize = 3;
    let mut list = Vec::new();
    let mut count = 0;
    for subset in array_at(object, "/subsets") {
        let ports = array_at(subset, "/ports");
        let addresses = array_at(subset, "/addresses");
        if ports.is_empty() {
            for address in addresses {
                count += 1;
                list.push(str_at(address, "/ip").to_owned());
            }
        }
        for port in ports {
            let number = i64_at(port, "/port").unwrap_or(0);
            for address in addresses {
                count += 1;
                list.push(format!("{}:{number}", bracketed(str_at(address, "/ip"))));
            }
        }
    }
    list.truncate(SHOWN);
    let text = list.join(",");
    if count == 0 {
        "<none>".to_owned()
    } else if count > SHOWN {
        format!("{text} + {} more...", count - SHOWN)
    } else {
        text
    }
}

fn bracketed(ip: &str) -> String {
    if ip.contains(':') { format!("[{ip}]") } else { ip.to_owned() }
}
