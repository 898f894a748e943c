//! `:`, `true`, `false`, `break`, `continue`, `return`, `exit`, `logout`, `caller`.

use podground_sim::LocalBoxFuture;

use super::Call;
use crate::bash::jobs::JobState;
use crate::bash::state::{Run, Shell, Unwind};

pub(super) fn true_<'a>(_: &'a mut Shell, _: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move { Ok(0) })
}

pub(super) fn false_<'a>(_: &'a mut Shell, _: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move { Ok(1) })
}

pub(super) fn break_<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        match levels(shell, call).await? {
            Some(count) => Err(Unwind::Break(count)),
            None => Ok(0),
        }
    })
}

pub(super) fn continue_<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        match levels(shell, call).await? {
            Some(count) => Err(Unwind::Continue(count)),
            None => Ok(0),
        }
    })
}

/// How many loops are meant; `None` outside of loops.
async fn levels(shell: &mut Shell, call: Call<'_>) -> Run<Option<u32>> {
    let name = call.name();
    if shell.loops == 0 {
        let message = format!("{name}: only meaningful in a `for', `while', or `until' loop");
        shell.error(&message).await;
        return Ok(None);
    }
    let Some(word) = call.rest().first() else { return Ok(Some(1)) };
    if word.parse::<i64>().is_ok() {
        one_argument(shell, name, call.rest()).await?;
    }
    match word.parse::<i64>() {
        Ok(count) if count > 0 => Ok(Some((count as u32).min(shell.loops))),
        Ok(_) => {
            shell.error(&format!("{name}: {word}: loop count out of range")).await;
            Err(Unwind::Break(shell.loops))
        }
        Err(_) => {
            shell.error(&format!("{name}: {word}: numeric argument required")).await;
            Err(shell.fatal(128))
        }
    }
}

/// The status that a word names; `None` if it is no number.
async fn status(shell: &mut Shell, call: Call<'_>) -> Run<Option<u8>> {
    let words = call.rest();
    let words = if words.first().is_some_and(|word| word == "--") { &words[1..] } else { words };
    let Some(word) = words.first() else { return Ok(Some(shell.status)) };
    let Ok(status) = word.trim().parse::<i64>() else {
        shell.error(&format!("{}: {word}: numeric argument required", call.name())).await;
        return Ok(None);
    };
    one_argument(shell, call.name(), words).await?;
    Ok(Some(status as u8))
}

/// More than one argument ends a script.
pub(super) async fn one_argument(shell: &mut Shell, name: &str, words: &[String]) -> Run<()> {
    if words.len() < 2 {
        return Ok(());
    }
    shell.error(&format!("{name}: too many arguments")).await;
    Err(if shell.options.interactive && shell.subshell == 0 { Unwind::Discard(1) } else { Unwind::Exit(1) })
}

pub(super) fn return_<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        if shell.frames.is_empty() && shell.sources == 0 {
            return shell.complain("return", "can only `return' from a function or sourced script", 2).await;
        }
        let status = status(shell, call).await?;
        Err(Unwind::Return(status.unwrap_or(2)))
    })
}

pub(super) fn exit<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        if shell.interactive {
            if shell.says_exit() {
                shell.process.eprint("exit\n").await;
            }
            let stopped = shell.jobs.list.iter().any(|job| matches!(job.state(), JobState::Stopped(_)));
            if stopped && !std::mem::replace(&mut shell.warned_of_jobs, true) {
                shell.process.eprint("There are stopped jobs.\n").await;
                return Ok(1);
            }
        }
        let status = status(shell, call).await?;
        Err(Unwind::Exit(status.unwrap_or(2)))
    })
}

pub(super) fn logout<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        if !shell.options.is("login_shell") {
            return shell.complain("logout", "not login shell: use `exit'", 1).await;
        }
        exit(shell, call).await
    })
}

pub(super) fn caller<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        let depth = call.rest().first().and_then(|word| word.parse::<usize>().ok());
        let index = depth.unwrap_or(0);
        let frames: Vec<_> = shell.frames.iter().rev().collect();
        let Some(frame) = frames.get(index) else {
            if depth.is_some() {
                return Ok(1);
            }
            return Ok(shell.out("caller", "0 NULL\n").await);
        };
        let text = if depth.is_some() {
            let outer = frames.get(index + 1).map_or("main", |frame| frame.name.as_str());
            format!("{} {outer} {}\n", frame.line, frame.source)
        } else {
            format!("{} {}\n", frame.line, frame.source)
        };
        Ok(shell.out("caller", &text).await)
    })
}
