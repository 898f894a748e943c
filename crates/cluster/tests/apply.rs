//! Server-side apply: managers, conflicts, and what is taken away.

#![allow(clippy::unwrap_used, reason = "a test may end there")]

use podground_api::object::{array_at, at, str_at};
use podground_api::{Method, Request, Value, json};
use podground_cluster::apiserver::ApiServer;
use podground_sim::{Sim, Time};

const DEPLOYMENT: &str = "/apis/apps/v1/namespaces/default/deployments/web";

fn server() -> ApiServer {
    let api = ApiServer::new(Sim::new(1, Time::parse_rfc3339("2026-01-01T00:00:00Z").unwrap()));
    let body = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}});
    assert_eq!(api.handle(Request::new(Method::Post, "/api/v1/namespaces").with_body(body)).status, 201);
    api
}

fn send(api: &ApiServer, request: Request) -> (u16, Value) {
    let response = api.handle(request);
    (response.status, (*response.into_json()).clone())
}

fn apply(api: &ApiServer, manager: &str, force: bool, spec: &Value) -> (u16, Value) {
    let body =
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": spec});
    let request = Request::new(Method::Patch, DEPLOYMENT)
        .with_query("fieldManager", manager)
        .with_query("force", force.to_string())
        .with_header("content-type", "application/apply-patch+yaml")
        .with_body(body);
    send(api, request)
}

fn spec(containers: Value) -> Value {
    json!({
        "selector": {"matchLabels": {"app": "web"}},
        "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": containers}},
    })
}

fn managers(object: &Value) -> Vec<String> {
    array_at(object, "/metadata/managedFields")
        .iter()
        .map(|entry| format!("{} {}", str_at(entry, "/manager"), str_at(entry, "/operation")))
        .collect()
}

#[test]
fn two_managers_share_an_object() {
    let api = server();
    let first = spec(json!([{"name": "a", "image": "nginx:1", "env": [{"name": "X", "value": "1"}]}]));
    let (code, made) = apply(&api, "one", false, &first);
    assert_eq!((code, managers(&made)), (201, vec!["one Apply".to_owned()]));

    // What has a manager cannot be changed by another one without force.
    let second = spec(json!([{"name": "a", "image": "nginx:2"}, {"name": "side", "image": "busybox"}]));
    let (code, status) = apply(&api, "two", false, &second);
    let path = ".spec.template.spec.containers[name=\"a\"].image";
    let expected = format!("Apply failed with 1 conflict: conflict with \"one\": {path}");
    assert_eq!((code, str_at(&status, "/message")), (409, expected.as_str()));
    assert_eq!(str_at(&status, "/details/causes/0/field"), path);
    let (code, object) = apply(&api, "two", true, &second);
    assert_eq!((code, managers(&object).len()), (200, 2));

    // The first lets go of a variable that only it wanted; the second's container stays.
    let less = spec(json!([{"name": "a", "image": "nginx:2"}]));
    let (code, object) = apply(&api, "one", false, &less);
    assert_eq!(code, 200);
    let containers = array_at(&object, "/spec/template/spec/containers");
    assert_eq!(containers.len(), 2);
    assert!(at(&containers[0], "/env").is_null());

    // When the second lets its container go, nobody holds it.
    let (_, object) = apply(&api, "two", false, &less);
    assert_eq!(array_at(&object, "/spec/template/spec/containers").len(), 1);

    // Values that are the same do not conflict.
    let (code, _) = apply(&api, "three", false, &less);
    assert_eq!(code, 200);
}

#[test]
fn updates_own_fields_too() {
    let api = server();
    let mut with_replicas = spec(json!([{"name": "a", "image": "nginx:1"}]));
    with_replicas["replicas"] = 2.into();
    apply(&api, "one", false, &with_replicas);
    let scale = Request::new(Method::Patch, format!("{DEPLOYMENT}/scale"))
        .with_header("content-type", "application/merge-patch+json")
        .with_header("user-agent", "kubectl/v1.36.4")
        .with_body(json!({"spec": {"replicas": 5}}));
    assert_eq!(send(&api, scale).0, 200);
    let (code, status) = apply(&api, "one", false, &with_replicas);
    let expected = "Apply failed with 1 conflict: conflict with \"kubectl\" with subresource \"scale\" using apps/v1: .spec.replicas";
    assert_eq!((code, str_at(&status, "/message")), (409, expected));
    // Not to name a field is to leave it to others.
    let (code, object) = apply(&api, "one", false, &spec(json!([{"name": "a", "image": "nginx:1"}])));
    assert_eq!((code, at(&object, "/spec/replicas")), (200, &json!(5)));
}

#[test]
fn an_apply_needs_a_manager() {
    let api = server();
    let (code, status) = apply(&api, "", false, &spec(json!([])));
    assert_eq!(code, 422);
    assert!(str_at(&status, "/message").contains("fieldManager: Required value"));
}
