//! Ingresses.
//!
//! Upstream: `pkg/apis/networking/validation/validation.go ValidateIngress`,
//! `pkg/printers/internalversion/printers.go printIngress`.

use podground_api::object::{array_at, at, str_at};
use podground_api::validation::{dns1123_label, dns1123_subdomain, port_name, port_number};
use podground_api::{Value, json};

use crate::apiserver::field::{Errors, Path};
use crate::resource::{AGE, NAME, Resource, RowContext, Strategy, column};
use crate::resources::{age_cell, name_cell, workload};

/// `ingresses` of `networking.k8s.io`.
pub static INGRESS: Resource = Resource {
    short_names: &["ing"],
    subresources: &["status"],
    strategy: Strategy {
        prepare_create: |_, object| workload::new_status(object, json!({ "loadBalancer": {} })),
        validate,
        validate_update: |new, _, errors| validate(new, errors),
        warnings,
        generation: true,
        ..Strategy::GENERIC
    },
    columns: &[NAME, column("Class"), column("Hosts"), column("Address"), column("Ports"), AGE],
    row,
    ..Resource::namespaced("networking.k8s.io", "v1", "Ingress").named(
        "ingresses",
        "ingress",
        "ingresses.networking.k8s.io",
    )
};

fn warnings(object: &Value, _old: Option<&Value>, found: &mut Vec<String>) {
    let annotation = at(object, "/metadata/annotations/kubernetes.io~1ingress.class");
    if !annotation.is_null() {
        found.push(
            "annotation \"kubernetes.io/ingress.class\" is deprecated, please use 'spec.ingressClassName' instead"
                .to_owned(),
        );
    }
}

fn validate(object: &Value, errors: &mut Errors) {
    let spec = Path::new("spec");
    let (rules, default) = (array_at(object, "/spec/rules"), at(object, "/spec/defaultBackend"));
    if rules.is_empty() && default.is_null() {
        let value = at(object, "/spec").clone();
        errors.invalid(&spec, value, "either `defaultBackend` or `rules` must be specified");
    }
    if !default.is_null() {
        backend(default, &spec.child("defaultBackend"), errors);
    }
    let list = spec.child("rules");
    for (index, rule) in rules.iter().enumerate() {
        let path = list.index(index);
        let host = str_at(rule, "/host");
        if !host.is_empty() {
            host_name(host, &path.child("host"), errors);
        }
        let paths = array_at(rule, "/http/paths");
        let http = path.child("http");
        let http_paths = http.child("paths");
        if !at(rule, "/http").is_null() && paths.is_empty() {
            errors.required(&http_paths, "");
        }
        for (index, entry) in paths.iter().enumerate() {
            let path = http_paths.index(index);
            http_path(entry, &path, errors);
            backend(at(entry, "/backend"), &path.child("backend"), errors);
        }
    }
    let list = spec.child("tls");
    for (index, tls) in array_at(object, "/spec/tls").iter().enumerate() {
        let path = list.index(index);
        let hosts = path.child("hosts");
        for (index, host) in array_at(tls, "/hosts").iter().enumerate() {
            host_name(host.as_str().unwrap_or_default(), &hosts.index(index), errors);
        }
    }
    let class = str_at(object, "/spec/ingressClassName");
    if !class.is_empty() {
        errors.invalid_all(&spec.child("ingressClassName"), class, dns1123_subdomain(class));
    }
}

fn host_name(host: &str, path: &Path<'_>, errors: &mut Errors) {
    if host.parse::<std::net::IpAddr>().is_ok() {
        errors.invalid(path, host, "must be a DNS name, not an IP address");
    } else if let Some(rest) = host.strip_prefix("*.") {
        errors.invalid_all(path, host, dns1123_subdomain(rest));
    } else {
        errors.invalid_all(path, host, dns1123_subdomain(host));
    }
}

