//! Objects that are there before the learner comes, straight to the API server: what `kubectl` weighs in the page is
//! then loaded with the learner's first command, not before the first prompt.

use podground_api::object::{namespace, set_at};
use podground_api::{Body, Method, Request, Schema, Value, json, object, yaml};
use podground_cluster::Cluster;

/// Whose objects they are: the learner's.
const USER: &str = "kubernetes-admin";

const LAST_APPLIED: &str = "/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration";

/// A request as the learner would send it.
pub(crate) fn as_learner(request: Request) -> Request {
    request.with_header("x-podground-user", USER)
}

/// The path of a built-in kind's objects in a namespace (or, without one, of all).
pub(crate) fn path(api_version: &str, kind: &str, namespace: Option<&str>) -> Result<String, String> {
    let known = Schema::builtin().kind(api_version, kind).and_then(|object_type| object_type.kind.as_ref());
    let kind = known.ok_or_else(|| format!("there is no kind {kind} in {api_version}"))?;
    let root = if kind.group.is_empty() { "/api" } else { "/apis" };
    let version = kind.api_version();
    Ok(match namespace.filter(|_| kind.namespaced) {
        Some(namespace) => format!("{root}/{version}/namespaces/{namespace}/{}", kind.plural),
        None => format!("{root}/{version}/{}", kind.plural),
    })
}

/// Creates all objects of a text as `kubectl apply` would leave them; fails with what the server has against one.
pub(crate) fn create(cluster: &Cluster, text: &str) -> Result<(), String> {
    for (_, document) in yaml::documents(text) {
        let object = yaml::load(document)?;
        if !object.is_null() {
            create_one(cluster, object)?;
        }
    }
    Ok(())
}

fn create_one(cluster: &Cluster, mut object: Value) -> Result<(), String> {
    let in_namespace = match namespace(&object) {
        "" => "default".to_owned(),
        namespace => namespace.to_owned(),
    };
    let part = |field| object::str_at(&object, field).to_owned();
    let path = path(&part("/apiVersion"), &part("/kind"), Some(&in_namespace))?;
    if path.contains("/namespaces/") {
        set_at(&mut object, "/metadata/namespace", json!(in_namespace));
    }
    // Without it a later `kubectl apply` of the learner's would warn.
    if let Some(annotations) = object::entry(&mut object, "/metadata/annotations")
        && annotations.is_null()
    {
        *annotations = json!({});
    }
    let applied = format!("{object}\n");
    set_at(&mut object, LAST_APPLIED, json!(applied));
    let request = Request::new(Method::Post, path)
        .with_query("fieldValidation", "Strict")
        .with_query("fieldManager", "kubectl-client-side-apply")
        .with_body(object);
    send(cluster, request).map(drop)
}

/// The answer's body, or the server's message.
pub(crate) fn send(cluster: &Cluster, request: Request) -> Result<Body, String> {
    let response = cluster.api().handle(as_learner(request));
    if response.status < 300 {
        return Ok(response.body);
    }
    match response.body {
        Body::Json(status) => Err(object::str_at(&status, "/message").to_owned()),
        _ => Err(format!("status {}", response.status)),
    }
}
