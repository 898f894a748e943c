//! The native program `podground`: a terminal, transcripts, scripts, lesson checks.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the native edge: files, clock and terminal of the real machine come in here"
)]

mod commands;
mod files;
mod options;

use std::process::ExitCode;

use options::Options;

/// A subcommand: its name, its arguments, what it does, and its code.
struct Command {
    name: &'static str,
    arguments: &'static str,
    summary: &'static str,
    run: fn(Options) -> Result<ExitCode, String>,
}

/// All subcommands.
const COMMANDS: &[Command] = &[
    Command {
        name: "shell",
        arguments: "[SESSION OPTIONS]",
        summary: "an interactive terminal on the workstation (the default)",
        run: commands::shell::run,
    },
    Command {
        name: "run",
        arguments: "[--home DIR] [SESSION OPTIONS] SCRIPT",
        summary: "run a script in a fresh cluster, with its output and exit status",
        run: commands::run::run,
    },
    Command {
        name: "transcript",
        arguments: "[--check] [SESSION OPTIONS] FILE…",
        summary: "print transcripts with their actual outputs, or compare them",
        run: commands::transcript::run,
    },
    Command {
        name: "lesson",
        arguments: "check [DIR]",
        summary: "check lessons: the start fails the goals, the solution passes them",
        run: commands::lesson::run,
    },
    Command {
        name: "bench",
        arguments: "",
        summary: "measure start-up, kubectl and a large Deployment",
        run: commands::bench::run,
    },
    Command {
        name: "support",
        arguments: "",
        summary: "print what is simulated, as SUPPORT.md holds it",
        run: commands::support::run,
    },
    Command {
        name: "trace",
        arguments: "[SESSION OPTIONS] SCRIPT…",
        summary: "print the trace hash of each script: equal wherever the engine runs",
        run: commands::trace::run,
    },
];

fn main() -> ExitCode {
    let mut arguments: Vec<std::ffi::OsString> = std::env::args_os().skip(1).collect();
    let name = match arguments.first().and_then(|first| first.to_str()) {
        Some("-h" | "--help" | "help") => {
            print!("{}", help());
            return ExitCode::SUCCESS;
        }
        Some(first) if !first.starts_with('-') => first.to_owned(),
        _ => {
            arguments.insert(0, "shell".into());
            "shell".to_owned()
        }
    };
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        eprintln!("podground: there is no command {name:?}; see podground --help");
        return ExitCode::from(2);
    };
    let result = Options::parse(arguments.into_iter().skip(1)).and_then(command.run);
    result.unwrap_or_else(|error| {
        eprintln!("podground: {error}");
        ExitCode::from(2)
    })
}

fn help() -> String {
    let mut text = String::from("A Kubernetes playground.\n\nUsage: podground [COMMAND]\n\nCommands:\n");
    for command in COMMANDS {
        text.push_str(&format!("  {} {}\n      {}\n", command.name, command.arguments, command.summary));
    }
    text.push_str(
        "\nSession options:\n  --seed N           the seed of all names and numbers (default 1)\n  \
         --nodes N          how many nodes (default 4)\n  \
         --profile NAME     default, or bare as the recordings were made on\n",
    );
    text
}
