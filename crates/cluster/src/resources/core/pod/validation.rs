//! What is refused of a pod, all at once, in upstream's order and words.
//!
//! Upstream: `pkg/apis/core/validation/validation.go ValidatePodSpec`.

mod affinity;
mod container;
mod env;
mod probe;
mod resources;
mod security;
mod toleration;
mod update;
mod volume;

use podground_api::object::{array_at, at, bool_at, i64_at, str_at};
use podground_api::validation::{dns1123_label, dns1123_subdomain};
use podground_api::{Selector, Value};

use crate::apiserver::field::{Errors, Path};
use crate::apiserver::meta::validate_labels;

pub(crate) use probe::port;
pub(crate) use resources::{quantity_value, resource_requirements};
pub(super) use update::validate_update;
pub(crate) use volume::access_modes;

/// What is wrong with a new pod.
pub(super) fn validate(pod: &Value, errors: &mut Errors) {
    let spec = Path::new("spec");
    validate_spec(at(pod, "/spec"), &[], &spec, errors);
    only_for_pods(at(pod, "/spec"), &spec, errors);
    if !array_at(pod, "/spec/ephemeralContainers").is_empty() {
        errors.forbidden(&spec.child("ephemeralContainers"), "cannot be set on create");
    }
}

/// What is wrong with the ephemeral containers of a pod's spec.
pub(crate) fn ephemeral(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let volumes = array_at(spec, "/volumes").iter().map(|volume| str_at(volume, "/name")).collect();
    container::ephemeral_containers(&container::Cx { spec, volumes: &volumes }, path, errors);
}

/// What templates, for compatibility, are not asked.
fn only_for_pods(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    for field in ["containers", "initContainers"] {
        let path = path.child(field);
        for (index, container) in array_at(spec, &format!("/{field}")).iter().enumerate() {
            let image = str_at(container, "/image");
            if image.trim() != image {
                let sentence = "must not have leading or trailing whitespace";
                errors.invalid(&path.index(index).child("image"), image, sentence);
            }
        }
    }
}

/// What is wrong with the template of a controller whose selector is `selector`
/// and which makes a claim of each of the templates `claims`.
pub(crate) fn validate_template(
    template: &Value,
    selector: &Selector,
    claims: &[Value],
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let meta = path.child("metadata");
    if !selector.is_empty() {
        let labels = at(template, "/metadata/labels");
        if !selector.matches(labels.as_object()) {
            errors.invalid(
                &meta.child("labels"),
                labels.clone(),
                "`selector` does not match template `labels`",
            );
        }
    }
    // The path leaves `metadata` out, as upstream.
    validate_labels(at(template, "/metadata/labels"), &path.child("labels"), errors);
    validate_spec(at(template, "/spec"), claims, &path.child("spec"), errors);
    if !array_at(template, "/spec/ephemeralContainers").is_empty() {
        errors.forbidden(
            &path.child("spec").child("ephemeralContainers"),
            "ephemeral containers not allowed in pod template",
        );
    }
}

/// A template whose pods must always be restarted.
pub(crate) fn restart_always(template: &Value, path: &Path<'_>, errors: &mut Errors) {
    let policy = str_at(template, "/spec/restartPolicy");
    if policy != "Always" {
        errors.not_supported(&path.child("spec").child("restartPolicy"), policy, &["Always"]);
    }
}

