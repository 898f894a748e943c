//! Child processes: run from the top of the repository, with the project's tools on PATH.

use std::{
    io::{BufRead, BufReader, Read, Write},
    process::{Command, Stdio},
    sync::{Arc, Mutex},
};

use crate::{Failure, paths, tools};

/// A command that finds the installed tools and never waits for a keyboard.
pub(crate) fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir(paths::root()).env("PATH", tools::path()).stdin(Stdio::null());
    // Trunk takes NO_COLOR for an option of its own and refuses the customary "1".
    command.env_remove("NO_COLOR");
    command
}

/// The cargo that runs us.
pub(crate) fn cargo() -> Command {
    command(&std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()))
}

/// Whether `program` can be started at all.
pub(crate) fn exists(program: &str) -> bool {
    let dirs = tools::path();
    std::env::split_paths(&dirs).any(|dir| dir.join(program).is_file())
}

/// The command as one would type it.
pub(crate) fn shown(command: &Command) -> String {
    let program = command.get_program().to_string_lossy();
    let mut line = program.rsplit('/').next().unwrap_or_default().to_owned();
    for arg in command.get_args() {
        let arg = arg.to_string_lossy();
        let long = arg.contains('\n');
        line.push(' ');
        line.push_str(if long { "…" } else { &arg });
    }
    line
}

/// Runs to the end, output to ours; fails if the command fails.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    eprintln!("$ {}", shown(command));
    let status = command.status().map_err(|error| missing(command, &error))?;
    if status.success() { Ok(()) } else { Err(format!("`{}` failed: {status}", shown(command))) }
}

/// Runs silently and returns stdout; a failure carries stderr.
pub(crate) fn output(command: &mut Command) -> Result<String, Failure> {
    let output = command.stderr(Stdio::piped()).output().map_err(|error| missing(command, &error))?;
    if !output.status.success() {
        let told = String::from_utf8_lossy(&output.stderr);
        return Err(format!("`{}` failed: {}\n{}", shown(command), output.status, told.trim_end()));
    }
    String::from_utf8(output.stdout).map_err(|error| error.to_string())
}

/// Runs with both streams shown as they come, and kept. Returns whether it succeeded, and the text.
pub(crate) fn tee(command: &mut Command) -> Result<(bool, String), Failure> {
    eprintln!("$ {}", shown(command));
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| missing(command, &error))?;
    let kept = Arc::new(Mutex::new(String::new()));
    let stdout = child.stdout.take().expect("piped above");
    let stderr = child.stderr.take().expect("piped above");
    let copies = [
        std::thread::spawn({
            let kept = Arc::clone(&kept);
            move || copy_lines(stdout, &mut std::io::stdout(), &kept)
        }),
        std::thread::spawn({
            let kept = Arc::clone(&kept);
            move || copy_lines(stderr, &mut std::io::stderr(), &kept)
        }),
    ];
    let status = child.wait().map_err(|error| error.to_string())?;
    for copy in copies {
        copy.join().map_err(|_| "a reader of the command's output stopped")?;
    }
    let text = std::mem::take(&mut *kept.lock().map_err(|error| error.to_string())?);
    Ok((status.success(), text))
}

fn copy_lines(from: impl Read, to: &mut impl Write, kept: &Mutex<String>) {
    let mut from = BufReader::new(from);
    let mut line = Vec::new();
    while matches!(from.read_until(b'\n', &mut line), Ok(read) if read > 0) {
        // Our own reader may have gone (`| head`): the command still runs to its end.
        let _ = to.write_all(&line).and_then(|()| to.flush());
        if let Ok(mut kept) = kept.lock() {
            kept.push_str(&String::from_utf8_lossy(&line));
        }
        line.clear();
    }
}

fn missing(command: &Command, error: &std::io::Error) -> Failure {
    let program = command.get_program().to_string_lossy();
    match error.kind() {
        std::io::ErrorKind::NotFound => {
            format!("`{program}` is not on PATH: `cargo xtask setup` tells what to do")
        }
        _ => format!("cannot run `{program}`: {error}"),
    }
}
