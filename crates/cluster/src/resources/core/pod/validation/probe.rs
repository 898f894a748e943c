//! Probes and lifecycle hooks.

use podground_api::Value;
use podground_api::object::{array_at, at, i64_at, str_at};
use podground_api::validation::{port_name, port_number};

use super::nonnegative;
use crate::apiserver::field::{Errors, Path};

/// The three probes of a container.
pub(super) fn probes(container: &Value, path: &Path<'_>, errors: &mut Errors) {
    for kind in ["livenessProbe", "readinessProbe", "startupProbe"] {
        let probe = at(container, &format!("/{kind}"));
        if probe.is_null() {
            continue;
        }
        let path = path.child(kind);
        handler(probe, &["exec", "httpGet", "tcpSocket", "grpc"], &path, errors);
        for field in
            ["initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold"]
        {
            nonnegative(probe, field, &path, errors);
        }
        let grace = i64_at(probe, "/terminationGracePeriodSeconds");
        let grace_path = path.child("terminationGracePeriodSeconds");
        if kind == "readinessProbe" {
            if let Some(seconds) = grace {
                errors.invalid(&grace_path, seconds, "must not be set for readinessProbes");
            }
            continue;
        }
        if let Some(seconds) = grace.filter(|seconds| *seconds <= 0) {
            errors.invalid(&grace_path, seconds, "must be greater than 0");
        }
        let threshold = i64_at(probe, "/successThreshold").unwrap_or(0);
        if threshold != 1 {
            errors.invalid(&path.child("successThreshold"), threshold, "must be 1");
        }
    }
}

/// The hooks of a container.
pub(super) fn lifecycle(container: &Value, path: &Path<'_>, errors: &mut Errors) {
    for hook in ["postStart", "preStop"] {
        let value = at(container, &format!("/lifecycle/{hook}"));
        if !value.is_null() {
            handler(value, &["exec", "httpGet", "tcpSocket", "sleep"], &path.child(hook), errors);
        }
    }
}

/// Upstream: `validateHandler`
fn handler(holder: &Value, kinds: &[&str], path: &Path<'_>, errors: &mut Errors) {
    let mut count = 0;
    for kind in kinds {
        let value = at(holder, &format!("/{kind}"));
        if value.is_null() {
            continue;
        }
        let path = path.child(kind);
        count += 1;
        if count > 1 {
            errors.forbidden(&path, "may not specify more than 1 handler type");
            continue;
        }
        match *kind {
            "exec" if array_at(value, "/command").is_empty() => errors.required(&path.child("command"), ""),
            "httpGet" => http_get(value, &path, errors),
            "tcpSocket" | "grpc" => port(at(value, "/port"), &path.child("port"), errors),
            _ => {}
        }
    }
    if count == 0 {
        errors.required(path, "must specify a handler type");
    }
}

fn http_get(get: &Value, path: &Path<'_>, errors: &mut Errors) {
    if str_at(get, "/path").is_empty() {
        errors.required(&path.child("path"), "");
    }
    port(at(get, "/port"), &path.child("port"), errors);
    let scheme = str_at(get, "/scheme");
    if !["HTTP", "HTTPS"].contains(&scheme) {
        errors.not_supported(&path.child("scheme"), scheme, &["HTTP", "HTTPS"]);
    }
}

/// A port by number or by name.
pub(crate) fn port(port: &Value, path: &Path<'_>, errors: &mut Errors) {
    match port {
        Value::String(name) => errors.invalid_all(path, name, port_name(name)),
        other => {
            let number = other.as_i64().unwrap_or(0);
            for sentence in port_number(number) {
                errors.invalid(path, number, sentence);
            }
        }
    }
}
