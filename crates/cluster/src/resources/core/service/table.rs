//! The columns of services.
//!
//! Upstream: `pkg/printers/internalversion/printers.go printService`.

use podground_api::Value;
use podground_api::object::{array_at, at, i64_at, str_at};

use crate::resource::{AGE, Column, NAME, RowContext, column, wide};
use crate::resources::{age_cell, labels_cell, name_cell};

pub(super) const COLUMNS: &[Column] = &[
    NAME,
    column("Type"),
    column("Cluster-IP"),
    column("External-IP"),
    column("Port(s)"),
    AGE,
    wide("Selector"),
];

pub(super) fn row(service: &Value, cx: &RowContext) -> Vec<Value> {
    let kind = str_at(service, "/spec/type");
    let ip = array_at(service, "/spec/clusterIPs").first().and_then(Value::as_str);
    let ip = ip.unwrap_or_else(|| str_at(service, "/spec/clusterIP"));
    vec![
        name_cell(service),
        kind.into(),
        if ip.is_empty() { "<none>".into() } else { ip.into() },
        external_ip(service, kind).into(),
        ports(service).into(),
        age_cell(service, cx),
        labels_cell(at(service, "/spec/selector")),
    ]
}

fn external_ip(service: &Value, kind: &str) -> String {
    let texts = |pointer: &str| -> Vec<&str> {
        array_at(service, pointer).iter().filter_map(Value::as_str).collect()
    };
    let external = texts("/spec/externalIPs");
    match kind {
        "ClusterIP" | "NodePort" if external.is_empty() => "<none>".to_owned(),
        "ClusterIP" | "NodePort" => external.join(","),
        "LoadBalancer" => {
            let ingress = array_at(service, "/status/loadBalancer/ingress");
            let mut addresses: Vec<&str> = ingress
                .iter()
                .map(|ingress| {
                    let ip = str_at(ingress, "/ip");
                    if ip.is_empty() { str_at(ingress, "/hostname") } else { ip }
                })
                .filter(|address| !address.is_empty())
                .collect();
            addresses.extend(external);
            if addresses.is_empty() { "<pending>".to_owned() } else { addresses.join(",") }
        }
        "ExternalName" => str_at(service, "/spec/externalName").to_owned(),
        _ => "<unknown>".to_owned(),
    }
}

fn ports(service: &Value) -> String {
    let ports = array_at(service, "/spec/ports");
    if ports.is_empty() {
        return "<none>".to_owned();
    }
    let one = |port: &Value| {
        let (number, protocol) = (i64_at(port, "/port").unwrap_or(0), str_at(port, "/protocol"));
        match i64_at(port, "/nodePort").unwrap_or(0) {
            0 => format!("{number}/{protocol}"),
            node => format!("{number}:{node}/{protocol}"),
        }
    };
    ports.iter().map(one).collect::<Vec<_>>().join(",")
}
