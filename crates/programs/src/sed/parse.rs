//! Reading scripts of `sed`.

use std::collections::BTreeMap;

use super::script::{Action, Address, Case, Command, Part, Script, Substitute, To};
use crate::regex::{self, Regex};

/// Gathers the parts of a script.
pub(super) struct Parser {
    extended: bool,
    script: Script,
    chars: Vec<char>,
    at: usize,
    blocks: Vec<usize>,
    labels: BTreeMap<String, usize>,
    jumps: Vec<(usize, String)>,
    /// The number of a command `a\` whose text is the next part.
    open_text: Option<usize>,
    place: String,
}

type Parse<T> = Result<T, String>;

impl Parser {
    pub(super) fn new(extended: bool) -> Self {
        Self {
            extended,
            script: Script::default(),
            chars: Vec::new(),
            at: 0,
            blocks: Vec::new(),
            labels: BTreeMap::new(),
            jumps: Vec::new(),
            open_text: None,
            place: String::new(),
        }
    }

    /// Reads one part: the value of `-e` or the content of a file, called `place` in messages.
    pub(super) fn add(&mut self, text: &str, place: &str, by_lines: bool) -> Parse<()> {
        self.chars = text.chars().collect();
        self.at = 0;
        place.clone_into(&mut self.place);
        if let Some(index) = self.open_text.take() {
            let text = self.text_lines();
            if let Some(Action::Append(own) | Action::Insert(own) | Action::Change(own)) =
                self.script.commands.get_mut(index).map(|command| &mut command.action)
            {
                *own = text;
            }
        }
        if self.script.commands.is_empty()
            && text.starts_with("#n")
            && matches!(self.chars.get(2), None | Some('\n'))
        {
            self.script.quiet = true;
        }
        self.commands().map_err(|message| {
            if by_lines {
                let line =
                    self.chars[..self.at.min(self.chars.len())].iter().filter(|c| **c == '\n').count() + 1;
                format!("{place} line {line}: {message}")
            } else {
                format!("{place}, char {}: {message}", self.at)
            }
        })
    }

    /// The whole script.
    pub(super) fn finish(mut self) -> Parse<Script> {
        if self.open_text.is_some() {
            return Err(format!("{}, char {}: expected \\ after `a', `c' or `i'", self.place, self.at));
        }
        if !self.blocks.is_empty() {
            return Err(format!("{}, char 0: unmatched `{{'", self.place));
        }
        for (index, label) in self.jumps {
            let target = match self.labels.get(&label) {
                _ if label.is_empty() => self.script.commands.len(),
                Some(target) => *target,
                None => return Err(format!("can't find label for jump to `{label}'")),
            };
            match &mut self.script.commands[index].action {
                Action::Branch(to) | Action::BranchIf(to) | Action::BranchUnless(to) => *to = target,
                _ => {}
            }
        }
        Ok(self.script)
    }

    fn next(&mut self) -> Option<char> {
        let c = self.chars.get(self.at).copied();
        self.at += usize::from(c.is_some());
        c
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn skip(&mut self, what: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&what) {
            self.at += 1;
        }
    }

    fn blanks(&mut self) {
        self.skip(|c| c.is_whitespace() && c != '\n');
    }

    fn commands(&mut self) -> Parse<()> {
        loop {
            self.skip(|c| c.is_whitespace() || c == ';');
            if self.peek().is_none() {
                return Ok(());
            }
            self.command()?;
        }
    }

    fn command(&mut self) -> Parse<()> {
        let from = self.address()?;
        let mut to = None;
        self.blanks();
        if self.peek() == Some(',') && from.is_some() {
            self.at += 1;
            self.blanks();
            to = Some(self.second_address()?);
        }
        if let (Some(Address::Line(0)), false) = (&from, matches!(to, Some(To::Regex(_)))) {
            self.at += usize::from(to.is_none());
            return Err("invalid usage of line address 0".to_owned());
        }
        self.blanks();
        let mut negated = false;
        while self.peek() == Some('!') {
            negated = true;
            self.at += 1;
            self.blanks();
        }
        let Some(letter) = self.next() else { return Err("missing command".to_owned()) };
        if letter == '#' {
            if from.is_some() {
                return Err("comments don't accept any addresses".to_owned());
            }
            self.skip(|c| c != '\n');
            return Ok(());
        }
        let index = self.script.commands.len();
        let action = self.action(letter, index, from.is_some())?;
        self.script.commands.push(Command { from, to, negated, action });
        Ok(())
    }

