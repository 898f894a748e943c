//! Streams to a container: exec and attach.
//!
//! Upstream: `client-go/tools/remotecommand`

use podground_api::object::{self, array_at, str_at};
use podground_api::{Body, Method, Request, Upgrade};
use podground_shell::Signal;
use serde_json::{Value, json};

use crate::builder::Info;
use crate::context::Context;
use crate::error::{Error, Result};

/// Which streams are connected.
#[derive(Clone, Debug, Default)]
pub(crate) struct Streams {
    /// Standard input.
    pub(crate) stdin: bool,
    /// A terminal.
    pub(crate) tty: bool,
    /// The command, of exec.
    pub(crate) command: Vec<String>,
}

/// Runs a command in a container; its exit status becomes kubectl's.
pub(crate) async fn exec(cx: &Context, pod: &Info, container: &str, streams: &Streams) -> Result<()> {
    connect(cx, pod, container, streams, "exec").await
}

/// Connects to a container's first process.
pub(crate) async fn attach(cx: &Context, pod: &Info, container: &str, streams: &Streams) -> Result<()> {
    connect(cx, pod, container, streams, "attach").await
}

async fn connect(cx: &Context, pod: &Info, container: &str, streams: &Streams, verb: &str) -> Result<()> {
    let mut tty = streams.tty;
    let terminal = cx.io.terminal(0);
    if tty && streams.stdin && terminal.is_none() {
        cx.io.err_line("Unable to use a TTY - input is not a terminal or the right kind of file").await;
        tty = false;
    }
    let mut request = Request::new(Method::Post, format!("{}/{verb}", pod.path()))
        .with_query("container", container)
        .with_query("stdin", streams.stdin.to_string())
        .with_query("stdout", "true")
        .with_query("stderr", (!tty).to_string())
        .with_query("tty", tty.to_string());
    for word in &streams.command {
        request = request.with_query("command", word.as_str());
    }
    let response = cx.client()?.send(request).await?;
    let Body::Upgrade(upgrade) = response.body else {
        return Err(Error::local("unable to upgrade connection: the server did not switch protocols"));
    };
    // The container's terminal does the editing: ours hands on every byte.
    let _raw =
        terminal.as_ref().filter(|_| tty).map(|terminal| terminal.set_modes(podground_shell::Modes::RAW));
    if let Some(terminal) = terminal.as_ref().filter(|_| tty) {
        send_size(&upgrade, terminal.size());
    }
    let status = relay(cx, &upgrade, streams.stdin, tty).await;
    finish(status)
}

fn send_size(upgrade: &Upgrade, size: podground_shell::Size) {
    let text = json!({"Width": size.columns, "Height": size.rows}).to_string();
    // A server that is gone ends the relay by itself.
    let _ = upgrade.to_server.try_send((4, text.into_bytes()));
}

/// Moves bytes both ways until the server is done; gives the closing status.
async fn relay(cx: &Context, upgrade: &Upgrade, with_stdin: bool, tty: bool) -> Option<Value> {
    let input = async {
        if with_stdin {
            loop {
                let bytes = cx.io.0.read(0, 4096).await.unwrap_or_default();
                let end = bytes.is_empty();
                if upgrade.to_server.send((0, bytes)).await.is_err() || end {
                    break;
                }
            }
        }
        std::future::pending::<Option<Value>>().await
    };
    let resized = async {
        if let Some(terminal) = cx.io.terminal(0).filter(|_| tty) {
            let changes = cx.io.catch(Signal::Winch);
            while changes.recv().await.is_ok() {
                send_size(upgrade, terminal.size());
            }
        }
        std::future::pending::<Option<Value>>().await
    };
    let output = async {
        let mut status = None;
        while let Ok((channel, bytes)) = upgrade.from_server.recv().await {
            match channel {
                1 => cx.io.out_bytes(&bytes).await,
                2 => cx.io.err_bytes(&bytes).await,
                3 => status = serde_json::from_slice(&bytes).ok(),
                _ => {}
            }
        }
        status
    };
    futures_lite::future::or(output, futures_lite::future::or(input, resized)).await
}

fn finish(status: Option<Value>) -> Result<()> {
    let Some(status) = status else { return Ok(()) };
    if str_at(&status, "/status") != "Failure" {
        return Ok(());
    }
    let code = array_at(&status, "/details/causes")
        .iter()
        .find(|cause| str_at(cause, "/reason") == "ExitCode")
        .and_then(|cause| str_at(cause, "/message").parse::<u8>().ok());
    match code {
        Some(code) => Err(Error::WithStatus(
            Box::new(Error::Plain(format!("command terminated with exit code {code}"))),
            code,
        )),
        None => Err(Error::Local(str_at(&status, "/message").to_owned())),
    }
}

/// The container that a call without `-c` means, with a word on it if there are others.
///
/// Upstream: `kubectl/pkg/cmd/util/podcmd/podcmd.go FindOrDefaultContainerByName`
pub(crate) async fn container_of(cx: &Context, pod: &Value, wanted: &str, quiet: bool) -> Result<String> {
    let names: Vec<String> = ["/spec/containers", "/spec/initContainers", "/spec/ephemeralContainers"]
        .into_iter()
        .flat_map(|list| array_at(pod, list).iter().map(|container| str_at(container, "/name").to_owned()))
        .collect();
    if !wanted.is_empty() {
        if !names.iter().any(|name| name == wanted) {
            return Err(Error::Local(format!("container {wanted} not found in pod {}", object::name(pod))));
        }
        return Ok(wanted.to_owned());
    }
    if let Some(default) = object::annotation(pod, "kubectl.kubernetes.io/default-container")
        && names.iter().any(|name| name == default)
    {
        return Ok(default.to_owned());
    }
    let first = names.first().cloned().unwrap_or_default();
    if names.len() > 1 && !quiet {
        let init = array_at(pod, "/spec/initContainers");
        let shown: Vec<String> = names
            .iter()
            .map(|name| {
                let is_init = init.iter().any(|container| str_at(container, "/name") == name);
                if is_init { format!("{name} (init)") } else { name.clone() }
            })
            .collect();
        cx.io.err_line(format!("Defaulted container {first:?} out of: {}", shown.join(", "))).await;
    }
    Ok(first)
}
