//! Nodes.
//!
//! Upstream: `pkg/printers/internalversion/printers.go printNode`, `pkg/registry/core/node/strategy.go`.

use podground_api::object::{array_at, bool_at, labels, str_at};
use podground_api::validation::{label_value, qualified_name};
use podground_api::{Value, json};

use crate::apiserver::field::{Errors, Path};
use crate::resource::{AGE, NAME, Resource, RowContext, SelectableField, Strategy, column, wide};
use crate::resources::{age_cell, name_cell};

/// `nodes`.
pub static NODE: Resource = Resource {
    short_names: &["no"],
    subresources: &["proxy", "status"],
    strategy: Strategy {
        default,
        validate: taints,
        validate_update: |new, _, errors| taints(new, errors),
        fields: &[SelectableField {
            label: "spec.unschedulable",
            pointer: "/spec/unschedulable",
            absent: "false",
        }],
        ..Strategy::GENERIC
    },
    columns: &[
        NAME,
        column("Status"),
        column("Roles"),
        AGE,
        column("Version"),
        wide("Internal-IP"),
        wide("External-IP"),
        wide("OS-Image"),
        wide("Kernel-Version"),
        wide("Container-Runtime"),
    ],
    row,
    ..Resource::cluster("", "v1", "Node").named("nodes", "node", "nodes")
};

fn default(object: &mut Value) {
    let Some(node) = object.as_object_mut() else { return };
    crate::resources::core::pod::defaults::absent(node, "spec", json!({}));
    if let Some(status) = node.get_mut("status").and_then(Value::as_object_mut)
        && let Some(capacity) = status.get("capacity").cloned()
    {
        crate::resources::core::pod::defaults::absent(status, "allocatable", capacity);
    }
}

/// Upstream: `validateNodeTaints`
fn taints(node: &Value, errors: &mut Errors) {
    let spec = Path::new("spec");
    let list = spec.child("taints");
    let effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];
    let mut seen = std::collections::BTreeSet::new();
    for (index, taint) in array_at(node, "/spec/taints").iter().enumerate() {
        let path = list.index(index);
        let (key, value, effect) = (str_at(taint, "/key"), str_at(taint, "/value"), str_at(taint, "/effect"));
        errors.invalid_all(&path.child("key"), key, qualified_name(key));
        let wrong = label_value(value);
        if !wrong.is_empty() {
            errors.invalid(&path.child("value"), value, wrong.join(";"));
        }
        if effect.is_empty() {
            errors.required(&path.child("effect"), "");
        } else if !effects.contains(&effect) {
            errors.not_supported(&path.child("effect"), effect, &effects);
        }
        if !seen.insert((key, effect)) {
            let sentence = json!({ "key": key, "value": value, "effect": effect });
            errors.duplicate(&path, sentence);
        }
    }
}

fn row(node: &Value, cx: &RowContext) -> Vec<Value> {
    let address = |kind: &str| {
        let found =
            array_at(node, "/status/addresses").iter().find(|address| str_at(address, "/type") == kind);
        or_text(found.map_or("", |address| str_at(address, "/address")), "<none>")
    };
    let info = |field: &str| or_text(str_at(node, &format!("/status/nodeInfo/{field}")), "<unknown>");
    let kernel = str_at(node, "/status/nodeInfo/kernelVersion");
    let architecture = str_at(node, "/status/nodeInfo/architecture");
    let kernel = if kernel.is_empty() || architecture.is_empty() {
        or_text(kernel, "<unknown>")
    } else {
        format!("{kernel} ({architecture})").into()
    };
    vec![
        name_cell(node),
        status(node).into(),
        roles(node).into(),
        age_cell(node, cx),
        str_at(node, "/status/nodeInfo/kubeletVersion").into(),
        address("InternalIP"),
        address("ExternalIP"),
        info("osImage"),
        kernel,
        info("containerRuntimeVersion"),
    ]
}

fn or_text(text: &str, otherwise: &str) -> Value {
    if text.is_empty() { otherwise.into() } else { text.into() }
}

fn status(node: &Value) -> String {
    let ready = array_at(node, "/status/conditions").iter().find(|c| str_at(c, "/type") == "Ready");
    let mut text = match ready.map(|condition| str_at(condition, "/status")) {
        None => "Unknown",
        Some("True") => "Ready",
        Some(_) => "NotReady",
    }
    .to_owned();
    if bool_at(node, "/spec/unschedulable") {
        text.push_str(",SchedulingDisabled");
    }
    text
}

fn roles(node: &Value) -> String {
    let mut roles: Vec<&str> = Vec::new();
    for (key, value) in labels(node).into_iter().flatten() {
        if let Some(role) = key.strip_prefix("node-role.kubernetes.io/").filter(|role| !role.is_empty()) {
            roles.push(role);
        } else if key == "kubernetes.io/role" {
            roles.extend(value.as_str().filter(|role| !role.is_empty()));
        }
    }
    roles.sort_unstable();
    roles.dedup();
    if roles.is_empty() { "<none>".to_owned() } else { roles.join(",") }
}
