//! Who may do what: role-based access control.
//!
//! Upstream: `plugin/pkg/auth/authorizer/rbac/rbac.go`, `pkg/registry/rbac/validation/rule.go`.

use std::rc::Rc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use podground_api::object::{array_at, name, namespace, str_at, uid};
use podground_api::{Method, Request, Status, Value, json};

use super::ApiServer;
use super::context::{Context, User};
use super::errors;
use crate::store::Store;

/// The issuer of service accounts' tokens.
const ISSUER: &str = "https://kubernetes.default.svc.cluster.local";

/// What somebody wants to do.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attributes<'a> {
    pub(crate) verb: &'a str,
    pub(crate) group: &'a str,
    /// `pods`, `pods/log`.
    pub(crate) resource: String,
    /// `""` for what is in none, and for all.
    pub(crate) namespace: &'a str,
    pub(crate) name: &'a str,
    /// The path, where it is not about resources.
    pub(crate) path: &'a str,
}

/// A user with the groups that come with the name.
pub(crate) fn with_groups(name: &str, mut groups: Vec<String>) -> User {
    if let Some(rest) = name.strip_prefix("system:serviceaccount:") {
        groups.push("system:serviceaccounts".to_owned());
        if let Some((namespace, _)) = rest.split_once(':') {
            groups.push(format!("system:serviceaccounts:{namespace}"));
        }
    }
    if name != "system:anonymous" {
        groups.push("system:authenticated".to_owned());
    }
    let mut unique = Vec::new();
    for group in groups {
        if !unique.contains(&group) {
            unique.push(group);
        }
    }
    User { name: name.to_owned(), groups: unique, impersonated: false }
}

/// Nobody in particular.
pub(crate) fn anonymous() -> User {
    User {
        name: "system:anonymous".to_owned(),
        groups: vec!["system:unauthenticated".to_owned()],
        impersonated: false,
    }
}

/// Whether a user is above all rules.
pub(crate) fn is_master(user: &User) -> bool {
    user.groups.iter().any(|group| group == "system:masters")
}

/// Refuses what the user of a request may not do.
pub(super) fn check(cx: &Context) -> Result<(), Status> {
    if is_master(&cx.user) {
        return Ok(());
    }
    let watching = cx.request.query_value("watch").is_some_and(|value| value == "true" || value == "1");
    let verb = match (cx.request.method, cx.name.is_empty()) {
        (Method::Get, true) if watching => "watch",
        (Method::Get, true) => "list",
        (Method::Get, false) => "get",
        (Method::Post, _) => "create",
        (Method::Put, _) => "update",
        (Method::Patch, _) => "patch",
        (Method::Delete, true) => "deletecollection",
        (Method::Delete, false) => "delete",
    };
    let resource = if cx.subresource.is_empty() {
        cx.resource.plural.to_owned()
    } else {
        format!("{}/{}", cx.resource.plural, cx.subresource)
    };
    let attributes = Attributes {
        verb,
        group: cx.resource.group,
        resource,
        namespace: &cx.namespace,
        name: &cx.name,
        path: "",
    };
    if allowed(&cx.store(), &cx.user, &attributes).is_some() {
        return Ok(());
    }
    let place = if cx.namespace.is_empty() {
        "at the cluster scope".to_owned()
    } else {
        format!("in the namespace {:?}", cx.namespace)
    };
    let why = format!(
        "User {:?} cannot {verb} resource {:?} in API group {:?} {place}",
        cx.user.name, attributes.resource, attributes.group
    );
    Err(errors::forbidden(cx.resource, &cx.name, &why))
}

/// Refuses who may not read a path that is not about objects.
pub(super) fn check_path(api: &ApiServer, user: &User, request: &Request) -> Result<(), Status> {
    let verb = match request.method {
        Method::Get => "get",
        Method::Post => "post",
        Method::Put => "put",
        Method::Patch => "patch",
        Method::Delete => "delete",
    };
    let attributes = Attributes { verb, path: &request.path, ..Attributes::default() };
    if is_master(user) || allowed(&api.store(), user, &attributes).is_some() {
        return Ok(());
    }
    Err(errors::forbidden_path(&format!("User {:?} cannot {verb} path {:?}", user.name, request.path)))
}

