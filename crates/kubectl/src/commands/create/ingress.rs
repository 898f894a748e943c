//! `kubectl create ingress`
//!
//! Upstream: `kubectl/pkg/cmd/create/create_ingress.go`

use serde_json::{Map, Value, json};

use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let name = super::name_of(&args)?;
    let (default, rules) = (args.text("default-backend"), args.list("rule"));
    if default.is_empty() && rules.is_empty() {
        return Err(Error::local(
            "not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)",
        ));
    }
    let mut spec = Map::new();
    if !args.text("class").is_empty() {
        spec.insert("ingressClassName".to_owned(), json!(args.text("class")));
    }
    if !default.is_empty() {
        let Some((service, port)) = default.split_once(':') else {
            return Err(Error::local("default-backend should be in format servicename:serviceport"));
        };
        spec.insert("defaultBackend".to_owned(), backend(service, port));
    }
    let mut hosts: Vec<(String, Vec<Value>)> = Vec::new();
    let mut tls: Vec<Value> = Vec::new();
    for rule in rules {
        let (head, options) = rule.split_once(',').map_or((rule.as_str(), ""), |(head, rest)| (head, rest));
        let parsed = head
            .split_once('=')
            .and_then(|(place, target)| Some((place.split_once('/')?, target.split_once(':')?)));
        let Some(((host, path), (service, port))) = parsed else {
            return Err(Error::Local(format!(
                "rule {rule} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]"
            )));
        };
        let path = format!("/{path}");
        let (path, kind) = match path.strip_suffix('*') {
            Some(prefix) => (prefix.to_owned(), "Prefix"),
            None => (path, "Exact"),
        };
        let entry = json!({"path": path, "pathType": kind, "backend": backend(service, port)});
        match hosts.iter_mut().find(|(known, _)| known == host) {
            Some((_, paths)) => paths.push(entry),
            None => hosts.push((host.to_owned(), vec![entry])),
        }
        if let Some(secret) = options.strip_prefix("tls") {
            let mut item = Map::new();
            if !host.is_empty() {
                item.insert("hosts".to_owned(), json!([host]));
            }
            if let Some(secret) = secret.strip_prefix('=') {
                item.insert("secretName".to_owned(), json!(secret));
            }
            tls.push(item.into());
        }
    }
    if !hosts.is_empty() {
        let rules: Vec<Value> = hosts
            .into_iter()
            .map(|(host, paths)| {
                let mut rule = json!({"http": {"paths": paths}});
                if !host.is_empty() {
                    rule["host"] = json!(host);
                }
                rule
            })
            .collect();
        spec.insert("rules".to_owned(), rules.into());
    }
    if !tls.is_empty() {
        spec.insert("tls".to_owned(), tls.into());
    }
    let mut value = json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": name}, "spec": spec,
        "status": {"loadBalancer": {}},
    });
    for annotation in args.list("annotation") {
        let Some((key, text)) = super::pair(annotation) else {
            return Err(Error::Local(format!(
                "annotation {annotation} is invalid and should be in format key=[value]"
            )));
        };
        value["metadata"]["annotations"][key] = json!(text);
    }
    super::create(cx, &args, "ingresses.networking.k8s.io", "ingress: ", value).await
}

fn backend(service: &str, port: &str) -> Value {
    let port = match port.parse::<i64>() {
        Ok(number) => json!({"number": number}),
        Err(_) => json!({"name": port}),
    };
    json!({"service": {"name": service, "port": port}})
}
