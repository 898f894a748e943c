//! The pod security standards, as a namespace's labels ask for them.
//!
//! Upstream: `staging/src/k8s.io/pod-security-admission/admission/admission.go`.

mod checks;

use std::collections::BTreeMap;

use podground_api::object::{array_at, at, name, str_at};
use podground_api::{Status, Value};

use super::Plugin;
use crate::apiserver::context::Context;
use crate::apiserver::errors;
use crate::apiserver::field::{Errors, Path};
use checks::Finding;

pub(super) const PLUGIN: Plugin = Plugin { name: "PodSecurity", mutate: None, validate: Some(validate) };

/// How strict a standard is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Privileged,
    Baseline,
    Restricted,
}

/// A standard in a version of Kubernetes: `restricted:latest`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Policy {
    level: Level,
    /// The minor version; `None` is the latest.
    minor: Option<u32>,
}

impl std::fmt::Display for Policy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let level = match self.level {
            Level::Privileged => "privileged",
            Level::Baseline => "baseline",
            Level::Restricted => "restricted",
        };
        match self.minor {
            None => write!(f, "{level}:latest"),
            Some(minor) => write!(f, "{level}:v1.{minor}"),
        }
    }
}

fn label<'a>(namespace: &'a Value, name: &str) -> &'a str {
    str_at(namespace, &format!("/metadata/labels/pod-security.kubernetes.io~1{name}"))
}

/// The policy of a mode: `enforce`, `warn`. What cannot be read counts as `restricted`, as upstream.
fn policy(namespace: &Value, mode: &str) -> Policy {
    let level = match label(namespace, mode) {
        "" | "privileged" => Level::Privileged,
        "baseline" => Level::Baseline,
        _ => Level::Restricted,
    };
    let version = label(namespace, &format!("{mode}-version"));
    Policy { level, minor: version.strip_prefix("v1.").and_then(|minor| minor.parse().ok()) }
}

fn findings(policy: &Policy, meta: &Value, spec: &Value) -> Vec<Finding> {
    match policy.level {
        Level::Privileged => Vec::new(),
        level => checks::run(level == Level::Restricted, policy.minor, meta, spec),
    }
}

/// `allowPrivilegeEscalation != false (container "a" must set …), …`
fn details(findings: &[Finding]) -> String {
    let texts: Vec<String> = findings
        .iter()
        .map(|finding| match finding.detail.as_str() {
            "" => finding.reason.to_string(),
            detail => format!("{} ({detail})", finding.reason),
        })
        .collect();
    texts.join(", ")
}

fn validate(cx: &Context, object: Option<&Value>, old: Option<&Value>) -> Result<(), Status> {
    let Some(object) = object else { return Ok(()) };
    let template = match cx.resource.key {
        "namespaces" => return namespace(cx, object, old),
        "pods" => {
            if old.is_some_and(|old| !is_significant(object, old)) {
                return Ok(());
            }
            object
        }
        "podtemplates" => at(object, "/template"),
        "cronjobs.batch" => at(object, "/spec/jobTemplate/spec/template"),
        "replicationcontrollers"
        | "deployments.apps"
        | "replicasets.apps"
        | "statefulsets.apps"
        | "daemonsets.apps"
        | "jobs.batch" => at(object, "/spec/template"),
        _ => return Ok(()),
    };
    let Some(namespace) = cx.store().get("namespaces", "", &cx.namespace).cloned() else { return Ok(()) };
    let (meta, spec) = (at(template, "/metadata"), at(template, "/spec"));
    if cx.resource.key == "pods" {
        let policy = policy(&namespace, "enforce");
        let found = findings(&policy, meta, spec);
        if !found.is_empty() {
            let why = format!("violates PodSecurity {:?}: {}", policy.to_string(), details(&found));
            return Err(errors::forbidden(cx.resource, name(object), &why));
        }
    }
    let policy = policy(&namespace, "warn");
    let found = findings(&policy, meta, spec);
    if !found.is_empty() {
        cx.warn(format!("would violate PodSecurity {:?}: {}", policy.to_string(), details(&found)));
    }
    Ok(())
}

/// Whether a change of a pod is one of what the standards speak of.
fn is_significant(new: &Value, old: &Value) -> bool {
    let images = |pod: &Value| -> Vec<String> {
        ["/spec/initContainers", "/spec/containers", "/spec/ephemeralContainers"]
            .iter()
            .flat_map(|list| array_at(pod, list))
            .map(|container| str_at(container, "/image").to_owned())
            .collect()
    };
    images(new) != images(old)
}

/// The labels of a namespace are checked, and its pods, where the policy becomes stricter.
fn namespace(cx: &Context, new: &Value, old: Option<&Value>) -> Result<(), Status> {
    let mut wrong = Errors::new();
    let labels = Path::new("metadata");
    let labels = labels.child("labels");
    for mode in ["enforce", "audit", "warn"] {
        let level = label(new, mode);
        let key = format!("pod-security.kubernetes.io/{mode}");
        if !["", "privileged", "baseline", "restricted"].contains(&level)
            && old.is_none_or(|old| label(old, mode) != level)
        {
            wrong.invalid(&labels.key(&key), level, "must be one of privileged, baseline, restricted");
        }
        let field = format!("{mode}-version");
        let version = label(new, &field);
        let known = version.strip_prefix("v1.").is_some_and(|minor| minor.parse::<u32>().is_ok());
        if !["", "latest"].contains(&version) && !known && old.is_none_or(|old| label(old, &field) != version)
        {
            let key = format!("pod-security.kubernetes.io/{field}");
            wrong.invalid(&labels.key(&key), version, "must be \"latest\" or \"v1.x\"");
        }
    }
    if !wrong.is_empty() {
        return Err(errors::invalid(cx.resource, name(new), &wrong.into_vec()));
    }
    let Some(old) = old else { return Ok(()) };
    let (now, before) = (policy(new, "enforce"), policy(old, "enforce"));
    if now == before
        || now.level == Level::Privileged
        || now.minor == before.minor && now.level <= before.level
    {
        return Ok(());
    }
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for pod in cx.store().list("pods", Some(name(new))) {
        let findings = findings(&now, at(pod, "/metadata"), at(pod, "/spec"));
        if !findings.is_empty() {
            let reasons: Vec<&str> = findings.iter().map(|finding| &*finding.reason).collect();
            found.entry(reasons.join(", ")).or_default().push(name(pod).to_owned());
        }
    }
    if found.is_empty() {
        return Ok(());
    }
    cx.warn(format!(
        "existing pods in namespace {:?} violate the new PodSecurity enforce level {:?}",
        name(new),
        now.to_string()
    ));
    let mut lines: Vec<String> = found
        .into_iter()
        .map(|(reasons, pods)| match pods.len() {
            1 => format!("{}: {reasons}", pods[0]),
            2 => format!("{} (and 1 other pod): {reasons}", pods[0]),
            count => format!("{} (and {} other pods): {reasons}", pods[0], count - 1),
        })
        .collect();
    lines.sort();
    lines.into_iter().for_each(|line| cx.warn(line));
    Ok(())
}
