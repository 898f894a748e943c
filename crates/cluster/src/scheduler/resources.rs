//! What pods ask for and what nodes have.

use std::collections::BTreeMap;

use podground_api::{Quantity, Value, object};

/// What scoring assumes that a container without requests uses.
// Upstream: pkg/scheduler/util/pod_resources.go
const DEFAULT_MILLI_CPU: i64 = 100;
const DEFAULT_MEMORY: i64 = 200 * 1024 * 1024;

/// Amounts of resources.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resources {
    /// Thousandths of a CPU.
    pub milli_cpu: i64,
    /// Bytes.
    pub memory: i64,
    /// Bytes.
    pub ephemeral_storage: i64,
    /// Everything else by name: `nvidia.com/gpu`, `hugepages-2Mi`.
    pub others: BTreeMap<String, i64>,
}

impl Resources {
    /// Reads a resource list: `{"cpu": "100m"}`.
    pub fn of(list: &Value) -> Self {
        let mut resources = Self::default();
        for (name, quantity) in list.as_object().into_iter().flatten() {
            let text = match quantity {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            let Ok(quantity) = Quantity::parse(&text) else { continue };
            match name.as_str() {
                "cpu" => resources.milli_cpu = quantity.millis(),
                "memory" => resources.memory = quantity.units(),
                "ephemeral-storage" => resources.ephemeral_storage = quantity.units(),
                "pods" => {}
                _ => drop(resources.others.insert(name.clone(), quantity.units())),
            }
        }
        resources
    }

    /// Adds other amounts.
    pub fn add(&mut self, other: &Self) {
        self.combine(other, |a, b| a + b);
    }

    /// Takes other amounts away.
    pub fn subtract(&mut self, other: &Self) {
        self.combine(other, |a, b| a - b);
    }

    /// Raises each amount to at least the other's.
    pub fn raise(&mut self, other: &Self) {
        self.combine(other, i64::max);
    }

    fn combine(&mut self, other: &Self, with: impl Fn(i64, i64) -> i64) {
        self.milli_cpu = with(self.milli_cpu, other.milli_cpu);
        self.memory = with(self.memory, other.memory);
        self.ephemeral_storage = with(self.ephemeral_storage, other.ephemeral_storage);
        for (name, amount) in &other.others {
            let place = self.others.entry(name.clone()).or_default();
            *place = with(*place, *amount);
        }
    }
}

/// What a pod asks for, all containers together.
///
/// Native sidecars run beside the main containers; other init containers run before them, one at a time.
// Upstream: component-helpers resource/helpers.go PodRequests
pub fn pod_requests(pod: &Value) -> Resources {
    pod_total(pod, |container| Resources::of(object::at(container, "/resources/requests")))
}

/// The same with defaults for containers that ask for nothing, as scoring counts.
pub(super) fn pod_scored_requests(pod: &Value) -> Resources {
    pod_total(pod, |container| {
        let requests = object::at(container, "/resources/requests");
        let mut resources = Resources::of(requests);
        if object::at(requests, "/cpu").is_null() {
            resources.milli_cpu = DEFAULT_MILLI_CPU;
        }
        if object::at(requests, "/memory").is_null() {
            resources.memory = DEFAULT_MEMORY;
        }
        resources
    })
}

fn pod_total(pod: &Value, of: impl Fn(&Value) -> Resources) -> Resources {
    let mut total = Resources::default();
    for container in object::array_at(pod, "/spec/containers") {
        total.add(&of(container));
    }
    let (mut sidecars, mut peak) = (Resources::default(), Resources::default());
    for container in object::array_at(pod, "/spec/initContainers") {
        let mut requests = of(container);
        if object::str_at(container, "/restartPolicy") == "Always" {
            sidecars.add(&requests);
            total.add(&requests);
            peak.raise(&sidecars);
        } else {
            requests.add(&sidecars);
            peak.raise(&requests);
        }
    }
    total.raise(&peak);
    total.add(&Resources::of(object::at(pod, "/spec/overhead")));
    total
}

#[cfg(test)]
mod tests {
    use super::*;
    use podground_api::json;

    #[test]
    fn init_containers_count_by_their_peak() {
        let cpu = |amount: &str| json!({"requests": {"cpu": amount}});
        let pod = json!({"spec": {
            "containers": [{"resources": cpu("100m")}, {"resources": cpu("0.2")}],
            "initContainers": [
                {"resources": cpu("50m"), "restartPolicy": "Always"},
                {"resources": cpu("1")},
            ],
        }});
        assert_eq!(pod_requests(&pod).milli_cpu, 1050);
    }
}
