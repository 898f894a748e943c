//! What etcd is to a real API server: objects, revisions, and an ordered log of changes.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;
use std::rc::Rc;

use podground_api::Value;
use podground_sim::{Notify, Time};

/// How an object has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// It is new.
    Added,
    /// It was replaced by a newer version.
    Modified,
    /// It is gone.
    Deleted,
}

/// One change, as the log keeps it.
#[derive(Clone, Debug)]
pub struct WatchEvent {
    /// The store's revision after the change.
    pub revision: u64,
    /// What happened.
    pub kind: EventKind,
    /// The resource with its group: `pods`, `deployments.apps`.
    pub resource: &'static str,
    /// The object after the change; of a deleted object its last state, with the revision of the deletion.
    pub object: Rc<Value>,
    /// The object before the change.
    pub previous: Option<Rc<Value>>,
}

/// The objects of one namespace by name.
type Names = BTreeMap<Rc<str>, Rc<Value>>;

/// The objects of one resource: namespaces in etcd's order of keys, `""` for what is in none.
#[derive(Default)]
struct Table {
    namespaces: Vec<(Rc<str>, Names)>,
    count: usize,
}

/// Objects by resource, namespace and name, and the log of their changes.
pub struct Store {
    revision: u64,
    tables: BTreeMap<&'static str, Table>,
    log: VecDeque<WatchEvent>,
    compacted: u64,
    capacity: usize,
    last_change: Time,
    /// Fires after each write.
    pub changed: Notify,
}

impl Default for Store {
    fn default() -> Self {
        Self::new(8192)
    }
}

impl Store {
    /// An empty store whose log keeps at most `capacity` changes.
    pub fn new(capacity: usize) -> Self {
        Self {
            revision: 0,
            tables: BTreeMap::new(),
            log: VecDeque::new(),
            compacted: 0,
            capacity: capacity.max(1),
            last_change: Time::default(),
            changed: Notify::new(),
        }
    }

    /// The number of the last write.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Changes up to this revision have left the log: who has seen less must list anew.
    pub fn compacted(&self) -> u64 {
        self.compacted
    }

    /// When something last changed that matters to a watcher: leases, heartbeats and repeated events do not.
    pub fn last_change(&self) -> Time {
        self.last_change
    }

    /// The changes after `revision`, oldest first.
    pub fn events_since(&self, revision: u64) -> impl Iterator<Item = &WatchEvent> {
        let start = self.log.partition_point(|event| event.revision <= revision);
        self.log.range(start..)
    }

    /// One object.
    pub fn get(&self, resource: &str, namespace: &str, name: &str) -> Option<&Rc<Value>> {
        self.tables.get(resource)?.names(namespace)?.get(name)
    }

    /// The objects of a resource, of one namespace or of all, in etcd's order.
    pub fn list(&self, resource: &str, namespace: Option<&str>) -> impl Iterator<Item = &Rc<Value>> {
        let table = self.tables.get(resource);
        let range = match (table, namespace) {
            (None, _) => 0..0,
            (Some(table), None) => 0..table.namespaces.len(),
            (Some(table), Some(namespace)) => match table.find(namespace) {
                Ok(index) => index..index + 1,
                Err(_) => 0..0,
            },
        };
        let namespaces = table.map(|table| &table.namespaces[range]).unwrap_or_default();
        namespaces.iter().flat_map(|(_, names)| names.values())
    }

