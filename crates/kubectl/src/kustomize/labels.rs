//! Labels and annotations that a kustomization adds.
//!
//! Upstream: `api/internal/builtins/{Label,Annotations}Transformer.go`

use podground_api::object::{array_at, bool_at, map_at, str_at};
use serde_json::{Map, Value};

use super::fields::{self, ANNOTATIONS, CLAIM_LABELS, LABELS, SELECTORS, Spec, TEMPLATE_LABELS};
use super::resource::Gvk;
use super::resources::Resources;

/// Adds `labels` and `commonLabels`.
pub(super) fn labels(kustomization: &Value, found: &mut Resources) {
    let all: &[&[Spec]] = &[SELECTORS, LABELS, TEMPLATE_LABELS, CLAIM_LABELS];
    for label in array_at(kustomization, "/labels") {
        let mut tables: Vec<&[Spec]> = vec![LABELS];
        if bool_at(label, "/includeSelectors") {
            tables = all.to_vec();
        } else {
            if bool_at(label, "/includeTemplates") {
                tables.push(TEMPLATE_LABELS);
            }
            if bool_at(label, "/includeVolumeClaimTemplates") {
                tables.push(CLAIM_LABELS);
            }
        }
        let pairs = map_at(label, "/pairs").cloned().unwrap_or_default();
        add(&pairs, &tables, found);
        for field in array_at(label, "/fields") {
            add_to_field(&pairs, field, found);
        }
    }
    if let Some(pairs) = map_at(kustomization, "/commonLabels") {
        add(pairs, all, found);
    }
}

/// Adds `commonAnnotations`.
pub(super) fn annotations(kustomization: &Value, found: &mut Resources) {
    if let Some(pairs) = map_at(kustomization, "/commonAnnotations") {
        add(pairs, &[ANNOTATIONS], found);
    }
}

fn insert(pairs: &Map<String, Value>, place: &mut Value) {
    if place.is_null() {
        *place = Value::Object(Map::new());
    }
    if let Value::Object(map) = place {
        map.extend(pairs.clone());
    }
}

fn add(pairs: &Map<String, Value>, tables: &[&[Spec]], found: &mut Resources) {
    if pairs.is_empty() {
        return;
    }
    for resource in &mut found.0 {
        for table in tables {
            let make = Value::Object(Map::new());
            fields::change(&mut resource.value, table, &make, &mut |place| insert(pairs, place));
        }
    }
}

/// Adds labels to a field that the kustomization itself names.
fn add_to_field(pairs: &Map<String, Value>, field: &Value, found: &mut Resources) {
    let pattern = Gvk {
        group: str_at(field, "/group").to_owned(),
        version: str_at(field, "/version").to_owned(),
        kind: str_at(field, "/kind").to_owned(),
    };
    let path = fields::split(str_at(field, "/path"));
    let make = Value::Object(Map::new());
    for resource in &mut found.0 {
        if Gvk::of(&resource.value).is_selected(&pattern) {
            let make = bool_at(field, "/create").then_some(&make);
            fields::visit(&mut resource.value, &path, make, &mut |place| insert(pairs, place));
        }
    }
}
