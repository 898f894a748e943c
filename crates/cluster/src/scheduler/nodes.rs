//! The nodes with what runs on them, kept up to date event by event.
//!
//! Upstream: `pkg/scheduler/framework/types.go NodeInfo`, `backend/cache`

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use podground_api::{Selector, Value, object};

use super::pod::PodInfo;
use super::resources::Resources;
use crate::controllers::support::pods;
use crate::informer::{InformerEvent, key_of};
use crate::store::EventKind;

/// A node and the pods that are bound to it.
#[derive(Clone)]
pub(super) struct NodeInfo {
    pub(super) node: Rc<Value>,
    name: Rc<str>,
    /// Whether it is cordoned.
    pub(super) unschedulable: bool,
    pub(super) allocatable: Resources,
    /// How many pods may run here.
    pub(super) max_pods: usize,
    pub(super) requested: Resources,
    /// With defaults for what asks for nothing.
    pub(super) scored: Resources,
    pub(super) pods: BTreeMap<Rc<str>, Rc<PodInfo>>,
}

impl NodeInfo {
    fn new(node: Rc<Value>) -> Self {
        let mut info = Self {
            name: object::name(&node).into(),
            node: node.clone(),
            unschedulable: false,
            allocatable: Resources::default(),
            max_pods: 0,
            requested: Resources::default(),
            scored: Resources::default(),
            pods: BTreeMap::new(),
        };
        info.set_node(node);
        info
    }

    fn set_node(&mut self, node: Rc<Value>) {
        self.allocatable = Resources::of(object::at(&node, "/status/allocatable"));
        self.unschedulable = object::bool_at(&node, "/spec/unschedulable");
        self.max_pods = object::str_at(&node, "/status/allocatable/pods").parse().unwrap_or(0);
        self.node = node;
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn label(&self, key: &str) -> Option<&str> {
        object::label(&self.node, key)
    }

    pub(super) fn add(&mut self, pod: Rc<PodInfo>) {
        self.requested.add(&pod.requests);
        self.scored.add(&pod.scored);
        self.pods.insert(pod.key.clone(), pod);
    }

    pub(super) fn remove(&mut self, key: &str) -> Option<Rc<PodInfo>> {
        let pod = self.pods.remove(key)?;
        self.requested.subtract(&pod.requests);
        self.scored.subtract(&pod.scored);
        Some(pod)
    }
}

/// How many pods that a selector matches are on each node. It is made when first asked for
/// and then kept up to date, so that the pods of one owner do not count each other again and again.
pub(super) struct Counter {
    namespace: String,
    selector: Selector,
    counts: RefCell<BTreeMap<Rc<str>, i64>>,
}

/// So many selectors are counted at a time.
const COUNTERS: usize = 16;

impl Counter {
    /// How many are on a node.
    pub(super) fn on(&self, node: &str) -> i64 {
        self.counts.borrow().get(node).copied().unwrap_or(0)
    }

    fn add(&self, node: &str, pod: &PodInfo, amount: i64) {
        let matches = pod.namespace() == self.namespace
            && !object::is_deleting(&pod.pod)
            && self.selector.matches_object(&pod.pod);
        if !matches {
            return;
        }
        let mut counts = self.counts.borrow_mut();
        match counts.get_mut(node) {
            Some(count) => *count += amount,
            None => drop(counts.insert(node.into(), amount)),
        }
    }
}

/// All nodes.
#[derive(Default)]
pub(super) struct Nodes {
    counters: RefCell<VecDeque<Rc<Counter>>>,
    /// Whether any node has a label, for labels that were asked for.
    labelled: RefCell<BTreeMap<&'static str, bool>>,
    /// In the order in which they joined.
    pub(super) list: Vec<NodeInfo>,
    places: BTreeMap<Rc<str>, usize>,
    /// Where each pod that counts is: the node's name.
    bound: BTreeMap<Rc<str>, Rc<str>>,
    /// How many pods with affinity or anti-affinity there are.
    pub(super) with_affinity: usize,
    /// Pods whose node is not known (yet).
    homeless: BTreeMap<Rc<str>, BTreeMap<Rc<str>, Rc<PodInfo>>>,
}

impl Nodes {
    pub(super) fn get(&self, name: &str) -> Option<&NodeInfo> {
        self.place(name).map(|place| &self.list[place])
    }

    /// Where in the list a node is.
    pub(super) fn place(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }

