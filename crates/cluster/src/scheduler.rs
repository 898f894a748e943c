//! Finds a node for each pod.
//!
//! Upstream: `pkg/scheduler/schedule_one.go`, `pkg/scheduler/backend/queue/scheduling_queue.go`

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use podground_api::{Value, json, object};
use podground_sim::Time;

use crate::client::{DeleteOptions, PatchKind};
use crate::controllers::support::{EventType, Involved, pods, volumes};
use crate::controllers::{Context, Controller, Requeue, SyncError};
use crate::informer::{InformerEvent, key_of};
use crate::store::EventKind;
use cycle::{Cycle, Misfit};
use nodes::Nodes;
use pod::PodInfo;
use preemption::Outcome;

mod cycle;
mod decision;
mod message;
mod nodes;
mod plugins;
mod pod;
mod preemption;
pub mod resources;

pub(crate) use plugins::node_affinity::{matches as node_matches, terms_match};
pub(crate) use plugins::taint_toleration::{toleration_matches, untolerated};

pub use decision::{Decision, Decisions, NodeDecision};

/// What `spec.schedulerName` must say.
const NAME: &str = "default-scheduler";
/// The key under which the scheduler waits for its next decision.
const CYCLE: &str = "cycle";
/// The time that one decision takes.
const PACE: Duration = Duration::from_millis(1);
/// The first wait of a pod that found no node; it doubles.
const FIRST_BACKOFF: Duration = Duration::from_secs(1);
const MAX_BACKOFF: Duration = Duration::from_secs(10);
/// A pod that waits is tried again after this time even if nothing has changed.
const FLUSH: Duration = Duration::from_mins(5);

/// Highest priority first, then first come, first served.
type Place = (Reverse<i64>, Time, u64);

/// The scheduler.
pub struct Scheduler {
    nodes: Nodes,
    active: BTreeMap<Place, Rc<str>>,
    places: BTreeMap<Rc<str>, Place>,
    waiting: BTreeMap<Rc<str>, Waiting>,
    sequence: u64,
    /// Where the next search among the nodes begins.
    start: usize,
    decisions: Decisions,
}

/// A pod that found no node.
struct Waiting {
    /// The plugins that refused nodes.
    plugins: Vec<&'static str>,
    attempts: u32,
    since: Time,
}

impl Scheduler {
    /// A scheduler that leaves its decisions in `decisions`.
    pub fn new(decisions: Decisions) -> Self {
        Self {
            nodes: Nodes::default(),
            active: BTreeMap::new(),
            places: BTreeMap::new(),
            waiting: BTreeMap::new(),
            sequence: 0,
            start: 0,
            decisions,
        }
    }
}

impl Controller for Scheduler {
    fn name(&self) -> &'static str {
        "kube-scheduler"
    }

    fn component(&self) -> &'static str {
        NAME
    }

    fn agent(&self) -> &'static str {
        "kube-scheduler"
    }

    fn watches(&self) -> &'static [&'static str] {
        &["nodes", "pods", "persistentvolumeclaims", "persistentvolumes", "storageclasses.storage.k8s.io"]
    }

    fn delay(&self) -> Duration {
        Duration::from_millis(2)
    }

    fn on_event(&mut self, cx: &mut Context<'_>, event: &InformerEvent) {
        match event.resource {
            "nodes" => {
                if self.nodes.node_event(event) {
                    self.wake(cx, |_| true);
                }
            }
            "pods" => self.pod_event(cx, event),
            _ => self.wake(cx, |waiting| waiting.plugins.contains(&"VolumeBinding")),
        }
    }

    fn sync(&mut self, cx: &mut Context<'_>, key: &str) -> Result<Requeue, SyncError> {
        if key == CYCLE {
            if let Some((_, key)) = self.active.pop_first() {
                self.places.remove(&key);
                self.schedule(cx, &key);
            }
            return Ok(if self.active.is_empty() { Requeue::Done } else { Requeue::After(PACE) });
        }
        // A pod's back-off is over.
        if self.waiting.contains_key(key) {
            let pod = cx.informers.by_key("pods", key).cloned();
            if let Some(pod) = pod {
                self.activate(cx, &pod);
            }
        }
        Ok(Requeue::Done)
    }
}

impl Scheduler {
    fn pod_event(&mut self, cx: &mut Context<'_>, event: &InformerEvent) {
        let freed = self.nodes.pod_event(event);
        let key = key_of(&event.object);
        if event.kind != EventKind::Deleted && needs_node(&event.object) {
            let changed = event.previous.as_ref().is_none_or(|previous| {
                ["/metadata/labels", "/metadata/generation", "/metadata/uid", "/spec/schedulingGates"]
                    .iter()
                    .any(|part| object::at(previous, part) != object::at(&event.object, part))
            });
            if !self.waiting.contains_key(&*key) {
                self.activate(cx, &event.object);
            } else if changed {
                self.wake_one(cx, &key);
            }
            return;
        }
        self.forget(&key, event.kind);
        if freed {
            self.wake(cx, |_| true);
        } else if event.kind != EventKind::Deleted {
            self.wake(cx, |w| {
                w.plugins.iter().any(|p| matches!(*p, "InterPodAffinity" | "PodTopologySpread"))
            });
        }
    }

