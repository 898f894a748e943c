//! The facade: a session with terminals, files, a cluster, a lesson and a journal.
//!
//! The only crate that the command-line program and the page import. It does no input and output of its own:
//! bytes go in and come out, time is virtual.

pub mod diagnose;
pub mod hops;
pub mod journal;
mod kubeconfig;
pub mod lesson;
mod manifests;
mod observer;
pub mod session;
pub mod support;
pub mod transcript;
pub mod view;
mod workstation;

pub use diagnose::Diagnostic;
pub use journal::Journal;
pub use podground_cluster::Profile;
pub use podground_lessons as lessons;
pub use podground_sim::Time;
pub use session::{Session, SessionConfig, Step, TerminalId};
