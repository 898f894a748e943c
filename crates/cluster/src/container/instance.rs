//! One container: made, started, ended.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use podground_shell::{
    Child, Command, ExitStatus, Fd, Host, ProcessTable, Signal, Size, SpawnError, Terminal,
};
use podground_sim::channel::{Receiver, Sender, unbounded};
use podground_sim::{LocalBoxFuture, Notify, PipeReader, PipeWriter, Sim, Time, pipe};

use super::user::UserIds;
use super::{Log, LogStream};
use crate::images::{Image, programs};

/// The bytes that a container's pipes hold.
const PIPE: usize = 64 * 1024;

/// How a container is to be made.
pub struct ContainerSpec {
    /// 64 hexadecimal digits.
    pub id: String,
    /// The container's name in its pod.
    pub name: String,
    /// How often it was started before.
    pub attempt: u32,
    /// The image.
    pub image: Rc<Image>,
    /// Its machine: files with all mounts, network, hostname.
    pub host: Rc<Host>,
    /// The words of the command line.
    pub args: Vec<String>,
    /// The environment.
    pub env: BTreeMap<String, String>,
    /// The working directory.
    pub working_directory: String,
    /// The user.
    pub(crate) user: UserIds,
    /// Whether standard input is kept open.
    pub stdin: bool,
    /// Whether it gets a terminal.
    pub tty: bool,
    /// Where an image that is not simulated in depth answers HTTP.
    pub stand_in_ports: Vec<u16>,
}

/// Why a container could not be started, in the runtime's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartError(pub String);

/// How a container ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exit {
    /// Its exit code.
    pub code: i64,
    /// `Completed`, `Error`, `OOMKilled`, `StartError`.
    pub reason: &'static str,
    /// What the runtime or the termination message says.
    pub message: String,
    /// When it was started.
    pub started: Time,
    /// When it ended.
    pub finished: Time,
}

/// A piece of output as it was written.
type Output = (LogStream, Vec<u8>);

/// A container, running or not.
pub struct Container {
    /// How it was made.
    pub spec: ContainerSpec,
    /// When it was made.
    pub created: Time,
    /// What it has printed.
    pub log: Rc<Log>,
    /// Fires when it has ended.
    pub ended: Notify,
    /// The terminal, if it has one.
    pub terminal: Option<Rc<Terminal>>,
    /// The writing end of standard input, while it is open.
    pub stdin: RefCell<Option<PipeWriter>>,
    attached: RefCell<Vec<Sender<Output>>>,
    started: Cell<Option<Time>>,
    exit: RefCell<Option<Exit>>,
    out_of_memory: Cell<bool>,
    sim: Sim,
}

impl Container {
    /// Makes a container.
    pub fn new(sim: &Sim, spec: ContainerSpec) -> Rc<Self> {
        let terminal = spec.tty.then(|| Terminal::new(Size { columns: 80, rows: 24 }));
        Rc::new(Self {
            spec,
            created: sim.now(),
            log: Rc::default(),
            ended: Notify::new(),
            terminal,
            stdin: RefCell::new(None),
            attached: RefCell::default(),
            started: Cell::new(None),
            exit: RefCell::new(None),
            out_of_memory: Cell::new(false),
            sim: sim.clone(),
        })
    }

