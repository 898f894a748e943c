//! The pods of a DaemonSet: each is meant for one node, and bears with that node's weaknesses.
//!
//! Upstream: `pkg/controller/daemon/util/daemonset_util.go`

use podground_api::{Value, json, object};

use crate::controllers::support::revisions::HASH_LABEL;

const REQUIRED: &str = "/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution";

/// The template as a pod, with what all daemons tolerate.
pub(super) fn daemon(set: &Value) -> Value {
    let mut pod = json!({
        "metadata": {"namespace": object::namespace(set)},
        "spec": object::at(set, "/spec/template/spec").clone(),
    });
    add_tolerations(&mut pod);
    pod
}

/// Completes a pod for a node.
pub(super) fn prepare(pod: &mut Value, set: &Value, node: &str, hash: &str) {
    let field = json!({"key": "metadata.name", "operator": "In", "values": [node]});
    let mut terms = object::array_at(pod, &[REQUIRED, "/nodeSelectorTerms"].concat()).to_vec();
    if terms.is_empty() {
        terms.push(json!({}));
    }
    for term in &mut terms {
        term["matchFields"] = json!([field]);
    }
    object::set_at(pod, REQUIRED, json!({"nodeSelectorTerms": terms}));
    add_tolerations(pod);
    object::set_at(pod, &format!("/metadata/labels/{HASH_LABEL}"), hash.into());
    if let Some(generation) = object::annotation(set, "deprecated.daemonset.template.generation") {
        object::set_at(pod, "/metadata/labels/pod-template-generation", generation.into());
    }
}

/// The node that a pod is on or meant for.
pub(super) fn node_of(pod: &Value) -> &str {
    let node = object::str_at(pod, "/spec/nodeName");
    if !node.is_empty() {
        return node;
    }
    let terms = object::array_at(pod, &[REQUIRED, "/nodeSelectorTerms"].concat());
    let fields = terms.iter().flat_map(|term| object::array_at(term, "/matchFields"));
    let mut named = fields.filter(|field| object::str_at(field, "/key") == "metadata.name");
    named.next().map(|field| object::str_at(field, "/values/0")).unwrap_or_default()
}

// Upstream: daemonset_util.go AddOrUpdateDaemonPodTolerations
fn add_tolerations(pod: &mut Value) {
    let host_network = object::bool_at(pod, "/spec/hostNetwork");
    let mut tolerations = object::array_at(pod, "/spec/tolerations").to_vec();
    let mut wanted = vec![
        ("not-ready", "NoExecute"),
        ("unreachable", "NoExecute"),
        ("disk-pressure", "NoSchedule"),
        ("memory-pressure", "NoSchedule"),
        ("pid-pressure", "NoSchedule"),
        ("unschedulable", "NoSchedule"),
    ];
    if host_network {
        wanted.push(("network-unavailable", "NoSchedule"));
    }
    for (key, effect) in wanted {
        let toleration = json!({
            "key": format!("node.kubernetes.io/{key}"), "operator": "Exists", "effect": effect,
        });
        if !tolerations.contains(&toleration) {
            tolerations.push(toleration);
        }
    }
    object::set_at(pod, "/spec/tolerations", tolerations.into());
}
