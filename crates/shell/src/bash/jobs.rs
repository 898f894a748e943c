//! Job control.

use podground_sim::LocalBoxFuture;

use std::time::Duration;

use super::state::{Run, Shell, Unwind};
use crate::{Child, ExitStatus, Pid, Signal, Wait};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JobState {
    Running,
    Stopped(Signal),
    Ended(ExitStatus),
}

/// Processes that were started together.
#[derive(Clone)]
pub(crate) struct Job {
    pub(crate) number: u32,
    pub(crate) children: Vec<Child>,
    pub(crate) text: String,
    /// The state that was last told.
    pub(crate) told: JobState,
    /// Whether it was started with `&` and has not been in the foreground since.
    pub(crate) background: bool,
    /// Not hung up with the shell (`disown -h`).
    pub(crate) kept: bool,
}

impl Job {
    pub(crate) fn state(&self) -> JobState {
        if let Some(child) = self.children.iter().find(|child| child.try_wait().is_none()) {
            return child.stopped().map_or(JobState::Running, JobState::Stopped);
        }
        let last = self.children.last().and_then(Child::try_wait);
        JobState::Ended(last.unwrap_or(ExitStatus::Exited(0)))
    }

    pub(crate) fn group(&self) -> Pid {
        self.children.first().map_or(0, Child::group)
    }

    pub(crate) fn last_pid(&self) -> Pid {
        self.children.last().map_or(0, Child::pid)
    }

    pub(crate) fn signal(&self, signal: Signal) {
        for child in &self.children {
            child.signal(signal);
        }
    }

    /// What `jobs` says of its state.
    pub(crate) fn description(&self) -> String {
        match self.state() {
            JobState::Running => "Running".to_owned(),
            JobState::Stopped(signal) => signal.description().to_owned(),
            JobState::Ended(ExitStatus::Exited(0)) => "Done".to_owned(),
            JobState::Ended(ExitStatus::Exited(code)) => format!("Exit {code}"),
            JobState::Ended(ExitStatus::Signaled(signal)) => signal.description().to_owned(),
        }
    }
}

#[derive(Clone, Default)]
pub(crate) struct Jobs {
    /// Whether they are those of the shell around: they can be seen, but not waited for.
    pub(crate) inherited: bool,
    pub(crate) list: Vec<Job>,
    /// The numbers of the jobs that were current, the latest last.
    pub(crate) order: Vec<u32>,
    /// The processes of jobs that were told to have ended: `wait PID` knows their status.
    pub(crate) ended: std::collections::BTreeMap<Pid, u8>,
}

impl Jobs {
    /// The same jobs, to be seen by a subshell.
    pub(crate) fn for_subshell(&self) -> Self {
        Self { inherited: true, ..self.clone() }
    }

    pub(crate) fn add(&mut self, children: Vec<Child>, text: String, background: bool) -> u32 {
        self.add_as(None, children, text, background)
    }

    /// Adds a job under the number that it had.
    fn add_as(&mut self, number: Option<u32>, children: Vec<Child>, text: String, background: bool) -> u32 {
        if std::mem::take(&mut self.inherited) {
            *self = Self::default();
        }
        let next = self.list.iter().map(|job| job.number).max().unwrap_or(0) + 1;
        let number = number.unwrap_or(next);
        let told = JobState::Running;
        self.list.push(Job { number, children, text, told, background, kept: false });
        self.list.sort_by_key(|job| job.number);
        self.make_current(number);
        number
    }

    pub(crate) fn make_current(&mut self, number: u32) {
        self.order.retain(|other| *other != number);
        self.order.push(number);
    }

    pub(crate) fn remove(&mut self, number: u32) {
        if let Some(job) = self.get(number) {
            let children = job.children.clone();
            for child in children {
                if let Some(status) = child.try_wait() {
                    self.ended.insert(child.pid(), status.code());
                }
            }
        }
        self.list.retain(|job| job.number != number);
        self.order.retain(|other| *other != number);
    }

    pub(crate) fn get(&self, number: u32) -> Option<&Job> {
        self.list.iter().find(|job| job.number == number)
    }