    /// The same container once more, to be started after its end: its files, its log, new processes.
    pub(crate) fn again(&self) -> Rc<Self> {
        let old = &self.spec;
        let host = Rc::new(Host {
            sim: old.host.sim.clone(),
            files: old.host.files.clone(),
            hostname: RefCell::new(old.host.hostname.borrow().clone()),
            network: old.host.network.clone(),
            programs: old.host.programs.clone(),
            processes: ProcessTable::default(),
        });
        let spec = ContainerSpec {
            id: old.id.clone(),
            name: old.name.clone(),
            attempt: old.attempt,
            image: old.image.clone(),
            host,
            args: old.args.clone(),
            env: old.env.clone(),
            working_directory: old.working_directory.clone(),
            user: old.user,
            stdin: old.stdin,
            tty: old.tty,
            stand_in_ports: old.stand_in_ports.clone(),
        };
        self.log.reopen();
        Rc::new(Self {
            spec,
            created: self.created,
            log: self.log.clone(),
            ended: Notify::new(),
            terminal: self.terminal.as_ref().map(|_| Terminal::new(Size { columns: 80, rows: 24 })),
            stdin: RefCell::new(None),
            attached: RefCell::default(),
            started: Cell::new(None),
            exit: RefCell::new(None),
            out_of_memory: Cell::new(false),
            sim: self.sim.clone(),
        })
    }

    /// The name in its pod.
    pub fn name(&self) -> &str {
        &self.spec.name
    }

    /// When it was started.
    pub fn started(&self) -> Option<Time> {
        self.started.get()
    }

    /// How it ended, if it has.
    pub fn exit(&self) -> Option<Exit> {
        self.exit.borrow().clone()
    }

    /// Gives its end a message, if it has none.
    pub(crate) fn set_exit_message(&self, text: &str) {
        if let Some(exit) = self.exit.borrow_mut().as_mut()
            && exit.message.is_empty()
        {
            text.clone_into(&mut exit.message);
        }
    }

    /// Whether it runs.
    pub fn is_running(&self) -> bool {
        self.started.get().is_some() && self.exit.borrow().is_none()
    }

    /// Starts its program as process 1.
    pub fn start(self: &Rc<Self>) -> Result<(), StartError> {
        let (command, outputs) = self.command();
        let name = command.args.first().cloned().unwrap_or_default();
        let host = &self.spec.host;
        let child = match host.spawn(command.clone()) {
            Ok(child) => child,
            Err(SpawnError::NotFound) if self.spec.image.stand_in => {
                let ports = self.spec.stand_in_ports.clone();
                let image = self.spec.image.reference.to_string();
                host.start(command, move |process| Box::pin(programs::stand_in(process, image, ports)))
            }
            Err(error) => {
                let error = StartError(exec_error(&name, &error));
                let now = self.sim.now();
                self.log.close(now);
                *self.exit.borrow_mut() = Some(Exit {
                    code: 128,
                    reason: "StartError",
                    message: error.0.clone(),
                    started: Time(0),
                    finished: now,
                });
                return Err(error);
            }
        };
        self.started.set(Some(self.sim.now()));
        self.sim.spawn(self.clone().watch(child, outputs)).detach();
        Ok(())
    }

    /// Sends its first process a signal.
    pub fn signal(&self, signal: Signal) {
        // A process that is gone needs no signal.
        let _ = self.spec.host.processes.signal(1, signal);
    }

    /// Kills all its processes.
    pub fn kill(&self) {
        self.spec.host.processes.kill_all();
    }

    /// Kills it as the kernel does when its memory is used up.
    pub fn kill_out_of_memory(&self) {
        self.out_of_memory.set(true);
        self.kill();
    }

    /// Waits until it has ended.
    pub async fn wait(&self) {
        loop {
            let generation = self.ended.generation();
            if self.exit.borrow().is_some() {
                return;
            }
            self.ended.wait_after(generation).await;
        }
    }

    /// What it prints from now on, until it ends.
    pub fn attach(&self) -> Receiver<Output> {
        let (sender, receiver) = unbounded();
        if self.is_running() {
            self.attached.borrow_mut().push(sender);
        }
        receiver
    }

