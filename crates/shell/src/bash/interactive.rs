//! Reading commands from standard input: lines of a script, or of a learner.

use std::rc::Rc;

use super::ast::List;
use super::exec::Origin;
use super::jobs::JobState;
use super::parser::{Missing, Options, ParseError, Parser};
use super::readline::Typed;
use super::state::{Run, Shell, Unwind};
use crate::terminal::Terminal;
use crate::{Fd, Signal};

/// What the text so far is.
enum Parsed {
    Commands(Vec<List>),
    /// More lines are needed.
    Unfinished(Missing),
    Failed(ParseError),
}

impl Shell {
    /// Parses a text that may go on.
    fn parse_input(&mut self, text: &str, line: u32, more: bool) -> Parsed {
        let aliases = self.aliases.clone();
        let expand = self.options.is("expand_aliases");
        let alias = move |name: &str| if expand { aliases.get(name).cloned() } else { None };
        let options = Options { alias: &alias, extglob: self.options.is("extglob"), more };
        let mut parser = Parser::new(text, line, options);
        let mut all = Vec::new();
        loop {
            match parser.next_commands() {
                Ok(Some(list)) => all.push(list),
                Ok(None) => return Parsed::Commands(all),
                Err(ParseError::Unfinished { missing, .. }) if more => return Parsed::Unfinished(missing),
                Err(error) => return Parsed::Failed(error),
            }
        }
    }

    /// Runs the commands of standard input, one line after the other.
    pub(crate) async fn run_input(&mut self) -> Run {
        let mut status = 0;
        let mut line = 1;
        let mut text = String::new();
        let mut first_line = 1;
        loop {
            let bytes = self.process.read_until(0, b'\n').await.unwrap_or_default();
            let ended = bytes.is_empty();
            if ended && text.is_empty() {
                return Ok(status);
            }
            if text.is_empty() {
                first_line = line;
            }
            text.push_str(&String::from_utf8_lossy(&bytes));
            line += 1;
            if self.options.verbose {
                self.process.eprint(&String::from_utf8_lossy(&bytes)).await;
            }
            match self.parse_input(&text, first_line, !ended) {
                Parsed::Unfinished(_) => continue,
                Parsed::Failed(error) => {
                    self.syntax_error(&error, Origin::File).await;
                    return Ok(2);
                }
                Parsed::Commands(lists) => status = self.run_lists(&lists, status).await?,
            }
            text.clear();
            if ended {
                return Ok(status);
            }
        }
    }

    async fn run_lists(&mut self, lists: &[List], before: u8) -> Run {
        let mut status = before;
        for list in lists {
            match self.run_line(list, false).await {
                Ok(code) => status = code,
                Err(Unwind::Discard(code)) => {
                    self.status = code;
                    status = code;
                }
                Err(unwind) => return Err(unwind),
            }
        }
        Ok(status)
    }

    /// Reads and runs what is typed, until the end.
    pub(crate) async fn interact(&mut self) -> Run {
        let terminal = match self.process.fds.get(&0) {
            Some(Fd::Terminal(terminal)) => terminal.clone(),
            _ => return self.run_input().await,
        };
        loop {
            let lists = match self.next_input(&terminal).await {
                Ok(Some(lists)) => lists,
                Ok(None) => {
                    if terminal.is_hung_up() {
                        return Ok(self.status);
                    }
                    if self.leaves().await {
                        break;
                    }
                    continue;
                }
                Err(unwind) => match self.recover(unwind).await {
                    Some(status) => return Ok(self.left(status)),
                    None => continue,
                },
            };
            for list in lists {
                match self.run_line(&list, false).await {
                    Ok(status) => self.status = status,
                    Err(unwind) => {
                        if let Some(status) = self.recover(unwind).await {
                            return Ok(self.left(status));
                        }
                        break;
                    }
                }
            }
        }
        let status = self.status;
        Ok(self.left(status))
    }

    /// What remains to be done at the end.
    fn left(&mut self, status: u8) -> u8 {
        self.save_history();
        // Stopped jobs would never run again.
        for job in self.jobs.list.iter().filter(|job| !job.kept) {
            if let JobState::Stopped(_) = job.state() {
                job.signal(Signal::Term);
                job.signal(Signal::Cont);
            }
        }
        status
    }