    fn action(&mut self, letter: char, index: usize, addressed: bool) -> Parse<Action> {
        let action = match letter {
            '{' => {
                self.blocks.push(index);
                return Ok(Action::Block(usize::MAX));
            }
            '}' => {
                if addressed {
                    return Err("} doesn't want any addresses".to_owned());
                }
                let start = self.blocks.pop().ok_or("unexpected `}'")?;
                self.script.commands[start].action = Action::Block(index);
                Action::BlockEnd
            }
            ':' => {
                if addressed {
                    return Err(": doesn't want any addresses".to_owned());
                }
                self.blanks();
                let label = self.word(|c| c == '\n' || c == ';');
                if label.is_empty() {
                    return Err("\":\" lacks a label".to_owned());
                }
                self.labels.insert(label, index);
                return Ok(Action::Label);
            }
            'b' | 't' | 'T' => {
                self.blanks();
                let label = self.word(|c| c == '\n' || c == ';' || c == '}');
                self.jumps.push((index, label));
                return Ok(match letter {
                    'b' => Action::Branch(0),
                    't' => Action::BranchIf(0),
                    _ => Action::BranchUnless(0),
                });
            }
            'a' | 'i' | 'c' => {
                let text = self.text(index)?;
                return Ok(match letter {
                    'a' => Action::Append(text),
                    'i' => Action::Insert(text),
                    _ => Action::Change(text),
                });
            }
            'r' | 'w' | 'W' | 'R' => {
                self.blanks();
                let name = self.word(|c| c == '\n');
                if name.is_empty() {
                    return Err("missing filename in r/R/w/W commands".to_owned());
                }
                return match letter {
                    'r' => Ok(Action::Read(name)),
                    'w' => Ok(Action::Write(name)),
                    'W' => Ok(Action::WriteFirst(name)),
                    _ => Err("podground does not support the command `R' yet".to_owned()),
                };
            }
            's' => return self.substitute().and_then(|action| self.end().map(|()| action)),
            'y' => {
                let (from, to) = self.two_parts("y")?;
                let (from, to) = (unescape(&from), unescape(&to));
                if from.len() != to.len() {
                    return Err("strings for `y' command are different lengths".to_owned());
                }
                Action::Translate(from.into_iter().zip(to).collect())
            }
            'q' | 'Q' | 'l' | 'L' => {
                self.blanks();
                let digits = self.digits();
                let code = digits.parse::<u32>().unwrap_or(0) as u8;
                match letter {
                    'q' => Action::Quit(code),
                    'Q' => Action::QuitSilently(code),
                    _ => Action::List,
                }
            }
            'd' => Action::Delete,
            'D' => Action::DeleteFirst,
            'e' => Action::Execute,
            'F' => Action::FileName,
            'g' => Action::Get,
            'G' => Action::GetAppend,
            'h' => Action::Hold,
            'H' => Action::HoldAppend,
            'n' => Action::Next,
            'N' => Action::NextAppend,
            'p' => Action::Print,
            'P' => Action::PrintFirst,
            'x' => Action::Exchange,
            'z' => Action::Zap,
            '=' => Action::LineNumber,
            ',' => return Err("unexpected `,'".to_owned()),
            '\n' | ';' => return Err("missing command".to_owned()),
            other => return Err(format!("unknown command: `{other}'")),
        };
        if matches!(action, Action::Execute) {
            return Err("podground does not support the command `e' yet".to_owned());
        }
        self.end()?;
        Ok(action)
    }

    /// The end of a command.
    fn end(&mut self) -> Parse<()> {
        self.blanks();
        match self.peek() {
            None | Some('}' | '#') => Ok(()),
            Some(';' | '\n') => {
                self.at += 1;
                Ok(())
            }
            Some(_) => {
                self.at += 1;
                Err("extra characters after command".to_owned())
            }
        }
    }

    fn digits(&mut self) -> String {
        self.word(|c| !c.is_ascii_digit())
    }

    fn number(&mut self) -> usize {
        self.digits().parse().unwrap_or(usize::MAX)
    }

