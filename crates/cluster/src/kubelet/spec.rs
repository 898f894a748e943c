//! Reading a pod's spec.

use podground_api::Value;
use podground_api::object::{array_at, i64_at, str_at};

/// The init containers, in order.
pub(crate) fn init_containers(pod: &Value) -> &[Value] {
    array_at(pod, "/spec/initContainers")
}

/// The containers, in order.
pub(crate) fn containers(pod: &Value) -> &[Value] {
    array_at(pod, "/spec/containers")
}

/// All containers, init containers first.
pub(crate) fn all_containers(pod: &Value) -> impl Iterator<Item = &Value> {
    let ephemeral = array_at(pod, "/spec/ephemeralContainers");
    init_containers(pod).iter().chain(containers(pod)).chain(ephemeral)
}

/// The container of a name.
pub(crate) fn container<'a>(pod: &'a Value, name: &str) -> Option<&'a Value> {
    all_containers(pod).find(|container| str_at(container, "/name") == name)
}

/// Whether an init container keeps running beside the others: a native sidecar.
pub(crate) fn is_sidecar(container: &Value) -> bool {
    str_at(container, "/restartPolicy") == "Always"
}

/// Whether the name is that of an init container.
pub(crate) fn is_init(pod: &Value, name: &str) -> bool {
    init_containers(pod).iter().any(|container| str_at(container, "/name") == name)
}

/// `Always`, `OnFailure` or `Never`.
pub(crate) fn restart_policy(pod: &Value) -> &str {
    match str_at(pod, "/spec/restartPolicy") {
        "" => "Always",
        policy => policy,
    }
}

/// Whether a container that ended with this code is started again.
// Upstream: pkg/kubelet/container/helpers.go ShouldContainerBeRestarted, container restart rules
pub(crate) fn restarts(pod: &Value, container: &Value, code: i64) -> bool {
    for rule in array_at(container, "/restartPolicyRules") {
        let values = array_at(rule, "/exitCodes/values");
        let listed = values.iter().any(|value| value.as_i64() == Some(code));
        let fits = if str_at(rule, "/exitCodes/operator") == "NotIn" { !listed } else { listed };
        if fits && str_at(rule, "/action") == "Restart" {
            return true;
        }
    }
    let policy = match str_at(container, "/restartPolicy") {
        "" => restart_policy(pod),
        own => own,
    };
    match policy {
        "Never" => false,
        "OnFailure" => code != 0,
        _ => true,
    }
}

/// How an event about a container names it: `spec.containers{web}`.
pub(crate) fn field_path(pod: &Value, name: &str) -> String {
    let list = if is_init(pod, name) {
        "initContainers"
    } else if containers(pod).iter().any(|container| str_at(container, "/name") == name) {
        "containers"
    } else {
        "ephemeralContainers"
    };
    format!("spec.{list}{{{name}}}")
}

/// The grace period in seconds.
pub(crate) fn grace_period(pod: &Value) -> u64 {
    let seconds = i64_at(pod, "/metadata/deletionGracePeriodSeconds")
        .or_else(|| i64_at(pod, "/spec/terminationGracePeriodSeconds"))
        .unwrap_or(30);
    u64::try_from(seconds).unwrap_or(0)
}

/// Whether the pod uses its node's network.
pub(crate) fn host_network(pod: &Value) -> bool {
    podground_api::object::bool_at(pod, "/spec/hostNetwork")
}
