//! The rules of a schema: `x-kubernetes-validations`.
//!
//! Upstream: `apiextensions-apiserver/pkg/apiserver/schema/cel/validation.go`.

use std::collections::BTreeMap;

use podground_api::Value;
use podground_api::object::{array_at, at, bool_at, str_at};

use crate::apiserver::field::{Errors, Path};
use crate::cel;

/// Whether a schema has rules anywhere.
pub(super) fn any(schema: &Value) -> bool {
    !array_at(schema, "/x-kubernetes-validations").is_empty() || children(schema).any(any)
}

fn children(schema: &Value) -> impl Iterator<Item = &Value> {
    let properties = at(schema, "/properties").as_object();
    properties
        .into_iter()
        .flat_map(podground_api::Map::values)
        .chain([at(schema, "/items"), at(schema, "/additionalProperties")])
        .filter(|schema| schema.is_object())
}

/// Evaluates the rules of a value and of all within it. `old` is the present value, if there is one.
pub(super) fn validate(
    schema: &Value,
    value: &Value,
    old: Option<&Value>,
    path: Option<&Path<'_>>,
    errors: &mut Errors,
) {
    if value.is_null() && bool_at(schema, "/nullable") {
        return;
    }
    for rule in array_at(schema, "/x-kubernetes-validations") {
        one(schema, rule, value, old, path, errors);
    }
    let properties = at(schema, "/properties");
    let additional = at(schema, "/additionalProperties");
    for (name, value) in value.as_object().into_iter().flatten() {
        if path.is_none() && name == "metadata" {
            continue;
        }
        let old = old.and_then(|old| old.get(name));
        let (schema, known) = match properties.get(name) {
            Some(property) => (property, true),
            None => (additional, false),
        };
        if !schema.is_object() {
            continue;
        }
        match path {
            None => validate(schema, value, old, Some(&Path::new(name)), errors),
            Some(path) if known => validate(schema, value, old, Some(&path.child(name)), errors),
            Some(path) => validate(schema, value, old, Some(&path.key(name)), errors),
        }
    }
    let items = at(schema, "/items");
    if let (Some(path), Some(list)) = (path, value.as_array()) {
        for (index, item) in list.iter().enumerate() {
            let old = partner(schema, item, old);
            validate(items, item, old, Some(&path.index(index)), errors);
        }
    }
}

/// The old item that an item continues, where the list's keys say it.
fn partner<'a>(schema: &Value, item: &Value, old: Option<&'a Value>) -> Option<&'a Value> {
    let keys = array_at(schema, "/x-kubernetes-list-map-keys");
    if keys.is_empty() {
        return None;
    }
    let same = |old: &&Value| keys.iter().filter_map(Value::as_str).all(|key| old.get(key) == item.get(key));
    old?.as_array()?.iter().find(same)
}

fn one(
    schema: &Value,
    rule: &Value,
    value: &Value,
    old: Option<&Value>,
    path: Option<&Path<'_>>,
    errors: &mut Errors,
) {
    let text = str_at(rule, "/rule").trim();
    let expression = match cel::parse(text) {
        Ok(expression) => expression,
        Err(why) => return push(rule, schema, path, &format!("rule compile error: {why}"), errors),
    };
    let mut variables = BTreeMap::from([("self".to_owned(), value.clone())]);
    if cel::mentions(&expression, "oldSelf") {
        let optional = bool_at(rule, "/optionalOldSelf");
        match old {
            Some(old) => variables.insert("oldSelf".to_owned(), old.clone()),
            None if optional => variables.insert("oldSelf".to_owned(), Value::Null),
            // A rule about a transition says nothing of what is new.
            None => return,
        };
    }
    let message = || {
        let computed = str_at(rule, "/messageExpression");
        let computed = (!computed.is_empty())
            .then(|| cel::parse(computed).and_then(|computed| cel::evaluate(&computed, &variables)).ok())
            .flatten()
            .and_then(|computed| computed.as_str().map(str::to_owned));
        match (computed, str_at(rule, "/message")) {
            (Some(computed), _) => computed,
            (None, "") => format!("failed rule: {text}"),
            (None, message) => message.to_owned(),
        }
    };
    match cel::evaluate(&expression, &variables) {
        Ok(Value::Bool(true)) => {}
        Ok(_) => push(rule, schema, path, &message(), errors),
        Err(why) => push(rule, schema, path, &format!("{why} evaluating rule: {}", message()), errors),
    }
}

fn push(rule: &Value, schema: &Value, path: Option<&Path<'_>>, message: &str, errors: &mut Errors) {
    let field = str_at(rule, "/fieldPath").trim_start_matches('.').to_owned();
    let nothing = Path::new("<nil>");
    let place = path.unwrap_or(&nothing);
    let child = Path::new(&field);
    let inner = place.child(&field);
    let place = match (field.is_empty(), path) {
        (true, _) => place,
        (false, None) => &child,
        (false, Some(_)) => &inner,
    };
    let kind = str_at(schema, "/type");
    match str_at(rule, "/reason") {
        "FieldValueRequired" => errors.required(place, message),
        "FieldValueForbidden" => errors.forbidden(place, message),
        "FieldValueDuplicate" => errors.duplicate(place, kind),
        _ => errors.invalid(place, kind, message),
    }
}
