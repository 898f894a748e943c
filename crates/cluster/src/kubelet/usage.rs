//! What a pod's containers use of CPU and memory, as the metrics server reads it from their kubelet.
//!
//! Programs here take no CPU that could be measured. What they do is: each connection that a pod has taken costs
//! its work, and tools that are told to take CPU or memory take it.

use std::time::Duration;

use podground_api::object::{array_at, str_at, uid};
use podground_api::quantity::Quantity;
use podground_api::{Value, json};

use super::Kubelet;
use crate::network::LOAD_WINDOW;

/// A container is measured when it has run for so long: two scrapes are needed for a rate.
const WARM_UP: Duration = Duration::from_secs(15);
/// What a connection costs, in CPU nanoseconds.
const CONNECTION: u64 = 5_000_000;
/// What it costs the image of the autoscaler's walk-through, which computes a million square roots each time.
const HEAVY: (&str, u64) = ("hpa-example", 100_000_000);
/// The nanocores of one core.
const CORE: u64 = 1_000_000_000;

impl Kubelet {
    /// The usage of each container of a pod; `null` as long as there is none.
    pub(super) fn usage_of(&self, pod: &Value) -> Value {
        let Some(worker) = self.0.pods.borrow().get(uid(pod)).cloned() else { return Value::Null };
        let now = self.0.sim.now();
        let network = worker.state.borrow().sandbox.as_ref().map(|sandbox| sandbox.network.clone());
        let mut connections = network.map_or(0, |network| network.recent_connections(now));
        let mut used = Vec::new();
        for spec in array_at(pod, "/spec/containers") {
            let name = str_at(spec, "/name");
            let Some(container) = worker.container(name).filter(|container| container.is_running()) else {
                continue;
            };
            if container.started().is_none_or(|started| now.since(started) < WARM_UP) {
                return Value::Null;
            }
            let mut idle = self.0.sim.rng("usage", &[uid(pod), name]);
            let image = str_at(spec, "/image");
            let cost = if image.contains(HEAVY.0) { HEAVY.1 } else { CONNECTION };
            // The first container is the one that serves.
            let work = std::mem::take(&mut connections) * cost / LOAD_WINDOW.as_secs();
            let taken = container.spec.host.processes.usage();
            let limit = Quantity::parse(str_at(spec, "/resources/limits/cpu"))
                .map_or(4 * CORE, |limit| limit.millis().unsigned_abs().saturating_mul(1_000_000));
            let cpu = (100_000 + idle.below(800_000) + work + taken.cores() * CORE).min(limit);
            let bytes = (2 << 20) + idle.below(10 << 20) + taken.memory();
            used.push(json!({
                "name": name, "usage": {"cpu": format!("{cpu}n"), "memory": format!("{}Ki", bytes >> 10)},
            }));
        }
        if used.is_empty() { Value::Null } else { used.into() }
    }
}
