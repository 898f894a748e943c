//! Label selectors in objects.
//!
//! Upstream: `apimachinery/pkg/apis/meta/v1/validation/validation.go ValidateLabelSelector`.

use podground_api::Value;
use podground_api::object::{array_at, at, str_at};
use podground_api::validation::{label_value, qualified_name};

use crate::apiserver::field::{Errors, Path};
use crate::apiserver::meta::validate_labels;

/// What is wrong with a label selector; nothing if there is none.
pub(crate) fn validate_label_selector(selector: &Value, path: &Path<'_>, errors: &mut Errors) {
    validate_labels(at(selector, "/matchLabels"), &path.child("matchLabels"), errors);
    let list = path.child("matchExpressions");
    for (index, expression) in array_at(selector, "/matchExpressions").iter().enumerate() {
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
            other => errors.invalid(&path.child("operator"), other, "not a valid selector operator"),
        }
        let key = str_at(expression, "/key");
        errors.invalid_all(&path.child("key"), key, qualified_name(key));
        let list = path.child("values");
        for (index, value) in values.iter().enumerate() {
            let value = value.as_str().unwrap_or_default();
            errors.invalid_all(&list.index(index), value, label_value(value));
        }
    }
}

/// Whether a selector can be read as one.
pub(crate) fn is_readable(selector: &Value) -> bool {
    let mut errors = Errors::new();
    validate_label_selector(selector, &Path::new("selector"), &mut errors);
    errors.is_empty()
}

/// Whether a selector selects by nothing.
pub(crate) fn is_empty(selector: &Value) -> bool {
    let labels = at(selector, "/matchLabels").as_object().is_none_or(podground_api::Map::is_empty);
    labels && array_at(selector, "/matchExpressions").is_empty()
}
