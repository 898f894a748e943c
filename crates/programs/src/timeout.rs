//! `timeout`, `time`, `nohup`, `nice`, `tty`, `nproc`

use std::time::Duration;

use podground_shell::{Process, Signal};

use crate::options::{self, Syntax};
use crate::stream::complain;
use crate::text;

const TIMEOUT: Syntax = Syntax::new(
    "+k:s:v",
    &[
        ("kill-after=", 'k'),
        ("signal=", 's'),
        ("verbose", 'v'),
        ("preserve-status", 'p'),
        ("foreground", 'f'),
    ],
    "[OPTION] DURATION COMMAND [ARG]...",
    "Run a command and end it when it takes too long.",
)
.failing_with(125);

pub(crate) async fn timeout(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &TIMEOUT).await?;
    let [length, command @ ..] = parsed.operands.as_slice() else {
        process.eprint("Try 'timeout --help' for more information.\n").await;
        return Err(125);
    };
    let Some(name) = command.first() else {
        process.eprint("Try 'timeout --help' for more information.\n").await;
        return Err(125);
    };
    let interval = |text: &str| text::duration(text).ok_or_else(|| format!("invalid time interval ‘{text}’"));
    let signal = match parsed.value('s').map(|name| Signal::parse(name).ok_or(name)) {
        None => Signal::Term,
        Some(Ok(signal)) => signal,
        Some(Err(name)) => {
            return Err(options::refuse(process, &TIMEOUT, &format!("{name}: invalid signal")).await);
        }
    };
    let (length, kill_after) = match (interval(length), parsed.value('k').map(interval).transpose()) {
        (Ok(length), Ok(kill_after)) => (length, kill_after),
        (Err(message), _) | (_, Err(message)) => {
            return Err(options::refuse(process, &TIMEOUT, &message).await);
        }
    };
    let child = match process.spawn(process.command(command.iter().cloned())) {
        Ok(child) => child,
        Err(error) => {
            complain(process, format_args!("failed to run command ‘{name}’: {error}")).await;
            return Err(error.code());
        }
    };
    let limit = if length.is_zero() { Duration::MAX } else { length };
    if let Some(status) = within(process, &child, limit).await {
        return Ok(status);
    }
    if parsed.has('v') {
        complain(process, format_args!("sending signal {} to command ‘{name}’", signal.short_name())).await;
    }
    child.signal(signal);
    child.signal(Signal::Cont);
    let status = match kill_after {
        Some(after) => match within(process, &child, after).await {
            Some(status) => status,
            None => {
                child.signal(Signal::Kill);
                child.wait().await;
                let _ = process.kill(process.pid, Signal::Kill);
                std::future::pending().await
            }
        },
        None => child.wait().await.code(),
    };
    if signal == Signal::Kill && !parsed.has('p') {
        // It ends as its command did.
        let _ = process.kill(process.pid, Signal::Kill);
        std::future::pending::<()>().await;
    }
    Ok(if parsed.has('p') { status } else { 124 })
}

/// The status of a process that ends in that time.
async fn within(process: &Process, child: &podground_shell::Child, limit: Duration) -> Option<u8> {
    if limit == Duration::MAX {
        return Some(child.wait().await.code());
    }
    futures_lite::future::or(async { Some(child.wait().await.code()) }, async {
        process.host.sim.sleep(limit).await;
        None
    })
    .await
}

pub(crate) async fn time(process: &Process) -> Result<u8, u8> {
    let words: Vec<String> = process.args.iter().skip(1).filter(|word| *word != "-p").cloned().collect();
    if words.is_empty() {
        process.eprint("Usage: time [-p] COMMAND [ARG]...\n").await;
        return Err(125);
    }
    let start = process.host.sim.now();
    let status = process.run(words).await;
    let seconds = (process.host.sim.now().0 - start.0) as f64 / 1e9;
    let minutes = (seconds / 60.0).trunc();
    let text = format!("real\t{minutes}m {:.2}s\nuser\t0m 0.00s\nsys\t0m 0.00s\n", seconds - minutes * 60.0);
    process.eprint(&text).await;
    Ok(status)
}

/// `nohup`: the command runs as it would without them, but for the signal.
pub(crate) async fn nohup(process: &Process) -> Result<u8, u8> {
    let words: Vec<String> = process.args.iter().skip(1).cloned().collect();
    if words.is_empty() {
        let name = process.name();
        process
            .eprint(&format!("{name}: missing operand\nTry '{name} --help' for more information.\n"))
            .await;
        return Err(125);
    }
    process.ignore(Signal::Hup);
    let mut command = process.command(words.iter().cloned());
    if process.is_terminal(1) {
        complain(process, "ignoring input and appending output to 'nohup.out'").await;
        match process.open("nohup.out", podground_shell::OpenOptions::APPEND) {
            Ok(file) => {
                command.fds.insert(1, file.clone());
                command.fds.insert(2, file);
            }
            Err(error) => {
                complain(process, format_args!("failed to open 'nohup.out': {error}")).await;
                return Err(125);
            }
        }
    }
    match process.spawn(command) {
        Ok(child) => Ok(child.wait().await.code()),
        Err(error) => {
            complain(process, format_args!("failed to run command '{}': {error}", words[0])).await;
            Err(error.code())
        }
    }
}

/// `nice`: no process here has more of the machine than another.
pub(crate) async fn nice(process: &Process) -> Result<u8, u8> {
    let mut words = process.args.get(1..).unwrap_or_default();
    match words.first().map(String::as_str) {
        Some("-n") => words = words.get(2..).unwrap_or_default(),
        Some(word) if word.starts_with("-n") || word.starts_with("--adjustment=") => words = &words[1..],
        _ => {}
    }
    if words.is_empty() {
        process.print("0\n").await;
        return Ok(0);
    }
    match process.spawn(process.command(words.iter().cloned())) {
        Ok(child) => Ok(child.wait().await.code()),
        Err(error) => {
            complain(process, format_args!("‘{}’: {error}", words[0])).await;
            Err(error.code())
        }
    }
}

pub(crate) async fn tty(process: &Process) -> Result<u8, u8> {
    match process.terminal().filter(|_| process.is_terminal(0)) {
        Some(terminal) => {
            process.print(&format!("/dev/{}\n", terminal.name())).await;
            Ok(0)
        }
        None => {
            process.print("not a tty\n").await;
            Ok(1)
        }
    }
}

pub(crate) async fn nproc(process: &Process) -> Result<u8, u8> {
    // The machines of the simulated cluster have four.
    process.print("4\n").await;
    Ok(0)
}
