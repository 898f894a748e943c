//! `kubectl config`
//!
//! Upstream: `kubectl/pkg/cmd/config`

mod contexts;
mod property;
mod set;
mod view;

use crate::command::Command;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

/// The subcommands.
pub(crate) const COMMANDS: &[Command] = &[
    Command::new("current-context", "Display the current-context", |cx, args| {
        Box::pin(contexts::current(cx, args))
    }),
    Command::new("delete-cluster", "Delete the specified cluster from the kubeconfig", |cx, args| {
        Box::pin(delete(cx, args, "clusters", "cluster"))
    }),
    Command::new("delete-context", "Delete the specified context from the kubeconfig", |cx, args| {
        Box::pin(delete(cx, args, "contexts", "context"))
    }),
    Command::new("delete-user", "Delete the specified user from the kubeconfig", |cx, args| {
        Box::pin(delete(cx, args, "users", "user"))
    }),
    Command::new("get-clusters", "Display clusters defined in the kubeconfig", |cx, args| {
        Box::pin(names(cx, args, "clusters"))
    }),
    Command::new("get-contexts", "Describe one or many contexts", |cx, args| {
        Box::pin(contexts::list(cx, args))
    }),
    Command::new("get-users", "Display users defined in the kubeconfig", |cx, args| {
        Box::pin(names(cx, args, "users"))
    }),
    Command::new("rename-context", "Rename a context from the kubeconfig file", |cx, args| {
        Box::pin(contexts::rename(cx, args))
    }),
    Command::new("set", "Set an individual value in a kubeconfig file", |cx, args| {
        Box::pin(property::set(cx, args))
    }),
    Command::new("set-cluster", "Set a cluster entry in kubeconfig", |cx, args| {
        Box::pin(set::cluster(cx, args))
    }),
    Command::new("set-context", "Set a context entry in kubeconfig", |cx, args| {
        Box::pin(set::context(cx, args))
    }),
    Command::new("set-credentials", "Set a user entry in kubeconfig", |cx, args| {
        Box::pin(set::credentials(cx, args))
    }),
    Command::new("unset", "Unset an individual value in a kubeconfig file", |cx, args| {
        Box::pin(property::unset(cx, args))
    }),
    Command::new("use-context", "Set the current-context in a kubeconfig file", |cx, args| {
        Box::pin(contexts::select(cx, args))
    })
    .aliases(&["use"]),
    Command::new("view", "Display merged kubeconfig settings or a specified kubeconfig file", |cx, args| {
        Box::pin(view::run(cx, args))
    }),
];

/// Exactly one word, or the usage.
fn one_word<'a>(args: &'a Args, what: &str) -> Result<&'a str> {
    match args.words.as_slice() {
        [word] => Ok(word),
        _ => Err(args.usage(format!("unexpected args: [{}]; {what} is required", args.words.join(" ")))),
    }
}

async fn names(cx: &Context, args: Args, list: &str) -> Result<()> {
    if !args.words.is_empty() {
        return Err(args.usage(format!("unexpected args: [{}]", args.words.join(" "))));
    }
    let config = cx.kubeconfig()?;
    let mut text = "NAME\n".to_owned();
    for name in config.names(list) {
        text.push_str(&format!("{name}\n"));
    }
    cx.io.out(&text).await;
    Ok(())
}

async fn delete(cx: &Context, args: Args, list: &'static str, what: &str) -> Result<()> {
    let name = one_word(&args, "a name")?;
    let mut config = cx.kubeconfig()?;
    let file = config.default_file().to_owned();
    if config.remove(list, name).is_none() {
        return Err(Error::Local(format!("cannot delete {what} {name}, not in {file}")));
    }
    if list == "contexts" && config.current == name {
        cx.io
            .err_line(
                "warning: this removed your active context, use \"kubectl config use-context\" to select a different one",
            )
            .await;
    }
    config.save(&cx.io)?;
    cx.io.line(format!("deleted {what} {name} from {file}")).await;
    Ok(())
}
