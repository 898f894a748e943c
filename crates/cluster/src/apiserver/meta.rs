//! Metadata: what the server fills in, and what is refused.
//!
//! Upstream: `apiserver/pkg/registry/rest/{create,update,meta}.go`, `apimachinery/pkg/api/validation/objectmeta.go`.

use podground_api::object::{array_at, at, bool_at, map_at, name, str_at};
use podground_api::validation::{label_value, qualified_name};
use podground_api::{Map, Value};

use super::context::Context;
use super::field::{Errors, Path};
use crate::resource::Resource;

/// The metadata of an object, made where it is missing.
pub(crate) fn metadata(object: &mut Value) -> &mut Map<String, Value> {
    if !object.is_object() {
        *object = Value::Object(Map::new());
    }
    let map = object.as_object_mut().expect("made an object above");
    let place = map.entry("metadata").or_insert_with(|| Value::Object(Map::new()));
    if !place.is_object() {
        *place = Value::Object(Map::new());
    }
    place.as_object_mut().expect("made an object above")
}

/// Fills in what a new object's metadata gets from the server.
pub(super) fn fill(cx: &Context, object: &mut Value) {
    let now = cx.now();
    let prefix = str_at(object, "/metadata/generateName").to_owned();
    let meta = metadata(object);
    for field in
        ["deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "managedFields", "generation"]
    {
        meta.remove(field);
    }
    let has_name = meta.get("name").and_then(Value::as_str).is_some_and(|name| !name.is_empty());
    if !has_name && !prefix.is_empty() {
        let name = generate_name(cx, &prefix);
        meta.insert("name".to_owned(), name.into());
    }
    let name = meta.get("name").and_then(Value::as_str).unwrap_or_default();
    let key = [cx.resource.key, &cx.namespace, name, &now.0.to_string()];
    let uid = cx.api.sim().rng("uid", &key).uuid();
    meta.insert("uid".to_owned(), uid.into());
    meta.insert("creationTimestamp".to_owned(), now.rfc3339().into());
    if cx.resource.strategy.generation {
        meta.insert("generation".to_owned(), 1.into());
    }
}

/// A name from a prefix that no object has yet.
fn generate_name(cx: &Context, prefix: &str) -> String {
    let end =
        prefix.char_indices().map(|(index, c)| index + c.len_utf8()).take_while(|end| *end <= 58).last();
    let base = &prefix[..end.unwrap_or(0)];
    let counter_key = format!("{}/{}/{prefix}", cx.resource.key, cx.namespace);
    let mut counters = cx.api.0.generated.borrow_mut();
    let counter = counters.entry(counter_key).or_default();
    loop {
        *counter += 1;
        let key = [cx.resource.key, &cx.namespace, prefix, &counter.to_string()];
        let name = format!("{base}{}", cx.api.sim().rng("name", &key).name_suffix(5));
        if cx.store().get(cx.resource.key, &cx.namespace, &name).is_none() {
            return name;
        }
    }
}

/// Keeps what an update may not change.
pub(super) fn keep(resource: &Resource, object: &mut Value, old: &Value) {
    let old_meta = map_at(old, "/metadata");
    let meta = metadata(object);
    meta.remove("managedFields");
    meta.remove("selfLink");
    let mut kept =
        vec!["creationTimestamp", "uid", "deletionTimestamp", "deletionGracePeriodSeconds", "generateName"];
    if resource.strategy.generation || !meta.contains_key("generation") {
        kept.push("generation");
    }
    for field in kept {
        match old_meta.and_then(|old| old.get(field)) {
            Some(value) => meta.insert(field.to_owned(), value.clone()),
            None => meta.remove(field),
        };
    }
}

/// Counts a new generation if anything but metadata and status has changed.
pub(super) fn count_generation(resource: &Resource, object: &mut Value, old: &Value) {
    if !resource.strategy.generation {
        return;
    }
    let generation = at(old, "/metadata/generation").as_i64().unwrap_or(0);
    let relevant = |object: &Value| {
        let map = object.as_object().cloned().unwrap_or_default();
        map.into_iter().filter(|(key, _)| key != "metadata" && key != "status").collect::<Map<_, _>>()
    };
    let changed = relevant(object) != relevant(old);
    metadata(object).insert("generation".to_owned(), (generation + i64::from(changed)).into());
}

/// What is wrong with an object's metadata.
pub(super) fn validate(resource: &Resource, object: &Value, errors: &mut Errors) {
    let meta = Path::new("metadata");
    let prefix = str_at(object, "/metadata/generateName");
    if !prefix.is_empty() {
        // A prefix may end in a hyphen: what is appended makes it whole.
        let probe = format!("{}a", prefix.trim_end_matches('-'));
        errors.invalid_all(&meta.child("generateName"), prefix, (resource.strategy.name)(&probe));
    }
    let name = name(object);
    if name.is_empty() {
        errors.required(&meta.child("name"), "name or generateName is required");
    } else {
        errors.invalid_all(&meta.child("name"), name, (resource.strategy.name)(name));
    }
    if resource.namespaced && str_at(object, "/metadata/namespace").is_empty() {
        errors.required(&meta.child("namespace"), "");
    }
    validate_labels(at(object, "/metadata/labels"), &meta.child("labels"), errors);
    validate_annotations(object, &meta.child("annotations"), errors);
    validate_owners(object, &meta.child("ownerReferences"), errors);
    let finalizers = meta.child("finalizers");
    for (index, finalizer) in array_at(object, "/metadata/finalizers").iter().enumerate() {
        let finalizer = finalizer.as_str().unwrap_or_default();
        let path = finalizers.index(index);
        let wrong = qualified_name(finalizer);
        let qualified =
            finalizer.contains('/') || ["orphan", "foregroundDeletion", "kubernetes"].contains(&finalizer);
        if !wrong.is_empty() {
            errors.invalid_all(&path, finalizer, wrong);
        } else if !qualified {
            errors.invalid(
                &path,
                finalizer,
                "name is neither a standard finalizer name nor is it fully qualified",
            );
        }
    }
}

/// What is wrong with labels.
pub(crate) fn validate_labels(labels: &Value, path: &Path<'_>, errors: &mut Errors) {
    for (key, value) in labels.as_object().into_iter().flatten() {
        errors.invalid_all(path, key, qualified_name(key));
        let value = value.as_str().unwrap_or_default();
        errors.invalid_all(path, value, label_value(value));
    }
}

fn validate_annotations(object: &Value, path: &Path<'_>, errors: &mut Errors) {
    let mut size = 0;
    for (key, value) in map_at(object, "/metadata/annotations").into_iter().flatten() {
        errors.invalid_all(path, key, qualified_name(&key.to_lowercase()));
        size += key.len() + value.as_str().map_or(0, str::len);
    }
    if size > 256 * 1024 {
        errors.too_long(path, 256 * 1024);
    }
}

fn validate_owners(object: &Value, path: &Path<'_>, errors: &mut Errors) {
    let owners = array_at(object, "/metadata/ownerReferences");
    let mut controllers = 0;
    for (index, owner) in owners.iter().enumerate() {
        let path = path.index(index);
        for (field, sentence) in [
            ("apiVersion", "version must not be empty"),
            ("kind", "must not be empty"),
            ("name", "must not be empty"),
            ("uid", "must not be empty"),
        ] {
            if str_at(owner, &format!("/{field}")).is_empty() {
                errors.invalid(&path.child(field), "", sentence);
            }
        }
        controllers += usize::from(bool_at(owner, "/controller"));
    }
    if controllers > 1 {
        let value = Value::Array(owners.to_vec());
        errors.invalid(path, value, "Only one reference can have Controller set to true");
    }
}

/// What is wrong with a change of metadata.
pub(super) fn validate_update(new: &Value, old: &Value, errors: &mut Errors) {
    let meta = Path::new("metadata");
    if podground_api::object::is_deleting(old) {
        let old_finalizers = array_at(old, "/metadata/finalizers");
        let added: Vec<&str> = array_at(new, "/metadata/finalizers")
            .iter()
            .filter(|finalizer| !old_finalizers.contains(finalizer))
            .filter_map(Value::as_str)
            .collect();
        if !added.is_empty() {
            let added = added.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
            errors.forbidden(
                &meta.child("finalizers"),
                format!("no new finalizers can be added if the object is being deleted, found new finalizers []string{{{added}}}"),
            );
        }
    }
    for field in ["name", "namespace"] {
        let pointer = format!("/metadata/{field}");
        let value = str_at(new, &pointer);
        if value != str_at(old, &pointer) {
            errors.invalid(&meta.child(field), value, "field is immutable");
        }
    }
}
