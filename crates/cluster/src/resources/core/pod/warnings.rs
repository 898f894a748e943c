//! What a pod's author is warned of.
//!
//! Upstream: `pkg/api/pod/warnings.go`, `pkg/registry/core/pod/strategy.go WarningsOnCreate`.

use std::collections::BTreeMap;

use podground_api::object::{array_at, at, i64_at, map_at, name, str_at, strings_at};
use podground_api::validation::dns1123_label;
use podground_api::{Quantity, Value};

/// Warnings about a pod.
pub(super) fn warnings(pod: &Value, old: Option<&Value>, found: &mut Vec<String>) {
    // Changes of a running pod are about its images alone: warnings came when it was made.
    if old.is_some() {
        return;
    }
    hostname(name(pod), "this is used in the Pod's hostname", found);
    of_spec(at(pod, "/spec"), at(pod, "/metadata"), "", found);
}

/// Warnings about a controller that names its pods after itself, and about its template.
pub(crate) fn controller_warnings(object: &Value, old: Option<&Value>, found: &mut Vec<String>) {
    if old.is_none() {
        hostname(name(object), "this is used in Pod names and hostnames", found);
    }
    template_warnings(object, old, found);
}

/// Warnings about the template of a controller at `spec.template`.
pub(crate) fn template_warnings(object: &Value, old: Option<&Value>, found: &mut Vec<String>) {
    let template = at(object, "/spec/template");
    if old.is_none_or(|old| at(old, "/spec/template") != template) {
        of_spec(at(template, "/spec"), at(template, "/metadata"), "spec.template.", found);
    }
}

/// A name that becomes a host's should be one label.
fn hostname(name: &str, used: &str, found: &mut Vec<String>) {
    let wrong = dns1123_label(name);
    if !wrong.is_empty() {
        found.push(format!(
            "metadata.name: {used}, which can result in surprising behavior; a DNS label is recommended: [{}]",
            wrong.join(" ")
        ));
    }
}

/// Labels of nodes that have newer names.
const OLD_LABELS: [(&str, &str); 6] = [
    ("beta.kubernetes.io/arch", "deprecated since v1.14; use \"kubernetes.io/arch\" instead"),
    ("beta.kubernetes.io/os", "deprecated since v1.14; use \"kubernetes.io/os\" instead"),
    (
        "failure-domain.beta.kubernetes.io/region",
        "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
    ),
    (
        "failure-domain.beta.kubernetes.io/zone",
        "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
    ),
    (
        "beta.kubernetes.io/instance-type",
        "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead",
    ),
    ("node-role.kubernetes.io/master", "use \"node-role.kubernetes.io/control-plane\" instead"),
];

/// Annotations that fields have replaced.
const OLD_ANNOTATIONS: [(&str, &str); 3] = [
    (
        "scheduler.alpha.kubernetes.io/critical-pod",
        "non-functional in v1.16+; use the \"priorityClassName\" field instead",
    ),
    (
        "seccomp.security.alpha.kubernetes.io/pod",
        "non-functional in v1.27+; use the \"seccompProfile\" field instead",
    ),
    ("security.alpha.kubernetes.io/sysctls", "non-functional in v1.11+; use the \"sysctls\" field instead"),
];

/// Annotations for single containers that fields have replaced, by their prefixes.
const OLD_PREFIXES: [(&str, &str); 2] = [
    (
        "container.seccomp.security.alpha.kubernetes.io/",
        "non-functional in v1.27+; use the \"seccompProfile\" field instead",
    ),
    (
        "container.apparmor.security.beta.kubernetes.io/",
        "deprecated since v1.30; use the \"appArmorProfile\" field instead",
    ),
];

/// Volumes whose days are over.
const OLD_VOLUMES: [(&str, &str); 9] = [
    ("photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"),
    ("gitRepo", "deprecated in v1.11, and disabled by default in v1.33+"),
    ("scaleIO", "deprecated in v1.16, non-functional in v1.22+"),
    ("flocker", "deprecated in v1.22, non-functional in v1.25+"),
    ("storageos", "deprecated in v1.22, non-functional in v1.25+"),
    ("quobyte", "deprecated in v1.22, non-functional in v1.25+"),
    ("glusterfs", "deprecated in v1.25, non-functional in v1.26+"),
    ("cephfs", "deprecated in v1.28, non-functional in v1.31+"),
    ("rbd", "deprecated in v1.28, non-functional in v1.31+"),
];

