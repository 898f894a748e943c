//! Tolerations.

use podground_api::Value;
use podground_api::object::{at, str_at};
use podground_api::validation::{label_value, qualified_name};

use crate::apiserver::field::{Errors, Path};

/// Upstream: `ValidateTolerations`
pub(super) fn validate(tolerations: &[Value], path: &Path<'_>, errors: &mut Errors) {
    for (index, toleration) in tolerations.iter().enumerate() {
        let path = path.index(index);
        let key = str_at(toleration, "/key");
        let operator = str_at(toleration, "/operator");
        let value = str_at(toleration, "/value");
        let effect = str_at(toleration, "/effect");
        if !key.is_empty() {
            errors.invalid_all(&path.child("key"), key, qualified_name(key));
        } else if operator != "Exists" {
            let sentence =
                "operator must be Exists when `key` is empty, which means \"match all values and all keys\"";
            errors.invalid(&path.child("operator"), operator, sentence);
        }
        if !at(toleration, "/tolerationSeconds").is_null() && effect != "NoExecute" {
            let sentence = "effect must be 'NoExecute' when `tolerationSeconds` is set";
            errors.invalid(&path.child("effect"), effect, sentence);
        }
        match operator {
            "Equal" | "" => {
                let wrong = label_value(value);
                if !wrong.is_empty() {
                    errors.invalid(&path.child("operator"), value, wrong.join(";"));
                }
            }
            "Exists" => {
                if !value.is_empty() {
                    let sentence = "value must be empty when `operator` is 'Exists'";
                    errors.invalid(&path.child("operator"), toleration.clone(), sentence);
                }
            }
            other => errors.not_supported(&path.child("operator"), other, &["Equal", "Exists", "Lt", "Gt"]),
        }
        if !effect.is_empty() && !["NoSchedule", "PreferNoSchedule", "NoExecute"].contains(&effect) {
            let words = ["NoSchedule", "PreferNoSchedule", "NoExecute"];
            errors.not_supported(&path.child("effect"), effect, &words);
        }
    }
}
