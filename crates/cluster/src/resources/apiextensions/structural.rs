//! What is wrong with the schema in a definition.
//!
//! Upstream: `apiextensions-apiserver/pkg/apiserver/schema/validation.go`,
//! `pkg/apis/apiextensions/validation/validation.go ValidateCustomResourceDefinitionOpenAPISchema`.

use podground_api::Value;
use podground_api::object::{array_at, at, bool_at, str_at};

use crate::apiserver::field::{Errors, Path};

const TYPES: &[&str] = &["array", "boolean", "integer", "number", "object", "string"];

/// Checks a schema; `root` is that of a whole object.
pub(super) fn validate(schema: &Value, root: bool, path: &Path<'_>, errors: &mut Errors) {
    let kind = str_at(schema, "/type");
    let any_type = bool_at(schema, "/x-kubernetes-int-or-string")
        || bool_at(schema, "/x-kubernetes-preserve-unknown-fields") && !root;
    if kind.is_empty() {
        if root {
            errors.required(&path.child("type"), "must not be empty at the root");
        } else if !any_type {
            errors.required(&path.child("type"), "must not be empty for specified object fields");
        }
    } else if !TYPES.contains(&kind) {
        errors.not_supported(&path.child("type"), kind, TYPES);
    } else if root && kind != "object" {
        errors.invalid(&path.child("type"), kind, "must be object at the root");
    }
    let (properties, additional) = (at(schema, "/properties"), at(schema, "/additionalProperties"));
    if !properties.is_null() && !additional.is_null() {
        errors.forbidden(
            &path.child("additionalProperties"),
            "additionalProperties and properties are mutual exclusive",
        );
    }
    if additional == &Value::Bool(false) {
        errors.forbidden(&path.child("additionalProperties"), "additionalProperties cannot be set to false");
    }
    if bool_at(schema, "/uniqueItems") {
        let sentence = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic";
        errors.forbidden(&path.child("uniqueItems"), sentence);
    }
    if kind == "array" && at(schema, "/items").is_null() {
        errors.required(&path.child("items"), "must be specified");
    }
    if !at(schema, "/$ref").is_null() {
        errors.forbidden(&path.child("$ref"), "$ref is not supported");
    }
    let list_type = str_at(schema, "/x-kubernetes-list-type");
    if !list_type.is_empty() {
        if kind != "array" {
            let sentence = "must be array if x-kubernetes-list-type is specified";
            errors.invalid(&path.child("type"), kind, sentence);
        }
        if !["atomic", "set", "map"].contains(&list_type) {
            let path = path.child("x-kubernetes-list-type");
            errors.not_supported(&path, list_type, &["atomic", "map", "set"]);
        }
    }
    if list_type == "map" && array_at(schema, "/x-kubernetes-list-map-keys").is_empty() {
        let path = path.child("x-kubernetes-list-map-keys");
        errors.required(&path, "must not be empty if x-kubernetes-list-type is map");
    }
    let pattern = str_at(schema, "/pattern");
    if !pattern.is_empty() && regex_lite::Regex::new(pattern).is_err() {
        errors.invalid(&path.child("pattern"), pattern, "must be a valid regular expression");
    }
    let rules = path.child("x-kubernetes-validations");
    for (index, rule) in array_at(schema, "/x-kubernetes-validations").iter().enumerate() {
        let (path, text) = (rules.index(index), str_at(rule, "/rule"));
        if text.trim().is_empty() {
            errors.required(&path.child("rule"), "rule is not specified");
        } else if let Err(why) = crate::cel::parse(text) {
            errors.invalid(&path.child("rule"), text, format!("compilation failed: ERROR: <input>: {why}"));
        }
    }
    let list = path.child("properties");
    for (name, property) in properties.as_object().into_iter().flatten() {
        if root && name == "metadata" {
            continue;
        }
        validate(property, false, &list.key(name), errors);
    }
    if additional.is_object() {
        validate(additional, false, &path.child("additionalProperties"), errors);
    }
    if at(schema, "/items").is_object() {
        validate(at(schema, "/items"), false, &path.child("items"), errors);
    }
}
