//! Who has set which field of an object: `metadata.managedFields`.
//!
//! The sets are kept beside the objects, as short texts, and put into answers: most are never looked at.
//! Upstream: `apimachinery/pkg/util/managedfields`.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use podground_api::managed::{Comparison, Set, Shape, compare};
use podground_api::object::{array_at, at, str_at};
use podground_api::{Map, Value, json};

use super::context::Context;
use super::meta;

/// What one manager has set by one kind of request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) manager: Rc<str>,
    /// `Apply` or `Update`.
    pub(super) operation: &'static str,
    pub(super) api_version: Rc<str>,
    pub(super) time: String,
    pub(super) subresource: Rc<str>,
    /// [`Set::to_text`].
    pub(super) fields: Rc<str>,
}

impl Entry {
    /// The set of fields.
    pub(super) fn set(&self) -> Set {
        Set::from_text(&self.fields)
    }

    fn is_of(&self, other: &Self) -> bool {
        self.manager == other.manager
            && self.operation == other.operation
            && self.subresource == other.subresource
            && (self.operation == "Apply" || self.api_version == other.api_version)
    }
}

/// The managers of one object.
pub(super) type Entries = Rc<Vec<Entry>>;

/// The managers of all objects: by resource, then by `namespace/name`.
#[derive(Default)]
pub(super) struct Managers {
    objects: BTreeMap<&'static str, BTreeMap<String, Entries>>,
    /// Texts that many objects share: pods of one template.
    texts: BTreeSet<Rc<str>>,
}

/// As many texts are remembered, at most.
const MAX_TEXTS: usize = 256;

impl Managers {
    fn get(&self, key: &'static str, namespace: &str, name: &str) -> Option<&Entries> {
        self.objects.get(key)?.get(&format!("{namespace}/{name}"))
    }

    /// Forgets an object.
    pub(super) fn remove(&mut self, key: &'static str, namespace: &str, name: &str) {
        if let Some(objects) = self.objects.get_mut(key) {
            objects.remove(&format!("{namespace}/{name}"));
        }
    }

    fn text(&mut self, set: &Set) -> Rc<str> {
        let text: Rc<str> = set.to_text().into();
        if let Some(known) = self.texts.get(&text) {
            return known.clone();
        }
        if self.texts.len() >= MAX_TEXTS {
            self.texts.clear();
        }
        self.texts.insert(text.clone());
        text
    }
}

/// What is known of the type of a resource's objects.
pub(super) fn shape(cx: &Context) -> Shape<'static> {
    match cx.resource.custom {
        None => Shape::of_kind(&cx.resource.group_version(), cx.resource.kind),
        Some(definition) => {
            let version = array_at(definition, "/spec/versions")
                .iter()
                .find(|version| str_at(version, "/name") == cx.resource.version);
            Shape::custom(version.map_or(&Value::Null, |version| at(version, "/schema/openAPIV3Schema")))
        }
    }
}

/// The entry that a request writes to, without fields.
pub(super) fn entry(cx: &Context, operation: &'static str) -> Entry {
    let manager = match cx.request.query_value("fieldManager") {
        Some(manager) if !manager.is_empty() => manager,
        _ => cx.request.header("user-agent").and_then(|agent| agent.split('/').next()).unwrap_or("unknown"),
    };
    Entry {
        manager: manager.into(),
        operation,
        api_version: cx.resource.group_version().into(),
        time: cx.now().rfc3339(),
        subresource: if cx.request.path.ends_with("/scale") { "scale" } else { &cx.subresource }.into(),
        fields: "".into(),
    }
}

