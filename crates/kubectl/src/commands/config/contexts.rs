//! Contexts: which there are, and which is in use.

use podground_api::object::str_at;

use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;
use crate::tabwriter;

/// `kubectl config current-context`
pub(crate) async fn current(cx: &Context, _args: Args) -> Result<()> {
    let config = cx.kubeconfig()?;
    if config.current.is_empty() {
        return Err(Error::local("current-context is not set"));
    }
    cx.io.line(&config.current).await;
    Ok(())
}

/// `kubectl config use-context`
pub(crate) async fn select(cx: &Context, args: Args) -> Result<()> {
    let name = super::one_word(&args, "a context name")?;
    let mut config = cx.kubeconfig()?;
    if config.get("contexts", name).is_none() {
        return Err(Error::Local(format!("no context exists with the name: \"{name}\"")));
    }
    name.clone_into(&mut config.current);
    config.save(&cx.io)?;
    cx.io.line(format!("Switched to context \"{name}\".")).await;
    Ok(())
}

/// `kubectl config rename-context`
pub(crate) async fn rename(cx: &Context, args: Args) -> Result<()> {
    let [old, new] = args.words.as_slice() else {
        return Err(args.usage(format!("unexpected args: [{}]", args.words.join(" "))));
    };
    let mut config = cx.kubeconfig()?;
    let file = config.default_file().to_owned();
    if config.get("contexts", old).is_none() {
        return Err(Error::Local(format!("cannot rename the context \"{old}\", it's not in {file}")));
    }
    if config.get("contexts", new).is_some() {
        return Err(Error::Local(format!(
            "cannot rename the context \"{old}\", the context \"{new}\" already exists in {file}"
        )));
    }
    if let Some(context) = config.remove("contexts", old) {
        *config.entry("contexts", new) = context;
    }
    if config.current == *old {
        new.clone_into(&mut config.current);
    }
    config.save(&cx.io)?;
    cx.io.line(format!("Context \"{old}\" renamed to \"{new}\".")).await;
    Ok(())
}

/// `kubectl config get-contexts`
pub(crate) async fn list(cx: &Context, args: Args) -> Result<()> {
    let config = cx.kubeconfig()?;
    let output = args.text("output");
    if !output.is_empty() && output != "name" && output != "wide" {
        return Err(Error::Local(format!("output must be one of '' or 'name': {output}")));
    }
    let mut names: Vec<String> = Vec::new();
    let mut errors = Vec::new();
    if args.words.is_empty() {
        names = config.names("contexts").into_iter().map(str::to_owned).collect();
    }
    for word in &args.words {
        if config.get("contexts", word).is_some() {
            names.push(word.clone());
        } else {
            errors.push(Error::Local(format!("context {word} not found")));
        }
    }
    names.sort();
    let mut text = String::new();
    if output == "name" {
        for name in &names {
            text.push_str(&format!("{name}\n"));
        }
        cx.io.out(&text).await;
        return Error::many(errors);
    }
    if !args.is("no-headers") {
        text.push_str("CURRENT\tNAME\tCLUSTER\tAUTHINFO\tNAMESPACE\n");
    }
    for name in names {
        let Some(context) = config.get("contexts", &name) else { continue };
        let mark = if name == config.current { "*" } else { "" };
        let (cluster, user) = (str_at(context, "/cluster"), str_at(context, "/user"));
        text.push_str(&format!("{mark}\t{name}\t{cluster}\t{user}\t{}\n", str_at(context, "/namespace")));
    }
    cx.io.out(&tabwriter::align(&text, tabwriter::TABLE)).await;
    Error::many(errors)
}
