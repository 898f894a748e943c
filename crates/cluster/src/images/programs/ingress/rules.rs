//! What ingresses say, with the endpoints that they lead to.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

/// Where requests are passed on to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Backend {
    /// `default-kubia-80`
    pub(super) name: String,
    /// `10.244.1.2:8080`
    pub(super) endpoints: Vec<String>,
}

struct Rule {
    /// Empty for all hosts.
    host: String,
    path: String,
    exact: bool,
    backend: Backend,
}

/// All rules, and certificates by host.
#[derive(Default)]
pub(super) struct Rules {
    rules: Vec<Rule>,
    certificates: BTreeMap<String, String>,
}

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Whether an ingress is of this controller's class, or of none.
pub(super) fn is_ours(ingress: &Value) -> bool {
    let class = match text(ingress, "/spec/ingressClassName") {
        "" => text(ingress, "/metadata/annotations/kubernetes.io~1ingress.class"),
        class => class,
    };
    matches!(class, "" | "nginx")
}

/// The secrets that ingresses name, with their namespaces and the hosts that they are for.
pub(super) fn secrets(ingresses: &[Value]) -> Vec<(String, String, Vec<String>)> {
    let mut found = Vec::new();
    for ingress in ingresses.iter().filter(|ingress| is_ours(ingress)) {
        for entry in list(ingress, "/spec/tls") {
            let hosts = list(entry, "/hosts").iter().filter_map(Value::as_str).map(str::to_owned).collect();
            found.push((
                text(ingress, "/metadata/namespace").to_owned(),
                text(entry, "/secretName").to_owned(),
                hosts,
            ));
        }
    }
    found
}

impl Rules {
    pub(super) fn read(ingresses: &[Value], services: &[Value], slices: &[Value]) -> Self {
        let mut rules = Self::default();
        for ingress in ingresses.iter().filter(|ingress| is_ours(ingress)) {
            let namespace = text(ingress, "/metadata/namespace");
            let resolve = |backend: &Value| resolve(namespace, backend, services, slices);
            for rule in list(ingress, "/spec/rules") {
                for path in list(rule, "/http/paths") {
                    if let Some(backend) = path.get("backend").and_then(resolve) {
                        rules.rules.push(Rule {
                            host: text(rule, "/host").to_owned(),
                            path: match text(path, "/path") {
                                "" => "/".to_owned(),
                                path => path.to_owned(),
                            },
                            exact: text(path, "/pathType") == "Exact",
                            backend,
                        });
                    }
                }
            }
            if let Some(backend) = ingress.pointer("/spec/defaultBackend").and_then(resolve) {
                rules.rules.push(Rule { host: String::new(), path: "/".to_owned(), exact: false, backend });
            }
        }
        rules
    }

    /// Takes a certificate from a secret of type `kubernetes.io/tls`.
    pub(super) fn add_certificate(&mut self, secret: &Value, hosts: Vec<String>) {
        let bytes = BASE64_STANDARD.decode(text(secret, "/data/tls.crt")).unwrap_or_default();
        let pem = String::from_utf8_lossy(&bytes).into_owned();
        if pem.contains("-----BEGIN CERTIFICATE-----") {
            self.certificates.extend(hosts.into_iter().map(|host| (host, pem.clone())));
        }
    }

    pub(super) fn certificate(&self, host: &str) -> Option<String> {
        let found = self.certificates.iter().find(|(pattern, _)| matches_host(pattern, host));
        found.map(|(_, pem)| pem.clone())
    }

    /// The backend of the most precise rule: own host before all hosts, exact path before prefix, long before
    /// short.
    pub(super) fn backend(&self, host: &str, path: &str) -> Option<&Backend> {
        let fitting = self.rules.iter().filter(|rule| {
            let right_host = rule.host.is_empty() || matches_host(&rule.host, host);
            right_host && if rule.exact { rule.path == path } else { is_below(path, &rule.path) }
        });
        let best = fitting.max_by_key(|rule| (!rule.host.is_empty(), rule.exact, rule.path.len()));
        best.map(|rule| &rule.backend)
    }
}

