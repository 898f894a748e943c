//! Affinities and the spreading over topologies.

use podground_api::Value;
use podground_api::object::{array_at, at, i64_at, str_at};
use podground_api::validation::qualified_name;

use crate::apiserver::field::{Errors, Path};
use crate::resources::selector::validate_label_selector;

const WEIGHT: &str = "must be in the range 1-100";

/// Upstream: `validateAffinity`
pub(super) fn validate(affinity: &Value, path: &Path<'_>, errors: &mut Errors) {
    if affinity.is_null() {
        return;
    }
    node(at(affinity, "/nodeAffinity"), &path.child("nodeAffinity"), errors);
    for kind in ["podAffinity", "podAntiAffinity"] {
        pods(at(affinity, &format!("/{kind}")), &path.child(kind), errors);
    }
}

fn node(affinity: &Value, path: &Path<'_>, errors: &mut Errors) {
    let required = at(affinity, "/requiredDuringSchedulingIgnoredDuringExecution");
    if !required.is_null() {
        let path = path.child("requiredDuringSchedulingIgnoredDuringExecution");
        let list = path.child("nodeSelectorTerms");
        let terms = array_at(required, "/nodeSelectorTerms");
        if terms.is_empty() {
            errors.required(&list, "must have at least one node selector term");
        }
        for (index, term) in terms.iter().enumerate() {
            node_term(term, &list.index(index), errors);
        }
    }
    let list = path.child("preferredDuringSchedulingIgnoredDuringExecution");
    for (index, term) in
        array_at(affinity, "/preferredDuringSchedulingIgnoredDuringExecution").iter().enumerate()
    {
        let path = list.index(index);
        weight(term, &path, errors);
        node_term(at(term, "/preference"), &path.child("preference"), errors);
    }
}

fn weight(term: &Value, path: &Path<'_>, errors: &mut Errors) {
    let weight = i64_at(term, "/weight").unwrap_or(0);
    if !(1..=100).contains(&weight) {
        errors.invalid(&path.child("weight"), weight, WEIGHT);
    }
}

/// Upstream: `ValidateNodeSelectorTerm`
pub(super) fn node_term(term: &Value, path: &Path<'_>, errors: &mut Errors) {
    let list = path.child("matchExpressions");
    for (index, expression) in array_at(term, "/matchExpressions").iter().enumerate() {
        let path = list.index(index);
        let values = array_at(expression, "/values");
        match str_at(expression, "/operator") {
            "In" | "NotIn" => {
                if values.is_empty() {
                    let sentence = "must be specified when `operator` is 'In' or 'NotIn'";
                    errors.required(&path.child("values"), sentence);
                }
            }
            "Exists" | "DoesNotExist" => {
                if !values.is_empty() {
                    let sentence = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
                    errors.forbidden(&path.child("values"), sentence);
                }
            }
            "Gt" | "Lt" => {
                if values.len() != 1 {
                    let sentence = "must be specified single value when `operator` is 'Lt' or 'Gt'";
                    errors.required(&path.child("values"), sentence);
                }
            }
            other => errors.invalid(&path.child("operator"), other, "not a valid selector operator"),
        }
        let key = str_at(expression, "/key");
        errors.invalid_all(&path.child("key"), key, qualified_name(key));
    }
}

fn pods(affinity: &Value, path: &Path<'_>, errors: &mut Errors) {
    let field = "requiredDuringSchedulingIgnoredDuringExecution";
    let list = path.child(field);
    for (index, term) in array_at(affinity, &format!("/{field}")).iter().enumerate() {
        pod_term(term, &list.index(index), errors);
    }
    let field = "preferredDuringSchedulingIgnoredDuringExecution";
    let list = path.child(field);
    for (index, term) in array_at(affinity, &format!("/{field}")).iter().enumerate() {
        let path = list.index(index);
        weight(term, &path, errors);
        pod_term(at(term, "/podAffinityTerm"), &path.child("podAffinityTerm"), errors);
    }
}

fn pod_term(term: &Value, path: &Path<'_>, errors: &mut Errors) {
    validate_label_selector(at(term, "/labelSelector"), &path.child("labelSelector"), errors);
    let key = str_at(term, "/topologyKey");
    if key.is_empty() {
        errors.required(&path.child("topologyKey"), "can not be empty");
    } else {
        errors.invalid_all(&path.child("topologyKey"), key, qualified_name(key));
    }
}

/// Upstream: `validateTopologySpreadConstraints`
pub(super) fn spread(constraints: &[Value], path: &Path<'_>, errors: &mut Errors) {
    for (index, constraint) in constraints.iter().enumerate() {
        let path = path.index(index);
        let skew = i64_at(constraint, "/maxSkew").unwrap_or(0);
        if skew <= 0 {
            errors.invalid(&path.child("maxSkew"), skew, "must be greater than zero");
        }
        let key = str_at(constraint, "/topologyKey");
        if key.is_empty() {
            errors.required(&path.child("topologyKey"), "can not be empty");
        } else {
            errors.invalid_all(&path.child("topologyKey"), key, qualified_name(key));
        }
        let action = str_at(constraint, "/whenUnsatisfiable");
        if !["DoNotSchedule", "ScheduleAnyway"].contains(&action) {
            let words = ["DoNotSchedule", "ScheduleAnyway"];
            errors.not_supported(&path.child("whenUnsatisfiable"), action, &words);
        }
        validate_label_selector(at(constraint, "/labelSelector"), &path.child("labelSelector"), errors);
    }
}
