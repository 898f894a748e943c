//! The OpenAPI v3 documents: one per group and version, with the schemas of its kinds and what they refer to.
//!
//! Upstream: `kube-openapi/pkg/builder3`, for custom resources `apiextensions-apiserver/pkg/controller/openapi/builder`.

use std::collections::{BTreeMap, BTreeSet};

use podground_api::object::{array_at, at, str_at};
use podground_api::schema::{Field, FieldType, Schema};
use podground_api::{Map, Response, Status, Value, json};

use super::{ApiServer, errors};
use crate::resources::apiextensions::custom_resource_definition::CUSTOM_RESOURCE_DEFINITION;

/// Whether a path is that of a document.
pub(super) fn is_document(path: &str) -> bool {
    path.strip_prefix("/openapi/v3/").is_some_and(|rest| !rest.is_empty())
}

/// The document of `api/v1` or `apis/apps/v1`.
pub(super) fn document(api: &ApiServer, path: &str) -> Result<Response, Status> {
    let (group, version) = match path.split('/').collect::<Vec<_>>()[..] {
        ["api", version] => ("", version),
        ["apis", group, version] => (group, version),
        _ => return Err(errors::unknown_path()),
    };
    let mut resources =
        api.resources().filter(|resource| resource.group == group && resource.version == version).peekable();
    if resources.peek().is_none() {
        return Err(errors::unknown_path());
    }
    let Some(texts) = api.0.descriptions.get() else {
        return Err(errors::unavailable("the descriptions of fields could not be loaded"));
    };
    let schema = Schema::builtin();
    let mut schemas = Map::new();
    let mut wanted = BTreeSet::new();
    let mut paths = Map::new();
    let api_version = if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") };
    for resource in resources {
        let identity = json!({ "group": group, "version": version, "kind": resource.kind });
        let scope = if resource.namespaced { "namespaces/{namespace}/" } else { "" };
        let place = format!("/{path}/{scope}{}", resource.plural);
        paths.insert(place, json!({ "get": { "x-kubernetes-group-version-kind": identity } }));
        match schema.kind(&api_version, resource.kind) {
            Some(t) => {
                wanted.insert(t.name.clone());
            }
            None => {
                if let Some(mut value) = custom(api, group, version, resource.plural) {
                    value["x-kubernetes-group-version-kind"] = json!([identity]);
                    let reversed: Vec<&str> = group.rsplit('.').collect();
                    schemas.insert(format!("{}.{version}.{}", reversed.join("."), resource.kind), value);
                    wanted.insert("meta.v1.ObjectMeta".to_owned());
                }
            }
        }
    }
    let mut done = BTreeSet::new();
    while let Some(name) = wanted.pop_first() {
        if done.insert(name.clone()) {
            let value = component(schema, texts, &name, &mut wanted);
            schemas.insert(full_name(&name), value);
        }
    }
    let document = json!({
        "openapi": "3.0.0",
        "info": { "title": "Kubernetes", "version": super::discovery::VERSION },
        "paths": paths,
        "components": { "schemas": schemas },
    });
    Ok(Response::json(200, document))
}

/// The descriptions by type and, below that, by field; a type's own is under `""`.
pub(super) struct Texts(BTreeMap<&'static str, BTreeMap<&'static str, Text>>);

/// What is said of a type or a field.
struct Text {
    /// In words; line breaks are written `\n`.
    description: &'static str,
    /// The only values that it may have, between bars.
    values: Option<&'static str>,
}

impl Texts {
    /// Reads the table.
    pub(super) fn read(text: &'static str) -> Self {
        let mut types: BTreeMap<&str, BTreeMap<&str, Text>> = BTreeMap::new();
        let mut current = "";
        for (name, text) in text.lines().filter_map(|line| line.split_once('\t')) {
            let (field, values) = match name.split_once(' ') {
                Some(("T", name)) => {
                    current = name;
                    ("", None)
                }
                Some((name, values)) => (name, Some(values)),
                None => (name, None),
            };
            types.entry(current).or_default().insert(field, Text { description: text, values });
        }
        Self(types)
    }

    fn text(&self, name: &str, field: &str) -> Option<&Text> {
        self.0.get(name)?.get(field)
    }

    fn values(&self, name: &str, field: &str) -> Option<Vec<&'static str>> {
        Some(self.text(name, field)?.values?.split('|').collect())
    }

    fn get(&self, name: &str, field: &str) -> Option<String> {
        let text = self.text(name, field).map(|text| text.description).filter(|text| !text.is_empty())?;
        let mut result = String::new();
        let mut rest = text.chars();
        while let Some(c) = rest.next() {
            match c {
                '\\' if rest.as_str().starts_with('n') => {
                    rest.next();
                    result.push('\n');
                }
                '\\' => result.extend(rest.next()),
                c => result.push(c),
            }
        }
        Some(result)
    }
}

/// The name in OpenAPI of a type of the tables.
fn full_name(short: &str) -> String {
    match short.split('.').next() {
        Some("meta") => format!("io.k8s.apimachinery.pkg.apis.{short}"),
        Some("api" | "util") => format!("io.k8s.apimachinery.pkg.{short}"),
        Some("apiextensions") => format!("io.k8s.apiextensions-apiserver.pkg.apis.{short}"),
        _ => format!("io.k8s.api.{short}"),
    }
}