    pub(crate) fn get_mut(&mut self, number: u32) -> Option<&mut Job> {
        self.list.iter_mut().find(|job| job.number == number)
    }

    /// The current job: the last that was stopped, else the last that was started.
    pub(crate) fn current(&self) -> Option<u32> {
        self.ranked().first().copied()
    }

    pub(crate) fn previous(&self) -> Option<u32> {
        self.ranked().get(1).copied()
    }

    fn ranked(&self) -> Vec<u32> {
        let stopped =
            |number: &u32| self.get(*number).is_some_and(|job| matches!(job.state(), JobState::Stopped(_)));
        let mut numbers: Vec<u32> = self.order.iter().rev().copied().collect();
        numbers.sort_by_key(|number| !stopped(number));
        numbers
    }

    /// The job that `%1`, `%+`, `%-`, `%name` or `%?text` means.
    pub(crate) fn find(&self, spec: &str) -> Option<u32> {
        let text = spec.strip_prefix('%').unwrap_or(spec);
        match text {
            "" | "%" | "+" => self.current(),
            "-" => self.previous().or_else(|| self.current()),
            text => match text.parse::<u32>() {
                Ok(number) => self.get(number).map(|job| job.number),
                Err(_) => {
                    let found = |job: &&Job| match text.strip_prefix('?') {
                        Some(part) => job.text.contains(part),
                        None => job.text.starts_with(text),
                    };
                    self.list.iter().find(found).map(|job| job.number)
                }
            },
        }
    }

    fn mark(&self, number: u32) -> char {
        if self.current() == Some(number) {
            '+'
        } else if self.previous() == Some(number) {
            '-'
        } else {
            ' '
        }
    }

    /// The line of `jobs`.
    pub(crate) fn line(&self, job: &Job) -> String {
        let running = matches!(job.state(), JobState::Running);
        let end = if running && job.background { " &" } else { "" };
        format!("[{}]{}  {:<24}{}{end}\n", job.number, self.mark(job.number), job.description(), job.text)
    }
}

