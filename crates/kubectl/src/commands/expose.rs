//! `kubectl expose`
//!
//! Upstream: `kubectl/pkg/cmd/expose/expose.go`

use std::rc::Rc;

use podground_api::object::{self, array_at, i64_at, set_at, str_at};
use podground_api::{patch, yaml};
use serde_json::{Map, Value, json};

use super::common::{Change, DryRun, remember_applied};
use super::create::pair;
use crate::builder::{Info, Query};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::{Args, go_quote};

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let mut change = Change::from_args(cx, &args).await?;
    if let Some(output) = &mut change.output {
        output.go_order = true;
    }
    let mut query = Query::from_args(cx, &args, &args.words)?.with_latest();
    // Here `-l` gives the labels of the service, and `--selector` its selector.
    query.labels = None;
    if query.words.is_empty() && !query.has_files() {
        return Err(Error::local(crate::builder::NO_RESOURCE));
    }
    let (infos, mut errors) = query.run(cx).await?.split();
    for info in &infos {
        if let Err(error) = one(cx, &args, &change, info).await {
            errors.push(error);
        }
    }
    Error::many(errors)
}

async fn one(cx: &Context, args: &Args, change: &Change, info: &Info) -> Result<()> {
    let kind = info.mapping.kind.as_str();
    if !matches!(kind, "ReplicationController" | "Service" | "Pod" | "Deployment" | "ReplicaSet") {
        return Err(Error::Local(format!("cannot expose a {kind}")));
    }
    let mut value = service(args, info)?;
    set_at(&mut value, "/metadata/namespace", json!(info.namespace));
    if change.dry_run == DryRun::Client && cx.explicit_namespace().is_none() {
        object::remove_at(&mut value, "/metadata/namespace");
    }
    if !args.text("overrides").is_empty() {
        let overrides = yaml::load(args.text("overrides"))
            .map_err(|why| Error::Local(format!("Invalid JSON Patch/overrides: {why}")))?;
        value = match args.text("override-type") {
            "json" => patch::apply_json_patch(&value, &overrides).map_err(Error::Local)?,
            _ => patch::apply_merge_patch(&value, &overrides),
        };
    }
    super::common::record(args, &mut value);
    if args.is("save-config") {
        remember_applied(&mut value, true);
    }
    let mapping = cx.mapper().await?.for_argument("services")?;
    let created = change.create(cx, &mapping, &info.namespace, Rc::new(value)).await?;
    change.tell(cx, &created, "exposed").await
}

fn service(args: &Args, info: &Info) -> Result<Value> {
    let name = match args.text("name") {
        "" => info.name.chars().take(63).collect::<String>(),
        name => name.to_owned(),
    };
    let selector = match args.text("selector") {
        "" => selector_of(info).map_err(|why| {
            Error::Local(format!("couldn't retrieve selectors via --selector flag or introspection: {why}"))
        })?,
        text => parse_labels(text)?,
    };
    let is_headless = args.text("cluster-ip") == "None";
    let found = ports_of(&info.object);
    let ports: Vec<String> = match args.text("port") {
        "" if found.is_empty() && !is_headless => {
            return Err(Error::local("couldn't find port via --port flag or introspection"));
        }
        "" => found.iter().map(|(port, _)| port.to_string()).collect(),
        text => text.split(',').map(str::to_owned).collect(),
    };
    let labels = match args.text("labels") {
        "" => object::labels(&info.object).cloned().unwrap_or_default(),
        text => parse_labels(text)?,
    };
    let mut metadata = json!({"name": name});
    if !labels.is_empty() {
        metadata["labels"] = labels.into();
    }
    let mut spec = json!({"selector": selector});
    let entries = port_entries(args, &ports, &found)?;
    if !entries.is_empty() {
        spec["ports"] = Value::Array(entries);
    }
    for (flag, field) in [
        ("type", "type"),
        ("session-affinity", "sessionAffinity"),
        ("cluster-ip", "clusterIP"),
        ("load-balancer-ip", "loadBalancerIP"),
    ] {
        if !args.text(flag).is_empty() {
            spec[field] = json!(args.text(flag));
        }
    }
    if !args.text("external-ip").is_empty() {
        spec["externalIPs"] = json!([args.text("external-ip")]);
    }
    Ok(json!({
        "apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec,
        "status": {"loadBalancer": {}},
    }))
}

