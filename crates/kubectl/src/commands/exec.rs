//! `kubectl exec` and `kubectl attach`
//!
//! Upstream: `kubectl/pkg/cmd/exec/exec.go`, `kubectl/pkg/cmd/attach/attach.go`

use podground_api::object::str_at;

use crate::builder::{Info, Query};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;
use crate::pods;
use crate::streams::{self, Streams};

/// Runs `kubectl exec`.
pub(crate) async fn exec(cx: &Context, args: Args) -> Result<()> {
    let from_file = !args.list("filename").is_empty();
    if args.words.is_empty() && !from_file {
        return Err(args.usage("pod, type/name or --filename must be specified"));
    }
    let Some(dash) = args.dash else {
        if args.words.len() < 2 {
            return Err(args.usage("you must specify at least one command for the container"));
        }
        return Err(
            args.usage("exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead")
        );
    };
    let command = args.words[dash..].to_vec();
    if command.is_empty() {
        return Err(args.usage("you must specify at least one command for the container"));
    }
    if dash == 0 && !from_file {
        return Err(args.usage("pod, type/name or --filename must be specified"));
    }
    let pod = target(cx, &args).await?;
    let phase = str_at(&pod.object, "/status/phase");
    if matches!(phase, "Succeeded" | "Failed") {
        return Err(Error::Local(format!(
            "cannot exec into a container in a completed pod; current phase is {phase}"
        )));
    }
    let quiet = args.is("quiet");
    let container = streams::container_of(cx, &pod.object, args.text("container"), quiet).await?;
    let streams = Streams { stdin: args.is("stdin"), tty: args.is("tty"), command };
    streams::exec(cx, &pod, &container, &streams).await
}

/// Runs `kubectl attach`.
pub(crate) async fn attach(cx: &Context, args: Args) -> Result<()> {
    if args.words.is_empty() {
        return Err(Error::local("at least 1 argument is required for attach"));
    }
    if args.words.len() > 2 {
        return Err(Error::Local(format!("expected POD, TYPE/NAME, or TYPE NAME, saw {}", args.words.len())));
    }
    let pod = target(cx, &args).await?;
    let phase = str_at(&pod.object, "/status/phase");
    if matches!(phase, "Succeeded" | "Failed") {
        return Err(Error::Local(format!(
            "cannot attach a container in a completed pod; current phase is {phase}"
        )));
    }
    let container = streams::container_of(cx, &pod.object, args.text("container"), args.is("quiet")).await?;
    let streams = Streams { stdin: args.is("stdin"), tty: args.is("tty"), ..Streams::default() };
    if !args.is("quiet") && streams.stdin {
        cx.io.err_line("If you don't see a command prompt, try pressing enter.").await;
    }
    streams::attach(cx, &pod, &container, &streams).await
}

/// The pod that the call names, by itself or by what owns it.
async fn target(cx: &Context, args: &Args) -> Result<Info> {
    let words = args.before_dash();
    let named = match words {
        [one] if !one.contains('/') => vec!["pods".to_owned(), one.clone()],
        words => words.to_vec(),
    };
    let query = Query::from_args(cx, args, &named)?.with_latest();
    let (infos, errors) = query.run(cx).await?.split();
    Error::many(errors)?;
    let Some(info) = infos.into_iter().next() else {
        return Err(Error::local("no resources found"));
    };
    pods::one_of(cx, info).await
}
