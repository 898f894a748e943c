//! Services.

use podground_api::object::{self, array_at, at, bool_at, i64_at, str_at};
use serde_json::Value;

use super::Describer;
use super::text::{Writer, label_line, number, scalar_or};
use crate::error::Result;

/// How many endpoints are shown.
const MAX_ENDPOINTS: usize = 3;

pub(super) async fn describe(d: &Describer, service: &Value, w: &mut Writer) -> Result<()> {
    w.head(service);
    w.field(0, "Selector", label_line(service, "/spec/selector"));
    w.field(0, "Type", str_at(service, "/spec/type"));
    let policy = str_at(service, "/spec/ipFamilyPolicy");
    if !policy.is_empty() {
        w.field(0, "IP Family Policy", policy);
    }
    let joined = |pointer: &str| {
        let words: Vec<&str> = array_at(service, pointer).iter().filter_map(Value::as_str).collect();
        if words.is_empty() { "<none>".to_owned() } else { words.join(",") }
    };
    w.field(0, "IP Families", joined("/spec/ipFamilies"));
    w.field(0, "IP", str_at(service, "/spec/clusterIP"));
    w.field(0, "IPs", joined("/spec/clusterIPs"));
    if !array_at(service, "/spec/externalIPs").is_empty() {
        w.field(0, "External IPs", joined("/spec/externalIPs"));
    }
    for (name, pointer) in
        [("Desired LoadBalancer IP", "/spec/loadBalancerIP"), ("External Name", "/spec/externalName")]
    {
        let value = str_at(service, pointer);
        if !value.is_empty() {
            w.field(0, name, value);
        }
    }
    let ingress: Vec<String> = array_at(service, "/status/loadBalancer/ingress")
        .iter()
        .map(|ingress| match str_at(ingress, "/ip") {
            "" => str_at(ingress, "/hostname").to_owned(),
            ip => format!("{ip} ({})", scalar_or(at(ingress, "/ipMode"), "VIP")),
        })
        .collect();
    if !ingress.is_empty() {
        w.field(0, "LoadBalancer Ingress", ingress.join(", "));
    }
    let path = format!("/apis/discovery.k8s.io/v1/namespaces/{}/endpointslices", object::namespace(service));
    let query = [("labelSelector", format!("kubernetes.io/service-name={}", object::name(service)))];
    let slices = d.list(&path, &query).await;
    for port in array_at(service, "/spec/ports") {
        ports(w, port, &slices);
    }
    w.field(0, "Session Affinity", str_at(service, "/spec/sessionAffinity"));
    for (name, pointer) in [
        ("External Traffic Policy", "/spec/externalTrafficPolicy"),
        ("Internal Traffic Policy", "/spec/internalTrafficPolicy"),
        ("Traffic Distribution", "/spec/trafficDistribution"),
    ] {
        let value = str_at(service, pointer);
        if !value.is_empty() {
            w.field(0, name, value);
        }
    }
    if let Some(port) = i64_at(service, "/spec/healthCheckNodePort").filter(|port| *port != 0) {
        w.field(0, "HealthCheck NodePort", port);
    }
    let ranges: Vec<&str> =
        array_at(service, "/spec/loadBalancerSourceRanges").iter().filter_map(Value::as_str).collect();
    if !ranges.is_empty() {
        w.field(0, "LoadBalancer Source Ranges", ranges.join(","));
    }
    d.events(service, w).await;
    Ok(())
}

fn ports(w: &mut Writer, port: &Value, slices: &[Value]) {
    let name = str_at(port, "/name");
    let shown = if name.is_empty() { "<unset>" } else { name };
    let protocol = str_at(port, "/protocol");
    w.field(0, "Port", format_args!("{shown}\t{}/{protocol}", number(port, "/port")));
    w.field(0, "TargetPort", format_args!("{}/{protocol}", scalar_or(at(port, "/targetPort"), "0")));
    if let Some(node_port) = i64_at(port, "/nodePort").filter(|port| *port != 0) {
        w.field(0, "NodePort", format_args!("{shown}\t{node_port}/{protocol}"));
    }
    w.field(0, "Endpoints", endpoints(slices, name));
}

/// `10.244.1.5:80,10.244.2.3:80 + 2 more...`: the ready ones of a port.
pub(super) fn endpoints(slices: &[Value], port_name: &str) -> String {
    let mut all: Vec<String> = Vec::new();
    for slice in slices {
        for port in array_at(slice, "/ports").iter().filter(|port| str_at(port, "/name") == port_name) {
            let number = number(port, "/port");
            for endpoint in array_at(slice, "/endpoints") {
                let ready =
                    at(endpoint, "/conditions/ready").is_null() || bool_at(endpoint, "/conditions/ready");
                if ready {
                    let addresses = array_at(endpoint, "/addresses").iter().filter_map(Value::as_str);
                    all.extend(addresses.map(|address| format!("{address}:{number}")));
                }
            }
        }
    }
    let more = all.len().saturating_sub(MAX_ENDPOINTS);
    all.truncate(MAX_ENDPOINTS);
    let text = all.join(",");
    if more > 0 { format!("{text} + {more} more...") } else { text }
}