impl Shell {
    /// Puts processes into the background.
    pub(crate) fn add_background(
        &mut self,
        children: Vec<Child>,
        text: String,
    ) -> LocalBoxFuture<'_, Run<()>> {
        Box::pin(async move {
            let pid = children.last().map_or(0, Child::pid);
            self.last_background = Some(pid);
            let number = self.jobs.add(children, text, true);
            if self.interactive {
                self.process.eprint(&format!("[{number}] {pid}\n")).await;
            }
            Ok(())
        })
    }

    /// The text of the command that runs.
    pub(crate) fn current_text(&self) -> String {
        self.current.as_ref().map(|command| super::print::command(command)).unwrap_or_default()
    }

    pub(crate) fn give_terminal(&self, group: Pid) {
        if let Some(terminal) = self.process.terminal() {
            terminal.set_foreground(group);
        }
    }

    pub(crate) fn take_terminal(&self) {
        self.give_terminal(self.process.group());
    }

    /// Waits for a job in the foreground, with job control.
    pub(crate) fn wait_job(
        &mut self,
        children: Vec<Child>,
        text: Option<String>,
        number: Option<u32>,
    ) -> LocalBoxFuture<'_, Run> {
        Box::pin(async move {
            let modes = self.process.terminal().map(|terminal| terminal.modes());
            let mut stopped = None;
            let mut statuses = Vec::new();
            for child in &children {
                match child.wait_or_stop().await {
                    Wait::Ended(status) => statuses.push(status),
                    Wait::Stopped(signal) => {
                        stopped = Some(signal);
                        break;
                    }
                }
            }
            self.take_terminal();
            // A program that was killed or stopped may have left the terminal raw.
            let failed = stopped.is_some() || statuses.iter().any(|s| matches!(s, ExitStatus::Signaled(_)));
            if let (true, Some(terminal), Some(modes)) = (failed, self.process.terminal(), modes) {
                terminal.change_modes(modes);
            }
            if let Some(signal) = stopped {
                let text = text.unwrap_or_else(|| self.current_text());
                let number = self.jobs.add_as(number, children, text, false);
                if let Some(job) = self.jobs.get_mut(number) {
                    job.told = JobState::Stopped(signal);
                }
                if let Some(job) = self.jobs.get(number).cloned() {
                    self.process.eprint(&format!("\n{}", self.jobs.line(&job))).await;
                }
                return Ok(128 + signal.number());
            }
            let codes: Vec<u8> = statuses.iter().map(|status| status.code()).collect();
            let status = self.pipeline_status(&codes);
            self.pipe_status = codes;
            let interrupted = matches!(statuses.last(), Some(ExitStatus::Signaled(Signal::Int)));
            self.told_signals(&statuses, &children, text).await;
            if interrupted {
                self.status = status;
                return Err(Unwind::Interrupted);
            }
            self.check_signals().await?;
            Ok(status)
        })
    }

    /// Tells what signals have ended processes that were waited for.
    pub(crate) fn told_signals<'a>(
        &'a mut self,
        statuses: &'a [ExitStatus],
        children: &'a [Child],
        text: Option<String>,
    ) -> LocalBoxFuture<'a, ()> {
        Box::pin(async move {
            let Some(ExitStatus::Signaled(signal)) = statuses.last().copied() else { return };
            if matches!(signal, Signal::Int | Signal::Pipe) {
                return;
            }
            if self.interactive {
                self.process.eprint(&format!("{}\n", signal.description())).await;
            } else if signal == Signal::Term {
                self.process.eprint("Terminated\n").await;
            } else {
                let pid = children.last().map_or(0, Child::pid);
                let text = text.unwrap_or_else(|| self.current_text());
                let prefix = self.prefix();
                self.process.eprint(&format!("{prefix}{pid:>5} {:<24}{text}\n", signal.description())).await;
            }
        })
    }

    /// Tells of jobs whose state has changed, before a prompt.
    pub(crate) fn tell_jobs(&mut self) -> LocalBoxFuture<'_, ()> {
        Box::pin(async move {
            // What ends right now still counts: background processes run on while one types.
            self.process.host.sim.sleep(Duration::ZERO).await;
            let numbers: Vec<u32> = self.jobs.list.iter().map(|job| job.number).collect();
            let mut gone = Vec::new();
            for number in numbers {
                let Some(job) = self.jobs.get(number) else { continue };
                let state = job.state();
                let ended = matches!(state, JobState::Ended(_));
                if state != job.told && (ended || matches!(state, JobState::Stopped(_))) {
                    let line = self.jobs.line(job);
                    if self.interactive {
                        self.process.eprint(&line).await;
                    }
                    if let Some(job) = self.jobs.get_mut(number) {
                        job.told = state;
                    }
                }
                if ended {
                    gone.push(number);
                }
            }
            for number in gone {
                self.jobs.remove(number);
            }
        })
    }

    /// Continues a job and waits for it.
    pub(crate) fn foreground(&mut self, number: u32) -> LocalBoxFuture<'_, Run> {
        Box::pin(async move {
            let Some(job) = self.jobs.get(number).cloned() else { return Ok(1) };
            self.process.print(&format!("{}\n", job.text)).await;
            self.jobs.remove(number);
            self.give_terminal(job.group());
            job.signal(Signal::Cont);
            self.wait_job(job.children, Some(job.text), Some(number)).await
        })
    }

    /// Waits for a process; a signal that is trapped ends the wait.
    pub(crate) fn wait_child<'a>(&'a mut self, child: &'a Child) -> LocalBoxFuture<'a, Run> {
        Box::pin(async move {
            let signals = self.signals.clone();
            let outcome = futures_lite::future::or(async { Ok(child.wait().await) }, async {
                match signals.recv().await {
                    Ok(signal) => Err(signal),
                    Err(_) => std::future::pending().await,
                }
            })
            .await;
            match outcome {
                Ok(status) => Ok(status.code()),
                Err(signal) => {
                    let _ = self.signal_sender.try_send(signal);
                    self.check_signals().await?;
                    Ok(128 + signal.number())
                }
            }
        })
    }
}