fn matches_host(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix("*.") {
        Some(rest) => host.split_once('.').is_some_and(|(_, parent)| parent.eq_ignore_ascii_case(rest)),
        None => pattern.eq_ignore_ascii_case(host),
    }
}

/// Whether a path is a prefix of another, element by element.
fn is_below(path: &str, prefix: &str) -> bool {
    let prefix = prefix.trim_end_matches('/');
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn resolve(namespace: &str, backend: &Value, services: &[Value], slices: &[Value]) -> Option<Backend> {
    let name = text(backend, "/service/name");
    let number = backend.pointer("/service/port/number").and_then(Value::as_i64);
    let port_name = text(backend, "/service/port/name");
    let own = |object: &&Value, field: &str| {
        text(object, "/metadata/namespace") == namespace && text(object, field) == name
    };
    let label = match number {
        Some(number) => number.to_string(),
        None => port_name.to_owned(),
    };
    let mut found = Backend { name: format!("{namespace}-{name}-{label}"), endpoints: Vec::new() };
    let Some(service) = services.iter().find(|service| own(service, "/metadata/name")) else {
        return Some(found);
    };
    let port = list(service, "/spec/ports").iter().find(|port| match number {
        Some(number) => port.get("port").and_then(Value::as_i64) == Some(number),
        None => text(port, "/name") == port_name,
    })?;
    for slice in slices.iter().filter(|slice| own(slice, "/metadata/labels/kubernetes.io~1service-name")) {
        let target = list(slice, "/ports").iter().find(|target| text(target, "/name") == text(port, "/name"));
        let Some(target) = target.and_then(|target| target.get("port")?.as_i64()) else { continue };
        for endpoint in list(slice, "/endpoints") {
            let ready = endpoint.pointer("/conditions/ready").and_then(Value::as_bool).unwrap_or(true);
            if let Some(address) =
                list(endpoint, "/addresses").first().and_then(Value::as_str).filter(|_| ready)
            {
                found.endpoints.push(format!("{address}:{target}"));
            }
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_most_precise_rule_wins() {
        let path = |path: &str, kind: &str, service: &str| json!({"path": path, "pathType": kind, "backend": {"service": {"name": service, "port": {"number": 80}}}});
        let ingress = json!({
            "metadata": {"namespace": "default", "name": "web"},
            "spec": {
                "rules": [
                    {"host": "a.example.com", "http": {"paths": [path("/", "Prefix", "root"), path("/foo", "Prefix", "foo")]}},
                    {"http": {"paths": [path("/only", "Exact", "only")]}},
                ],
            },
        });
        let service = |name: &str| json!({"metadata": {"namespace": "default", "name": name}, "spec": {"ports": [{"port": 80}]}});
        let slice = json!({
            "metadata": {"namespace": "default", "labels": {"kubernetes.io/service-name": "foo"}},
            "ports": [{"name": "", "port": 8080}],
            "endpoints": [
                {"addresses": ["10.244.1.2"], "conditions": {"ready": true}},
                {"addresses": ["10.244.1.3"], "conditions": {"ready": false}},
            ],
        });
        let rules = Rules::read(&[ingress], &[service("root"), service("foo"), service("only")], &[slice]);
        let name = |host: &str, path: &str| rules.backend(host, path).map(|backend| backend.name.clone());
        assert_eq!(name("a.example.com", "/foo/x").as_deref(), Some("default-foo-80"));
        assert_eq!(name("a.example.com", "/foobar").as_deref(), Some("default-root-80"));
        assert_eq!(name("b.example.com", "/only").as_deref(), Some("default-only-80"));
        assert_eq!(name("b.example.com", "/"), None);
        assert_eq!(rules.backend("a.example.com", "/foo").unwrap().endpoints, ["10.244.1.2:8080"]);
    }

    #[test]
    fn another_controllers_ingress_is_left_alone() {
        assert!(!is_ours(&json!({"spec": {"ingressClassName": "traefik"}})));
        assert!(is_ours(&json!({"spec": {"ingressClassName": "nginx"}})) && is_ours(&json!({"spec": {}})));
    }
}
