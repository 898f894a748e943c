//! The container runtime: processes with a root file system of their own, and what they print.

mod container;
pub(crate) mod exec;
mod log;
mod mounts;
pub(crate) mod user;

pub use container::{Container, ContainerSpec, Exit, StartError};
pub use log::{Log, LogEntry, LogStream};
pub use mounts::{BindMount, proc_tree};