/// Refuses who may not act as somebody else: as a user or service account, and as members of groups.
///
/// Upstream: `apiserver/pkg/endpoints/filters/impersonation.go`
pub(super) fn check_impersonation(
    api: &ApiServer,
    user: &User,
    target: &User,
    named: &[String],
) -> Result<(), Status> {
    let account = target.name.strip_prefix("system:serviceaccount:").and_then(|rest| rest.split_once(':'));
    let mut wanted = vec![match account {
        Some((namespace, name)) => ("serviceaccounts", namespace, name),
        None => ("users", "", target.name.as_str()),
    }];
    wanted.extend(named.iter().map(|group| ("groups", "", group.as_str())));
    for (resource, namespace, name) in wanted {
        let attributes = Attributes {
            verb: "impersonate",
            group: "",
            resource: resource.to_owned(),
            namespace,
            name,
            path: "",
        };
        if allowed(&api.store(), user, &attributes).is_some() {
            continue;
        }
        let place = if namespace.is_empty() {
            "at the cluster scope".to_owned()
        } else {
            format!("in the namespace {namespace:?}")
        };
        let mut status = errors::bad_request(format!(
            "{resource} {name:?} is forbidden: User {:?} cannot impersonate resource {resource:?} in API group \"\" {place}",
            user.name
        ));
        status.code = 403;
        "Forbidden".clone_into(&mut status.reason);
        return Err(status);
    }
    Ok(())
}

/// The reason why a user may do something, if so.
pub(crate) fn allowed(store: &Store, user: &User, wanted: &Attributes<'_>) -> Option<String> {
    if is_master(user) {
        return Some(String::new());
    }
    let mut found = None;
    each_rule(store, user, wanted.namespace, &mut |rule, reason| {
        if found.is_none() && matches(rule, wanted) {
            found = Some(reason());
        }
    });
    found
}

/// Calls `visit` with each rule that applies to a user in a namespace, and with the reason why it does.
pub(crate) fn each_rule(
    store: &Store,
    user: &User,
    in_namespace: &str,
    visit: &mut dyn FnMut(&Value, &dyn Fn() -> String),
) {
    const GROUP: &str = "rbac.authorization.k8s.io";
    let cluster = store.list("clusterrolebindings.rbac.authorization.k8s.io", None);
    let local = (!in_namespace.is_empty())
        .then(|| store.list("rolebindings.rbac.authorization.k8s.io", Some(in_namespace)))
        .into_iter()
        .flatten();
    for binding in cluster.chain(local) {
        let Some(subject) =
            array_at(binding, "/subjects").iter().find(|subject| is_subject(subject, user, binding))
        else {
            continue;
        };
        let (kind, role) = (str_at(binding, "/roleRef/kind"), str_at(binding, "/roleRef/name"));
        let found: Option<&Rc<Value>> = match kind {
            "ClusterRole" => store.get(&format!("clusterroles.{GROUP}"), "", role),
            _ => store.get(&format!("roles.{GROUP}"), namespace(binding), role),
        };
        let reason = || {
            let of = match str_at(binding, "/metadata/namespace") {
                "" => format!("ClusterRoleBinding {:?}", name(binding)),
                space => format!("RoleBinding \"{}/{space}\"", name(binding)),
            };
            let who = match str_at(subject, "/kind") {
                "ServiceAccount" => {
                    format!(
                        "ServiceAccount \"{}/{}\"",
                        str_at(subject, "/name"),
                        str_at(subject, "/namespace")
                    )
                }
                kind => format!("{kind} {:?}", str_at(subject, "/name")),
            };
            format!("RBAC: allowed by {of} of {kind} {role:?} to {who}")
        };
        for rule in found.map_or(&[][..], |role| array_at(role, "/rules")) {
            visit(rule, &reason);
        }
    }
}