    fn command(self: &Rc<Self>) -> (Command, Vec<LocalBoxFuture<'static, ()>>) {
        let spec = &self.spec;
        let mut command = Command::new(spec.args.clone());
        command.env.clone_from(&spec.env);
        command.cwd.clone_from(&spec.working_directory);
        command.uid = spec.user.uid;
        command.gid = spec.user.gid;
        if let Some(terminal) = &self.terminal {
            let output = self.clone().show_terminal(terminal.clone());
            return (command.terminal(terminal), vec![Box::pin(output)]);
        }
        let stdin = if spec.stdin {
            let (reader, writer) = pipe(PIPE);
            *self.stdin.borrow_mut() = Some(writer);
            Fd::PipeReader(reader)
        } else {
            Fd::null()
        };
        let (out_reader, out) = pipe(PIPE);
        let (err_reader, err) = pipe(PIPE);
        let outputs: Vec<LocalBoxFuture<'static, ()>> = vec![
            Box::pin(self.clone().show_pipe(out_reader, LogStream::Stdout)),
            Box::pin(self.clone().show_pipe(err_reader, LogStream::Stderr)),
        ];
        let command = command.fd(0, stdin).fd(1, Fd::PipeWriter(out)).fd(2, Fd::PipeWriter(err));
        (command, outputs)
    }

    async fn watch(self: Rc<Self>, child: Child, outputs: Vec<LocalBoxFuture<'static, ()>>) {
        let pumps: Vec<_> = outputs.into_iter().map(|pump| self.sim.spawn(pump)).collect();
        let status = child.wait().await;
        if let Some(terminal) = &self.terminal {
            terminal.output_changed.notify();
        }
        // The end of process 1 ends all others, so the pipes close.
        for pump in pumps {
            pump.await;
        }
        self.finish(status);
    }

    fn show(&self, stream: LogStream, bytes: Vec<u8>) {
        self.log.write(self.sim.now(), stream, &bytes);
        self.attached.borrow_mut().retain(|sender| sender.try_send((stream, bytes.clone())).is_ok());
    }

    async fn show_pipe(self: Rc<Self>, reader: PipeReader, stream: LogStream) {
        loop {
            let bytes = reader.read(PIPE).await;
            if bytes.is_empty() {
                return;
            }
            self.show(stream, bytes);
        }
    }

    async fn show_terminal(self: Rc<Self>, terminal: Rc<Terminal>) {
        loop {
            let generation = terminal.output_changed.generation();
            let bytes = terminal.take_output();
            if !bytes.is_empty() {
                self.show(LogStream::Stdout, bytes);
            } else if self.spec.host.processes.get(1).is_none() {
                return;
            } else {
                terminal.output_changed.wait_after(generation).await;
            }
        }
    }

    fn finish(&self, status: ExitStatus) {
        let now = self.sim.now();
        self.log.close(now);
        self.attached.borrow_mut().clear();
        *self.stdin.borrow_mut() = None;
        if let Some(terminal) = &self.terminal {
            terminal.hang_up();
        }
        let code = i64::from(status.code());
        let reason = if self.out_of_memory.get() {
            "OOMKilled"
        } else if code == 0 {
            "Completed"
        } else {
            "Error"
        };
        let started = self.started.get().unwrap_or(now);
        *self.exit.borrow_mut() = Some(Exit { code, reason, message: String::new(), started, finished: now });
        self.ended.notify();
    }
}

/// What runc says of a program that cannot be started.
pub(crate) fn exec_error(name: &str, error: &SpawnError) -> String {
    let reason = match error {
        SpawnError::NotFound if !name.contains('/') => "executable file not found in $PATH".to_owned(),
        SpawnError::NotFound => format!("stat {name}: no such file or directory"),
        SpawnError::PermissionDenied => "permission denied".to_owned(),
        SpawnError::IsADirectory => "is a directory".to_owned(),
        SpawnError::BadInterpreter(_) => "no such file or directory".to_owned(),
        SpawnError::ExecFormat => "exec format error".to_owned(),
        SpawnError::File(error) => error.to_string().to_lowercase(),
    };
    format!(
        "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: \
         unable to start container process: error during container init: exec: {name:?}: {reason}"
    )
}
