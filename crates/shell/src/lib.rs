//! The bash language, terminals, processes and hosts.
//!
//! This crate knows nothing of Kubernetes: the learner's workstation, every node and every container are a
//! [`Host`] each, and all run the same shell and the same programs.

pub mod fd;
pub mod host;
pub mod network;
pub mod process;
pub mod terminal;

pub use fd::{Fd, ReadError, WriteError};
pub use host::{Host, ProgramTable};
pub use network::{
    Connection, DnsAnswer, DnsData, DnsQuery, DnsRecord, DnsType, Interface, Listener, Network, NetworkError,
};
pub use process::{Pid, Process, ProcessTable, Program, Signal};
