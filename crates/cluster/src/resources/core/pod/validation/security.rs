//! Security contexts.

use podground_api::Value;
use podground_api::object::{array_at, at, i64_at, str_at};

use super::is_true;
use crate::apiserver::field::{Errors, Path};

const IDS: &str = "must be between 0 and 2147483647, inclusive";

fn id(context: &Value, field: &str, path: &Path<'_>, errors: &mut Errors) {
    if let Some(id) = i64_at(context, &format!("/{field}"))
        && !(0..=2_147_483_647).contains(&id)
    {
        errors.invalid(&path.child(field), id, IDS);
    }
}

/// Upstream: `validatePodSpecSecurityContext`
pub(super) fn pod(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let context = at(spec, "/securityContext");
    if context.is_null() {
        return;
    }
    if is_true(spec, "/shareProcessNamespace") && is_true(spec, "/hostPID") {
        let sentence = "ShareProcessNamespace and HostPID cannot both be enabled";
        errors.invalid(&path.child("shareProcessNamespace"), true, sentence);
    }
    for field in ["fsGroup", "runAsUser", "runAsGroup"] {
        id(context, field, path, errors);
    }
    let groups = path.child("supplementalGroups");
    for (index, group) in array_at(context, "/supplementalGroups").iter().enumerate() {
        if let Some(id) = group.as_i64().filter(|id| !(0..=2_147_483_647).contains(id)) {
            errors.invalid(&groups.index(index), id, IDS);
        }
    }
    let policy = str_at(context, "/fsGroupChangePolicy");
    if !policy.is_empty() && !["Always", "OnRootMismatch"].contains(&policy) {
        errors.not_supported(&path.child("fsGroupChangePolicy"), policy, &["Always", "OnRootMismatch"]);
    }
    seccomp(context, path, errors);
    windows(context, path, errors);
}

/// Upstream: `validateWindowsSecurityContextOptions`
fn windows(context: &Value, path: &Path<'_>, errors: &mut Errors) {
    let options = at(context, "/windowsOptions");
    let path = path.child("windowsOptions");
    if let Some(name) = at(options, "/gmsaCredentialSpecName").as_str() {
        let wrong = podground_api::validation::dns1123_subdomain(name);
        errors.invalid_all(&path.child("gmsaCredentialSpecName"), name, wrong);
    }
    if let Some(spec) = at(options, "/gmsaCredentialSpec").as_str() {
        let path = path.child("gmsaCredentialSpec");
        if spec.is_empty() {
            errors.invalid(&path, spec, "gmsaCredentialSpec cannot be an empty string");
        } else if spec.len() > 64 * 1024 {
            errors.invalid(&path, spec, "gmsaCredentialSpec size must be under 64 KiB");
        }
    }
    if let Some(name) = at(options, "/runAsUserName").as_str() {
        for sentence in windows_user(name) {
            errors.invalid(&path.child("runAsUserName"), name, format!("runAsUserName{sentence}"));
        }
    }
}

/// What is wrong with `DOMAIN\user` or `user`.
fn windows_user(name: &str) -> Vec<&'static str> {
    if name.is_empty() {
        return vec![" cannot be an empty string"];
    }
    if name.chars().any(char::is_control) {
        return vec![" cannot contain control characters"];
    }
    let parts: Vec<&str> = name.split('\\').collect();
    let (domain, user) = match parts.as_slice() {
        [user] => (None, *user),
        [domain, user] => (Some(*domain), *user),
        _ => return vec![" cannot contain more than one backslash"],
    };
    let mut wrong = Vec::new();
    if let Some(domain) = domain {
        let net_bios = (1..=15).contains(&domain.len())
            && !domain.starts_with('.')
            && !domain.contains(['\\', '/', ':', '*', '?', '"', '<', '>', '|']);
        let label = |label: &str| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        };
        if domain.len() >= 256 {
            wrong.push("'s Domain length must be under 256 characters");
        }
        if !net_bios && !domain.split('.').all(label) {
            wrong.push("'s Domain doesn't match the NetBIOS nor the DNS format");
        }
    }
    if user.is_empty() {
        wrong.push("'s User cannot be empty");
    } else if user.len() > 104 {
        wrong.push("'s User length must not be longer than 104 characters");
    }
    if !user.is_empty() && user.chars().all(|c| c == '.' || c == ' ') {
        wrong.push("'s User cannot contain only periods or spaces");
    }
    if user.contains(['"', '/', ':', ';', '|', '=', ',', '+', '*', '?', '<', '>', '@', '[', ']']) {
        wrong.push(r#"'s User cannot contain the following characters: "/\:;|=,+*?<>@[]"#);
    }
    wrong
}

fn seccomp(context: &Value, path: &Path<'_>, errors: &mut Errors) {
    let profile = at(context, "/seccompProfile");
    if profile.is_null() {
        return;
    }
    let path = path.child("seccompProfile");
    match str_at(profile, "/type") {
        "Localhost" if str_at(profile, "/localhostProfile").is_empty() => {
            errors.required(&path.child("localhostProfile"), "must be set when seccomp type is Localhost");
        }
        "Localhost" | "RuntimeDefault" | "Unconfined" => {}
        other => {
            errors.not_supported(&path.child("type"), other, &["Localhost", "RuntimeDefault", "Unconfined"]);
        }
    }
}

/// Upstream: `ValidateSecurityContext`
pub(super) fn container(context: &Value, path: &Path<'_>, errors: &mut Errors) {
    if context.is_null() {
        return;
    }
    for field in ["runAsUser", "runAsGroup"] {
        id(context, field, path, errors);
    }
    seccomp(context, path, errors);
    windows(context, path, errors);
    if at(context, "/allowPrivilegeEscalation") == &Value::Bool(false) {
        if is_true(context, "/privileged") {
            let sentence = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true";
            errors.invalid(path, context.clone(), sentence);
        }
        let added = array_at(context, "/capabilities/add");
        if added.iter().any(|capability| capability == "CAP_SYS_ADMIN") {
            let sentence =
                "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN";
            errors.invalid(path, context.clone(), sentence);
        }
    }
}
