//! Quotas: what would exceed one is refused.
//!
//! Upstream: `apiserver/pkg/admission/plugin/resourcequota`, `pkg/quota/v1/evaluator/core`.

use std::collections::BTreeMap;

use podground_api::object::{array_at, at, i64_at, is_deleting, map_at, name, set_at, str_at, strings_at};
use podground_api::{Quantity, Status, Value};

use super::Plugin;
use crate::apiserver::context::Context;
use crate::apiserver::errors;

pub(super) const PLUGIN: Plugin = Plugin { name: "ResourceQuota", mutate: None, validate: Some(validate) };

/// Amounts by the names that quotas use.
pub(crate) type Usage = BTreeMap<String, Quantity>;

fn validate(cx: &Context, object: Option<&Value>, old: Option<&Value>) -> Result<(), Status> {
    let Some(object) = object.filter(|_| !cx.namespace.is_empty()) else { return Ok(()) };
    let quotas: Vec<_> = cx.store().list("resourcequotas", Some(&cx.namespace)).cloned().collect();
    if quotas.is_empty() || cx.resource.key == "resourcequotas" {
        return Ok(());
    }
    let wanted = usage(&cx.resource.group_resource(), object);
    let before = old.map(|old| usage(&cx.resource.group_resource(), old)).unwrap_or_default();
    let mut updates = Vec::new();
    for quota in quotas.iter().filter(|quota| in_scope(quota, object, cx.resource.key)) {
        let hard = hard(quota);
        if cx.resource.key == "pods" && old.is_none() {
            must_specify(cx, quota, &hard, object)?;
        }
        let (mut requested, mut used_texts, mut limited) = (Vec::new(), Vec::new(), Vec::new());
        let mut changed = (**quota).clone();
        let mut any = false;
        for (name, limit) in &hard {
            let Some(amount) = wanted.get(name) else { continue };
            let delta = before.get(name).map_or(*amount, |before| *amount - *before);
            if delta.signum() <= 0 {
                continue;
            }
            let used = map_at(quota, "/status/used").and_then(|used| used.get(name)).and_then(Value::as_str);
            let used = used.and_then(|used| Quantity::parse(used).ok());
            let used = used.or_else(|| count(cx, name)).or_else(|| Quantity::parse("0").ok());
            let Some(used) = used else { continue };
            let total = used + delta;
            if total > *limit {
                requested.push(format!("{name}={delta}"));
                used_texts.push(format!("{name}={used}"));
                limited.push(format!("{name}={limit}"));
            }
            set_at(
                &mut changed,
                &format!("/status/used/{}", name.replace('/', "~1")),
                total.to_string().into(),
            );
            any = true;
        }
        if !requested.is_empty() {
            let why = format!(
                "exceeded quota: {}, requested: {}, used: {}, limited: {}",
                name(quota),
                requested.join(","),
                used_texts.join(","),
                limited.join(",")
            );
            return Err(errors::forbidden(cx.resource, name(object), &why));
        }
        // A quota that was not counted yet is counted by its controller.
        if any && !at(quota, "/status/used").is_null() {
            updates.push(changed);
        }
    }
    if !cx.dry_run {
        for quota in updates {
            let quota_name = name(&quota).to_owned();
            cx.api.write(
                &crate::resources::core::resource_quota::RESOURCE_QUOTA,
                &cx.namespace,
                &quota_name,
                quota,
            );
        }
    }
    Ok(())
}

fn hard(quota: &Value) -> Usage {
    strings_at(quota, "/spec/hard")
        .filter_map(|(name, text)| Some((name.to_owned(), Quantity::parse(text).ok()?)))
        .collect()
}

/// What the present objects of the namespace use of one resource.
fn count(cx: &Context, name: &str) -> Option<Quantity> {
    let mut total: Option<Quantity> = None;
    let store = cx.store();
    for key in
        ["pods", "services", "persistentvolumeclaims", "configmaps", "secrets", "replicationcontrollers"]
    {
        for object in store.list(key, Some(&cx.namespace)) {
            if let Some(amount) = usage(key, object).get(name) {
                total = Some(total.map_or(*amount, |total| total + *amount));
            }
        }
    }
    total
}

