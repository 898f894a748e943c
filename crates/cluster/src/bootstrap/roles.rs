//! The roles and bindings that every API server makes when it starts.
//!
//! Upstream: `plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go`

use podground_api::{Value, json};

use super::Creator;

static ROLES: &str = include_str!("roles.txt");

/// Cluster roles and whom they are bound to: the kind and the name of the subjects.
const BINDINGS: &[(&str, &str, &[&str])] = &[
    ("cluster-admin", "Group", &["system:masters"]),
    ("system:basic-user", "Group", &["system:authenticated"]),
    ("system:discovery", "Group", &["system:authenticated"]),
    ("system:kube-controller-manager", "User", &["system:kube-controller-manager"]),
    ("system:kube-dns", "ServiceAccount", &["kube-dns"]),
    ("system:kube-scheduler", "User", &["system:kube-scheduler"]),
    ("system:monitoring", "Group", &["system:monitoring"]),
    ("system:node", "Group", &[]),
    ("system:node-proxier", "User", &["system:kube-proxy"]),
    ("system:public-info-viewer", "Group", &["system:authenticated", "system:unauthenticated"]),
    ("system:service-account-issuer-discovery", "Group", &["system:serviceaccounts"]),
    ("system:volume-scheduler", "User", &["system:kube-scheduler"]),
];

/// Creates them.
pub(super) fn create(creator: &Creator) {
    let mut role: Option<Value> = None;
    for line in ROLES.lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<&str> = line.split(' ').collect();
        let next = match words.as_slice() {
            ["R", name, rest @ ..] => self::role(name, None, rest.first()),
            ["A", name, selects, rest @ ..] => self::role(name, Some(selects), rest.first()),
            _ => {
                if let Some(rules) = role.as_mut().and_then(|role| role["rules"].as_array_mut()) {
                    rules.push(rule(&words));
                }
                continue;
            }
        };
        if let Some(done) = role.replace(next) {
            creator.create("clusterroles.rbac.authorization.k8s.io", done);
        }
    }
    if let Some(done) = role {
        creator.create("clusterroles.rbac.authorization.k8s.io", done);
    }
    for (name, kind, subjects) in BINDINGS {
        creator.create("clusterrolebindings.rbac.authorization.k8s.io", binding(name, kind, subjects));
    }
}

fn metadata(name: &str) -> Value {
    json!({
        "name": name,
        "annotations": {"rbac.authorization.kubernetes.io/autoupdate": "true"},
        "labels": {"kubernetes.io/bootstrapping": "rbac-defaults"},
    })
}

fn role(name: &str, selects: Option<&str>, aggregates_to: Option<&&str>) -> Value {
    let label = |to: &str| format!("rbac.authorization.k8s.io/aggregate-to-{to}");
    let mut role = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": metadata(name), "rules": [],
    });
    if let Some(to) = aggregates_to {
        role["metadata"]["labels"][label(to)] = "true".into();
    }
    if let Some(selects) = selects {
        role["aggregationRule"] =
            json!({"clusterRoleSelectors": [{"matchLabels": {label(selects): "true"}}]});
        role["rules"] = Value::Null;
    }
    role
}

fn rule(words: &[&str]) -> Value {
    let list = |word: &str| -> Value {
        word.split(',').map(|part| if part == "-" { "" } else { part }).collect::<Vec<_>>().into()
    };
    let verbs = |word: &str| match word {
        "read" => list("get,list,watch"),
        "write" => list("create,delete,deletecollection,patch,update"),
        "all" => list("create,delete,deletecollection,get,list,patch,update,watch"),
        "event" => list("create,patch,update"),
        other => list(other),
    };
    match words {
        ["url", paths, may] => json!({"nonResourceURLs": list(paths), "verbs": verbs(may)}),
        [groups, resources, may] => {
            json!({"apiGroups": list(groups), "resources": list(resources), "verbs": verbs(may)})
        }
        [groups, resources, may, names] => json!({
            "apiGroups": list(groups), "resourceNames": list(names), "resources": list(resources), "verbs": verbs(may),
        }),
        _ => Value::Null,
    }
}

fn binding(name: &str, kind: &str, subjects: &[&str]) -> Value {
    const GROUP: &str = "rbac.authorization.k8s.io";
    let subject = |subject: &&str| match kind {
        "ServiceAccount" => json!({"kind": kind, "name": subject, "namespace": "kube-system"}),
        _ => json!({"apiGroup": GROUP, "kind": kind, "name": subject}),
    };
    let mut binding = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": metadata(name),
        "roleRef": {"apiGroup": GROUP, "kind": "ClusterRole", "name": name},
    });
    if !subjects.is_empty() {
        binding["subjects"] = subjects.iter().map(subject).collect();
    }
    binding
}
