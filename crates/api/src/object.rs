//! Reading and writing objects that are JSON values.
//!
//! A field that is absent reads as its empty value, as in Go.

use serde_json::{Map, Value};

/// The value at a JSON pointer, `null` where there is none.
pub fn at<'a>(object: &'a Value, pointer: &str) -> &'a Value {
    // `Value::pointer` allocates for each part, and splitting calls out for each: this is the cluster's most
    // frequent work, on short texts.
    let Some(start) = pointer.find('/') else { return object };
    let mut place = object;
    let mut rest = &pointer[start + 1..];
    loop {
        let bytes = rest.as_bytes();
        let (mut end, mut escaped) = (0, false);
        while end < bytes.len() && bytes[end] != b'/' {
            escaped |= bytes[end] == b'~';
            end += 1;
        }
        let part = &rest[..end];
        let next = match place {
            Value::Object(map) if escaped => map.get(&part.replace("~1", "/").replace("~0", "~")),
            Value::Object(map) => map.get(part),
            Value::Array(items) => part.parse::<usize>().ok().and_then(|index| items.get(index)),
            _ => None,
        };
        match next {
            Some(value) => place = value,
            None => return &Value::Null,
        }
        if end == bytes.len() {
            return place;
        }
        rest = &rest[end + 1..];
    }
}

/// The string at a JSON pointer, `""` where there is none.
pub fn str_at<'a>(object: &'a Value, pointer: &str) -> &'a str {
    at(object, pointer).as_str().unwrap_or_default()
}

/// The integer at a JSON pointer, if there is one.
pub fn i64_at(object: &Value, pointer: &str) -> Option<i64> {
    at(object, pointer).as_i64()
}

/// The boolean at a JSON pointer, `false` where there is none.
pub fn bool_at(object: &Value, pointer: &str) -> bool {
    at(object, pointer).as_bool().unwrap_or_default()
}

/// The array at a JSON pointer, empty where there is none.
pub fn array_at<'a>(object: &'a Value, pointer: &str) -> &'a [Value] {
    at(object, pointer).as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The map at a JSON pointer, if there is one.
pub fn map_at<'a>(object: &'a Value, pointer: &str) -> Option<&'a Map<String, Value>> {
    at(object, pointer).as_object()
}

/// The names and strings of the map at a JSON pointer, by name; values that are no strings are left out.
pub fn strings_at<'a>(object: &'a Value, pointer: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
    map_at(object, pointer)
        .into_iter()
        .flatten()
        .filter_map(|(key, value)| Some((key.as_str(), value.as_str()?)))
}

/// Sets the value at a JSON pointer, making the maps that lead to it.
/// An array on the way is entered by index; a pointer that cannot be followed leaves the object as it was.
pub fn set_at(object: &mut Value, pointer: &str, value: Value) {
    if let Some(place) = entry(object, pointer) {
        *place = value;
    }
}

/// The value at a JSON pointer for changing, made as `null` with the maps that lead to it where it is absent.
pub fn entry<'a>(object: &'a mut Value, pointer: &str) -> Option<&'a mut Value> {
    let mut place = object;
    for part in pointer.split('/').skip(1) {
        let part = part.replace("~1", "/").replace("~0", "~");
        if place.is_null() {
            *place = Value::Object(Map::new());
        }
        place = match place {
            Value::Object(map) => map.entry(part).or_insert(Value::Null),
            Value::Array(items) => items.get_mut(part.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    Some(place)
}

/// Takes the value at a JSON pointer out of its map.
pub fn remove_at(object: &mut Value, pointer: &str) -> Option<Value> {
    let (parent, name) = pointer.rsplit_once('/')?;
    let name = name.replace("~1", "/").replace("~0", "~");
    object.pointer_mut(parent)?.as_object_mut()?.remove(&name)
}

/// Sets the value at a JSON pointer if it is absent or `null`.
pub fn set_default(object: &mut Value, pointer: &str, value: impl Into<Value>) {
    if let Some(place) = entry(object, pointer)
        && place.is_null()
    {
        *place = value.into();
    }
}

/// `metadata.name`
pub fn name(object: &Value) -> &str {
    str_at(object, "/metadata/name")
}

/// `metadata.namespace`, `""` for what is not in a namespace.
pub fn namespace(object: &Value) -> &str {
    str_at(object, "/metadata/namespace")
}

/// `metadata.uid`
pub fn uid(object: &Value) -> &str {
    str_at(object, "/metadata/uid")
}

/// `kind`
pub fn kind(object: &Value) -> &str {
    str_at(object, "/kind")
}

/// `apiVersion`
pub fn api_version(object: &Value) -> &str {
    str_at(object, "/apiVersion")
}

/// `metadata.labels`
pub fn labels(object: &Value) -> Option<&Map<String, Value>> {
    map_at(object, "/metadata/labels")
}

/// The value of a label.
pub fn label<'a>(object: &'a Value, key: &str) -> Option<&'a str> {
    labels(object)?.get(key)?.as_str()
}

/// The value of an annotation.
pub fn annotation<'a>(object: &'a Value, key: &str) -> Option<&'a str> {
    map_at(object, "/metadata/annotations")?.get(key)?.as_str()
}

/// `metadata.resourceVersion` as a number, 0 where there is none.
pub fn resource_version(object: &Value) -> u64 {
    str_at(object, "/metadata/resourceVersion").parse().unwrap_or(0)
}

/// Whether the object waits to be deleted.
pub fn is_deleting(object: &Value) -> bool {
    !at(object, "/metadata/deletionTimestamp").is_null()
}

/// The owner reference with `controller: true`.
pub fn controller_of(object: &Value) -> Option<&Value> {
    array_at(object, "/metadata/ownerReferences").iter().find(|owner| bool_at(owner, "/controller"))
}

/// The UID of the owner that controls the object.
pub fn controller_uid(object: &Value) -> Option<&str> {
    controller_of(object).map(|owner| str_at(owner, "/uid"))
}

/// The condition of a type in `status.conditions`.
pub fn condition<'a>(object: &'a Value, condition_type: &str) -> Option<&'a Value> {
    array_at(object, "/status/conditions")
        .iter()
        .find(|condition| str_at(condition, "/type") == condition_type)
}

/// Whether the condition of a type has the status `True`.
pub fn condition_is_true(object: &Value, condition_type: &str) -> bool {
    condition(object, condition_type).is_some_and(|condition| str_at(condition, "/status") == "True")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_and_writes() {
        let mut pod =
            json!({"metadata": {"name": "web", "labels": {"a/b": "c"}}, "spec": {"containers": [{}]}});
        assert_eq!((name(&pod), namespace(&pod), label(&pod, "a/b")), ("web", "", Some("c")));
        set_at(&mut pod, "/status/phase", json!("Running"));
        set_at(&mut pod, "/spec/containers/0/image", json!("nginx"));
        set_at(&mut pod, "/metadata/labels/x~1y", json!("z"));
        set_default(&mut pod, "/status/phase", "Pending");
        assert_eq!(str_at(&pod, "/status/phase"), "Running");
        assert_eq!(str_at(&pod, "/spec/containers/0/image"), "nginx");
        assert_eq!(label(&pod, "x/y"), Some("z"));
        set_at(&mut pod, "/metadata/name/deeper", json!(1));
        assert_eq!(name(&pod), "web");
    }
}