    fn forget(&mut self, key: &str, kind: EventKind) {
        if let Some(place) = self.places.remove(key) {
            self.active.remove(&place);
        }
        self.waiting.remove(key);
        if kind == EventKind::Deleted {
            self.decisions.forget(key);
        }
    }

    /// Puts a pod into the line.
    fn activate(&mut self, cx: &mut Context<'_>, pod: &Value) {
        let key: Rc<str> = key_of(pod).into();
        if self.places.contains_key(&key) {
            return;
        }
        self.sequence += 1;
        let place = (Reverse(object::i64_at(pod, "/spec/priority").unwrap_or(0)), cx.now, self.sequence);
        self.active.insert(place, key.clone());
        self.places.insert(key, place);
        cx.queue.add(CYCLE);
    }

    /// Lets pods that wait try again, once their back-off is over.
    fn wake(&self, cx: &mut Context<'_>, which: impl Fn(&Waiting) -> bool) {
        for (key, waiting) in self.waiting.iter().filter(|(_, waiting)| which(waiting)) {
            cx.queue.add_after(key, waiting.backoff_left(cx.now));
        }
    }

    fn wake_one(&self, cx: &mut Context<'_>, key: &str) {
        if let Some(waiting) = self.waiting.get(key) {
            cx.queue.add_after(key, waiting.backoff_left(cx.now));
        }
    }

    // Upstream: schedule_one.go ScheduleOne
    fn schedule(&mut self, cx: &mut Context<'_>, key: &Rc<str>) {
        let Some(pod) = cx.informers.by_key("pods", key).filter(|pod| needs_node(pod)).cloned() else {
            return self.forget(key, EventKind::Modified);
        };
        let pod = PodInfo::new(pod);
        let mut decision = Decision { time: cx.now, ..Decision::default() };
        let cycle = match Cycle::new(&pod, &self.nodes, cx.informers) {
            Ok(cycle) => cycle,
            Err(reason) => {
                let misfit = Misfit::before(reason);
                let text = message::unschedulable(self.nodes.list.len(), &misfit, "not found");
                decision.message.clone_from(&text);
                self.decisions.set(key, decision);
                return self.fail(cx, &pod, vec!["VolumeBinding"], &text);
            }
        };
        match cycle.choose(cx.sim, &self.nodes, &mut self.start, &mut decision) {
            Ok(place) => {
                let node = self.nodes.list[place].name().to_owned();
                decision.node = Some(node.clone());
                self.decisions.set(key, decision);
                if cycle.claims.waiting.is_empty() {
                    self.bind(cx, &pod, &node);
                } else {
                    let claims = cycle.claims.waiting.clone();
                    self.reserve_volumes(cx, &pod, &claims, &node);
                }
            }
            Err(misfit) => {
                let text = if self.nodes.list.is_empty() {
                    "no nodes available to schedule pods".to_owned()
                } else {
                    let afterwards = match preemption::attempt(&cycle, &self.nodes, &misfit) {
                        Outcome::Hopeless(text) => ["no new claims to deallocate, ", &text].concat(),
                        Outcome::Victims { node, victims } => {
                            let node = self.nodes.list[node].name().to_owned();
                            evict(cx, &pod, &node, &victims);
                            String::new()
                        }
                    };
                    message::unschedulable(self.nodes.list.len(), &misfit, &afterwards)
                };
                let mut plugins: Vec<&'static str> =
                    misfit.refusals.iter().map(|(_, name, _)| *name).collect();
                plugins.sort_unstable();
                plugins.dedup();
                decision.message.clone_from(&text);
                self.decisions.set(key, decision);
                self.fail(cx, &pod, plugins, &text);
            }
        }
    }

    fn bind(&mut self, cx: &mut Context<'_>, pod: &PodInfo, node: &str) {
        match cx.client.bind(&pod.pod, node) {
            Ok(_) => {
                self.waiting.remove(&pod.key);
                let note = format!("Successfully assigned {} to {node}", pod.key);
                let involved = Involved::of(&pod.pod);
                cx.events.record_series(NAME, &involved, EventType::Normal, "Scheduled", "Binding", &note);
            }
            Err(status) if crate::client::is_not_found(&status) => {}
            Err(status) => self.fail(cx, pod, Vec::new(), &status.message),
        }
    }

