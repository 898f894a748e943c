//! Making strategic merge patches, as `kubectl apply` and `kubectl edit` do.
//!
//! Upstream: `apimachinery/pkg/util/strategicpatch/patch.go CreateThreeWayMergePatch`.

use serde_json::{Map, Value, json};

use super::strategic::apply_strategic_merge_patch;
use crate::schema::{FieldType, Schema};

/// Types whose fields exclude each other (patch strategy `retainKeys`): a patch names the fields that stay.
const RETAIN_KEYS_TYPES: [&str; 3] =
    ["core.v1.Volume", "apps.v1.DeploymentStrategy", "core.v1.PersistentVolumeSpec"];

/// What a diff is made of.
#[derive(Clone, Copy)]
struct Options {
    additions: bool,
    deletions: bool,
}

/// The strategic merge patch that brings `current` to `modified` where the two say different things, and that
/// removes what `original` had and `modified` has not. What only `current` has stays.
/// An empty object where there is nothing to do.
pub fn three_way(
    schema: &Schema,
    type_name: &str,
    original: &Value,
    modified: &Value,
    current: &Value,
) -> Value {
    let root = FieldType::Object(type_name.to_owned());
    let empty = Map::new();
    let maps = |value: &Value| value.as_object().cloned().unwrap_or_default();
    let (original, modified, current) = (maps(original), maps(modified), maps(current));
    let additions = Options { additions: true, deletions: false };
    let deletions = Options { additions: false, deletions: true };
    let delta = diff_maps(schema, &root, &current, &modified, additions);
    let gone = diff_maps(schema, &root, &original, &modified, deletions);
    let patch = combine(schema, &root, gone, delta);
    // A patch that changes nothing is no patch: deletions of what is gone already, orders that hold.
    let target = Value::Object(current);
    match apply_strategic_merge_patch(schema, type_name, &target, &Value::Object(patch.clone())) {
        Ok(result) if result == target => Value::Object(empty),
        _ => Value::Object(patch),
    }
}

fn diff_maps(
    schema: &Schema,
    field_type: &FieldType,
    old: &Map<String, Value>,
    new: &Map<String, Value>,
    options: Options,
) -> Map<String, Value> {
    let mut patch = Map::new();
    for (key, new_value) in new {
        let Some(old_value) = old.get(key) else {
            if options.additions {
                patch.insert(key.clone(), new_value.clone());
            }
            continue;
        };
        if old_value == new_value {
            continue;
        }
        let (inner_type, merge_keys) = schema.child(field_type, key);
        match (old_value, new_value, merge_keys) {
            (Value::Object(old), Value::Object(new), _) => {
                let inner = diff_maps(schema, &inner_type, old, new, options);
                if !inner.is_empty() {
                    patch.insert(key.clone(), Value::Object(inner));
                }
            }
            (Value::Array(old), Value::Array(new), Some(keys)) => {
                diff_lists(schema, &inner_type, &mut patch, key, keys.first(), old, new, options);
            }
            _ => {
                if options.additions {
                    patch.insert(key.clone(), new_value.clone());
                }
            }
        }
    }
    if options.deletions {
        for key in old.keys().filter(|key| !new.contains_key(*key)) {
            patch.insert(key.clone(), Value::Null);
        }
    }
    let retains = matches!(field_type, FieldType::Object(name) if RETAIN_KEYS_TYPES.contains(&name.as_str()));
    if options.additions && retains && !patch.is_empty() {
        let keys: Vec<&String> = new.keys().collect();
        patch.insert("$retainKeys".to_owned(), json!(keys));
    }
    patch
}

