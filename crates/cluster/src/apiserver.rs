//! The API server: HTTP-shaped requests in, objects, tables and statuses out.
//!
//! One pipeline serves all kinds: decode → default → admit → prepare → validate → store.
//! Upstream: `k8s.io/apiserver`.

use std::cell::{OnceCell, Ref, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use podground_api::{Request, Response, Value};
use podground_sim::Sim;

use crate::resource::Resource;
use crate::resources::apiextensions::custom;
use crate::resources::apiextensions::custom_resource_definition::CUSTOM_RESOURCE_DEFINITION;
use crate::resources::apiregistration::{self, API_SERVICE};
use crate::store::{EventKind, Store, WatchEvent};

mod apply;
pub(crate) mod authorization;
pub mod context;
mod create;
mod decode;
mod delete;
mod discovery;
pub mod errors;
pub mod field;
mod get;
mod handler;
mod list;
mod managed;
pub(crate) mod meta;
mod openapi;
mod patch;
mod route;
mod selection;
mod subresource;
mod table;
mod update;
mod watch;

/// The kubelets' side of `log`, `exec`, `attach` and `portforward`.
pub trait NodeProxy {
    /// A container's log.
    fn logs(&self, pod: &Value, query: &[(String, String)]) -> Response;
    /// Runs a program in a container.
    fn exec(&self, pod: &Value, query: &[(String, String)]) -> Response;
    /// Attaches to a container's main process.
    fn attach(&self, pod: &Value, query: &[(String, String)]) -> Response;
    /// What its containers use: a list, or `null` if it is not known yet.
    fn usage(&self, pod: &Value) -> Value;
    /// Opens a connection to a port of the pod.
    fn port_forward(&self, pod: &Value, query: &[(String, String)]) -> Response;
}

/// A handle to the server; clones share it.
#[derive(Clone)]
pub struct ApiServer(Rc<Inner>);

struct Inner {
    sim: Sim,
    store: RefCell<Store>,
    watchers: RefCell<Vec<watch::Watcher>>,
    nodes: RefCell<Option<Rc<dyn NodeProxy>>>,
    /// What custom resource definitions have added.
    custom: RefCell<Vec<&'static Resource>>,
    /// How many names were generated from a prefix.
    generated: RefCell<BTreeMap<String, u64>>,
    /// Who has set which fields.
    managers: RefCell<managed::Managers>,
    /// What the fields mean, once somebody has brought it.
    descriptions: OnceCell<openapi::Texts>,
}

impl ApiServer {
    /// A server with an empty store: not even the namespace `default` is there.
    pub fn new(sim: Sim) -> Self {
        Self(Rc::new(Inner {
            sim,
            store: RefCell::default(),
            watchers: RefCell::default(),
            nodes: RefCell::default(),
            custom: RefCell::default(),
            generated: RefCell::default(),
            managers: RefCell::default(),
            descriptions: OnceCell::new(),
        }))
    }

    /// Answers a request. Every input gets an answer.
    pub fn handle(&self, request: Request) -> Response {
        handler::handle(self, request)
    }

    /// Brings the descriptions of all built-in fields, as `crates/api/schema/descriptions.txt` has them.
    pub fn describe(&self, text: &'static str) {
        // Whoever brings it again brings the same.
        let _ = self.0.descriptions.set(openapi::Texts::read(text));
    }

    /// Whether a request cannot be answered before [`Self::describe`].
    pub fn lacks_descriptions_for(&self, request: &Request) -> bool {
        self.0.descriptions.get().is_none() && openapi::is_document(&request.path)
    }

    /// The objects, for informers. Do not hold it across a call of [`Self::handle`].
    pub fn store(&self) -> Ref<'_, Store> {
        self.0.store.borrow()
    }

    /// Connects the kubelets.
    pub fn set_nodes(&self, nodes: Rc<dyn NodeProxy>) {
        *self.0.nodes.borrow_mut() = Some(nodes);
    }

    /// The clock and the randomness.
    pub fn sim(&self) -> &Sim {
        &self.0.sim
    }

    /// Serves another resource: what an extension API server adds.
    pub(crate) fn serve(&self, resource: &'static Resource) {
        self.0.custom.borrow_mut().push(resource);
    }

    pub(crate) fn nodes(&self) -> Option<Rc<dyn NodeProxy>> {
        self.0.nodes.borrow().clone()
    }

    /// All resources that are served now, in the order of discovery.
    pub(crate) fn resources(&self) -> impl Iterator<Item = &'static Resource> {
        let custom = self.0.custom.borrow().clone();
        crate::resources::RESOURCES.iter().copied().chain(custom)
    }

    /// The resource of a path.
    pub(crate) fn resource(&self, group: &str, version: &str, plural: &str) -> Option<&'static Resource> {
        self.resources().find(|resource| {
            resource.plural == plural && resource.group == group && resource.version == version
        })
    }

    /// Writes an object past the pipeline, for admission's own bookkeeping.
    pub(crate) fn write(&self, resource: &Resource, namespace: &str, name: &str, object: Value) {
        self.put(resource, namespace, name, object);
    }

    /// Writes an object and tells those who watch.
    fn put(&self, resource: &Resource, namespace: &str, name: &str, object: Value) -> Rc<Value> {
        let now = self.0.sim.now();
        let event = self.0.store.borrow_mut().put(now, resource.key, namespace, name, object);
        self.published(&event);
        if resource.key == CUSTOM_RESOURCE_DEFINITION.key {
            self.establish(resource, name, &event.object);
        }
        event.object
    }

    /// Says in a definition's status that its names are served.
    fn establish(&self, resource: &Resource, name: &str, definition: &Value) {
        let now = self.0.sim.now();
        let status = custom::established(definition, now);
        if podground_api::object::at(definition, "/status") == &status {
            return;
        }
        let mut definition = definition.clone();
        podground_api::object::set_at(&mut definition, "/status", status);
        let event = self.0.store.borrow_mut().put(now, resource.key, "", name, definition);
        self.published(&event);
        self.register(&event.object);
    }

    /// Makes the entries of the groups that a definition adds.
    fn register(&self, definition: &Value) {
        let group = podground_api::object::str_at(definition, "/spec/group");
        for version in podground_api::object::array_at(definition, "/spec/versions") {
            self.register_group(group, podground_api::object::str_at(version, "/name"));
        }
    }

    /// Makes the entry of a group's version that the server itself serves.
    pub(crate) fn register_group(&self, group: &str, version: &str) {
        let name = format!("{version}.{group}");
        if self.store().get(API_SERVICE.key, "", &name).is_some() {
            return;
        }
        let now = self.0.sim.now();
        let mut service = apiregistration::local(group, version, now);
        let uid = self.0.sim.rng("uid", &[API_SERVICE.key, &name, &now.0.to_string()]).uuid();
        let metadata = meta::metadata(&mut service);
        metadata.insert("uid".to_owned(), uid.into());
        metadata.insert("creationTimestamp".to_owned(), now.rfc3339().into());
        self.put(&API_SERVICE, "", &name, service);
    }

    /// Takes out the entries of groups that nothing is served of any more.
    fn deregister(&self, definition: &Value) {
        let group = podground_api::object::str_at(definition, "/spec/group");
        for version in podground_api::object::array_at(definition, "/spec/versions") {
            let version = podground_api::object::str_at(version, "/name");
            if !self.resources().any(|resource| resource.group == group && resource.version == version) {
                self.remove(&API_SERVICE, "", &format!("{version}.{group}"));
            }
        }
    }

    /// Removes the objects of a definition that goes.
    fn remove_customs(&self, key: &str) {
        let Some(resource) = self.resources().find(|resource| resource.key == key) else { return };
        let objects: Vec<_> = self.store().list(key, None).cloned().collect();
        for object in objects {
            let (namespace, name) =
                (podground_api::object::namespace(&object), podground_api::object::name(&object));
            self.remove(resource, namespace, name);
        }
    }

    /// Serves what a definition says, or no longer.
    fn redefine(&self, event: &WatchEvent) {
        let name = podground_api::object::name(&event.object).to_owned();
        let mut custom = self.0.custom.borrow_mut();
        custom.retain(|resource| resource.key != name);
        if event.kind == EventKind::Deleted {
            return;
        }
        custom.extend(custom::resources(&event.object));
        custom.sort_by_key(|resource| (resource.group, resource.plural));
    }

    /// Removes an object and tells those who watch.
    fn remove(&self, resource: &Resource, namespace: &str, name: &str) -> Option<Rc<Value>> {
        let now = self.0.sim.now();
        if resource.key == CUSTOM_RESOURCE_DEFINITION.key {
            self.remove_customs(name);
        }
        let event = self.0.store.borrow_mut().remove(now, resource.key, namespace, name)?;
        self.0.managers.borrow_mut().remove(resource.key, namespace, name);
        self.published(&event);
        if resource.key == CUSTOM_RESOURCE_DEFINITION.key {
            self.deregister(&event.object);
        }
        Some(event.object)
    }

    fn published(&self, event: &WatchEvent) {
        if event.resource == CUSTOM_RESOURCE_DEFINITION.key {
            self.redefine(event);
        }
        self.0.sim.trace(format!("{} {:?} {}", event.revision, event.kind, event.resource).as_bytes());
        watch::publish(self, event);
    }
}
