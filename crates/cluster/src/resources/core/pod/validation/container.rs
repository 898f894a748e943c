//! Containers, their ports and mounts.

use std::collections::BTreeSet;

use podground_api::Value;
use podground_api::object::{array_at, at, i64_at, str_at};
use podground_api::validation::{dns1123_label, port_name, port_number};

use super::{env, is_true, probe, resources, security};
use crate::apiserver::field::{Errors, Path};

/// What the containers of a pod are checked against.
pub(super) struct Cx<'a> {
    pub(super) spec: &'a Value,
    /// The names of the volumes that are in order.
    pub(super) volumes: &'a BTreeSet<&'a str>,
}

/// Upstream: `validateContainers`
pub(super) fn containers(cx: &Cx<'_>, path: &Path<'_>, errors: &mut Errors) {
    let containers = array_at(cx.spec, "/containers");
    if containers.is_empty() {
        errors.required(path, "");
        return;
    }
    let mut names = BTreeSet::new();
    for (index, container) in containers.iter().enumerate() {
        let path = path.index(index);
        common(cx, container, &path, errors);
        let name = str_at(container, "/name");
        if !names.insert(name) {
            errors.duplicate(&path.child("name"), name);
        }
        probe::lifecycle(container, &path.child("lifecycle"), errors);
        probe::probes(container, &path, errors);
    }
    host_port_conflicts(containers, path, errors);
}

/// Upstream: `validateInitContainers`
pub(super) fn init_containers(cx: &Cx<'_>, path: &Path<'_>, errors: &mut Errors) {
    let regular = array_at(cx.spec, "/containers");
    let mut names: BTreeSet<&str> = regular.iter().map(|container| str_at(container, "/name")).collect();
    for (index, container) in array_at(cx.spec, "/initContainers").iter().enumerate() {
        let path = path.index(index);
        common(cx, container, &path, errors);
        let policy = str_at(container, "/restartPolicy");
        let sidecar = policy == "Always";
        if !policy.is_empty() && !["Always", "Never", "OnFailure"].contains(&policy) {
            errors.not_supported(&path.child("restartPolicy"), policy, &["Always", "Never", "OnFailure"]);
        }
        let name = str_at(container, "/name");
        if !name.is_empty() && !names.insert(name) {
            errors.duplicate(&path.child("name"), name);
        }
        if sidecar {
            probe::lifecycle(container, &path.child("lifecycle"), errors);
            probe::probes(container, &path, errors);
        } else {
            for field in ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] {
                if container.get(field).is_some() {
                    let sentence = "may not be set for init containers without restartPolicy=Always";
                    errors.forbidden(&path.child(field), sentence);
                }
            }
        }
    }
}

