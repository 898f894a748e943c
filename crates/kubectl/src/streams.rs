//! The streams of exec, attach and run: standard input and outputs over one connection.

use podground_api::object::{array_at, str_at};
use podground_api::{Body, Method, Request, Upgrade};
use podground_shell::Modes;
use podground_sim::channel::{Receiver, Sender};
use serde_json::json;

use crate::context::Context;
use crate::error::{Error, Result};

const STDIN: u8 = 0;
const STDOUT: u8 = 1;
const STDERR: u8 = 2;
const STATUS: u8 = 3;
const RESIZE: u8 = 4;

/// What to connect.
#[derive(Clone, Debug, Default)]
pub(crate) struct Streams {
    /// `-i`
    pub(crate) stdin: bool,
    /// `-t`
    pub(crate) tty: bool,
}

impl Streams {
    /// `-i` and `-t`; without a terminal to speak of, `-t` is told to be of no use.
    pub(crate) async fn from_flags(cx: &Context, stdin: bool, tty: bool) -> Self {
        let mut streams = Self { stdin, tty };
        if tty && stdin && cx.io.terminal(0).is_none() {
            cx.io.err_line("Unable to use a TTY - input is not a terminal or the right kind of file").await;
            streams.tty = false;
        }
        streams
    }

    /// Opens a connection to a pod's subresource, `exec` or `attach`.
    pub(crate) async fn open(
        &self,
        cx: &Context,
        pod_path: &str,
        subresource: &str,
        container: &str,
        command: &[String],
    ) -> Result<Upgrade> {
        let mut request = Request::new(Method::Post, format!("{pod_path}/{subresource}"));
        for word in command {
            request = request.with_query("command", word);
        }
        request = request.with_query("container", container);
        for (name, is_set) in
            [("stdin", self.stdin), ("stdout", true), ("stderr", !self.tty), ("tty", self.tty)]
        {
            if is_set {
                request = request.with_query(name, "true");
            }
        }
        match cx.client()?.send(request).await.map(|response| response.body) {
            Ok(Body::Upgrade(upgrade)) => Ok(upgrade),
            // A kubelet's refusal comes when the streams to the API server are open: in their status, without a reason.
            Err(Error::Server(status)) if status.reason == "InternalError" => {
                Err(Error::Local(status.message))
            }
            Err(error) => Err(error),
            Ok(_) => Err(Error::local("unable to upgrade connection: the server sent no streams")),
        }
    }

    /// Carries bytes both ways until the other side is done.
    /// The error of a command that fails is its exit status.
    pub(crate) async fn run(&self, cx: &Context, upgrade: Upgrade) -> Result<()> {
        let Upgrade { to_server, from_server } = upgrade;
        let terminal = if self.tty { cx.io.terminal(0) } else { None };
        let guard = terminal.as_ref().map(|terminal| terminal.set_modes(Modes::RAW));
        let sim = cx.io.0.host.sim.clone();
        let resizing = terminal.as_ref().map(|terminal| {
            let (terminal, to_server) = (terminal.clone(), to_server.clone());
            sim.spawn(async move {
                loop {
                    let size = terminal.size();
                    let text = json!({"Width": size.columns, "Height": size.rows}).to_string();
                    if to_server.send((RESIZE, text.into_bytes())).await.is_err() {
                        return;
                    }
                    terminal.resized.wait().await;
                }
            })
        });
        let feeding = self.stdin.then(|| {
            let (io, to_server) = (cx.io.clone(), to_server.clone());
            sim.spawn(async move { feed(&io, &to_server).await })
        });
        let result = receive(cx, &from_server).await;
        drop((feeding, resizing, guard));
        result
    }
}

/// Sends standard input; an empty message tells of its end.
async fn feed(io: &crate::io::Io, to_server: &Sender<(u8, Vec<u8>)>) {
    loop {
        let bytes = io.0.read(0, 4096).await.unwrap_or_default();
        let is_end = bytes.is_empty();
        if to_server.send((STDIN, bytes)).await.is_err() || is_end {
            return;
        }
    }
}

async fn receive(cx: &Context, from_server: &Receiver<(u8, Vec<u8>)>) -> Result<()> {
    while let Ok((channel, bytes)) = from_server.recv().await {
        match channel {
            STDOUT => cx.io.out_bytes(&bytes).await,
            STDERR => cx.io.err_bytes(&bytes).await,
            STATUS => return outcome(&bytes),
            _ => {}
        }
    }
    Ok(())
}

/// Sends input to a command to its end; gives what it wrote, and what it wrote of errors.
pub(crate) async fn exchange(upgrade: Upgrade, input: &[u8]) -> (Vec<u8>, Vec<u8>, Result<()>) {
    let Upgrade { to_server, from_server } = upgrade;
    for part in input.chunks(32 * 1024).chain([[].as_slice()]) {
        if to_server.send((STDIN, part.to_vec())).await.is_err() {
            break;
        }
    }
    let (mut out, mut err) = (Vec::new(), Vec::new());
    while let Ok((channel, bytes)) = from_server.recv().await {
        match channel {
            STDOUT => out.extend(bytes),
            STDERR => err.extend(bytes),
            STATUS => {
                let done = outcome(&bytes);
                return (out, err, done);
            }
            _ => {}
        }
    }
    (out, err, Ok(()))
}

/// Reads the status that ends a connection.
fn outcome(bytes: &[u8]) -> Result<()> {
    let Ok(status) = serde_json::from_slice::<serde_json::Value>(bytes) else { return Ok(()) };
    if str_at(&status, "/status") != "Failure" {
        return Ok(());
    }
    if str_at(&status, "/reason") == "NonZeroExitCode" {
        let code = array_at(&status, "/details/causes")
            .iter()
            .find(|cause| str_at(cause, "/reason") == "ExitCode")
            .and_then(|cause| str_at(cause, "/message").parse::<u8>().ok())
            .unwrap_or(1);
        let error = Error::Plain(format!("command terminated with exit code {code}"));
        return Err(Error::WithStatus(Box::new(error), code));
    }
    Err(Error::Local(str_at(&status, "/message").to_owned()))
}
