//! What controllers of pods have in common: a template, a selector, replicas.

use podground_api::object::{array_at, at, i64_at};
use podground_api::{Selector, Value, json};

use super::core::pod::defaults::{absent, child, template};
use super::core::pod::validation::{nonnegative, restart_always, validate_template};
use super::selector::{is_empty, is_readable, validate_label_selector};
use crate::apiserver::field::{Errors, Path};

pub(crate) use super::core::pod::warnings::{controller_warnings, template_warnings};

/// Defaults of the template and of `replicas`.
pub(crate) fn defaults(object: &mut Value, replicas: bool) -> Option<&mut podground_api::Map<String, Value>> {
    let spec = child(object.as_object_mut()?, "spec")?;
    if replicas {
        absent(spec, "replicas", 1);
    }
    template(spec);
    Some(spec)
}

/// The default of a `RollingUpdate` strategy's numbers.
pub(crate) fn rolling_update(strategy: &mut podground_api::Map<String, Value>, numbers: &[(&str, Value)]) {
    if strategy.get("type").and_then(Value::as_str) != Some("RollingUpdate") {
        return;
    }
    if let Some(rolling) = child(strategy, "rollingUpdate") {
        for (field, number) in numbers {
            absent(rolling, field, number.clone());
        }
    }
}

/// Sets the status of a new object.
pub(crate) fn new_status(object: &mut Value, status: Value) {
    if let Value::Object(map) = object {
        map.insert("status".to_owned(), status);
    }
}

/// What is wrong with the selector and the template of a controller of the kind that errors call `kind`.
/// The pods must always be restarted.
pub(crate) fn selector_and_template(
    object: &Value,
    kind: &str,
    before_template: impl FnOnce(&mut Errors),
    errors: &mut Errors,
) {
    let spec = Path::new("spec");
    let selector = at(object, "/spec/selector");
    let path = spec.child("selector");
    if selector.is_null() {
        errors.required(&path, "");
    } else {
        validate_label_selector(selector, &path, errors);
        if is_empty(selector) {
            errors.invalid(&path, selector.clone(), format!("empty selector is invalid for {kind}"));
        }
    }
    before_template(errors);
    if !is_readable(selector) {
        errors.invalid(&path, selector.clone(), "invalid label selector");
        return;
    }
    let template = at(object, "/spec/template");
    let template_path = spec.child("template");
    // No selector selects nothing, not even the template.
    let parsed = Selector::from_label_selector(selector).unwrap_or_else(nothing);
    let claims = array_at(object, "/spec/volumeClaimTemplates");
    validate_template(template, &parsed, claims, &template_path, errors);
    restart_always(template, &template_path, errors);
}

/// A selector that selects nothing.
fn nothing() -> Selector {
    let requirement = podground_api::selector::Requirement {
        key: String::new(),
        operator: podground_api::selector::Operator::Exists,
        values: Vec::new(),
    };
    Selector { requirements: vec![requirement] }
}

/// Numbers in `spec` that must not be negative.
pub(crate) fn nonnegatives(object: &Value, fields: &[&str], errors: &mut Errors) {
    let spec = Path::new("spec");
    for field in fields {
        nonnegative(at(object, "/spec"), field, &spec, errors);
    }
}

/// Refuses a change of a field of `spec`.
pub(crate) fn immutable(new: &Value, old: &Value, field: &str, errors: &mut Errors) {
    let pointer = format!("/spec/{field}");
    let value = at(new, &pointer);
    if value != at(old, &pointer) {
        errors.invalid(&Path::new("spec").child(field), value.clone(), "field is immutable");
    }
}

/// What is wrong with a number or a percentage.
pub(crate) fn int_or_percent(value: &Value, path: &Path<'_>, errors: &mut Errors) {
    match value {
        Value::String(text) => {
            let digits = text.strip_suffix('%').unwrap_or_default();
            if digits.is_empty() || !digits.chars().all(|digit| digit.is_ascii_digit()) {
                errors.invalid(
                    path,
                    text.as_str(),
                    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
                );
            }
        }
        Value::Number(number) => {
            if let Some(number) = number.as_i64().filter(|number| *number < 0) {
                errors.invalid(path, number, "must be greater than or equal to 0");
            }
        }
        _ => {}
    }
}

/// A number or a percentage as a share of `whole`.
pub(crate) fn percent_over(value: &Value, limit: i64) -> bool {
    let text = value.as_str().unwrap_or_default();
    text.strip_suffix('%')
        .and_then(|digits| digits.parse::<i64>().ok())
        .is_some_and(|percent| percent > limit)
}

/// Whether a number or percentage is zero.
pub(crate) fn is_zero(value: &Value) -> bool {
    value.as_i64() == Some(0)
        || value.as_str().is_some_and(|text| text.trim_end_matches('%').parse() == Ok(0))
}

/// The cell of a number in the status, zero if absent.
pub(crate) fn number(object: &Value, pointer: &str) -> Value {
    json!(i64_at(object, pointer).unwrap_or(0))
}
