//! Kustomize's strategic merge: what a patch adds to a list stands before what was there.
//!
//! Upstream: `kyaml/yaml/merge2`, `kyaml/yaml/walk`

use podground_api::object;
use podground_api::schema::{FieldType, Schema};
use serde_json::{Map, Value};

const DIRECTIVE: &str = "$patch";

/// Merges a patch into an object; `None` if the patch deletes it.
pub(super) fn merge(target: &Value, patch: &Value) -> Option<Value> {
    let schema = Schema::builtin();
    let known = schema.kind(object::api_version(target), object::kind(target));
    let field_type = known.map_or(FieldType::Any, |known| FieldType::Object(known.name.clone()));
    walk(schema, &field_type, None, Some(target), patch)
}

/// What becomes of a value: `None` if the patch takes it away.
fn walk(
    schema: &Schema,
    field_type: &FieldType,
    keys: Option<&[String]>,
    target: Option<&Value>,
    patch: &Value,
) -> Option<Value> {
    let target = target.filter(|target| !target.is_null());
    match patch {
        Value::Null => None,
        Value::Object(patch) => match patch.get(DIRECTIVE).and_then(Value::as_str) {
            Some("delete") => None,
            Some("replace") => Some(Value::Object(without_directive(patch))),
            _ => Some(Value::Object(merge_map(
                schema,
                field_type,
                target.and_then(Value::as_object),
                &without_directive(patch),
            ))),
        },
        Value::Array(patch) => {
            let kept: Vec<Value> =
                patch.iter().filter(|item| list_directive(item).is_none()).cloned().collect();
            match patch.iter().find_map(list_directive) {
                Some("delete") => return None,
                Some("replace") => return Some(Value::Array(kept)),
                _ => {}
            }
            let old = target.and_then(Value::as_array);
            let merged = match (keys, old) {
                (Some([]), Some(old)) => merge_set(old, &kept),
                (Some(keys), _) => {
                    merge_list(schema, field_type, keys, old.map_or(&[], Vec::as_slice), &kept)
                }
                _ => kept,
            };
            Some(Value::Array(merged))
        }
        scalar => Some(scalar.clone()),
    }
}

fn without_directive(map: &Map<String, Value>) -> Map<String, Value> {
    let mut map = map.clone();
    map.remove(DIRECTIVE);
    map
}

/// The directive of an item that holds nothing else: it is about the whole list.
fn list_directive(item: &Value) -> Option<&str> {
    let map = item.as_object().filter(|map| map.len() == 1)?;
    map.get(DIRECTIVE)?.as_str()
}

fn merge_map(
    schema: &Schema,
    field_type: &FieldType,
    target: Option<&Map<String, Value>>,
    patch: &Map<String, Value>,
) -> Map<String, Value> {
    let mut merged = target.cloned().unwrap_or_default();
    for (key, value) in patch {
        let (inner, keys) = schema.child(field_type, key);
        match walk(schema, &inner, keys.as_deref(), merged.get(key), value) {
            Some(value) => merged.insert(key.clone(), value),
            None => merged.remove(key),
        };
    }
    merged
}

fn merge_set(old: &[Value], new: &[Value]) -> Vec<Value> {
    let mut merged = new.to_vec();
    merged.extend(old.iter().filter(|item| !new.contains(item)).cloned());
    merged
}

fn merge_list(
    schema: &Schema,
    list_type: &FieldType,
    keys: &[String],
    old: &[Value],
    new: &[Value],
) -> Vec<Value> {
    let item_type = match list_type {
        FieldType::Array(inner) => (**inner).clone(),
        _ => FieldType::Any,
    };
    let id = |item: &Value| -> Vec<Option<Value>> { keys.iter().map(|key| item.get(key).cloned()).collect() };
    let has_id = |item: &Value| id(item).iter().any(Option::is_some);
    let mut merged: Vec<Value> = Vec::new();
    let mut done: Vec<Vec<Option<Value>>> = Vec::new();
    for item in new {
        let same = old.iter().find(|old| has_id(item) && id(old) == id(item));
        if let Some(value) = walk(schema, &item_type, None, same, item) {
            // A later item of the same key changes the earlier one.
            let earlier = merged.iter().position(|earlier| has_id(item) && id(earlier) == id(item));
            match earlier {
                Some(at) => merged[at] = value,
                None => merged.push(value),
            }
        }
        done.push(id(item));
    }
    merged.extend(old.iter().filter(|item| !has_id(item) || !done.contains(&id(item))).cloned());
    merged
}