/// Takes out what nobody owns, and what the request could not change.
pub(super) fn strip(cx: &Context, set: &mut Set) {
    for field in ["f:apiVersion", "f:kind"] {
        set.remove(&[field]);
    }
    for field in [
        "f:name",
        "f:namespace",
        "f:creationTimestamp",
        "f:selfLink",
        "f:uid",
        "f:generation",
        "f:managedFields",
        "f:resourceVersion",
        "f:deletionTimestamp",
        "f:deletionGracePeriodSeconds",
    ] {
        set.remove(&["f:metadata", field]);
    }
    let mut whole = Set::default();
    whole.insert(&["f:metadata"]);
    set.subtract(&whole);
    if cx.subresource == "status" {
        set.remove(&["f:spec"]);
    } else if cx.resource.has_subresource("status") {
        set.remove(&["f:status"]);
    }
}

/// The entries of the request's object.
pub(super) fn present(cx: &Context, name: &str) -> Entries {
    let managers = cx.api.0.managers.borrow();
    managers.get(cx.resource.key, &cx.namespace, name).cloned().unwrap_or_default()
}

/// Whose fields are of no interest: leases and events are written by programs, again and again.
fn is_tracked(cx: &Context) -> bool {
    !matches!(cx.resource.key, "leases.coordination.k8s.io" | "events")
}

/// In which fields a new object differs from an empty one of its type.
pub(super) fn of_new(cx: &Context, object: &Value) -> Option<Comparison> {
    is_tracked(cx).then(|| {
        let structs = cx.resource.custom.is_none();
        compare(&shape(cx), &skeleton(object, structs), object)
    })
}

/// In which fields an object changes.
pub(super) fn of_change(cx: &Context, old: &Value, new: &Value) -> Option<Comparison> {
    is_tracked(cx).then(|| compare(&shape(cx), old, new))
}

/// What an empty object of a Go type has: the structs that are no pointers, and lists that are always written.
fn skeleton(object: &Value, structs: bool) -> Value {
    const STRUCTS: &[&str] = &[
        "metadata",
        "spec",
        "status",
        "template",
        "strategy",
        "updateStrategy",
        "jobTemplate",
        "loadBalancer",
        "scaleTargetRef",
        "roleRef",
    ];
    let mut result = Map::new();
    for (key, value) in object.as_object().into_iter().flatten() {
        match value {
            Value::Object(_) if key == "metadata" || structs && STRUCTS.contains(&key.as_str()) => {
                result.insert(key.clone(), skeleton(value, structs));
            }
            Value::Array(_) if structs && ["containers", "rules"].contains(&key.as_str()) => {
                result.insert(key.clone(), json!([]));
            }
            _ => {}
        }
    }
    Value::Object(result)
}

/// Notes a change that the request's manager has made.
///
/// Upstream: `structured-merge-diff/v6/merge/update.go Update`
pub(super) fn record(cx: &Context, name: &str, change: Option<Comparison>) {
    let Some(mut change) = change.filter(|_| !cx.dry_run) else { return };
    strip(cx, &mut change.changed);
    strip(cx, &mut change.removed);
    if change.changed.is_empty() && change.removed.is_empty() {
        return;
    }
    let mut own = entry(cx, "Update");
    let old = present(cx, name);
    let mut managers = cx.api.0.managers.borrow_mut();
    let mut entries = Vec::with_capacity(old.len() + 1);
    let mut set = Set::default();
    for entry in old.iter() {
        if entry.is_of(&own) {
            set = entry.set();
            continue;
        }
        if !change.changed.may_meet(&entry.fields) && !change.removed.may_meet(&entry.fields) {
            entries.push(entry.clone());
            continue;
        }
        let mut theirs = entry.set();
        let taken = theirs.intersection(&change.changed);
        let gone = theirs.intersection(&change.removed);
        if taken.is_empty() && gone.is_empty() {
            entries.push(entry.clone());
            continue;
        }
        theirs.subtract(&taken);
        theirs.subtract(&gone);
        if !theirs.is_empty() {
            entries.push(Entry { fields: managers.text(&theirs), ..entry.clone() });
        }
    }
    set.extend(&change.changed);
    set.subtract(&change.removed);
    if !set.is_empty() {
        own.fields = managers.text(&set);
        entries.push(own);
    }
    put(&mut managers, cx, name, entries);
}

