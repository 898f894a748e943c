//! Definitions of custom resources.
//!
//! Upstream: `apiextensions-apiserver/pkg/apis/apiextensions/{v1/defaults.go,validation}`,
//! `pkg/registry/customresourcedefinition/strategy.go`.

use podground_api::object::{array_at, at, bool_at, name, str_at};
use podground_api::validation::dns1123_label;
use podground_api::{Value, json};

use super::structural;
use crate::apiserver::context::Context;
use crate::apiserver::field::{Errors, Path};
use crate::resource::{NAME, Resource, Strategy, column};
use crate::resources::core::pod::defaults::{absent, child, items};
use crate::resources::{name_cell, workload};

/// `customresourcedefinitions` of `apiextensions.k8s.io`.
pub static CUSTOM_RESOURCE_DEFINITION: Resource = Resource {
    short_names: &["crd", "crds"],
    categories: &["api-extensions"],
    subresources: &["status"],
    strategy: Strategy {
        default,
        prepare_create,
        validate,
        validate_update: |new, _, errors| validate(new, errors),
        generation: true,
        ..Strategy::GENERIC
    },
    columns: &[NAME, column("Created At")],
    row: |object, _| vec![name_cell(object), at(object, "/metadata/creationTimestamp").clone()],
    ..Resource::cluster("apiextensions.k8s.io", "v1", "CustomResourceDefinition").named(
        "customresourcedefinitions",
        "customresourcedefinition",
        "customresourcedefinitions.apiextensions.k8s.io",
    )
};

fn default(object: &mut Value) {
    let Some(definition) = object.as_object_mut() else { return };
    let Some(spec) = child(definition, "spec") else { return };
    absent(spec, "scope", "Namespaced");
    if let Some(conversion) = child(spec, "conversion") {
        absent(conversion, "strategy", "None");
    }
    if let Some(names) = child(spec, "names") {
        let kind = names.get("kind").and_then(Value::as_str).unwrap_or_default().to_owned();
        if !kind.is_empty() {
            absent(names, "singular", kind.to_lowercase());
            absent(names, "listKind", format!("{kind}List"));
        }
    }
    for version in items(spec, "versions") {
        absent(version, "served", false);
        absent(version, "storage", false);
    }
}

fn prepare_create(_cx: &Context, object: &mut Value) {
    let stored: Vec<Value> = array_at(object, "/spec/versions")
        .iter()
        .filter(|version| bool_at(version, "/storage"))
        .map(|version| at(version, "/name").clone())
        .collect();
    let status = json!({
        "acceptedNames": { "kind": "", "plural": "" }, "conditions": null, "storedVersions": stored,
    });
    workload::new_status(object, status);
}

fn validate(object: &Value, errors: &mut Errors) {
    let spec = Path::new("spec");
    let (group, plural) = (str_at(object, "/spec/group"), str_at(object, "/spec/names/plural"));
    let wanted = format!("{plural}.{group}");
    if name(object) != wanted {
        let meta = Path::new("metadata");
        errors.invalid(&meta.child("name"), name(object), "must be spec.names.plural+\".\"+spec.group");
    }
    if group.is_empty() {
        errors.required(&spec.child("group"), "");
    } else {
        let wrong = podground_api::validation::dns1123_subdomain(group);
        errors.invalid_all(&spec.child("group"), group, wrong);
        if group.split('.').count() < 2 {
            errors.invalid(&spec.child("group"), group, "should be a domain with at least one dot");
        }
    }
    let scope = str_at(object, "/spec/scope");
    if !["Cluster", "Namespaced"].contains(&scope) {
        errors.not_supported(&spec.child("scope"), scope, &["Cluster", "Namespaced"]);
    }
    let versions = array_at(object, "/spec/versions");
    let list = spec.child("versions");
    if versions.iter().filter(|version| bool_at(version, "/storage")).count() != 1 {
        let value = versions.to_vec();
        errors.invalid(&list, value, "must have exactly one version marked as storage version");
    }
    for (index, version) in versions.iter().enumerate() {
        let path = list.index(index);
        let schema = at(version, "/schema/openAPIV3Schema");
        if schema.is_null() {
            let schema_path = path.child("schema");
            errors.required(&schema_path.child("openAPIV3Schema"), "schemas are required");
        }
    }
    schemas(versions, &spec, errors);
    let names = spec.child("names");
    for (field, value) in [("plural", plural), ("singular", str_at(object, "/spec/names/singular"))] {
        if value.is_empty() && field == "plural" {
            errors.required(&names.child(field), "");
        } else if !value.is_empty() {
            errors.invalid_all(&names.child(field), value, dns1123_label(value));
        }
    }
    let kind = str_at(object, "/spec/names/kind");
    if kind.is_empty() {
        errors.required(&names.child("kind"), "");
    }
}

/// One schema for all versions is checked once, as upstream's internal form has it.
fn schemas(versions: &[Value], spec: &Path<'_>, errors: &mut Errors) {
    let schema = |version: &'_ Value| at(version, "/schema/openAPIV3Schema").clone();
    let first = versions.first().map(schema).unwrap_or_default();
    if versions.iter().all(|version| schema(version) == first) {
        if !first.is_null() {
            let path = spec.child("validation");
            structural::validate(&first, true, &path.child("openAPIV3Schema"), errors);
        }
        return;
    }
    let list = spec.child("versions");
    for (index, version) in versions.iter().enumerate() {
        let schema = schema(version);
        if !schema.is_null() {
            let path = list.index(index);
            let path = path.child("schema");
            structural::validate(&schema, true, &path.child("openAPIV3Schema"), errors);
        }
    }
}