    fn word(&mut self, ends: impl Fn(char) -> bool) -> String {
        let start = self.at;
        self.skip(|c| !ends(c));
        let word: String = self.chars[start..self.at].iter().collect();
        word.trim_end().to_owned()
    }

    fn address(&mut self) -> Parse<Option<Address>> {
        Ok(Some(match self.peek() {
            Some(c) if c.is_ascii_digit() => {
                let first = self.number();
                self.blanks();
                if self.peek() == Some('~') {
                    self.at += 1;
                    Address::Step(first, self.number())
                } else {
                    Address::Line(first)
                }
            }
            Some('$') => {
                self.at += 1;
                Address::Last
            }
            Some('/' | '\\') => Address::Regex(self.address_regex()?),
            _ => return Ok(None),
        }))
    }

    fn second_address(&mut self) -> Parse<To> {
        match self.peek() {
            Some('+') => {
                self.at += 1;
                Ok(To::Plus(self.number()))
            }
            Some('~') => {
                self.at += 1;
                Ok(To::Multiple(self.number()))
            }
            _ => match self.address()? {
                Some(Address::Line(line)) => Ok(To::Line(line)),
                Some(Address::Last) => Ok(To::Last),
                Some(Address::Regex(regex)) => Ok(To::Regex(regex)),
                Some(Address::Step(..)) | None => Err("unexpected `,'".to_owned()),
            },
        }
    }

    fn address_regex(&mut self) -> Parse<Option<Regex>> {
        let mut delimiter = self.next().unwrap_or('/');
        if delimiter == '\\' {
            delimiter = self.next().ok_or("unterminated address regex")?;
        }
        let pattern = self.delimited(delimiter, true).ok_or("unterminated address regex")?;
        let (mut ignore_case, mut multi_line) = (false, false);
        loop {
            match self.peek() {
                Some('I') => ignore_case = true,
                Some('M') => multi_line = true,
                _ => break,
            }
            self.at += 1;
        }
        self.regex(&pattern, ignore_case, multi_line)
    }

    fn regex(&self, pattern: &str, ignore_case: bool, multi_line: bool) -> Parse<Option<Regex>> {
        if pattern.is_empty() {
            return Ok(None);
        }
        let syntax = if self.extended { regex::Syntax::Extended } else { regex::Syntax::Basic };
        let compile = if multi_line { regex::compile_multi_line } else { regex::compile };
        compile(pattern, syntax, ignore_case).map(Some)
    }

    /// The characters up to a delimiter, which is taken, too; `\` and a delimiter is the delimiter.
    fn delimited(&mut self, delimiter: char, is_regex: bool) -> Option<String> {
        let mut text = String::new();
        let mut bracket = None;
        loop {
            let c = self.next()?;
            // A delimiter within brackets is one of the characters.
            match (bracket, c) {
                (None, '[') if is_regex && delimiter != '[' => bracket = Some(text.len()),
                (Some(start), ']') if !matches!(&text[start..], "[" | "[^") => bracket = None,
                (Some(_), _) if !self.chars[self.at..].contains(&']') => bracket = None,
                _ => {}
            }
            if c == delimiter && bracket.is_none() {
                return Some(text);
            }
            if c == '\\' && bracket.is_none() {
                let escaped = self.next()?;
                if escaped == delimiter && !(delimiter == '&' && !is_regex) {
                    text.push(delimiter);
                } else {
                    text.push('\\');
                    text.push(escaped);
                }
            } else {
                text.push(c);
            }
        }
    }

    fn two_parts(&mut self, name: &str) -> Parse<(String, String)> {
        let unterminated = || format!("unterminated `{name}' command");
        let delimiter = self.next().filter(|c| *c != '\n' && *c != '\\').ok_or_else(unterminated)?;
        let first = self.delimited(delimiter, name == "s").ok_or_else(unterminated)?;
        let second = self.delimited(delimiter, false).ok_or_else(unterminated)?;
        Ok((first, second))
    }

