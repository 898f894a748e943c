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
