//! Strategic merge patch: a merge patch that merges lists item by item where the schema says so.
//!
//! Upstream: `apimachinery/pkg/util/strategicpatch/patch.go`.

use serde_json::{Map, Value};

use crate::schema::{FieldType, Schema};

const DIRECTIVE: &str = "$patch";
const RETAIN_KEYS: &str = "$retainKeys";
const DELETE_FROM_LIST: &str = "$deleteFromPrimitiveList/";
const ELEMENT_ORDER: &str = "$setElementOrder/";

/// Applies a strategic merge patch to an object of the type `type_name` (`core.v1.Pod`).
///
/// # Errors
/// Upstream's sentence for a list item without its merge key.
pub fn apply_strategic_merge_patch(
    schema: &Schema,
    type_name: &str,
    target: &Value,
    patch: &Value,
) -> Result<Value, String> {
    let field_type = FieldType::Object(type_name.to_owned());
    match patch {
        Value::Object(patch) => merge_map(schema, &field_type, target.as_object(), patch),
        _ => Err("unable to find api field in struct: patch is not an object".to_owned()),
    }
}

fn merge_map(
    schema: &Schema,
    field_type: &FieldType,
    target: Option<&Map<String, Value>>,
    patch: &Map<String, Value>,
) -> Result<Value, String> {
    match patch.get(DIRECTIVE).and_then(Value::as_str) {
        Some("replace") => {
            let mut result = patch.clone();
            result.remove(DIRECTIVE);
            return Ok(Value::Object(result));
        }
        Some("delete") => return Ok(Value::Object(Map::new())),
        Some("merge") | None => {}
        Some(other) => return Err(format!("unknown patch type found: {other}")),
    }
    let mut result = target.cloned().unwrap_or_default();
    if let Some(keys) = patch.get(RETAIN_KEYS).and_then(Value::as_array) {
        result.retain(|key, _| keys.iter().any(|kept| kept.as_str() == Some(key)));
    }
    for (key, value) in patch {
        if key == DIRECTIVE || key == RETAIN_KEYS || key.starts_with(ELEMENT_ORDER) {
            continue;
        }
        if let Some(field) = key.strip_prefix(DELETE_FROM_LIST) {
            if let (Some(Value::Array(items)), Some(gone)) = (result.get_mut(field), value.as_array()) {
                items.retain(|item| !gone.contains(item));
            }
            continue;
        }
        if value.is_null() {
            result.remove(key);
            continue;
        }
        let (inner_type, merge_keys) = schema.child(field_type, key);
        let merged = match (result.get(key), value) {
            (old, Value::Object(new)) => merge_map(schema, &inner_type, old.and_then(Value::as_object), new)?,
            (old, Value::Array(new)) => match merge_keys {
                Some(keys) => {
                    let old = old.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
                    let merge_key = keys.first().map(String::as_str);
                    let mut merged = merge_list(schema, &inner_type, merge_key, old, new)?;
                    if !patch.contains_key(&format!("{ELEMENT_ORDER}{key}"))
                        && let Value::Array(items) = &mut merged
                    {
                        normalize(items, new, old, merge_key);
                    }
                    merged
                }
                None => value.clone(),
            },
            _ => value.clone(),
        };
        result.insert(key.clone(), merged);
    }
    for (key, order) in patch {
        let Some(field) = key.strip_prefix(ELEMENT_ORDER) else { continue };
        let (_, merge_keys) = schema.child(field_type, field);
        let merge_key = merge_keys.as_ref().and_then(|keys| keys.first());
        if let (Some(Value::Array(items)), Some(order)) = (result.get_mut(field), order.as_array()) {
            let old = target.and_then(|target| target.get(field)).and_then(Value::as_array);
            let old = old.map(Vec::as_slice).unwrap_or_default();
            normalize(items, order, old, merge_key.map(String::as_str));
        }
    }
    Ok(Value::Object(result))
}