/// Upstream: `validateEphemeralContainers`
pub(super) fn ephemeral_containers(cx: &Cx<'_>, path: &Path<'_>, errors: &mut Errors) {
    let others = ["/containers", "/initContainers"];
    let mut names: BTreeSet<&str> =
        others.iter().flat_map(|list| array_at(cx.spec, list)).map(|c| str_at(c, "/name")).collect();
    for (index, container) in array_at(cx.spec, "/ephemeralContainers").iter().enumerate() {
        let path = path.index(index);
        common(cx, container, &path, errors);
        let name = str_at(container, "/name");
        if !names.insert(name) {
            errors.duplicate(&path.child("name"), name);
        }
        for field in ["ports", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle", "resizePolicy"]
        {
            if !at(container, &format!("/{field}")).is_null() {
                errors.forbidden(&path.child(field), "cannot be set for an Ephemeral Container");
            }
        }
        if at(container, "/resources").as_object().is_some_and(|resources| !resources.is_empty()) {
            errors.forbidden(&path.child("resources"), "cannot be set for an Ephemeral Container");
        }
        let target = str_at(container, "/targetContainerName");
        let known = others
            .iter()
            .flat_map(|list| array_at(cx.spec, list))
            .any(|other| str_at(other, "/name") == target);
        if !target.is_empty() && !known {
            errors.not_found(&path.child("targetContainerName"), target);
        }
        let mounts = path.child("volumeMounts");
        for (index, mount) in array_at(container, "/volumeMounts").iter().enumerate() {
            let path = mounts.index(index);
            for field in ["subPath", "subPathExpr"] {
                if !str_at(mount, &format!("/{field}")).is_empty() {
                    errors.forbidden(&path.child(field), "cannot be set for an Ephemeral Container");
                }
            }
        }
    }
}

/// Upstream: `validateContainerCommon`
fn common(cx: &Cx<'_>, container: &Value, path: &Path<'_>, errors: &mut Errors) {
    let name = str_at(container, "/name");
    if name.is_empty() {
        errors.required(&path.child("name"), "");
    } else {
        errors.invalid_all(&path.child("name"), name, dns1123_label(name));
    }
    if str_at(container, "/image").is_empty() {
        errors.required(&path.child("image"), "");
    }
    let policy = str_at(container, "/terminationMessagePolicy");
    if !["File", "FallbackToLogsOnError"].contains(&policy) {
        let words = ["FallbackToLogsOnError", "File"];
        errors.not_supported(&path.child("terminationMessagePolicy"), policy, &words);
    }
    ports(array_at(container, "/ports"), &path.child("ports"), errors);
    env::env(array_at(container, "/env"), &path.child("env"), errors);
    env::env_from(array_at(container, "/envFrom"), &path.child("envFrom"), errors);
    mounts(cx, container, &path.child("volumeMounts"), errors);
    let policy = str_at(container, "/imagePullPolicy");
    if !["Always", "IfNotPresent", "Never"].contains(&policy) {
        let words = ["Always", "IfNotPresent", "Never"];
        errors.not_supported(&path.child("imagePullPolicy"), policy, &words);
    }
    resources::resource_requirements(at(container, "/resources"), &path.child("resources"), errors);
    security::container(at(container, "/securityContext"), &path.child("securityContext"), errors);
}

fn ports(ports: &[Value], path: &Path<'_>, errors: &mut Errors) {
    let mut names = BTreeSet::new();
    for (index, port) in ports.iter().enumerate() {
        let path = path.index(index);
        let name = str_at(port, "/name");
        if !name.is_empty() {
            let wrong = port_name(name);
            if !wrong.is_empty() {
                errors.invalid_all(&path.child("name"), name, wrong);
            } else if !names.insert(name) {
                errors.duplicate(&path.child("name"), name);
            }
        }
        match i64_at(port, "/containerPort").unwrap_or(0) {
            0 => errors.required(&path.child("containerPort"), ""),
            number => {
                for sentence in port_number(number) {
                    errors.invalid(&path.child("containerPort"), number, sentence);
                }
            }
        }
        if let Some(number) = i64_at(port, "/hostPort").filter(|number| *number != 0) {
            for sentence in port_number(number) {
                errors.invalid(&path.child("hostPort"), number, sentence);
            }
        }
        let protocol = str_at(port, "/protocol");
        if protocol.is_empty() {
            errors.required(&path.child("protocol"), "");
        } else if !["SCTP", "TCP", "UDP"].contains(&protocol) {
            errors.not_supported(&path.child("protocol"), protocol, &["SCTP", "TCP", "UDP"]);
        }
    }
}

/// Two containers cannot have one port of the host.
fn host_port_conflicts(containers: &[Value], path: &Path<'_>, errors: &mut Errors) {
    let mut taken = BTreeSet::new();
    for (index, container) in containers.iter().enumerate() {
        let path = path.index(index);
        let list = path.child("ports");
        for (index, port) in array_at(container, "/ports").iter().enumerate() {
            let number = i64_at(port, "/hostPort").unwrap_or(0);
            if number == 0 {
                continue;
            }
            let key = format!("{}/{}/{number}", str_at(port, "/protocol"), str_at(port, "/hostIP"));
            if !taken.insert(key.clone()) {
                errors.duplicate(&list.index(index).child("hostPort"), key);
            }
        }
    }
}

/// A pod in the host's network has its containers' ports on the host.
pub(super) fn host_network(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    if !is_true(spec, "/hostNetwork") {
        return;
    }
    for field in ["containers", "initContainers"] {
        let path = path.child(field);
        for (index, container) in array_at(spec, &format!("/{field}")).iter().enumerate() {
            let path = path.index(index);
            let list = path.child("ports");
            for (index, port) in array_at(container, "/ports").iter().enumerate() {
                let host = i64_at(port, "/hostPort").unwrap_or(0);
                if host != 0 && Some(host) != i64_at(port, "/containerPort") {
                    let port_path = list.index(index);
                    let sentence = "must match `containerPort` when `hostNetwork` is true";
                    errors.invalid(&port_path.child("hostPort"), host, sentence);
                }
            }
        }
    }
}

fn mounts(cx: &Cx<'_>, container: &Value, path: &Path<'_>, errors: &mut Errors) {
    let mut places = BTreeSet::new();
    for (index, mount) in array_at(container, "/volumeMounts").iter().enumerate() {
        let path = path.index(index);
        let name = str_at(mount, "/name");
        if name.is_empty() {
            errors.required(&path.child("name"), "");
        }
        if !cx.volumes.contains(name) {
            errors.not_found(&path.child("name"), name);
        }
        let place = str_at(mount, "/mountPath");
        if place.is_empty() {
            errors.required(&path.child("mountPath"), "");
        }
        if !places.insert(place) {
            errors.invalid(&path.child("mountPath"), place, "must be unique");
        }
        for field in ["subPath", "subPathExpr"] {
            let sub = str_at(mount, &format!("/{field}"));
            if sub.starts_with('/') {
                errors.invalid(&path.child(field), sub, "must be a relative path");
            } else if sub.split('/').any(|part| part == "..") {
                errors.invalid(&path.child(field), sub, "must not contain '..'");
            }
        }
    }
}
