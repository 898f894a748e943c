//! What is refused of a service.
//!
//! Upstream: `pkg/apis/core/validation/validation.go ValidateService`.

use std::collections::BTreeSet;

use podground_api::object::{array_at, at, i64_at, str_at};
use podground_api::validation::{dns1123_label, dns1123_subdomain, port_name, port_number};
use podground_api::{Value, json};

use crate::apiserver::field::{Errors, Path};
use crate::apiserver::meta::validate_labels;

const TYPES: [&str; 4] = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];

pub(super) fn validate(service: &Value, errors: &mut Errors) {
    let spec = Path::new("spec");
    let kind = str_at(service, "/spec/type");
    let headless = str_at(service, "/spec/clusterIP") == "None";
    let ports = array_at(service, "/spec/ports");
    if ports.is_empty() && !headless && kind != "ExternalName" {
        errors.required(&spec.child("ports"), "");
    }
    match kind {
        "LoadBalancer" if headless => {
            let path = spec.child("clusterIPs");
            errors.invalid(&path.index(0), "None", "may not be set to 'None' for LoadBalancer services");
        }
        "NodePort" if headless => {
            let path = spec.child("clusterIPs");
            errors.invalid(&path.index(0), "None", "may not be set to 'None' for NodePort services");
        }
        "ExternalName" => external_name(service, &spec, errors),
        _ => {}
    }
    ports_of(ports, &spec.child("ports"), errors);
    validate_labels(at(service, "/spec/selector"), &spec.child("selector"), errors);
    let affinity = str_at(service, "/spec/sessionAffinity");
    if affinity.is_empty() {
        errors.required(&spec.child("sessionAffinity"), "");
    } else if !["ClientIP", "None"].contains(&affinity) {
        errors.not_supported(&spec.child("sessionAffinity"), affinity, &["ClientIP", "None"]);
    }
    if let Some(seconds) = i64_at(service, "/spec/sessionAffinityConfig/clientIP/timeoutSeconds")
        && !(1..=86400).contains(&seconds)
    {
        let config = spec.child("sessionAffinityConfig");
        let client = config.child("clientIP");
        errors.invalid(
            &client.child("timeoutSeconds"),
            seconds,
            "must be greater than 0 and less than 86400",
        );
    }
    external_ips(service, &spec.child("externalIPs"), errors);
    if !TYPES.contains(&kind) {
        if kind.is_empty() {
            errors.required(&spec.child("type"), "");
        } else {
            errors.not_supported(&spec.child("type"), kind, &TYPES);
        }
    }
    duplicate_ports(service, kind, errors);
    traffic_policies(service, kind, &spec, errors);
}

fn external_name(service: &Value, spec: &Path<'_>, errors: &mut Errors) {
    for field in ["clusterIP", "clusterIPs"] {
        let value = at(service, &format!("/spec/{field}"));
        let set = value.as_str().is_some_and(|text| !text.is_empty())
            || value.as_array().is_some_and(|list| !list.is_empty());
        if set && field == "clusterIPs" {
            errors.forbidden(&spec.child(field), "may not be set for ExternalName services");
        }
    }
    let external = str_at(service, "/spec/externalName");
    let value = external.strip_suffix('.').unwrap_or(external);
    if value.is_empty() {
        errors.required(&spec.child("externalName"), "");
    } else {
        errors.invalid_all(&spec.child("externalName"), value, dns1123_subdomain(value));
    }
}

fn ports_of(ports: &[Value], list: &Path<'_>, errors: &mut Errors) {
    let named = ports.len() > 1;
    let mut names = BTreeSet::new();
    for (index, port) in ports.iter().enumerate() {
        let path = list.index(index);
        let name = str_at(port, "/name");
        if named && name.is_empty() {
            errors.required(&path.child("name"), "");
        } else if !name.is_empty() {
            let wrong = dns1123_label(name);
            errors.invalid_all(&path.child("name"), name, wrong);
            if !names.insert(name) {
                errors.duplicate(&path.child("name"), name);
            }
        }
        let number = i64_at(port, "/port").unwrap_or(0);
        for sentence in port_number(number) {
            errors.invalid(&path.child("port"), number, sentence);
        }
        let protocol = str_at(port, "/protocol");
        if protocol.is_empty() {
            errors.required(&path.child("protocol"), "");
        } else if !["SCTP", "TCP", "UDP"].contains(&protocol) {
            errors.not_supported(&path.child("protocol"), protocol, &["SCTP", "TCP", "UDP"]);
        }
        let target = at(port, "/targetPort");
        let target_path = path.child("targetPort");
        match target {
            Value::String(name) => errors.invalid_all(&target_path, name, port_name(name)),
            other => {
                let number = other.as_i64().unwrap_or(0);
                for sentence in port_number(number) {
                    errors.invalid(&target_path, number, sentence);
                }
            }
        }
    }
}

