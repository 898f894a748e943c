//! The API server, driven by requests as a client sends them.

#![allow(clippy::unwrap_used, reason = "a test may end there")]

use podground_api::object::{name, str_at};
use podground_api::{Body, Method, Request, Response, Value, json};
use podground_cluster::apiserver::ApiServer;
use podground_sim::{Sim, Time};

fn server() -> ApiServer {
    let api = ApiServer::new(Sim::new(1, Time::parse_rfc3339("2026-01-01T00:00:00Z").unwrap()));
    for namespace in ["default", "kube-system", "dev"] {
        let body = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}});
        let response = api.handle(Request::new(Method::Post, "/api/v1/namespaces").with_body(body));
        assert_eq!(response.status, 201);
    }
    let body = json!({"metadata": {"name": "default"}});
    let accounts = "/api/v1/namespaces/default/serviceaccounts";
    assert_eq!(api.handle(Request::new(Method::Post, accounts).with_body(body)).status, 201);
    api
}

const PODS: &str = "/api/v1/namespaces/default/pods";
const MAPS: &str = "/api/v1/namespaces/default/configmaps";

fn pod(name: &str) -> Value {
    json!({"metadata": {"name": name, "labels": {"app": name}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}})
}

fn send(api: &ApiServer, method: Method, path: &str, body: Value) -> (u16, Value) {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut request = Request::new(method, path);
    for (key, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        request = request.with_query(key, value);
    }
    if !body.is_null() {
        request = request.with_body(body);
    }
    if method == Method::Patch {
        request = request.with_header("content-type", "application/merge-patch+json");
    }
    let Response { status, body, .. } = api.handle(request);
    match body {
        Body::Json(value) => (status, (*value).clone()),
        Body::Text(text) => (status, text.into()),
        other => panic!("{other:?}"),
    }
}

fn get(api: &ApiServer, path: &str) -> (u16, Value) {
    send(api, Method::Get, path, Value::Null)
}

#[test]
fn creates_reads_changes_and_deletes() {
    let api = server();
    let body = json!({"metadata": {"name": "cm"}, "data": {"a": "1"}});
    let (code, made) = send(&api, Method::Post, MAPS, body.clone());
    assert_eq!((code, str_at(&made, "/kind")), (201, "ConfigMap"));
    let (code, status) = send(&api, Method::Post, MAPS, body);
    assert_eq!((code, str_at(&status, "/message")), (409, "configmaps \"cm\" already exists"));
    let path = format!("{MAPS}/cm");
    assert_eq!(get(&api, &path).1, made);
    let (code, changed) = send(&api, Method::Patch, &path, json!({"data": {"b": "2"}}));
    assert_eq!((code, &changed["data"]), (200, &json!({"a": "1", "b": "2"})));
    let (code, same) = send(&api, Method::Patch, &path, json!({"data": {"b": "2"}}));
    assert_eq!((code, &same), (200, &changed), "a patch that changes nothing writes nothing");
    let (code, status) = send(&api, Method::Put, &path, made);
    assert_eq!(code, 409);
    assert_eq!(
        str_at(&status, "/message"),
        "Operation cannot be fulfilled on configmaps \"cm\": the object has been modified; please apply your changes to the latest version and try again"
    );
    let (code, status) = send(&api, Method::Delete, &path, Value::Null);
    assert_eq!((code, str_at(&status, "/status")), (200, "Success"));
    let (code, status) = get(&api, &path);
    assert_eq!((code, str_at(&status, "/message")), (404, "configmaps \"cm\" not found"));
}

#[test]
fn refuses_in_upstreams_words() {
    let api = server();
    let message =
        |method, path: &str, body: Value| str_at(&send(&api, method, path, body).1, "/message").to_owned();
    assert_eq!(
        message(Method::Post, "/api/v1/namespaces/nosuch/pods", pod("web")),
        "namespaces \"nosuch\" not found"
    );
    assert_eq!(
        message(Method::Delete, "/api/v1/namespaces/default", Value::Null),
        "namespaces \"default\" is forbidden: this namespace may not be deleted"
    );
    let unknown = json!({"metadata": {"name": "web", "lables": {}}, "spec": {"container": []}});
    assert_eq!(
        message(Method::Post, &format!("{PODS}?fieldValidation=Strict"), unknown),
        "Pod in version \"v1\" cannot be handled as a Pod: strict decoding error: unknown field \"metadata.lables\", unknown field \"spec.container\""
    );
    assert_eq!(
        message(Method::Get, &format!("{PODS}?fieldSelector=a.b=c"), Value::Null),
        "field label not supported: a.b"
    );
    assert_eq!(
        message(Method::Get, "/apis/nosuch", Value::Null),
        "the server could not find the requested resource"
    );
}

