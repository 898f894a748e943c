//! Searching the history: Ctrl-R, Ctrl-S.

use super::keys::Key;
use super::{Outcome, Session, Typed};
use crate::bash::state::Run;

impl Session<'_> {
    /// Searches as one types, until a key does something else.
    pub(super) async fn search(&mut self, backward: bool) -> Run<Outcome> {
        let mut backward = backward;
        let before = (self.editor.text.clone(), self.editor.cursor, self.place);
        let prompt = self.screen.prompt().to_owned();
        let mut pattern = String::new();
        let mut failed = false;
        self.keep();
        let next = loop {
            let name = if backward { "reverse-i-search" } else { "i-search" };
            let state = if failed { "failed " } else { "" };
            self.screen.set_prompt(&format!("({state}{name})`{pattern}': "));
            self.draw().await;
            let Some(key) = self.key().await? else { return Ok(Outcome::Done(Typed::End)) };
            match key {
                Key::Char(c) => {
                    pattern.push(c);
                    failed = !self.find(&pattern, backward, true);
                }
                Key::Paste(text) => {
                    pattern.push_str(text.trim_end_matches('\n'));
                    failed = !self.find(&pattern, backward, true);
                }
                Key::Backspace => {
                    pattern.pop();
                    self.place = before.2;
                    failed = !pattern.is_empty() && !self.find(&pattern, backward, true);
                }
                Key::Ctrl(key @ ('r' | 's')) => {
                    backward = key == 'r';
                    if pattern.is_empty() {
                        pattern.clone_from(&self.shell.last_search);
                        failed = !pattern.is_empty() && !self.find(&pattern, backward, true);
                    } else {
                        failed = !self.find(&pattern, backward, false);
                    }
                }
                Key::Ctrl('g') => {
                    (self.editor.text, self.editor.cursor, self.place) = before;
                    break None;
                }
                key => break Some(key),
            }
        };
        if !pattern.is_empty() {
            self.shell.last_search = pattern;
        }
        self.screen.set_prompt(&prompt);
        self.draw().await;
        match next {
            // Escape and keys without a meaning only end the search.
            None | Some(Key::Other) => Ok(Outcome::Go),
            Some(key) => Box::pin(self.press(key)).await,
        }
    }

    /// Goes to the next line that has `pattern`; `here` says that the present line counts too.
    fn find(&mut self, pattern: &str, backward: bool, here: bool) -> bool {
        let count = self.shell.history.lines.len();
        let found = |place: &usize| self.line_at(*place).contains(pattern);
        let place = if backward {
            let end = if here { (self.place + 1).min(count + 1) } else { self.place };
            (0..end).rev().find(found)
        } else {
            let start = if here { self.place } else { self.place + 1 };
            (start..count).find(found)
        };
        let Some(place) = place else { return false };
        let text = self.line_at(place);
        self.place = place;
        self.editor.replace(&text);
        let byte = text.rfind(pattern).unwrap_or(0);
        self.editor.cursor = text[..byte].chars().count();
        true
    }
}
