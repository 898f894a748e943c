//! `kubectl rollout`
//!
//! Upstream: `kubectl/pkg/cmd/rollout`, `kubectl/pkg/polymorphichelpers`

mod history;
mod pause;
mod revisions;
mod status;
mod undo;

use crate::builder::{Info, Query};
use crate::command::Command;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

/// The subcommands.
pub(crate) const COMMANDS: &[Command] = &[
    Command::new("history", "View rollout history", |cx, args| Box::pin(history::run(cx, args))),
    Command::new("pause", "Mark the provided resource as paused", |cx, args| {
        Box::pin(pause::run(cx, args, pause::Action::Pause))
    }),
    Command::new("restart", "Restart a resource", |cx, args| {
        Box::pin(pause::run(cx, args, pause::Action::Restart))
    }),
    Command::new("resume", "Resume a paused resource", |cx, args| {
        Box::pin(pause::run(cx, args, pause::Action::Resume))
    }),
    Command::new("status", "Show the status of the rollout", |cx, args| Box::pin(status::run(cx, args))),
    Command::new("undo", "Undo a previous rollout", |cx, args| Box::pin(undo::run(cx, args))),
];

/// The objects that the words name, read from the server.
async fn targets(cx: &Context, args: &Args) -> Result<Vec<Result<Info>>> {
    let query = Query::from_args(cx, args, &args.words)?.with_types().with_latest();
    if query.words.is_empty() && !query.has_files() {
        return Err(Error::local("required resource not specified"));
    }
    Ok(query.run(cx).await?.items)
}

/// Does the same to each target and gathers what fails.
async fn each<F>(cx: &Context, args: &Args, mut act: impl FnMut(Info) -> F) -> Result<()>
where
    F: Future<Output = Result<()>>,
{
    let mut errors = Vec::new();
    for item in targets(cx, args).await? {
        let result = match item {
            Ok(info) => act(info).await,
            Err(error) => Err(error),
        };
        match result {
            Ok(()) => {}
            Err(Error::Many(many)) => errors.extend(many),
            Err(error) => errors.push(error),
        }
    }
    Error::many(errors)
}
