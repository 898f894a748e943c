//! The texts of `--help`.

use crate::command::{Command, full_name};
use crate::commands::{COMMANDS, GROUPS};
use crate::flags::{self, Kind};

const USAGE: &str = include_str!("../assets/usage.tsv");
const EXAMPLES: &str = include_str!("../assets/examples.txt");
const FLAG_TEXTS: &str = include_str!("../assets/flag-texts.tsv");

/// The help of kubectl itself.
pub(crate) fn root() -> String {
    let mut text = String::from(
        "kubectl controls the Kubernetes cluster manager.\n\n Find more information at: \
         https://kubernetes.io/docs/reference/kubectl/\n",
    );
    for (title, names) in GROUPS {
        text.push_str(&format!("\n{title}:\n"));
        for name in *names {
            if let Some(command) = COMMANDS.iter().find(|command| command.name == *name) {
                text.push_str(&format!("  {name:<15} {}\n", command.short));
            }
        }
    }
    text.push_str(
        "\nUsage:\n  kubectl [flags] [options]\n\nUse \"kubectl <command> --help\" for more information about a given \
         command.\nUse \"kubectl options\" for a list of global command-line options (applies to all commands).\n",
    );
    text
}

/// The help of a command.
pub(crate) fn of(path: &[&Command]) -> String {
    let Some(command) = path.last() else { return root() };
    let name = full_name(path);
    let mut text = String::new();
    let long = if command.long.is_empty() { command.short } else { command.long };
    text.push_str(long);
    if !long.ends_with('.') {
        text.push('.');
    }
    text.push('\n');
    if !command.aliases.is_empty() {
        text.push_str(&format!("\nAliases:\n{}, {}\n", command.name, command.aliases.join(", ")));
    }
    let examples = examples(&name);
    if !examples.is_empty() {
        text.push_str(&format!("\nExamples:\n{examples}"));
    }
    if !command.subcommands.is_empty() {
        let width = command.subcommands.iter().map(|sub| sub.name.len()).max().unwrap_or(0).max(11);
        text.push_str("\nAvailable Commands:\n");
        for sub in command.subcommands {
            text.push_str(&format!("  {:<width$}   {}\n", sub.name, sub.short));
        }
    }
    let options = options(&name);
    if !options.is_empty() && command.run.is_some() {
        text.push_str(&format!("\nOptions:\n{options}"));
    }
    text.push_str(&format!("\nUsage:\n  {}\n", usage(&name)));
    if command.subcommands.is_empty() {
        text.push('\n');
    } else {
        text.push_str(&format!(
            "\nUse \"kubectl {name} <command> --help\" for more information about a given command.\n"
        ));
    }
    text.push_str(
        "Use \"kubectl options\" for a list of global command-line options (applies to all commands).\n",
    );
    text
}

/// Calls of a command with what they do, indented.
fn examples(name: &str) -> String {
    let head = format!("## {name}");
    let mut text = String::new();
    for line in
        EXAMPLES.lines().skip_while(|line| *line != head).skip(1).take_while(|line| !line.starts_with("## "))
    {
        text.push_str(&if line.is_empty() { "\n".to_owned() } else { format!("  {line}\n") });
    }
    text
}

/// The usage line of a command.
pub(crate) fn usage(name: &str) -> String {
    USAGE
        .lines()
        .find_map(|line| line.split_once('\t').filter(|(command, _)| *command == name))
        .map_or_else(|| format!("kubectl {name} [options]"), |(_, usage)| usage.to_owned())
}

/// The flags of a command with what they do.
pub(crate) fn options(name: &str) -> String {
    let mut flags: Vec<flags::Flag> =
        flags::flags_of(name).filter(|flag| flag.deprecated.is_none()).collect();
    flags.sort_by_key(|flag| flag.name);
    let entries: Vec<String> = flags.iter().map(|flag| entry(name, flag)).collect();
    entries.join("\n")
}

/// The flags that every command has.
pub(crate) fn global_options() -> String {
    let entries: Vec<String> = flags::global_flags().map(|flag| entry("(global)", &flag)).collect();
    format!("The following options can be passed to any command:\n\n{}", entries.join("\n"))
}

fn entry(command: &str, flag: &flags::Flag) -> String {
    let short = flag.short.map_or_else(String::new, |short| format!("-{short}, "));
    let default = match (flag.kind, flag.default) {
        (Kind::Text, "") => "''",
        (_, default) => default,
    };
    format!("    {short}--{}={default}:\n\t{}\n", flag.name, flag_text(command, flag.name))
}

/// What a flag does: the command's own words, or those for all commands.
fn flag_text(command: &str, flag: &str) -> &'static str {
    let find = |of: &str| {
        FLAG_TEXTS.lines().find_map(|line| {
            let (name, rest) = line.split_once('\t')?;
            let (known, text) = rest.split_once('\t')?;
            (name == of && known == flag).then_some(text)
        })
    };
    find(command).or_else(|| find("*")).unwrap_or_default()
}
