//! The hash at the end of the names of generated objects.
//!
//! Upstream: `api/hasher/hasher.go`

use podground_api::object::{at, kind};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// The ten letters for an object's content. Its name is no part of that: kustomize looks it up under a field
/// `metadata/name`, which no object has.
pub(super) fn hash(value: &Value) -> String {
    let field = |pointer: &str| match at(value, pointer) {
        Value::Null => Value::String(String::new()),
        found => found.clone(),
    };
    let mut content = Map::new();
    let optional = match kind(value) {
        "ConfigMap" => "binaryData",
        "Secret" => {
            content.insert("type".to_owned(), field("/type"));
            "stringData"
        }
        _ => return letters(&go_json(value)),
    };
    content.insert("kind".to_owned(), field("/kind"));
    content.insert("name".to_owned(), String::new().into());
    content.insert("data".to_owned(), field("/data"));
    if let Some(found @ Value::Object(_)) = value.get(optional) {
        content.insert(optional.to_owned(), found.clone());
    }
    letters(&go_json(&Value::Object(content)))
}

/// JSON as Go writes it: keys in order, and what HTML minds escaped.
fn go_json(value: &Value) -> String {
    let mut text = String::new();
    for char in value.to_string().chars() {
        match char {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                text.push_str(&format!("\\u{:04x}", u32::from(char)));
            }
            other => text.push(other),
        }
    }
    text
}

/// The first digits of the sum, those replaced that could make a word.
fn letters(text: &str) -> String {
    let sum = Sha256::digest(text.as_bytes());
    let digits: String = sum.iter().take(5).map(|byte| format!("{byte:02x}")).collect();
    digits
        .chars()
        .map(|digit| match digit {
            '0' => 'g',
            '1' => 'h',
            '3' => 'k',
            'a' => 'm',
            'e' => 't',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn hashes_as_kustomize_does() {
        // Upstream: api/krusty/component_test.go, configmaps_test.go
        let map = |data: Value| json!({"kind": "ConfigMap", "metadata": {"name": "any"}, "data": data});
        assert_eq!(hash(&json!({"kind": "ConfigMap"})), "6ct58987ht");
        assert_eq!(hash(&map(json!({"foo": "bar"}))), "798k5k7g9f");
        assert_eq!(hash(&map(json!({"hello": "world"}))), "dc6fm46dhm");
        assert_eq!(hash(&map(json!({"otherValue": "10", "testValue": "1"}))), "2g9c94mhb8");
        // Seen in the field.
        let binary = json!({"application.properties": "//5GAE8ATwA9AEIAYQByAA0ACgA="});
        assert_eq!(hash(&json!({"kind": "ConfigMap", "binaryData": binary})), "d9fcctmmc2");
        let data = json!({"password.txt": "dXNlcm5hbWU9YWRtaW4NCnBhc3N3b3JkPXNlY3JldA=="});
        assert_eq!(hash(&json!({"kind": "Secret", "type": "Opaque", "data": data})), "gf8hktg4gm");
    }
}