fn component(schema: &Schema, texts: &Texts, name: &str, wanted: &mut BTreeSet<String>) -> Value {
    let mut value = Map::new();
    if let Some(text) = texts.get(name, "") {
        value.insert("description".to_owned(), text.into());
    }
    let Some(t) = schema.get(name) else {
        match name {
            "api.resource.Quantity" | "util.intstr.IntOrString" => {
                let either = json!([{ "type": "string" }, { "type": if name.starts_with("api") { "number" } else { "integer" } }]);
                value.insert("oneOf".to_owned(), either);
            }
            _ => {
                value.insert("type".to_owned(), "string".into());
                value.insert("format".to_owned(), "date-time".into());
            }
        }
        return Value::Object(value);
    };
    value.insert("type".to_owned(), "object".into());
    // The table calls every kind's metadata required, as its source does: its Rust type is no option.
    let required: Vec<&str> = t
        .fields
        .values()
        .filter(|field| field.required && !(t.kind.is_some() && field.name == "metadata"))
        .map(|field| field.name.as_str())
        .collect();
    if !required.is_empty() {
        value.insert("required".to_owned(), json!(required));
    }
    let properties: Map<String, Value> = t
        .fields
        .values()
        .map(|field| {
            let mut value = property(field, texts.get(name, &field.name), wanted);
            if let Some(values) = texts.values(name, &field.name) {
                value["enum"] = json!(values);
            }
            (field.name.clone(), value)
        })
        .collect();
    value.insert("properties".to_owned(), Value::Object(properties));
    if let Some(kind) = &t.kind {
        let identity = json!([{ "group": kind.group, "version": kind.version, "kind": kind.kind }]);
        value.insert("x-kubernetes-group-version-kind".to_owned(), identity);
    }
    Value::Object(value)
}

fn property(field: &Field, description: Option<String>, wanted: &mut BTreeSet<String>) -> Value {
    let mut value = type_value(&field.field_type, wanted);
    if let Some(reference) = value.get_mut("$ref").map(Value::take) {
        // Beside a reference nothing else may stand.
        value = json!({ "allOf": [{ "$ref": reference }] });
    }
    if let Some(text) = description {
        value["description"] = text.into();
    }
    value
}

fn type_value(field_type: &FieldType, wanted: &mut BTreeSet<String>) -> Value {
    let mut reference = |name: &str| {
        wanted.insert(name.to_owned());
        json!({ "$ref": format!("#/components/schemas/{}", full_name(name)) })
    };
    match field_type {
        FieldType::String => json!({ "type": "string" }),
        FieldType::Bool => json!({ "type": "boolean" }),
        FieldType::Int32 => json!({ "type": "integer", "format": "int32" }),
        FieldType::Int64 => json!({ "type": "integer", "format": "int64" }),
        FieldType::Double => json!({ "type": "number", "format": "double" }),
        FieldType::Bytes => json!({ "type": "string", "format": "byte" }),
        FieldType::Any => json!({ "type": "object" }),
        FieldType::Time => reference("meta.v1.Time"),
        FieldType::MicroTime => reference("meta.v1.MicroTime"),
        FieldType::Quantity => reference("api.resource.Quantity"),
        FieldType::IntOrString => reference("util.intstr.IntOrString"),
        FieldType::Object(name) => reference(name),
        FieldType::Array(inner) => json!({ "type": "array", "items": type_value(inner, wanted) }),
        FieldType::Map(inner) => {
            json!({ "type": "object", "additionalProperties": type_value(inner, wanted) })
        }
    }
}

/// The schema of a custom resource, with what all objects have.
fn custom(api: &ApiServer, group: &str, version: &str, plural: &str) -> Option<Value> {
    let store = api.store();
    let definition = store.list(CUSTOM_RESOURCE_DEFINITION.key, None).find(|definition| {
        str_at(definition, "/spec/group") == group && str_at(definition, "/spec/names/plural") == plural
    })?;
    let versions = array_at(definition, "/spec/versions");
    let version = versions.iter().find(|entry| str_at(entry, "/name") == version)?;
    let mut value = match at(version, "/schema/openAPIV3Schema") {
        Value::Object(map) => Value::Object(map.clone()),
        _ => json!({ "type": "object" }),
    };
    let text = |name: &str, field: &str| {
        api.0.descriptions.get().and_then(|texts| texts.get(name, field)).unwrap_or_default()
    };
    // All types have these with the same words.
    for (field, name) in [("apiVersion", "core.v1.Pod"), ("kind", "core.v1.Pod")] {
        value["properties"][field] = json!({ "type": "string", "description": text(name, field) });
    }
    value["properties"]["metadata"] = json!({
        "allOf": [{ "$ref": format!("#/components/schemas/{}", full_name("meta.v1.ObjectMeta")) }],
        "description": text("core.v1.Pod", "metadata"),
    });
    Some(value)
}
