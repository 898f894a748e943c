//! Searching one input.

use std::collections::VecDeque;

use podground_shell::ReadError;

use super::Grep;
use crate::stream::{Input, Output};
use crate::text;

/// Searches an input and prints what is asked for; whether something was selected.
pub(super) async fn search(
    grep: &Grep,
    out: &mut Output<'_>,
    name: &str,
    mut input: Input,
) -> Result<bool, ReadError> {
    let parsed = &grep.parsed;
    let shown = if name == "-" { "(standard input)" } else { name };
    let quiet = parsed.has('q') || parsed.has('l') || parsed.has('L');
    let silent = quiet || parsed.has('c');
    let delimiter = if parsed.has('z') { 0 } else { b'\n' };
    let mut printer = Printer {
        grep,
        name: shown,
        end: delimiter,
        before: VecDeque::new(),
        after: 0,
        last_printed: 0,
        any_printed: false,
    };
    let (mut number, mut offset, mut selected) = (0, 0, 0);
    let mut binary = false;
    while selected < grep.max_count || printer.after > 0 {
        let Some(record) = input.record(out, delimiter).await? else { break };
        number += 1;
        let length = record.len();
        let line = record.strip_suffix(&[delimiter]).unwrap_or(&record);
        binary |= line.contains(&0) && delimiter != 0 && !parsed.has('a');
        let line = text::decode(line);
        out.spend(length * 8).await;
        let matched = selected < grep.max_count && grep.find(&line, 0).is_some() != grep.invert;
        if matched {
            selected += 1;
            if quiet {
                break;
            }
            if binary && !silent {
                out.push(format!("grep: {shown}: binary file matches\n"));
                break;
            }
        }
        if !silent {
            printer.line(out, number, offset, &line, matched).await;
        }
        offset += length;
    }
    if selected >= grep.max_count {
        input.give_back(out.process);
    }
    let found = selected > 0;
    if parsed.has('c') && !quiet {
        let prefix = if grep.names { format!("{shown}:") } else { String::new() };
        out.push(format!("{prefix}{selected}\n"));
    }
    if !parsed.has('q') && (parsed.has('l') && found || parsed.has('L') && !found) {
        out.push(format!("{shown}\n"));
    }
    Ok(if parsed.has('L') { !found } else { found })
}

struct Printer<'a> {
    grep: &'a Grep,
    name: &'a str,
    end: u8,
    before: VecDeque<(usize, usize, String)>,
    after: usize,
    last_printed: usize,
    any_printed: bool,
}

impl Printer<'_> {
    async fn line(&mut self, out: &mut Output<'_>, number: usize, offset: usize, line: &str, matched: bool) {
        let grep = self.grep;
        if matched {
            if !grep.parsed.has('o') {
                let first = self.before.front().map_or(number, |(number, ..)| *number);
                if (grep.before > 0 || grep.after > 0) && self.any_printed && first > self.last_printed + 1 {
                    self.color(out, "36", "--");
                    out.push("\n");
                }
                for (number, offset, line) in std::mem::take(&mut self.before) {
                    self.print(out, number, offset, &line, '-');
                }
            }
            self.after = grep.after;
            self.print(out, number, offset, line, ':');
        } else if self.after > 0 {
            self.after -= 1;
            if !grep.parsed.has('o') {
                self.print(out, number, offset, line, '-');
            }
        } else if grep.before > 0 {
            self.before.push_back((number, offset, line.to_owned()));
            if self.before.len() > grep.before {
                self.before.pop_front();
            }
        }
        out.write("").await;
    }

    fn print(&mut self, out: &mut Output<'_>, number: usize, offset: usize, line: &str, mark: char) {
        self.last_printed = number;
        self.any_printed = true;
        let only = self.grep.parsed.has('o');
        if only && self.grep.invert {
            return;
        }
        if !only {
            self.prefix(out, number, offset, mark);
            if self.grep.color && (mark == ':') != self.grep.invert {
                self.colored(out, line);
            } else {
                out.push(text::encode(line));
            }
            out.push([self.end]);
            return;
        }
        let mut at = 0;
        while let Some((start, end)) = self.grep.find(line, at) {
            if start < end {
                self.prefix(out, number, offset + start, mark);
                if self.grep.color {
                    self.color(out, "01;31", &line[start..end]);
                } else {
                    out.push(text::encode(&line[start..end]));
                }
                out.push([self.end]);
                at = end;
            } else {
                let Some(c) = line[start..].chars().next() else { break };
                at = start + c.len_utf8();
            }
        }
    }

    fn prefix(&self, out: &mut Output<'_>, number: usize, offset: usize, mark: char) {
        let mut part = |color: &str, text: String| {
            self.color(out, color, &text);
            self.color(out, "36", &mark.to_string());
        };
        if self.grep.names {
            part("35", self.name.to_owned());
        }
        if self.grep.parsed.has('n') {
            part("32", number.to_string());
        }
        if self.grep.parsed.has('b') {
            part("32", offset.to_string());
        }
    }

    fn colored(&self, out: &mut Output<'_>, line: &str) {
        let mut at = 0;
        while let Some((start, end)) = self.grep.find(line, at).filter(|(start, end)| start < end) {
            out.push(text::encode(&line[at..start]));
            self.color(out, "01;31", &line[start..end]);
            at = end;
        }
        out.push(text::encode(&line[at..]));
    }

    fn color(&self, out: &mut Output<'_>, color: &str, text: &str) {
        if self.grep.color {
            out.push(format!("\x1b[{color}m\x1b[K"));
        }
        out.push(text::encode(text));
        if self.grep.color {
            out.push("\x1b[m\x1b[K");
        }
    }
}
