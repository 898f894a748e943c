//! `kubectl create role`, `rolebinding`, `clusterrole`, `clusterrolebinding`
//!
//! Upstream: `kubectl/pkg/cmd/create/create_role.go`

use serde_json::{Map, Value, json};

use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

/// `kubectl create role`
pub(crate) async fn role(cx: &Context, args: Args) -> Result<()> {
    let name = super::name_of(&args)?;
    if args.list("resource").is_empty() {
        return Err(Error::local("at least one resource must be specified"));
    }
    let value = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": name},
        "rules": rules(cx, &args).await?,
    });
    super::create(cx, &args, "roles.rbac.authorization.k8s.io", "", value).await
}

/// `kubectl create clusterrole`
pub(crate) async fn cluster_role(cx: &Context, args: Args) -> Result<()> {
    let name = super::name_of(&args)?;
    let aggregation = args.text("aggregation-rule");
    let urls = args.list("non-resource-url");
    if args.list("resource").is_empty() && urls.is_empty() && aggregation.is_empty() {
        return Err(Error::local("one of resource or nonResourceURL must be specified"));
    }
    let mut value = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": name},
    });
    if aggregation.is_empty() {
        let mut all = rules(cx, &args).await?;
        if !urls.is_empty() {
            all.push(json!({"nonResourceURLs": urls, "verbs": verbs(&args)}));
        }
        value["rules"] = Value::Array(all);
    } else {
        let mut labels = Map::new();
        for pair in aggregation.split(',') {
            if let Some((key, text)) = super::pair(pair) {
                labels.insert(key.to_owned(), json!(text));
            }
        }
        value["aggregationRule"] = json!({"clusterRoleSelectors": [{"matchLabels": labels}]});
        value["rules"] = Value::Null;
    }
    super::create(cx, &args, "clusterroles.rbac.authorization.k8s.io", "", value).await
}

fn verbs(args: &Args) -> Vec<&str> {
    let verbs = args.list("verb");
    if verbs.iter().any(|verb| verb == "*") {
        return vec!["*"];
    }
    let mut unique: Vec<&str> = Vec::new();
    for verb in verbs {
        if !unique.contains(&verb.as_str()) {
            unique.push(verb);
        }
    }
    unique
}

/// One rule for each API group.
async fn rules(cx: &Context, args: &Args) -> Result<Vec<Value>> {
    let verbs = verbs(args);
    if verbs.is_empty() {
        return Err(Error::local("at least one verb must be specified"));
    }
    const KNOWN: &[&str] = &[
        "get",
        "delete",
        "list",
        "create",
        "update",
        "patch",
        "watch",
        "proxy",
        "deletecollection",
        "use",
        "bind",
        "escalate",
        "impersonate",
        "approve",
        "sign",
        "*",
    ];
    for verb in &verbs {
        if !KNOWN.contains(verb) {
            cx.io.err_line(format!("Warning: '{verb}' is not a standard resource verb")).await;
        }
    }
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for word in args.list("resource") {
        let (resource, sub) =
            word.split_once('/').map_or((word.as_str(), ""), |(resource, sub)| (resource, sub));
        let (group, name) = if resource == "*" {
            (String::new(), "*".to_owned())
        } else {
            let mapping =
                cx.mapper().await?.for_argument(resource).map_err(|error| Error::Plain(error.bare()))?;
            (mapping.group.clone(), mapping.resource.clone())
        };
        let name = if sub.is_empty() { name } else { format!("{name}/{sub}") };
        match groups.iter_mut().find(|(known, _)| *known == group) {
            Some((_, names)) if names.contains(&name) => {}
            Some((_, names)) => names.push(name),
            None => groups.push((group, vec![name])),
        }
    }
    if groups.len() + groups.iter().map(|(_, names)| names.len()).sum::<usize>() > 2
        && !args.list("resource-name").is_empty()
    {
        return Err(Error::local("resourceName can not be applied to multiple resources"));
    }
    Ok(groups
        .into_iter()
        .map(|(group, resources)| {
            let mut rule = json!({"apiGroups": [group], "resources": resources, "verbs": verbs});
            if !args.list("resource-name").is_empty() {
                rule["resourceNames"] = json!(args.list("resource-name"));
            }
            rule
        })
        .collect())
}

/// `kubectl create rolebinding`
pub(crate) async fn role_binding(cx: &Context, args: Args) -> Result<()> {
    let name = super::name_of(&args)?;
    let (role, cluster_role) = (args.text("role"), args.text("clusterrole"));
    if role.is_empty() == cluster_role.is_empty() {
        return Err(Error::local("exactly one of clusterrole or role must be specified"));
    }
    let (kind, target) = if role.is_empty() { ("ClusterRole", cluster_role) } else { ("Role", role) };
    let value = binding(&args, "RoleBinding", name, kind, target)?;
    super::create(cx, &args, "rolebindings.rbac.authorization.k8s.io", "rolebinding: ", value).await
}

/// `kubectl create clusterrolebinding`
pub(crate) async fn cluster_role_binding(cx: &Context, args: Args) -> Result<()> {
    let name = super::name_of(&args)?;
    let value = binding(&args, "ClusterRoleBinding", name, "ClusterRole", args.text("clusterrole"))?;
    super::create(cx, &args, "clusterrolebindings.rbac.authorization.k8s.io", "clusterrolebinding: ", value)
        .await
}

fn binding(args: &Args, kind: &str, name: &str, role_kind: &str, role: &str) -> Result<Value> {
    const GROUP: &str = "rbac.authorization.k8s.io";
    let mut subjects = Vec::new();
    for (flag, subject) in [("user", "User"), ("group", "Group")] {
        for entry in args.list(flag) {
            subjects.push(json!({"kind": subject, "apiGroup": GROUP, "name": entry}));
        }
    }
    for entry in args.list("serviceaccount") {
        let parts: Vec<&str> = entry.split(':').collect();
        let [namespace, account] = parts[..] else {
            return Err(Error::Local("serviceaccount must be <namespace>:<name>".to_owned()));
        };
        subjects.push(json!({"kind": "ServiceAccount", "namespace": namespace, "name": account}));
    }
    let mut value = json!({
        "apiVersion": format!("{GROUP}/v1"), "kind": kind, "metadata": {"name": name},
        "roleRef": {"apiGroup": GROUP, "kind": role_kind, "name": role},
    });
    if !subjects.is_empty() {
        value["subjects"] = Value::Array(subjects);
    }
    Ok(value)
}
