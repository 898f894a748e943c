//! Running a command in a running container, and joining what runs there.

use std::rc::Rc;

use podground_api::{Upgrade, Value, json};
use podground_shell::{Child, Command, Fd, Size, SpawnError, Terminal};
use podground_sim::channel::{Receiver, Sender, unbounded};
use podground_sim::{PipeReader, PipeWriter, Sim, pipe};

use super::{Container, LogStream};

/// The bytes that a session's pipes hold.
const PIPE: usize = 64 * 1024;

/// Channels of the wire protocol.
const STDIN: u8 = 0;
const STDOUT: u8 = 1;
const STDERR: u8 = 2;
const STATUS: u8 = 3;
const RESIZE: u8 = 4;

/// What a client asks for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Streams {
    pub(crate) stdin: bool,
    pub(crate) stdout: bool,
    pub(crate) stderr: bool,
    pub(crate) tty: bool,
}

type Message = (u8, Vec<u8>);

/// The command line as the container's user runs it.
pub(crate) fn command(container: &Container, args: &[String]) -> Command {
    let spec = &container.spec;
    let mut command = Command::new(args.iter().cloned());
    command.env.clone_from(&spec.env);
    command.cwd.clone_from(&spec.working_directory);
    command.uid = spec.user.uid;
    command.gid = spec.user.gid;
    command
}

/// Runs a command; its streams travel over the answer.
pub(crate) fn exec(sim: &Sim, container: &Rc<Container>, args: &[String], streams: &Streams) -> Upgrade {
    let (to_server, from_client) = unbounded();
    let (to_client, from_server) = unbounded();
    let mut command = command(container, args);
    let host = container.spec.host.clone();
    let name = args.first().cloned().unwrap_or_default();
    let streams = streams.clone();
    let session = sim.clone();
    sim.spawn(async move {
        let sim = session;
        if streams.tty {
            let terminal = Terminal::new(Size { columns: 80, rows: 24 });
            command.env.entry("TERM".to_owned()).or_insert_with(|| "xterm".to_owned());
            match host.spawn(command.terminal(&terminal)) {
                Ok(child) => terminal_session(&sim, child, terminal, from_client, &to_client).await,
                Err(error) => send_status(&to_client, &not_started(&name, &error)),
            }
        } else {
            let (stdin, input) = if streams.stdin {
                let (reader, writer) = pipe(PIPE);
                (Fd::PipeReader(reader), Some(writer))
            } else {
                (Fd::null(), None)
            };
            let (out_reader, out) = pipe(PIPE);
            let (err_reader, err) = pipe(PIPE);
            let command = command.fd(0, stdin).fd(1, Fd::PipeWriter(out)).fd(2, Fd::PipeWriter(err));
            match host.spawn(command) {
                Ok(child) => {
                    let feed = sim.spawn(feed_pipe(from_client, input));
                    let pumps = [(out_reader, STDOUT, streams.stdout), (err_reader, STDERR, streams.stderr)]
                        .map(|(reader, channel, wanted)| {
                            sim.spawn(forward(reader, channel, wanted.then(|| to_client.clone())))
                        });
                    let status = child.wait().await;
                    for pump in pumps {
                        pump.await;
                    }
                    drop(feed);
                    send_status(&to_client, &ended(status.code()));
                }
                Err(error) => send_status(&to_client, &not_started(&name, &error)),
            }
        }
    })
    .detach();
    Upgrade { to_server, from_server }
}

/// Joins the first process of a container.
pub(crate) fn attach(sim: &Sim, container: &Rc<Container>, streams: &Streams) -> Upgrade {
    let (to_server, from_client) = unbounded();
    let (to_client, from_server) = unbounded();
    let (container, streams, session) = (container.clone(), streams.clone(), sim.clone());
    // Joined now, not when the task first runs: nothing that is printed meanwhile is missed.
    let output = container.attach();
    sim.spawn(async move {
        let feed = match &container.terminal {
            Some(terminal) if streams.stdin => session.spawn(feed_terminal(from_client, terminal.clone())),
            Some(_) => session.spawn(async {}),
            None => {
                let stdin = container.stdin.borrow().clone().filter(|_| streams.stdin);
                session.spawn(feed_pipe(from_client, stdin))
            }
        };
        while let Ok((stream, bytes)) = output.recv().await {
            let (channel, wanted) = match stream {
                LogStream::Stdout => (STDOUT, streams.stdout),
                LogStream::Stderr => (STDERR, streams.stderr),
            };
            if wanted && to_client.try_send((channel, bytes)).is_err() {
                return;
            }
        }
        drop(feed);
        container.wait().await;
        let code = container.exit().map_or(0, |exit| exit.code);
        send_status(&to_client, &ended(u8::try_from(code).unwrap_or(255)));
    })
    .detach();
    Upgrade { to_server, from_server }
}

