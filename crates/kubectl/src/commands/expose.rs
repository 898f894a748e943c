//! `kubectl expose`
//!
//! Upstream: `kubectl/pkg/cmd/expose/expose.go`

use std::rc::Rc;

use podground_api::object::{array_at, i64_at, map_at, set_at, str_at};
use podground_api::patch::apply_merge_patch;
use podground_api::yaml;
use serde_json::{Map, Value, json};

use super::common::{Change, DryRun};
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
    let query = Query::from_args(cx, &args, &args.words)?.with_latest();
    if query.words.is_empty() && !query.has_files() {
        return Err(Error::local(crate::builder::NO_RESOURCE));
    }
    let mut errors = Vec::new();
    for item in query.run(cx).await?.items {
        let result = match item {
            Ok(info) => one(cx, &args, &change, &info).await,
            Err(error) => Err(error),
        };
        errors.extend(result.err());
    }
    Error::many(errors)
}

async fn one(cx: &Context, args: &Args, change: &Change, info: &Info) -> Result<()> {
    let kind = info.mapping.kind.as_str();
    if !matches!(kind, "Pod" | "Service" | "ReplicationController" | "Deployment" | "ReplicaSet") {
        return Err(Error::Local(format!("cannot expose a {kind}")));
    }
    let service = overridden(args, service(args, info)?)?;
    let service = Rc::new(service);
    if change.dry_run == DryRun::Client {
        return change.tell(cx, &service, "exposed").await;
    }
    let mapping = cx.mapper().await?.for_argument("services")?;
    let created = change.create(cx, &mapping, &info.namespace, service).await?;
    change.tell(cx, &created, "exposed").await
}

fn overridden(args: &Args, service: Value) -> Result<Value> {
    if args.text("overrides").is_empty() {
        return Ok(service);
    }
    let patch = yaml::load(args.text("overrides"))
        .map_err(|error| Error::Local(format!("invalid overrides: {error}")))?;
    Ok(apply_merge_patch(&service, &patch))
}

fn service(args: &Args, info: &Info) -> Result<Value> {
    let name = if args.text("name").is_empty() {
        info.name.chars().take(63).collect()
    } else {
        args.text("name").to_owned()
    };
    let selector = selector(args, info)?;
    let ports = ports(args, info)?;
    let labels = if args.text("labels").is_empty() {
        map_at(&info.object, "/metadata/labels").cloned().unwrap_or_default()
    } else {
        pairs(args.text("labels"))?
    };
    let mut service = json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name},
        "spec": {"ports": ports, "selector": selector},
        "status": {"loadBalancer": {}},
    });
    if !labels.is_empty() {
        set_at(&mut service, "/metadata/labels", Value::Object(labels));
    }
    for (flag, pointer) in [
        ("type", "/spec/type"),
        ("cluster-ip", "/spec/clusterIP"),
        ("external-ip", "/spec/externalIPs"),
        ("load-balancer-ip", "/spec/loadBalancerIP"),
        ("session-affinity", "/spec/sessionAffinity"),
    ] {
        let value = args.text(flag);
        if !value.is_empty() {
            let value = if flag == "external-ip" { json!([value]) } else { json!(value) };
            set_at(&mut service, pointer, value);
        }
    }
    Ok(service)
}

fn pairs(text: &str) -> Result<Map<String, Value>> {
    text.split(',')
        .map(|pair| {
            let (key, value) =
                pair.split_once('=').ok_or_else(|| Error::Local(format!("unexpected label spec: {pair}")))?;
            Ok((key.to_owned(), json!(value)))
        })
        .collect()
}

fn selector(args: &Args, info: &Info) -> Result<Map<String, Value>> {
    if !args.text("selector").is_empty() {
        return pairs(args.text("selector"));
    }
    let object = &info.object;
    let found = match info.mapping.kind.as_str() {
        "Pod" => {
            let labels = map_at(object, "/metadata/labels").cloned().unwrap_or_default();
            if labels.is_empty() {
                return Err(Error::local(
                    "couldn't retrieve selectors via --selector flag or introspection: the pod has no labels and cannot be exposed",
                ));
            }
            labels
        }
        "Service" | "ReplicationController" => map_at(object, "/spec/selector").cloned().unwrap_or_default(),
        _ => {
            if !array_at(object, "/spec/selector/matchExpressions").is_empty() {
                return Err(Error::Local(format!(
                    "couldn't retrieve selectors via --selector flag or introspection: couldn't convert expressions - \"{:?}\" to map-based selector format",
                    array_at(object, "/spec/selector/matchExpressions")
                )));
            }
            map_at(object, "/spec/selector/matchLabels").cloned().unwrap_or_default()
        }
    };
    if found.is_empty() {
        return Err(Error::local(
            "couldn't retrieve selectors via --selector flag or introspection: no selector",
        ));
    }
    Ok(found)
}

/// The ports of `--port`, else all that the object names.
fn ports(args: &Args, info: &Info) -> Result<Vec<Value>> {
    let known: Vec<(i64, String)> = if info.mapping.kind == "Service" {
        array_at(&info.object, "/spec/ports")
            .iter()
            .map(|port| (i64_at(port, "/port").unwrap_or(0), str_at(port, "/protocol").to_owned()))
            .collect()
    } else {
        let spec = if info.mapping.kind == "Pod" { "/spec" } else { "/spec/template/spec" };
        array_at(&info.object, &format!("{spec}/containers"))
            .iter()
            .flat_map(|container| array_at(container, "/ports"))
            .map(|port| (i64_at(port, "/containerPort").unwrap_or(0), str_at(port, "/protocol").to_owned()))
            .collect()
    };
    let wanted: Vec<i64> = if args.text("port").is_empty() {
        known.iter().map(|(port, _)| *port).collect()
    } else {
        args.text("port")
            .split(',')
            .map(|port| {
                port.parse().map_err(|_| {
                    Error::Local(format!("strconv.Atoi: parsing {}: invalid syntax", go_quote(port)))
                })
            })
            .collect::<Result<_>>()?
    };
    if wanted.is_empty() {
        return Err(Error::local("couldn't find port via --port flag or introspection"));
    }
    let several = wanted.len() > 1;
    Ok(wanted
        .into_iter()
        .enumerate()
        .map(|(index, port)| {
            let known_protocol =
                known.iter().find(|(known, _)| *known == port).map(|(_, protocol)| protocol.as_str());
            let protocol = match args.text("protocol") {
                "" => known_protocol.filter(|protocol| !protocol.is_empty()).unwrap_or("TCP"),
                given => given,
            };
            let target = match args.text("target-port") {
                "" => json!(port),
                text => text.parse::<i64>().map_or_else(|_| json!(text), |number| json!(number)),
            };
            let mut entry = json!({"port": port, "protocol": protocol, "targetPort": target});
            if several {
                entry["name"] = json!(format!("port-{}", index + 1));
            }
            entry
        })
        .collect())
}
