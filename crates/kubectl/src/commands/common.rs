//! What many commands share: dry runs, sending objects, the sentence at the end.

use std::rc::Rc;

use podground_api::object::{self, set_at, str_at};
use podground_api::{Method, Request, json};
use serde_json::Value;

use crate::builder::Info;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;
use crate::mapper::Mapping;
use crate::printers::{self, Formats, Output, name};
use podground_api::go_order;

/// `--dry-run`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DryRun {
    /// The change is made.
    None,
    /// Nothing is sent.
    Client,
    /// The server does all but storing.
    Server,
}

impl DryRun {
    /// Reads the flag.
    ///
    /// Upstream: `kubectl/pkg/cmd/util/helpers.go GetDryRunStrategy`
    pub(crate) async fn from_args(cx: &Context, args: &Args) -> Result<Self> {
        match args.text("dry-run") {
            "" | "none" => Ok(Self::None),
            "client" => Ok(Self::Client),
            "server" => Ok(Self::Server),
            "unchanged" => {
                let text = "--dry-run is deprecated and can be replaced with --dry-run=client.";
                cx.klog_warning("helpers.go:731", text).await;
                Ok(Self::Client)
            }
            value @ ("true" | "false" | "1" | "0" | "t" | "f") => {
                let (strategy, word) = if value.starts_with(['t', '1']) {
                    (Self::Client, "client")
                } else {
                    (Self::None, "none")
                };
                let text = format!(
                    "--dry-run={value} is deprecated (boolean value) and can be replaced with --dry-run={word}."
                );
                cx.klog_warning("helpers.go:744", &text).await;
                Ok(strategy)
            }
            value => Err(Error::Local(format!(
                "Invalid dry-run value ({value}). Must be \"none\", \"server\", or \"client\"."
            ))),
        }
    }

    /// What follows the verb in the result.
    pub(crate) fn suffix(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Client => " (dry run)",
            Self::Server => " (server dry run)",
        }
    }
}

/// The annotation in which apply remembers what it sent.
pub(crate) const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// How a command sends changes and tells of them.
pub(crate) struct Change {
    /// `--dry-run`
    pub(crate) dry_run: DryRun,
    /// `-o`
    pub(crate) output: Option<Output>,
    manager: String,
    validation: Option<&'static str>,
}

impl Change {
    /// Reads the flags.
    pub(crate) async fn from_args(cx: &Context, args: &Args) -> Result<Self> {
        let validation = match args.text("validate") {
            "" => None,
            "strict" | "true" => Some("Strict"),
            "warn" => Some("Warn"),
            "ignore" | "false" => Some("Ignore"),
            other => {
                return Err(Error::Local(format!(
                    "invalid - validate option {other:?}; must be one of: strict (or true), warn, ignore (or false)"
                )));
            }
        };
        Ok(Self {
            dry_run: DryRun::from_args(cx, args).await?,
            output: printers::from_args(&cx.io, args, Formats::Usual)?,
            manager: args.text("field-manager").to_owned(),
            validation,
        })
    }

    /// Whether documents are checked before they are sent.
    pub(crate) fn validates(&self) -> bool {
        self.validation != Some("Ignore")
    }

    /// A request with the parameters of a change.
    pub(crate) fn request(&self, method: Method, path: impl Into<String>) -> Request {
        let mut request = Request::new(method, path);
        if self.dry_run == DryRun::Server {
            request = request.with_query("dryRun", "All");
        }
        if !self.manager.is_empty() {
            request = request.with_query("fieldManager", &self.manager);
        }
        match self.validation {
            Some(validation) if method != Method::Delete => request.with_query("fieldValidation", validation),
            _ => request,
        }
    }

