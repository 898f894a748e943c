//! A world of a few maps.

use podground_api::selector::Selector;
use podground_lessons::{CommandRun, Host, HttpAnswer, LocalBoxFuture, ObjectQuery, World};
use serde_json::Value;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

#[derive(Default)]
pub(crate) struct FakeWorld {
    objects: Vec<Value>,
    /// By pod, container, and whether it is the run before.
    pub(crate) logs: BTreeMap<(String, String, bool), String>,
    pub(crate) files: BTreeMap<String, String>,
    pub(crate) commands: Vec<CommandRun>,
    pub(crate) answers: BTreeMap<(String, String), HttpAnswer>,
}

impl FakeWorld {
    pub(crate) fn add(&mut self, object: Value) {
        self.objects.push(object);
    }
}

impl World for FakeWorld {
    fn objects(&self, query: &ObjectQuery) -> Result<Vec<Value>, String> {
        if query.kind == "Nosuch" {
            return Err(format!("unknown kind {}", query.kind));
        }
        let fits = |object: &&Value| {
            let metadata = &object["metadata"];
            object["kind"] == query.kind.as_str()
                && object["apiVersion"] == query.api_version.as_str()
                && query.name.as_ref().is_none_or(|name| metadata["name"] == name.as_str())
                && (metadata["namespace"].is_null()
                    || query.namespace.as_ref().is_none_or(|name| metadata["namespace"] == name.as_str()))
                && query.selector.as_ref().is_none_or(|selector| {
                    Selector::parse(selector).is_ok_and(|selector| selector.matches_object(object))
                })
        };
        Ok(self.objects.iter().filter(fits).cloned().collect())
    }

    fn log(&self, _namespace: &str, pod: &str, container: &str, previous: bool) -> Option<String> {
        self.logs.get(&(pod.to_string(), container.to_string(), previous)).cloned()
    }

    fn file(&self, _host: &Host, path: &str) -> Option<String> {
        self.files.get(path).cloned()
    }

    fn commands(&self) -> Vec<CommandRun> {
        self.commands.clone()
    }

    fn http<'a>(&'a self, from: &'a Host, url: &'a str) -> LocalBoxFuture<'a, Option<HttpAnswer>> {
        let from = match from {
            Host::Workstation => "workstation".to_string(),
            Host::Node(node) => format!("node/{node}"),
            Host::Pod { pod, .. } => format!("pod/{pod}"),
        };
        Box::pin(async move { self.answers.get(&(from, url.to_string())).cloned() })
    }
}

/// Runs a future that never has to wait.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the fake world answers at once"),
    }
}