    /// After a line that was left: the status to exit with, or `None` to go on.
    async fn recover(&mut self, unwind: Unwind) -> Option<u8> {
        (self.loops, self.conditions, self.nesting, self.evals) = (0, 0, 0, 0);
        self.frames.clear();
        while self.variables.depth() > 1 {
            self.variables.pop_scope();
        }
        match unwind {
            Unwind::Exit(status) => return Some(status),
            Unwind::Discard(status) | Unwind::Return(status) => self.status = status,
            Unwind::Interrupted => {
                self.status = 130;
                self.process.eprint("\n").await;
            }
            Unwind::Break(_) | Unwind::Continue(_) => {}
        }
        None
    }

    /// Ctrl-D: says so, and warns of stopped jobs once.
    async fn leaves(&mut self) -> bool {
        if self.says_exit() {
            self.process.eprint("exit\n").await;
        }
        let stopped = self.jobs.list.iter().any(|job| matches!(job.state(), JobState::Stopped(_)));
        if stopped && !std::mem::replace(&mut self.warned_of_jobs, true) {
            self.process.eprint("There are stopped jobs.\n").await;
            return false;
        }
        true
    }

    /// The next commands that are typed; `None` at the end.
    async fn next_input(&mut self, terminal: &Rc<Terminal>) -> Run<Option<Vec<List>>> {
        self.tell_jobs().await;
        if let Some(command) = self.variable_text("PROMPT_COMMAND").filter(|command| !command.is_empty()) {
            let status = self.status;
            self.run_source(&command, 1, Origin::Terminal).await?;
            self.status = status;
        }
        let mut text = String::new();
        let mut shown = String::new();
        let mut name = "PS1";
        loop {
            let prompt = self.variable_text(name).unwrap_or_default();
            let prompt = self.prompt_text(&prompt).await;
            match self.read_typed(&prompt, terminal).await? {
                Typed::Interrupted => {
                    self.status = 130;
                    return Ok(Some(Vec::new()));
                }
                Typed::End if text.is_empty() => return Ok(None),
                Typed::End => {
                    let failed = self.parse_input(&text, 1, false);
                    if let Parsed::Failed(error) = failed {
                        self.syntax_error(&error, Origin::Terminal).await;
                        self.status = 2;
                    }
                    return Ok(Some(Vec::new()));
                }
                Typed::Line(line) => {
                    let Some(line) = self.expanded_line(line).await else { return Ok(Some(Vec::new())) };
                    text.push_str(&line);
                    text.push('\n');
                    shown.push_str(&line);
                }
            }
            match self.parse_input(&text, 1, true) {
                Parsed::Unfinished(missing) => {
                    join_lines(&mut shown, &missing);
                    name = "PS2";
                }
                Parsed::Failed(error) => {
                    self.remember(&shown);
                    self.syntax_error(&error, Origin::Terminal).await;
                    self.status = 2;
                    return Ok(Some(Vec::new()));
                }
                Parsed::Commands(lists) => {
                    self.remember(&shown);
                    if !lists.is_empty() {
                        self.warned_of_jobs &= text.trim() == "exit" || text.trim() == "jobs";
                    }
                    return Ok(Some(lists));
                }
            }
        }
    }

    /// A line with what it takes from the history; `None` after an error that was told.
    async fn expanded_line(&mut self, line: String) -> Option<String> {
        match self.expand_history(&line) {
            Ok(None) => Some(line),
            Ok(Some(expanded)) => {
                self.process.eprint(&format!("{expanded}\n")).await;
                Some(expanded)
            }
            Err(message) => {
                self.error(&message).await;
                None
            }
        }
    }

    fn remember(&mut self, text: &str) {
        let control = self.variable_text("HISTCONTROL").unwrap_or_default();
        self.history.add(text, &control);
    }
}

/// Joins a line to the next one as the history shows them: `if a; then b; fi`.
fn join_lines(text: &mut String, missing: &Missing) {
    if *missing == Missing::Document || matches!(missing, Missing::Partner(_)) {
        text.push('\n');
        return;
    }
    if text.ends_with('\\') {
        text.pop();
        return;
    }
    let trimmed = text.trim_end();
    let last = trimmed.rsplit([' ', '\t', ';']).next().unwrap_or_default();
    let open = matches!(last, "then" | "do" | "else" | "elif" | "if" | "while" | "until" | "{" | "in" | "!")
        || trimmed.ends_with(['|', '&', ';', '(', ')', '{']);
    text.push_str(if open { " " } else { "; " });
}
