//! Starting processes.

use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use podground_sim::LocalBoxFuture;

use super::running::{Disposition, ProcessState, Running};
use super::{Child, Pid, Process};
use crate::exec::{self, Executable};
use crate::terminal::Terminal;
use crate::{Fd, Host, Signal};

/// What starting a program takes: a loop of commands uses up time, as it does in life.
const START: Duration = Duration::from_millis(1);

/// Why a program was not started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpawnError {
    /// There is no such file, or no such name on PATH.
    NotFound,
    /// The file is not executable.
    PermissionDenied,
    /// It is a directory.
    IsADirectory,
    /// The interpreter that its first line names is missing.
    BadInterpreter(String),
    /// It is no program.
    ExecFormat,
    /// What the file system says.
    File(podground_vfs::Error),
}

impl SpawnError {
    /// The exit status that a shell gives for it: 127 or 126.
    pub const fn code(&self) -> u8 {
        match self {
            Self::NotFound | Self::File(podground_vfs::Error::NotFound) => 127,
            _ => 126,
        }
    }
}

impl fmt::Display for SpawnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("No such file or directory"),
            Self::PermissionDenied => f.write_str("Permission denied"),
            Self::IsADirectory => f.write_str("Is a directory"),
            Self::BadInterpreter(path) => write!(f, "{path}: bad interpreter: No such file or directory"),
            Self::ExecFormat => f.write_str("cannot execute binary file: Exec format error"),
            Self::File(error) => error.fmt(f),
        }
    }
}

/// Which process group a new process belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Group {
    /// That of its parent.
    #[default]
    Inherit,
    /// A new one of its own number.
    New,
    /// This one.
    Of(Pid),
}

/// A process to be started.
#[derive(Clone)]
pub struct Command {
    /// The words of the command line, the program's name first.
    pub args: Vec<String>,
    /// The file to run; without it the name is looked up by PATH.
    pub file: Option<String>,
    /// The environment.
    pub env: BTreeMap<String, String>,
    /// The working directory, absolute.
    pub cwd: String,
    /// The user.
    pub uid: u32,
    /// The group.
    pub gid: u32,
    /// The permission bits that new files do not get.
    pub umask: u32,
    /// The open descriptors.
    pub fds: BTreeMap<u32, Fd>,
    /// The process group.
    pub group: Group,
    /// The terminal that controls it.
    pub terminal: Option<Rc<Terminal>>,
    /// The signals that it ignores from the start.
    pub ignored: Vec<Signal>,
}

impl Command {
    /// A command with an empty environment, in `/`, of the superuser, without descriptors.
    pub fn new<S: Into<String>>(args: impl IntoIterator<Item = S>) -> Self {
        Self {
            args: args.into_iter().map(Into::into).collect(),
            file: None,
            env: BTreeMap::new(),
            cwd: "/".to_owned(),
            uid: 0,
            gid: 0,
            umask: 0o022,
            fds: BTreeMap::new(),
            group: Group::Inherit,
            terminal: None,
            ignored: Vec::new(),
        }
    }

    /// Sets an environment variable.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Sets a descriptor.
    pub fn fd(mut self, number: u32, fd: Fd) -> Self {
        self.fds.insert(number, fd);
        self
    }

    /// Gives it a terminal: as standard input, output and error, and to be controlled by; see
    /// [`Host::spawn`].
    pub fn terminal(mut self, terminal: &Rc<Terminal>) -> Self {
        for number in 0..3 {
            self.fds.insert(number, Fd::Terminal(terminal.clone()));
        }
        self.terminal = Some(terminal.clone());
        self.group = Group::New;
        self
    }
}

