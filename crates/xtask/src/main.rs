//! The project's own commands: `cargo xtask --help`.
//!
//! Standard library only, so that it builds in seconds and before anything else of the workspace does.
#![expect(clippy::disallowed_methods, reason = "a native tool: its work is files, processes and threads")]
#![expect(clippy::disallowed_types, reason = "a native tool: it times its steps by the wall clock")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool talks on its streams")]

mod args;
mod commands;
mod csp;
mod dist;
mod generators;
mod glob;
mod http;
mod paths;
mod process;
mod sizes;
mod split;
mod steps;
mod tally;
mod tools;

use std::process::ExitCode;

use args::Args;
use commands::COMMANDS;

/// What a command fails with: one plain sentence or a few lines, naming the mend where there is one.
/// Empty where all was said already.
type Failure = String;

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let name = match words.next().as_deref() {
        None | Some("help" | "-h" | "--help") => {
            print!("{}", overview());
            return ExitCode::SUCCESS;
        }
        Some(name) => name.to_owned(),
    };
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        eprintln!("error: unknown command \"{name}\"\n\n{}", overview());
        return ExitCode::from(2);
    };
    let mut args = Args::new(words.collect());
    if args.flag("--help") || args.flag("-h") {
        print!("cargo xtask {} {}\n\n{}\n\n{}", command.name, command.usage, command.about, command.help);
        return ExitCode::SUCCESS;
    }
    match (command.run)(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if !failure.is_empty() {
                eprintln!("error: {failure}");
            }
            ExitCode::FAILURE
        }
    }
}

fn overview() -> String {
    let mut text = String::from("Podground's own commands.\n\nUsage: cargo xtask COMMAND [OPTIONS]\n\n");
    for command in COMMANDS {
        text.push_str(&format!("  {:<9} {}\n", command.name, command.about));
    }
    text.push_str("\ncargo xtask COMMAND --help says more.\n");
    text
}
