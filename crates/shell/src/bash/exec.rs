//! Running commands.

mod compound;
mod external;
mod pipeline;
mod redirect;
mod simple;
mod test;
mod trace;

pub(crate) use test::compare;

use std::rc::Rc;

use podground_sim::LocalBoxFuture;

use super::ast::{AndOr, Command, CommandKind, Connector, List};
use super::parser::{Missing, Options as ParserOptions, ParseError, Parser};
use super::state::{Run, Shell, Unwind};
use super::traps::Trap;
use crate::{Child, Fd, Group, Signal};

/// Where a text comes from: how its syntax errors are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// `-c`
    Argument,
    Eval,
    File,
    Terminal,
}

impl Shell {
    /// Runs a text, one line after the other; `eval`, traps.
    pub(crate) async fn run_text(&mut self, text: &str, line: u32) -> Run {
        self.run_source(text, line, Origin::Eval).await
    }

    /// Runs a text, one line after the other.
    pub(crate) fn run_source<'a>(
        &'a mut self,
        text: &'a str,
        line: u32,
        origin: Origin,
    ) -> LocalBoxFuture<'a, Run> {
        Box::pin(async move {
            self.enter().await?;
            let mut rest = text.to_owned();
            let mut line = line;
            let mut status = 0;
            loop {
                // Aliases and options may change with each line.
                let (parsed, warnings, next) = {
                    let aliases = self.aliases.clone();
                    let expand = self.options.is("expand_aliases");
                    let alias = move |name: &str| if expand { aliases.get(name).cloned() } else { None };
                    let options =
                        ParserOptions { alias: &alias, extglob: self.options.is("extglob"), more: false };
                    let mut parser = Parser::new(&rest, line, options);
                    let parsed = parser.next_commands();
                    (parsed, std::mem::take(&mut parser.warnings), (parser.rest(), parser.line()))
                };
                for (line, warning) in warnings {
                    let label = format!("{}: ", self.label);
                    let line = if self.interactive { String::new() } else { format!("line {line}: ") };
                    self.process.eprint(&format!("{label}{line}warning: {warning}\n")).await;
                }
                match parsed {
                    Ok(Some(list)) => {
                        if self.options.verbose {
                            let read = &rest[..rest.len() - next.0.len()];
                            self.process.eprint(read).await;
                        }
                        (rest, line) = next;
                        let last = rest.trim().is_empty();
                        match self.run_line(&list, last && origin == Origin::Argument).await {
                            Ok(code) => status = code,
                            Err(Unwind::Discard(code)) if self.subshell == 0 => {
                                self.status = code;
                                status = code;
                            }
                            Err(unwind) => return Err(unwind),
                        }
                    }
                    Ok(None) => break,
                    Err(error) => {
                        self.syntax_error(&error, origin).await;
                        // As in bash, an error within `[[` leaves the status of a script alone.
                        if !matches!(error, ParseError::Conditional { .. }) || origin == Origin::Eval {
                            self.status = 2;
                        }
                        status = self.status;
                        break;
                    }
                }
            }
            self.nesting = self.nesting.saturating_sub(1);
            Ok(status)
        })
    }

    /// Runs the commands of one line.
    pub(crate) fn run_line<'a>(&'a mut self, list: &'a List, last: bool) -> LocalBoxFuture<'a, Run> {
        Box::pin(async move {
            if self.options.noexec && !self.interactive {
                return Ok(self.status);
            }
            self.may_replace = last && is_single(list);
            let nesting = self.nesting;
            let result = self.list(list).await;
            self.nesting = nesting;
            self.may_replace = false;
            result
        })
    }

    pub(crate) fn syntax_error<'a>(
        &'a mut self,
        error: &'a ParseError,
        origin: Origin,
    ) -> LocalBoxFuture<'a, ()> {
        Box::pin(async move {
            let prefix = |line: u32| match origin {
                Origin::Argument => format!("{}: -c: line {line}: ", self.label),
                Origin::Eval => format!("{}: eval: line {line}: ", self.label),
                Origin::File => format!("{}: line {line}: ", self.label),
                Origin::Terminal => format!("{}: ", self.label),
            };
            let message = match error {
                ParseError::Unfinished { missing: Missing::Partner(partner), line } => {
                    format!("{}unexpected EOF while looking for matching `{partner}'\n", prefix(*line))
                }
                ParseError::Unfinished { line, .. } => {
                    format!("{}syntax error: unexpected end of file\n", prefix(*line))
                }
                ParseError::Unexpected { token, line, source } => {
                    let first = format!("{}syntax error near unexpected token `{token}'\n", prefix(*line));
                    if origin == Origin::Terminal {
                        first
                    } else {
                        format!("{first}{}`{source}'\n", prefix(*line))
                    }
                }
                ParseError::Conditional { messages, line } => {
                    messages.iter().map(|message| format!("{}{message}\n", prefix(*line))).collect()
                }
                ParseError::Other { message, line } => format!("{}{message}\n", prefix(*line)),
            };
            self.process.eprint(&message).await;
        })
    }

    /// Runs a list in the shell of a subshell, to its end.
    pub(crate) fn run_subshell(
        &mut self,
        list: Rc<List>,
    ) -> impl FnOnce(Shell) -> LocalBoxFuture<'static, u8> + use<> {
        let conditions = self.conditions;
        move |mut shell: Shell| {
            Box::pin(async move {
                shell.conditions = conditions;
                shell.may_replace = is_single(&list);
                let result = shell.list(&list).await;
                shell.finish(result).await
            })
        }
    }

    /// The exit status of a shell whose commands have ended so; runs the EXIT trap.
    pub(crate) async fn finish(&mut self, result: Run) -> u8 {
        let status = match result {
            Ok(status) | Err(Unwind::Return(status) | Unwind::Exit(status) | Unwind::Discard(status)) => {
                status
            }
            Err(Unwind::Interrupted) => 130,
            Err(Unwind::Break(_) | Unwind::Continue(_)) => self.status,
        };
        self.leave(status).await
    }

    /// Starts a subshell as a process of its own. `prepare` may change its state and gives what it runs.
    pub(crate) fn fork<F>(
        &mut self,
        fds: std::collections::BTreeMap<u32, Fd>,
        group: Group,
        prepare: impl FnOnce(&mut Shell) -> F,
    ) -> Child
    where
        F: FnOnce(Shell) -> LocalBoxFuture<'static, u8>,
    {
        let mut command = self.process.command([self.name.clone()]);
        command.fds = fds;
        command.group = group;
        // What the interactive shell ignores for itself its children do not.
        let keep: Vec<_> = command
            .ignored
            .iter()
            .copied()
            .filter(|signal| {
                self.traps.get(Trap::Signal(*signal)).is_some_and(String::is_empty) || !self.interactive
            })
            .collect();
        command.ignored = keep;
        if self.quiet_fork {
            command.ignored.extend([Signal::Int, Signal::Quit]);
        }
        self.process.fork(command, |process| {
            let mut shell = self.for_subshell(process);
            let run = prepare(&mut shell);
            run(shell)
        })
    }

    pub(crate) fn list<'a>(&'a mut self, list: &'a List) -> LocalBoxFuture<'a, Run> {
        Box::pin(async move {
            let mut status = 0;
            for item in &list.items {
                if !self.signals.is_empty() {
                    self.check_signals().await?;
                }
                if item.background {
                    self.start_background(item.and_or.clone()).await?;
                    status = 0;
                    self.status = 0;
                } else {
                    status = self.and_or(&item.and_or).await?;
                }
            }
            Ok(status)
        })
    }

    pub(crate) fn and_or<'a>(&'a mut self, and_or: &'a AndOr) -> LocalBoxFuture<'a, Run> {
        Box::pin(async move {
            if and_or.rest.is_empty() {
                return self.pipeline(&and_or.first).await;
            }
            self.conditions += 1;
            let first = self.pipeline(&and_or.first).await;
            self.conditions -= 1;
            let mut status = first?;
            let count = and_or.rest.len();
            for (index, (connector, pipeline)) in and_or.rest.iter().enumerate() {
                if (status == 0) != (*connector == Connector::And) {
                    continue;
                }
                let last = index + 1 == count;
                if !last {
                    self.conditions += 1;
                }
                let result = self.pipeline(pipeline).await;
                if !last {
                    self.conditions -= 1;
                }
                status = result?;
            }
            Ok(status)
        })
    }

    /// Runs one command; boxed, since commands hold commands.
    pub(crate) fn command<'a>(&'a mut self, command: &'a Command) -> LocalBoxFuture<'a, Run> {
        Box::pin(async move {
            if self.options.noexec && !self.interactive {
                return Ok(self.status);
            }
            self.enter().await?;
            self.line = command.line;
            let status = match &command.kind {
                CommandKind::Simple(simple) => self.simple(simple, &command.redirects).await?,
                kind if command.redirects.is_empty() => self.compound(kind).await?,
                kind => {
                    self.may_replace = false;
                    match self.redirect(&command.redirects).await? {
                        Ok(saved) => {
                            let result = self.compound(kind).await;
                            self.restore(saved);
                            result?
                        }
                        Err(status) => status,
                    }
                }
            };
            self.status = status;
            self.nesting = self.nesting.saturating_sub(1);
            Ok(status)
        })
    }

    /// Runs a list as a condition, which `set -e` leaves alone.
    pub(crate) async fn condition(&mut self, list: &List) -> Run<bool> {
        self.conditions += 1;
        let result = self.list(list).await;
        self.conditions -= 1;
        Ok(result? == 0)
    }

    /// After a command that failed: the ERR trap and `set -e`.
    pub(crate) fn check_failure(&mut self, status: u8) -> LocalBoxFuture<'_, Run<()>> {
        Box::pin(async move {
            if status == 0 || self.conditions > 0 {
                return Ok(());
            }
            self.status = status;
            if !self.variables.in_function() || self.options.errtrace {
                self.fire(Trap::Err).await?;
            }
            if self.options.errexit { Err(Unwind::Exit(status)) } else { Ok(()) }
        })
    }
}

/// Whether a list is one command, so that it may replace its shell.
fn is_single(list: &List) -> bool {
    match list.items.as_slice() {
        [item] => {
            let pipeline = &item.and_or.first;
            !item.background
                && item.and_or.rest.is_empty()
                && !pipeline.negated
                && pipeline.timed.is_none()
                && pipeline.commands.len() == 1
        }
        _ => false,
    }
}
