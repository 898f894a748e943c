//! What is wrong with devices, and with claims to them.
//!
//! Upstream: `pkg/apis/resource/validation/validation.go`

use podground_api::Value;
use podground_api::object::{array_at, at, bool_at, i64_at, map_at, str_at};
use podground_api::validation::{dns1123_label, dns1123_subdomain};

use crate::apiserver::field::{Errors, Path};

const ONE_OF: &str =
    "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required";

fn label(name: &str, path: &Path<'_>, errors: &mut Errors) {
    errors.invalid_all(path, name, dns1123_label(name));
}

/// Upstream: `pkg/apis/core/validation/validation.go ValidateCSIDriverName`
fn driver(name: &str, path: &Path<'_>, errors: &mut Errors) {
    if name.is_empty() {
        errors.required(path, "");
    } else if name.len() > 63 {
        errors.too_long(path, 63);
    }
    errors.invalid_all(path, name, dns1123_subdomain(&name.to_lowercase()));
}

fn size(list: &[Value], max: usize, path: &Path<'_>, errors: &mut Errors) {
    if list.len() > max {
        errors.too_many(path, list.len(), max);
    }
}

fn unique(list: &[Value], field: &str, path: &Path<'_>, errors: &mut Errors) {
    for (index, item) in list.iter().enumerate() {
        let value = str_at(item, field);
        if list[..index].iter().any(|other| str_at(other, field) == value) {
            errors.duplicate(&path.index(index), value);
        }
    }
}

fn selectors(owner: &Value, path: &Path<'_>, errors: &mut Errors) {
    let path = path.child("selectors");
    let list = array_at(owner, "/selectors");
    size(list, 32, &path, errors);
    for (index, selector) in list.iter().enumerate() {
        if at(selector, "/cel").is_null() {
            errors.required(&path.index(index).child("cel"), "");
        }
    }
}

fn configuration(config: &Value, path: &Path<'_>, errors: &mut Errors) {
    let opaque = at(config, "/opaque");
    let path = path.child("opaque");
    if opaque.is_null() {
        return errors.required(&path, "");
    }
    driver(str_at(opaque, "/driver"), &path.child("driver"), errors);
    match at(opaque, "/parameters") {
        Value::Null => errors.required(&path.child("parameters"), ""),
        Value::Object(_) => {}
        other => {
            errors.invalid(&path.child("parameters"), other.clone(), "parameters must be a valid JSON object")
        }
    }
}

/// Upstream: `validateExactDeviceRequest`, `validateDeviceSubRequest`
fn request(request: &Value, path: &Path<'_>, errors: &mut Errors) {
    let class = str_at(request, "/deviceClassName");
    let class_path = path.child("deviceClassName");
    if class.is_empty() {
        errors.required(&class_path, "");
    } else {
        errors.invalid_all(&class_path, class, dns1123_subdomain(class));
    }
    selectors(request, path, errors);
    let count = i64_at(request, "/count").unwrap_or(0);
    match str_at(request, "/allocationMode") {
        "All" if count != 0 => {
            let sentence = "must not be specified when allocationMode is 'All'";
            errors.invalid(&path.child("count"), count, sentence);
        }
        "ExactCount" if count <= 0 => {
            errors.invalid(&path.child("count"), count, "must be greater than zero");
        }
        "All" | "ExactCount" => {}
        other => errors.not_supported(&path.child("allocationMode"), other, &["All", "ExactCount"]),
    }
}

/// Upstream: `validateRequestNameRef`
fn references(list: &[Value], requests: &[Value], path: &Path<'_>, errors: &mut Errors) {
    size(list, 32, path, errors);
    for (index, name) in list.iter().enumerate() {
        let (name, path) = (name.as_str().unwrap_or_default(), path.index(index));
        let parts: Vec<&str> = name.split('/').collect();
        if parts.len() <= 2 {
            parts.iter().for_each(|part| label(part, &path, errors));
        }
        let named = |list: &[Value], name: &str| list.iter().any(|item| str_at(item, "/name") == name);
        let known = match parts.as_slice() {
            [one] => named(requests, one),
            [one, sub] => requests
                .iter()
                .any(|item| str_at(item, "/name") == *one && named(array_at(item, "/firstAvailable"), sub)),
            _ => false,
        };
        if !known {
            let sentence = "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";
            errors.invalid(&path, name, sentence);
        }
    }
}

