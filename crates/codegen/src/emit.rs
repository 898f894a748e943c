//! Writes the tables; `api::schema` reads them.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::enums::{self, Enums};
use crate::source::Type;

/// The short name of a type: `core.v1.Pod` of `io.k8s.api.core.v1.Pod`.
pub(crate) fn short(name: &str) -> String {
    let parts: Vec<&str> = name.split('.').collect();
    parts[parts.len().saturating_sub(3)..].join(".")
}

/// One line a type (`T name`), a kind (`K …`) and a field (`name type [!] [k=keys]`).
pub(crate) fn types(types: &BTreeMap<String, Type>) -> String {
    let mut sorted: Vec<&Type> = types.values().collect();
    sorted.sort_by_key(|t| short(&t.name));
    let mut text = String::from("# Made by `cargo xtask codegen` from k8s-openapi; do not edit.\n");
    for t in sorted {
        let Some(properties) = t.schema["properties"].as_object() else { continue };
        text.push_str(&format!("T {}\n", short(&t.name)));
        if let Some(kind) = &t.kind {
            let group = if kind.group.is_empty() { "core" } else { &kind.group };
            let scope = if kind.namespaced { "namespaced" } else { "cluster" };
            text.push_str(&format!("K {group} {} {} {} {scope}\n", kind.version, kind.name, kind.plural));
        }
        let required: Vec<&str> =
            t.schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (field, schema) in properties {
            text.push_str(&format!("{field} {}", type_code(schema, types)));
            if required.contains(&field.as_str()) {
                text.push_str(" !");
            }
            if let Some(keys) = merge_keys(t, field, schema, types) {
                text.push_str(&format!(" k={keys}"));
            }
            text.push('\n');
        }
    }
    text
}

/// A field's type: a scalar's letter, a type's short name, `[]` and `{}` before the element's type.
fn type_code(schema: &Value, types: &BTreeMap<String, Type>) -> String {
    if let Some(path) = schema["$ref"].as_str() {
        let Some(target) = types.get(path) else { return "any".to_owned() };
        let short = short(&target.name);
        return match short.as_str() {
            "api.resource.Quantity" => "quantity".to_owned(),
            "util.intstr.IntOrString" => "int-or-string".to_owned(),
            "meta.v1.Time" => "time".to_owned(),
            "meta.v1.MicroTime" => "micro-time".to_owned(),
            _ if target.schema["properties"].is_object() => short,
            _ => "any".to_owned(),
        };
    }
    match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("string"), Some("byte")) => "bytes".to_owned(),
        (Some("string"), _) => "string".to_owned(),
        (Some("boolean"), _) => "bool".to_owned(),
        (Some("integer"), Some("int32")) => "int32".to_owned(),
        (Some("integer"), _) => "int64".to_owned(),
        (Some("number"), _) => "double".to_owned(),
        (Some("array"), _) => format!("[]{}", type_code(&schema["items"], types)),
        (Some("object"), _) if schema["additionalProperties"].is_object() => {
            format!("{{}}{}", type_code(&schema["additionalProperties"], types))
        }
        _ => "any".to_owned(),
    }
}

/// The merge keys of a field with their JSON names, comma-separated; `=` for a set.
fn merge_keys(owner: &Type, field: &str, schema: &Value, types: &BTreeMap<String, Type>) -> Option<String> {
    let keys = owner.merge_keys.iter().find(|(name, _)| same_name(name, field)).map(|(_, keys)| keys)?;
    if keys.is_empty() {
        return Some("=".to_owned());
    }
    let item = schema["items"]["$ref"].as_str().and_then(|path| types.get(path))?;
    let names = item.schema["properties"].as_object()?;
    let json: Vec<&str> = keys
        .iter()
        .filter_map(|key| names.keys().find(|name| same_name(key, name)).map(String::as_str))
        .collect();
    Some(json.join(","))
}

/// Whether a Rust field name stands for a JSON field name: `host_ip` for `hostIP`.
fn same_name(rust: &str, json: &str) -> bool {
    let fold = |name: &str| name.replace(['_', '-', '$'], "").to_lowercase();
    fold(rust.trim_end_matches('_')) == fold(json)
}

/// One line a type (`T name<TAB>text`) and a field (`name<TAB>text`, or `name A|B<TAB>text` if it may only
/// have these values); line breaks are written `\n`.
pub(crate) fn descriptions(types: &BTreeMap<String, Type>, enums: &Enums) -> String {
    let mut sorted: Vec<&Type> = types.values().collect();
    sorted.sort_by_key(|t| short(&t.name));
    let escaped = |text: &str| text.replace('\\', "\\\\").replace('\n', "\\n");
    let line = |schema: &Value| schema["description"].as_str().unwrap_or_default().to_owned();
    let mut text = String::new();
    for t in sorted {
        let owner = short(&t.name);
        text.push_str(&format!("T {owner}\t{}\n", escaped(&line(&t.schema))));
        for (field, schema) in t.schema["properties"].as_object().into_iter().flatten() {
            let mut own = line(schema);
            let mut values = String::new();
            if let Some(closed) = enums.get(&owner, field) {
                own.push_str(&enums::description(closed));
                let names: Vec<&str> = closed.iter().map(|(value, _)| value.as_str()).collect();
                values = format!(" {}", names.join("|"));
            }
            text.push_str(&format!("{field}{values}\t{}\n", escaped(&own)));
        }
    }
    text
}
