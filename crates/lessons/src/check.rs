//! `checks.yaml`: the start state of a lesson and what its steps ask for.

mod raw;

use crate::template::Template;
use crate::world::{Host, ObjectQuery};
use crate::{FieldPath, LessonError, Localized};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// The content of a `checks.yaml`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checks {
    /// What is there when the lesson starts.
    #[serde(default)]
    pub start: Start,
    /// The checks of each step by its id. A step without any passes as soon as it is reached.
    pub steps: BTreeMap<String, Vec<Check>>,
}

impl Checks {
    /// Reads a `checks.yaml`; `file` is its name in errors.
    pub fn parse(file: &str, text: &str) -> Result<Checks, LessonError> {
        serde_yaml::from_str(text).map_err(|error| LessonError::yaml(file, 1, &error))
    }
}

/// The start state. A static host cannot list a folder, so each file of `start/` is named here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// Files of `start/` that are put into the learner's home, by their path in it.
    #[serde(default)]
    pub files: Vec<String>,
    /// Files of `start/manifests/` that are applied before, in this order.
    #[serde(default)]
    pub manifests: Vec<String>,
    /// How many seconds of the cluster's time pass between that and the learner's arrival.
    #[serde(default)]
    pub advance: Option<u32>,
}

impl Start {
    /// The seconds that pass before the learner arrives: what the author says, else enough for images to be
    /// pulled and containers to start where there are any.
    pub fn advance_seconds(&self) -> u32 {
        self.advance.unwrap_or(if self.manifests.is_empty() { 0 } else { 15 })
    }
}

/// One check: something to look for, and what to say while it is not so.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "raw::RawCheck")]
pub struct Check {
    /// What is looked for.
    pub probe: Probe,
    /// Values the probe's texts may refer to as `{{name}}`.
    pub with: BTreeMap<String, Variable>,
    /// Whether it is enough that it held once while its step was the current one.
    pub seen: bool,
    /// What to say while it does not hold.
    pub on_fail: Localized,
}

/// Something to look for.
#[derive(Clone, Debug, PartialEq)]
pub enum Probe {
    /// At least one such object exists.
    Exists(Target),
    /// No such object exists.
    Absent(Target),
    /// As many such objects exist.
    Count(CountProbe),
    /// An object's condition holds, as `kubectl wait --for=condition=` sees it.
    Condition(ConditionProbe),
    /// A container has logged something.
    Log(LogProbe),
    /// A request is answered.
    Http(HttpProbe),
    /// A file exists and has such content.
    File(FileProbe),
    /// A command was run. The last resort: it passes one way of doing things only.
    Command(CommandProbe),
    /// One of several probes holds.
    AnyOf(Vec<Probe>),
}

/// Objects of a kind, narrowed by name, labels and fields.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Target {
    /// Such as `apps/v1`; may be left out for the kinds that the check knows.
    #[serde(default)]
    pub api_version: Option<String>,
    /// Such as `Pod`.
    pub kind: String,
    /// The namespace; `default` if absent, `*` for all.
    #[serde(default)]
    pub namespace: Option<Template>,
    /// The name.
    #[serde(default)]
    pub name: Option<Template>,
    /// A label selector.
    #[serde(default)]
    pub selector: Option<Template>,
    /// What its fields have to be, all of them.
    #[serde(default)]
    pub fields: Vec<FieldTest>,
}

impl Target {
    /// The query for these objects, with the values filled in.
    pub(crate) fn query(&self, values: &crate::template::Values) -> ObjectQuery {
        let namespace =
            self.namespace.as_ref().map_or_else(|| "default".to_string(), |text| text.fill(values));
        ObjectQuery {
            api_version: self
                .api_version
                .clone()
                .unwrap_or_else(|| default_api_version(&self.kind).to_string()),
            kind: self.kind.clone(),
            namespace: (namespace != "*").then_some(namespace),
            name: self.name.as_ref().map(|name| name.fill(values)),
            selector: self.selector.as_ref().map(|selector| selector.fill(values)),
        }
    }
}

