//! Shared caches of all objects, fed from the watch log, with the indexes that controllers need.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound::{self, Excluded, Included};
use std::rc::Rc;

use podground_api::{Value, object};

use crate::store::{EventKind, WatchEvent};

/// A change as controllers see it.
pub type InformerEvent = WatchEvent;

/// `namespace/name`, or `name` of what is in no namespace.
pub fn key_of(object: &Value) -> String {
    key(object::namespace(object), object::name(object))
}

/// `namespace/name`, or `name` where the namespace is empty.
pub fn key(namespace: &str, name: &str) -> String {
    if namespace.is_empty() { name.to_owned() } else { [namespace, "/", name].concat() }
}

/// The namespace (may be empty) and the name in a key.
pub fn split_key(key: &str) -> (&str, &str) {
    key.split_once('/').unwrap_or(("", key))
}

type Keys = BTreeSet<Rc<str>>;
type Range<'a> = (Bound<&'a str>, Bound<&'a str>);

/// The objects of one resource.
#[derive(Default)]
struct Cache {
    objects: BTreeMap<Rc<str>, Rc<Value>>,
    /// By the UID of each owner.
    by_owner: BTreeMap<Rc<str>, Keys>,
    /// Those without a controller, by namespace.
    orphans: BTreeMap<Rc<str>, Keys>,
    /// Pods by the node that they are bound to, `""` for those that wait.
    by_node: BTreeMap<Rc<str>, Keys>,
}

/// The caches of all resources.
#[derive(Default)]
pub struct Informers {
    caches: BTreeMap<&'static str, Cache>,
    /// Resource and key of each object by its UID.
    by_uid: BTreeMap<Rc<str>, (&'static str, Rc<str>)>,
}

impl Informers {
    /// One object.
    pub fn get(&self, resource: &str, namespace: &str, name: &str) -> Option<&Rc<Value>> {
        self.by_key(resource, &key(namespace, name))
    }

    /// One object by its key.
    pub fn by_key(&self, resource: &str, key: &str) -> Option<&Rc<Value>> {
        self.caches.get(resource)?.objects.get(key)
    }

    /// The resource and the object with a UID.
    pub fn by_uid(&self, uid: &str) -> Option<(&'static str, &Rc<Value>)> {
        let (resource, key) = self.by_uid.get(uid)?;
        Some((resource, self.by_key(resource, key)?))
    }

    /// All objects of a resource, by key.
    pub fn list(&self, resource: &str) -> impl Iterator<Item = &Rc<Value>> {
        self.caches.get(resource).into_iter().flat_map(|cache| cache.objects.values())
    }

    /// How many objects of a resource there are.
    pub fn count(&self, resource: &str) -> usize {
        self.caches.get(resource).map_or(0, |cache| cache.objects.len())
    }

    /// The objects of a resource in a namespace, by name.
    pub fn in_namespace<'a>(
        &'a self,
        resource: &str,
        namespace: &str,
    ) -> impl Iterator<Item = &'a Rc<Value>> {
        let (from, to) = ([namespace, "/"].concat(), [namespace, "0"].concat());
        let objects = self.caches.get(resource).map(|cache| &cache.objects);
        objects
            .into_iter()
            .flat_map(move |objects| objects.range::<str, Range<'_>>((Included(&from), Excluded(&to))))
            .map(|(_, object)| object)
    }

    /// The objects of a resource that name `uid` as one of their owners.
    pub fn owned_by(&self, resource: &str, uid: &str) -> impl Iterator<Item = &Rc<Value>> {
        let cache = self.caches.get(resource);
        cache.into_iter().flat_map(|cache| cache.take(cache.by_owner.get(uid)))
    }

    /// The objects of a resource whose controller is `uid`.
    pub fn controlled_by<'a>(&'a self, resource: &str, uid: &'a str) -> impl Iterator<Item = &'a Rc<Value>> {
        self.owned_by(resource, uid).filter(move |object| object::controller_uid(object) == Some(uid))
    }

    /// The objects of a resource in a namespace that no controller owns.
    pub fn orphans(&self, resource: &str, namespace: &str) -> impl Iterator<Item = &Rc<Value>> {
        let cache = self.caches.get(resource);
        cache.into_iter().flat_map(|cache| cache.take(cache.orphans.get(namespace)))
    }

    /// The pods that are bound to a node; `""` gives those that are bound to none.
    pub fn pods_on(&self, node: &str) -> impl Iterator<Item = &Rc<Value>> {
        let cache = self.caches.get("pods");
        cache.into_iter().flat_map(|cache| cache.take(cache.by_node.get(node)))
    }