    /// Creates an object of a file; on a dry run of the client it stays as it is.
    pub(crate) async fn create(
        &self,
        cx: &Context,
        mapping: &Mapping,
        namespace: &str,
        mut value: Rc<Value>,
    ) -> Result<Rc<Value>> {
        if self.dry_run == DryRun::Client {
            return Ok(value);
        }
        // What somebody has read from a cluster is made anew.
        // Upstream: cli-runtime/pkg/resource/helper.go CreateWithOptions
        if !str_at(&value, "/metadata/resourceVersion").is_empty() {
            podground_api::object::remove_at(Rc::make_mut(&mut value), "/metadata/resourceVersion");
        }
        let request = self.request(Method::Post, mapping.path(namespace)).with_body(value);
        cx.client()?.json(request).await
    }

    /// Sends a patch.
    pub(crate) async fn patch(
        &self,
        cx: &Context,
        info: &Info,
        kind: PatchType,
        patch: Value,
    ) -> Result<Rc<Value>> {
        let request = self
            .request(Method::Patch, info.path())
            .with_header("content-type", kind.media_type())
            .with_body(patch);
        cx.client()?.json(request).await
    }

    /// Prints `pod/web created`, or the object as `-o` asks for it.
    pub(crate) async fn tell(&self, cx: &Context, value: &Value, verb: &str) -> Result<()> {
        match &self.output {
            Some(output) => output.show(&cx.io, value).await,
            None => {
                cx.io.line(format!("{} {verb}{}", name::of(value), self.dry_run.suffix())).await;
                Ok(())
            }
        }
    }
}

/// The kinds of patches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PatchType {
    /// A list of operations.
    Json,
    /// Fields replace fields.
    Merge,
    /// Lists are merged by key.
    Strategic,
}

impl PatchType {
    /// The media type.
    pub(crate) fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json-patch+json",
            Self::Merge => "application/merge-patch+json",
            Self::Strategic => "application/strategic-merge-patch+json",
        }
    }
}

/// The object as apply remembers it: without the annotation itself, on one line.
///
/// Upstream: `kubectl/pkg/util/apply.go GetModifiedConfiguration`
pub(crate) fn last_applied_of(value: &Value, go_ordered: bool) -> String {
    let mut copy = value.clone();
    object::remove_at(&mut copy, &format!("/metadata/annotations/{}", LAST_APPLIED.replace('/', "~1")));
    if !object::at(&copy, "/metadata/annotations").is_object() {
        set_at(&mut copy, "/metadata/annotations", serde_json::json!({}));
    }
    let text = if go_ordered { go_order::compact(&copy) } else { json::compact(&copy).trim_end().to_owned() };
    format!("{text}\n")
}

/// Writes what apply remembers into the object.
pub(crate) fn remember_applied(value: &mut Value, go_ordered: bool) {
    let text = last_applied_of(value, go_ordered);
    set_at(value, &format!("/metadata/annotations/{}", LAST_APPLIED.replace('/', "~1")), text.into());
}

/// Where `--record` writes the command.
const CHANGE_CAUSE: &str = "/metadata/annotations/kubernetes.io~1change-cause";

/// Writes the command into the object if `--record` was given.
///
/// Upstream: `cli-runtime/pkg/genericclioptions/record_flags.go`
pub(crate) fn record(args: &Args, value: &mut Value) {
    if let Some(cause) = change_cause(args) {
        set_at(value, CHANGE_CAUSE, cause.into());
    }
}

/// The same by a patch of its own, for what is changed without sending the object.
pub(crate) async fn record_by_patch(cx: &Context, args: &Args, change: &Change, info: &Info) -> Result<()> {
    if change_cause(args).is_some() && change.dry_run == DryRun::None {
        let mut patch = Value::Object(serde_json::Map::new());
        record(args, &mut patch);
        change.patch(cx, info, PatchType::Merge, patch).await?;
    }
    Ok(())
}

fn change_cause(args: &Args) -> Option<String> {
    if !args.is("record") {
        return None;
    }
    let mut words: Vec<String> = args.command.split(' ').map(str::to_owned).collect();
    words.extend(args.words.iter().cloned());
    for (flag, values) in args.given() {
        for value in values {
            words.push(format!("--{flag}={value}"));
        }
    }
    Some(words.join(" "))
}
