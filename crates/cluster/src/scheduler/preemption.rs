//! Making room for a pod by removing pods of lower priority.
//!
//! Upstream: `pkg/scheduler/framework/preemption`, `plugins/defaultpreemption`

use std::rc::Rc;

use podground_api::object;

use super::cycle::{Cycle, Misfit};
use super::message;
use super::nodes::Nodes;
use super::plugins::Verdict;
use super::pod::PodInfo;

/// What came of the attempt.
pub(super) enum Outcome {
    /// These pods of this node shall go.
    Victims { node: usize, victims: Vec<Rc<PodInfo>> },
    /// Nothing to be done: the end of the pod's message.
    Hopeless(String),
}

/// Looks for the node where removing pods costs least.
// Upstream: preemption.go Preempt
pub(super) fn attempt(cycle: &Cycle<'_>, nodes: &Nodes, misfit: &Misfit) -> Outcome {
    let pod = &cycle.pod.pod;
    if object::str_at(pod, "/spec/preemptionPolicy") == "Never" {
        let text = "preemption: not eligible due to preemptionPolicy=Never.";
        return Outcome::Hopeless(text.to_owned());
    }
    let nominated = object::str_at(pod, "/status/nominatedNodeName");
    if let Some(node) = nodes.get(nominated) {
        let leaving = node
            .pods
            .values()
            .any(|other| object::is_deleting(&other.pod) && other.priority < cycle.pod.priority);
        if leaving {
            let text = "preemption: not eligible due to a terminating pod on the nominated node.";
            return Outcome::Hopeless(text.to_owned());
        }
    }
    let mut reasons = vec!["Preemption is not helpful for scheduling"; misfit.left_out];
    let mut best: Option<(Cost, usize, Vec<Rc<PodInfo>>)> = None;
    for (place, _, verdict) in &misfit.refusals {
        if matches!(verdict, Verdict::Unresolvable(_)) {
            reasons.push("Preemption is not helpful for scheduling");
            continue;
        }
        match victims_on(cycle, nodes, *place) {
            None => reasons.push("No preemption victims found for incoming pod"),
            Some(victims) => {
                let cost = Cost::of(&victims);
                if best.as_ref().is_none_or(|(least, _, _)| cost < *least) {
                    best = Some((cost, *place, victims));
                }
            }
        }
    }
    match best {
        Some((_, node, victims)) => Outcome::Victims { node, victims },
        None => Outcome::Hopeless(message::preemption(nodes.list.len(), &reasons)),
    }
}

/// What removing some pods costs: the highest priority among them, the sum of all, their number.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Cost(i64, i64, usize);

impl Cost {
    // Upstream: preemption.go pickOneNodeForPreemption
    fn of(victims: &[Rc<PodInfo>]) -> Self {
        let priorities = victims.iter().map(|victim| victim.priority);
        // Upstream shifts each priority to be positive, so that fewer victims are the smaller sum.
        let sum = priorities.clone().map(|priority| priority + i64::from(i32::MAX) + 1).sum();
        Self(priorities.max().unwrap_or(i64::MIN), sum, victims.len())
    }
}

/// The fewest pods of a node that must go for the pod to fit there.
// Upstream: default_preemption.go SelectVictimsOnNode
fn victims_on(cycle: &Cycle<'_>, nodes: &Nodes, place: usize) -> Option<Vec<Rc<PodInfo>>> {
    let mut node = nodes.list[place].clone();
    let mut lower: Vec<Rc<PodInfo>> =
        node.pods.values().filter(|other| other.priority < cycle.pod.priority).cloned().collect();
    if lower.is_empty() {
        return None;
    }
    for victim in &lower {
        node.remove(&victim.key);
    }
    if cycle.refusal(&node).is_some() {
        return None;
    }
    // The most important, then those that run longest, are kept first.
    lower.sort_by(|a, b| {
        let started = |pod: &PodInfo| object::str_at(&pod.pod, "/status/startTime").to_owned();
        b.priority.cmp(&a.priority).then_with(|| started(a).cmp(&started(b))).then_with(|| a.key.cmp(&b.key))
    });
    let mut victims = Vec::new();
    for candidate in lower {
        node.add(candidate.clone());
        if cycle.refusal(&node).is_some() {
            node.remove(&candidate.key);
            victims.push(candidate);
        }
    }
    Some(victims)
}
