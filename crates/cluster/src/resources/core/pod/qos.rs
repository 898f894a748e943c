//! The quality-of-service class of a pod.
//!
//! Upstream: `pkg/apis/core/helper/qos/qos.go ComputePodQOS`.

use podground_api::object::{array_at, at, map_at, str_at};
use podground_api::{Quantity, Value};

/// `Guaranteed`, `Burstable` or `BestEffort`.
pub(crate) fn class(pod: &Value) -> &'static str {
    let containers = || array_at(pod, "/spec/containers").iter().chain(array_at(pod, "/spec/initContainers"));
    let positive = |container: &Value, kind: &str, name: &str| -> Option<Quantity> {
        let text = str_at(map_at(container, &format!("/resources/{kind}"))?.get(name)?, "");
        Quantity::parse(text).ok().filter(|quantity| quantity.signum() > 0)
    };
    let mut any = false;
    let mut guaranteed = true;
    let whole = at(pod, "/spec/resources");
    let whole = (!whole.is_null()).then(|| at(pod, "/spec")).into_iter();
    let mut parts: Vec<&Value> = whole.collect();
    // What is said of the whole pod goes before what is said of its containers.
    if parts.is_empty() {
        parts.extend(containers());
    }
    for container in parts {
        for name in ["cpu", "memory"] {
            let request = positive(container, "requests", name);
            let limit = positive(container, "limits", name);
            any |= request.is_some() || limit.is_some();
            guaranteed &= match (limit, request) {
                (Some(limit), Some(request)) => limit == request,
                _ => false,
            };
        }
    }
    match (any, guaranteed) {
        (false, _) => "BestEffort",
        (true, true) => "Guaranteed",
        (true, false) => "Burstable",
    }
}