    /// Everything, of any resource, that names `uid` as one of its owners.
    pub fn dependents<'a>(&'a self, uid: &'a str) -> impl Iterator<Item = (&'static str, &'a Rc<Value>)> {
        self.caches.iter().flat_map(move |(resource, cache)| {
            cache.take(cache.by_owner.get(uid)).map(move |object| (*resource, object))
        })
    }

    /// The resources of which objects were seen.
    pub fn resources(&self) -> impl Iterator<Item = &'static str> {
        self.caches.keys().copied()
    }

    /// Takes a change in.
    pub(crate) fn apply(&mut self, event: &InformerEvent) {
        let cache = self.caches.entry(event.resource).or_default();
        let key: Rc<str> = key_of(&event.object).into();
        if let Some(old) = cache.objects.get(&key).cloned() {
            cache.unindex(&key, &old);
            if object::uid(&old) != object::uid(&event.object) {
                self.by_uid.remove(object::uid(&old));
            }
        }
        if event.kind == EventKind::Deleted {
            cache.objects.remove(&key);
            self.by_uid.remove(object::uid(&event.object));
            return;
        }
        cache.index(&key, &event.object, event.resource == "pods");
        cache.objects.insert(key.clone(), event.object.clone());
        let uid = object::uid(&event.object);
        if !uid.is_empty() && !self.by_uid.contains_key(uid) {
            self.by_uid.insert(uid.into(), (event.resource, key));
        }
    }
}

impl Cache {
    fn take<'a>(&'a self, keys: Option<&'a Keys>) -> impl Iterator<Item = &'a Rc<Value>> {
        keys.into_iter().flatten().filter_map(|key| self.objects.get(key))
    }

    fn index(&mut self, key: &Rc<str>, object: &Value, is_pod: bool) {
        for owner in owners(object) {
            insert(&mut self.by_owner, owner, key);
        }
        if object::controller_of(object).is_none() {
            insert(&mut self.orphans, object::namespace(object), key);
        }
        if is_pod {
            insert(&mut self.by_node, object::str_at(object, "/spec/nodeName"), key);
        }
    }

    fn unindex(&mut self, key: &Rc<str>, object: &Value) {
        for owner in owners(object) {
            remove(&mut self.by_owner, owner, key);
        }
        remove(&mut self.orphans, object::namespace(object), key);
        remove(&mut self.by_node, object::str_at(object, "/spec/nodeName"), key);
    }
}

fn owners(object: &Value) -> impl Iterator<Item = &str> {
    object::array_at(object, "/metadata/ownerReferences").iter().map(|owner| object::str_at(owner, "/uid"))
}

fn insert(index: &mut BTreeMap<Rc<str>, Keys>, value: &str, key: &Rc<str>) {
    match index.get_mut(value) {
        Some(keys) => drop(keys.insert(key.clone())),
        None => drop(index.insert(value.into(), Keys::from([key.clone()]))),
    }
}

fn remove(index: &mut BTreeMap<Rc<str>, Keys>, value: &str, key: &Rc<str>) {
    let Some(keys) = index.get_mut(value) else { return };
    keys.remove(key);
    if keys.is_empty() {
        index.remove(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use podground_api::json;

    fn change(kind: EventKind, object: Value) -> InformerEvent {
        InformerEvent { revision: 1, kind, resource: "pods", object: Rc::new(object), previous: None }
    }

    #[test]
    fn indexes_follow_the_objects() {
        let mut informers = Informers::default();
        let mut pod = json!({"metadata": {"namespace": "a", "name": "x", "uid": "1"}});
        informers.apply(&change(EventKind::Added, pod.clone()));
        assert_eq!(informers.orphans("pods", "a").count(), 1);
        assert_eq!(informers.pods_on("").count(), 1);
        object::set_at(&mut pod, "/metadata/ownerReferences", json!([{"uid": "rs", "controller": true}]));
        object::set_at(&mut pod, "/spec/nodeName", json!("node-1"));
        informers.apply(&change(EventKind::Modified, pod.clone()));
        assert_eq!(informers.orphans("pods", "a").count(), 0);
        assert_eq!(informers.controlled_by("pods", "rs").count(), 1);
        assert_eq!(informers.pods_on("node-1").count(), 1);
        assert_eq!(informers.in_namespace("pods", "a").count(), 1);
        assert_eq!(informers.in_namespace("pods", "").count(), 0);
        informers.apply(&change(EventKind::Deleted, pod));
        assert_eq!(informers.dependents("rs").count(), 0);
        assert!(informers.by_uid("1").is_none());
    }
}
