//! The commands after `:` and searches.

use super::editor::{Editor, Request};
use crate::regex::{Syntax, compile};

impl Editor {
    /// Runs a line that was typed after `:`.
    pub(super) fn command(&mut self, line: &str) -> Option<Request> {
        let line = line.trim();
        let (range, rest) = self.range(line);
        let rest = rest.trim_start();
        if rest.is_empty() {
            if let Some((_, last)) = range {
                self.go_to_line(last + 1);
            }
            return None;
        }
        let (first, last) = range.unwrap_or((self.row, self.row));
        if let Some(substitution) = rest.strip_prefix('s')
            && let Some(delimiter) = substitution.chars().next().filter(char::is_ascii_punctuation)
        {
            self.substitute(first, last, &substitution[1..], delimiter);
            return None;
        }
        let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let (word, argument) = rest.split_at(end);
        let (force, argument) = match argument.strip_prefix('!') {
            Some(argument) => (true, argument.trim()),
            None => (false, argument.trim()),
        };
        match word {
            "w" | "write" | "wa" => return self.write(argument, false),
            "wq" | "wqa" => return self.write(argument, true),
            "x" | "xit" | "exit" | "xa" => {
                return if self.modified() || !argument.is_empty() {
                    self.write(argument, true)
                } else {
                    Some(Request::Quit)
                };
            }
            "q" | "quit" | "qa" | "qall" => return self.quit(force),
            "e" | "edit" => {
                if self.modified() && !force {
                    "E37: No write since last change (add ! to override)".clone_into(&mut self.message);
                    return None;
                }
                let name = if argument.is_empty() { self.name.clone() } else { Some(argument.to_owned()) };
                if name.is_none() {
                    "E32: No file name".clone_into(&mut self.message);
                }
                return name.map(Request::Open);
            }
            "d" | "delete" => {
                self.snapshot();
                self.delete_lines(first, last);
            }
            "y" | "yank" => self.yank_lines(first, last),
            "u" | "undo" => self.undo(),
            "noh" | "nohlsearch" => {}
            "se" | "set" => self.set(argument),
            _ => self.message = format!("E492: Not an editor command: {line}"),
        }
        None
    }

    /// Quits, unless changes would be lost.
    pub(super) fn quit(&mut self, force: bool) -> Option<Request> {
        if force || !self.modified() {
            return Some(Request::Quit);
        }
        "E37: No write since last change (add ! to override)".clone_into(&mut self.message);
        None
    }

    /// Asks for the text to be written.
    pub(super) fn write(&mut self, name: &str, quit: bool) -> Option<Request> {
        let name = if name.is_empty() { self.name.clone() } else { Some(name.to_owned()) };
        if name.is_none() {
            "E32: No file name".clone_into(&mut self.message);
        }
        name.map(|name| Request::Write { name, quit })
    }

    fn set(&mut self, option: &str) {
        match option {
            "nu" | "number" => self.numbers = true,
            "nonu" | "nonumber" => self.numbers = false,
            "nu!" | "number!" | "invnu" => self.numbers = !self.numbers,
            "paste" | "nopaste" => {}
            _ => self.message = format!("E518: Unknown option: {option}"),
        }
    }