async fn terminal_session(
    sim: &Sim,
    child: Child,
    terminal: Rc<Terminal>,
    from_client: Receiver<Message>,
    to_client: &Sender<Message>,
) {
    let shown = terminal.clone();
    let client = to_client.clone();
    let show = sim.spawn(async move {
        loop {
            let generation = shown.output_changed.generation();
            let bytes = shown.take_output();
            if bytes.is_empty() {
                shown.output_changed.wait_after(generation).await;
            } else if client.send((STDOUT, bytes)).await.is_err() {
                return;
            }
        }
    });
    let hang_up = terminal.clone();
    let feed = sim.spawn(async move {
        feed_terminal(from_client, hang_up.clone()).await;
        hang_up.hang_up();
    });
    let status = child.wait().await;
    let rest = terminal.take_output();
    drop((show, feed));
    if !rest.is_empty() {
        let _ = to_client.try_send((STDOUT, rest));
    }
    send_status(to_client, &ended(status.code()));
}

/// Hands on what the client types, until it hangs up.
async fn feed_terminal(from_client: Receiver<Message>, terminal: Rc<Terminal>) {
    while let Ok((channel, bytes)) = from_client.recv().await {
        match channel {
            STDIN => terminal.input(&bytes),
            RESIZE => {
                let size: Value = serde_json::from_slice(&bytes).unwrap_or_default();
                let field = |name: &str| size.get(name).and_then(Value::as_u64);
                if let (Some(columns), Some(rows)) = (field("Width"), field("Height")) {
                    let limit = |value: u64| u16::try_from(value).unwrap_or(u16::MAX);
                    terminal.resize(Size { columns: limit(columns), rows: limit(rows) });
                }
            }
            _ => {}
        }
    }
}

/// Hands on standard input, until an empty message ends it or the client hangs up.
async fn feed_pipe(from_client: Receiver<Message>, mut stdin: Option<PipeWriter>) {
    while let Ok((channel, bytes)) = from_client.recv().await {
        if channel != STDIN {
            continue;
        }
        if bytes.is_empty() {
            stdin = None;
        } else if let Some(writer) = &stdin
            && writer.write_all(&bytes).await.is_err()
        {
            stdin = None;
        }
    }
}

async fn forward(reader: PipeReader, channel: u8, client: Option<Sender<Message>>) {
    loop {
        let bytes = reader.read(PIPE).await;
        if bytes.is_empty() {
            return;
        }
        if let Some(client) = &client {
            let _ = client.send((channel, bytes)).await;
        }
    }
}

fn send_status(client: &Sender<Message>, status: &Value) {
    // A client that has gone does not want to know.
    let _ = client.try_send((STATUS, status.to_string().into_bytes()));
}

/// The closing status of a command that was run.
// Upstream: k8s.io/apimachinery remotecommand: NonZeroExitCodeReason
fn ended(code: u8) -> Value {
    if code == 0 {
        return json!({"metadata": {}, "status": "Success"});
    }
    json!({
        "metadata": {}, "status": "Failure", "reason": "NonZeroExitCode",
        "message": format!("command terminated with non-zero exit code: exit status {code}"),
        "details": {"causes": [{"reason": "ExitCode", "message": code.to_string()}]},
    })
}

/// The closing status of a command that could not be started.
fn not_started(name: &str, error: &SpawnError) -> Value {
    let reason = exec_failure(name, error);
    json!({
        "metadata": {}, "status": "Failure", "reason": "InternalError", "code": 500,
        "message": format!("Internal error occurred: error executing command in container: {reason}"),
        "details": {"causes": [{"message": format!("error executing command in container: {reason}")}]},
    })
}

/// What the runtime says of a command that cannot be started.
pub(crate) fn exec_failure(name: &str, error: &SpawnError) -> String {
    let full = super::instance::exec_error(name, error);
    let reason = full.split_once("container init: ").map_or(full.as_str(), |(_, reason)| reason);
    format!(
        "failed to exec in container: failed to start exec: OCI runtime exec failed: exec failed: unable to start \
         container process: {reason}"
    )
}

/// What a command printed that was run to its end without a client.
pub(crate) struct Captured {
    pub(crate) code: u8,
    pub(crate) output: Vec<u8>,
}

/// Runs a command to its end; probes and hooks do.
pub(crate) async fn capture(
    sim: &Sim,
    container: &Rc<Container>,
    args: &[String],
) -> Result<Captured, SpawnError> {
    let (reader, writer) = pipe(PIPE);
    let command = command(container, args)
        .fd(0, Fd::null())
        .fd(1, Fd::PipeWriter(writer.clone()))
        .fd(2, Fd::PipeWriter(writer));
    let child = container.spec.host.spawn(command)?;
    let _guard = KillOnDrop(child.clone());
    let collected = Rc::new(std::cell::RefCell::new(Vec::new()));
    let sink = collected.clone();
    let pump = sim.spawn(async move {
        loop {
            let bytes = reader.read(PIPE).await;
            if bytes.is_empty() {
                return;
            }
            let mut output = sink.borrow_mut();
            if output.len() < 10 * 1024 {
                output.extend(bytes);
            }
        }
    });
    let status = child.wait().await;
    pump.await;
    Ok(Captured { code: status.code(), output: collected.take() })
}

/// Kills a command whose caller has lost patience.
struct KillOnDrop(Child);

impl Drop for KillOnDrop {
    fn drop(&mut self) {
        if self.0.try_wait().is_none() {
            self.0.signal(podground_shell::Signal::Kill);
        }
    }
}
