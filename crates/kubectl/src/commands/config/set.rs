//! `kubectl config set-context`, `set-cluster`, `set-credentials`

use base64::Engine as _;
use podground_api::object::{remove_at, set_at};
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

/// Takes a flag over into an entry, if it was given.
fn take(entry: &mut Value, args: &Args, flag: &str) {
    if args.changed(flag) {
        match args.text(flag) {
            "" => {
                remove_at(entry, &format!("/{flag}"));
            }
            text => set_at(entry, &format!("/{flag}"), json!(text)),
        }
    }
}

/// Takes the name of a file over, or its content.
fn take_file(cx: &Context, entry: &mut Value, args: &Args, flag: &str) -> Result<()> {
    if !args.changed(flag) {
        return Ok(());
    }
    let path = args.text(flag);
    if args.is("embed-certs") {
        let bytes = cx.io.read(path).map_err(|why| {
            Error::Local(format!("could not read {flag} data from {path}: open {path}: {why}"))
        })?;
        remove_at(entry, &format!("/{flag}"));
        let text = base64::engine::general_purpose::STANDARD.encode(bytes);
        set_at(entry, &format!("/{flag}-data"), json!(text));
    } else {
        remove_at(entry, &format!("/{flag}-data"));
        set_at(entry, &format!("/{flag}"), json!(cx.io.path(path)));
    }
    Ok(())
}

/// `kubectl config set-context`
pub(crate) async fn context(cx: &Context, args: Args) -> Result<()> {
    let mut config = cx.kubeconfig()?;
    let name = match args.words.as_slice() {
        [] if args.is("current") && config.current.is_empty() => {
            return Err(Error::local("no current context is set"));
        }
        [] if args.is("current") => config.current.clone(),
        [name] if !args.is("current") => name.clone(),
        [] => return Err(Error::local("you must specify a non-empty context name or --current")),
        [_] => return Err(Error::local("you cannot specify both a context name and --current")),
        words => return Err(args.usage(format!("Unexpected args: [{}]", words.join(" ")))),
    };
    let exists = config.get("contexts", &name).is_some();
    let entry = config.entry("contexts", &name);
    for flag in ["cluster", "user", "namespace"] {
        take(entry, &args, flag);
    }
    for field in ["cluster", "user"] {
        if entry.get(field).is_none() {
            entry[field] = json!("");
        }
    }
    config.save(&cx.io)?;
    let verb = if exists { "modified" } else { "created" };
    cx.io.line(format!("Context \"{name}\" {verb}.")).await;
    Ok(())
}

/// `kubectl config set-cluster`
pub(crate) async fn cluster(cx: &Context, args: Args) -> Result<()> {
    let name = super::one_word(&args, "a cluster name")?.to_owned();
    let mut config = cx.kubeconfig()?;
    let entry = config.entry("clusters", &name);
    for flag in ["server", "tls-server-name", "proxy-url"] {
        take(entry, &args, flag);
    }
    if args.changed("insecure-skip-tls-verify") {
        set_at(entry, "/insecure-skip-tls-verify", json!(args.is("insecure-skip-tls-verify")));
        if args.is("insecure-skip-tls-verify") {
            remove_at(entry, "/certificate-authority");
            remove_at(entry, "/certificate-authority-data");
        }
    }
    take_file(cx, entry, &args, "certificate-authority")?;
    if entry.get("server").is_none() {
        entry["server"] = json!("");
    }
    config.save(&cx.io)?;
    cx.io.line(format!("Cluster \"{name}\" set.")).await;
    Ok(())
}

/// `kubectl config set-credentials`
pub(crate) async fn credentials(cx: &Context, args: Args) -> Result<()> {
    let name = super::one_word(&args, "a user name")?.to_owned();
    if args.changed("token") && (args.changed("username") || args.changed("password")) {
        return Err(Error::local(
            "you cannot specify more than one authentication method at the same time: --token, --username/--password",
        ));
    }
    let mut config = cx.kubeconfig()?;
    let entry = config.entry("users", &name);
    take_file(cx, entry, &args, "client-certificate")?;
    take_file(cx, entry, &args, "client-key")?;
    for flag in ["token", "username", "password"] {
        take(entry, &args, flag);
    }
    config.save(&cx.io)?;
    cx.io.line(format!("User \"{name}\" set.")).await;
    Ok(())
}
