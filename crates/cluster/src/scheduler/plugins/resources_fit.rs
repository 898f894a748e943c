//! A node must have what a pod asks for; of those that do, the emptier is better.

use super::{MAX_SCORE, Verdict};
use crate::scheduler::cycle::Cycle;
use crate::scheduler::nodes::NodeInfo;

// Upstream: plugins/noderesources/fit.go Filter, fitsRequest
pub(super) fn filter(cycle: &Cycle<'_>, node: &NodeInfo) -> Verdict {
    let (wanted, used, has) = (&cycle.pod.requests, &node.requested, &node.allocatable);
    let mut reasons = Vec::new();
    let mut hopeless = false;
    if node.pods.len() + 1 > node.max_pods {
        reasons.push("Too many pods".to_owned());
    }
    let mut check = |name: &str, wanted: i64, used: i64, has: i64| {
        if wanted > 0 && wanted > has - used {
            reasons.push(format!("Insufficient {name}"));
            hopeless |= wanted > has;
        }
    };
    check("cpu", wanted.milli_cpu, used.milli_cpu, has.milli_cpu);
    check("memory", wanted.memory, used.memory, has.memory);
    check("ephemeral-storage", wanted.ephemeral_storage, used.ephemeral_storage, has.ephemeral_storage);
    for (name, amount) in &wanted.others {
        let of = |resources: &crate::scheduler::resources::Resources| {
            resources.others.get(name).copied().unwrap_or(0)
        };
        check(name, *amount, of(used), of(has));
    }
    if reasons.is_empty() {
        Verdict::Fit
    } else if hopeless {
        Verdict::Unresolvable(reasons)
    } else {
        Verdict::Unschedulable(reasons)
    }
}

// Upstream: plugins/noderesources/least_allocated.go leastResourceScorer
pub(super) fn score(cycle: &Cycle<'_>, nodes: &[&NodeInfo]) -> Vec<i64> {
    let free = |has: i64, used: i64| {
        if has == 0 {
            None
        } else if used > has {
            Some(0)
        } else {
            Some((has - used) * MAX_SCORE / has)
        }
    };
    let one = |node: &&NodeInfo| {
        let (wanted, used, has) = (&cycle.pod.scored, &node.scored, &node.allocatable);
        let parts = [
            free(has.milli_cpu, used.milli_cpu + wanted.milli_cpu),
            free(has.memory, used.memory + wanted.memory),
        ];
        let (sum, count) = parts.iter().flatten().fold((0, 0), |(sum, count), part| (sum + part, count + 1));
        if count == 0 { 0 } else { sum / count }
    };
    nodes.iter().map(one).collect()
}
