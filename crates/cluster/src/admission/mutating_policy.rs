//! Mutating admission policies: what their expressions change.
//!
//! Upstream: `apiserver/pkg/admission/plugin/policy/mutating/{dispatcher,compilation}.go`, `.../mutating/patch`.

use std::collections::BTreeMap;

use podground_api::object::{array_at, at, name, str_at};
use podground_api::{Schema, Status, Value, patch};

use super::Plugin;
use super::validating_policy::{bound, compute, evaluate, matches, parameters, variables};
use crate::apiserver::context::Context;
use crate::apiserver::errors;

pub(super) const PLUGIN: Plugin =
    Plugin { name: "MutatingAdmissionPolicy", mutate: Some(mutate), validate: None };

const POLICIES: &str = "mutatingadmissionpolicies.admissionregistration.k8s.io";
const BINDINGS: &str = "mutatingadmissionpolicybindings.admissionregistration.k8s.io";

fn mutate(cx: &Context, object: &mut Value, old: Option<&Value>) -> Result<(), Status> {
    for (policy, binding) in bound(cx, POLICIES, BINDINGS) {
        let constraints = [at(&policy, "/spec/matchConstraints"), at(&binding, "/spec/matchResources")];
        if constraints.iter().all(|constraints| matches(cx, constraints, Some(object), old)) {
            let before = object.clone();
            match apply(cx, &policy, &binding, object, old) {
                Ok(()) => {}
                Err(_) if str_at(&policy, "/spec/failurePolicy") == "Ignore" => *object = before,
                Err(why) => return Err(refusal(cx, &policy, &binding, object, &why)),
            }
            cx.resource.default(object);
        }
    }
    Ok(())
}

fn refusal(cx: &Context, policy: &Value, binding: &Value, object: &Value, why: &str) -> Status {
    let text = format!("policy '{}' with binding '{}' denied request: {why}", name(policy), name(binding));
    let mut status = errors::forbidden(cx.resource, name(object), &text);
    "Invalid".clone_into(&mut status.reason);
    status.code = 422;
    status
}

/// Applies the mutations of a policy, one after the other, with each of its parameters.
fn apply(
    cx: &Context,
    policy: &Value,
    binding: &Value,
    object: &mut Value,
    old: Option<&Value>,
) -> Result<(), String> {
    let parameters = match parameters(cx, policy, binding) {
        None => vec![Value::Null],
        Some(found) if found.is_empty() => {
            if str_at(binding, "/spec/paramRef/parameterNotFoundAction") == "Allow" {
                return Ok(());
            }
            return Err("failed to configure binding: no params found for policy binding with `Deny` \
                        parameterNotFoundAction"
                .to_owned());
        }
        Some(found) => found,
    };
    for parameter in parameters {
        let mut known = variables(cx, Some(object), old);
        known.insert("params".to_owned(), parameter);
        if !conditions_hold(cx, policy, &known)? {
            continue;
        }
        for mutation in array_at(policy, "/spec/mutations") {
            known.insert("object".to_owned(), object.clone());
            compute(cx, policy, &mut known);
            *object = mutated(cx, mutation, object, &known)?;
        }
    }
    Ok(())
}

fn conditions_hold(
    cx: &Context,
    policy: &Value,
    variables: &BTreeMap<String, Value>,
) -> Result<bool, String> {
    for condition in array_at(policy, "/spec/matchConditions") {
        match evaluate(cx, str_at(condition, "/expression"), variables) {
            Ok(Value::Bool(true)) => {}
            Ok(_) => return Ok(false),
            Err(why) => {
                let name = str_at(condition, "/name");
                return Err(format!("match condition '{name}' resulted in error: {why}"));
            }
        }
    }
    Ok(true)
}

