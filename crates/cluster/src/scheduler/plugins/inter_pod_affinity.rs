//! Pods that want to be near some pods and far from others.
//!
//! Upstream: `pkg/scheduler/framework/plugins/interpodaffinity`

use std::collections::BTreeMap;

use podground_api::{Selector, Value, object};

use super::{MAX_SCORE, Verdict};
use crate::informer::Informers;
use crate::scheduler::cycle::Cycle;
use crate::scheduler::nodes::{NodeInfo, Nodes};
use crate::scheduler::pod::PodInfo;

/// Which pods are meant, and how near is near.
struct Term {
    selector: Option<Selector>,
    namespaces: Vec<String>,
    namespace_selector: Option<Selector>,
    topology_key: String,
}

/// The affinity and anti-affinity of a pod.
pub(in crate::scheduler) struct Affinity {
    required: Vec<Term>,
    required_anti: Vec<Term>,
    /// With their weights, negative for anti-affinity.
    preferred: Vec<(i64, Term)>,
}

impl Affinity {
    /// The affinity of a pod that has any.
    pub(in crate::scheduler) fn of(pod: &Value) -> Option<Self> {
        let list = |pointer: &str| object::array_at(pod, pointer);
        let terms = |pointer: &str| -> Vec<Term> { list(pointer).iter().map(|t| Term::of(t, pod)).collect() };
        let weighted = |pointer: &str, sign: i64| -> Vec<(i64, Term)> {
            let of = |term: &Value| {
                let weight = object::i64_at(term, "/weight").unwrap_or(0);
                (sign * weight, Term::of(object::at(term, "/podAffinityTerm"), pod))
            };
            list(pointer).iter().map(of).collect()
        };
        let mut affinity = Self {
            required: terms("/spec/affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution"),
            required_anti: terms(
                "/spec/affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution",
            ),
            preferred: weighted(
                "/spec/affinity/podAffinity/preferredDuringSchedulingIgnoredDuringExecution",
                1,
            ),
        };
        let anti = "/spec/affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution";
        affinity.preferred.extend(weighted(anti, -1));
        let any = !(affinity.required.is_empty()
            && affinity.required_anti.is_empty()
            && affinity.preferred.is_empty());
        any.then_some(affinity)
    }
}

impl Term {
    fn of(term: &Value, pod: &Value) -> Self {
        let namespaces = object::array_at(term, "/namespaces").iter().filter_map(Value::as_str);
        let mut namespaces: Vec<String> = namespaces.map(str::to_owned).collect();
        let namespace_selector = term.get("namespaceSelector").and_then(Selector::from_label_selector);
        if namespaces.is_empty() && namespace_selector.is_none() {
            namespaces.push(object::namespace(pod).to_owned());
        }
        Self {
            selector: term.get("labelSelector").and_then(Selector::from_label_selector),
            namespaces,
            namespace_selector,
            topology_key: object::str_at(term, "/topologyKey").to_owned(),
        }
    }

    fn matches(&self, pod: &Value, informers: &Informers) -> bool {
        let namespace = object::namespace(pod);
        let in_namespace = self.namespaces.iter().any(|name| name == namespace)
            || self.namespace_selector.as_ref().is_some_and(|selector| {
                let found = informers.get("namespaces", "", namespace);
                selector.is_empty() || found.is_some_and(|namespace| selector.matches_object(namespace))
            });
        in_namespace && self.selector.as_ref().is_some_and(|selector| selector.matches_object(pod))
    }
}

/// Counts by topology key and value.
type Domains = BTreeMap<(String, String), i64>;

/// What filter and score need, counted once per cycle.
#[derive(Default)]
pub(in crate::scheduler) struct Near {
    /// Pods already there whose anti-affinity keeps the new pod away.
    existing_anti: Domains,
    /// Pods that match all terms of the new pod's affinity.
    affinity: Domains,
    /// Pods that match a term of the new pod's anti-affinity.
    anti: Domains,
    /// Preferences, of both sides.
    preference: Domains,
}