    fn substitute(&mut self) -> Parse<Action> {
        let (pattern, replacement) = self.two_parts("s")?;
        let mut command = Substitute {
            regex: None,
            replacement: replacement_parts(&replacement),
            global: false,
            print: false,
            nth: 1,
            write: None,
        };
        let (mut ignore_case, mut multi_line) = (false, false);
        loop {
            match self.peek() {
                Some('g') if command.global => {
                    self.at += 1;
                    return Err("multiple `g' options to `s' command".to_owned());
                }
                Some('p') if command.print => {
                    self.at += 1;
                    return Err("multiple `p' options to `s' command".to_owned());
                }
                Some('g') => command.global = true,
                Some('p') => command.print = true,
                Some('i' | 'I') => ignore_case = true,
                Some('m' | 'M') => multi_line = true,
                Some('0'..='9') => {
                    command.nth = self.number();
                    if command.nth == 0 {
                        return Err("number option to `s' command may not be zero".to_owned());
                    }
                    continue;
                }
                Some('w') => {
                    self.at += 1;
                    self.blanks();
                    let name = self.word(|c| c == '\n');
                    if name.is_empty() {
                        return Err("missing filename in r/R/w/W commands".to_owned());
                    }
                    command.write = Some(name);
                    break;
                }
                None | Some('}' | '#' | ';' | '\n' | ' ' | '\t') => break,
                Some(_) => {
                    self.at += 1;
                    return Err("unknown option to `s'".to_owned());
                }
            }
            self.at += 1;
        }
        command.regex = self.regex(&pattern, ignore_case, multi_line)?;
        if let Some(regex) = &command.regex {
            for part in &command.replacement {
                if let Part::Group(index) = part
                    && *index >= regex.captures_len()
                {
                    return Err(format!("invalid reference \\{index} on `s' command's RHS"));
                }
            }
        }
        Ok(Action::Substitute(Box::new(command)))
    }

    /// The text of `a`, `i` and `c`, in one line or after a backslash.
    fn text(&mut self, index: usize) -> Parse<String> {
        self.blanks();
        if self.peek() == Some('\\') {
            let before = self.at;
            self.at += 1;
            self.blanks();
            match self.peek() {
                Some('\n') => self.at += 1,
                None => {
                    self.open_text = Some(index);
                    return Ok(String::new());
                }
                // `a\text` keeps the blanks before the text.
                Some(_) => self.at = before + 1,
            }
        } else if self.peek().is_none() {
            return Err("expected \\ after `a', `c' or `i'".to_owned());
        }
        Ok(self.text_lines())
    }

    fn text_lines(&mut self) -> String {
        let mut text = String::new();
        while let Some(c) = self.next() {
            match c {
                '\\' => text.extend(self.next()),
                '\n' => break,
                _ => text.push(c),
            }
        }
        text.push('\n');
        text
    }
}

/// The characters of a part of `y`.
fn unescape(text: &str) -> Vec<char> {
    let mut chars = text.chars();
    let mut out = Vec::new();
    while let Some(c) = chars.next() {
        match (c, if c == '\\' { chars.next() } else { None }) {
            ('\\', Some('n')) => out.push('\n'),
            ('\\', Some('t')) => out.push('\t'),
            ('\\', Some('\\')) => out.push('\\'),
            ('\\', Some(other)) => out.extend(['\\', other]),
            _ => out.push(c),
        }
    }
    out
}

fn replacement_parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let part = match c {
            '&' => Part::Group(0),
            '\\' => match chars.next() {
                Some(digit @ '0'..='9') => Part::Group(digit as usize - '0' as usize),
                Some('U') => Part::Case(Case::Upper),
                Some('L') => Part::Case(Case::Lower),
                Some('u') => Part::Case(Case::UpperNext),
                Some('l') => Part::Case(Case::LowerNext),
                Some('E') => Part::Case(Case::End),
                other => {
                    literal.push(match other {
                        Some('n') => '\n',
                        Some('t') => '\t',
                        Some('r') => '\r',
                        Some('f') => '\x0c',
                        Some('v') => '\x0b',
                        Some('a') => '\x07',
                        Some(other) => other,
                        None => '\\',
                    });
                    continue;
                }
            },
            _ => {
                literal.push(c);
                continue;
            }
        };
        if !literal.is_empty() {
            parts.push(Part::Text(std::mem::take(&mut literal)));
        }
        parts.push(part);
    }
    if !literal.is_empty() {
        parts.push(Part::Text(literal));
    }
    parts
}
