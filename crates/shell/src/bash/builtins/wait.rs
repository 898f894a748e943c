//! `wait`.

use podground_sim::LocalBoxFuture;

use super::{Call, parse_options};
use crate::bash::jobs::JobState;
use crate::bash::state::{Run, Shell};
use crate::{Child, ExitStatus, Signal};

pub(super) fn run<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        let options = match parse_options(call.rest(), "fnp:") {
            Ok(options) => options,
            Err(bad) => return shell.bad_option("wait", bad).await,
        };
        if shell.jobs.inherited {
            shell.jobs = crate::bash::jobs::Jobs::default();
        }
        let status = if options.has('n') {
            next(shell, options.value('p')).await?
        } else if options.rest.is_empty() {
            all(shell).await?
        } else {
            let mut status = 0;
            for spec in options.rest {
                status = one(shell, spec).await?;
            }
            status
        };
        shell.forget_coprocesses();
        Ok(status)
    })
}

async fn all(shell: &mut Shell) -> Run {
    for job in shell.jobs.list.clone() {
        for child in &job.children {
            let status = shell.wait_child(child).await?;
            if child.try_wait().is_none() {
                return Ok(status);
            }
        }
    }
    if !shell.interactive {
        shell.jobs.list.clear();
        shell.jobs.order.clear();
    }
    Ok(0)
}

async fn next(shell: &mut Shell, variable: Option<&str>) -> Run {
    if shell.jobs.list.is_empty() {
        return Ok(127);
    }
    let changed = shell.process.host.processes.changed().clone();
    loop {
        let generation = changed.generation();
        let ended = shell.jobs.list.iter().find_map(|job| match job.state() {
            JobState::Ended(status) => Some((job.number, job.last_pid(), status)),
            _ => None,
        });
        if let Some((number, pid, status)) = ended {
            shell.jobs.remove(number);
            if let Some(name) = variable {
                shell.set_text(name, &pid.to_string());
            }
            return Ok(status.code());
        }
        changed.wait_after(generation).await;
        shell.check_signals().await?;
    }
}

/// A script tells what signal has ended a process that it waits for.
async fn told(shell: &mut Shell, child: &Child) {
    let Some(status @ ExitStatus::Signaled(signal)) = child.try_wait() else { return };
    if shell.interactive || signal == Signal::Term {
        return;
    }
    let text = shell.jobs.list.iter().find(|job| job.last_pid() == child.pid()).map(|job| job.text.clone());
    shell.told_signals(&[status], std::slice::from_ref(child), text).await;
}

async fn one(shell: &mut Shell, spec: &str) -> Run {
    if spec.starts_with('%') {
        let Some(number) = shell.jobs.find(spec) else {
            return shell.complain("wait", &format!("{spec}: no such job"), 127).await;
        };
        let children = shell.jobs.get(number).map(|job| job.children.clone()).unwrap_or_default();
        let mut status = 0;
        for child in &children {
            status = shell.wait_child(child).await?;
            told(shell, child).await;
        }
        if !shell.interactive {
            shell.jobs.remove(number);
        }
        return Ok(status);
    }
    let Ok(pid) = spec.parse::<u32>() else {
        let message = format!("`{spec}': not a pid or valid job spec");
        return shell.complain("wait", &message, 1).await;
    };
    let children: Vec<Child> = shell.jobs.list.iter().flat_map(|job| job.children.clone()).collect();
    match children.into_iter().find(|child| child.pid() == pid) {
        Some(child) => {
            let status = shell.wait_child(&child).await?;
            told(shell, &child).await;
            if !shell.interactive && child.try_wait().is_some() {
                let number = shell.jobs.list.iter().find(|job| job.last_pid() == pid).map(|job| job.number);
                if let Some(number) = number {
                    shell.jobs.remove(number);
                }
            }
            Ok(status)
        }
        None => match shell.jobs.ended.get(&pid) {
            Some(status) => Ok(*status),
            None => shell.complain("wait", &format!("pid {pid} is not a child of this shell"), 127).await,
        },
    }
}
