//! Objects against a structural OpenAPI schema: pruning, defaults, validation.
//!
//! Upstream: `apiextensions-apiserver/pkg/apiserver/schema/{pruning,defaulting}`, `pkg/apiserver/validation`,
//! whose sentences come from `kube-openapi/pkg/validation`.

use podground_api::object::{array_at, at, bool_at, str_at};
use podground_api::{Map, Value};

use crate::apiserver::field::{Errors, Path};

/// Drops unknown fields of an object; what all objects have stays.
pub(super) fn prune_root(schema: &Value, object: &mut Value, unknown: &mut Vec<String>) {
    if bool_at(schema, "/x-kubernetes-preserve-unknown-fields") {
        return;
    }
    let Some(map) = object.as_object_mut() else { return };
    let properties = at(schema, "/properties");
    map.retain(|field, value| {
        if ["apiVersion", "kind", "metadata"].contains(&field.as_str()) {
            return true;
        }
        match properties.get(field) {
            Some(property) => {
                prune(property, value, field, unknown);
                true
            }
            None => {
                unknown.push(field.clone());
                false
            }
        }
    });
}

fn prune(schema: &Value, value: &mut Value, path: &str, unknown: &mut Vec<String>) {
    if bool_at(schema, "/x-kubernetes-embedded-resource") {
        return;
    }
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                prune(at(schema, "/items"), item, &format!("{path}[{index}]"), unknown);
            }
        }
        Value::Object(map) => {
            let preserve = bool_at(schema, "/x-kubernetes-preserve-unknown-fields");
            let properties = at(schema, "/properties");
            let additional = at(schema, "/additionalProperties");
            map.retain(|field, value| {
                let path = format!("{path}.{field}");
                if let Some(property) = properties.get(field) {
                    prune(property, value, &path, unknown);
                    return true;
                }
                match additional {
                    Value::Object(_) => {
                        prune(additional, value, &path, unknown);
                        true
                    }
                    Value::Bool(true) => true,
                    _ if preserve => true,
                    _ => {
                        unknown.push(path);
                        false
                    }
                }
            });
        }
        _ => {}
    }
}

/// Fills in defaults.
pub(super) fn default(schema: &Value, value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (field, property) in at(schema, "/properties").as_object().into_iter().flatten() {
                let nullable = bool_at(property, "/nullable");
                let absent = match map.get(field) {
                    None => true,
                    Some(value) => value.is_null() && !nullable,
                };
                if let Some(wanted) = property.get("default").filter(|_| absent) {
                    map.insert(field.clone(), wanted.clone());
                }
                if let Some(value) = map.get_mut(field) {
                    default(property, value);
                }
            }
            let additional = at(schema, "/additionalProperties");
            if additional.is_object() {
                map.values_mut().for_each(|value| default(additional, value));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| default(at(schema, "/items"), item)),
        _ => {}
    }
}

