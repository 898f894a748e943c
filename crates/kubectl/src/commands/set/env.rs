//! `kubectl set env`
//!
//! Upstream: `kubectl/pkg/cmd/set/set_env.go`

use base64::Engine as _;
use podground_api::object::{array_at, at, entry, map_at, str_at};
use serde_json::{Value, json};

use super::{apply, each_container, pod_spec_pointer, split, targets};
use crate::builder::{Info, Query};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

pub(super) async fn run(cx: &Context, args: Args) -> Result<()> {
    let (resources, mut changes) = split(&args.words);
    changes.extend(args.list("env").iter().cloned());
    let is_list = args.is("list");
    if changes.is_empty() && args.text("from").is_empty() && !is_list {
        return Err(Error::local("at least one environment variable must be provided"));
    }
    let mut variables = from_source(cx, &args).await?;
    let mut removed = Vec::new();
    for change in &changes {
        match (change.split_once('='), change.strip_suffix('-')) {
            (Some((name, value)), _) => variables.push(json!({"name": name, "value": value})),
            (None, Some(name)) => removed.push(name.to_owned()),
            (None, None) => {
                return Err(Error::Local(format!(
                    "environment variables must be of the form key=value: {change}"
                )));
            }
        }
    }
    let items = targets(cx, &args, &resources).await?;
    let pattern = args.text("containers").to_owned();
    if is_list {
        for item in items {
            list(cx, &item?, &pattern, args.is("resolve")).await?;
        }
        return Ok(());
    }
    let overwrite = args.is("overwrite");
    apply(cx, &args, items, "env updated", |info, value| {
        let Some(pod_spec) = pod_spec_pointer(&info.mapping.kind) else {
            return Err(Error::Local(format!("{} does not have a pod template", info.kind_name())));
        };
        let mut taken = Vec::new();
        let found = each_container(value, pod_spec, &pattern, |container| {
            let Some(place) = entry(container, "/env") else { return };
            let mut env = place.as_array().cloned().unwrap_or_default();
            for variable in &variables {
                let name = str_at(variable, "/name");
                match env.iter_mut().find(|known| str_at(known, "/name") == name) {
                    Some(known) if !overwrite && known != variable => taken.push(name.to_owned()),
                    Some(known) => known.clone_from(variable),
                    None => env.push(variable.clone()),
                }
            }
            env.retain(|known| !removed.iter().any(|name| name == str_at(known, "/name")));
            *place = Value::Array(env);
        });
        if found == 0 {
            return Err(Error::Local(format!(
                "{}/{} does not have any containers matching {pattern:?}",
                info.mapping.kind, info.name
            )));
        }
        match taken.first() {
            Some(name) => {
                Err(Error::Local(format!("'{name}' already has a value, and --overwrite is false")))
            }
            None => Ok(()),
        }
    })
    .await
}

/// The variables that `--from=configmap/name` brings in.
async fn from_source(cx: &Context, args: &Args) -> Result<Vec<Value>> {
    let from = args.text("from");
    if from.is_empty() {
        return Ok(Vec::new());
    }
    let query = Query::from_args(cx, args, &[from.to_owned()])?;
    let query = Query { files: Vec::new(), labels: None, all: false, ..query };
    let (infos, errors) = query.run(cx).await?.split();
    Error::many(errors)?;
    let mut variables = Vec::new();
    for info in infos {
        let reference = match info.mapping.kind.as_str() {
            "ConfigMap" => "configMapKeyRef",
            "Secret" => "secretKeyRef",
            kind => return Err(Error::Local(format!("unsupported resource specified in --from: {kind}"))),
        };
        for key in map_at(&info.object, "/data").into_iter().flatten().map(|(key, _)| key) {
            let wanted = args.list("keys");
            if !wanted.is_empty() && !wanted.contains(key) {
                continue;
            }
            let upper: String =
                key.to_uppercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
            let name = format!("{}{upper}", args.text("prefix"));
            variables.push(json!({"name": name, "valueFrom": {reference: {"key": key, "name": info.name}}}));
        }
    }
    Ok(variables)
}

async fn list(cx: &Context, info: &Info, pattern: &str, resolve: bool) -> Result<()> {
    let Some(pod_spec) = pod_spec_pointer(&info.mapping.kind) else { return Ok(()) };
    for container in array_at(&info.object, &format!("{pod_spec}/containers")) {
        let name = str_at(container, "/name");
        if !podground_vfs::glob_matches(pattern, name) {
            continue;
        }
        cx.io.line(format!("# {} {}, container {name}", info.mapping.kind, info.name)).await;
        for variable in array_at(container, "/env") {
            let name = str_at(variable, "/name");
            let from = at(variable, "/valueFrom");
            if from.is_null() {
                cx.io.line(format!("{name}={}", str_at(variable, "/value"))).await;
                continue;
            }
            let line = match resolved(cx, info, container, from).await {
                Ok(value) if resolve => format!("{name}={value}"),
                Err(error) if resolve => format!("# {name} not found: {}", error.bare()),
                _ => format!("# {name} from {}", source(from)),
            };
            cx.io.line(line).await;
        }
    }
    Ok(())
}

/// Where a value is from, in words.
fn source(from: &Value) -> String {
    for (field, word) in [("configMapKeyRef", "configmap"), ("secretKeyRef", "secret")] {
        if map_at(from, &format!("/{field}")).is_some() {
            let part = |name: &str| str_at(from, &format!("/{field}/{name}"));
            return format!("{word} {}, key {}", part("name"), part("key"));
        }
    }
    if map_at(from, "/fieldRef").is_some() {
        return format!("field path {}", str_at(from, "/fieldRef/fieldPath"));
    }
    format!("resource field {}", str_at(from, "/resourceFieldRef/resource"))
}

/// The value that a reference leads to, as far as a client can know it.
///
/// Upstream: `kubectl/pkg/cmd/set/env/env_resolve.go GetEnvVarRefValue`
async fn resolved(cx: &Context, info: &Info, container: &Value, from: &Value) -> Result<String> {
    for (field, resource) in [("configMapKeyRef", "configmaps"), ("secretKeyRef", "secrets")] {
        if map_at(from, &format!("/{field}")).is_none() {
            continue;
        }
        let part = |name: &str| str_at(from, &format!("/{field}/{name}")).to_owned();
        let (name, key) = (part("name"), part("key"));
        let path = format!("/api/v1/namespaces/{}/{resource}/{name}", info.namespace);
        let object = cx.client()?.get(&path).await?;
        let Some(text) = at(&object, "/data").get(&key).and_then(Value::as_str) else {
            let kind = if resource == "secrets" { "secret" } else { "config map" };
            return Err(Error::Local(format!("key {key} not found in {kind} {name}")));
        };
        if resource == "secrets" {
            let bytes = base64::engine::general_purpose::STANDARD.decode(text).unwrap_or_default();
            return Ok(String::from_utf8_lossy(&bytes).into_owned());
        }
        return Ok(text.to_owned());
    }
    let field = str_at(from, "/fieldRef/fieldPath");
    if !field.is_empty() {
        let pointer = format!("/{}", field.replace('.', "/"));
        return match at(&info.object, &pointer) {
            Value::String(text) => Ok(text.clone()),
            _ => Err(Error::Local(format!("unsupported fieldPath: {field}"))),
        };
    }
    let resource = str_at(from, "/resourceFieldRef/resource");
    match at(container, &format!("/resources/{}", resource.replace('.', "/"))) {
        Value::String(text) => Ok(text.clone()),
        _ => Ok("0".to_owned()),
    }
}