impl Near {
    pub(in crate::scheduler) fn new(pod: &PodInfo, nodes: &Nodes, informers: &Informers) -> Self {
        let mut near = Self::default();
        if pod.affinity.is_none() && nodes.with_affinity == 0 {
            return near;
        }
        for node in &nodes.list {
            for existing in node.pods.values() {
                if let Some(affinity) = &existing.affinity {
                    near.count_existing(affinity, pod, node, informers);
                }
                if let Some(affinity) = &pod.affinity {
                    near.count_own(affinity, existing, node, informers);
                }
            }
        }
        near
    }

    fn count_existing(&mut self, affinity: &Affinity, pod: &PodInfo, node: &NodeInfo, informers: &Informers) {
        for term in affinity.required_anti.iter().filter(|term| term.matches(&pod.pod, informers)) {
            add(&mut self.existing_anti, term, node, 1);
        }
        // A hard affinity of an existing pod counts as a weak wish.
        for term in affinity.required.iter().filter(|term| term.matches(&pod.pod, informers)) {
            add(&mut self.preference, term, node, 1);
        }
        for (weight, term) in affinity.preferred.iter().filter(|(_, term)| term.matches(&pod.pod, informers))
        {
            add(&mut self.preference, term, node, *weight);
        }
    }

    fn count_own(&mut self, affinity: &Affinity, existing: &PodInfo, node: &NodeInfo, informers: &Informers) {
        let matches = |term: &Term| term.matches(&existing.pod, informers);
        if !affinity.required.is_empty() && affinity.required.iter().all(matches) {
            for term in &affinity.required {
                add(&mut self.affinity, term, node, 1);
            }
        }
        for term in affinity.required_anti.iter().filter(|term| matches(term)) {
            add(&mut self.anti, term, node, 1);
        }
        for (weight, term) in affinity.preferred.iter().filter(|(_, term)| matches(term)) {
            add(&mut self.preference, term, node, *weight);
        }
    }
}

fn add(domains: &mut Domains, term: &Term, node: &NodeInfo, amount: i64) {
    if let Some(value) = node.label(&term.topology_key) {
        *domains.entry((term.topology_key.clone(), value.to_owned())).or_default() += amount;
    }
}

// Upstream: filtering.go Filter
pub(super) fn filter(cycle: &Cycle<'_>, node: &NodeInfo) -> Verdict {
    let near = &cycle.near;
    let count = |domains: &Domains, term: &Term| {
        let key = node.label(&term.topology_key).map(|value| (term.topology_key.clone(), value.to_owned()));
        key.and_then(|key| domains.get(&key).copied()).unwrap_or(0)
    };
    if let Some(affinity) = &cycle.pod.affinity {
        let labelled = affinity.required.iter().all(|term| node.label(&term.topology_key).is_some());
        let found = affinity.required.iter().all(|term| count(&near.affinity, term) > 0);
        // The first pod of a group that wants to be together may go anywhere.
        let is_first = near.affinity.is_empty()
            && affinity.required.iter().all(|term| term.matches(&cycle.pod.pod, cycle.informers));
        if !affinity.required.is_empty() && !(labelled && (found || is_first)) {
            return Verdict::unresolvable("node(s) didn't match pod affinity rules");
        }
        if affinity.required_anti.iter().any(|term| count(&near.anti, term) > 0) {
            return Verdict::unschedulable("node(s) didn't match pod anti-affinity rules");
        }
    }
    let kept_away =
        near.existing_anti.keys().any(|(key, value)| node.label(key).is_some_and(|label| label == value));
    if kept_away {
        return Verdict::unschedulable("node(s) didn't satisfy existing pods anti-affinity rules");
    }
    Verdict::Fit
}

// Upstream: scoring.go Score, NormalizeScore
pub(super) fn score(cycle: &Cycle<'_>, nodes: &[&NodeInfo]) -> Vec<i64> {
    let wishes = &cycle.near.preference;
    if wishes.is_empty() {
        return vec![0; nodes.len()];
    }
    let one = |node: &&NodeInfo| {
        let here = wishes.iter().filter(|((key, value), _)| node.label(key) == Some(value));
        here.map(|(_, weight)| *weight).sum::<i64>()
    };
    let raw: Vec<i64> = nodes.iter().map(one).collect();
    let (min, max) = (raw.iter().min().copied().unwrap_or(0), raw.iter().max().copied().unwrap_or(0));
    raw.iter().map(|score| if max == min { 0 } else { MAX_SCORE * (score - min) / (max - min) }).collect()
}
