//! Validating admission policies: what their expressions refuse.
//!
//! Upstream: `apiserver/pkg/admission/plugin/policy/validating/{dispatcher,validator}.go`, `.../generic`, `.../matching`.

use std::collections::BTreeMap;
use std::rc::Rc;

use podground_api::object::{array_at, at, name, str_at};
use podground_api::status::StatusCause;
use podground_api::{Method, Selector, Status, Value, json};

use super::Plugin;
use crate::apiserver::authorization::{Attributes, allowed};
use crate::apiserver::context::Context;
use crate::apiserver::errors;
use crate::cel;

pub(super) const PLUGIN: Plugin =
    Plugin { name: "ValidatingAdmissionPolicy", mutate: None, validate: Some(validate) };

const POLICIES: &str = "validatingadmissionpolicies.admissionregistration.k8s.io";
const BINDINGS: &str = "validatingadmissionpolicybindings.admissionregistration.k8s.io";

/// What a request does, in the words of rules.
fn operation(object: Option<&Value>, old: Option<&Value>) -> &'static str {
    match (object, old) {
        (None, _) => "DELETE",
        (Some(_), None) => "CREATE",
        (Some(_), Some(_)) => "UPDATE",
    }
}

fn validate(cx: &Context, object: Option<&Value>, old: Option<&Value>) -> Result<(), Status> {
    for (policy, binding) in bound(cx, POLICIES, BINDINGS) {
        let constraints = [at(&policy, "/spec/matchConstraints"), at(&binding, "/spec/matchResources")];
        if constraints.iter().all(|constraints| matches(cx, constraints, object, old)) {
            enforce(cx, &policy, &binding, object, old)?;
        }
    }
    Ok(())
}

/// The policies of a kind that are bound, each with its binding.
pub(super) fn bound(cx: &Context, policies: &str, bindings: &str) -> Vec<(Rc<Value>, Rc<Value>)> {
    // Policies do not bind those who make policies, lest one locks oneself out.
    if cx.resource.group == "admissionregistration.k8s.io" || cx.store().count(bindings) == 0 {
        return Vec::new();
    }
    let policy_of =
        |binding: &Value| cx.store().get(policies, "", str_at(binding, "/spec/policyName")).cloned();
    cx.store()
        .list(bindings, None)
        .filter_map(|binding| Some((policy_of(binding)?, binding.clone())))
        .collect()
}

/// Whether a request is one that `matchConstraints` speaks of; no constraints speak of all.
pub(super) fn matches(
    cx: &Context,
    constraints: &Value,
    object: Option<&Value>,
    old: Option<&Value>,
) -> bool {
    let listed = |rule: &Value, field: &str, wanted: &str| {
        array_at(rule, field).iter().any(|value| value == "*" || value == wanted)
    };
    // A change of the scale is stored by way of the whole object, but is a request of its own.
    let scale = cx.request.path.ends_with("/scale");
    let plural = if scale { format!("{}/scale", cx.resource.plural) } else { cx.resource.plural.to_owned() };
    let rule_fits = |rule: &Value| {
        let names = array_at(rule, "/resourceNames");
        let scope = str_at(rule, "/scope");
        listed(rule, "/operations", operation(object, old))
            && listed(rule, "/apiGroups", cx.resource.group)
            && listed(rule, "/apiVersions", cx.resource.version)
            && array_at(rule, "/resources")
                .iter()
                .any(|value| *value == plural || value == "*/*" || value == "*" && !scale)
            && (names.is_empty() || names.iter().any(|value| *value == cx.name))
            && (scope.is_empty() || scope == "*" || (scope == "Namespaced") == cx.resource.namespaced)
    };
    if array_at(constraints, "/excludeResourceRules").iter().any(rule_fits) {
        return false;
    }
    let rules = at(constraints, "/resourceRules");
    if rules.as_array().is_some_and(|rules| !rules.iter().any(rule_fits)) {
        return false;
    }
    let selects = |field: &str, object: &Value| {
        let selector = at(constraints, field);
        selector.is_null()
            || Selector::from_label_selector(selector).is_none_or(|selector| selector.matches_object(object))
    };
    let subject = object.or(old).unwrap_or(&Value::Null);
    if !selects("/objectSelector", subject) {
        return false;
    }
    let namespace = if cx.resource.key == "namespaces" {
        Some(subject.clone())
    } else {
        cx.store().get("namespaces", "", &cx.namespace).map(|namespace| Value::clone(namespace))
    };
    namespace.is_none_or(|namespace| selects("/namespaceSelector", &namespace))
}

/// The request as expressions see it.
fn request(cx: &Context, object: Option<&Value>, old: Option<&Value>) -> Value {
    json!({
        "kind": {"group": cx.resource.group, "version": cx.resource.version, "kind": cx.resource.kind},
        "resource": {"group": cx.resource.group, "version": cx.resource.version, "resource": cx.resource.plural},
        "subResource": cx.subresource,
        "name": object.or(old).map(name).unwrap_or_default(),
        "namespace": cx.namespace,
        "operation": operation(object, old),
        "userInfo": {"username": cx.user.name, "groups": cx.user.groups},
        "dryRun": cx.dry_run,
    })
}