/// The group and version of the kinds that lessons use most.
fn default_api_version(kind: &str) -> &'static str {
    match kind {
        "Deployment" | "ReplicaSet" | "StatefulSet" | "DaemonSet" => "apps/v1",
        "Job" | "CronJob" => "batch/v1",
        "Ingress" | "NetworkPolicy" => "networking.k8s.io/v1",
        "EndpointSlice" => "discovery.k8s.io/v1",
        "HorizontalPodAutoscaler" => "autoscaling/v2",
        _ => "v1",
    }
}

/// What a field has to be. Where the path points at several values, one of them is enough, save for `not`,
/// which none may equal.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FieldTest {
    /// The field.
    pub path: FieldPath,
    /// Equal to this. Numbers and booleans equal their text, so that a label `"8080"` equals 8080. Here and in
    /// `not` and `oneOf` a text may hold `{{name}}`.
    #[serde(default)]
    pub equals: Option<Value>,
    /// Not equal to this; a field that is absent passes.
    #[serde(default)]
    pub not: Option<Value>,
    /// Equal to one of these.
    #[serde(default)]
    pub one_of: Option<Vec<Value>>,
    /// A text that holds this one, or a list with this item.
    #[serde(default)]
    pub contains: Option<Template>,
    /// A text that this regular expression matches.
    #[serde(default)]
    pub matches: Option<Template>,
    /// Present, or absent.
    #[serde(default)]
    pub exists: Option<bool>,
    /// A number not below this one.
    #[serde(default)]
    pub at_least: Option<f64>,
    /// A number not above this one.
    #[serde(default)]
    pub at_most: Option<f64>,
    /// As many values does the path point at.
    #[serde(default)]
    pub count: Option<usize>,
}

/// How many objects there have to be.
#[derive(Clone, Debug, PartialEq)]
pub struct CountProbe {
    /// Which objects count.
    pub target: Target,
    /// Exactly so many.
    pub equals: Option<usize>,
    /// No fewer.
    pub at_least: Option<usize>,
    /// No more.
    pub at_most: Option<usize>,
}

/// A condition in an object's status.
#[derive(Clone, Debug, PartialEq)]
pub struct ConditionProbe {
    /// The object, or objects of which one is enough.
    pub target: Target,
    /// The condition, such as `Ready`.
    pub condition: String,
    /// `True`, `False` or `Unknown`.
    pub status: String,
}

/// What a text has to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextTest {
    /// All of these.
    pub contains: Vec<Template>,
    /// A match of each of these regular expressions; `^` and `$` are the ends of lines.
    pub matches: Vec<Template>,
    /// None of these.
    pub lacks: Vec<Template>,
}

/// A container's log.
#[derive(Clone, Debug, PartialEq)]
pub struct LogProbe {
    /// The pods, of which one is enough.
    pub target: Target,
    /// The container; any of the pod's if absent.
    pub container: Option<Template>,
    /// What it has to hold. The present run of the container and the one before it are looked at.
    pub text: TextTest,
}

/// A request and its answer. The request is a real one: the server may log it.
#[derive(Clone, Debug, PartialEq)]
pub struct HttpProbe {
    /// Where the request comes from.
    pub from: Host,
    /// The URL.
    pub url: Template,
    /// The status code to expect; any if absent.
    pub status: Option<u16>,
    /// What the body has to hold.
    pub text: TextTest,
}

/// A file.
#[derive(Clone, Debug, PartialEq)]
pub struct FileProbe {
    /// The machine it lies on.
    pub on: Host,
    /// Its path; a relative one starts at home.
    pub path: Template,
    /// Whether it has to be there at all.
    pub exists: bool,
    /// What it has to hold.
    pub text: TextTest,
}

/// A command that was run.
#[derive(Clone, Debug, PartialEq)]
pub struct CommandProbe {
    /// The machine; any if absent.
    pub on: Option<Host>,
    /// A regular expression for its words joined by spaces.
    pub matches: Template,
    /// Its exit status; any if absent.
    pub status: Option<i32>,
}

/// Where the value of a variable comes from. While there is no such value, the check fails.
#[derive(Clone, Debug, PartialEq)]
pub enum Variable {
    /// A field of an object: the first value of the first object that has one.
    Field {
        /// The object.
        target: Target,
        /// The field.
        path: FieldPath,
    },
    /// The trimmed text of a file that is not empty.
    File {
        /// The machine it lies on.
        on: Host,
        /// Its path.
        path: Template,
    },
}
