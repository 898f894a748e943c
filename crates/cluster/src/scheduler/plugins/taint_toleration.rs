//! Taints keep pods away that do not tolerate them.

use podground_api::{Value, object};

use super::{Verdict, normalize};
use crate::scheduler::cycle::Cycle;
use crate::scheduler::nodes::NodeInfo;

// Upstream: plugins/tainttoleration/taint_toleration.go Filter
pub(super) fn filter(cycle: &Cycle<'_>, node: &NodeInfo) -> Verdict {
    if untolerated(&cycle.pod.pod, &node.node, &["NoSchedule", "NoExecute"]).is_some() {
        return Verdict::unresolvable("node(s) had untolerated taint(s)");
    }
    Verdict::Fit
}

/// Fewer taints of the soft kind are better.
pub(super) fn score(cycle: &Cycle<'_>, nodes: &[&NodeInfo]) -> Vec<i64> {
    let count = |node: &&NodeInfo| {
        let taints = object::array_at(&node.node, "/spec/taints").iter();
        let soft = taints.filter(|taint| object::str_at(taint, "/effect") == "PreferNoSchedule");
        soft.filter(|taint| !tolerates_taint(&cycle.pod.pod, taint)).count() as i64
    };
    normalize(nodes.iter().map(count).collect(), true)
}

/// The first taint of a node, with one of the effects, that a pod does not tolerate.
pub(crate) fn untolerated<'a>(pod: &Value, node: &'a Value, effects: &[&str]) -> Option<&'a Value> {
    object::array_at(node, "/spec/taints")
        .iter()
        .find(|taint| effects.contains(&object::str_at(taint, "/effect")) && !tolerates_taint(pod, taint))
}

/// Whether a pod tolerates a taint.
pub(crate) fn tolerates_taint(pod: &Value, taint: &Value) -> bool {
    let part = |field| object::str_at(taint, field);
    tolerates(pod, part("/key"), part("/value"), part("/effect"))
}

/// The same, for a taint by its parts.
pub(super) fn tolerates(pod: &Value, key: &str, value: &str, effect: &str) -> bool {
    let tolerations = object::array_at(pod, "/spec/tolerations");
    tolerations.iter().any(|toleration| toleration_matches(toleration, key, value, effect))
}

/// Whether a toleration covers a taint.
// Upstream: component-helpers scheduling/corev1 ToleratesTaint
pub(crate) fn toleration_matches(toleration: &Value, key: &str, value: &str, effect: &str) -> bool {
    let part = |field| object::str_at(toleration, field);
    if !part("/effect").is_empty() && part("/effect") != effect {
        return false;
    }
    if !part("/key").is_empty() && part("/key") != key {
        return false;
    }
    let number = |text: &str| text.parse::<i64>().ok();
    match part("/operator") {
        "Exists" => true,
        "" | "Equal" => !part("/key").is_empty() && part("/value") == value,
        "Lt" => matches!((number(value), number(part("/value"))), (Some(a), Some(b)) if a < b),
        "Gt" => matches!((number(value), number(part("/value"))), (Some(a), Some(b)) if a > b),
        _ => false,
    }
}
