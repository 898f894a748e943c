//! What the checks may look at.

use serde::Deserialize;
use serde_json::Value;
use std::future::Future;
use std::pin::Pin;

/// A boxed future on the one thread there is.
pub type LocalBoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// A read-only view of the learner's cluster and machines. The core implements it over the real thing,
/// tests over a few maps.
pub trait World {
    /// The objects that fit the query, in the order of the API server's list. An object that does not exist
    /// is an empty list; an error is an author's mistake, such as an unknown kind or a malformed selector.
    fn objects(&self, query: &ObjectQuery) -> Result<Vec<Value>, String>;

    /// What one container has logged: its present run, or the one before it. `None` where there was none.
    fn log(&self, namespace: &str, pod: &str, container: &str, previous: bool) -> Option<String>;

    /// The text of a file; `~` in the path is the home of that machine's user. `None` if it is not there.
    fn file(&self, host: &Host, path: &str) -> Option<String>;

    /// What has been run in the learner's shells since the lesson began, oldest first.
    fn commands(&self) -> Vec<CommandRun>;

    /// Sends a GET request from a machine and waits, in the cluster's own time, for the answer. `None` where
    /// none came: refused, unknown name, timed out.
    fn http<'a>(&'a self, from: &'a Host, url: &'a str) -> LocalBoxFuture<'a, Option<HttpAnswer>>;
}

/// Which objects to look at. Name and selector may both be given; an object has to fit both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectQuery {
    /// Such as `v1` or `apps/v1`.
    pub api_version: String,
    /// Such as `Pod`.
    pub kind: String,
    /// One namespace, or all of them. To be ignored for kinds that live in none.
    pub namespace: Option<String>,
    /// One object by its name.
    pub name: Option<String>,
    /// A label selector as `kubectl -l` takes it.
    pub selector: Option<String>,
}

/// A machine in a check: where a request comes from, where a file lies.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Host {
    /// The learner's own machine.
    #[default]
    Workstation,
    /// A node of the cluster.
    Node(String),
    /// A container of a pod.
    Pod {
        /// The pod's namespace.
        namespace: String,
        /// The pod's name.
        pod: String,
        /// The container; the first one if absent.
        container: Option<String>,
    },
}

impl TryFrom<String> for Host {
    type Error = String;

    fn try_from(text: String) -> Result<Host, String> {
        let parts: Vec<&str> = text.split('/').collect();
        let pod = |namespace: &str, pod: &str, container: Option<&str>| Host::Pod {
            namespace: namespace.to_string(),
            pod: pod.to_string(),
            container: container.map(str::to_string),
        };
        if parts.iter().any(|part| part.is_empty()) {
            return Err(bad_host(&text));
        }
        match parts[..] {
            ["workstation"] => Ok(Host::Workstation),
            ["node", name] => Ok(Host::Node(name.to_string())),
            ["pod", name] => Ok(pod("default", name, None)),
            ["pod", name, container] => Ok(pod("default", name, Some(container))),
            ["pod", namespace, name, container] => Ok(pod(namespace, name, Some(container))),
            _ => Err(bad_host(&text)),
        }
    }
}

fn bad_host(text: &str) -> String {
    format!(
        "{text:?} is no machine: write workstation, node/NAME, pod/NAME, pod/NAME/CONTAINER or \
         pod/NAMESPACE/NAME/CONTAINER"
    )
}

/// One command that was run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandRun {
    /// The machine it was run on.
    pub host: Host,
    /// Its words after expansion, joined by single spaces: aliases and variables are gone.
    pub line: String,
    /// Its exit status; `None` while it runs.
    pub status: Option<i32>,
}

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpAnswer {
    /// The status code.
    pub status: u16,
    /// The body.
    pub body: String,
}
