//! Network policies.
//!
//! Upstream: `pkg/apis/networking/v1/defaults.go`, `pkg/apis/networking/validation/validation.go ValidateNetworkPolicy`.

use podground_api::object::{array_at, at, i64_at, str_at};
use podground_api::{Value, json};

use crate::apiserver::field::{Errors, Path};
use crate::resource::{AGE, NAME, Resource, Strategy, column};
use crate::resources::core::pod::defaults::{absent, child, items};
use crate::resources::core::pod::validation::port;
use crate::resources::selector::validate_label_selector;
use crate::resources::{age_cell, name_cell, selector_cell};

/// `networkpolicies` of `networking.k8s.io`.
pub static NETWORK_POLICY: Resource = Resource {
    short_names: &["netpol"],
    strategy: Strategy {
        default,
        validate,
        validate_update: |new, _, errors| validate(new, errors),
        generation: true,
        ..Strategy::GENERIC
    },
    columns: &[NAME, column("Pod-Selector"), AGE],
    row: |object, cx| {
        vec![name_cell(object), selector_cell(at(object, "/spec/podSelector")), age_cell(object, cx)]
    },
    ..Resource::namespaced("networking.k8s.io", "v1", "NetworkPolicy").named(
        "networkpolicies",
        "networkpolicy",
        "networkpolicies.networking.k8s.io",
    )
};

fn default(object: &mut Value) {
    let Some(policy) = object.as_object_mut() else { return };
    let Some(spec) = child(policy, "spec") else { return };
    absent(spec, "podSelector", json!({}));
    for direction in ["ingress", "egress"] {
        for rule in items(spec, direction) {
            items(rule, "ports").for_each(|port| absent(port, "protocol", "TCP"));
        }
    }
    let has_egress = spec.get("egress").and_then(Value::as_array).is_some_and(|rules| !rules.is_empty());
    let types = if has_egress { json!(["Ingress", "Egress"]) } else { json!(["Ingress"]) };
    absent(spec, "policyTypes", types);
}

fn validate(object: &Value, errors: &mut Errors) {
    let spec = Path::new("spec");
    validate_label_selector(at(object, "/spec/podSelector"), &spec.child("podSelector"), errors);
    for (direction, peers) in [("ingress", "from"), ("egress", "to")] {
        let list = spec.child(direction);
        for (index, rule) in array_at(object, &format!("/spec/{direction}")).iter().enumerate() {
            let path = list.index(index);
            ports(rule, &path.child("ports"), errors);
            let list = path.child(peers);
            for (index, peer) in array_at(rule, &format!("/{peers}")).iter().enumerate() {
                validate_peer(peer, &list.index(index), errors);
            }
        }
    }
    let types = array_at(object, "/spec/policyTypes");
    let path = spec.child("policyTypes");
    if types.len() > 2 {
        let value = Value::Array(types.to_vec());
        errors.invalid(&path, value, "may not specify more than two policyTypes");
    } else {
        for (index, kind) in types.iter().enumerate() {
            let kind = kind.as_str().unwrap_or_default();
            if !["Ingress", "Egress"].contains(&kind) {
                errors.not_supported(&path.index(index), kind, &["Egress", "Ingress"]);
            }
        }
    }
}

fn ports(rule: &Value, list: &Path<'_>, errors: &mut Errors) {
    for (index, entry) in array_at(rule, "/ports").iter().enumerate() {
        let path = list.index(index);
        let protocol = str_at(entry, "/protocol");
        if !["SCTP", "TCP", "UDP"].contains(&protocol) {
            errors.not_supported(&path.child("protocol"), protocol, &["SCTP", "TCP", "UDP"]);
        }
        let number = at(entry, "/port");
        let end = i64_at(entry, "/endPort");
        if number.is_null() {
            if let Some(end) = end {
                let sentence = "may not be specified when `port` is not specified";
                errors.invalid(&path.child("endPort"), end, sentence);
            }
            continue;
        }
        port(number, &path.child("port"), errors);
        if let Some(end) = end {
            if number.is_string() {
                let sentence = "may not be specified when `port` is non-numeric";
                errors.invalid(&path.child("endPort"), end, sentence);
            } else if end < number.as_i64().unwrap_or(0) {
                errors.invalid(&path.child("endPort"), end, "must be greater than or equal to `port`");
            }
        }
    }
}

fn validate_peer(peer: &Value, path: &Path<'_>, errors: &mut Errors) {
    let mut count = 0;
    for field in ["podSelector", "namespaceSelector"] {
        let selector = at(peer, &format!("/{field}"));
        if !selector.is_null() {
            count += 1;
            validate_label_selector(selector, &path.child(field), errors);
        }
    }
    let block = at(peer, "/ipBlock");
    if !block.is_null() {
        count += 1;
        let path = path.child("ipBlock");
        let cidr = str_at(block, "/cidr");
        if cidr.is_empty() {
            errors.required(&path.child("cidr"), "");
        } else if !is_cidr(cidr) {
            let sentence = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
            errors.invalid(&path.child("cidr"), cidr, sentence);
        }
    }
    if count == 0 {
        errors.required(path, "must specify a peer");
    } else if count > 1 && !block.is_null() {
        errors.forbidden(path, "may not specify both ipBlock and another peer");
    }
}

fn is_cidr(text: &str) -> bool {
    let Some((ip, length)) = text.split_once('/') else { return false };
    match (ip.parse::<std::net::IpAddr>(), length.parse::<u8>()) {
        (Ok(ip), Ok(length)) => length <= if ip.is_ipv4() { 32 } else { 128 },
        _ => false,
    }
}
