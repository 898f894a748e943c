//! Processes and the programs that they run.

mod child;
mod command;
mod io;
mod open;
mod running;
mod table;
mod usage;

use std::collections::BTreeMap;
use std::rc::Rc;

use podground_sim::LocalBoxFuture;
use podground_sim::channel::{Receiver, unbounded};

pub use child::{Child, ExitStatus, Wait};
pub use command::{Command, Group, SpawnError};
pub use open::OpenOptions;
pub use table::{NoSuchProcess, PastProcess, ProcessEntry, ProcessTable};
pub use usage::{Taken, Usage};

use crate::terminal::Terminal;
use crate::{Fd, Host, Signal};
pub(crate) use running::Disposition;
use running::ProcessState;

/// The number of a process within its host.
pub type Pid = u32;

/// The code of a program: a process in, its exit status out. Dropping the future kills the process.
pub type Program = Rc<dyn Fn(Process) -> LocalBoxFuture<'static, u8>>;

/// What a running program is given. It is made by [`Process::spawn`] and [`Host::spawn`].
pub struct Process {
    /// The machine it runs on.
    pub host: Rc<Host>,
    /// Its number.
    pub pid: Pid,
    /// The number of the process that started it.
    pub parent: Pid,
    /// The words of the command line, the program's name first.
    pub args: Vec<String>,
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
    /// The open descriptors: 0 standard input, 1 standard output, 2 standard error.
    pub fds: BTreeMap<u32, Fd>,
    pub(crate) state: Rc<ProcessState>,
}

impl Process {
    /// The value of an environment variable.
    pub fn env(&self, name: &str) -> Option<&str> {
        self.env.get(name).map(String::as_str)
    }

    /// `path` as seen from the working directory, absolute.
    pub fn path(&self, path: &str) -> String {
        podground_vfs::join(&self.cwd, path)
    }

    /// The last part of the program's name, for messages: `ls` of `/bin/ls`.
    pub fn name(&self) -> &str {
        self.args.first().map_or("", |name| podground_vfs::base_name(name))
    }

    /// The terminal that controls it.
    pub fn terminal(&self) -> Option<Rc<Terminal>> {
        self.state.terminal.borrow().clone()
    }

    /// Whether a descriptor is open on a terminal.
    pub fn is_terminal(&self, fd: u32) -> bool {
        matches!(self.fds.get(&fd), Some(Fd::Terminal(_)))
    }

    /// The process group.
    pub fn group(&self) -> Pid {
        self.state.group.get()
    }

    /// Moves the process into another process group.
    pub fn set_group(&self, group: Pid) {
        self.state.group.set(group);
    }

    /// Catches a signal from now on: it arrives on the channel and does nothing else.
    pub fn catch(&self, signal: Signal) -> Receiver<Signal> {
        self.catch_all(&[signal])
    }

    /// Catches several signals on one channel.
    pub fn catch_all(&self, signals: &[Signal]) -> Receiver<Signal> {
        let (sender, receiver) = unbounded();
        for signal in signals {
            self.state.set_disposition(*signal, Disposition::Catch(sender.clone()));
        }
        receiver
    }

    /// Ignores a signal from now on; the children that are started then ignore it too.
    pub fn ignore(&self, signal: Signal) {
        self.state.set_disposition(signal, Disposition::Ignore);
    }

    /// Lets a signal do again what it does by default.
    pub fn restore(&self, signal: Signal) {
        self.state.set_disposition(signal, Disposition::Default);
    }

    /// Whether a signal is ignored.
    pub fn ignores(&self, signal: Signal) -> bool {
        matches!(self.state.disposition(signal), Disposition::Ignore)
    }

    /// Sends a signal to a process of the same host, as a program there does it:
    /// process 1 only gets what it catches.
    pub fn kill(&self, pid: Pid, signal: Signal) -> Result<(), NoSuchProcess> {
        if pid == 1 && matches!(signal, Signal::Kill | Signal::Stop) {
            return Ok(());
        }
        self.host.processes.signal(pid, signal)
    }

    /// Ends the process by a signal that it cannot catch any more; does not return.
    pub async fn die(&self, signal: Signal) -> ! {
        self.state.kill(signal);
        std::future::pending().await
    }

    /// Lets the signals that are caught do again what they do by default, as `exec` does.
    pub(crate) fn reset_caught_signals(&self) {
        self.state.reset_caught();
    }

    /// Keeps so many cores busy, and notes what is held of memory, until what is returned is dropped.
    pub fn take(&self, cores: u64) -> Taken {
        Taken::new(self.host.processes.usage().clone(), cores)
    }

    /// For a program that would hold more memory than is simulated: in a container with a limit it is killed, which
    /// does not return; elsewhere it gets no more.
    pub async fn exhaust_memory(&self) {
        self.host.processes.usage().exhaust().await;
    }

    /// What `ps` shows as the command line.
    pub fn set_title(&self, words: Vec<String>) {
        *self.state.command.borrow_mut() = words;
    }
}