    /// The lines in front of a command, counted from 0.
    fn range<'a>(&self, line: &'a str) -> (Option<(usize, usize)>, &'a str) {
        let end = self.lines.len() - 1;
        if let Some(rest) = line.strip_prefix('%') {
            return (Some((0, end)), rest);
        }
        let (Some(first), rest) = self.address(line) else { return (None, line) };
        let Some(after) = rest.strip_prefix(',') else { return (Some((first, first)), rest) };
        let (last, rest) = self.address(after);
        let last = last.unwrap_or(self.row);
        (Some((first.min(last), first.max(last))), rest)
    }

    fn address<'a>(&self, text: &'a str) -> (Option<usize>, &'a str) {
        let end = self.lines.len() - 1;
        if let Some(rest) = text.strip_prefix('.') {
            return (Some(self.row), rest);
        }
        if let Some(rest) = text.strip_prefix('$') {
            return (Some(end), rest);
        }
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let number = text[..digits].parse::<usize>().ok();
        (number.map(|number| number.saturating_sub(1).min(end)), &text[digits..])
    }

    fn substitute(&mut self, first: usize, last: usize, text: &str, delimiter: char) {
        let mut parts = split(text, delimiter).into_iter();
        let pattern = parts.next().unwrap_or_default();
        let replacement = parts.next().unwrap_or_default();
        let flags = parts.next().unwrap_or_default();
        let pattern = if pattern.is_empty() { self.pattern.clone() } else { pattern };
        let regex = match compile(&pattern, Syntax::Basic, flags.contains('i')) {
            Ok(regex) => regex,
            Err(error) => {
                self.message = format!("E383: Invalid search string: {error}");
                return;
            }
        };
        self.pattern.clone_from(&pattern);
        let (mut count, mut touched) = (0, 0);
        let mut lines = self.lines.clone();
        for (index, line) in lines.iter_mut().enumerate().take(last + 1).skip(first) {
            let old: String = line.iter().collect();
            let mut new = String::new();
            let mut at = 0;
            for captures in regex.captures_iter(&old).take(if flags.contains('g') { usize::MAX } else { 1 }) {
                let Some(whole) = captures.get(0) else { continue };
                new.push_str(&old[at..whole.start()]);
                let mut escaped = false;
                for c in replacement.chars() {
                    let group = match (escaped, c) {
                        (false, '\\') => {
                            escaped = true;
                            continue;
                        }
                        (false, '&') => Some(0),
                        (true, digit) => digit.to_digit(10),
                        _ => None,
                    };
                    match group {
                        Some(group) => new.push_str(captures.get(group as usize).map_or("", |m| m.as_str())),
                        None if escaped && c == 't' => new.push('\t'),
                        None => new.push(c),
                    }
                    escaped = false;
                }
                at = whole.end();
                count += 1;
            }
            if at > 0 || !new.is_empty() {
                new.push_str(&old[at..]);
                *line = new.chars().collect();
                touched = index;
            }
        }
        if count == 0 {
            self.message = format!("E486: Pattern not found: {pattern}");
            return;
        }
        self.snapshot();
        self.lines = lines;
        self.row = touched;
        self.column = 0;
        self.message = format!("{count} substitution{}", if count == 1 { "" } else { "s" });
    }

    /// Goes to the next match of the last pattern, around the end of the text.
    pub(super) fn search(&mut self, forward: bool) {
        if self.pattern.is_empty() {
            "E35: No previous regular expression".clone_into(&mut self.message);
            return;
        }
        let Ok(regex) = compile(&self.pattern, Syntax::Basic, false) else {
            self.message = format!("E383: Invalid search string: {}", self.pattern);
            return;
        };
        let mut found = Vec::new();
        for (row, line) in self.lines.iter().enumerate() {
            let text: String = line.iter().collect();
            for hit in regex.find_iter(&text) {
                found.push((row, text[..hit.start()].chars().count()));
            }
        }
        let here = (self.row, self.column);
        let place = if forward {
            found.iter().find(|place| **place > here).or(found.first())
        } else {
            found.iter().rev().find(|place| **place < here).or(found.last())
        };
        match place {
            Some((row, column)) => {
                (self.row, self.column) = (*row, *column);
                self.message = format!("{}{}", if forward { '/' } else { '?' }, self.pattern);
            }
            None => self.message = format!("E486: Pattern not found: {}", self.pattern),
        }
    }
}

/// The parts between delimiters; a backslash in front of one makes it a character.
fn split(text: &str, delimiter: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut escaped = false;
    for c in text.chars() {
        if c == delimiter && !escaped {
            parts.push(String::new());
            continue;
        }
        if let Some(part) = parts.last_mut() {
            if escaped && c != delimiter {
                part.push('\\');
            }
            if escaped || c != '\\' {
                part.push(c);
            }
        }
        escaped = !escaped && c == '\\';
    }
    parts
}
