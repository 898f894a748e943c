//! Pipelines and what runs in the background.

use std::rc::Rc;

use podground_sim::{LocalBoxFuture, pipe};

use crate::bash::PIPE;
use crate::bash::ast::{AndOr, Command, CommandKind, List, ListItem, Pipeline, TimeFormat};
use crate::bash::print;
use crate::bash::state::{Run, Shell};
use crate::{Child, Fd, Group};

impl Shell {
    pub(crate) fn pipeline<'a>(&'a mut self, pipeline: &'a Pipeline) -> LocalBoxFuture<'a, Run> {
        Box::pin(async move {
            let start = self.process.host.sim.now();
            if pipeline.negated {
                self.conditions += 1;
            }
            let result = match pipeline.commands.as_slice() {
                [] => Ok(0),
                [command] => {
                    // A trap sees the command that has set it off.
                    if !self.traps.running {
                        self.current = Some(command.clone());
                    }
                    self.command(command).await
                }
                commands => self.connected(pipeline, commands).await,
            };
            if pipeline.negated {
                self.conditions -= 1;
            }
            let mut status = result?;
            if let [command] = pipeline.commands.as_slice()
                && !is_waited(&command.kind)
            {
                self.pipe_status = vec![status];
            }
            if let Some(format) = pipeline.timed {
                let elapsed = self.process.host.sim.now().since(start);
                self.tell_time(elapsed, format).await;
            }
            if pipeline.negated {
                status = u8::from(status == 0);
                self.status = status;
                return Ok(status);
            }
            self.status = status;
            if status != 0 {
                let checked = match pipeline.commands.as_slice() {
                    [command] => matches!(
                        command.kind,
                        CommandKind::Simple(_)
                            | CommandKind::Subshell(_)
                            | CommandKind::Arithmetic(_)
                            | CommandKind::Test(_)
                    ),
                    _ => true,
                };
                if checked {
                    self.check_failure(status).await?;
                }
            }
            Ok(status)
        })
    }

