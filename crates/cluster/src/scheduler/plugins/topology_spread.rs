//! Pods that belong together should be spread over nodes and zones.
//!
//! Upstream: `pkg/scheduler/framework/plugins/podtopologyspread`

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use podground_api::selector::{Operator, Requirement};
use podground_api::{Selector, Value, object};

use super::{MAX_SCORE, Verdict, node_affinity, taint_toleration};
use crate::informer::Informers;
use crate::scheduler::cycle::Cycle;
use crate::scheduler::nodes::{Counter, NodeInfo, Nodes};
use crate::scheduler::pod::PodInfo;

const HOSTNAME: &str = "kubernetes.io/hostname";
const ZONE: &str = "topology.kubernetes.io/zone";

/// One constraint, and how many matching pods each domain has.
struct Constraint {
    key: String,
    max_skew: i64,
    min_domains: Option<usize>,
    selector: Selector,
    pods: Rc<Counter>,
    counts: BTreeMap<String, i64>,
    honor_affinity: bool,
    honor_taints: bool,
}

/// What the filter and the score need of a pod, counted once per cycle.
pub(in crate::scheduler) struct Spread {
    hard: Vec<Constraint>,
    soft: Vec<Constraint>,
    /// Whether nodes without one of the labels score nothing.
    all_labels: bool,
}

impl Spread {
    pub(in crate::scheduler) fn new(pod: &PodInfo, nodes: &Nodes, informers: &Informers) -> Self {
        let declared = object::array_at(&pod.pod, "/spec/topologySpreadConstraints");
        let of = |action: &str| -> Vec<Constraint> {
            let matching = declared.iter().filter(|c| object::str_at(c, "/whenUnsatisfiable") == action);
            matching.filter_map(|constraint| Constraint::of(constraint, pod, nodes)).collect()
        };
        let mut spread =
            Self { hard: of("DoNotSchedule"), soft: of("ScheduleAnyway"), all_labels: !declared.is_empty() };
        if declared.is_empty() {
            spread.soft = default_constraints(&pod.pod, nodes, informers);
        }
        for constraint in &mut spread.hard {
            constraint.count(pod, nodes);
        }
        for constraint in spread.soft.iter_mut().filter(|constraint| constraint.key != HOSTNAME) {
            constraint.count(pod, nodes);
        }
        spread
    }
}

impl Constraint {
    fn of(value: &Value, pod: &PodInfo, nodes: &Nodes) -> Option<Self> {
        let mut selector = Selector::from_label_selector(object::at(value, "/labelSelector"))?;
        for key in object::array_at(value, "/matchLabelKeys").iter().filter_map(Value::as_str) {
            if let Some(label) = object::label(&pod.pod, key) {
                let values = vec![label.to_owned()];
                selector.requirements.push(Requirement {
                    key: key.to_owned(),
                    operator: Operator::In,
                    values,
                });
            }
        }
        Some(Self {
            key: object::str_at(value, "/topologyKey").to_owned(),
            max_skew: object::i64_at(value, "/maxSkew").unwrap_or(1),
            min_domains: object::i64_at(value, "/minDomains").and_then(|count| usize::try_from(count).ok()),
            pods: nodes.counter(pod.namespace(), &selector),
            selector,
            counts: BTreeMap::new(),
            honor_affinity: object::str_at(value, "/nodeAffinityPolicy") != "Ignore",
            honor_taints: object::str_at(value, "/nodeTaintsPolicy") == "Honor",
        })
    }

    fn count(&mut self, pod: &PodInfo, nodes: &Nodes) {
        for node in &nodes.list {
            let Some(domain) = node.label(&self.key) else { continue };
            let taints = ["NoSchedule", "NoExecute"];
            if self.honor_affinity && !node_affinity::matches(&pod.pod, &node.node)
                || self.honor_taints && taint_toleration::untolerated(&pod.pod, &node.node, &taints).is_some()
            {
                continue;
            }
            let matching = self.pods.on(node.name());
            match self.counts.get_mut(domain) {
                Some(count) => *count += matching,
                None => drop(self.counts.insert(domain.to_owned(), matching)),
            }
        }
    }

    /// The smallest count, 0 as long as there are fewer domains than asked for.
    fn global_minimum(&self) -> i64 {
        if self.min_domains.is_some_and(|wanted| self.counts.len() < wanted) {
            return 0;
        }
        self.counts.values().copied().min().unwrap_or(0)
    }
}

