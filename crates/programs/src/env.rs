//! `env` and `printenv`

use podground_shell::Process;

use crate::options::{self, Syntax};
use crate::stream::complain;

const SYNTAX: Syntax = Syntax::new(
    "+iu:0C:S:v",
    &[
        ("ignore-environment", 'i'),
        ("unset=", 'u'),
        ("null", '0'),
        ("chdir=", 'C'),
        ("split-string=", 'S'),
        ("debug", 'v'),
    ],
    "[OPTION]... [NAME=VALUE]... [COMMAND [ARG]...]",
    "Run a command with another environment, or show the environment.",
)
.failing_with(125);

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &SYNTAX).await?;
    let mut env = process.env.clone();
    let mut words: Vec<String> =
        parsed.values('S').flat_map(str::split_whitespace).map(str::to_owned).collect();
    words.extend(parsed.operands.iter().cloned());
    if words.first().is_some_and(|word| word == "-") {
        words.remove(0);
        env.clear();
    }
    if parsed.has('i') {
        env.clear();
    }
    for name in parsed.values('u') {
        env.remove(name);
    }
    let mut command = words.as_slice();
    while let [word, rest @ ..] = command {
        let Some((name, value)) = word.split_once('=') else { break };
        env.insert(name.to_owned(), value.to_owned());
        command = rest;
    }
    let Some(name) = command.first().cloned() else {
        let end = if parsed.has('0') { '\0' } else { '\n' };
        for (name, value) in &env {
            process.print(&format!("{name}={value}{end}")).await;
        }
        return Ok(0);
    };
    let mut child = process.command(command.iter().cloned());
    if let Some(folder) = parsed.value('C') {
        if !crate::files::is_directory(process, folder) {
            complain(
                process,
                format_args!("cannot change directory to ‘{folder}’: No such file or directory"),
            )
            .await;
            return Err(125);
        }
        child.cwd = process.path(folder);
    }
    child.env = env;
    match process.spawn(child) {
        Ok(child) => Ok(child.wait().await.code()),
        Err(error) => {
            complain(process, format_args!("‘{name}’: {error}")).await;
            Err(error.code())
        }
    }
}

pub(crate) async fn printenv(process: &Process) -> Result<u8, u8> {
    let mut names = process.args.get(1..).unwrap_or_default();
    let mut end = "\n";
    if names.first().is_some_and(|word| word == "-0" || word == "--null") {
        (names, end) = (&names[1..], "\0");
    }
    let mut status = 0;
    if names.is_empty() {
        for (name, value) in &process.env {
            process.print(&format!("{name}={value}{end}")).await;
        }
    }
    for name in names {
        match process.env(name) {
            Some(value) => process.print(&format!("{value}{end}")).await,
            None => status = 1,
        }
    }
    Ok(status)
}
