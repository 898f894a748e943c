//! Nobody may grant what he has not got.
//!
//! Upstream does this in the storage of roles: `pkg/registry/rbac/*/policybased/storage.go`,
//! `pkg/registry/rbac/validation/rule.go ConfirmNoEscalation`.

use std::collections::BTreeMap;

use podground_api::object::{array_at, at, name, str_at};
use podground_api::{Status, Value, json};

use super::Plugin;
use crate::apiserver::authorization::{Attributes, allowed, each_rule, is_master};
use crate::apiserver::context::Context;
use crate::apiserver::errors;

pub(super) const PLUGIN: Plugin = Plugin { name: "RBACEscalation", mutate: None, validate: Some(validate) };

const GROUP: &str = "rbac.authorization.k8s.io";

fn validate(cx: &Context, object: Option<&Value>, old: Option<&Value>) -> Result<(), Status> {
    let Some(object) = object.filter(|_| cx.resource.group == GROUP && !is_master(&cx.user)) else {
        return Ok(());
    };
    let is_role = cx.resource.plural.ends_with("roles");
    let same = |pointer: &str| old.is_some_and(|old| at(old, pointer) == at(object, pointer));
    if if is_role {
        same("/rules") && same("/aggregationRule")
    } else {
        same("/subjects") && same("/roleRef")
    } {
        return Ok(());
    }
    let (kind, role) = (str_at(object, "/roleRef/kind"), str_at(object, "/roleRef/name"));
    let plural = if is_role {
        cx.resource.plural
    } else if kind == "ClusterRole" {
        "clusterroles"
    } else {
        "roles"
    };
    let special = Attributes {
        verb: if is_role { "escalate" } else { "bind" },
        group: GROUP,
        resource: plural.to_owned(),
        namespace: &cx.namespace,
        name: if is_role { name(object) } else { role },
        path: "",
    };
    if allowed(&cx.store(), &cx.user, &special).is_some() {
        return Ok(());
    }
    let granted = if is_role {
        array_at(object, "/rules").to_vec()
    } else {
        let namespace = if kind == "ClusterRole" { "" } else { &cx.namespace };
        let found = cx.store().get(&format!("{plural}.{GROUP}"), namespace, role).cloned();
        let Some(found) = found else {
            let text = format!("{plural}.{GROUP} {role:?} not found");
            return Err(errors::forbidden(cx.resource, name(object), &text));
        };
        array_at(&found, "/rules").to_vec()
    };
    let mut own: Vec<Value> = Vec::new();
    each_rule(&cx.store(), &cx.user, &cx.namespace, &mut |rule, _| own.push(rule.clone()));
    let missing: Vec<Value> = granted
        .iter()
        .flat_map(single_rules)
        .filter(|wanted| !own.iter().any(|rule| covers(rule, wanted)))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let mut lines: Vec<String> = compact(missing).iter().map(describe).collect();
    lines.sort();
    lines.dedup();
    let why = format!(
        "user {:?} (groups={}) is attempting to grant RBAC permissions not currently held:\n{}",
        cx.user.name,
        quoted(&cx.user.groups),
        lines.join("\n")
    );
    Err(errors::forbidden(cx.resource, name(object), &why))
}

fn quoted<T: AsRef<str>>(words: &[T]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("{:?}", word.as_ref())).collect();
    format!("[{}]", words.join(" "))
}

fn words<'a>(rule: &'a Value, field: &str) -> Vec<&'a str> {
    array_at(rule, field).iter().filter_map(Value::as_str).collect()
}

/// A rule as rules of one group, resource, name and verb each.
///
/// Upstream: `component-helpers/auth/rbac/validation/policy_comparator.go BreakdownRule`
fn single_rules(rule: &Value) -> Vec<Value> {
    let mut singles = Vec::new();
    let names = words(rule, "/resourceNames");
    for verb in words(rule, "/verbs") {
        for url in words(rule, "/nonResourceURLs") {
            singles.push(json!({"nonResourceURLs": [url], "verbs": [verb]}));
        }
        for group in words(rule, "/apiGroups") {
            for resource in words(rule, "/resources") {
                let single = json!({"apiGroups": [group], "resources": [resource], "verbs": [verb]});
                if names.is_empty() {
                    singles.push(single);
                    continue;
                }
                for name in &names {
                    let mut single = single.clone();
                    single["resourceNames"] = json!([name]);
                    singles.push(single);
                }
            }
        }
    }
    singles
}