/// Warnings about a pod's spec and metadata; `path` leads to them: `spec.template.`.
fn of_spec(spec: &Value, meta: &Value, path: &str, found: &mut Vec<String>) {
    for (label, _) in map_at(spec, "/nodeSelector").into_iter().flatten() {
        if let Some((_, sentence)) = OLD_LABELS.iter().find(|(old, _)| old == label) {
            found.push(format!("{path}spec.nodeSelector[{label}]: {sentence}"));
        }
    }
    annotations(meta, path, found);
    for (index, volume) in array_at(spec, "/volumes").iter().enumerate() {
        for (kind, sentence) in OLD_VOLUMES {
            if volume.get(kind).is_some() {
                found.push(format!("{path}spec.volumes[{index}].{kind}: {sentence}"));
            }
        }
        let sources = array_at(volume, "/projected/sources");
        let empty = |source: &Value| source.as_object().is_none_or(podground_api::Map::is_empty);
        if volume.get("projected").is_some() && sources.iter().all(empty) {
            found.push(format!("volume {:?} (Projected) has no sources provided", name_of(volume)));
        }
    }
    for (index, secret) in array_at(spec, "/imagePullSecrets").iter().enumerate() {
        if name_of(secret).is_empty() {
            found.push(format!("{path}spec.imagePullSecrets[{index}].name: invalid empty name \"\""));
        }
    }
    for field in ["initContainers", "containers"] {
        for (index, container) in array_at(spec, &format!("/{field}")).iter().enumerate() {
            let path = format!("{path}spec.{field}[{index}]");
            for kind in ["limits", "requests"] {
                fractions(at(container, "/resources"), kind, &path, found);
            }
            duplicate_variables(container, &path, found);
        }
    }
    duplicate_ports(spec, path, found);
    if i64_at(spec, "/terminationGracePeriodSeconds").is_some_and(|seconds| seconds < 0) {
        found.push(format!(
            "{path}spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1"
        ));
    }
}

fn name_of(object: &Value) -> &str {
    str_at(object, "/name")
}

fn annotations(meta: &Value, path: &str, found: &mut Vec<String>) {
    for (key, _) in map_at(meta, "/annotations").into_iter().flatten() {
        let exact = OLD_ANNOTATIONS.iter().find(|(old, _)| old == key);
        let by_prefix = OLD_PREFIXES.iter().find(|(prefix, _)| key.starts_with(prefix));
        if let Some((_, sentence)) = exact.or(by_prefix) {
            found.push(format!("{path}metadata.annotations[{key}]: {sentence}"));
        }
    }
}

fn fractions(resources: &Value, kind: &str, path: &str, found: &mut Vec<String>) {
    for (name, text) in strings_at(resources, &format!("/{kind}")) {
        let bytes = ["memory", "ephemeral-storage"].contains(&name) || name.starts_with("hugepages-");
        if bytes && Quantity::parse(text).is_ok_and(|quantity| !quantity.is_whole()) {
            found.push(format!(
                "{path}.resources.{kind}[{name}]: fractional byte value {text:?} is invalid, must be an integer"
            ));
        }
    }
}

fn duplicate_variables(container: &Value, path: &str, found: &mut Vec<String>) {
    let mut seen: BTreeMap<&str, &Value> = BTreeMap::new();
    for (index, variable) in array_at(container, "/env").iter().enumerate() {
        let name = name_of(variable);
        if let Some(before) = seen.insert(name, variable) {
            // A variable may be put together from its own earlier value.
            let uses_itself = str_at(variable, "/value").contains(&format!("$({name})"));
            if !uses_itself || at(before, "/value") == at(variable, "/value") {
                found.push(format!(
                    "{path}.env[{index}]: hides previous definition of {name:?}, which may be dropped when using apply"
                ));
            }
        }
    }
}

fn duplicate_ports(spec: &Value, path: &str, found: &mut Vec<String>) {
    let mut seen: BTreeMap<(i64, &str), String> = BTreeMap::new();
    for (index, container) in array_at(spec, "/containers").iter().enumerate() {
        for (port_index, port) in array_at(container, "/ports").iter().enumerate() {
            let here = format!("{path}spec.containers[{index}].ports[{port_index}]");
            let key = (i64_at(port, "/containerPort").unwrap_or(0), str_at(port, "/protocol"));
            if let Some(before) = seen.get(&key) {
                found.push(format!("{here}: duplicate port definition with {before}"));
            } else {
                seen.insert(key, here);
            }
        }
    }
}
