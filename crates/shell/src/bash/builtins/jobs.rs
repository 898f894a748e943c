//! `jobs`, `fg`, `bg`, `disown`, `suspend`.

use podground_sim::LocalBoxFuture;

use super::{Call, parse_options};
use crate::Signal;
use crate::bash::jobs::JobState;
use crate::bash::state::{Run, Shell};

pub(super) fn jobs<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        let options = match parse_options(call.rest(), "lnprsx") {
            Ok(options) => options,
            Err(bad) => return shell.bad_option("jobs", bad).await,
        };
        let mut numbers = Vec::new();
        for spec in options.rest {
            match shell.jobs.find(spec) {
                Some(number) => numbers.push(number),
                None => return shell.complain("jobs", &format!("{spec}: no such job"), 1).await,
            }
        }
        let mut text = String::new();
        let mut gone = Vec::new();
        for job in shell.jobs.list.clone() {
            let state = job.state();
            let running = state == JobState::Running;
            let stopped = matches!(state, JobState::Stopped(_));
            let wanted = (numbers.is_empty() || numbers.contains(&job.number))
                && (!options.has('r') || running)
                && (!options.has('s') || stopped);
            if !wanted {
                continue;
            }
            let line = shell.jobs.line(&job);
            if options.has('p') {
                text.push_str(&format!("{}\n", job.children.first().map_or(0, crate::Child::pid)));
            } else if options.has('l') {
                let (head, tail) = line.split_once("  ").unwrap_or((&line, ""));
                text.push_str(&format!(
                    "{head} {:>5} {tail}",
                    job.children.first().map_or(0, crate::Child::pid)
                ));
            } else {
                text.push_str(&line);
            }
            if matches!(state, JobState::Ended(_)) {
                gone.push(job.number);
            } else if let Some(job) = shell.jobs.get_mut(job.number) {
                job.told = state;
            }
        }
        for number in gone {
            shell.jobs.remove(number);
        }
        Ok(shell.out("jobs", &text).await)
    })
}

pub(super) fn fg<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        if !shell.options.monitor {
            return shell.complain("fg", "no job control", 1).await;
        }
        let spec = call.rest().first().map_or("%+", String::as_str);
        match shell.jobs.find(spec) {
            Some(number) => shell.foreground(number).await,
            None => {
                let spec = if call.rest().is_empty() { "current" } else { spec };
                shell.complain("fg", &format!("{spec}: no such job"), 1).await
            }
        }
    })
}

pub(super) fn bg<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        if !shell.options.monitor {
            return shell.complain("bg", "no job control", 1).await;
        }
        let specs = if call.rest().is_empty() { vec!["%+".to_owned()] } else { call.rest().to_vec() };
        let mut status = 0;
        for spec in specs {
            let Some(number) = shell.jobs.find(&spec) else {
                let shown = if call.rest().is_empty() { "current" } else { &spec };
                status = shell.complain("bg", &format!("{shown}: no such job"), 1).await?;
                continue;
            };
            let Some(job) = shell.jobs.get_mut(number) else { continue };
            if job.state() == JobState::Running {
                let message = format!("job {number} already in background");
                status = shell.complain("bg", &message, 0).await?;
                continue;
            }
            job.background = true;
            job.told = JobState::Running;
            job.signal(Signal::Cont);
            let mark = if shell.jobs.current() == Some(number) { '+' } else { '-' };
            let text = shell.jobs.get(number).map(|job| job.text.clone()).unwrap_or_default();
            shell.out("bg", &format!("[{number}]{mark} {text} &\n")).await;
        }
        Ok(status)
    })
}

pub(super) fn disown<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        let options = match parse_options(call.rest(), "ahr") {
            Ok(options) => options,
            Err(bad) => return shell.bad_option("disown", bad).await,
        };
        let mut numbers: Vec<u32> = Vec::new();
        if options.has('a') || options.has('r') {
            numbers.extend(shell.jobs.list.iter().map(|job| job.number));
        } else if options.rest.is_empty() {
            match shell.jobs.current() {
                Some(number) => numbers.push(number),
                None => return shell.complain("disown", "current: no such job", 1).await,
            }
        }
        let mut status = 0;
        for spec in options.rest {
            let by_pid = spec.parse().ok().and_then(|pid| {
                shell.jobs.list.iter().find(|job| job.last_pid() == pid).map(|job| job.number)
            });
            match by_pid.or_else(|| shell.jobs.find(spec).filter(|_| spec.starts_with('%'))) {
                Some(number) => numbers.push(number),
                None => status = shell.complain("disown", &format!("{spec}: no such job"), 1).await?,
            }
        }
        for number in numbers {
            if options.has('h') {
                if let Some(job) = shell.jobs.get_mut(number) {
                    job.kept = true;
                }
            } else {
                shell.jobs.remove(number);
            }
        }
        Ok(status)
    })
}

pub(super) fn suspend<'a>(shell: &'a mut Shell, _: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        let pid = shell.process.pid;
        let _ = shell.process.kill(pid, Signal::Stop);
        futures_lite::future::yield_now().await;
        Ok(0)
    })
}