/// Whether a rule allows what a single one does.
fn covers(rule: &Value, wanted: &Value) -> bool {
    let has = |field: &str| {
        let own = words(rule, field);
        own.contains(&"*") || words(wanted, field).iter().all(|word| own.contains(word))
    };
    if !has("/verbs") {
        return false;
    }
    let urls = words(wanted, "/nonResourceURLs");
    if !urls.is_empty() {
        return urls.iter().all(|url| {
            words(rule, "/nonResourceURLs")
                .iter()
                .any(|own| own == url || own.strip_suffix('*').is_some_and(|prefix| url.starts_with(prefix)))
        });
    }
    let own = words(rule, "/resources");
    let resource = words(wanted, "/resources").iter().all(|resource| {
        own.contains(&"*")
            || own.contains(resource)
            || resource.split_once('/').is_some_and(|(_, sub)| own.contains(&format!("*/{sub}").as_str()))
    });
    let names = words(rule, "/resourceNames");
    let wanted_names = words(wanted, "/resourceNames");
    let named =
        names.is_empty() || !wanted_names.is_empty() && wanted_names.iter().all(|name| names.contains(name));
    resource && named && has("/apiGroups")
}

/// Rules of the same resource become one with all verbs.
///
/// Upstream: `pkg/registry/rbac/validation/policy_compact.go CompactRules`
fn compact(rules: Vec<Value>) -> Vec<Value> {
    let mut done: Vec<Value> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for rule in rules {
        if !words(&rule, "/nonResourceURLs").is_empty() {
            done.push(rule);
            continue;
        }
        let key = format!("{}{}{}", rule["apiGroups"], rule["resources"], at(&rule, "/resourceNames"));
        match places.get(&key) {
            Some(place) => {
                if let Some(verbs) = done[*place]["verbs"].as_array_mut() {
                    verbs.extend(array_at(&rule, "/verbs").iter().cloned());
                }
            }
            None => {
                places.insert(key, done.len());
                done.push(rule);
            }
        }
    }
    done
}

/// `{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}`
fn describe(rule: &Value) -> String {
    let parts: Vec<String> = [
        ("APIGroups", "/apiGroups"),
        ("Resources", "/resources"),
        ("NonResourceURLs", "/nonResourceURLs"),
        ("ResourceNames", "/resourceNames"),
        ("Verbs", "/verbs"),
    ]
    .iter()
    .map(|(word, field)| (word, words(rule, field)))
    .filter(|(_, words)| !words.is_empty())
    .map(|(word, words)| format!("{word}:{}", quoted(&words)))
    .collect();
    format!("{{{}}}", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_covers_what() {
        let rule =
            json!({"apiGroups": ["", "apps"], "resources": ["pods", "*/scale"], "verbs": ["get", "list"]});
        let single = |group: &str, resource: &str, verb: &str| json!({"apiGroups": [group], "resources": [resource], "verbs": [verb]});
        assert!(covers(&rule, &single("", "pods", "get")));
        assert!(covers(&rule, &single("apps", "deployments/scale", "list")));
        assert!(!covers(&rule, &single("", "pods", "delete")));
        assert!(!covers(&rule, &single("batch", "pods", "get")));
        let missing =
            single_rules(&json!({"apiGroups": [""], "resources": ["nodes"], "verbs": ["get", "list"]}));
        let lines: Vec<String> = compact(missing).iter().map(describe).collect();
        assert_eq!(lines, [r#"{APIGroups:[""], Resources:["nodes"], Verbs:["get" "list"]}"#]);
    }
}