/// Replaces the entries of an object.
pub(super) fn set(cx: &Context, name: &str, entries: Vec<(Entry, Set)>) {
    let mut managers = cx.api.0.managers.borrow_mut();
    let entries = entries
        .into_iter()
        .filter(|(_, set)| !set.is_empty())
        .map(|(entry, set)| Entry { fields: managers.text(&set), ..entry })
        .collect();
    put(&mut managers, cx, name, entries);
}

/// Upstream: `managedfields/internal/managedfields.go sortEncodedManagedFields`
fn put(managers: &mut Managers, cx: &Context, name: &str, mut entries: Vec<Entry>) {
    entries.sort_by(|a, b| {
        let key = |entry: &Entry| (entry.operation, entry.time.clone(), entry.manager.clone());
        key(a).cmp(&key(b))
    });
    let objects = managers.objects.entry(cx.resource.key).or_default();
    objects.insert(format!("{}/{name}", cx.namespace), Rc::new(entries));
}

/// Whether an answer is to name the managers. The control plane's own parts do not ask for them.
pub(super) fn are_wanted(cx: &Context) -> bool {
    cx.request.header("x-podground-omit") != Some("managedFields")
}

/// An object with its managers.
pub(super) fn show(cx: &Context, object: Rc<Value>) -> Rc<Value> {
    if !are_wanted(cx) {
        return object;
    }
    let mut object = object;
    add(cx, Rc::make_mut(&mut object));
    object
}

/// Writes its managers into an object.
pub(super) fn add(cx: &Context, object: &mut Value) {
    let managers = cx.api.0.managers.borrow();
    let (namespace, name) = (str_at(object, "/metadata/namespace"), str_at(object, "/metadata/name"));
    let Some(entries) = managers.get(cx.resource.key, namespace, name).filter(|entries| !entries.is_empty())
    else {
        return;
    };
    let entry = |entry: &Entry| {
        let mut value = json!({
            "apiVersion": &*entry.api_version, "fieldsType": "FieldsV1", "fieldsV1": entry.set().to_fields(),
            "manager": &*entry.manager, "operation": entry.operation, "time": entry.time,
        });
        if !entry.subresource.is_empty() {
            value["subresource"] = (*entry.subresource).into();
        }
        value
    };
    let entries = entries.iter().map(entry).collect();
    meta::metadata(object).insert("managedFields".to_owned(), entries);
}

/// Whether a request says of the managers what is known already: it has sent back what it was given.
pub(super) fn is_present(cx: &Context, said: &Value) -> bool {
    let entries = present(cx, &cx.name);
    let said = said.as_array().map(Vec::as_slice).unwrap_or_default();
    said.len() == entries.len()
        && said.iter().zip(entries.iter()).all(|(said, entry)| {
            str_at(said, "/manager") == &*entry.manager
                && str_at(said, "/operation") == entry.operation
                && Set::from_fields(at(said, "/fieldsV1")) == entry.set()
        })
}

/// Takes over what a request says of the managers itself, as `kubectl` does when it moves to server-side apply.
pub(super) fn take_over(cx: &Context, said: &Value) {
    let Some(list) = said.as_array().filter(|_| !cx.dry_run) else { return };
    let entries = list
        .iter()
        .filter(|entry| at(entry, "/fieldsV1").is_object())
        .map(|entry| {
            let text = |field: &str| -> Rc<str> { str_at(entry, field).into() };
            let known = Entry {
                manager: text("/manager"),
                operation: if str_at(entry, "/operation") == "Apply" { "Apply" } else { "Update" },
                api_version: text("/apiVersion"),
                time: str_at(entry, "/time").to_owned(),
                subresource: text("/subresource"),
                fields: "".into(),
            };
            (known, Set::from_fields(at(entry, "/fieldsV1")))
        })
        .collect();
    set(cx, &cx.name, entries);
}
