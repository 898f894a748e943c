//! `kubectl create service`
//!
//! Upstream: `kubectl/pkg/cmd/create/create_service.go`

use serde_json::{Value, json};

use crate::command::Command;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::{Args, go_quote};

/// The subcommands.
pub(crate) const COMMANDS: &[Command] = &[
    Command::new("clusterip", "Create a ClusterIP service", |cx, args| Box::pin(run(cx, args, "ClusterIP"))),
    Command::new("externalname", "Create an ExternalName service", |cx, args| {
        Box::pin(run(cx, args, "ExternalName"))
    })
    .required(&["external-name"]),
    Command::new("loadbalancer", "Create a LoadBalancer service", |cx, args| {
        Box::pin(run(cx, args, "LoadBalancer"))
    }),
    Command::new("nodeport", "Create a NodePort service", |cx, args| Box::pin(run(cx, args, "NodePort"))),
];

async fn run(cx: &Context, args: Args, kind: &str) -> Result<()> {
    let name = super::name_of(&args)?;
    let tcp = args.list("tcp");
    let cluster_ip = args.text("clusterip");
    if kind == "ClusterIP" && cluster_ip == "None" && !tcp.is_empty() {
        return Err(Error::local("can not map ports with clusterip=None"));
    }
    if tcp.is_empty() && kind != "ExternalName" && cluster_ip != "None" {
        return Err(Error::local("at least one tcp port specifier must be provided"));
    }
    let mut ports = Vec::new();
    for spec in tcp {
        let (port, target) = port_pair(spec)?;
        let mut entry = json!({
            "name": spec.replace(':', "-"), "port": port, "targetPort": target, "protocol": "TCP",
        });
        if args.number("node-port") > 0 {
            entry["nodePort"] = json!(args.number("node-port"));
        }
        ports.push(entry);
    }
    let mut spec = json!({"type": kind, "selector": {"app": name}});
    if !ports.is_empty() {
        spec["ports"] = Value::Array(ports);
    }
    if !cluster_ip.is_empty() {
        spec["clusterIP"] = json!(cluster_ip);
    }
    if kind == "ExternalName" {
        spec["externalName"] = json!(args.text("external-name"));
    }
    let value = json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "labels": {"app": name}},
        "spec": spec, "status": {"loadBalancer": {}},
    });
    super::create(cx, &args, "services", &format!("{kind} service: "), value).await
}

/// `80` or `80:8080`; the target may be a name.
fn port_pair(spec: &str) -> Result<(i64, Value)> {
    let (port, target) = spec.split_once(':').unwrap_or((spec, spec));
    let number = |text: &str| -> Result<i64> {
        text.parse::<u16>().map(i64::from).map_err(|error| {
            let why = match error.kind() {
                std::num::IntErrorKind::PosOverflow => "value out of range",
                _ => "invalid syntax",
            };
            Error::Local(format!("strconv.ParseUint: parsing {}: {why}", go_quote(text)))
        })
    };
    let port = number(port)?;
    if target.chars().next().is_some_and(|c| c.is_ascii_digit()) {
        return Ok((port, json!(number(target)?)));
    }
    let wrong = podground_api::validation::port_name(target);
    if wrong.is_empty() { Ok((port, json!(target))) } else { Err(Error::Local(wrong.join(","))) }
}
