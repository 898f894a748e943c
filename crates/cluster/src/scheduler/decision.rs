//! Why a pod is where it is, kept for those who ask.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use podground_sim::Time;

/// What was found of one node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NodeDecision {
    /// The node.
    pub node: String,
    /// The filter that refused it.
    pub refused_by: Option<&'static str>,
    /// That filter's reasons.
    pub reasons: Vec<String>,
    /// The weighted score of each plugin.
    pub scores: Vec<(&'static str, i64)>,
    /// Their sum.
    pub total: i64,
}

/// The latest decision about a pod.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// When it was made.
    pub time: Time,
    /// The node that was chosen.
    pub node: Option<String>,
    /// The message for the pod's condition where none was.
    pub message: String,
    /// What was found of each node, of large clusters some.
    pub nodes: Vec<NodeDecision>,
}

impl Decision {
    /// Of so many nodes details are kept.
    pub(super) const LIMIT: usize = 32;

    pub(super) fn note(&mut self, node: NodeDecision) {
        if self.nodes.len() < Self::LIMIT {
            self.nodes.push(node);
        }
    }
}

/// The latest decision about each pod, by `namespace/name`; clones share it.
#[derive(Clone, Default)]
pub struct Decisions(Rc<RefCell<BTreeMap<Rc<str>, Decision>>>);

impl Decisions {
    /// The latest decision about a pod.
    pub fn get(&self, namespace: &str, name: &str) -> Option<Decision> {
        self.0.borrow().get(&*crate::informer::key(namespace, name)).cloned()
    }

    pub(super) fn set(&self, key: &Rc<str>, decision: Decision) {
        self.0.borrow_mut().insert(key.clone(), decision);
    }

    pub(super) fn forget(&self, key: &str) {
        self.0.borrow_mut().remove(key);
    }
}
