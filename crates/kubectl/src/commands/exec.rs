//! `kubectl exec`
//!
//! Upstream: `kubectl/pkg/cmd/exec/exec.go`

use podground_api::object::str_at;

use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;
use crate::pods;
use crate::streams::Streams;

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let has_file = !args.list("filename").is_empty();
    let (words, command) = match args.dash {
        Some(_) => (args.before_dash(), args.after_dash()),
        None if args.words.len() > 1 || (has_file && !args.words.is_empty()) => {
            return Err(args.usage(
                "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead",
            ));
        }
        None => (args.words.as_slice(), &args.words[args.words.len()..]),
    };
    if words.is_empty() && !has_file {
        return Err(args.usage("pod, type/name or --filename must be specified"));
    }
    if command.is_empty() {
        return Err(args.usage("you must specify at least one command for the container"));
    }
    let words = if has_file { &[] } else { &words[..1] };
    let info = pods::target(cx, &args, words).await?;
    let pod = pods::pod_of(cx, &info, args.duration("pod-running-timeout"), false).await?;
    if pods::is_over(&pod) {
        return Err(Error::Local(format!(
            "cannot exec into a container in a completed pod; current phase is {}",
            str_at(&pod, "/status/phase")
        )));
    }
    let container = pods::container(cx, &pod, args.text("container"), args.is("quiet")).await?;
    let streams = Streams::from_flags(cx, args.is("stdin"), args.is("tty")).await;
    let upgrade = streams.open(cx, &pods::path(&pod), "exec", &container, command).await?;
    streams.run(cx, upgrade).await
}