    /// The objects of a resource that come after `namespace`/`name` in etcd's order.
    pub fn list_after<'a>(
        &'a self,
        resource: &str,
        scope: Option<&str>,
        namespace: &'a str,
        name: &'a str,
    ) -> impl Iterator<Item = &'a Rc<Value>> {
        let table = self.tables.get(resource);
        // Namespaces before the one where it starts are passed over, and in that one the names.
        let range = match (table, scope) {
            (None, _) => 0..0,
            (Some(table), None) => {
                let start = table.find(namespace).unwrap_or_else(|next| next);
                start..table.namespaces.len()
            }
            (Some(table), Some(scope)) => match table.find(scope) {
                Ok(index) if order(scope, namespace).is_ge() => index..index + 1,
                _ => 0..0,
            },
        };
        let namespaces = table.map(|table| &table.namespaces[range]).unwrap_or_default();
        namespaces.iter().flat_map(move |(own, names)| {
            let from = if **own == *namespace { Bound::Excluded(name) } else { Bound::Unbounded };
            names.range::<str, _>((from, Bound::Unbounded)).map(|(_, object)| object)
        })
    }

    /// How many objects of a resource there are.
    pub fn count(&self, resource: &str) -> usize {
        self.tables.get(resource).map_or(0, |table| table.count)
    }

    /// Writes an object and gives it the next revision as its `resourceVersion`.
    pub(crate) fn put(
        &mut self,
        now: Time,
        resource: &'static str,
        namespace: &str,
        name: &str,
        mut object: Value,
    ) -> WatchEvent {
        self.revision += 1;
        set_resource_version(&mut object, self.revision);
        let object = Rc::new(object);
        let table = self.tables.entry(resource).or_default();
        let previous = table.insert(namespace, name, object.clone());
        let kind = if previous.is_some() { EventKind::Modified } else { EventKind::Added };
        self.record(now, WatchEvent { revision: self.revision, kind, resource, object, previous })
    }

    /// Takes an object out; the event holds its last state.
    pub(crate) fn remove(
        &mut self,
        now: Time,
        resource: &'static str,
        namespace: &str,
        name: &str,
    ) -> Option<WatchEvent> {
        let previous = self.tables.get_mut(resource)?.remove(namespace, name)?;
        self.revision += 1;
        let mut object = (*previous).clone();
        set_resource_version(&mut object, self.revision);
        let event = WatchEvent {
            revision: self.revision,
            kind: EventKind::Deleted,
            resource,
            object: Rc::new(object),
            previous: Some(previous),
        };
        Some(self.record(now, event))
    }

    fn record(&mut self, now: Time, event: WatchEvent) -> WatchEvent {
        if is_meaningful(&event) {
            self.last_change = now;
        }
        self.log.push_back(event.clone());
        while self.log.len() > self.capacity {
            if let Some(oldest) = self.log.pop_front() {
                self.compacted = oldest.revision;
            }
        }
        self.changed.notify();
        event
    }
}

impl Table {
    fn find(&self, namespace: &str) -> Result<usize, usize> {
        self.namespaces.binary_search_by(|(other, _)| order(other, namespace))
    }

    fn names(&self, namespace: &str) -> Option<&Names> {
        self.find(namespace).ok().map(|index| &self.namespaces[index].1)
    }

    fn insert(&mut self, namespace: &str, name: &str, object: Rc<Value>) -> Option<Rc<Value>> {
        let index = match self.find(namespace) {
            Ok(index) => index,
            Err(index) => {
                self.namespaces.insert(index, (namespace.into(), Names::new()));
                index
            }
        };
        let names = &mut self.namespaces[index].1;
        if let Some(place) = names.get_mut(name) {
            return Some(std::mem::replace(place, object));
        }
        self.count += 1;
        names.insert(name.into(), object)
    }

    fn remove(&mut self, namespace: &str, name: &str) -> Option<Rc<Value>> {
        let index = self.find(namespace).ok()?;
        let names = &mut self.namespaces[index].1;
        let object = names.remove(name)?;
        self.count -= 1;
        if names.is_empty() {
            self.namespaces.remove(index);
        }
        Some(object)
    }
}

/// The order of namespaces in etcd, whose keys are `namespace/name`: `a-b` comes before `a`.
fn order(a: &str, b: &str) -> std::cmp::Ordering {
    a.bytes().chain(*b"/").cmp(b.bytes().chain(*b"/"))
}

fn set_resource_version(object: &mut Value, revision: u64) {
    podground_api::object::set_at(object, "/metadata/resourceVersion", revision.to_string().into());
}