#[test]
fn lists_by_selectors_and_in_chunks() {
    let api = server();
    for name in ["a", "b", "c"] {
        assert_eq!(send(&api, Method::Post, PODS, pod(name)).0, 201);
    }
    let names = |path: &str| -> Vec<String> {
        let list = get(&api, path).1;
        list["items"].as_array().unwrap().iter().map(|item| name(item).to_owned()).collect()
    };
    assert_eq!(names(&format!("{PODS}?labelSelector=app!=b")), ["a", "c"]);
    assert_eq!(names(&format!("{PODS}?fieldSelector=metadata.name=b")), ["b"]);
    assert_eq!(names("/api/v1/pods?fieldSelector=status.phase=Pending,metadata.name!=a"), ["b", "c"]);
    let first = get(&api, &format!("{PODS}?limit=2")).1;
    assert_eq!(first["metadata"]["remainingItemCount"], 1);
    let token = str_at(&first, "/metadata/continue").to_owned();
    assert_eq!(names(&format!("{PODS}?limit=2&continue={token}")), ["c"]);
}

#[test]
fn watches_see_what_comes_into_and_leaves_their_selection() {
    let api = server();
    send(&api, Method::Post, PODS, pod("old"));
    let request =
        Request::new(Method::Get, PODS).with_query("watch", "true").with_query("labelSelector", "app");
    let Body::Events(events) = api.handle(request).body else { panic!("no events") };
    send(&api, Method::Post, PODS, pod("web"));
    send(&api, Method::Patch, &format!("{PODS}/web"), json!({"metadata": {"labels": {"app": null}}}));
    send(&api, Method::Delete, &format!("{PODS}/old"), Value::Null);
    let mut seen = Vec::new();
    while let Ok(event) = events.try_recv() {
        seen.push(format!("{} {}", str_at(&event, "/type"), name(&event["object"])));
    }
    assert_eq!(seen, ["ADDED old", "ADDED web", "DELETED web", "DELETED old"]);
}

#[test]
fn tables_have_columns_and_rows() {
    let api = server();
    send(&api, Method::Post, PODS, pod("web"));
    let accept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
    let table = api.handle(Request::new(Method::Get, PODS).with_header("accept", accept)).into_json();
    assert_eq!(str_at(&table, "/kind"), "Table");
    assert_eq!(str_at(&table, "/columnDefinitions/0/name"), "Name");
    assert_eq!(str_at(&table, "/rows/0/cells/0"), "web");
}

#[test]
fn discovery_lists_what_is_served() {
    let api = server();
    let core = get(&api, "/api/v1").1;
    assert_eq!(str_at(&core, "/resources/0/name"), "bindings");
    let groups = get(&api, "/apis").1;
    assert_eq!(str_at(&groups, "/groups/0/name"), "apiregistration.k8s.io");
    assert_eq!(get(&api, "/healthz"), (200, "ok".into()));
}

#[test]
fn namespaces_wait_for_their_finalizer() {
    let api = server();
    let path = "/api/v1/namespaces/dev";
    let (_, namespace) = send(&api, Method::Delete, path, Value::Null);
    assert_eq!(str_at(&namespace, "/status/phase"), "Terminating");
    let status =
        send(&api, Method::Post, "/api/v1/namespaces/dev/configmaps", json!({"metadata": {"name": "x"}})).1;
    assert_eq!(
        str_at(&status, "/message"),
        "configmaps \"x\" is forbidden: unable to create new content in namespace dev because it is being terminated"
    );
    let mut namespace = namespace;
    namespace["spec"] = json!({});
    assert_eq!(send(&api, Method::Put, &format!("{path}/finalize"), namespace).0, 200);
    assert_eq!(get(&api, path).0, 404);
}