fn merge_list(
    schema: &Schema,
    list_type: &FieldType,
    merge_key: Option<&str>,
    old: &[Value],
    new: &[Value],
) -> Result<Value, String> {
    let Some(merge_key) = merge_key else {
        // A set of scalars.
        let mut result = old.to_vec();
        result.extend(new.iter().filter(|item| !old.contains(item)).cloned());
        return Ok(Value::Array(result));
    };
    let directive = |item: &Value| item.get(DIRECTIVE).and_then(Value::as_str).map(str::to_owned);
    if new.iter().any(|item| directive(item).as_deref() == Some("replace")) {
        let kept = new.iter().filter(|item| directive(item).is_none()).cloned().collect();
        return Ok(Value::Array(kept));
    }
    let item_type = match list_type {
        FieldType::Array(inner) => (**inner).clone(),
        _ => FieldType::Any,
    };
    let mut result = old.to_vec();
    for item in new {
        let Value::Object(map) = item else {
            result.push(item.clone());
            continue;
        };
        let Some(id) = map.get(merge_key) else {
            return Err(format!("map: {item} does not contain declared merge key: {merge_key}"));
        };
        let position = result.iter().position(|old| old.get(merge_key) == Some(id));
        if directive(item).as_deref() == Some("delete") {
            if let Some(position) = position {
                result.remove(position);
            }
            continue;
        }
        match position {
            Some(position) => {
                result[position] = merge_map(schema, &item_type, result[position].as_object(), map)?;
            }
            None => result.push(merge_map(schema, &item_type, None, map)?),
        }
    }
    Ok(Value::Array(result))
}

/// Puts a merged list in order: the items that `order` names as it names them, the others as in the `old` list.
/// Where the old list does not say which comes first, it is the named one.
///
/// Upstream: `normalizeElementOrder`, `mergeSortedSlice`.
fn normalize(items: &mut Vec<Value>, order: &[Value], old: &[Value], merge_key: Option<&str>) {
    let rank = |list: &[Value], item: &Value| {
        list.iter().position(|other| match merge_key {
            Some(key) => other.get(key).is_some() && other.get(key) == item.get(key),
            None => other == item,
        })
    };
    let (mut named, mut others): (Vec<Value>, Vec<Value>) =
        items.drain(..).partition(|item| rank(order, item).is_some());
    named.sort_by_key(|item| rank(order, item));
    others.sort_by_key(|item| rank(old, item));
    let (mut named, mut others) = (named.into_iter().peekable(), others.into_iter().peekable());
    loop {
        let other_first = match (others.peek(), named.peek()) {
            (None, None) => break,
            (None, Some(_)) => false,
            (Some(_), None) => true,
            (Some(other), Some(named)) => {
                matches!((rank(old, other), rank(old, named)), (Some(other), Some(named)) if other < named)
            }
        };
        items.extend(if other_first { others.next() } else { named.next() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn apply(target: &Value, patch: &Value) -> Value {
        apply_strategic_merge_patch(Schema::builtin(), "core.v1.Pod", target, patch).unwrap()
    }

    #[test]
    fn merges_lists_by_key() {
        let pod = json!({"spec": {"containers": [{"name": "a", "image": "x"}, {"name": "b"}]}});
        let patch = json!({"spec": {"containers": [{"name": "a", "image": "y"}, {"name": "c"}]}});
        assert_eq!(
            apply(&pod, &patch),
            json!({"spec": {"containers": [{"name": "a", "image": "y"}, {"name": "c"}, {"name": "b"}]}})
        );
        let patch = json!({"spec": {"containers": [{"name": "a", "$patch": "delete"}]}});
        assert_eq!(apply(&pod, &patch), json!({"spec": {"containers": [{"name": "b"}]}}));
        let patch = json!({"spec": {"containers": [{"name": "z"}, {"$patch": "replace"}]}});
        assert_eq!(apply(&pod, &patch), json!({"spec": {"containers": [{"name": "z"}]}}));
        let patch = json!({"spec": {"containers": [{"name": "c"}],
            "$setElementOrder/containers": [{"name": "c"}, {"name": "b"}, {"name": "a"}]}});
        assert_eq!(
            apply(&pod, &patch),
            json!({"spec": {"containers": [{"name": "c"}, {"name": "b"}, {"name": "a", "image": "x"}]}})
        );
    }

    #[test]
    fn replaces_atomic_lists_and_removes_nulls() {
        let pod =
            json!({"metadata": {"labels": {"a": "1", "b": "2"}}, "spec": {"tolerations": [{"key": "x"}]}});
        let patch = json!({"metadata": {"labels": {"a": null}}, "spec": {"tolerations": [{"key": "y"}]}});
        assert_eq!(
            apply(&pod, &patch),
            json!({"metadata": {"labels": {"b": "2"}}, "spec": {"tolerations": [{"key": "y"}]}})
        );
    }
}
