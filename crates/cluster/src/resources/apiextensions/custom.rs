//! Custom resources: from a definition to entries like those of the built-in table.
//!
//! Definitions and what is made of them live as long as the program: there are few, and they seldom change.
//!
//! Upstream: `apiextensions-apiserver/pkg/apiserver/customresource_handler.go`.

mod columns;
mod rules;
mod schema;

use podground_api::object::{array_at, at, bool_at, name, str_at};
use podground_api::{Value, json};
use podground_sim::Time;

use crate::apiserver::field::{Errors, Path};
use crate::resource::{Resource, Strategy};

pub(crate) use columns::{definitions, row};

/// A text that lives as long as the program.
fn keep(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

fn keep_list(list: &[Value]) -> &'static [&'static str] {
    let texts: Vec<&'static str> = list.iter().filter_map(Value::as_str).map(keep).collect();
    Box::leak(texts.into_boxed_slice())
}

/// The resources of a definition: one for each version that is served.
pub(crate) fn resources(definition: &Value) -> Vec<&'static Resource> {
    let definition: &'static Value = Box::leak(Box::new(definition.clone()));
    let names = at(definition, "/spec/names");
    let mut versions: Vec<&Value> =
        array_at(definition, "/spec/versions").iter().filter(|version| bool_at(version, "/served")).collect();
    // The newest comes first in discovery.
    versions.sort_by_key(|version| std::cmp::Reverse(priority(str_at(version, "/name"))));
    versions
        .into_iter()
        .map(|version| {
            let mut subresources = Vec::new();
            for subresource in ["scale", "status"] {
                if !at(version, &format!("/subresources/{subresource}")).is_null() {
                    subresources.push(subresource);
                }
            }
            let base = if str_at(definition, "/spec/scope") == "Cluster" {
                Resource::cluster("", "", "")
            } else {
                Resource::namespaced("", "", "")
            };
            let resource = Resource {
                group: keep(str_at(definition, "/spec/group")),
                version: keep(str_at(version, "/name")),
                kind: keep(str_at(names, "/kind")),
                plural: keep(str_at(names, "/plural")),
                singular: keep(str_at(names, "/singular")),
                short_names: keep_list(array_at(names, "/shortNames")),
                categories: keep_list(array_at(names, "/categories")),
                subresources: Box::leak(subresources.into_boxed_slice()),
                key: keep(name(definition)),
                strategy: Strategy { generation: true, unconditional_update: false, ..Strategy::GENERIC },
                columns: &[],
                row,
                custom: Some(definition),
                ..base
            };
            &*Box::leak(Box::new(resource))
        })
        .collect()
}

/// The rank of a version: stable before beta before alpha, higher numbers first.
fn priority(version: &str) -> (u8, u64, u64) {
    let Some(rest) = version.strip_prefix('v') else { return (0, 0, 0) };
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (major, rest) = rest.split_at(digits);
    let Ok(major) = major.parse() else { return (0, 0, 0) };
    if rest.is_empty() {
        return (3, major, 0);
    }
    for (word, rank) in [("beta", 2), ("alpha", 1)] {
        if let Some(minor) = rest.strip_prefix(word).and_then(|minor| minor.parse().ok()) {
            return (rank, major, minor);
        }
    }
    (0, 0, 0)
}

/// The version of a definition.
fn version<'a>(resource: &Resource) -> Option<&'a Value> {
    let versions = array_at(resource.custom?, "/spec/versions");
    versions.iter().find(|version| str_at(version, "/name") == resource.version)
}

/// The schema of a resource's objects.
fn schema_of(resource: &Resource) -> &'static Value {
    version(resource).map_or(&Value::Null, |version| at(version, "/schema/openAPIV3Schema"))
}

/// Where a field lies that the definition lets field selectors name: `spec.image`.
pub(crate) fn selectable(resource: &Resource, label: &str) -> Option<&'static str> {
    let fields = array_at(version(resource)?, "/selectableFields");
    fields.iter().find(|field| str_at(field, "/jsonPath").trim_start_matches('.') == label)?;
    Some(keep(&format!("/{}", label.replace('.', "/"))))
}

/// Drops the fields that the schema does not know; gives their paths as strict decoding tells them.
pub(crate) fn prune(resource: &Resource, object: &mut Value) -> Vec<String> {
    let mut unknown = Vec::new();
    schema::prune_root(schema_of(resource), object, &mut unknown);
    unknown.into_iter().map(|path| format!("unknown field {path:?}")).collect()
}

/// Fills in the schema's defaults.
pub(crate) fn default(resource: &Resource, object: &mut Value) {
    schema::default(schema_of(resource), object);
}

/// What is wrong by the schema.
pub(crate) fn validate(resource: &Resource, object: &Value, old: Option<&Value>, errors: &mut Errors) {
    let schema = schema_of(resource);
    for (field, value) in object.as_object().into_iter().flatten() {
        if ["apiVersion", "kind", "metadata"].contains(&field.as_str()) {
            continue;
        }
        let property = schema.get("properties").and_then(|properties| properties.get(field));
        if let Some(property) = property {
            schema::validate(property, value, &Path::new(field), errors);
        }
    }
    schema::required(schema, object, None, errors);
    if !rules::any(schema) {
        return;
    }
    if errors.blocks_rules() {
        let sentence = "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation";
        return errors.invalid(&Path::new("<nil>"), Value::Null, sentence);
    }
    rules::validate(schema, object, old, None, errors);
}

/// The status of a definition whose resources are served.
pub(crate) fn established(definition: &Value, now: Time) -> Value {
    let mut status = at(definition, "/status").clone();
    if !status.is_object() {
        status = json!({});
    }
    status["acceptedNames"] = at(definition, "/spec/names").clone();
    let since = |kind: &str| -> Value {
        let known = array_at(definition, "/status/conditions").iter().find(|c| str_at(c, "/type") == kind);
        known.map_or_else(|| now.rfc3339().into(), |condition| at(condition, "/lastTransitionTime").clone())
    };
    status["conditions"] = json!([
        {
            "lastTransitionTime": since("NamesAccepted"),
            "message": "no conflicts found",
            "reason": "NoConflicts",
            "status": "True",
            "type": "NamesAccepted",
        },
        {
            "lastTransitionTime": since("Established"),
            "message": "the initial names have been accepted",
            "reason": "InitialNamesAccepted",
            "status": "True",
            "type": "Established",
        },
    ]);
    status
}