impl Process {
    /// A command that inherits all that a child inherits.
    pub fn command<S: Into<String>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        Command {
            args: args.into_iter().map(Into::into).collect(),
            file: None,
            env: self.env.clone(),
            cwd: self.cwd.clone(),
            uid: self.uid,
            gid: self.gid,
            umask: self.umask,
            fds: self.fds.clone(),
            group: Group::Inherit,
            terminal: self.terminal(),
            ignored: self.state.ignored(),
        }
    }

    /// Starts a program, found by PATH, as a child.
    pub fn spawn(&self, command: Command) -> Result<Child, SpawnError> {
        spawn(&self.host, Some(self), command)
    }

    /// Starts code that is no program file as a child: subshells, helpers of a program.
    pub fn fork(
        &self,
        command: Command,
        program: impl FnOnce(Process) -> LocalBoxFuture<'static, u8>,
    ) -> Child {
        start(&self.host, Some(self), command, program)
    }

    /// Runs a program with the same descriptors and waits for its exit status; what goes wrong is told on
    /// standard error as `env` tells it.
    pub async fn run<S: Into<String>>(&self, args: impl IntoIterator<Item = S>) -> u8 {
        let command = self.command(args);
        let name = command.args.first().cloned().unwrap_or_default();
        match self.spawn(command) {
            Ok(child) => child.wait().await.code(),
            Err(error) => {
                self.eprint(&format!("{}: '{name}': {error}\n", self.name())).await;
                error.code()
            }
        }
    }
}

impl Host {
    /// Starts a program from outside: the first process of a container, a terminal's shell.
    /// A command with a terminal becomes the terminal's foreground group.
    pub fn spawn(self: &Rc<Self>, command: Command) -> Result<Child, SpawnError> {
        spawn(self, None, command)
    }

    /// Starts code that is no program file from outside.
    pub fn start(
        self: &Rc<Self>,
        command: Command,
        program: impl FnOnce(Process) -> LocalBoxFuture<'static, u8>,
    ) -> Child {
        start(self, None, command, program)
    }
}

fn spawn(host: &Rc<Host>, parent: Option<&Process>, mut command: Command) -> Result<Child, SpawnError> {
    let name = command.args.first().cloned().unwrap_or_default();
    let file = match command.file.take() {
        Some(file) => podground_vfs::join(&command.cwd, &file),
        None => exec::find(host, &command, &name)?,
    };
    let program = match exec::load(host, &file, command.uid, command.gid)? {
        Executable::Program(program) => program,
        Executable::Script { program, prefix } => {
            let rest = command.args.split_off(1.min(command.args.len()));
            // The script's name as it was found, its arguments behind.
            let shown = if name.contains('/') { name } else { file };
            command.args = prefix;
            command.args.push(shown);
            command.args.extend(rest);
            program
        }
    };
    Ok(start(host, parent, command, |process| program(process)))
}

fn start(
    host: &Rc<Host>,
    parent: Option<&Process>,
    command: Command,
    program: impl FnOnce(Process) -> LocalBoxFuture<'static, u8>,
) -> Child {
    let table = host.processes.clone();
    let pid = table.next_pid();
    let group = match command.group {
        Group::Inherit => parent.map_or(pid, Process::group),
        Group::New => pid,
        Group::Of(group) => group,
    };
    let state = Rc::new(ProcessState::new(
        pid,
        parent.map_or(0, |parent| parent.pid),
        group,
        command.uid,
        command.args.clone(),
        host.sim.now(),
        command.terminal.clone(),
    ));
    for signal in command.ignored {
        state.set_disposition(signal, Disposition::Ignore);
    }
    if let (None, Some(terminal)) = (parent, &command.terminal) {
        terminal.attach(&table, group);
    }
    let process = Process {
        host: host.clone(),
        pid,
        parent: state.parent.get(),
        args: command.args,
        env: command.env,
        cwd: command.cwd,
        uid: command.uid,
        gid: command.gid,
        umask: command.umask,
        fds: command.fds,
        state: state.clone(),
    };
    let sleep = host.sim.sleep(START);
    let program = program(process);
    let program = Box::pin(async move {
        sleep.await;
        program.await
    });
    table.started(state.clone());
    host.sim.spawn(Running { program: Some(program), state: state.clone(), table }).detach();
    Child(state)
}
