//! The plugins: filters say on which nodes a pod can run, scores which of these is best.
//!
//! Upstream: `pkg/scheduler/framework/plugins/registry.go`, `apis/config/v1/default_plugins.go`

use super::cycle::Cycle;
use super::nodes::NodeInfo;

mod balanced_allocation;
mod image_locality;
pub(super) mod inter_pod_affinity;
pub(super) mod node_affinity;
mod node_name;
mod node_ports;
mod node_unschedulable;
mod resources_fit;
pub(super) mod taint_toleration;
pub(super) mod topology_spread;
pub(super) mod volume_binding;

/// What a filter says of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The pod can run there.
    Fit,
    /// It cannot; fewer other pods there might help.
    Unschedulable(Vec<String>),
    /// It cannot, whatever else runs there.
    Unresolvable(Vec<String>),
}

impl Verdict {
    /// For the reasons that nothing on the node can change.
    pub(super) fn unresolvable(reason: &str) -> Self {
        Self::Unresolvable(vec![reason.to_owned()])
    }

    /// For the reasons that go away with other pods.
    pub(super) fn unschedulable(reason: &str) -> Self {
        Self::Unschedulable(vec![reason.to_owned()])
    }
}

/// Says whether a pod can run on a node.
pub(super) struct Filter {
    pub(super) name: &'static str,
    pub(super) check: fn(&Cycle<'_>, &NodeInfo) -> Verdict,
}

/// The filters, in upstream's order: the first that refuses gives the reason.
pub(super) const FILTERS: &[Filter] = &[
    Filter { name: "NodeUnschedulable", check: node_unschedulable::filter },
    Filter { name: "NodeName", check: node_name::filter },
    Filter { name: "TaintToleration", check: taint_toleration::filter },
    Filter { name: "NodeAffinity", check: node_affinity::filter },
    Filter { name: "NodePorts", check: node_ports::filter },
    Filter { name: "NodeResourcesFit", check: resources_fit::filter },
    Filter { name: "VolumeBinding", check: volume_binding::filter },
    Filter { name: "PodTopologySpread", check: topology_spread::filter },
    Filter { name: "InterPodAffinity", check: inter_pod_affinity::filter },
];

/// Says how good a node is for a pod.
pub(super) struct Score {
    pub(super) name: &'static str,
    pub(super) weight: i64,
    /// Raw values for all nodes that passed the filters, which it then brings into 0 to 100.
    pub(super) rate: fn(&Cycle<'_>, &[&NodeInfo]) -> Vec<i64>,
}

/// The scores with upstream's weights.
pub(super) const SCORES: &[Score] = &[
    Score { name: "TaintToleration", weight: 3, rate: taint_toleration::score },
    Score { name: "NodeAffinity", weight: 2, rate: node_affinity::score },
    Score { name: "NodeResourcesFit", weight: 1, rate: resources_fit::score },
    Score { name: "PodTopologySpread", weight: 2, rate: topology_spread::score },
    Score { name: "InterPodAffinity", weight: 2, rate: inter_pod_affinity::score },
    Score { name: "NodeResourcesBalancedAllocation", weight: 1, rate: balanced_allocation::score },
    Score { name: "ImageLocality", weight: 1, rate: image_locality::score },
];

/// The best a score can be.
pub(super) const MAX_SCORE: i64 = 100;

/// Brings values from 0 up into 0 to 100, the greatest to 100 (or, reversed, to 0).
// Upstream: framework/plugins/helper/normalize_score.go DefaultNormalizeScore
pub(super) fn normalize(mut scores: Vec<i64>, reverse: bool) -> Vec<i64> {
    let max = scores.iter().copied().max().unwrap_or(0);
    for score in &mut scores {
        *score = if max == 0 { 0 } else { MAX_SCORE * *score / max };
        if reverse {
            *score = MAX_SCORE - *score;
        }
    }
    scores
}
