//! What a service gets where its author said nothing.
//!
//! Upstream: `pkg/apis/core/v1/defaults.go SetDefaults_Service`.

use podground_api::{Value, json};

use crate::resources::core::pod::defaults::{absent, child, items};

pub(super) fn default(service: &mut Value) {
    let Some(service) = service.as_object_mut() else { return };
    let Some(spec) = child(service, "spec") else { return };
    absent(spec, "sessionAffinity", "None");
    match spec.get("sessionAffinity").and_then(Value::as_str) {
        Some("None") => {
            spec.remove("sessionAffinityConfig");
        }
        Some("ClientIP") => {
            let timeout =
                spec.get("sessionAffinityConfig").and_then(|c| c.pointer("/clientIP/timeoutSeconds"));
            if timeout.is_none() {
                let config = json!({ "clientIP": { "timeoutSeconds": 10800 } });
                spec.insert("sessionAffinityConfig".to_owned(), config);
            }
        }
        _ => {}
    }
    absent(spec, "type", "ClusterIP");
    for port in items(spec, "ports") {
        absent(port, "protocol", "TCP");
        let target = port.get("targetPort");
        if target.is_none_or(|target| target == 0 || target == "") {
            let number = port.get("port").cloned().unwrap_or_else(|| 0.into());
            port.insert("targetPort".to_owned(), number);
        }
    }
    let kind = spec.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
    let outside = ["NodePort", "LoadBalancer"].contains(&kind.as_str());
    let external = spec.get("externalIPs").and_then(Value::as_array).is_some_and(|list| !list.is_empty());
    if outside || external && kind == "ClusterIP" {
        absent(spec, "externalTrafficPolicy", "Cluster");
    }
    if kind != "ExternalName" {
        absent(spec, "internalTrafficPolicy", "Cluster");
    }
    if kind == "LoadBalancer" {
        absent(spec, "allocateLoadBalancerNodePorts", true);
    }
}
