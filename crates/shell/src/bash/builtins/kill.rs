//! `kill`.

use podground_sim::LocalBoxFuture;

use super::Call;
use crate::Signal;
use crate::bash::state::{Run, Shell};

pub(super) fn run<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        let mut words = call.rest();
        let mut signal = Some(Signal::Term);
        match words.first().map(String::as_str) {
            None => return shell.usage("kill").await,
            Some("-l" | "-L") => return list(shell, &words[1..]).await,
            Some("-s" | "-n") => {
                let Some(name) = words.get(1) else {
                    let letter = &words[0];
                    return shell
                        .complain("kill", &format!("{letter}: option requires an argument"), 1)
                        .await;
                };
                signal = match parse(name) {
                    Ok(signal) => signal,
                    Err(()) => {
                        return shell
                            .complain("kill", &format!("{name}: invalid signal specification"), 1)
                            .await;
                    }
                };
                words = &words[2..];
            }
            Some("--") => words = &words[1..],
            Some(word) if word.starts_with('-') && word.len() > 1 => {
                let name = &word[1..];
                signal = match parse(name) {
                    Ok(signal) => signal,
                    Err(()) => {
                        return shell
                            .complain("kill", &format!("{name}: invalid signal specification"), 1)
                            .await;
                    }
                };
                words = &words[1..];
            }
            Some(_) => {}
        }
        if words.first().is_some_and(|word| word == "--") {
            words = &words[1..];
        }
        if words.is_empty() {
            return shell.usage("kill").await;
        }
        let mut failed = 0;
        for word in words {
            if !send(shell, word, signal).await {
                failed += 1;
            }
        }
        // What a signal does to this very shell it does now.
        futures_lite::future::yield_now().await;
        shell.check_signals().await?;
        Ok(u8::from(failed == words.len()))
    })
}

/// A signal by name or number; 0, which is none, only asks whether the process exists.
fn parse(name: &str) -> Result<Option<Signal>, ()> {
    if name == "0" { Ok(None) } else { Signal::parse(name).map(Some).ok_or(()) }
}

async fn send(shell: &mut Shell, word: &str, signal: Option<Signal>) -> bool {
    if word.starts_with('%') {
        let Some(number) = shell.jobs.find(word) else {
            shell.error(&format!("kill: {word}: no such job")).await;
            return false;
        };
        if let (Some(job), Some(signal)) = (shell.jobs.get(number), signal) {
            let stopped = matches!(job.state(), crate::bash::jobs::JobState::Stopped(_));
            job.signal(signal);
            // A stopped job must run to end.
            if stopped && matches!(signal, Signal::Term | Signal::Hup) {
                job.signal(Signal::Cont);
            }
        }
        return true;
    }
    let Ok(pid) = word.parse::<i64>() else {
        shell.error(&format!("kill: {word}: arguments must be process or job IDs")).await;
        return false;
    };
    let table = shell.process.host.processes.clone();
    let found = match (pid, signal) {
        (0, Some(signal)) => table.signal_group(shell.process.group(), signal).is_ok(),
        (1.., Some(signal)) => shell.process.kill(pid as u32, signal).is_ok(),
        (1.., None) => table.get(pid as u32).is_some(),
        (_, Some(signal)) if pid < -1 => table.signal_group(pid.unsigned_abs() as u32, signal).is_ok(),
        _ => true,
    };
    if !found {
        shell.error(&format!("kill: ({pid}) - No such process")).await;
    }
    found
}

/// All signals, as `kill -l` and `trap -l` show them.
pub(super) fn names() -> String {
    let real_time = (34..=64).map(|number| {
        let name = match number {
            34 => "RTMIN".to_owned(),
            35..50 => format!("RTMIN+{}", number - 34),
            50..64 => format!("RTMAX-{}", 64 - number),
            _ => "RTMAX".to_owned(),
        };
        (number, name)
    });
    let named = Signal::ALL.iter().map(|signal| (signal.number(), signal.short_name().to_owned()));
    let mut text = String::new();
    for (index, (number, name)) in named.chain(real_time).enumerate() {
        text.push_str(&format!("{number:2}) SIG{name}"));
        text.push(if index % 5 == 4 { '\n' } else { '\t' });
    }
    text + "\n"
}

async fn list(shell: &mut Shell, words: &[String]) -> Run {
    if words.is_empty() {
        return Ok(shell.out("kill", &names()).await);
    }
    let mut status = 0;
    for word in words {
        let shown = match word.parse::<u32>() {
            Ok(number) => {
                let number = if number > 128 { number - 128 } else { number };
                Signal::from_number(number as u8).map(|signal| signal.short_name().to_owned())
            }
            Err(_) => Signal::from_name(word).map(|signal| signal.number().to_string()),
        };
        match shown {
            Some(shown) => {
                shell.out("kill", &format!("{shown}\n")).await;
            }
            None => {
                status = shell.complain("kill", &format!("{word}: invalid signal specification"), 1).await?;
            }
        }
    }
    Ok(status)
}
