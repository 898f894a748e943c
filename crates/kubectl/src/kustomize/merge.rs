//! Kustomize's strategic merge: what a patch adds to a list stands before what was there.
//!
//! Upstream: `kyaml/yaml/merge2`, `kyaml/yaml/walk`

use podground_api::object;
use podground_api::schema::{FieldType, Schema};
use serde_json::{Map, Value};

const DIRECTIVE: &str = "$patch";

/// What identifies an item beside its merge key (`x-kubernetes-list-map-keys`): the API server's strategic merge does
/// not look at it, so the tables of the schema do not have it.
const SECOND_KEYS: &[(&str, &str)] = &[
    ("core.v1.ContainerPort", "protocol"),
    ("core.v1.ServicePort", "protocol"),
    ("core.v1.TopologySpreadConstraint", "whenUnsatisfiable"),
];

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
    let mut keys = keys.to_vec();
    if let Some((_, key)) = SECOND_KEYS.iter().find(|(name, _)| item_type.object_name() == Some(name)) {
        keys.push((*key).to_owned());
    }
    let keys = keys.as_slice();
    let mut old = old.to_vec();
    let mut ids: Vec<Id> = Vec::new();
    for item in new.iter().chain(&old) {
        let id = Id::of(item, keys);
        if !id.0.is_empty() && !ids.contains(&id) {
            ids.push(id);
        }
    }
    let mut merged: Vec<Value> = Vec::new();
    for id in ids {
        let patch = new.iter().find(|item| id.is_of(item));
        let place = old.iter().position(|item| id.is_of(item));
        let target = place.map(|place| &old[place]);
        let value = match (target, patch) {
            (target, Some(patch)) => walk(schema, &item_type, None, target, patch),
            (Some(target), None) => Some(target.clone()),
            (None, None) => continue,
        };
        let Some(value) = value else {
            old.retain(|item| !id.is_of(item));
            continue;
        };
        if let Some(place) = place {
            old[place] = value.clone();
        }
        match merged.iter_mut().find(|item| id.is_of(item)) {
            Some(earlier) => *earlier = value,
            None => merged.push(value),
        }
    }
    merged.extend(new.iter().chain(&old).filter(|item| Id::of(item, keys).0.is_empty()).cloned());
    merged
}

/// What identifies an item of a list: those of the keys that it has, with their values.
/// A port without a protocol is that of any protocol, if there is one.
///
/// Upstream: `kyaml/yaml/walk/associative_sequence.go`
#[derive(PartialEq)]
struct Id(Vec<(String, String)>);

impl Id {
    fn of(item: &Value, keys: &[String]) -> Self {
        let pair = |key: &String| Some((key.clone(), text(item.get(key)?)?));
        Self(keys.iter().filter_map(pair).collect())
    }

    fn is_of(&self, item: &Value) -> bool {
        self.0.iter().all(|(key, value)| item.get(key).and_then(text).as_ref() == Some(value))
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}
