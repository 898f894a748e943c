//! What lessons may break: a node down, slow pulls, a slow network.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

/// The faults of a cluster; clones share them.
#[derive(Clone, Default)]
pub struct Faults(Rc<RefCell<State>>);

#[derive(Default)]
struct State {
    nodes: BTreeMap<String, NodeFaults>,
    pull_factor: Option<u32>,
    switched: u64,
}

#[derive(Clone, Default)]
struct NodeFaults {
    down: bool,
    latency: Duration,
}

impl Faults {
    /// Marks a node as switched off, or on again. [`crate::kubelet::Kubelet::set_node_down`] acts on it.
    pub(crate) fn set_down(&self, node: &str, down: bool) {
        let mut state = self.0.borrow_mut();
        state.nodes.entry(node.to_owned()).or_default().down = down;
        state.switched += 1;
    }

    /// How often nodes were switched off or on.
    pub fn switched(&self) -> u64 {
        self.0.borrow().switched
    }

    /// Whether a node is switched off.
    pub fn is_down(&self, node: &str) -> bool {
        self.0.borrow().nodes.get(node).is_some_and(|faults| faults.down)
    }

    /// Makes every packet from or to a node take this much longer.
    pub fn set_latency(&self, node: &str, latency: Duration) {
        self.0.borrow_mut().nodes.entry(node.to_owned()).or_default().latency = latency;
    }

    /// How much longer a packet from or to a node takes.
    pub fn latency(&self, node: &str) -> Duration {
        self.0.borrow().nodes.get(node).map(|faults| faults.latency).unwrap_or_default()
    }

    /// Makes image pulls take `factor` times as long; 1 is normal.
    pub fn set_pull_factor(&self, factor: u32) {
        self.0.borrow_mut().pull_factor = Some(factor.max(1));
    }

    /// How many times as long image pulls take.
    pub fn pull_factor(&self) -> u32 {
        self.0.borrow().pull_factor.unwrap_or(1)
    }
}
