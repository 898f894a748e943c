//! `env` and `printenv`

use podground_shell::Process;

use crate::stream::complain;

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let mut env = process.env.clone();
    let mut words = process.args.iter().skip(1).peekable();
    while let Some(word) = words.peek() {
        match word.as_str() {
            "-i" | "-" | "--ignore-environment" => env.clear(),
            "-u" | "--unset" => {
                words.next();
                if let Some(name) = words.peek() {
                    env.remove(name.as_str());
                }
            }
            "--" => {
                words.next();
                break;
            }
            option if option.starts_with('-') => {
                complain(process, format_args!("invalid option -- '{}'", option.trim_start_matches('-')))
                    .await;
                return Err(125);
            }
            assignment => {
                let Some((name, value)) = assignment.split_once('=') else { break };
                env.insert(name.to_owned(), value.to_owned());
            }
        }
        words.next();
    }
    let command: Vec<String> = words.cloned().collect();
    let Some(name) = command.first().cloned() else {
        for (name, value) in &env {
            process.print(&format!("{name}={value}\n")).await;
        }
        return Ok(0);
    };
    let mut child = process.command(command);
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
    let names = process.args.get(1..).unwrap_or_default();
    let mut status = 0;
    if names.is_empty() {
        for (name, value) in &process.env {
            process.print(&format!("{name}={value}\n")).await;
        }
    }
    for name in names {
        match process.env(name) {
            Some(value) => process.print(&format!("{value}\n")).await,
            None => status = 1,
        }
    }
    Ok(status)
}
