//! One decision: filter the nodes, rate those that remain, take the best.
//!
//! Upstream: `pkg/scheduler/schedule_one.go`

use podground_sim::Sim;

use super::decision::{Decision, NodeDecision};
use super::nodes::{NodeInfo, Nodes};
use super::plugins::inter_pod_affinity::Near;
use super::plugins::topology_spread::Spread;
use super::plugins::volume_binding::Claims;
use super::plugins::{FILTERS, SCORES, Verdict, node_affinity};
use super::pod::PodInfo;
use crate::informer::Informers;

/// A pod that looks for a node, and what was counted for it beforehand.
pub(super) struct Cycle<'a> {
    pub(super) pod: &'a PodInfo,
    pub(super) informers: &'a Informers,
    pub(super) spread: Spread,
    pub(super) near: Near,
    pub(super) claims: Claims,
}

/// What came of the filters, where no node passed.
pub(super) struct Misfit {
    /// For each node that was looked at: its place, the filter that refused, and its verdict.
    pub(super) refusals: Vec<(usize, &'static str, Verdict)>,
    /// How many nodes were left out before the filters, because the pod names others.
    pub(super) left_out: usize,
    /// Why no node needed to be looked at.
    pub(super) before: Option<String>,
}

impl Misfit {
    /// A pod that cannot run anywhere, whatever the nodes are.
    pub(super) fn before(reason: String) -> Self {
        Self { refusals: Vec::new(), left_out: 0, before: Some(reason) }
    }
}

impl<'a> Cycle<'a> {
    /// Counts what the filters need; fails where the pod cannot run on any node.
    pub(super) fn new(pod: &'a PodInfo, nodes: &'a Nodes, informers: &'a Informers) -> Result<Self, String> {
        Ok(Self {
            pod,
            informers,
            claims: Claims::new(&pod.pod, informers)?,
            spread: Spread::new(pod, nodes, informers),
            near: Near::new(pod, nodes, informers),
        })
    }

    /// The first filter that refuses a node.
    pub(super) fn refusal(&self, node: &NodeInfo) -> Option<(&'static str, Verdict)> {
        FILTERS.iter().find_map(|filter| match (filter.check)(self, node) {
            Verdict::Fit => None,
            verdict => Some((filter.name, verdict)),
        })
    }

    /// Chooses a node: its place, or why there is none. `start` is where the search begins; it moves on.
    // Upstream: schedule_one.go schedulePod, findNodesThatPassFilters
    pub(super) fn choose(
        &self,
        sim: &Sim,
        nodes: &Nodes,
        start: &mut usize,
        decision: &mut Decision,
    ) -> Result<usize, Misfit> {
        let named: Option<Vec<usize>> = node_affinity::named_nodes(&self.pod.pod)
            .map(|names| names.into_iter().filter_map(|name| nodes.place(name)).collect());
        let count = named.as_ref().map_or(nodes.list.len(), Vec::len);
        let enough = enough_nodes(count);
        let (mut feasible, mut refusals) = (Vec::new(), Vec::new());
        let mut seen = 0;
        while seen < count && feasible.len() < enough {
            let index = (*start + seen) % count;
            let place = named.as_ref().map_or(index, |named| named[index]);
            seen += 1;
            match self.refusal(&nodes.list[place]) {
                None => feasible.push(place),
                Some((name, verdict)) => refusals.push((place, name, verdict)),
            }
        }
        if !nodes.list.is_empty() {
            *start = (*start + seen) % nodes.list.len();
        }
        for (place, name, verdict) in &refusals {
            let reasons = match verdict {
                Verdict::Fit => continue,
                Verdict::Unschedulable(reasons) | Verdict::Unresolvable(reasons) => reasons.clone(),
            };
            let node = nodes.list[*place].name().to_owned();
            decision.note(NodeDecision { node, refused_by: Some(*name), reasons, ..NodeDecision::default() });
        }
        if feasible.is_empty() {
            return Err(Misfit { refusals, left_out: nodes.list.len() - count, before: None });
        }
        Ok(self.best(sim, nodes, &feasible, decision))
    }

    fn best(&self, sim: &Sim, nodes: &Nodes, feasible: &[usize], decision: &mut Decision) -> usize {
        let infos: Vec<&NodeInfo> = feasible.iter().map(|place| &nodes.list[*place]).collect();
        let mut totals = vec![0; infos.len()];
        let mut parts = vec![Vec::new(); infos.len().min(Decision::LIMIT)];
        if infos.len() > 1 {
            for score in SCORES {
                for (index, value) in (score.rate)(self, &infos).into_iter().enumerate() {
                    totals[index] += value * score.weight;
                    if let Some(parts) = parts.get_mut(index) {
                        parts.push((score.name, value * score.weight));
                    }
                }
            }
        }
        for (index, scores) in parts.into_iter().enumerate() {
            let node = infos[index].name().to_owned();
            decision.note(NodeDecision { node, scores, total: totals[index], ..NodeDecision::default() });
        }
        let max = totals.iter().copied().max().unwrap_or(0);
        let top: Vec<usize> = (0..infos.len()).filter(|index| totals[*index] == max).collect();
        // Upstream draws among the best; here the draw depends on the pod alone.
        let draw = sim.rng("scheduler-tie", &[&self.pod.key]).below(top.len() as u64);
        feasible[top[usize::try_from(draw).unwrap_or(0)]]
    }
}

/// How many feasible nodes are enough to choose from: in large clusters not all need a look.
// Upstream: schedule_one.go numFeasibleNodesToFind
fn enough_nodes(count: usize) -> usize {
    if count < 100 {
        return count;
    }
    let percent = (50_usize.saturating_sub(count / 125)).max(5);
    (count * percent / 100).max(100)
}