/// Upstream: `validateResourceClaimSpec`
pub(super) fn claim(spec: &Value, path: &Path<'_>, errors: &mut Errors) {
    let devices = path.child("devices");
    let requests = array_at(spec, "/devices/requests");
    let list = devices.child("requests");
    size(requests, 32, &list, errors);
    for (index, item) in requests.iter().enumerate() {
        let path = list.index(index);
        label(str_at(item, "/name"), &path.child("name"), errors);
        let (exactly, first) = (at(item, "/exactly"), array_at(item, "/firstAvailable"));
        match (exactly.is_null(), first.is_empty()) {
            (true, true) => {
                errors.required(&path, "exactly one of `exactly` or `firstAvailable` is required");
            }
            (false, false) => {
                let sentence =
                    "exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set";
                errors.invalid(&path, Value::Null, sentence);
            }
            (false, true) => request(exactly, &path.child("exactly"), errors),
            (true, false) => {
                let path = path.child("firstAvailable");
                size(first, 8, &path, errors);
                for (index, item) in first.iter().enumerate() {
                    let path = path.index(index);
                    label(str_at(item, "/name"), &path.child("name"), errors);
                    request(item, &path, errors);
                }
                unique(first, "/name", &path, errors);
            }
        }
    }
    unique(requests, "/name", &list, errors);
    let list = devices.child("constraints");
    size(array_at(spec, "/devices/constraints"), 32, &list, errors);
    for (index, constraint) in array_at(spec, "/devices/constraints").iter().enumerate() {
        let path = list.index(index);
        references(array_at(constraint, "/requests"), requests, &path.child("requests"), errors);
        let (same, distinct) =
            (str_at(constraint, "/matchAttribute"), str_at(constraint, "/distinctAttribute"));
        if same.is_empty() && distinct.is_empty() {
            let sentence = "exactly one of \"matchAttribute\" or \"distinctAttribute\" is required, but multiple fields are set";
            errors.required(&path, sentence);
        } else {
            let (field, name) =
                if same.is_empty() { ("distinctAttribute", distinct) } else { ("matchAttribute", same) };
            if !name.contains('/') {
                errors.invalid(&path.child(field), name, "must include a domain");
            }
        }
    }
    let list = devices.child("config");
    size(array_at(spec, "/devices/config"), 32, &list, errors);
    for (index, config) in array_at(spec, "/devices/config").iter().enumerate() {
        let path = list.index(index);
        references(array_at(config, "/requests"), requests, &path.child("requests"), errors);
        configuration(config, &path, errors);
    }
}

/// Upstream: `validateDeviceClassSpec`
pub(super) fn class(object: &Value, errors: &mut Errors) {
    let spec = Path::new("spec");
    selectors(at(object, "/spec"), &spec, errors);
    let list = spec.child("config");
    size(array_at(object, "/spec/config"), 32, &list, errors);
    for (index, config) in array_at(object, "/spec/config").iter().enumerate() {
        configuration(config, &list.index(index), errors);
    }
}

/// Upstream: `validateResourceSliceSpec`
pub(super) fn slice(object: &Value, errors: &mut Errors) {
    let (spec, path) = (at(object, "/spec"), Path::new("spec"));
    driver(str_at(spec, "/driver"), &path.child("driver"), errors);
    let pool = path.child("pool");
    let name = str_at(spec, "/pool/name");
    if name.is_empty() {
        errors.required(&pool.child("name"), "");
    } else {
        if name.len() > 253 {
            errors.too_long(&pool.child("name"), 253);
        }
        for part in name.split('/') {
            errors.invalid_all(&pool.child("name"), part, dns1123_subdomain(part));
        }
    }
    let count = i64_at(spec, "/pool/resourceSliceCount").unwrap_or(0);
    if count <= 0 {
        errors.invalid(&pool.child("resourceSliceCount"), count, "must be greater than zero");
    }
    if let Some(generation) = i64_at(spec, "/pool/generation").filter(|generation| *generation < 0) {
        errors.invalid(&pool.child("generation"), generation, "must be greater than or equal to zero");
    }
    let mut set = Vec::new();
    if let Some(node) = at(spec, "/nodeName").as_str() {
        if node.is_empty() {
            errors.invalid(
                &path.child("nodeName"),
                node,
                "must be either unset or set to a non-empty string",
            );
        } else {
            set.push("`nodeName`");
            errors.invalid_all(&path.child("nodeName"), node, dns1123_subdomain(node));
        }
    }
    if !at(spec, "/nodeSelector").is_null() {
        set.push("`nodeSelector`");
    }
    for (field, word) in [("allNodes", "`allNodes`"), ("perDeviceNodeSelection", "`perDeviceNodeSelection`")]
    {
        match at(spec, &format!("/{field}")) {
            Value::Bool(true) => set.push(word),
            Value::Bool(false) => {
                errors.invalid(&path.child(field), false, "must be either unset or set to true");
            }
            _ => {}
        }
    }
    match set.len() {
        0 => errors.required(&path, ONE_OF),
        1 => {}
        _ => {
            let value = format!("{{{}}}", set.join(", "));
            errors.invalid(&path, value, format!("{ONE_OF}, but multiple fields are set"));
        }
    }
    let list = path.child("devices");
    let devices = array_at(spec, "/devices");
    size(devices, 128, &list, errors);
    for (index, device) in devices.iter().enumerate() {
        self::device(device, bool_at(spec, "/perDeviceNodeSelection"), &list.index(index), errors);
    }
    unique(devices, "/name", &list, errors);
}