/// Whether a change is more than a sign of life.
fn is_meaningful(event: &WatchEvent) -> bool {
    let Some(previous) = &event.previous else { return event.resource != "leases.coordination.k8s.io" };
    match event.resource {
        // A repeated event counts up; that it was first recorded is what matters.
        "leases.coordination.k8s.io" | "events" => false,
        "nodes" if event.kind == EventKind::Modified => !is_heartbeat(previous, &event.object),
        _ => true,
    }
}

/// Whether two versions of a node differ in nothing but their times of heartbeat.
fn is_heartbeat(old: &Value, new: &Value) -> bool {
    let spec_equal = old.get("spec") == new.get("spec");
    let meta = |object: &Value, field: &str| object.get("metadata").and_then(|meta| meta.get(field)).cloned();
    let meta_equal = ["labels", "annotations", "finalizers", "deletionTimestamp"]
        .iter()
        .all(|field| meta(old, field) == meta(new, field));
    if !spec_equal || !meta_equal {
        return false;
    }
    let (Some(Value::Object(old)), Some(Value::Object(new))) = (old.get("status"), new.get("status")) else {
        return false;
    };
    old.len() == new.len()
        && old.iter().zip(new).all(|((old_key, old), (new_key, new))| {
            old_key == new_key && (old == new || old_key == "conditions" && conditions_equal(old, new))
        })
}

fn conditions_equal(old: &Value, new: &Value) -> bool {
    let (Some(old), Some(new)) = (old.as_array(), new.as_array()) else { return false };
    let fields = ["type", "status", "reason", "message", "lastTransitionTime"];
    old.len() == new.len()
        && old.iter().zip(new).all(|(old, new)| fields.iter().all(|field| old.get(field) == new.get(field)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use podground_api::json;

    fn object(namespace: &str, name: &str) -> Value {
        json!({"metadata": {"namespace": namespace, "name": name}})
    }

    #[test]
    fn revisions_rise_and_the_log_replays() {
        let mut store = Store::new(3);
        store.put(Time(1), "pods", "default", "a", object("default", "a"));
        let event = store.put(Time(2), "pods", "default", "a", object("default", "a"));
        assert_eq!((event.kind, event.revision), (EventKind::Modified, 2));
        assert_eq!(podground_api::object::str_at(&event.object, "/metadata/resourceVersion"), "2");
        store.remove(Time(3), "pods", "default", "a");
        assert!(store.get("pods", "default", "a").is_none());
        let kinds: Vec<_> = store.events_since(1).map(|event| event.kind).collect();
        assert_eq!(kinds, [EventKind::Modified, EventKind::Deleted]);
        store.put(Time(4), "pods", "default", "b", object("default", "b"));
        assert_eq!(store.compacted(), 1);
        assert_eq!(store.last_change(), Time(4));
    }

    #[test]
    fn lists_are_in_the_order_of_keys() {
        let mut store = Store::default();
        for namespace in ["dev", "dev-2", "a"] {
            for name in ["y", "x"] {
                store.put(Time(1), "pods", namespace, name, object(namespace, name));
            }
        }
        let keys = |namespace| -> Vec<String> {
            let path = |v: &Rc<Value>| {
                format!(
                    "{}/{}",
                    v["metadata"]["namespace"].as_str().unwrap(),
                    v["metadata"]["name"].as_str().unwrap()
                )
            };
            store.list("pods", namespace).map(path).collect()
        };
        assert_eq!(keys(None), ["a/x", "a/y", "dev-2/x", "dev-2/y", "dev/x", "dev/y"]);
        assert_eq!(keys(Some("dev")), ["dev/x", "dev/y"]);
        assert_eq!(store.list_after("pods", None, "dev-2", "x").count(), 3);
        assert_eq!(store.count("pods"), 6);
    }

    #[test]
    fn heartbeats_do_not_count_as_changes() {
        let node = |time: &str| {
            json!({"metadata": {"name": "n"}, "status": {"conditions": [
                {"type": "Ready", "status": "True", "lastHeartbeatTime": time}]}})
        };
        let mut store = Store::default();
        store.put(Time(1), "nodes", "", "n", node("1"));
        store.put(Time(2), "nodes", "", "n", node("2"));
        assert_eq!(store.last_change(), Time(1));
    }
}
