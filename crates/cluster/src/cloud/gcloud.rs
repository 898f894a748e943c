//! `gcloud`: the table of its commands; one file per group.

mod clusters;
mod config;
mod firewall;
mod instances;
mod output;
mod storage;

use podground_shell::Process;
use podground_sim::LocalBoxFuture;

use crate::Cluster;

/// A command.
struct Command {
    /// Its words: `compute instances list`.
    path: &'static str,
    /// Its flags with a value, without dashes.
    valued: &'static [&'static str],
    /// Its flags without one.
    switches: &'static [&'static str],
    run: fn(Call) -> LocalBoxFuture<'static, u8>,
}

/// What a command is called with.
struct Call {
    cluster: Cluster,
    process: Process,
    command: &'static Command,
    words: Vec<String>,
    flags: Vec<(String, String)>,
}

/// All of them.
const COMMANDS: &[&[Command]] =
    &[config::COMMANDS, clusters::COMMANDS, instances::COMMANDS, firewall::COMMANDS, storage::COMMANDS];

/// The words of all commands.
pub(crate) fn commands() -> Vec<&'static str> {
    COMMANDS.iter().copied().flatten().map(|command| command.path).collect()
}

/// Flags that every command takes.
const COMMON: &[&str] = &["project", "format"];

/// The program.
pub(super) async fn main(cluster: Cluster, process: Process) -> u8 {
    let (flags, words): (Vec<&String>, Vec<&String>) = {
        let args = &process.args[1..];
        args.iter().partition(|word| word.starts_with('-'))
    };
    if words.is_empty() {
        return top(&process, &flags).await;
    }
    // `gcloud beta` and `gcloud alpha` have the same commands as far as they are simulated.
    let skip = usize::from(matches!(words[0].as_str(), "beta" | "alpha"));
    let line: Vec<&str> = words.iter().skip(skip).map(|word| word.as_str()).collect();
    let commands = || COMMANDS.iter().copied().flatten();
    let found = commands()
        .filter(|command| {
            let path: Vec<&str> = command.path.split(' ').collect();
            line.starts_with(&path)
        })
        .max_by_key(|command| command.path.len());
    let Some(command) = found else {
        return unknown(&process, &line).await;
    };
    let skip = skip + command.path.split(' ').count();
    let call = match parse(command, &process.args[1..], skip) {
        Ok((words, flags)) => Call { cluster, process, command, words, flags },
        Err(message) => {
            process.eprint(&format!("{message}\n")).await;
            return if message.starts_with("ERROR") { 2 } else { 1 };
        }
    };
    (command.run)(call).await
}

async fn top(process: &Process, flags: &[&String]) -> u8 {
    match flags.first().map(|flag| flag.as_str()) {
        Some("--version" | "-v") => {
            process.print("Google Cloud SDK 540.0.0\nbq 2.1.24\ngsutil 5.35\nkubectl 1.36.3\n").await;
            0
        }
        None | Some("--help" | "-h") => {
            let mut text = "Usage: gcloud GROUP | COMMAND\n\nCommands here:\n".to_owned();
            for command in COMMANDS.iter().copied().flatten() {
                text.push_str(&format!("  {}\n", command.path));
            }
            process.print(&text).await;
            if flags.is_empty() { 2 } else { 0 }
        }
        Some(flag) => {
            process.eprint(&format!("error: podground does not support {flag} of \"gcloud\" yet\n")).await;
            1
        }
    }
}

/// Says what follows the words that lead into a group, or that a command is not simulated.
async fn unknown(process: &Process, line: &[&str]) -> u8 {
    let typed = line.join(" ");
    let below: Vec<&str> = COMMANDS
        .iter()
        .copied()
        .flatten()
        .filter_map(|command| command.path.strip_prefix(&typed)?.strip_prefix(' '))
        .collect();
    if below.is_empty() {
        process.eprint(&format!("error: podground does not support \"gcloud {typed}\" yet\n")).await;
        return 1;
    }
    let group = typed.replace(' ', ".");
    let mut text = format!("ERROR: (gcloud.{group}) Command name argument expected.\n\nCommands here:\n");
    for rest in below {
        text.push_str(&format!("  gcloud {typed} {rest}\n"));
    }
    process.eprint(&text).await;
    2
}

type Parsed = (Vec<String>, Vec<(String, String)>);

/// Splits the arguments into words and flags; `skip` words are the command's own.
fn parse(command: &Command, args: &[String], skip: usize) -> Result<Parsed, String> {
    let (mut words, mut flags) = (Vec::new(), Vec::new());
    let mut args = args.iter();
    let mut left = skip;
    while let Some(arg) = args.next() {
        let Some(flag) = arg.strip_prefix('-').filter(|flag| !flag.is_empty()) else {
            if left > 0 {
                left -= 1;
            } else {
                words.push(arg.clone());
            }
            continue;
        };
        let flag = flag.strip_prefix('-').unwrap_or(match flag {
            "q" => "quiet",
            "z" => "zone",
            other => other,
        });
        let (name, value) = match flag.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (flag, None),
        };
        if COMMON.contains(&name) || command.valued.contains(&name) {
            let value = value.or_else(|| args.next().cloned()).ok_or_else(|| {
                format!("ERROR: ({}) argument --{name}: expected one argument", dotted(command))
            })?;
            flags.push((name.to_owned(), value));
        } else if name == "quiet" || command.switches.contains(&name) {
            flags.push((name.to_owned(), value.unwrap_or_else(|| "true".to_owned())));
        } else {
            return Err(format!(
                "error: podground does not support {arg} of \"gcloud {}\" yet",
                command.path
            ));
        }
    }
    Ok((words, flags))
}

fn dotted(command: &Command) -> String {
    format!("gcloud.{}", command.path.replace(' ', "."))
}

impl Call {
    fn flag(&self, name: &str) -> Option<&str> {
        self.flags.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn has(&self, name: &str) -> bool {
        self.flag(name).is_some_and(|value| value != "false")
    }

    /// `ERROR: (gcloud.compute.instances.list) …`
    async fn fail(&self, message: &str) -> u8 {
        self.process.eprint(&format!("ERROR: ({}) {message}\n", dotted(self.command))).await;
        1
    }

    async fn unsupported(&self, what: &str) -> u8 {
        let path = self.command.path;
        self.process
            .eprint(&format!("error: podground does not support {what} of \"gcloud {path}\" yet\n"))
            .await;
        1
    }

    fn project(&self) -> String {
        match self.flag("project") {
            Some(project) => project.to_owned(),
            None => config::get(&self.process, "core/project").unwrap_or_default(),
        }
    }

    /// The zone or region that the command names, or the configured one.
    fn place(&self) -> Option<String> {
        let named = ["zone", "region", "location"].iter().find_map(|flag| self.flag(flag));
        match named {
            Some(place) => Some(place.to_owned()),
            None => config::get(&self.process, "compute/zone")
                .or_else(|| config::get(&self.process, "compute/region")),
        }
    }
}
