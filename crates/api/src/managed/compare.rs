//! The fields of a value, and in which fields two values differ.
//!
//! Upstream: `structured-merge-diff/v6/typed/tofieldset.go`, `compare.go`

use serde_json::Value;

use super::{Set, Shape};

/// The fields that a value sets.
pub fn fields_of(shape: &Shape<'_>, value: &Value) -> Set {
    let mut set = Set::default();
    collect(shape, value, &mut Vec::new(), &mut set);
    set
}

fn collect(shape: &Shape<'_>, value: &Value, path: &mut Vec<String>, set: &mut Set) {
    match value {
        Value::Object(map) if shape.is_map() => {
            for (key, value) in map {
                path.push(format!("f:{key}"));
                collect(&shape.child(key), value, path, set);
                let empty = value.is_null() || value.as_object().is_some_and(serde_json::Map::is_empty);
                if empty || !shape.names(key) {
                    set.insert(path);
                }
                path.pop();
            }
        }
        Value::Array(items) if matches!(shape, Shape::List(..) | Shape::Set) => {
            for item in items {
                let Some(element) = shape.item_element(item) else { continue };
                path.push(element);
                set.insert(path);
                if let Shape::List(inner, _) = shape {
                    collect(inner, item, path, set);
                }
                path.pop();
            }
        }
        _ => set.insert(path),
    }
}

/// In which fields two values differ.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// The new value has them, the old one has not; or both have them, and they differ.
    pub changed: Set,
    /// The old value has them, the new one has not.
    pub removed: Set,
}

/// Compares two values; what both lack is equal.
pub fn compare(shape: &Shape<'_>, old: &Value, new: &Value) -> Comparison {
    let mut result = Comparison::default();
    walk(shape, Some(old), Some(new), &mut Vec::new(), &mut result);
    result
}

fn walk(
    shape: &Shape<'_>,
    old: Option<&Value>,
    new: Option<&Value>,
    path: &mut Vec<String>,
    out: &mut Comparison,
) {
    let old_map = old.and_then(Value::as_object);
    let new_map = new.and_then(Value::as_object);
    let old_list = old.and_then(Value::as_array);
    let new_list = new.and_then(Value::as_array);
    let filled = |map: Option<&serde_json::Map<String, Value>>| map.is_some_and(|map| !map.is_empty());
    // The parts of an object that have not changed are most of it: they are compared, not walked through.
    if path.len() <= 2 && old == new {
        return;
    }
    if shape.is_map() && (filled(old_map) || filled(new_map)) {
        note_whole(old, new, path, out);
        let mut keys: Vec<&String> = old_map.into_iter().flatten().map(|(key, _)| key).collect();
        for key in new_map.into_iter().flatten().map(|(key, _)| key) {
            if old_map.is_none_or(|old| !old.contains_key(key)) {
                keys.push(key);
            }
        }
        for key in keys {
            let (old, new) = (old_map.and_then(|map| map.get(key)), new_map.and_then(|map| map.get(key)));
            path.push(format!("f:{key}"));
            walk(&shape.child(key), old, new, path, out);
            path.pop();
        }
    } else if matches!(shape, Shape::List(..) | Shape::Set) && (old_list.is_some() || new_list.is_some()) {
        if old == new {
            return;
        }
        note_whole(old, new, path, out);
        let item_shape = match shape {
            Shape::List(inner, _) => (**inner).clone(),
            _ => Shape::Leaf,
        };
        let named = |list: Option<&'_ Vec<Value>>| -> Vec<(String, usize)> {
            let items = list.into_iter().flatten().enumerate();
            items.filter_map(|(index, item)| Some((shape.item_element(item)?, index))).collect()
        };
        let (olds, news) = (named(old_list), named(new_list));
        for (element, index) in &olds {
            let partner = news.iter().find(|(other, _)| other == element);
            let old = old_list.and_then(|list| list.get(*index));
            let new = partner.and_then(|(_, index)| new_list.and_then(|list| list.get(*index)));
            path.push(element.clone());
            walk(&item_shape, old, new, path, out);
            path.pop();
        }
        for (element, index) in
            news.iter().filter(|(element, _)| !olds.iter().any(|(other, _)| other == element))
        {
            path.push(element.clone());
            walk(&item_shape, None, new_list.and_then(|list| list.get(*index)), path, out);
            path.pop();
        }
    } else {
        match (old, new) {
            (None, Some(_)) => out.changed.insert(path),
            (Some(_), None) => out.removed.insert(path),
            (Some(old), Some(new)) if old != new => out.changed.insert(path),
            _ => {}
        }
    }
}

/// A map or list that only one side has is a difference itself, besides its entries.
fn note_whole(old: Option<&Value>, new: Option<&Value>, path: &[String], out: &mut Comparison) {
    match (old, new) {
        (None, Some(_)) => out.changed.insert(path),
        (Some(_), None) => out.removed.insert(path),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_and_differences() {
        let shape = Shape::of_kind("apps/v1", "Deployment");
        let old = json!({"metadata": {"labels": {"a": "1"}}, "spec": {"replicas": 1, "template": {"spec": {"containers": [
            {"name": "a", "image": "x", "ports": [{"containerPort": 80}]}]}}}});
        assert_eq!(
            fields_of(&shape, &old).paths(),
            [
                ".metadata.labels.a",
                ".spec.replicas",
                ".spec.template.spec.containers[name=\"a\"]",
                ".spec.template.spec.containers[name=\"a\"].image",
                ".spec.template.spec.containers[name=\"a\"].name",
                ".spec.template.spec.containers[name=\"a\"].ports[containerPort=80,protocol=\"TCP\"]",
                ".spec.template.spec.containers[name=\"a\"].ports[containerPort=80,protocol=\"TCP\"].containerPort",
            ]
        );
        let mut new = old.clone();
        new["spec"]["template"]["spec"]["containers"] = json!([{"name": "b"}, {"name": "a", "image": "y"}]);
        let difference = compare(&shape, &old, &new);
        let containers = ".spec.template.spec.containers";
        assert_eq!(
            difference.changed.paths(),
            [
                format!("{containers}[name=\"a\"].image"),
                format!("{containers}[name=\"b\"]"),
                format!("{containers}[name=\"b\"].name"),
            ]
        );
        assert_eq!(difference.removed.paths()[0], format!("{containers}[name=\"a\"].ports"));
        assert_eq!(difference.removed.paths().len(), 3);
    }
}
