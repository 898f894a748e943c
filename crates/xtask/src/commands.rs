//! One file per command, and the table that lists them.

use crate::{Failure, args::Args};

mod bench;
pub(crate) mod build;
pub(crate) mod codegen;
mod serve;
pub(crate) mod setup;
pub(crate) mod size;
mod test;

/// A command of `cargo xtask`.
pub(crate) struct Command {
    /// The word that calls it.
    pub(crate) name: &'static str,
    /// Its options, in one line.
    pub(crate) usage: &'static str,
    /// What it does, in one line.
    pub(crate) about: &'static str,
    /// The rest of `--help`.
    pub(crate) help: &'static str,
    /// The command itself.
    pub(crate) run: fn(Args) -> Result<(), Failure>,
}

/// All commands, in the order of `--help`.
pub(crate) const COMMANDS: &[Command] = &[
    serve::COMMAND,
    build::COMMAND,
    test::COMMAND,
    size::COMMAND,
    bench::COMMAND,
    codegen::COMMAND,
    setup::COMMAND,
];
