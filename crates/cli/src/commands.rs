//! The subcommands, one file each.

pub(crate) mod bench;
pub(crate) mod lesson;
pub(crate) mod run;
pub(crate) mod shell;
pub(crate) mod support;
pub(crate) mod trace;
pub(crate) mod transcript;