fn is_subject(subject: &Value, user: &User, binding: &Value) -> bool {
    let name = str_at(subject, "/name");
    match str_at(subject, "/kind") {
        "User" => name == user.name,
        "Group" => user.groups.iter().any(|group| group == name),
        "ServiceAccount" => {
            let own = str_at(subject, "/namespace");
            let own = if own.is_empty() { namespace(binding) } else { own };
            user.name.strip_prefix("system:serviceaccount:") == Some(format!("{own}:{name}").as_str())
        }
        _ => false,
    }
}

fn listed(rule: &Value, field: &str, wanted: &str) -> bool {
    array_at(rule, field).iter().any(|value| value == "*" || value == wanted)
}

/// Whether a rule allows what is wanted.
fn matches(rule: &Value, wanted: &Attributes<'_>) -> bool {
    if !listed(rule, "/verbs", wanted.verb) {
        return false;
    }
    if !wanted.path.is_empty() {
        return array_at(rule, "/nonResourceURLs").iter().filter_map(Value::as_str).any(|url| {
            url == wanted.path || url.strip_suffix('*').is_some_and(|prefix| wanted.path.starts_with(prefix))
        });
    }
    let subresource = wanted.resource.split_once('/').map(|(_, subresource)| format!("*/{subresource}"));
    let resource = listed(rule, "/resources", &wanted.resource)
        || subresource.is_some_and(|all| array_at(rule, "/resources").iter().any(|value| *value == all));
    let names = array_at(rule, "/resourceNames");
    listed(rule, "/apiGroups", wanted.group)
        && resource
        && (names.is_empty() || names.iter().any(|value| value == wanted.name))
}

/// A token for a service account, as `kubectl create token` prints it.
pub(crate) fn token(api: &ApiServer, account: &Value, audiences: &[String], seconds: u64) -> String {
    let now = api.sim().now().unix_seconds();
    let header = json!({ "alg": "RS256", "kid": api.sim().rng("token key", &[]).hex(16) });
    let (space, account_name) = (namespace(account), name(account));
    let payload = json!({
        "aud": audiences,
        "exp": now + seconds,
        "iat": now,
        "iss": ISSUER,
        "kubernetes.io": { "namespace": space, "serviceaccount": { "name": account_name, "uid": uid(account) } },
        "nbf": now,
        "sub": format!("system:serviceaccount:{space}:{account_name}"),
    });
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", encode(&header), encode(&payload));
    let signature = signature(api, &signed);
    format!("{signed}.{signature}")
}

fn signature(api: &ApiServer, signed: &str) -> String {
    let mut rng = api.sim().rng("token signature", &[signed]);
    let bytes: Vec<u8> = (0..32).flat_map(|_| rng.next_u64().to_le_bytes()).collect();
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The user of a token, if it is good: signed here, not expired, and its account is still the same.
pub(crate) fn token_user(api: &ApiServer, token: &str) -> Option<String> {
    let (signed, given) = token.rsplit_once('.')?;
    if given != signature(api, signed) {
        return None;
    }
    let payload = URL_SAFE_NO_PAD.decode(signed.split_once('.')?.1).ok()?;
    let payload: Value = serde_json::from_slice(&payload).ok()?;
    if payload.get("exp")?.as_u64()? < api.sim().now().unix_seconds() {
        return None;
    }
    let claims = payload.get("kubernetes.io")?;
    let (space, account) = (str_at(claims, "/namespace"), str_at(claims, "/serviceaccount/name"));
    let store = api.store();
    let account = store.get("serviceaccounts", space, account)?;
    (uid(account) == str_at(claims, "/serviceaccount/uid")).then(|| str_at(&payload, "/sub").to_owned())
}
