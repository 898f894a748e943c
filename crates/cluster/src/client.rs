//! The API as controllers, scheduler and kubelets use it: requests like anybody else's.

use std::rc::Rc;

use podground_api::{Method, Request, Status, Value, json, object};

use crate::apiserver::ApiServer;

/// Sends requests under one identity; clones are cheap.
#[derive(Clone)]
pub struct Client {
    api: ApiServer,
    user: Rc<str>,
    agent: Rc<str>,
}

/// How a patch is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatchKind {
    /// RFC 6902.
    Json,
    /// RFC 7386.
    Merge,
    /// Kubernetes' own, by merge keys.
    Strategic,
}

/// What a delete asks for besides the object.
#[derive(Clone, Debug, Default)]
pub struct DeleteOptions {
    /// Seconds until the object is gone; the object's own default where absent.
    pub grace_period: Option<i64>,
    /// Refuse if the object is not the one with this UID.
    pub uid: Option<String>,
    /// Refuse if the object has changed since this resource version.
    pub resource_version: Option<String>,
    /// `Orphan`, `Background` or `Foreground`.
    pub propagation: Option<&'static str>,
}

impl DeleteOptions {
    /// Deletes the object with this UID only.
    pub fn of(object: &Value) -> Self {
        Self { uid: Some(object::uid(object).to_owned()), ..Self::default() }
    }

    /// Deletes at once, without waiting for whoever runs it.
    pub fn force() -> Self {
        Self { grace_period: Some(0), ..Self::default() }
    }

    /// Sets what happens to dependents.
    pub fn with_propagation(mut self, policy: &'static str) -> Self {
        self.propagation = Some(policy);
        self
    }

    /// The body of the request.
    fn body(&self) -> Value {
        let mut body = json!({"kind": "DeleteOptions", "apiVersion": "v1"});
        if let Some(seconds) = self.grace_period {
            object::set_at(&mut body, "/gracePeriodSeconds", seconds.into());
        }
        if let Some(uid) = &self.uid {
            object::set_at(&mut body, "/preconditions/uid", uid.as_str().into());
        }
        if let Some(version) = &self.resource_version {
            object::set_at(&mut body, "/preconditions/resourceVersion", version.as_str().into());
        }
        if let Some(policy) = self.propagation {
            object::set_at(&mut body, "/propagationPolicy", policy.into());
        }
        body
    }
}

/// What a call gives: the object, or the server's refusal.
pub type Reply = Result<Rc<Value>, Status>;

impl Client {
    /// A client of `api` that acts as `user` and calls itself `agent` (`kube-scheduler`).
    pub fn new(api: ApiServer, user: &str, agent: &str) -> Self {
        Self { api, user: user.into(), agent: agent.into() }
    }

    /// The same server under another identity.
    pub fn with_user(&self, user: &str, agent: &str) -> Self {
        Self::new(self.api.clone(), user, agent)
    }

    /// Reads an object.
    pub fn get(&self, resource: &str, namespace: &str, name: &str) -> Reply {
        self.send(Request::new(Method::Get, path(resource, namespace, name)))
    }

    /// Lists the objects of a namespace (`""`: of all); the answer is the list object.
    pub fn list(&self, resource: &str, namespace: &str, query: &[(&str, &str)]) -> Reply {
        let mut request = Request::new(Method::Get, path(resource, namespace, ""));
        request.query = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.send(request)
    }

    /// Creates an object in the namespace that it names.
    pub fn create(&self, resource: &str, object: Value) -> Reply {
        let path = path(resource, object::namespace(&object), "");
        self.send(Request::new(Method::Post, path).with_body(object))
    }

    /// Calls a subresource: `eviction`, `binding`.
    pub fn create_subresource(
        &self,
        resource: &str,
        namespace: &str,
        name: &str,
        subresource: &str,
        body: Value,
    ) -> Reply {
        let path = [&path(resource, namespace, name), "/", subresource].concat();
        self.send(Request::new(Method::Post, path).with_body(body))
    }

    /// Replaces an object.
    pub fn update(&self, resource: &str, object: impl Into<Rc<Value>>) -> Reply {
        self.put(resource, object.into(), "")
    }

    /// Replaces an object's status.
    pub fn update_status(&self, resource: &str, object: impl Into<Rc<Value>>) -> Reply {
        self.put(resource, object.into(), "/status")
    }

    /// Replaces what a subresource holds: `finalize`.
    pub fn update_subresource(
        &self,
        resource: &str,
        object: impl Into<Rc<Value>>,
        subresource: &str,
    ) -> Reply {
        self.put(resource, object.into(), &["/", subresource].concat())
    }

    /// Changes an object.
    pub fn patch(&self, resource: &str, namespace: &str, name: &str, kind: PatchKind, patch: Value) -> Reply {
        self.send_patch(path(resource, namespace, name), kind, patch)
    }

    /// Changes an object's status.
    pub fn patch_status(
        &self,
        resource: &str,
        namespace: &str,
        name: &str,
        kind: PatchKind,
        patch: Value,
    ) -> Reply {
        self.send_patch([&path(resource, namespace, name), "/status"].concat(), kind, patch)
    }