fn http_path(entry: &Value, path: &Path<'_>, errors: &mut Errors) {
    let place = str_at(entry, "/path");
    let field = path.child("path");
    match str_at(entry, "/pathType") {
        "" => errors.required(&path.child("pathType"), "pathType must be specified"),
        "Exact" | "Prefix" => {
            if !place.starts_with('/') {
                errors.invalid(&field, place, "must be an absolute path");
            }
            for forbidden in ["//", "/./", "/../", "%2f", "%2F"] {
                if place.contains(forbidden) {
                    errors.invalid(&field, place, format!("must not contain '{forbidden}'"));
                }
            }
            for forbidden in ["/..", "/."] {
                if place.ends_with(forbidden) {
                    errors.invalid(&field, place, format!("cannot end with '{forbidden}'"));
                }
            }
        }
        "ImplementationSpecific" => {
            if !place.is_empty() && !place.starts_with('/') {
                errors.invalid(&field, place, "must be an absolute path");
            }
        }
        other => {
            let words = ["Exact", "ImplementationSpecific", "Prefix"];
            errors.not_supported(&path.child("pathType"), other, &words);
        }
    }
}

/// Upstream: `validateIngressBackend`
fn backend(backend: &Value, path: &Path<'_>, errors: &mut Errors) {
    let (service, resource) = (at(backend, "/service"), at(backend, "/resource"));
    if !service.is_null() && !resource.is_null() {
        errors.invalid(path, "", "cannot set both resource and service backends");
        return;
    }
    if !resource.is_null() {
        let path = path.child("resource");
        for field in ["kind", "name"] {
            if str_at(resource, &format!("/{field}")).is_empty() {
                errors.required(&path.child(field), "");
            }
        }
        return;
    }
    if service.is_null() {
        errors.required(path, "");
        return;
    }
    let path = path.child("service");
    let name = str_at(service, "/name");
    if name.is_empty() {
        errors.required(&path.child("name"), "");
    } else {
        errors.invalid_all(&path.child("name"), name, dns1123_label(name));
    }
    let port = path.child("port");
    let (port_name_text, number) =
        (str_at(service, "/port/name"), at(service, "/port/number").as_i64().unwrap_or(0));
    if !port_name_text.is_empty() && number != 0 {
        errors.invalid(&path, "", "cannot set both port name & port number");
    } else if !port_name_text.is_empty() {
        errors.invalid_all(&port.child("name"), port_name_text, port_name(port_name_text));
    } else if number != 0 {
        for sentence in port_number(number) {
            errors.invalid(&port.child("number"), number, sentence);
        }
    } else {
        errors.required(&path, "port name or number is required");
    }
}

fn row(object: &Value, cx: &RowContext) -> Vec<Value> {
    let class = str_at(object, "/spec/ingressClassName");
    let annotation = str_at(object, "/metadata/annotations/kubernetes.io~1ingress.class");
    let class = if class.is_empty() { annotation } else { class };
    let addresses: Vec<&str> = array_at(object, "/status/loadBalancer/ingress")
        .iter()
        .map(|ingress| {
            let ip = str_at(ingress, "/ip");
            if ip.is_empty() { str_at(ingress, "/hostname") } else { ip }
        })
        .filter(|address| !address.is_empty())
        .collect();
    vec![
        name_cell(object),
        if class.is_empty() { "<none>".into() } else { class.into() },
        hosts(object).into(),
        addresses.join(",").into(),
        if array_at(object, "/spec/tls").is_empty() { "80" } else { "80, 443" }.into(),
        age_cell(object, cx),
    ]
}

fn hosts(object: &Value) -> String {
    const SHOWN: usize = 3;
    let all: Vec<&str> = array_at(object, "/spec/rules")
        .iter()
        .map(|rule| str_at(rule, "/host"))
        .filter(|host| !host.is_empty())
        .collect();
    if all.is_empty() {
        return "*".to_owned();
    }
    let text = all.iter().take(SHOWN).copied().collect::<Vec<_>>().join(",");
    if all.len() > SHOWN { format!("{text} + {} more...", all.len() - SHOWN) } else { text }
}
