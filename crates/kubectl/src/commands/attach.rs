//! `kubectl attach`
//!
//! Upstream: `kubectl/pkg/cmd/attach/attach.go`

use podground_api::object::{array_at, bool_at, str_at};
use serde_json::Value;

use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;
use crate::pods;
use crate::streams::Streams;

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    if args.words.is_empty() {
        return Err(args.usage("at least 1 argument is required for attach"));
    }
    if args.words.len() > 2 {
        return Err(args.usage("expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw more"));
    }
    let words = match args.words.as_slice() {
        [kind, name] => vec![format!("{kind}/{name}")],
        words => words.to_vec(),
    };
    let info = pods::target(cx, &args, &words).await?;
    let pod = pods::pod_of(cx, &info, args.duration("pod-running-timeout"), false).await?;
    if pods::is_over(&pod) {
        return Err(Error::Local(format!(
            "cannot attach a container in a completed pod; current phase is {}",
            str_at(&pod, "/status/phase")
        )));
    }
    let container = pods::container(cx, &pod, args.text("container"), args.is("quiet")).await?;
    attach(cx, &pod, &container, args.is("stdin"), args.is("tty"), args.is("quiet")).await
}

/// Says that there are logs instead, where nothing could be attached to.
pub(crate) async fn fall_back(cx: &Context, pod: &Value, error: &Error) {
    let (name, why) = (str_at(pod, "/metadata/name"), error.bare());
    cx.io
        .err_line(format!("warning: couldn't attach to pod/{name}, falling back to streaming logs: {why}"))
        .await;
}

/// Connects to the main process of a container.
pub(crate) async fn attach(
    cx: &Context,
    pod: &Value,
    container: &str,
    stdin: bool,
    tty: bool,
    quiet: bool,
) -> Result<()> {
    let lists = ["containers", "initContainers", "ephemeralContainers"];
    let has_terminal = lists
        .iter()
        .flat_map(|list| array_at(pod, &format!("/spec/{list}")))
        .any(|entry| str_at(entry, "/name") == container && bool_at(entry, "/tty"));
    if tty && !has_terminal {
        cx.io
            .err_line(format!("error: Unable to use a TTY - container {container} did not allocate one"))
            .await;
    }
    let streams = Streams::from_flags(cx, stdin, has_terminal && (tty || stdin)).await;
    if stdin && !quiet {
        cx.io
            .err_line(
                "All commands and output from this session will be recorded in container logs, including credentials and \
                 sensitive information passed through the command prompt.\nIf you don't see a command prompt, try \
                 pressing enter.",
            )
            .await;
    }
    let upgrade = streams.open(cx, &pods::path(pod), "attach", container, &[]).await?;
    streams.run(cx, upgrade).await
}