#[test]
fn ephemeral_containers_are_added_and_stay() {
    let api = server();
    assert_eq!(send(&api, Method::Post, PODS, pod("a")).0, 201);
    let path = format!("{PODS}/a/ephemeralcontainers");
    let debugger = json!({"spec": {"ephemeralContainers": [{"name": "d", "image": "busybox", "targetContainerName": "c"}]}});
    let (code, object) = send(&api, Method::Patch, &path, debugger);
    assert_eq!((code, object["metadata"]["generation"].as_i64()), (200, Some(2)), "{object}");
    assert_eq!(object["spec"]["ephemeralContainers"][0]["terminationMessagePolicy"], "File");
    let (code, status) = send(&api, Method::Patch, &path, json!({"spec": {"ephemeralContainers": []}}));
    assert_eq!(code, 422);
    assert!(str_at(&status, "/message").contains("existing ephemeral containers \"d\" may not be removed"));
    let wrong = json!({"spec": {"ephemeralContainers": [{"name": "c", "image": "x", "ports": [{"containerPort": 80}]}]}});
    let (code, status) = send(&api, Method::Patch, &path, wrong);
    assert_eq!(code, 422);
    let message = str_at(&status, "/message");
    assert!(message.contains("spec.ephemeralContainers[0].name: Duplicate value: \"c\""), "{message}");
    assert!(
        message.contains(
            "spec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container"
        )
    );
}

#[test]
fn resources_change_in_place() {
    let api = server();
    let mut body = pod("a");
    body["spec"]["containers"][0]["resources"] = json!({"requests": {"cpu": "100m"}});
    assert_eq!(send(&api, Method::Post, PODS, body).0, 201);
    let path = format!("{PODS}/a/resize");
    let with = |resources: Value| {
        let mut object = get(&api, &format!("{PODS}/a")).1;
        object["spec"]["containers"][0]["resources"] = resources;
        object
    };
    let more = with(json!({"requests": {"cpu": "200m"}}));
    let (code, object) = send(&api, Method::Put, &path, more);
    assert_eq!(
        (code, str_at(&object, "/spec/containers/0/resources/requests/cpu")),
        (200, "200m"),
        "{object}"
    );
    let (code, status) = send(&api, Method::Put, &path, with(json!({})));
    assert_eq!(code, 422);
    assert!(str_at(&status, "/message").contains("resource requests cannot be removed"));
    // The pod itself does not let its resources be changed.
    let more = with(json!({"requests": {"cpu": "300m"}}));
    let (code, _) = send(&api, Method::Put, &format!("{PODS}/a"), more);
    assert_eq!(code, 422);
}

#[test]
fn nobody_grants_what_he_has_not() {
    let api = server();
    const RBAC: &str = "/apis/rbac.authorization.k8s.io/v1";
    let rule = |resource: &str, verbs: Value| json!({"apiGroups": ["", "rbac.authorization.k8s.io"], "resources": [resource], "verbs": verbs});
    let role = |name: &str, rules: Value| json!({"metadata": {"name": name}, "rules": rules});
    let own = json!([rule("roles", json!(["create"])), rule("pods", json!(["get"]))]);
    assert_eq!(send(&api, Method::Post, &format!("{RBAC}/clusterroles"), role("own", own)).0, 201);
    let binding = json!({"metadata": {"name": "own"}, "roleRef": {"kind": "ClusterRole", "name": "own"},
        "subjects": [{"kind": "User", "name": "ann"}]});
    assert_eq!(send(&api, Method::Post, &format!("{RBAC}/clusterrolebindings"), binding).0, 201);
    let create = |name: &str, verbs: Value| {
        let request = Request::new(Method::Post, format!("{RBAC}/namespaces/default/roles"))
            .with_header("impersonate-user", "ann")
            .with_body(role(name, json!([{"apiGroups": [""], "resources": ["pods"], "verbs": verbs}])));
        let response = api.handle(request);
        (response.status, (*response.into_json()).clone())
    };
    assert_eq!(create("mine", json!(["get"])).0, 201);
    let (code, status) = create("more", json!(["get", "delete"]));
    assert_eq!(
        (code, str_at(&status, "/message")),
        (
            403,
            "roles.rbac.authorization.k8s.io \"more\" is forbidden: user \"ann\" (groups=[\"system:authenticated\"]) is \
             attempting to grant RBAC permissions not currently held:\n{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"delete\"]}"
        )
    );
}