/// What is wrong with a pod's spec; `claims` are the templates of claims that become volumes too.
pub(crate) fn validate_spec(spec: &Value, claims: &[Value], path: &Path<'_>, errors: &mut Errors) {
    let mut volumes = volume::volumes(spec, &path.child("volumes"), errors);
    volumes.extend(claims.iter().map(podground_api::object::name));
    let cx = container::Cx { spec, volumes: &volumes };
    container::containers(&cx, &path.child("containers"), errors);
    container::init_containers(&cx, &path.child("initContainers"), errors);
    container::host_network(spec, path, errors);
    let policies = ["Always", "OnFailure", "Never"];
    word(spec, "restartPolicy", &policies, path, errors);
    let dns = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];
    word(spec, "dnsPolicy", &dns, path, errors);
    validate_labels(at(spec, "/nodeSelector"), &path.child("nodeSelector"), errors);
    security::pod(spec, &path.child("securityContext"), errors);
    affinity::validate(at(spec, "/affinity"), &path.child("affinity"), errors);
    dns_config(spec, &path.child("dnsConfig"), errors);
    let constraints = array_at(spec, "/topologySpreadConstraints");
    affinity::spread(constraints, &path.child("topologySpreadConstraints"), errors);
    let account = str_at(spec, "/serviceAccountName");
    if !account.is_empty() {
        errors.invalid_all(&path.child("serviceAccountName"), account, dns1123_subdomain(account));
    }
    let node = str_at(spec, "/nodeName");
    if !node.is_empty() {
        errors.invalid_all(&path.child("nodeName"), node, dns1123_subdomain(node));
    }
    if let Some(seconds) = i64_at(spec, "/activeDeadlineSeconds")
        && !(1..=2_147_483_647).contains(&seconds)
    {
        let sentence = "must be between 1 and 2147483647, inclusive";
        errors.invalid(&path.child("activeDeadlineSeconds"), seconds, sentence);
    }
    for field in ["hostname", "subdomain"] {
        let value = str_at(spec, &format!("/{field}"));
        if !value.is_empty() {
            errors.invalid_all(&path.child(field), value, dns1123_label(value));
        }
    }
    toleration::validate(array_at(spec, "/tolerations"), &path.child("tolerations"), errors);
    host_aliases(spec, &path.child("hostAliases"), errors);
    for field in ["priorityClassName", "runtimeClassName"] {
        let value = str_at(spec, &format!("/{field}"));
        if !value.is_empty() {
            errors.invalid_all(&path.child(field), value, dns1123_subdomain(value));
        }
    }
    let policy = str_at(spec, "/preemptionPolicy");
    if !policy.is_empty() && !["Never", "PreemptLowerPriority"].contains(&policy) {
        errors.not_supported(&path.child("preemptionPolicy"), policy, &["Never", "PreemptLowerPriority"]);
    }
    let os = str_at(spec, "/os/name");
    if !at(spec, "/os").is_null() && !["linux", "windows"].contains(&os) {
        let name = path.child("os");
        let name = name.child("name");
        if os.is_empty() {
            errors.required(&name, "cannot be empty");
        } else {
            errors.not_supported(&name, os, &["linux", "windows"]);
        }
    }
}

/// A field that must hold one of some words.
fn word(spec: &Value, field: &str, words: &[&str], path: &Path<'_>, errors: &mut Errors) {
    let value = spec.get(field).and_then(Value::as_str).unwrap_or_default();
    if value.is_empty() {
        errors.required(&path.child(field), "");
    } else if !words.contains(&value) {
        errors.not_supported(&path.child(field), value, words);
    }
}

/// A number that must not be negative.
pub(crate) fn nonnegative(object: &Value, field: &str, path: &Path<'_>, errors: &mut Errors) {
    if let Some(number) = object.get(field).and_then(Value::as_i64)
        && number < 0
    {
        errors.invalid(&path.child(field), number, "must be greater than or equal to 0");
    }
}

fn dns_config(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let policy = str_at(spec, "/dnsPolicy");
    let servers = array_at(spec, "/dnsConfig/nameservers");
    if policy == "None" && servers.is_empty() {
        if at(spec, "/dnsConfig").is_null() {
            errors.required(path, "must provide `dnsConfig` when `dnsPolicy` is None");
        } else {
            errors.required(
                &path.child("nameservers"),
                "must provide at least one DNS nameserver when `dnsPolicy` is None",
            );
        }
    }
    if servers.len() > 3 {
        let list = path.child("nameservers");
        errors.invalid(&list, Value::Array(servers.to_vec()), "must not have more than 3 nameservers");
    }
    for (index, server) in servers.iter().enumerate() {
        let text = server.as_str().unwrap_or_default();
        if text.parse::<std::net::IpAddr>().is_err() {
            let list = path.child("nameservers");
            errors.invalid(
                &list.index(index),
                text,
                "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
            );
        }
    }
}

fn host_aliases(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    for (index, alias) in array_at(spec, "/hostAliases").iter().enumerate() {
        let path = path.index(index);
        let ip = str_at(alias, "/ip");
        if ip.parse::<std::net::IpAddr>().is_err() {
            errors.invalid(
                &path.child("ip"),
                ip,
                "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
            );
        }
        let names = path.child("hostnames");
        for (index, host) in array_at(alias, "/hostnames").iter().enumerate() {
            let host = host.as_str().unwrap_or_default();
            errors.invalid_all(&names.index(index), host, dns1123_subdomain(host));
        }
    }
}

/// Whether a field holds `true`.
fn is_true(object: &Value, pointer: &str) -> bool {
    bool_at(object, pointer)
}