    fn connected<'a>(
        &'a mut self,
        pipeline: &'a Pipeline,
        commands: &'a [Rc<Command>],
    ) -> LocalBoxFuture<'a, Run> {
        Box::pin(async move {
            self.may_replace = false;
            self.before_fork().await?;
            if let Some(command) = commands.first() {
                self.line = command.line;
            }
            let text = print::pipeline(pipeline);
            let lastpipe = self.options.is("lastpipe") && !self.options.monitor;
            let mut children: Vec<Child> = Vec::new();
            let mut input: Option<Fd> = None;
            for (index, command) in commands.iter().enumerate() {
                let last = index + 1 == commands.len();
                let mut fds = self.process.fds.clone();
                if let Some(input) = input.take() {
                    fds.insert(0, input);
                }
                if !last {
                    let (reader, writer) = pipe(PIPE);
                    fds.insert(1, Fd::PipeWriter(writer));
                    input = Some(Fd::PipeReader(reader));
                }
                if last && lastpipe {
                    let saved = std::mem::replace(&mut self.process.fds, fds);
                    let result = self.command(command).await;
                    self.process.fds = saved;
                    let status = result?;
                    self.wait_foreground(children, Some(text)).await?;
                    self.pipe_status.push(status);
                    let codes = self.pipe_status.clone();
                    return Ok(self.pipeline_status(&codes));
                }
                let group = match (self.options.monitor, children.first()) {
                    (false, _) => Group::Inherit,
                    (true, None) => Group::New,
                    (true, Some(first)) => Group::Of(first.group()),
                };
                let command = command.clone();
                let child = self.fork(fds, group, |_| run_command(command));
                if index == 0 && self.options.monitor {
                    self.give_terminal(child.group());
                }
                children.push(child);
            }
            drop(input);
            self.wait_foreground(children, Some(text)).await
        })
    }

    /// Starts commands that are not waited for.
    pub(crate) fn start_background(&mut self, and_or: Rc<AndOr>) -> LocalBoxFuture<'_, Run<()>> {
        Box::pin(async move {
            self.before_fork().await?;
            let text = print::and_or(&and_or);
            let mut fds = self.process.fds.clone();
            if !self.options.monitor {
                fds.insert(0, Fd::null());
            }
            let group = if self.options.monitor { Group::New } else { Group::Inherit };
            self.quiet_fork = !self.options.monitor;
            // A pipeline is a job of all its commands.
            if and_or.rest.is_empty() && and_or.first.commands.len() > 1 && !and_or.first.negated {
                let mut children: Vec<Child> = Vec::new();
                let mut input: Option<Fd> = None;
                for (index, command) in and_or.first.commands.iter().enumerate() {
                    let mut fds = fds.clone();
                    if let Some(input) = input.take() {
                        fds.insert(0, input);
                    }
                    if index + 1 < and_or.first.commands.len() {
                        let (reader, writer) = pipe(PIPE);
                        fds.insert(1, Fd::PipeWriter(writer));
                        input = Some(Fd::PipeReader(reader));
                    }
                    let group = match children.first() {
                        Some(first) if self.options.monitor => Group::Of(first.group()),
                        _ => group,
                    };
                    let command = command.clone();
                    children.push(self.fork(fds, group, |_| run_command(command)));
                }
                self.quiet_fork = false;
                return self.add_background(children, text).await;
            }
            let list = Rc::new(List { items: vec![ListItem { and_or, background: false }] });
            let child = self.fork(fds, group, |shell| shell.run_subshell(list));
            self.quiet_fork = false;
            self.add_background(vec![child], text).await
        })
    }

    /// Starts a coprocess; its descriptors are the elements of the array `name`.
    pub(crate) fn coprocess<'a>(
        &'a mut self,
        name: &'a str,
        command: &'a Rc<Command>,
    ) -> LocalBoxFuture<'a, Run> {
        Box::pin(async move {
            let text = format!("coproc {name} {}", print::command(command));
            let ((input, to), (from, output)) = (pipe(PIPE), pipe(PIPE));
            let mut fds = self.process.fds.clone();
            fds.insert(0, Fd::PipeReader(input));
            fds.insert(1, Fd::PipeWriter(output));
            let group = if self.options.monitor { Group::New } else { Group::Inherit };
            let command = command.clone();
            let child = self.fork(fds, group, |_| run_command(command));
            // bash takes descriptors from the top of its table.
            let mut numbers = [63, 60];
            for (number, fd) in numbers.iter_mut().zip([Fd::PipeReader(from), Fd::PipeWriter(to)]) {
                let free = (10..=*number).rev().find(|number| !self.process.fds.contains_key(number));
                *number = free.unwrap_or(*number);
                self.process.fds.insert(*number, fd);
            }
            if let Err(message) = self.set_array(name, numbers.map(|number| number.to_string())) {
                self.error(&message).await;
            }
            self.set_text(&format!("{name}_PID"), &child.pid().to_string());
            self.coprocesses.push((child.pid(), name.to_owned(), numbers));
            self.add_background(vec![child], text).await?;
            Ok(0)
        })
    }

    /// A coprocess that was waited for takes its array with it.
    pub(crate) fn forget_coprocesses(&mut self) {
        for (pid, name, numbers) in std::mem::take(&mut self.coprocesses) {
            if self.process.host.processes.list().iter().any(|entry| entry.pid == pid) {
                self.coprocesses.push((pid, name, numbers));
                continue;
            }
            for number in numbers {
                self.process.fds.remove(&number);
            }
            self.variables.remove(&name);
            self.variables.remove(&format!("{name}_PID"));
        }
    }

    fn tell_time(&mut self, elapsed: std::time::Duration, format: TimeFormat) -> LocalBoxFuture<'_, ()> {
        Box::pin(async move {
            let seconds = elapsed.as_secs_f64();
            let custom = self.variable_text("TIMEFORMAT");
            let text = match format {
                TimeFormat::Bash if custom.is_some() => {
                    let format = custom.unwrap_or_default();
                    if format.is_empty() {
                        return;
                    }
                    time_text(&format, seconds) + "\n"
                }
                TimeFormat::Posix => format!("real {seconds:.2}\nuser 0.00\nsys 0.00\n"),
                TimeFormat::Bash => {
                    let (minutes, rest) = (elapsed.as_secs() / 60, seconds % 60.0);
                    format!("\nreal\t{minutes}m{rest:.3}s\nuser\t0m0.000s\nsys\t0m0.000s\n")
                }
            };
            self.process.eprint(&text).await;
        })
    }
}

/// The text of a TIMEFORMAT; no time is spent in user or system code.
fn time_text(format: &str, seconds: f64) -> String {
    let mut out = String::new();
    let mut chars = format.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let digits = chars.next_if(char::is_ascii_digit).and_then(|c| c.to_digit(10)).unwrap_or(3).min(3);
        let long = chars.next_if_eq(&'l').is_some();
        let mut put = |seconds: f64| {
            let precision = digits as usize;
            if long {
                let minutes = (seconds / 60.0).floor();
                out.push_str(&format!("{minutes}m{:.precision$}s", seconds - minutes * 60.0));
            } else {
                out.push_str(&format!("{seconds:.precision$}"));
            }
        };
        match chars.next() {
            Some('R') => put(seconds),
            Some('U' | 'S') => put(0.0),
            Some('P') => out.push_str("0.00"),
            Some('%') => out.push('%'),
            Some(other) => out.extend(['%', other]),
            None => out.push('%'),
        }
    }
    out
}

/// Whether a command's processes are waited for, so that the pipeline's statuses are known already.
fn is_waited(kind: &CommandKind) -> bool {
    matches!(kind, CommandKind::Brace(_) | CommandKind::If { .. } | CommandKind::Case { .. })
}

fn run_command(command: Rc<Command>) -> impl FnOnce(Shell) -> LocalBoxFuture<'static, u8> {
    move |mut shell: Shell| {
        Box::pin(async move {
            shell.may_replace = true;
            let result = shell.command(&command).await;
            let result = match result {
                Ok(status) => match shell.check_failure(status).await {
                    Ok(()) => Ok(status),
                    Err(unwind) => Err(unwind),
                },
                Err(unwind) => Err(unwind),
            };
            shell.finish(result).await
        })
    }
}
