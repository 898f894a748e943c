//! Environment variables and where they come from.

use podground_api::Value;
use podground_api::object::{array_at, at, str_at};
use podground_api::validation::{config_map_key, dns1123_subdomain, env_var_name, qualified_name};

use crate::apiserver::field::{Errors, Path};

/// The fields that one can name in `fieldRef`, of whatever kind.
const LABELS: [&str; 12] = [
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.serviceAccountName",
    "spec.schedulerName",
    "status.phase",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];

const ENV_FIELDS: [&str; 9] = [
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];

/// The fields that a downward API volume can show.
pub(super) const VOLUME_FIELDS: [&str; 5] =
    ["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"];

const ENV_RESOURCES: [&str; 6] = [
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
];

/// Upstream: `ValidateEnv`
pub(super) fn env(variables: &[Value], path: &Path<'_>, errors: &mut Errors) {
    for (index, variable) in variables.iter().enumerate() {
        let path = path.index(index);
        let name = str_at(variable, "/name");
        if name.is_empty() {
            errors.required(&path.child("name"), "");
        } else {
            errors.invalid_all(&path.child("name"), name, env_var_name(name));
        }
        value_from(variable, &path.child("valueFrom"), errors);
    }
}

fn value_from(variable: &Value, path: &Path<'_>, errors: &mut Errors) {
    let from = at(variable, "/valueFrom");
    if from.is_null() {
        return;
    }
    let mut sources = 0;
    let mut source = |name: &str| {
        let value = from.get(name).filter(|value| !value.is_null());
        sources += usize::from(value.is_some());
        value
    };
    if let Some(reference) = source("fieldRef") {
        field_ref(reference, &ENV_FIELDS, &path.child("fieldRef"), errors);
    }
    if let Some(reference) = source("resourceFieldRef") {
        resource_ref(reference, false, &path.child("resourceFieldRef"), errors);
    }
    for kind in ["configMapKeyRef", "secretKeyRef"] {
        if let Some(reference) = source(kind) {
            key_ref(reference, &path.child(kind), errors);
        }
    }
    source("fileKeyRef");
    if sources == 0 {
        let sentence = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`";
        errors.invalid(path, "", sentence);
    }
    if !str_at(variable, "/value").is_empty() {
        if sources > 0 {
            errors.invalid(path, "", "may not be specified when `value` is not empty");
        }
    } else if sources > 1 {
        errors.invalid(path, "", "may not have more than one field specified at a time");
    }
}

/// Upstream: `validateObjectFieldSelector`
pub(super) fn field_ref(reference: &Value, allowed: &[&str], path: &Path<'_>, errors: &mut Errors) {
    if str_at(reference, "/apiVersion").is_empty() {
        errors.required(&path.child("apiVersion"), "");
        return;
    }
    let field = str_at(reference, "/fieldPath");
    let field_path = path.child("fieldPath");
    if field.is_empty() {
        errors.required(&field_path, "");
        return;
    }
    let subscript = field.split_once('[').and_then(|(name, key)| Some((name, key.strip_suffix(']')?)));
    if let Some((name, key)) = subscript {
        let key = key.trim_matches(|c| c == '\'' || c == '"');
        match name {
            "metadata.labels" => {
                errors.invalid_all(&field_path, key, qualified_name(key));
            }
            "metadata.annotations" => {
                errors.invalid_all(&field_path, key, qualified_name(&key.to_lowercase()));
            }
            _ => errors.invalid(
                &field_path,
                field,
                format!("error converting fieldPath: field label does not support subscript: {name}"),
            ),
        }
        return;
    }
    let known = LABELS.contains(&field) || ["metadata.annotations", "metadata.labels"].contains(&field);
    if !known {
        let sentence = format!("error converting fieldPath: field label not supported: {field}");
        errors.invalid(&field_path, field, sentence);
    } else if !allowed.contains(&field) {
        errors.not_supported(&field_path, field, allowed);
    }
}

/// Upstream: `validateContainerResourceFieldSelector`
pub(super) fn resource_ref(reference: &Value, in_volume: bool, path: &Path<'_>, errors: &mut Errors) {
    let resource = str_at(reference, "/resource");
    if in_volume && str_at(reference, "/containerName").is_empty() {
        errors.required(&path.child("containerName"), "");
    } else if resource.is_empty() {
        errors.required(&path.child("resource"), "");
    } else if !ENV_RESOURCES.contains(&resource)
        && !resource.starts_with("requests.hugepages-")
        && !resource.starts_with("limits.hugepages-")
    {
        errors.not_supported(&path.child("resource"), resource, &ENV_RESOURCES);
    }
}

/// Upstream: `validateConfigMapKeySelector`, `validateSecretKeySelector`
fn key_ref(reference: &Value, path: &Path<'_>, errors: &mut Errors) {
    if str_at(reference, "/name").is_empty() {
        errors.required(&path.child("name"), "");
    }
    let key = str_at(reference, "/key");
    if key.is_empty() {
        errors.required(&path.child("key"), "");
    } else {
        errors.invalid_all(&path.child("key"), key, config_map_key(key));
    }
}

/// Upstream: `ValidateEnvFrom`
pub(super) fn env_from(sources: &[Value], path: &Path<'_>, errors: &mut Errors) {
    for (index, source) in sources.iter().enumerate() {
        let path = path.index(index);
        let prefix = str_at(source, "/prefix");
        if !prefix.is_empty() {
            errors.invalid_all(&path.child("prefix"), prefix, env_var_name(prefix));
        }
        let mut count = 0;
        for kind in ["configMapRef", "secretRef"] {
            let reference = at(source, &format!("/{kind}"));
            if reference.is_null() {
                continue;
            }
            count += 1;
            let path = path.child(kind);
            let name = str_at(reference, "/name");
            if name.is_empty() {
                errors.required(&path.child("name"), "");
            } else {
                errors.invalid_all(&path.child("name"), name, dns1123_subdomain(name));
            }
        }
        if count == 0 {
            errors.invalid(&path, "", "must specify one of: `configMapRef` or `secretRef`");
        } else if count > 1 {
            errors.invalid(&path, "", "may not have more than one field specified at a time");
        }
    }
}

/// The items of a downward API volume.
pub(super) fn downward_items(source: &Value, path: &Path<'_>, errors: &mut Errors) {
    let items = path.child("items");
    for (index, item) in array_at(source, "/items").iter().enumerate() {
        let path = items.index(index);
        if str_at(item, "/path").is_empty() {
            errors.required(&path.child("path"), "");
        }
        let (field, resource) = (at(item, "/fieldRef"), at(item, "/resourceFieldRef"));
        if !field.is_null() {
            field_ref(field, &VOLUME_FIELDS, &path.child("fieldRef"), errors);
            if !resource.is_null() {
                errors.invalid(
                    &path,
                    "resource",
                    "fieldRef and resourceFieldRef can not be specified simultaneously",
                );
            }
        } else if !resource.is_null() {
            resource_ref(resource, true, &path.child("resourceFieldRef"), errors);
        } else {
            errors.required(&path.child("fieldRef"), "one of fieldRef and resourceFieldRef is required");
        }
    }
}
