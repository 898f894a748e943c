//! The sentence that says why a pod waits.
//!
//! Upstream: `pkg/scheduler/framework/types.go FitError.Error`

use std::collections::BTreeMap;

use super::cycle::Misfit;
use super::plugins::Verdict;

/// What is said of nodes that a pod's affinity by name leaves out.
// Upstream: schedule_one.go findNodesThatFitPod
const LEFT_OUT: &str = "node(s) didn't satisfy plugin(s) [NodeAffinity]";

/// `0/4 nodes are available: 1 node(s) had untolerated taint(s), 3 Insufficient cpu. …`
pub(super) fn unschedulable(total: usize, misfit: &Misfit, afterwards: &str) -> String {
    let head = format!("0/{total} nodes are available");
    let body = match &misfit.before {
        Some(reason) => format!("{head}: {reason}."),
        None => {
            let reasons = misfit.refusals.iter().flat_map(|(_, _, verdict)| match verdict {
                Verdict::Fit => &[],
                Verdict::Unschedulable(reasons) | Verdict::Unresolvable(reasons) => reasons.as_slice(),
            });
            let left_out = std::iter::repeat_n(LEFT_OUT, misfit.left_out);
            format!("{head}:{}", histogram(reasons.map(String::as_str).chain(left_out)))
        }
    };
    if afterwards.is_empty() { body } else { format!("{body} {afterwards}") }
}

/// What preemption adds: `preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.`
pub(super) fn preemption(total: usize, reasons: &[&str]) -> String {
    format!("preemption: 0/{total} nodes are available:{}", histogram(reasons.iter().copied()))
}

/// ` 1 reason, 3 other reason.`, sorted as text, as upstream does.
fn histogram<'a>(reasons: impl Iterator<Item = &'a str>) -> String {
    let mut counts = BTreeMap::<&str, usize>::new();
    for reason in reasons {
        *counts.entry(reason).or_default() += 1;
    }
    let mut texts: Vec<String> = counts.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
    if texts.is_empty() {
        return String::new();
    }
    texts.sort();
    format!(" {}.", texts.join(", "))
}
