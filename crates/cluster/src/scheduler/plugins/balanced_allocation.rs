//! CPU and memory of a node should be used up alike.

use super::MAX_SCORE;
use crate::scheduler::cycle::Cycle;
use crate::scheduler::nodes::NodeInfo;

// Upstream: plugins/noderesources/balanced_allocation.go balancedResourceScorer
pub(super) fn score(cycle: &Cycle<'_>, nodes: &[&NodeInfo]) -> Vec<i64> {
    let wanted = &cycle.pod.requests;
    if wanted.milli_cpu == 0 && wanted.memory == 0 {
        return vec![0; nodes.len()];
    }
    let fraction = |used: i64, has: i64| {
        if has == 0 { 0.0 } else { (used as f64 / has as f64).min(1.0) }
    };
    let one = |node: &&NodeInfo| {
        let cpu = fraction(node.requested.milli_cpu + wanted.milli_cpu, node.allocatable.milli_cpu);
        let memory = fraction(node.requested.memory + wanted.memory, node.allocatable.memory);
        let deviation = (cpu - memory).abs() / 2.0;
        ((1.0 - deviation) * MAX_SCORE as f64) as i64
    };
    nodes.iter().map(one).collect()
}
