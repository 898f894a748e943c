//! Kinds without a layout of their own: all fields, in words made of their names.
//!
//! Upstream: `describe.go GenericDescriberFor`

use podground_api::object;
use serde_json::{Map, Value};

use super::Describer;
use super::text::Writer;
use crate::error::Result;

pub(super) async fn describe(d: &Describer, value: &Value, w: &mut Writer) -> Result<()> {
    w.field(0, "Name", object::name(value));
    w.field(0, "Namespace", object::namespace(value));
    w.labels("Labels", value, "/metadata/labels");
    w.annotations("Annotations", value);
    if let Some(map) = value.as_object() {
        fields(w, 0, "", map);
    }
    d.events(value, w).await;
    Ok(())
}

/// Fields that are told elsewhere or to nobody.
const SKIPPED: [&str; 5] = [
    ".metadata.name",
    ".metadata.namespace",
    ".metadata.labels",
    ".metadata.annotations",
    ".metadata.managedFields",
];

fn fields(w: &mut Writer, level: usize, path: &str, map: &Map<String, Value>) {
    for (name, value) in map {
        let here = format!("{path}.{name}");
        if SKIPPED.contains(&here.as_str()) {
            continue;
        }
        let label = words(name);
        match value {
            Value::Object(inner) => {
                w.line(level, format_args!("{label}:"));
                fields(w, level + 1, &here, inner);
            }
            Value::Array(items) => {
                w.line(level, format_args!("{label}:"));
                list(w, level + 1, &here, items);
            }
            other => w.field(level, &label, plain(other)),
        }
    }
}

fn list(w: &mut Writer, level: usize, path: &str, items: &[Value]) {
    for item in items {
        match item {
            Value::Object(inner) => fields(w, level, path, inner),
            Value::Array(inner) => list(w, level + 1, path, inner),
            other => w.line(level, plain(other)),
        }
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "<nil>".to_owned(),
        other => other.to_string(),
    }
}

/// `Creation Timestamp` of `creationTimestamp`; known abbreviations stay in capitals.
fn words(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut words: Vec<String> = vec![String::new()];
    for (index, c) in chars.iter().enumerate() {
        let after_small = index > 0 && !chars[index - 1].is_uppercase();
        let before_small = index > 0 && chars.get(index + 1).is_some_and(|next| next.is_lowercase());
        if c.is_uppercase() && (after_small || before_small) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.push(*c);
        }
    }
    let title = |word: &String| match word.to_uppercase().as_str() {
        upper @ ("API" | "URL" | "UID" | "OSB" | "GUID") => upper.to_owned(),
        _ => {
            let mut chars = word.chars();
            chars.next().map(|c| c.to_uppercase().collect::<String>() + chars.as_str()).unwrap_or_default()
        }
    };
    words.iter().filter(|word| !word.is_empty()).map(title).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn words_of_names() {
        assert_eq!(words("creationTimestamp"), "Creation Timestamp");
        assert_eq!(words("apiVersion"), "API Version");
        assert_eq!(words("uid"), "UID");
        assert_eq!(words("clusterIPs"), "Cluster I Ps");
    }
}
