//! The container runtime: processes with a root file system of their own, and what they print.

pub(crate) mod exec;
mod instance;
mod log;
mod mounts;
pub(crate) mod user;

pub use instance::{Container, ContainerSpec, Exit, StartError};
pub use log::{Log, LogEntry, LogStream};
pub use mounts::proc_tree;