/// Whether an object counts towards a quota, by the quota's scopes.
pub(crate) fn in_scope(quota: &Value, object: &Value, key: &str) -> bool {
    let scopes = array_at(quota, "/spec/scopes").iter().filter_map(Value::as_str);
    let mut expressions = array_at(quota, "/spec/scopeSelector/matchExpressions").iter();
    let mut scopes = scopes.peekable();
    if scopes.peek().is_none() && expressions.len() == 0 {
        return true;
    }
    if key != "pods" {
        return false;
    }
    let terminating = !at(object, "/spec/activeDeadlineSeconds").is_null();
    let best_effort = str_at(object, "/status/qosClass") == "BestEffort";
    let holds = |scope: &str| match scope {
        "Terminating" => terminating,
        "NotTerminating" => !terminating,
        "BestEffort" => best_effort,
        "NotBestEffort" => !best_effort,
        "PriorityClass" => !str_at(object, "/spec/priorityClassName").is_empty(),
        _ => false,
    };
    let class = str_at(object, "/spec/priorityClassName");
    scopes.all(holds)
        && expressions.all(|expression| {
            let listed = array_at(expression, "/values").iter().any(|value| value == class);
            match str_at(expression, "/operator") {
                "In" => listed,
                "NotIn" => !listed,
                "DoesNotExist" => !holds(str_at(expression, "/scopeName")),
                _ => holds(str_at(expression, "/scopeName")),
            }
        })
}

/// A quota on computing resources asks each container to say what it takes.
fn must_specify(cx: &Context, quota: &Value, hard: &Usage, pod: &Value) -> Result<(), Status> {
    let mut missing: Vec<(String, Vec<&str>)> = Vec::new();
    for resource in hard.keys() {
        let (field, plain) = match resource.split_once('.') {
            Some(("requests", plain)) => ("requests", plain),
            Some(("limits", plain)) => ("limits", plain),
            _ if ["cpu", "memory"].contains(&resource.as_str()) => ("requests", resource.as_str()),
            _ => continue,
        };
        if !["cpu", "memory"].contains(&plain) {
            continue;
        }
        let containers =
            array_at(pod, "/spec/containers").iter().chain(array_at(pod, "/spec/initContainers"));
        let silent: Vec<&str> = containers
            .filter(|container| at(container, &format!("/resources/{field}/{plain}")).is_null())
            .map(|container| str_at(container, "/name"))
            .collect();
        if !silent.is_empty() {
            missing.push((resource.clone(), silent));
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let texts: Vec<String> =
        missing.iter().map(|(resource, names)| format!("{resource} for: {}", names.join(","))).collect();
    let why = format!("failed quota: {}: must specify {}", name(quota), texts.join("; "));
    Err(errors::forbidden(cx.resource, name(pod), &why))
}

/// What an object uses.
pub(crate) fn usage(resource: &str, object: &Value) -> Usage {
    let mut usage = Usage::new();
    let mut add = |name: String, amount: Quantity| {
        let sum = usage.get(&name).map_or(amount, |sum: &Quantity| *sum + amount);
        usage.insert(name, sum);
    };
    let number = |count: i64| Quantity::parse(&count.to_string()).ok();
    let Some(one) = number(1) else { return usage };
    add(format!("count/{resource}"), one);
    let plain = [
        "pods",
        "services",
        "configmaps",
        "secrets",
        "replicationcontrollers",
        "persistentvolumeclaims",
        "resourcequotas",
    ];
    let ended = ["Failed", "Succeeded"].contains(&str_at(object, "/status/phase"));
    if resource == "pods" && (ended || is_deleting(object) && str_at(object, "/spec/nodeName").is_empty()) {
        return usage;
    }
    if plain.contains(&resource) {
        add(resource.to_owned(), one);
    }
    match resource {
        "pods" => {
            for container in array_at(object, "/spec/containers") {
                for field in ["requests", "limits"] {
                    for (name, text) in strings_at(container, &format!("/resources/{field}")) {
                        let Ok(amount) = Quantity::parse(text) else { continue };
                        add(format!("{field}.{name}"), amount);
                        if field == "requests" && ["cpu", "memory", "ephemeral-storage"].contains(&name) {
                            add(name.to_owned(), amount);
                        }
                    }
                }
            }
        }
        "services" => {
            let kind = str_at(object, "/spec/type");
            if kind == "LoadBalancer" {
                add("services.loadbalancers".to_owned(), one);
            }
            let ports = array_at(object, "/spec/ports").iter();
            let ports = ports.filter(|port| i64_at(port, "/nodePort").is_some_and(|port| port != 0)).count();
            if let Some(count) = number(ports as i64).filter(|_| ["NodePort", "LoadBalancer"].contains(&kind))
            {
                add("services.nodeports".to_owned(), count);
            }
        }
        "persistentvolumeclaims" => {
            if let Ok(size) = Quantity::parse(str_at(object, "/spec/resources/requests/storage")) {
                add("requests.storage".to_owned(), size);
                let class = str_at(object, "/spec/storageClassName");
                if !class.is_empty() {
                    let prefix = format!("{class}.storageclass.storage.k8s.io");
                    add(format!("{prefix}/requests.storage"), size);
                    add(format!("{prefix}/persistentvolumeclaims"), one);
                }
            }
        }
        _ => {}
    }
    usage
}
