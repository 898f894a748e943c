//! Processes and the programs that they run.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use podground_sim::{LocalBoxFuture, Time};

use crate::{Fd, Host};

/// The number of a process within its host.
pub type Pid = u32;

/// The signals that learners meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Signal {
    /// Hang-up.
    Hup = 1,
    /// Ctrl-C.
    Int = 2,
    /// Ctrl-\.
    Quit = 3,
    /// Cannot be caught.
    Kill = 9,
    /// User-defined.
    Usr1 = 10,
    /// User-defined.
    Usr2 = 12,
    /// Writing to a pipe that nobody reads.
    Pipe = 13,
    /// The polite request to end, and what the kubelet sends first.
    Term = 15,
    /// Continue.
    Cont = 18,
    /// Ctrl-Z.
    Tstp = 20,
}

/// The code of a program: a process in, its exit status out. Dropping the future kills the process.
pub type Program = Rc<dyn Fn(Process) -> LocalBoxFuture<'static, u8>>;

/// What a running program is given.
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
    /// The open descriptors: 0 standard input, 1 standard output, 2 standard error.
    pub fds: BTreeMap<u32, Fd>,
}

/// What `ps` shows of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessEntry {
    /// Its number.
    pub pid: Pid,
    /// The number of its parent.
    pub parent: Pid,
    /// The user.
    pub uid: u32,
    /// The command line.
    pub command: Vec<String>,
    /// When it started.
    pub started: Time,
    /// Its terminal's name, if it has one.
    pub terminal: Option<String>,
}

/// The processes of a host.
#[derive(Default)]
pub struct ProcessTable {
    entries: RefCell<BTreeMap<Pid, ProcessEntry>>,
}

impl ProcessTable {
    /// All processes, by number.
    pub fn list(&self) -> Vec<ProcessEntry> {
        self.entries.borrow().values().cloned().collect()
    }
}