    /// Tells the volume binder where the pod will run; the pod is bound once its claims are.
    fn reserve_volumes(&mut self, cx: &mut Context<'_>, pod: &PodInfo, claims: &[Rc<Value>], node: &str) {
        for claim in claims {
            if object::annotation(claim, volumes::SELECTED_NODE) != Some(node) {
                let patch = json!({"metadata": {"annotations": {volumes::SELECTED_NODE: node}}});
                // If it fails, the pod's next try repeats it.
                let _ = cx.client.patch_object("persistentvolumeclaims", claim, PatchKind::Merge, patch);
            }
        }
        let waiting = Waiting { plugins: vec!["VolumeBinding"], attempts: 0, since: cx.now };
        self.waiting.insert(pod.key.clone(), waiting);
        cx.queue.add_after(&pod.key, FLUSH);
    }

    /// Says why a pod has no node, and lets it wait.
    // Upstream: schedule_one.go handleSchedulingFailure
    fn fail(&mut self, cx: &mut Context<'_>, pod: &PodInfo, plugins: Vec<&'static str>, text: &str) {
        let attempts = self.waiting.get(&pod.key).map_or(0, |waiting| waiting.attempts) + 1;
        let waiting = Waiting { plugins, attempts, since: cx.now };
        // Without a refusal there is no change to wait for: only time helps.
        let pause = if waiting.plugins.is_empty() { waiting.backoff_left(cx.now) } else { FLUSH };
        self.waiting.insert(pod.key.clone(), waiting);
        cx.queue.add_after(&pod.key, pause);
        let involved = Involved::of(&pod.pod);
        cx.events.record_series(NAME, &involved, EventType::Warning, "FailedScheduling", "Scheduling", text);
        let old = object::condition(&pod.pod, "PodScheduled");
        let same = old.is_some_and(|old| {
            object::str_at(old, "/status") == "False"
                && object::str_at(old, "/reason") == "Unschedulable"
                && object::str_at(old, "/message") == text
        });
        if same {
            return;
        }
        let was_false = old.filter(|old| object::str_at(old, "/status") == "False");
        let since = was_false.map_or_else(|| json!(cx.timestamp()), |old| old["lastTransitionTime"].clone());
        let mut condition = json!({
            "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": text,
            "lastProbeTime": null, "lastTransitionTime": since,
        });
        if let Some(generation) = object::i64_at(&pod.pod, "/metadata/generation") {
            condition["observedGeneration"] = generation.into();
        }
        patch_status(cx, &pod.pod, json!({"conditions": [condition]}));
    }
}

impl Waiting {
    fn backoff_left(&self, now: Time) -> Duration {
        if self.attempts == 0 {
            return Duration::ZERO;
        }
        let backoff = FIRST_BACKOFF.saturating_mul(1 << (self.attempts - 1).min(4)).min(MAX_BACKOFF);
        (self.since + backoff).since(now)
    }
}

/// Removes pods to make room for another.
fn evict(cx: &Context<'_>, pod: &PodInfo, node: &str, victims: &[Rc<PodInfo>]) {
    for victim in victims {
        let condition = json!({
            "type": "DisruptionTarget", "status": "True", "reason": "PreemptionByScheduler",
            "message": format!("{NAME}: preempting to accommodate a higher priority pod"),
            "lastProbeTime": null, "lastTransitionTime": cx.timestamp(),
        });
        patch_status(cx, &victim.pod, json!({"conditions": [condition]}));
        let (namespace, name) = (victim.namespace(), object::name(&victim.pod));
        // A victim that is gone already is as good.
        let _ = cx.client.delete("pods", namespace, name, &DeleteOptions::of(&victim.pod));
        let note = format!("Preempted by pod {} on node {node}", object::uid(&pod.pod));
        let involved = Involved::of(&victim.pod);
        cx.events.record_series(NAME, &involved, EventType::Normal, "Preempted", "Preempting", &note);
    }
    patch_status(cx, &pod.pod, json!({"nominatedNodeName": node}));
}

fn patch_status(cx: &Context<'_>, pod: &Value, status: Value) {
    let (namespace, name) = (object::namespace(pod), object::name(pod));
    let patch = json!({"status": status});
    // The pod may be gone; then its status matters no more.
    let _ = cx.client.patch_status("pods", namespace, name, PatchKind::Strategic, patch);
}

/// Whether a pod waits for this scheduler.
fn needs_node(pod: &Value) -> bool {
    object::str_at(pod, "/spec/nodeName").is_empty()
        && !object::is_deleting(pod)
        && !pods::is_terminal(pod)
        && matches!(object::str_at(pod, "/spec/schedulerName"), NAME | "")
        && object::array_at(pod, "/spec/schedulingGates").is_empty()
}
