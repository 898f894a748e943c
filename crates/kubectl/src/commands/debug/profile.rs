//! What `--profile` grants the container and the pod.
//!
//! Upstream: `kubectl/pkg/cmd/debug/profiles.go`

use podground_api::object::{self, set_at};
use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::flags::Args;

/// How the container comes to be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// In a pod that runs.
    Ephemeral,
    /// In a copy.
    Copy,
    /// In a pod of its own on a node.
    Node,
}

/// A profile and what `--keep-…` says.
pub(super) struct Profile {
    name: String,
    keep: Vec<&'static str>,
}

/// What a copy loses unless it is to be kept: the flag, and the fields.
const LOST: &[(&str, &str)] =
    &[("keep-labels", "/metadata/labels"), ("keep-annotations", "/metadata/annotations")];

const PROBES: &[(&str, &str)] = &[
    ("keep-liveness", "livenessProbe"),
    ("keep-readiness", "readinessProbe"),
    ("keep-startup", "startupProbe"),
];

impl Profile {
    /// Reads the flags.
    pub(super) fn from_args(args: &Args) -> Result<Self> {
        let name = args.text("profile").to_owned();
        if !matches!(
            name.as_str(),
            "legacy" | "general" | "baseline" | "restricted" | "netadmin" | "sysadmin"
        ) {
            return Err(Error::Local(format!("unknown profile: {name}")));
        }
        let flags = LOST.iter().chain(PROBES).map(|(flag, _)| *flag).chain(["keep-init-containers"]);
        Ok(Self { name, keep: flags.filter(|flag| args.is(flag)).collect() })
    }

    fn is(&self, names: &[&str]) -> bool {
        names.contains(&self.name.as_str())
    }

    /// What the container may.
    pub(super) fn of_container(&self, container: &mut Value, style: Style) {
        let context = |container: &mut Value, field: &str, value: Value| {
            set_at(container, &format!("/securityContext/{field}"), value);
        };
        if self.is(&["baseline", "restricted"]) || self.is(&["general"]) && style == Style::Node {
            object::remove_at(container, "/securityContext");
        }
        match self.name.as_str() {
            "general" if style != Style::Node => add_capabilities(container, &["SYS_PTRACE"]),
            "netadmin" => add_capabilities(container, &["NET_ADMIN", "NET_RAW"]),
            "sysadmin" => context(container, "privileged", json!(true)),
            "restricted" => {
                context(container, "runAsNonRoot", json!(true));
                context(container, "capabilities", json!({"drop": ["ALL"]}));
                context(container, "allowPrivilegeEscalation", json!(false));
                context(container, "seccompProfile", json!({"type": "RuntimeDefault"}));
            }
            _ => {}
        }
        if style == Style::Node && self.is(&["legacy", "general", "sysadmin"]) {
            container["volumeMounts"] = json!([{"mountPath": "/host", "name": "host-root"}]);
        }
    }

    /// What the pod on a node shares with it.
    pub(super) fn of_node_pod(&self, pod: &mut Value) {
        if self.is(&["legacy", "general", "sysadmin"]) {
            set_at(pod, "/spec/volumes", json!([{"name": "host-root", "hostPath": {"path": "/"}}]));
        }
        if self.is(&["legacy", "general", "netadmin", "sysadmin"]) {
            for field in ["hostNetwork", "hostPID", "hostIPC"] {
                set_at(pod, &format!("/spec/{field}"), json!(true));
            }
        }
    }

    /// What a copy does not take over, and that its containers see each other.
    pub(super) fn of_copy(&self, pod: &mut Value) {
        if self.is(&["legacy"]) {
            object::remove_at(pod, "/metadata/labels");
            return;
        }
        for (flag, pointer) in LOST {
            if !self.keep.contains(flag) {
                object::remove_at(pod, pointer);
            }
        }
        for container in
            pod.pointer_mut("/spec/containers").and_then(Value::as_array_mut).into_iter().flatten()
        {
            for (flag, field) in PROBES {
                if !self.keep.contains(flag) {
                    object::remove_at(container, &format!("/{field}"));
                }
            }
        }
        if !self.keep.contains(&"keep-init-containers") {
            object::remove_at(pod, "/spec/initContainers");
        }
        if object::at(pod, "/spec/shareProcessNamespace").is_null() {
            set_at(pod, "/spec/shareProcessNamespace", json!(true));
        }
    }
}

fn add_capabilities(container: &mut Value, names: &[&str]) {
    let mut list = object::array_at(container, "/securityContext/capabilities/add").to_vec();
    list.extend(names.iter().map(|name| json!(name)));
    set_at(container, "/securityContext/capabilities/add", Value::Array(list));
}