fn port_entries(args: &Args, ports: &[String], found: &[(i64, String)]) -> Result<Vec<Value>> {
    let mut entries = Vec::new();
    for (index, text) in ports.iter().enumerate() {
        let port: i64 = text
            .parse()
            .map_err(|_| Error::Local(format!("strconv.Atoi: parsing {}: invalid syntax", go_quote(text))))?;
        let protocol = match args.text("protocol") {
            "" => found
                .iter()
                .find(|(known, _)| *known == port)
                .map_or("TCP", |(_, protocol)| if protocol.is_empty() { "TCP" } else { protocol }),
            protocol => protocol,
        };
        let target = match args.text("target-port") {
            "" => json!(port),
            text => text.parse::<i64>().map_or_else(|_| json!(text), |number| json!(number)),
        };
        let mut entry = json!({"port": port, "protocol": protocol, "targetPort": target});
        if ports.len() > 1 {
            entry["name"] = json!(format!("port-{}", index + 1));
        }
        entries.push(entry);
    }
    Ok(entries)
}

fn parse_labels(text: &str) -> Result<Map<String, Value>> {
    let mut labels = Map::new();
    for part in text.split(',') {
        let Some((key, value)) = pair(part) else {
            return Err(Error::Local(format!("unexpected label spec: {part}")));
        };
        labels.insert(key.to_owned(), json!(value));
    }
    Ok(labels)
}

/// The labels by which one selects what the object stands for.
///
/// Upstream: `kubectl/pkg/polymorphichelpers/mapbasedselectorforobject.go`
fn selector_of(info: &Info) -> std::result::Result<Map<String, Value>, String> {
    let map = |pointer: &str| object::map_at(&info.object, pointer).cloned().unwrap_or_default();
    match info.mapping.kind.as_str() {
        "Pod" => {
            let labels = map("/metadata/labels");
            if labels.is_empty() {
                Err("the pod has no labels and cannot be exposed".to_owned())
            } else {
                Ok(labels)
            }
        }
        "Service" => {
            let selector = map("/spec/selector");
            if selector.is_empty() {
                Err("the service has no pod selector set".to_owned())
            } else {
                Ok(selector)
            }
        }
        "ReplicationController" => Ok(map("/spec/selector")),
        _ => {
            let expressions = array_at(&info.object, "/spec/selector/matchExpressions");
            let labels = map("/spec/selector/matchLabels");
            if !expressions.is_empty() {
                return Err("couldn't convert expressions to map-based selector format".to_owned());
            }
            if labels.is_empty() {
                return Err(format!("the {} has no match labels", info.mapping.kind.to_lowercase()));
            }
            Ok(labels)
        }
    }
}

/// The ports of a service or of the containers, with their protocols.
fn ports_of(value: &Value) -> Vec<(i64, String)> {
    let entry = |port: &Value, field: &str| {
        (i64_at(port, field).unwrap_or_default(), str_at(port, "/protocol").to_owned())
    };
    let of_containers = |pointer: &str| {
        array_at(value, pointer)
            .iter()
            .flat_map(|container| array_at(container, "/ports"))
            .map(|port| entry(port, "/containerPort"))
            .collect()
    };
    match object::kind(value) {
        "Service" => array_at(value, "/spec/ports").iter().map(|port| entry(port, "/port")).collect(),
        "Pod" => of_containers("/spec/containers"),
        _ => of_containers("/spec/template/spec/containers"),
    }
}
