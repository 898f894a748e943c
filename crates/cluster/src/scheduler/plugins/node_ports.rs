//! A port of a node belongs to one pod.

use super::Verdict;
use crate::scheduler::cycle::Cycle;
use crate::scheduler::nodes::NodeInfo;

// Upstream: plugins/nodeports/node_ports.go Filter
pub(super) fn filter(cycle: &Cycle<'_>, node: &NodeInfo) -> Verdict {
    if cycle.pod.ports.is_empty() {
        return Verdict::Fit;
    }
    let mut taken = node.pods.values().flat_map(|pod| &pod.ports);
    if taken.any(|taken| cycle.pod.ports.iter().any(|port| port.conflicts(taken))) {
        return Verdict::unschedulable("node(s) didn't have free ports for the requested pod ports");
    }
    Verdict::Fit
}
