//! Cordoned nodes take no new pods.

use super::Verdict;
use super::taint_toleration::tolerates;
use crate::scheduler::cycle::Cycle;
use crate::scheduler::nodes::NodeInfo;

// Upstream: plugins/nodeunschedulable/node_unschedulable.go Filter
pub(super) fn filter(cycle: &Cycle<'_>, node: &NodeInfo) -> Verdict {
    if node.unschedulable && !tolerates(&cycle.pod.pod, "node.kubernetes.io/unschedulable", "", "NoSchedule")
    {
        return Verdict::unresolvable("node(s) were unschedulable");
    }
    Verdict::Fit
}
