//! Which permissions a list of rules has that another lacks.
//!
//! Upstream: `component-helpers/auth/rbac/validation/policy_comparator.go Covers`

use podground_api::object::{array_at, str_at};
use serde_json::{Value, json};

const FIELDS: [&str; 5] = ["verbs", "apiGroups", "resources", "resourceNames", "nonResourceURLs"];

/// The rules of `wanted`, taken apart, that `owned` does not grant.
pub(super) fn uncovered(owned: &[Value], wanted: &[Value]) -> Vec<Value> {
    let mut missing: Vec<Value> = Vec::new();
    for rule in wanted {
        // Whole rules stay whole where nothing of them is granted.
        let parts = atoms(rule);
        let lacking: Vec<Value> =
            parts.iter().filter(|part| !owned.iter().any(|rule| covers(rule, part))).cloned().collect();
        if lacking.len() == parts.len() && !parts.is_empty() {
            missing.push(rule.clone());
        } else {
            missing.extend(lacking);
        }
    }
    missing
}

/// A rule as rules of one verb, one group, one resource and one name each.
fn atoms(rule: &Value) -> Vec<Value> {
    let list = |field: &str| array_at(rule, &format!("/{field}")).to_vec();
    let mut out = Vec::new();
    for verb in list("verbs") {
        for url in list("nonResourceURLs") {
            out.push(json!({"verbs": [verb], "nonResourceURLs": [url]}));
        }
        for group in list("apiGroups") {
            for resource in list("resources") {
                let names = list("resourceNames");
                if names.is_empty() {
                    out.push(json!({"verbs": [verb], "apiGroups": [group], "resources": [resource]}));
                }
                for name in names {
                    out.push(json!({
                        "verbs": [verb], "apiGroups": [group], "resources": [resource], "resourceNames": [name],
                    }));
                }
            }
        }
    }
    out
}

fn covers(rule: &Value, atom: &Value) -> bool {
    let has = |field: &str| {
        let wanted = str_at(atom, &format!("/{field}/0"));
        array_at(rule, &format!("/{field}")).iter().filter_map(Value::as_str).any(|entry| {
            entry == "*"
                || entry == wanted
                || field == "resources"
                    && entry
                        .strip_prefix("*/")
                        .is_some_and(|sub| wanted.split_once('/').is_some_and(|(_, of)| of == sub))
                || field == "nonResourceURLs"
                    && entry.strip_suffix('*').is_some_and(|start| wanted.starts_with(start))
        })
    };
    let is_empty = |value: &Value, field: &str| array_at(value, &format!("/{field}")).is_empty();
    if !has("verbs") {
        return false;
    }
    if !is_empty(atom, "nonResourceURLs") {
        return has("nonResourceURLs");
    }
    has("apiGroups")
        && has("resources")
        && (is_empty(rule, "resourceNames") || !is_empty(atom, "resourceNames") && has("resourceNames"))
}

/// A rule as Go prints it.
pub(super) fn shown(rule: &Value) -> String {
    let parts: Vec<String> = FIELDS
        .iter()
        .map(|field| {
            let words: Vec<&str> =
                array_at(rule, &format!("/{field}")).iter().filter_map(Value::as_str).collect();
            let name = match *field {
                "apiGroups" => "APIGroups",
                "nonResourceURLs" => "NonResourceURLs",
                "resourceNames" => "ResourceNames",
                "resources" => "Resources",
                _ => "Verbs",
            };
            format!("{name}:[{}]", words.join(" "))
        })
        .collect();
    format!("{{{}}}", parts.join(" "))
}

/// Gives subjects and the role reference the group that the server would give them.
pub(super) fn complete_binding(binding: &mut Value) {
    const GROUP: &str = "rbac.authorization.k8s.io";
    if str_at(binding, "/roleRef/apiGroup").is_empty() {
        podground_api::object::set_at(binding, "/roleRef/apiGroup", json!(GROUP));
    }
    for subject in binding.get_mut("subjects").and_then(Value::as_array_mut).into_iter().flatten() {
        if matches!(str_at(subject, "/kind"), "User" | "Group") && str_at(subject, "/apiGroup").is_empty() {
            subject["apiGroup"] = json!(GROUP);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(verbs: &[&str], resources: &[&str]) -> Value {
        json!({"verbs": verbs, "apiGroups": [""], "resources": resources})
    }

    #[test]
    fn what_a_wildcard_grants_is_not_missing() {
        assert!(uncovered(&[rule(&["*"], &["pods"])], &[rule(&["get", "list"], &["pods"])]).is_empty());
        let missing = uncovered(&[rule(&["get"], &["pods"])], &[rule(&["get", "list"], &["pods"])]);
        assert_eq!(missing, [rule(&["list"], &["pods"])]);
        let logs = rule(&["get"], &["pods/log"]);
        assert!(uncovered(&[rule(&["get"], &["*/log"])], std::slice::from_ref(&logs)).is_empty());
        assert_eq!(uncovered(&[rule(&["get"], &["pods"])], std::slice::from_ref(&logs)), [logs]);
    }
}
