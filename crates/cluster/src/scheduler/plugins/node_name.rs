//! A pod that names its node runs nowhere else.

use podground_api::object;

use super::Verdict;
use crate::scheduler::cycle::Cycle;
use crate::scheduler::nodes::NodeInfo;

// Upstream: plugins/nodename/node_name.go Filter
pub(super) fn filter(cycle: &Cycle<'_>, node: &NodeInfo) -> Verdict {
    match object::str_at(&cycle.pod.pod, "/spec/nodeName") {
        "" => Verdict::Fit,
        name if name == node.name() => Verdict::Fit,
        _ => Verdict::unresolvable("node(s) didn't match the requested node name"),
    }
}
