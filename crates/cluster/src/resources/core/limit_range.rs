//! Limit ranges.
//!
//! Upstream: `pkg/apis/core/v1/defaults.go SetDefaults_LimitRangeItem`,
//! `pkg/apis/core/validation/validation.go ValidateLimitRange`.

use std::collections::BTreeSet;

use podground_api::object::{array_at, at, map_at, str_at};
use podground_api::{Quantity, Value};

use super::pod::defaults::{absent, child, items, present};
use crate::apiserver::field::{Errors, Path};
use crate::resource::{NAME, Resource, Strategy, column};
use crate::resources::name_cell;

/// `limitranges`.
pub static LIMIT_RANGE: Resource = Resource {
    short_names: &["limits"],
    strategy: Strategy {
        default,
        validate,
        validate_update: |new, _, errors| validate(new, errors),
        ..Strategy::GENERIC
    },
    columns: &[NAME, column("Created At")],
    row: |object, _| vec![name_cell(object), at(object, "/metadata/creationTimestamp").clone()],
    ..Resource::namespaced("", "v1", "LimitRange").named("limitranges", "limitrange", "limitranges")
};

fn default(object: &mut Value) {
    let spec = object.as_object_mut().and_then(|range| present(range, "spec"));
    let Some(spec) = spec else { return };
    for item in items(spec, "limits") {
        if item.get("type").and_then(Value::as_str) != Some("Container") {
            continue;
        }
        // What is most is the default, and what is the default is requested; else what is least.
        for (from, to) in [("max", "default"), ("default", "defaultRequest"), ("min", "defaultRequest")] {
            let Some(Value::Object(values)) = item.get(from).cloned() else { continue };
            let Some(target) = child(item, to) else { continue };
            for (name, value) in values {
                absent(target, &name, value);
            }
        }
    }
}

fn validate(object: &Value, errors: &mut Errors) {
    let spec = Path::new("spec");
    let list = spec.child("limits");
    let mut types = BTreeSet::new();
    for (index, item) in array_at(object, "/spec/limits").iter().enumerate() {
        let path = list.index(index);
        let kind = str_at(item, "/type");
        if kind.is_empty() {
            errors.required(&path.child("type"), "");
        }
        if !types.insert(kind) {
            errors.duplicate(&path.child("type"), kind);
        }
        let value = |field: &str, name: &str| -> Option<(String, Quantity)> {
            let text = map_at(item, &format!("/{field}"))?.get(name)?.as_str()?;
            Some((text.to_owned(), Quantity::parse(text).ok()?))
        };
        let mut names = BTreeSet::new();
        for field in ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"] {
            names.extend(map_at(item, &format!("/{field}")).into_iter().flatten().map(|(name, _)| name));
        }
        for name in names {
            for (low, high) in [
                ("min", "max"),
                ("defaultRequest", "max"),
                ("min", "default"),
                ("min", "defaultRequest"),
                ("default", "max"),
                ("defaultRequest", "default"),
            ] {
                let (Some((low_text, low_value)), Some((high_text, high_value))) =
                    (value(low, name), value(high, name))
                else {
                    continue;
                };
                if low_value > high_value {
                    let (field, shown, sentence) = if low == "min" && high == "max" {
                        (
                            "min",
                            low_text.clone(),
                            format!("min value {low_text} is greater than max value {high_text}"),
                        )
                    } else if low == "min" {
                        (
                            high,
                            low_text.clone(),
                            format!("min value {low_text} is greater than {} value {high_text}", title(high)),
                        )
                    } else {
                        (
                            low,
                            low_text.clone(),
                            format!(
                                "{} value {low_text} is greater than {} value {high_text}",
                                title(low),
                                title(high)
                            ),
                        )
                    };
                    let field_path = path.child(field);
                    errors.invalid(&field_path.key(name), shown, sentence);
                }
            }
        }
    }
}

fn title(field: &str) -> &str {
    match field {
        "defaultRequest" => "default request",
        other => other,
    }
}
