//! The bash language, terminals, processes and hosts.
//!
//! This crate knows nothing of Kubernetes: the learner's workstation, every node and every container are a
//! [`Host`] each, and all run the same shell and the same programs.

mod bash;
pub mod completer;
pub mod exec;
pub mod fd;
pub mod host;
pub mod network;
pub mod process;
pub mod regex;
pub mod signal;
pub mod terminal;
pub mod width;

pub use bash::bash;
pub use completer::{Candidate, Completer, Completion, CompletionRequest};
pub use fd::{Fd, ReadError, WriteError};
pub use host::{Host, ProgramTable};
pub use network::{
    Connection, DnsAnswer, DnsData, DnsQuery, DnsRecord, DnsType, Interface, Listener, Network, NetworkError,
    NoNetwork,
};
pub use process::{
    Child, Command, ExitStatus, Group, NoSuchProcess, OpenOptions, Pid, Process, ProcessEntry, ProcessTable,
    Program, SpawnError, Taken, Usage, Wait,
};
pub use signal::Signal;
pub use terminal::{ModeGuard, Modes, Size, Terminal};