fn external_ips(service: &Value, path: &Path<'_>, errors: &mut Errors) {
    for (index, ip) in array_at(service, "/spec/externalIPs").iter().enumerate() {
        let text = ip.as_str().unwrap_or_default();
        if text.parse::<std::net::IpAddr>().is_err() {
            let sentence = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
            errors.invalid(&path.index(index), text, sentence);
        }
    }
}

/// A port as upstream's internal type prints it.
fn internal(protocol: &str, port: i64) -> String {
    // The order of the fields is part of the sentence.
    format!(
        "{{\"Name\":\"\",\"Protocol\":{protocol:?},\"AppProtocol\":null,\"Port\":{port},\"TargetPort\":0,\"NodePort\":0}}"
    )
}

fn duplicate_ports(service: &Value, kind: &str, errors: &mut Errors) {
    let spec = Path::new("spec");
    let list = spec.child("ports");
    if kind == "ClusterIP" {
        for (index, port) in array_at(service, "/spec/ports").iter().enumerate() {
            let number = i64_at(port, "/nodePort").unwrap_or(0);
            if number != 0 {
                let path = list.index(index);
                errors.forbidden(&path.child("nodePort"), "may not be used when `type` is 'ClusterIP'");
            }
        }
    }
    let mut seen = BTreeSet::new();
    for (index, port) in array_at(service, "/spec/ports").iter().enumerate() {
        let number = i64_at(port, "/nodePort").unwrap_or(0);
        if number != 0 && !seen.insert((str_at(port, "/protocol"), number)) {
            let path = list.index(index);
            errors.duplicate(&path.child("nodePort"), json!(number));
        }
    }
    let mut seen = BTreeSet::new();
    for (index, port) in array_at(service, "/spec/ports").iter().enumerate() {
        let (protocol, number) = (str_at(port, "/protocol"), i64_at(port, "/port").unwrap_or(0));
        if !seen.insert((protocol, number)) {
            let body = format!("Duplicate value: {}", internal(protocol, number));
            errors.push(&list.index(index), "FieldValueDuplicate", body);
        }
    }
}

fn traffic_policies(service: &Value, kind: &str, spec: &Path<'_>, errors: &mut Errors) {
    let words = ["Cluster", "Local"];
    let internal = str_at(service, "/spec/internalTrafficPolicy");
    if !internal.is_empty() && !words.contains(&internal) {
        errors.not_supported(&spec.child("internalTrafficPolicy"), internal, &words);
    }
    let external = str_at(service, "/spec/externalTrafficPolicy");
    let path = spec.child("externalTrafficPolicy");
    let outside = ["NodePort", "LoadBalancer"].contains(&kind)
        || kind == "ClusterIP" && !array_at(service, "/spec/externalIPs").is_empty();
    if external.is_empty() {
        return;
    }
    if !outside {
        errors.invalid(&path, external, "may only be set for externally-accessible services");
    } else if !words.contains(&external) {
        errors.not_supported(&path, external, &words);
    }
}

pub(super) fn validate_update(new: &Value, old: &Value, errors: &mut Errors) {
    let kinds = (str_at(new, "/spec/type"), str_at(old, "/spec/type"));
    if kinds.0 != "ExternalName" && kinds.1 != "ExternalName" {
        let ips = at(new, "/spec/clusterIPs");
        let ip = |service: &Value| array_at(service, "/spec/clusterIPs").first().cloned();
        if ip(old).is_some() && ip(new) != ip(old) {
            let spec = Path::new("spec");
            let path = spec.child("clusterIPs");
            errors.invalid(&path.index(0), ips.clone(), "may not change once set");
        }
    }
    validate(new, errors);
}