/// The object as one mutation leaves it.
fn mutated(
    cx: &Context,
    mutation: &Value,
    object: &Value,
    variables: &BTreeMap<String, Value>,
) -> Result<Value, String> {
    let kind = str_at(mutation, "/patchType");
    let field = if kind == "JSONPatch" { "jsonPatch" } else { "applyConfiguration" };
    let text = str_at(mutation, &format!("/{field}/expression"));
    let failed = |why: String| format!("expression '{}' resulted in error: {why}", text.trim());
    let change = evaluate(cx, text, variables).map_err(failed)?;
    match kind {
        "JSONPatch" => patch::apply_json_patch(object, &change).map_err(failed),
        "ApplyConfiguration" if change.is_object() => {
            let schema = Schema::builtin();
            match schema.kind(&cx.resource.group_version(), cx.resource.kind) {
                // Lists are merged by their keys, as by server-side apply.
                Some(known) => {
                    patch::apply_strategic_merge_patch(schema, &known.name, object, &change).map_err(failed)
                }
                None => Ok(patch::apply_merge_patch(object, &change)),
            }
        }
        "ApplyConfiguration" => Err(failed("must evaluate to Object".to_owned())),
        other => Err(format!("unsupported patch type {other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apiserver::ApiServer;
    use podground_api::{Method, Request, json};
    use podground_sim::{Sim, Time};

    fn post(api: &ApiServer, path: &str, body: Value) -> (u16, Value) {
        let response = api.handle(Request::new(Method::Post, path).with_body(body));
        (response.status, Value::clone(&response.into_json()))
    }

    fn with_policy(mutations: &Value) -> ApiServer {
        let api = ApiServer::new(Sim::new(1, Time::default()));
        let group = "/apis/admissionregistration.k8s.io/v1";
        let named = json!({"metadata": {"name": "default"}});
        assert_eq!(post(&api, "/api/v1/namespaces", named.clone()).0, 201);
        assert_eq!(post(&api, "/api/v1/namespaces/default/serviceaccounts", named).0, 201);
        let policy = json!({
            "metadata": {"name": "p"},
            "spec": {
                "matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"],
                    "operations": ["CREATE"], "resources": ["pods"]}]},
                "matchConditions": [{"name": "no-log", "expression":
                    "!object.spec.?initContainers.orValue([]).exists(c, c.name == 'log')"}],
                "reinvocationPolicy": "Never", "failurePolicy": "Fail", "mutations": mutations,
            },
        });
        let (code, answer) = post(&api, &format!("{group}/mutatingadmissionpolicies"), policy);
        assert_eq!(code, 201, "{answer}");
        let binding = json!({"metadata": {"name": "b"}, "spec": {"policyName": "p"}});
        assert_eq!(post(&api, &format!("{group}/mutatingadmissionpolicybindings"), binding).0, 201);
        api
    }

    fn pod() -> Value {
        json!({"metadata": {"name": "web"}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}})
    }

    const PODS: &str = "/api/v1/namespaces/default/pods";

    #[test]
    fn an_apply_configuration_is_merged_in() {
        let api =
            with_policy(&json!([{"patchType": "ApplyConfiguration", "applyConfiguration": {"expression":
            "Object{metadata: Object.metadata{labels: {'team': 'a'}}, spec: Object.spec{initContainers: \
             [Object.spec.initContainers{name: 'log', image: 'busybox', restartPolicy: 'Always'}]}}"}}]));
        let (code, made) = post(&api, PODS, pod());
        assert_eq!(code, 201, "{made}");
        assert_eq!(str_at(&made, "/metadata/labels/team"), "a");
        assert_eq!(str_at(&made, "/spec/initContainers/0/image"), "busybox");
        // Defaults are set in what was added, too.
        assert_eq!(str_at(&made, "/spec/initContainers/0/imagePullPolicy"), "Always");
        assert_eq!(str_at(&made, "/spec/containers/0/image"), "nginx");
    }

    #[test]
    fn a_json_patch_is_applied_and_its_errors_refuse() {
        let patch = |op: &str| {
            json!([{"patchType": "JSONPatch", "jsonPatch": {"expression": format!(
            "[JSONPatch{{op: '{op}', path: '/metadata/annotations', value: {{'by': request.operation}}}}]")}}])
        };
        let (code, made) = post(&with_policy(&patch("add")), PODS, pod());
        assert_eq!((code, str_at(&made, "/metadata/annotations/by")), (201, "CREATE"));
        let (code, status) = post(&with_policy(&patch("nosuch")), PODS, pod());
        assert_eq!(code, 422);
        let message = str_at(&status, "/message");
        assert!(message.contains("policy 'p' with binding 'b' denied request: expression '"), "{message}");
    }
}