/// The objects that a policy takes its parameters from; `None` if it takes none.
pub(super) fn parameters(cx: &Context, policy: &Value, binding: &Value) -> Option<Vec<Value>> {
    let kind = at(policy, "/spec/paramKind");
    if kind.is_null() {
        return None;
    }
    let reference = at(binding, "/spec/paramRef");
    let resource = cx.api.resources().find(|resource| {
        resource.kind == str_at(kind, "/kind") && resource.group_version() == str_at(kind, "/apiVersion")
    });
    let Some(resource) = resource.filter(|_| !reference.is_null()) else { return Some(Vec::new()) };
    let namespace = match str_at(reference, "/namespace") {
        _ if !resource.namespaced => "",
        "" => &cx.namespace,
        namespace => namespace,
    };
    let store = cx.store();
    let wanted = str_at(reference, "/name");
    if !wanted.is_empty() {
        return Some(
            store.get(resource.key, namespace, wanted).map(|found| Value::clone(found)).into_iter().collect(),
        );
    }
    let selector = Selector::from_label_selector(at(reference, "/selector")).unwrap_or_default();
    let all = store.list(resource.key, Some(namespace)).filter(|object| selector.matches_object(object));
    Some(all.map(|object| Value::clone(object)).collect())
}

/// What expressions may speak of.
pub(super) fn variables(
    cx: &Context,
    object: Option<&Value>,
    old: Option<&Value>,
) -> BTreeMap<String, Value> {
    let mut variables = BTreeMap::from([
        ("object".to_owned(), object.cloned().unwrap_or_default()),
        ("oldObject".to_owned(), old.cloned().unwrap_or_default()),
        ("request".to_owned(), request(cx, object, old)),
    ]);
    if let Some(namespace) = cx.store().get("namespaces", "", &cx.namespace) {
        variables.insert("namespaceObject".to_owned(), Value::clone(namespace));
    }
    variables
}

/// The policy's own variables. One that cannot be computed is missing where it is used.
pub(super) fn compute(cx: &Context, policy: &Value, variables: &mut BTreeMap<String, Value>) {
    let mut own = podground_api::Map::new();
    for variable in array_at(policy, "/spec/variables") {
        variables.insert("variables".to_owned(), Value::Object(own.clone()));
        if let Ok(value) = evaluate(cx, str_at(variable, "/expression"), variables) {
            own.insert(str_at(variable, "/name").to_owned(), value);
        }
    }
    variables.insert("variables".to_owned(), Value::Object(own));
}

fn enforce(
    cx: &Context,
    policy: &Value,
    binding: &Value,
    object: Option<&Value>,
    old: Option<&Value>,
) -> Result<(), Status> {
    let mut variables = variables(cx, object, old);
    let parameters = match parameters(cx, policy, binding) {
        None => vec![Value::Null],
        Some(found) if found.is_empty() => {
            if str_at(binding, "/spec/paramRef/parameterNotFoundAction") == "Allow" {
                return Ok(());
            }
            let message = "failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction";
            return decide(cx, policy, binding, message, "Invalid");
        }
        Some(found) => found,
    };
    for parameter in parameters {
        variables.insert("params".to_owned(), parameter);
        one(cx, policy, binding, &mut variables)?;
    }
    Ok(())
}

/// Evaluates the expressions of a policy with one parameter.
fn one(
    cx: &Context,
    policy: &Value,
    binding: &Value,
    variables: &mut BTreeMap<String, Value>,
) -> Result<(), Status> {
    let ignore = str_at(policy, "/spec/failurePolicy") == "Ignore";
    for condition in array_at(policy, "/spec/matchConditions") {
        match evaluate(cx, str_at(condition, "/expression"), variables) {
            Ok(Value::Bool(true)) => {}
            Ok(_) => return Ok(()),
            Err(_) if ignore => return Ok(()),
            Err(why) => {
                let text =
                    format!("match condition '{}' resulted in error: {why}", str_at(condition, "/name"));
                return decide(cx, policy, binding, &text, "Invalid");
            }
        }
    }
    compute(cx, policy, variables);
    for validation in array_at(policy, "/spec/validations") {
        let text = str_at(validation, "/expression");
        let message = match evaluate(cx, text, variables) {
            Ok(Value::Bool(true)) => continue,
            Ok(_) => {
                let computed = str_at(validation, "/messageExpression");
                let computed = (!computed.is_empty())
                    .then(|| evaluate(cx, computed, variables).ok())
                    .flatten()
                    .and_then(|computed| computed.as_str().map(str::to_owned));
                match (computed, str_at(validation, "/message")) {
                    (Some(computed), _) => computed,
                    (None, "") => format!("failed expression: {}", text.trim()),
                    (None, message) => message.to_owned(),
                }
            }
            Err(_) if ignore => continue,
            Err(why) => format!("expression '{text}' resulted in error: {why}"),
        };
        let reason = str_at(validation, "/reason");
        decide(cx, policy, binding, &message, if reason.is_empty() { "Invalid" } else { reason })?;
    }
    Ok(())
}