/// The constraints of pods that declare none, for the pods of their services and their owner.
// Upstream: plugin.go systemDefaultConstraints, common.go buildDefaultConstraints
fn default_constraints(pod: &Value, nodes: &Nodes, informers: &Informers) -> Vec<Constraint> {
    let mut requirements = Vec::new();
    for service in informers.in_namespace("services", object::namespace(pod)) {
        let selector = Selector::from_map(object::at(service, "/spec/selector")).unwrap_or_default();
        if !selector.is_empty() && selector.matches_object(pod) {
            requirements.extend(selector.requirements);
        }
    }
    let owner = object::controller_uid(pod).and_then(|uid| informers.by_uid(uid));
    let owned = match owner {
        Some(("replicationcontrollers", owner)) => Selector::from_map(object::at(owner, "/spec/selector")),
        Some(("replicasets.apps" | "statefulsets.apps", owner)) => {
            Selector::from_label_selector(object::at(owner, "/spec/selector"))
        }
        _ => None,
    };
    requirements.extend(owned.unwrap_or_default().requirements);
    if requirements.is_empty() {
        return Vec::new();
    }
    let selector = Selector { requirements };
    let pods = nodes.counter(object::namespace(pod), &selector);
    let constraint = |key: &str, max_skew| Constraint {
        key: key.to_owned(),
        max_skew,
        min_domains: None,
        selector: selector.clone(),
        pods: pods.clone(),
        counts: BTreeMap::new(),
        honor_affinity: true,
        honor_taints: false,
    };
    let mut constraints = vec![constraint(HOSTNAME, 3)];
    if nodes.any_labelled(ZONE) {
        constraints.push(constraint(ZONE, 5));
    }
    constraints
}

// Upstream: filtering.go Filter
pub(super) fn filter(cycle: &Cycle<'_>, node: &NodeInfo) -> Verdict {
    const REASON: &str = "node(s) didn't match pod topology spread constraints";
    for constraint in &cycle.spread.hard {
        let Some(domain) = node.label(&constraint.key) else {
            return Verdict::unresolvable(&[REASON, " (missing required label)"].concat());
        };
        let here = constraint.counts.get(domain).copied().unwrap_or(0);
        let own = i64::from(constraint.selector.matches_object(&cycle.pod.pod));
        if here + own - constraint.global_minimum() > constraint.max_skew {
            return Verdict::unschedulable(REASON);
        }
    }
    Verdict::Fit
}

// Upstream: scoring.go Score, NormalizeScore
pub(super) fn score(cycle: &Cycle<'_>, nodes: &[&NodeInfo]) -> Vec<i64> {
    let Spread { soft, all_labels, .. } = &cycle.spread;
    if soft.is_empty() {
        return vec![0; nodes.len()];
    }
    let weights: Vec<f64> = soft
        .iter()
        .map(|constraint| {
            let domains: BTreeSet<&str> =
                nodes.iter().filter_map(|node| node.label(&constraint.key)).collect();
            logarithm(domains.len() as u64 + 2)
        })
        .collect();
    let raw: Vec<Option<f64>> = nodes
        .iter()
        .map(|node| {
            let mut sum = 0.0;
            for (constraint, weight) in soft.iter().zip(&weights) {
                let Some(domain) = node.label(&constraint.key) else {
                    if *all_labels {
                        return None;
                    }
                    continue;
                };
                let count = if constraint.key == HOSTNAME {
                    constraint.pods.on(node.name())
                } else {
                    constraint.counts.get(domain).copied().unwrap_or(0)
                };
                sum += count as f64 * weight + (constraint.max_skew - 1) as f64;
            }
            Some(sum)
        })
        .collect();
    let rounded: Vec<Option<i64>> = raw.iter().map(|score| score.map(|score| (score + 0.5) as i64)).collect();
    let max = rounded.iter().flatten().copied().max().unwrap_or(0);
    let min = rounded.iter().flatten().copied().min().unwrap_or(0);
    let normal = |score: &Option<i64>| match score {
        None => 0,
        Some(_) if max == 0 => MAX_SCORE,
        Some(score) => MAX_SCORE * (max + min - score) / max,
    };
    rounded.iter().map(normal).collect()
}

/// The natural logarithm by the four basic operations alone, which give the same bits on every machine.
fn logarithm(number: u64) -> f64 {
    let exponent = number.max(1).ilog2();
    let mantissa = number.max(1) as f64 / (1_u64 << exponent) as f64;
    let ratio = (mantissa - 1.0) / (mantissa + 1.0);
    let (mut term, mut sum) = (ratio, 0.0);
    for odd in (1..30).step_by(2) {
        sum += term / f64::from(odd);
        term *= ratio * ratio;
    }
    2.0 * sum + f64::from(exponent) * std::f64::consts::LN_2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logarithm_is_one() {
        for number in [1_u64, 2, 3, 10, 5002] {
            assert!((logarithm(number) - (number as f64).ln()).abs() < 1e-9);
        }
    }
}