/// Upstream: `validateDevice`
fn device(device: &Value, chooses_nodes: bool, path: &Path<'_>, errors: &mut Errors) {
    label(str_at(device, "/name"), &path.child("name"), errors);
    let attributes = map_at(device, "/attributes");
    let total = attributes.map_or(0, podground_api::Map::len)
        + map_at(device, "/capacity").map_or(0, podground_api::Map::len);
    if total > 32 {
        let sentence = "the total number of attributes and capacities must not exceed 32";
        errors.invalid(path, total, sentence);
    }
    let list = path.child("attributes");
    for (name, attribute) in attributes.into_iter().flatten() {
        let path = list.key(name);
        qualified(name, &path, errors);
        match attribute.as_object().map_or(0, podground_api::Map::len) {
            0 => errors.invalid(&path, "", "exactly one value must be specified"),
            1 => {}
            _ => errors.invalid(&path, attribute.clone(), "exactly one value must be specified"),
        }
        if str_at(attribute, "/string").len() > 64 {
            errors.too_long(&path.child("string"), 64);
        }
    }
    let list = path.child("capacity");
    for name in map_at(device, "/capacity").into_iter().flat_map(podground_api::Map::keys) {
        qualified(name, &list.key(name), errors);
    }
    let nodes = ["/nodeName", "/nodeSelector", "/allNodes"];
    let set = nodes.iter().filter(|field| !at(device, field).is_null()).count();
    if chooses_nodes && set != 1 {
        let sentence = "exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec";
        errors.required(path, sentence);
    } else if !chooses_nodes && set > 0 {
        let sentence = "`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec";
        errors.invalid(path, Value::Null, sentence);
    }
}

/// `name` or `domain/name`, the name a C identifier.
///
/// Upstream: `validateQualifiedName`
fn qualified(name: &str, path: &Path<'_>, errors: &mut Errors) {
    let id = match name.split_once('/') {
        None => name,
        Some((domain, id)) => {
            if domain.is_empty() {
                errors.required(path, "the domain must not be empty");
            } else {
                errors.invalid_all(path, domain, dns1123_subdomain(domain));
            }
            id
        }
    };
    let starts = id.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    if !starts || !id.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        let sentence = "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName', regex used for validation is '[A-Za-z_][A-Za-z0-9_]*')";
        errors.invalid(path, id, sentence);
    }
    if id.len() > 32 {
        errors.too_long(path, 32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apiserver::field::aggregate;
    use podground_api::json;

    #[test]
    fn claims_and_slices() {
        let mut errors = Errors::new();
        let spec = json!({"devices": {
            "requests": [{"name": "a", "exactly": {"allocationMode": "ExactCount", "count": 0}}, {"name": "a"}],
            "constraints": [{"requests": ["b"], "matchAttribute": "x/y"}],
        }});
        claim(&spec, &Path::new("spec"), &mut errors);
        assert_eq!(
            aggregate(&errors.into_vec()),
            "[spec.devices.requests[0].exactly.deviceClassName: Required value, \
             spec.devices.requests[0].exactly.count: Invalid value: 0: must be greater than zero, \
             spec.devices.requests[1]: Required value: exactly one of `exactly` or `firstAvailable` is required, \
             spec.devices.requests[1]: Duplicate value: \"a\", \
             spec.devices.constraints[0].requests[0]: Invalid value: \"b\": must be the name of a request in the claim \
             or the name of a request and a subrequest separated by '/']"
        );
        let mut errors = Errors::new();
        slice(
            &json!({"spec": {"driver": "gpu.example.com", "devices": [{"name": "a", "attributes": {"t": {}}}]}}),
            &mut errors,
        );
        assert_eq!(
            aggregate(&errors.into_vec()),
            format!(
                "[spec.pool.name: Required value, spec.pool.resourceSliceCount: Invalid value: 0: must be greater than zero, \
                 spec: Required value: {ONE_OF}, spec.devices[0].attributes[t]: Invalid value: \"\": exactly one value must be specified]"
            )
        );
    }
}
