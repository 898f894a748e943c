//! JSON patch, RFC 6902, with the errors of the library that the API server uses.
//!
//! Upstream: `github.com/evanphx/json-patch`.

use serde_json::Value;

use crate::object::str_at;

/// Applies the operations of a JSON patch in order.
///
/// # Errors
/// The library's sentence, as the API server hands it on.
pub fn apply_json_patch(target: &Value, patch: &Value) -> Result<Value, String> {
    let Some(operations) = patch.as_array() else {
        return Err("error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp".to_owned());
    };
    let mut result = target.clone();
    for operation in operations {
        apply_operation(&mut result, operation)?;
    }
    Ok(result)
}

fn apply_operation(target: &mut Value, operation: &Value) -> Result<(), String> {
    let (op, path) = (str_at(operation, "/op"), str_at(operation, "/path"));
    let value = || {
        operation
            .get("value")
            .cloned()
            .ok_or_else(|| format!("{op} operation does not have a value at path {path:?}: missing value"))
    };
    let missing =
        |name: &str| format!("{name} operation does not apply: doc is missing path: {path}: missing value");
    match op {
        "add" => add(target, path, value()?, "add"),
        "remove" => remove(target, path).map(|_| ()).ok_or_else(|| {
            format!("remove operation does not apply: doc is missing path: \"{path}\": missing value")
        }),
        "replace" => {
            let value = value()?;
            let place = target.pointer_mut(path).ok_or_else(|| {
                format!("replace operation does not apply: doc is missing key: {path}: missing value")
            })?;
            *place = value;
            Ok(())
        }
        "move" => {
            let from = str_at(operation, "/from");
            let value = remove(target, from).ok_or_else(|| missing("move"))?;
            add(target, path, value, "move")
        }
        "copy" => {
            let value = target.pointer(str_at(operation, "/from")).cloned().ok_or_else(|| missing("copy"))?;
            add(target, path, value, "copy")
        }
        "test" => {
            let found = target.pointer(path).unwrap_or(&Value::Null);
            let expected = operation.get("value").unwrap_or(&Value::Null);
            if found == expected { Ok(()) } else { Err(format!("testing value {path} failed: test failed")) }
        }
        other => Err(format!("Unexpected kind: {other}")),
    }
}

fn split(path: &str) -> Option<(&str, String)> {
    let (parent, last) = path.rsplit_once('/')?;
    Some((parent, last.replace("~1", "/").replace("~0", "~")))
}

fn add(target: &mut Value, path: &str, value: Value, op: &str) -> Result<(), String> {
    if path.is_empty() {
        *target = value;
        return Ok(());
    }
    let missing = || format!("{op} operation does not apply: doc is missing path: \"{path}\": missing value");
    let (parent, last) = split(path).ok_or_else(missing)?;
    match target.pointer_mut(parent) {
        Some(Value::Object(map)) => {
            map.insert(last, value);
            Ok(())
        }
        Some(Value::Array(items)) => {
            let index = if last == "-" { Some(items.len()) } else { last.parse().ok() };
            match index {
                Some(index) if index <= items.len() => {
                    items.insert(index, value);
                    Ok(())
                }
                _ => Err(format!(
                    "error in {op} for path: '{path}': Unable to access invalid index: {last}: invalid index referenced"
                )),
            }
        }
        _ => Err(missing()),
    }
}

fn remove(target: &mut Value, path: &str) -> Option<Value> {
    let (parent, last) = split(path)?;
    match target.pointer_mut(parent)? {
        Value::Object(map) => map.remove(&last),
        Value::Array(items) => {
            let index: usize = last.parse().ok()?;
            (index < items.len()).then(|| items.remove(index))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn applies_operations() {
        let target = json!({"a": {"b": 1}, "l": [1, 3]});
        let patch = json!([
            {"op": "add", "path": "/a/c~1d", "value": 2},
            {"op": "add", "path": "/l/1", "value": 2},
            {"op": "add", "path": "/l/-", "value": 4},
            {"op": "remove", "path": "/a/b"},
            {"op": "test", "path": "/l/0", "value": 1},
            {"op": "replace", "path": "/l/0", "value": 0},
        ]);
        let result = apply_json_patch(&target, &patch).unwrap();
        assert_eq!(result, json!({"a": {"c/d": 2}, "l": [0, 2, 3, 4]}));
        assert!(apply_json_patch(&target, &json!([{"op": "remove", "path": "/x"}])).is_err());
    }
}
