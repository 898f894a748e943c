//! Merge patch, RFC 7386.

use serde_json::{Map, Value};

/// Applies a merge patch: maps are merged, `null` removes, all else replaces.
pub fn apply_merge_patch(target: &Value, patch: &Value) -> Value {
    let Value::Object(patch) = patch else { return patch.clone() };
    let mut result = target.as_object().cloned().unwrap_or_default();
    for (key, value) in patch {
        if value.is_null() {
            result.remove(key);
        } else {
            let merged = apply_merge_patch(result.get(key).unwrap_or(&Value::Null), value);
            result.insert(key.clone(), merged);
        }
    }
    Value::Object(result)
}

/// The merge patch that brings `current` to `modified` and removes what `original` had and `modified` has not:
/// what `kubectl apply` sends for custom resources.
pub fn three_way_merge_patch(original: &Value, modified: &Value, current: &Value) -> Value {
    let mut patch = additions(current, modified);
    deletions(original, modified, &mut patch);
    Value::Object(patch)
}

fn additions(current: &Value, modified: &Value) -> Map<String, Value> {
    let mut patch = Map::new();
    let Value::Object(modified) = modified else { return patch };
    for (key, value) in modified {
        match (current.get(key), value) {
            (Some(old), new) if old == new => {}
            (Some(old @ Value::Object(_)), Value::Object(_)) => {
                let inner = additions(old, value);
                if !inner.is_empty() {
                    patch.insert(key.clone(), Value::Object(inner));
                }
            }
            _ => {
                patch.insert(key.clone(), value.clone());
            }
        }
    }
    patch
}

fn deletions(original: &Value, modified: &Value, patch: &mut Map<String, Value>) {
    let Value::Object(original) = original else { return };
    for (key, value) in original {
        match modified.get(key) {
            None => {
                patch.insert(key.clone(), Value::Null);
            }
            Some(new @ Value::Object(_)) if value.is_object() => {
                let mut inner = match patch.remove(key) {
                    Some(Value::Object(inner)) => inner,
                    Some(other) => {
                        patch.insert(key.clone(), other);
                        continue;
                    }
                    None => Map::new(),
                };
                deletions(value, new, &mut inner);
                if !inner.is_empty() {
                    patch.insert(key.clone(), Value::Object(inner));
                }
            }
            Some(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn merges() {
        let target = json!({"a": {"b": 1, "c": 2}, "l": [1]});
        let patch = json!({"a": {"b": null, "d": 3}, "l": [2]});
        assert_eq!(apply_merge_patch(&target, &patch), json!({"a": {"c": 2, "d": 3}, "l": [2]}));
    }

    #[test]
    fn three_ways() {
        let original = json!({"a": 1, "m": {"x": 1, "y": 1}});
        let modified = json!({"m": {"x": 2}, "n": 1});
        let current = json!({"a": 1, "m": {"x": 1, "y": 1, "z": 9}, "status": 1});
        let patch = three_way_merge_patch(&original, &modified, &current);
        assert_eq!(patch, json!({"a": null, "m": {"x": 2, "y": null}, "n": 1}));
    }
}