#[expect(clippy::too_many_arguments, reason = "one call, one recursion")]
fn diff_lists(
    schema: &Schema,
    list_type: &FieldType,
    patch: &mut Map<String, Value>,
    field: &str,
    merge_key: Option<&String>,
    old: &[Value],
    new: &[Value],
    options: Options,
) {
    let Some(merge_key) = merge_key else {
        let added: Vec<&Value> = new.iter().filter(|item| !old.contains(item)).collect();
        let gone: Vec<&Value> = old.iter().filter(|item| !new.contains(item)).collect();
        if options.additions && !added.is_empty() {
            patch.insert(field.to_owned(), json!(added));
        }
        if options.deletions && !gone.is_empty() {
            patch.insert(format!("$deleteFromPrimitiveList/{field}"), json!(gone));
        }
        // Upstream: diffLists: the order is told where something goes, comes or moves.
        if options.deletions && !gone.is_empty() || options.additions && old != new {
            patch.insert(format!("$setElementOrder/{field}"), json!(new));
        }
        return;
    };
    let item_type = match list_type {
        FieldType::Array(inner) => (**inner).clone(),
        _ => FieldType::Any,
    };
    let find = |items: &[Value], id: &Value| items.iter().find(|item| &item[merge_key] == id).cloned();
    let mut items = Vec::new();
    for item in new {
        let id = &item[merge_key];
        let (Some(Value::Object(old_map)), Value::Object(new_map)) = (find(old, id), item) else {
            if options.additions {
                items.push(item.clone());
            }
            continue;
        };
        let mut inner = diff_maps(schema, &item_type, &old_map, new_map, options);
        if !inner.is_empty() {
            inner.insert(merge_key.clone(), id.clone());
            items.push(Value::Object(inner));
        }
    }
    if options.deletions {
        for item in old.iter().filter(|item| find(new, &item[merge_key]).is_none()) {
            items.push(json!({ merge_key: item[merge_key], "$patch": "delete" }));
        }
    }
    let ids = |items: &[Value]| -> Vec<Value> {
        items.iter().map(|item| json!({ merge_key: item[merge_key] })).collect()
    };
    if options.additions && (!items.is_empty() || ids(old) != ids(new)) {
        patch.insert(format!("$setElementOrder/{field}"), Value::Array(ids(new)));
    }
    if !items.is_empty() {
        patch.insert(field.to_owned(), Value::Array(items));
    }
}

/// Both patches in one: maps and merged lists are joined.
fn combine(
    schema: &Schema,
    field_type: &FieldType,
    mut first: Map<String, Value>,
    second: Map<String, Value>,
) -> Map<String, Value> {
    for (key, value) in second {
        let (inner_type, merge_keys) = schema.child(field_type, &key);
        let joined = match (first.remove(&key), value) {
            (Some(Value::Object(old)), Value::Object(new)) => {
                Value::Object(combine(schema, &inner_type, old, new))
            }
            (Some(Value::Array(mut old)), Value::Array(new)) if merge_keys.is_some() => {
                let item_type = match &inner_type {
                    FieldType::Array(inner) => (**inner).clone(),
                    _ => FieldType::Any,
                };
                let merge_key = merge_keys.and_then(|keys| keys.first().cloned());
                for item in new {
                    let same = merge_key.as_ref().and_then(|key| {
                        old.iter().position(|other| !item[key].is_null() && other[key] == item[key])
                    });
                    match (same, item) {
                        (Some(position), Value::Object(new)) => {
                            let existing = old[position].as_object().cloned().unwrap_or_default();
                            old[position] = Value::Object(combine(schema, &item_type, existing, new));
                        }
                        (_, item) => old.push(item),
                    }
                }
                Value::Array(old)
            }
            (_, value) => value,
        };
        first.insert(key, joined);
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(original: &Value, modified: &Value, current: &Value) -> Value {
        let schema = Schema::builtin();
        let patch = three_way(schema, "apps.v1.Deployment", original, modified, current);
        apply_strategic_merge_patch(schema, "apps.v1.Deployment", current, &patch).unwrap()
    }

    #[test]
    fn keeps_what_only_the_server_set() {
        let original = json!({"spec": {"replicas": 1, "template": {"spec": {"containers": [
            {"name": "a", "image": "x", "env": [{"name": "E", "value": "1"}]}, {"name": "gone"}]}}}});
        let modified = json!({"spec": {"template": {"spec": {"containers": [
            {"name": "new"}, {"name": "a", "image": "y"}]}}}});
        let current = json!({"spec": {"replicas": 1, "paused": true, "template": {"spec": {"containers": [
            {"name": "a", "image": "x", "imagePullPolicy": "Always", "env": [{"name": "E", "value": "1"}]},
            {"name": "gone"}]}}}});
        assert_eq!(
            applied(&original, &modified, &current),
            json!({"spec": {"paused": true, "template": {"spec": {"containers": [
                {"name": "new"}, {"name": "a", "image": "y", "imagePullPolicy": "Always"}]}}}})
        );
    }

    #[test]
    fn nothing_to_do_is_an_empty_patch() {
        let object = json!({"spec": {"replicas": 2, "template": {"spec": {"containers": [{"name": "a"}]}}}});
        let current = json!({"spec": {"replicas": 2, "template": {"spec": {"containers": [
            {"name": "a", "imagePullPolicy": "Always"}]}}}, "status": {}});
        assert_eq!(three_way(Schema::builtin(), "apps.v1.Deployment", &object, &object, &current), json!({}));
    }

    #[test]
    fn switching_a_strategy_drops_the_other_ones_fields() {
        let original = json!({"spec": {}});
        let modified = json!({"spec": {"strategy": {"type": "Recreate"}}});
        let current =
            json!({"spec": {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}}});
        assert_eq!(applied(&original, &modified, &current), modified);
    }
}