    /// Counts the pods of a namespace that a selector matches, by node.
    pub(super) fn counter(&self, namespace: &str, selector: &Selector) -> Rc<Counter> {
        let mut counters = self.counters.borrow_mut();
        let known = counters.iter().position(|c| c.namespace == namespace && c.selector == *selector);
        let counter = known.and_then(|index| counters.remove(index)).unwrap_or_else(|| {
            let counter = Counter {
                namespace: namespace.to_owned(),
                selector: selector.clone(),
                counts: RefCell::default(),
            };
            for node in &self.list {
                for pod in node.pods.values() {
                    counter.add(node.name(), pod, 1);
                }
            }
            Rc::new(counter)
        });
        // The one used last is forgotten last.
        counters.push_back(counter.clone());
        if counters.len() > COUNTERS {
            counters.pop_front();
        }
        counter
    }

    /// Whether any node has a label.
    pub(super) fn any_labelled(&self, key: &'static str) -> bool {
        let find = || self.list.iter().any(|node| node.label(key).is_some());
        *self.labelled.borrow_mut().entry(key).or_insert_with(find)
    }

    /// Takes a change of a node in; returns whether it may let waiting pods run.
    pub(super) fn node_event(&mut self, event: &InformerEvent) -> bool {
        let name = object::name(&event.object);
        if event.kind == EventKind::Deleted {
            self.remove_node(name);
            return false;
        }
        if let Some(place) = self.places.get(name) {
            let info = &mut self.list[*place];
            let matters = ["/spec", "/metadata/labels", "/status/allocatable"]
                .iter()
                .any(|part| object::at(&info.node, part) != object::at(&event.object, part));
            if matters {
                self.labelled.borrow_mut().clear();
                info.set_node(event.object.clone());
            } else {
                info.node = event.object.clone();
            }
            return matters;
        }
        // A node that comes back with its pods is counted anew.
        self.counters.borrow_mut().clear();
        self.labelled.borrow_mut().clear();
        let name: Rc<str> = name.into();
        let mut info = NodeInfo::new(event.object.clone());
        for pod in self.homeless.remove(&name).into_iter().flat_map(BTreeMap::into_values) {
            info.add(pod);
        }
        self.places.insert(name, self.list.len());
        self.list.push(info);
        true
    }

    fn remove_node(&mut self, name: &str) {
        let Some(place) = self.places.remove(name) else { return };
        self.counters.borrow_mut().clear();
        self.labelled.borrow_mut().clear();
        let info = self.list.remove(place);
        for other in self.places.values_mut().filter(|other| **other > place) {
            *other -= 1;
        }
        if !info.pods.is_empty() {
            self.homeless.insert(name.into(), info.pods);
        }
    }

    /// Takes a change of a pod in; returns whether resources became free.
    pub(super) fn pod_event(&mut self, event: &InformerEvent) -> bool {
        let counts = |pod: &Value| {
            event.kind != EventKind::Deleted
                && !object::str_at(pod, "/spec/nodeName").is_empty()
                && !pods::is_terminal(pod)
        };
        let key = key_of(&event.object);
        let was = self.bound.contains_key(&*key);
        let is = counts(&event.object);
        if was && is {
            let unchanged = event.previous.as_ref().is_some_and(|previous| {
                ["/metadata/labels", "/metadata/generation", "/metadata/deletionTimestamp", "/metadata/uid"]
                    .iter()
                    .all(|part| object::at(previous, part) == object::at(&event.object, part))
            });
            if unchanged {
                return false;
            }
        }
        if was {
            self.remove_pod(&key);
        }
        if is {
            self.add_pod(Rc::new(PodInfo::new(event.object.clone())));
        }
        was && !is
    }

    fn add_pod(&mut self, pod: Rc<PodInfo>) {
        self.with_affinity += usize::from(pod.affinity.is_some());
        let node: Rc<str> = object::str_at(&pod.pod, "/spec/nodeName").into();
        self.bound.insert(pod.key.clone(), node.clone());
        match self.places.get(&node) {
            Some(place) => {
                for counter in self.counters.borrow().iter() {
                    counter.add(&node, &pod, 1);
                }
                self.list[*place].add(pod);
            }
            None => drop(self.homeless.entry(node).or_default().insert(pod.key.clone(), pod)),
        }
    }

    fn remove_pod(&mut self, key: &str) {
        let Some(node) = self.bound.remove(key) else { return };
        let pod = match self.places.get(&node) {
            Some(place) => {
                let pod = self.list[*place].remove(key);
                if let Some(pod) = &pod {
                    for counter in self.counters.borrow().iter() {
                        counter.add(&node, pod, -1);
                    }
                }
                pod
            }
            None => self.homeless.get_mut(&node).and_then(|pods| pods.remove(key)),
        };
        self.with_affinity -= usize::from(pod.is_some_and(|pod| pod.affinity.is_some()));
    }
}
