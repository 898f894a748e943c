//! What may change of a pod: images, tolerations that are added, deadlines.
//!
//! Upstream: `pkg/apis/core/validation/validation.go ValidatePodUpdate`.

use podground_api::object::{array_at, at, i64_at, str_at};
use podground_api::{Map, Value};

use super::toleration;
use crate::apiserver::field::{Errors, Path};

const SENTENCE: &str = "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

pub(in super::super) fn validate_update(new: &Value, old: &Value, errors: &mut Errors) {
    let spec = Path::new("spec");
    let (new_spec, old_spec) = (at(new, "/spec"), at(old, "/spec"));
    let mut stop = false;
    for field in ["containers", "initContainers"] {
        let pointer = format!("/{field}");
        if array_at(new_spec, &pointer).len() != array_at(old_spec, &pointer).len() {
            errors.forbidden(&spec.child(field), "pod updates may not add or remove containers");
            stop = true;
        }
    }
    if stop {
        return;
    }
    for field in ["containers", "initContainers"] {
        let path = spec.child(field);
        for (index, container) in array_at(new_spec, &format!("/{field}")).iter().enumerate() {
            let path = path.index(index);
            let image = str_at(container, "/image");
            if image.is_empty() {
                errors.required(&path.child("image"), "");
            } else if image.trim() != image {
                errors.invalid(&path.child("image"), image, "must not have leading or trailing whitespace");
            }
        }
    }
    deadline(new_spec, old_spec, &spec.child("activeDeadlineSeconds"), errors);
    let tolerations = spec.child("tolerations");
    let (new_tolerations, old_tolerations) =
        (array_at(new_spec, "/tolerations"), array_at(old_spec, "/tolerations"));
    let kept = old_tolerations.iter().all(|old| {
        new_tolerations
            .iter()
            .any(|new| without(new, "tolerationSeconds") == without(old, "tolerationSeconds"))
    });
    if !kept {
        errors
            .forbidden(&tolerations, "existing toleration can not be modified except its tolerationSeconds");
    }
    toleration::validate(new_tolerations, &tolerations, errors);
    if munged(new_spec, old_spec) != *old_spec {
        let difference = difference(&munged(new_spec, old_spec), old_spec);
        errors.forbidden(&spec, format!("{SENTENCE}\n{difference}"));
    }
}

fn without(object: &Value, field: &str) -> Map<String, Value> {
    let mut map = object.as_object().cloned().unwrap_or_default();
    map.remove(field);
    map
}

fn deadline(new: &Value, old: &Value, path: &Path<'_>, errors: &mut Errors) {
    let (new, old) = (i64_at(new, "/activeDeadlineSeconds"), i64_at(old, "/activeDeadlineSeconds"));
    match (new, old) {
        (Some(new), _) if !(1..=2_147_483_647).contains(&new) => {
            errors.invalid(path, new, "must be between 1 and 2147483647, inclusive");
        }
        (Some(new), Some(old)) if new > old => {
            errors.invalid(path, new, "must be less than or equal to previous value");
        }
        (None, Some(_)) => {
            errors.invalid(path, Value::Null, "must not update from a positive integer to nil value");
        }
        _ => {}
    }
}

/// The new spec with what may change set back.
fn munged(new: &Value, old: &Value) -> Value {
    let mut spec = new.clone();
    let Some(map) = spec.as_object_mut() else { return spec };
    for field in ["containers", "initContainers"] {
        let Some(containers) = map.get_mut(field).and_then(Value::as_array_mut) else { continue };
        for (container, old) in containers.iter_mut().zip(array_at(old, &format!("/{field}"))) {
            if let Some(container) = container.as_object_mut() {
                container.insert("image".to_owned(), at(old, "/image").clone());
            }
        }
    }
    let mut fields = vec!["activeDeadlineSeconds", "tolerations"];
    let negative = i64_at(old, "/terminationGracePeriodSeconds").is_some_and(|seconds| seconds < 0);
    if negative && i64_at(new, "/terminationGracePeriodSeconds") == Some(1) {
        fields.push("terminationGracePeriodSeconds");
    }
    for field in fields {
        match old.get(field) {
            Some(value) => map.insert(field.to_owned(), value.clone()),
            None => map.remove(field),
        };
    }
    spec
}

/// The lines in which two specs differ.
fn difference(new: &Value, old: &Value) -> String {
    let print = |value: &Value| serde_json::to_string_pretty(value).unwrap_or_default();
    let (new, old) = (print(new), print(old));
    let (new, old): (Vec<&str>, Vec<&str>) = (new.lines().collect(), old.lines().collect());
    let same = |(a, b): &(&&str, &&str)| a == b;
    let head = new.iter().zip(&old).take_while(same).count();
    let tail = new[head..].iter().rev().zip(old[head..].iter().rev()).take_while(same).count();
    let mut lines = vec!["  core.PodSpec{".to_owned()];
    lines.extend(old[head..old.len() - tail].iter().map(|line| format!("- \t{}", line.trim())));
    lines.extend(new[head..new.len() - tail].iter().map(|line| format!("+ \t{}", line.trim())));
    lines.push("  }\n".to_owned());
    lines.join("\n")
}
