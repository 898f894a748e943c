//! Merging what is applied into what is there, and taking fields out.
//!
//! Upstream: `structured-merge-diff/v6/typed/merge.go`, `remove.go`

use serde_json::{Map, Value};

use super::{Set, Shape};

/// The live value with all that an applied configuration says.
pub fn merge(shape: &Shape<'_>, live: &Value, applied: &Value) -> Value {
    match (live, applied) {
        (Value::Object(old), Value::Object(new)) if shape.is_map() => {
            let mut result = old.clone();
            for (key, value) in new {
                let merged = match old.get(key) {
                    Some(old) => merge(&shape.child(key), old, value),
                    None => value.clone(),
                };
                result.insert(key.clone(), merged);
            }
            Value::Object(result)
        }
        (Value::Array(old), Value::Array(new)) if matches!(shape, Shape::List(..) | Shape::Set) => {
            Value::Array(merge_list(shape, old, new))
        }
        _ => applied.clone(),
    }
}

/// Items in the applied order; what only the live list has stays where it was among its neighbours.
fn merge_list(shape: &Shape<'_>, old: &[Value], new: &[Value]) -> Vec<Value> {
    let element = |item: &Value| shape.item_element(item);
    let names = |list: &[Value]| -> Vec<Option<String>> { list.iter().map(element).collect() };
    let (old_names, new_names) = (names(old), names(new));
    let mut result = Vec::new();
    let mut taken = vec![false; old.len()];
    for (item, name) in new.iter().zip(&new_names) {
        let partner = old_names.iter().position(|other| other.is_some() && other == name);
        if let Some(partner) = partner {
            // What stands before it in the live list alone, comes before it here.
            for index in 0..partner {
                if !taken[index] && !new_names.contains(&old_names[index]) {
                    taken[index] = true;
                    result.push(old[index].clone());
                }
            }
            taken[partner] = true;
        }
        result.push(match (partner, shape) {
            (Some(partner), Shape::List(inner, _)) => merge(inner, &old[partner], item),
            _ => item.clone(),
        });
    }
    for (index, item) in old.iter().enumerate() {
        if !taken[index] && !new_names.contains(&old_names[index]) {
            result.push(item.clone());
        }
    }
    result
}

/// A value without the fields in `gone`, except for what is in `kept`. Maps and lists that become empty so go too.
pub fn remove(shape: &Shape<'_>, value: &Value, gone: &Set, kept: &Set) -> Option<Value> {
    match value {
        Value::Object(map) if shape.is_map() => {
            let mut result = Map::new();
            for (key, value) in map {
                let element = format!("f:{key}");
                if let Some(value) = one(&shape.child(key), &element, value, gone, kept) {
                    result.insert(key.clone(), value);
                }
            }
            (map.is_empty() || !result.is_empty()).then_some(Value::Object(result))
        }
        Value::Array(items) if matches!(shape, Shape::List(..) | Shape::Set) => {
            let inner = match shape {
                Shape::List(inner, _) => (**inner).clone(),
                _ => Shape::Leaf,
            };
            let result: Vec<Value> = items
                .iter()
                .filter_map(|item| match shape.item_element(item) {
                    Some(element) => one(&inner, &element, item, gone, kept),
                    None => Some(item.clone()),
                })
                .collect();
            (items.is_empty() || !result.is_empty()).then_some(Value::Array(result))
        }
        other => Some(other.clone()),
    }
}

fn one(shape: &Shape<'_>, element: &str, value: &Value, gone: &Set, kept: &Set) -> Option<Value> {
    let nothing = Set::default();
    let kept_below = kept.below(element).unwrap_or(&nothing);
    let is_kept = kept.owns(element) || !kept_below.is_empty();
    if gone.owns(element) && !is_kept {
        return None;
    }
    match gone.below(element) {
        Some(below) if !below.is_empty() => match remove(shape, value, below, kept_below) {
            None if is_kept && kept.owns(element) => Some(match value {
                Value::Array(_) => Value::Array(Vec::new()),
                _ => Value::Object(Map::new()),
            }),
            rest => rest,
        },
        _ => Some(value.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fields_of;
    use super::*;
    use serde_json::json;

    #[test]
    fn merges_and_removes() {
        let shape = Shape::of_kind("v1", "Pod");
        let live = json!({"metadata": {"labels": {"a": "1"}}, "spec": {"containers": [{"name": "x", "image": "i"}, {"name": "side"}],
            "tolerations": [{"key": "k"}]}});
        let first = json!({"metadata": {"labels": {"b": "2"}}, "spec": {"containers": [{"name": "x", "image": "j", "tty": true}]}});
        let merged = merge(&shape, &live, &first);
        assert_eq!(
            merged["spec"]["containers"],
            json!([{"name": "x", "image": "j", "tty": true}, {"name": "side"}])
        );
        let second = json!({"spec": {"containers": [{"name": "x", "image": "j"}]}});
        let merged = merge(&shape, &merged, &second);
        let pruned =
            remove(&shape, &merged, &fields_of(&shape, &first), &fields_of(&shape, &second)).unwrap();
        assert_eq!(
            pruned,
            json!({"metadata": {"labels": {"a": "1"}}, "spec": {"containers": [{"name": "x", "image": "j"}, {"name": "side"}],
                "tolerations": [{"key": "k"}]}})
        );
    }
}
