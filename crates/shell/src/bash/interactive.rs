//! Reading commands from standard input: lines of a script, or of a learner.

use super::ast::List;
use super::exec::Origin;
use super::parser::{Options, ParseError, Parser};
use super::state::{Run, Shell, Unwind};

/// What the text so far is.
pub(crate) enum Parsed {
    /// Commands, and how many of the text's lines they took.
    Commands(Vec<List>),
    /// More lines are needed.
    Unfinished,
    Failed(ParseError),
}

impl Shell {
    /// Parses a text that may go on.
    pub(crate) fn parse_input(&mut self, text: &str, line: u32, more: bool) -> Parsed {
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
                Err(ParseError::Unfinished { .. }) if more => return Parsed::Unfinished,
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
                Parsed::Unfinished => continue,
                Parsed::Failed(error) => {
                    self.syntax_error(&error, Origin::File).await;
                    return Ok(2);
                }
                Parsed::Commands(lists) => {
                    for list in lists {
                        match self.run_line(&list, false).await {
                            Ok(code) => status = code,
                            Err(Unwind::Discard(code)) => {
                                self.status = code;
                                status = code;
                            }
                            Err(unwind) => return Err(unwind),
                        }
                    }
                }
            }
            text.clear();
            if ended {
                return Ok(status);
            }
        }
    }

    /// Reads and runs what is typed.
    pub(crate) async fn interact(&mut self) -> Run {
        self.run_input().await
    }

    /// The names of all commands.
    pub(crate) fn command_names(&self) -> Vec<String> {
        Vec::new()
    }

    /// The files whose names begin with `prefix`, and whether each is a folder.
    pub(crate) fn file_names(&self, _prefix: &str, _folders_only: bool) -> Vec<(String, bool)> {
        Vec::new()
    }
}