/// The fields of an object that must be there.
pub(super) fn required(schema: &Value, object: &Value, path: Option<&Path<'_>>, errors: &mut Errors) {
    for field in array_at(schema, "/required").iter().filter_map(Value::as_str) {
        if object.get(field).is_some() {
            continue;
        }
        match path {
            Some(path) => errors.required(&path.child(field), ""),
            None => errors.required(&Path::new(field), ""),
        }
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// What is wrong with a value.
pub(super) fn validate(schema: &Value, value: &Value, path: &Path<'_>, errors: &mut Errors) {
    if value.is_null() && bool_at(schema, "/nullable") {
        return;
    }
    let wanted = str_at(schema, "/type");
    let found = type_of(value);
    if bool_at(schema, "/x-kubernetes-int-or-string") {
        if !["integer", "string"].contains(&found) {
            let body =
                format!("Invalid value: {found:?}: {path} in body must be of type integer,string: {found:?}");
            errors.push(path, "FieldValueTypeInvalid", body);
        }
    } else if !wanted.is_empty() && wanted != found && !(wanted == "number" && found == "integer") {
        let body = format!("Invalid value: {found:?}: {path} in body must be of type {wanted}: {found:?}");
        errors.push(path, "FieldValueTypeInvalid", body);
        return;
    }
    let allowed = array_at(schema, "/enum");
    if !allowed.is_empty() && !allowed.contains(value) {
        let words: Vec<String> = allowed.iter().map(Value::to_string).collect();
        let body = format!("Unsupported value: {value}: supported values: {}", words.join(", "));
        errors.push(path, "FieldValueNotSupported", body);
    }
    match value {
        Value::Object(map) => object(schema, map, value, path, errors),
        Value::Array(items) => array(schema, items, path, errors),
        Value::String(text) => string(schema, text, path, errors),
        Value::Number(number) => {
            if let Some(number) = number.as_f64() {
                limits(schema, number, value, path, errors);
            }
        }
        _ => {}
    }
}

fn object(schema: &Value, map: &Map<String, Value>, value: &Value, path: &Path<'_>, errors: &mut Errors) {
    let properties = at(schema, "/properties");
    let additional = at(schema, "/additionalProperties");
    for (field, value) in map {
        if let Some(property) = properties.get(field) {
            validate(property, value, &path.child(field), errors);
        } else if additional.is_object() {
            validate(additional, value, &path.child(field), errors);
        }
    }
    required(schema, value, Some(path), errors);
    count(schema, "minProperties", "maxProperties", map.len(), "properties", path, errors);
}

fn array(schema: &Value, items: &[Value], path: &Path<'_>, errors: &mut Errors) {
    for (index, item) in items.iter().enumerate() {
        validate(at(schema, "/items"), item, &path.index(index), errors);
    }
    count(schema, "minItems", "maxItems", items.len(), "items", path, errors);
}

fn count(
    schema: &Value,
    min: &str,
    max: &str,
    count: usize,
    what: &str,
    path: &Path<'_>,
    errors: &mut Errors,
) {
    let limit = |field: &str| schema.get(field).and_then(Value::as_u64).map(|limit| limit as usize);
    if let Some(max) = limit(max).filter(|max| count > *max) {
        let body = format!("Too many: {count}: must have at most {max} {what}");
        errors.push(path, "FieldValueTooMany", body);
    }
    if let Some(min) = limit(min).filter(|min| count < *min) {
        let sentence = format!("{path} in body should have at least {min} {what}");
        errors.invalid(path, count, sentence);
    }
}

fn string(schema: &Value, text: &str, path: &Path<'_>, errors: &mut Errors) {
    let length = text.chars().count();
    let limit = |field: &str| schema.get(field).and_then(Value::as_u64).map(|limit| limit as usize);
    if let Some(max) = limit("maxLength").filter(|max| length > *max) {
        let body = format!("Too long: may not be more than {max} bytes");
        errors.push(path, "FieldValueTooLong", body);
    }
    if let Some(min) = limit("minLength").filter(|min| length < *min) {
        errors.invalid(path, text, format!("{path} in body should be at least {min} chars long"));
    }
    let format = str_at(schema, "/format");
    if !has_format(format, text) {
        let body = format!("Invalid value: {text:?}: {path} in body must be of type {format}: {text:?}");
        errors.push(path, "FieldValueInvalid", body);
    }
    let pattern = str_at(schema, "/pattern");
    if !pattern.is_empty() && regex_lite::Regex::new(pattern).is_ok_and(|regex| !regex.is_match(text)) {
        errors.invalid(path, text, format!("{path} in body should match '{pattern}'"));
    }
}

fn limits(schema: &Value, number: f64, value: &Value, path: &Path<'_>, errors: &mut Errors) {
    let limit = |field: &str| schema.get(field).and_then(Value::as_f64);
    if let Some(max) = limit("maximum") {
        let exclusive = bool_at(schema, "/exclusiveMaximum");
        if number > max || exclusive && number >= max {
            let words = if exclusive { "less than" } else { "less than or equal to" };
            errors.invalid(path, value.clone(), format!("{path} in body should be {words} {max}"));
        }
    }
    if let Some(min) = limit("minimum") {
        let exclusive = bool_at(schema, "/exclusiveMinimum");
        if number < min || exclusive && number <= min {
            let words = if exclusive { "greater than" } else { "greater than or equal to" };
            errors.invalid(path, value.clone(), format!("{path} in body should be {words} {min}"));
        }
    }
    if let Some(step) = limit("multipleOf").filter(|step| *step > 0.0 && number % *step != 0.0) {
        errors.invalid(path, value.clone(), format!("{path} in body should be a multiple of {step}"));
    }
}

/// Whether a text is of a format; formats that are not known say nothing.
///
/// Upstream: `apiextensions-apiserver/pkg/apiserver/validation/formats.go`
fn has_format(format: &str, text: &str) -> bool {
    let digits = |text: &str, length: usize| text.len() == length && text.bytes().all(|c| c.is_ascii_digit());
    let date = |text: &str| {
        let parts: Vec<&str> = text.split('-').collect();
        matches!(parts.as_slice(), [year, month, day] if digits(year, 4) && digits(month, 2) && digits(day, 2)
            && (1..=12).contains(&month.parse().unwrap_or(0)) && (1..=31).contains(&day.parse().unwrap_or(0)))
    };
    match format {
        "date-time" | "datetime" => podground_sim::Time::parse_rfc3339(text).is_some(),
        "date" => date(text),
        "ipv4" => text.parse::<std::net::Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<std::net::Ipv6Addr>().is_ok(),
        "cidr" => text.split_once('/').is_some_and(|(ip, bits)| {
            bits.parse::<u8>().is_ok_and(|bits| match ip.parse::<std::net::IpAddr>() {
                Ok(std::net::IpAddr::V4(_)) => bits <= 32,
                Ok(std::net::IpAddr::V6(_)) => bits <= 128,
                Err(_) => false,
            })
        }),
        "mac" => {
            text.split([':', '-']).count() == 6
                && text.split([':', '-']).all(|part| u8::from_str_radix(part, 16).is_ok())
        }
        "uuid" | "uuid3" | "uuid4" | "uuid5" => {
            let parts: Vec<usize> = text.split('-').map(str::len).collect();
            parts == [8, 4, 4, 4, 12] && text.bytes().all(|c| c == b'-' || c.is_ascii_hexdigit())
        }
        "hostname" => podground_api::validation::dns1123_subdomain(&text.to_lowercase()).is_empty(),
        "email" => text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty()),
        "uri" => {
            text.split_once("://").is_some_and(|(scheme, rest)| !scheme.is_empty() && !rest.is_empty())
                || text.starts_with('/')
        }
        "byte" => {
            use base64::Engine;
            base64::engine::general_purpose::STANDARD.decode(text).is_ok()
        }
        "duration" => podground_api::duration::parse_go(text).is_some(),
        _ => true,
    }
}