pub(super) fn evaluate(
    cx: &Context,
    text: &str,
    variables: &BTreeMap<String, Value>,
) -> Result<Value, String> {
    let expression = cel::parse(text)?;
    if cel::mentions(&expression, "authorizer") {
        return authorizer(cx, text);
    }
    cel::evaluate(&expression, variables)
}

/// `authorizer.group('apps').resource('deployments').check('create').allowed()` is the one form that is known.
fn authorizer(cx: &Context, text: &str) -> Result<Value, String> {
    let part = |name: &str| -> Option<&str> {
        let (_, rest) = text.split_once(&format!(".{name}("))?;
        rest.trim_start().strip_prefix(['\'', '"'])?.split(['\'', '"']).next()
    };
    let (Some(resource), Some(verb)) = (part("resource"), part("check")) else {
        return Err("podground does not support this use of authorizer in CEL yet".to_owned());
    };
    if !text.trim_end().ends_with(".allowed()") {
        return Err("podground does not support this use of authorizer in CEL yet".to_owned());
    }
    let attributes = Attributes {
        verb,
        group: part("group").unwrap_or_default(),
        resource: resource.to_owned(),
        namespace: part("namespace").unwrap_or_default(),
        name: part("name").unwrap_or_default(),
        path: "",
    };
    Ok(allowed(&cx.store(), &cx.user, &attributes).is_some().into())
}

/// What becomes of a violation: the binding says it.
fn decide(cx: &Context, policy: &Value, binding: &Value, message: &str, reason: &str) -> Result<(), Status> {
    let actions = array_at(binding, "/spec/validationActions");
    let who = format!("ValidatingAdmissionPolicy '{}' with binding '{}'", name(policy), name(binding));
    if actions.iter().any(|action| action == "Warn") {
        cx.warn(format!("Validation failed for {who}: {message}"));
    }
    if !actions.iter().any(|action| action == "Deny") {
        return Ok(());
    }
    let why = format!("{who} denied request: {message}");
    let object_name = if cx.name.is_empty() && cx.request.method == Method::Post {
        cx.request.body.as_deref().map(name).unwrap_or_default()
    } else {
        &cx.name
    };
    let mut status = errors::forbidden(cx.resource, object_name, &why);
    reason.clone_into(&mut status.reason);
    status.code = match reason {
        "Unauthorized" => 401,
        "Forbidden" => 403,
        "RequestEntityTooLarge" => 413,
        _ => 422,
    };
    if let Some(details) = &mut status.details {
        details.causes.push(StatusCause { reason: String::new(), message: why, field: String::new() });
    }
    Err(status)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apiserver::ApiServer;
    use podground_api::Request;
    use podground_sim::{Sim, Time};

    fn post(api: &ApiServer, path: &str, body: Value) -> (u16, Value) {
        let response = api.handle(Request::new(Method::Post, path).with_body(body));
        (response.status, Value::clone(&response.into_json()))
    }

    #[test]
    fn policies_refuse() {
        let api = ApiServer::new(Sim::new(1, Time::default()));
        let group = "/apis/admissionregistration.k8s.io/v1";
        assert_eq!(post(&api, "/api/v1/namespaces", json!({"metadata": {"name": "default"}})).0, 201);
        let policy = json!({
            "metadata": {"name": "small"},
            "spec": {
                "matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"],
                    "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}]},
                "variables": [{"name": "count", "expression": "has(object.data) ? size(object.data) : 0"}],
                "validations": [{"expression": "variables.count <= 1"}],
            },
        });
        assert_eq!(post(&api, &format!("{group}/validatingadmissionpolicies"), policy).0, 201);
        let map = |name: &str, data: Value| json!({"metadata": {"name": name}, "data": data});
        let maps = "/api/v1/namespaces/default/configmaps";
        assert_eq!(post(&api, maps, map("before", json!({"a": "1", "b": "2"}))).0, 201);
        let binding = json!({
            "metadata": {"name": "all"}, "spec": {"policyName": "small", "validationActions": ["Deny"]},
        });
        assert_eq!(post(&api, &format!("{group}/validatingadmissionpolicybindings"), binding).0, 201);
        assert_eq!(post(&api, maps, map("small", json!({"a": "1"}))).0, 201);
        let (code, status) = post(&api, maps, map("large", json!({"a": "1", "b": "2"})));
        assert_eq!(
            (code, str_at(&status, "/message")),
            (
                422,
                "configmaps \"large\" is forbidden: ValidatingAdmissionPolicy 'small' with binding 'all' denied request: \
                 failed expression: variables.count <= 1"
            )
        );
    }
}
