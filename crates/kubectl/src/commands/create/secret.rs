//! `kubectl create secret`
//!
//! Upstream: `kubectl/pkg/cmd/create/create_secret*.go`

use base64::Engine as _;
use podground_api::validation;
use serde_json::{Map, Value, json};

use super::configmap::Sources;
use crate::command::Command;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

/// The subcommands.
pub(crate) const COMMANDS: &[Command] = &[
    Command::new("docker-registry", "Create a secret for use with a Docker registry", |cx, args| {
        Box::pin(docker_registry(cx, args))
    }),
    Command::new("generic", "Create a secret from a local file, directory, or literal value", |cx, args| {
        Box::pin(generic(cx, args))
    }),
    Command::new("tls", "Create a TLS secret", |cx, args| Box::pin(tls(cx, args))),
];

fn encode(bytes: impl AsRef<[u8]>) -> Value {
    Value::String(base64::engine::general_purpose::STANDARD.encode(bytes))
}

async fn finish(cx: &Context, args: &Args, name: &str, kind: &str, data: Map<String, Value>) -> Result<()> {
    if args.is("append-hash") {
        return Err(Error::unsupported("--append-hash of \"kubectl create secret\""));
    }
    let mut value = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}});
    if !data.is_empty() {
        value["data"] = data.into();
    }
    if !kind.is_empty() {
        value["type"] = json!(kind);
    }
    super::create(cx, args, "secrets", "secret ", value).await
}

fn collect(cx: &Context, args: &Args) -> Result<Map<String, Value>> {
    let sources = Sources::read(cx, args)?;
    let mut data = Map::new();
    for (key, bytes) in sources.pairs {
        let wrong = validation::config_map_key(&key);
        if !wrong.is_empty() {
            return Err(Error::Local(format!(
                "{key:?} is not valid key name for a Secret {}",
                wrong.join(";")
            )));
        }
        if data.contains_key(&key) {
            return Err(Error::Local(format!(
                "cannot add key {key}, another key by that name already exists"
            )));
        }
        data.insert(key, encode(bytes));
    }
    Ok(data)
}

async fn generic(cx: &Context, args: Args) -> Result<()> {
    let name = super::name_of(&args)?;
    let data = collect(cx, &args)?;
    finish(cx, &args, name, args.text("type"), data).await
}

async fn tls(cx: &Context, args: Args) -> Result<()> {
    let name = super::name_of(&args)?;
    let (key, cert) = (args.text("key"), args.text("cert"));
    if key.is_empty() || cert.is_empty() {
        return Err(Error::local("key and cert must be specified"));
    }
    let read = |path: &str| cx.io.read(path).map_err(|why| Error::Local(format!("open {path}: {why}")));
    let (cert, key) = (read(cert)?, read(key)?);
    for (bytes, kind) in [(&cert, "certificate"), (&key, "key")] {
        if !String::from_utf8_lossy(bytes).contains("-----BEGIN ") {
            return Err(Error::Local(format!("tls: failed to find any PEM data in {kind} input")));
        }
    }
    let mut data = Map::new();
    data.insert("tls.crt".to_owned(), encode(cert));
    data.insert("tls.key".to_owned(), encode(key));
    finish(cx, &args, name, "kubernetes.io/tls", data).await
}

async fn docker_registry(cx: &Context, args: Args) -> Result<()> {
    let name = super::name_of(&args)?;
    let mut data = Map::new();
    if args.list("from-file").is_empty() {
        let (user, password, server) =
            (args.text("docker-username"), args.text("docker-password"), args.text("docker-server"));
        if user.is_empty() || password.is_empty() || server.is_empty() {
            return Err(Error::local(
                "either --from-file or the combination of --docker-username, --docker-password and --docker-server is \
                 required",
            ));
        }
        let email = args.text("docker-email");
        let auth = encode(format!("{user}:{password}"));
        let mut entry = format!("{{\"username\":{},\"password\":{}", json!(user), json!(password));
        if !email.is_empty() {
            entry.push_str(&format!(",\"email\":{}", json!(email)));
        }
        entry.push_str(&format!(",\"auth\":{auth}}}"));
        let config = format!("{{\"auths\":{{{}:{entry}}}}}", json!(server));
        data.insert(".dockerconfigjson".to_owned(), encode(config));
    } else {
        data = collect(cx, &args)?;
    }
    finish(cx, &args, name, "kubernetes.io/dockerconfigjson", data).await
}
