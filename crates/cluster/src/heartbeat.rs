//! Which nodes' kubelets have fallen silent.
//!
//! A real kubelet renews a lease every ten seconds. Here a kubelet is taken to do so unless it is noted otherwise:
//! thousands of nodes cost nothing while they are well.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use podground_sim::{Sim, Time};

use crate::controllers::NODE_LIFECYCLE;
use crate::event::Inbox;

/// The nodes that are silent, and since when; clones share it.
#[derive(Clone)]
pub struct Heartbeats {
    sim: Sim,
    inbox: Inbox,
    silent: Rc<RefCell<BTreeMap<String, Time>>>,
}

impl Heartbeats {
    /// All nodes are well.
    pub(crate) fn new(sim: Sim, inbox: Inbox) -> Self {
        Self { sim, inbox, silent: Rc::default() }
    }

    /// A node's kubelet stops sending signs of life.
    pub fn stop(&self, node: &str) {
        self.silent.borrow_mut().entry(node.to_owned()).or_insert_with(|| self.sim.now());
        self.inbox.enqueue(NODE_LIFECYCLE, node, Duration::ZERO);
    }

    /// A node's kubelet is back. It says itself, in the node's status, how the node is.
    pub fn resume(&self, node: &str) {
        self.silent.borrow_mut().remove(node);
        self.inbox.enqueue(NODE_LIFECYCLE, node, Duration::ZERO);
    }

    /// Since when a node is silent.
    pub fn silent_since(&self, node: &str) -> Option<Time> {
        self.silent.borrow().get(node).copied()
    }
}