    /// Deletes an object; the answer is the object where it lingers, else a `Status`.
    pub fn delete(&self, resource: &str, namespace: &str, name: &str, options: &DeleteOptions) -> Reply {
        let request = Request::new(Method::Delete, path(resource, namespace, name));
        self.send(request.with_body(options.body()))
    }

    /// Deletes an object of any kind, whatever its API version, if it is still the same one.
    pub fn delete_object(&self, resource: &str, object: &Value, options: &DeleteOptions) -> Reply {
        let options = DeleteOptions { uid: Some(object::uid(object).to_owned()), ..options.clone() };
        let request = Request::new(Method::Delete, path_of(resource, object));
        self.send(request.with_body(options.body()))
    }

    /// Changes an object of any kind, whatever its API version.
    pub fn patch_object(&self, resource: &str, object: &Value, kind: PatchKind, patch: Value) -> Reply {
        self.send_patch(path_of(resource, object), kind, patch)
    }

    /// Binds a pod to a node.
    pub fn bind(&self, pod: &Value, node: &str) -> Reply {
        let (namespace, name) = (object::namespace(pod), object::name(pod));
        let body = json!({
            "apiVersion": "v1", "kind": "Binding",
            "metadata": {"name": name, "namespace": namespace, "uid": object::uid(pod)},
            "target": {"apiVersion": "v1", "kind": "Node", "name": node},
        });
        self.create_subresource("pods", namespace, name, "binding", body)
    }

    fn put(&self, resource: &str, object: Rc<Value>, suffix: &str) -> Reply {
        let path = [&path_of(resource, &object), suffix].concat();
        self.send(Request::new(Method::Put, path).with_body(object))
    }

    fn send_patch(&self, path: String, kind: PatchKind, patch: Value) -> Reply {
        let media = match kind {
            PatchKind::Json => "application/json-patch+json",
            PatchKind::Merge => "application/merge-patch+json",
            PatchKind::Strategic => "application/strategic-merge-patch+json",
        };
        self.send(Request::new(Method::Patch, path).with_header("content-type", media).with_body(patch))
    }

    fn send(&self, request: Request) -> Reply {
        let request = request
            .with_header("accept", "application/json")
            .with_header("user-agent", &*self.agent)
            .with_header("x-podground-user", &*self.user)
            // The control plane's own parts are trusted; RBAC is for learners.
            .with_header("x-podground-group", "system:masters")
            .with_header("x-podground-omit", "managedFields");
        let response = self.api.handle(request);
        let status = response.status;
        let body = response.into_json();
        if status < 400 {
            return Ok(body);
        }
        Err(serde_json::from_value((*body).clone()).unwrap_or_else(|_| Status {
            status: "Failure".to_owned(),
            message: format!("the server answered {status}"),
            code: status,
            ..Status::default()
        }))
    }
}

/// Whether the server says that the object does not exist.
pub fn is_not_found(status: &Status) -> bool {
    status.reason == "NotFound"
}

/// Whether the server says that the object exists already.
pub fn is_already_exists(status: &Status) -> bool {
    status.reason == "AlreadyExists"
}

/// Whether the server says that the object has changed meanwhile.
pub fn is_conflict(status: &Status) -> bool {
    status.reason == "Conflict"
}

/// The path of an object of a built-in kind; an empty `name` gives the path of the collection.
fn path(resource: &str, namespace: &str, name: &str) -> String {
    let (plural, group) = resource.split_once('.').unwrap_or((resource, ""));
    let version = match group {
        "autoscaling" => "v2",
        "metrics.k8s.io" => "v1beta1",
        _ => "v1",
    };
    build_path(plural, group, version, namespace, name)
}

/// The path of an existing object, by its own API version.
fn path_of(resource: &str, object: &Value) -> String {
    let api_version = object::api_version(object);
    if api_version.is_empty() {
        return path(resource, object::namespace(object), object::name(object));
    }
    let plural = resource.split('.').next().unwrap_or(resource);
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    build_path(plural, group, version, object::namespace(object), object::name(object))
}

fn build_path(plural: &str, group: &str, version: &str, namespace: &str, name: &str) -> String {
    let mut path = String::with_capacity(96);
    if group.is_empty() {
        path.push_str("/api/");
    } else {
        path.push_str("/apis/");
        path.push_str(group);
        path.push('/');
    }
    path.push_str(version);
    if !namespace.is_empty() {
        path.push_str("/namespaces/");
        path.push_str(namespace);
    }
    path.push('/');
    path.push_str(plural);
    if !name.is_empty() {
        path.push('/');
        path.push_str(name);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_real_api() {
        assert_eq!(path("pods", "default", "web"), "/api/v1/namespaces/default/pods/web");
        assert_eq!(path("deployments.apps", "", ""), "/apis/apps/v1/deployments");
        assert_eq!(path("nodes", "", "node-1"), "/api/v1/nodes/node-1");
        let site =
            json!({"apiVersion": "x.example.com/v1beta1", "metadata": {"name": "a", "namespace": "b"}});
        let expected = "/apis/x.example.com/v1beta1/namespaces/b/websites/a";
        assert_eq!(path_of("websites.x.example.com", &site), expected);
    }
}
