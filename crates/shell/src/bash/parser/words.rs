//! The parts of words: quotes and expansions.

use std::rc::Rc;

use super::lexer::{is_meta, is_name_char, is_name_start};
use super::{Missing, Options, Parser, Result};
use crate::bash::ast::{Arithmetic, Index, Operation, Parameter, Part, Substitution};

/// What quotes and backslashes mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quoting {
    /// In a plain word.
    None,
    /// In double quotes.
    Double,
    /// In `"${x:-…}"`.
    DoubleBrace,
    /// In a here-document.
    Document,
    /// In an arithmetic expression.
    Arithmetic,
    /// Between the brackets of an array.
    Index,
}

impl Quoting {
    /// Whether what is expanded stands in double quotes.
    pub(super) fn is_double(self) -> bool {
        !matches!(self, Self::None | Self::Index)
    }
}

/// Where a sequence of parts ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// At the end of the text.
    End,
    /// Before an unquoted blank or operator.
    Meta,
    /// Before this character.
    Before(char),
    /// Before one of the two.
    Either(char, char),
    /// After one part.
    One,
}

impl Stop {
    fn at(self, c: char) -> bool {
        match self {
            Self::End | Self::One => false,
            Self::Meta => is_meta(c),
            Self::Before(stop) => c == stop,
            Self::Either(first, second) => c == first || c == second,
        }
    }
}

/// Parts, with plain characters gathered.
#[derive(Default)]
struct Builder {
    parts: Vec<Part>,
    literal: String,
}

impl Builder {
    fn push(&mut self, part: Part) {
        self.flush();
        match (self.parts.last_mut(), part) {
            (Some(Part::Quoted(before)), Part::Quoted(text)) => before.push_str(&text),
            (_, part) => self.parts.push(part),
        }
    }

    /// Adds a part; a `None` was a plain dollar sign.
    fn push_or_dollar(&mut self, part: Option<Part>) {
        match part {
            Some(part) => self.push(part),
            None => self.literal.push('$'),
        }
    }

    fn flush(&mut self) {
        if !self.literal.is_empty() {
            self.parts.push(Part::Literal(std::mem::take(&mut self.literal)));
        }
    }
}

impl Parser<'_> {
    /// The parts up to `stop`, which is left where it is.
    pub(super) fn parts(&mut self, quoting: Quoting, stop: Stop) -> Result<Vec<Part>> {
        self.deeper(|this| this.parts_inner(quoting, stop))
    }

    fn parts_inner(&mut self, quoting: Quoting, stop: Stop) -> Result<Vec<Part>> {
        let mut built = Builder::default();
        while let Some(c) = self.current() {
            if stop == Stop::One && (!built.parts.is_empty() || !built.literal.is_empty()) {
                break;
            }
            if stop.at(c) {
                let substitution =
                    stop == Stop::Meta && matches!(c, '<' | '>') && self.char_at(1) == Some('(');
                if !substitution {
                    break;
                }
            }
            match c {
                '\\' => self.backslash(quoting, &mut built)?,
                '$' => {
                    let part = self.dollar(quoting)?;
                    built.push_or_dollar(part);
                }
                '`' => {
                    let part = self.backquoted(quoting)?;
                    built.push_or_dollar(part);
                }
                '\'' if matches!(quoting, Quoting::None | Quoting::Index) => {
                    self.position += 1;
                    let text = self.until_quote()?;
                    built.push(Part::Quoted(text));
                }
                '"' if quoting == Quoting::Arithmetic => self.position += 1,
                '"' if matches!(quoting, Quoting::None | Quoting::DoubleBrace | Quoting::Index) => {
                    let part = self.double_quoted()?;
                    built.push(part);
                }
                '<' | '>' if quoting == Quoting::None && self.char_at(1) == Some('(') => {
                    self.position += 2;
                    let list = self.substitution(self.position - 2)?;
                    built.push(Part::Process { list, write: c == '>' });
                }
                '?' | '*' | '+' | '@' | '!'
                    if quoting == Quoting::None
                        && (self.options.extglob || self.patterns)
                        && self.char_at(1) == Some('(') =>
                {
                    self.extended_pattern(&mut built)?;
                }
                _ => {
                    built.literal.push(c);
                    self.advance();
                }
            }
        }
        built.flush();
        Ok(built.parts)
    }

    fn backslash(&mut self, quoting: Quoting, built: &mut Builder) -> Result<()> {
        let next = self.char_at(1);
        if next == Some('\n') {
            return self.continue_line();
        }
        let escapes = match quoting {
            Quoting::None | Quoting::Index => next.is_some(),
            Quoting::Double => matches!(next, Some('$' | '`' | '"' | '\\')),
            Quoting::DoubleBrace => matches!(next, Some('$' | '`' | '"' | '\\' | '}')),
            Quoting::Document => matches!(next, Some('$' | '`' | '\\')),
            Quoting::Arithmetic => matches!(next, Some('$' | '`' | '\\' | '"')),
        };
        self.position += 1;
        match next.filter(|_| escapes) {
            Some(c) => {
                self.advance();
                built.push(Part::Quoted(c.to_string()));
            }
            None => built.literal.push('\\'),
        }
        Ok(())
    }

    /// The text up to the next `'`.
    fn until_quote(&mut self) -> Result<String> {
        let (start, line) = (self.position, self.line);
        while let Some(c) = self.advance() {
            if c == '\'' {
                return Ok(self.slice(start, self.position - 1));
            }
        }
        self.line = line;
        Err(self.unfinished(Missing::Partner('\'')))
    }

    fn double_quoted(&mut self) -> Result<Part> {
        let line = self.line;
        self.position += 1;
        let parts = self.parts(Quoting::Double, Stop::Before('"'))?;
        if self.advance().is_none() {
            self.line = line;
            return Err(self.unfinished(Missing::Partner('"')));
        }
        Ok(Part::Double(parts))
    }

    fn dollar(&mut self, quoting: Quoting) -> Result<Option<Part>> {
        let start = self.position;
        self.position += 1;
        let Some(c) = self.current() else { return Ok(None) };
        match c {
            '\'' if matches!(quoting, Quoting::None | Quoting::Index) => {
                self.position += 1;
                self.ansi_quoted().map(Some)
            }
            '"' if matches!(quoting, Quoting::None | Quoting::Index) => self.double_quoted().map(Some),
            '(' => {
                if self.char_at(1) == Some('(')
                    && let Some(text) = self.arithmetic_text(2)?
                {
                    return self.arithmetic(&text).map(Some);
                }
                self.position += 1;
                Ok(Some(Part::Command(self.substitution(start)?)))
            }
            '[' => match self.bracketed()? {
                Some(text) => self.arithmetic(&text).map(Some),
                None => Ok(None),
            },
            '{' => {
                self.position += 1;
                self.braced_parameter(start, quoting).map(Some)
            }
            c if is_name_start(c) => {
                let begin = self.position;
                while self.current().is_some_and(is_name_char) {
                    self.position += 1;
                }
                Ok(Some(self.plain_parameter(start, begin)))
            }
            c if c.is_ascii_digit() || matches!(c, '@' | '*' | '#' | '?' | '-' | '$' | '!') => {
                self.position += 1;
                Ok(Some(self.plain_parameter(start, self.position - 1)))
            }
            _ => Ok(None),
        }
    }

    fn plain_parameter(&self, start: usize, name: usize) -> Part {
        Part::Parameter(Rc::new(Parameter {
            name: self.slice(name, self.position),
            index: None::<Index>,
            indirect: false,
            operation: Operation::None,
            text: self.slice(start, self.position),
        }))
    }

    fn arithmetic(&mut self, text: &str) -> Result<Part> {
        let word = self.sub_word(text, Quoting::Arithmetic)?;
        Ok(Part::Arithmetic(Rc::new(Arithmetic { word, ..Arithmetic::default() })))
    }

    /// The text between `((`, which begin at the current place, and their `))`; moves behind them.
    /// `None` without moving if the parentheses do not close together.
    pub(super) fn arithmetic_text(&mut self, opening: usize) -> Result<Option<String>> {
        let (start, line) = (self.position, self.line);
        self.position += opening;
        let begin = self.position;
        let mut depth = 0;
        while let Some(c) = self.current() {
            match c {
                '(' => depth += 1,
                ')' if depth > 0 => depth -= 1,
                ')' if self.char_at(1) == Some(')') => {
                    let text = self.slice(begin, self.position);
                    self.position += 2;
                    return Ok(Some(text));
                }
                ')' => break,
                '\'' | '"' | '`' | '\\' => {
                    if self.skip_quoted().is_err() {
                        break;
                    }
                    continue;
                }
                _ => {}
            }
            self.advance();
        }
        let ended = self.current().is_none();
        (self.position, self.line) = (start, line);
        if ended { Err(self.unfinished(Missing::Partner(')'))) } else { Ok(None) }
    }

    /// The commands up to the `)` of a substitution; `start` is where its text begins.
    pub(super) fn substitution(&mut self, start: usize) -> Result<Rc<Substitution>> {
        let list = self.deeper(|this| {
            let peeked = this.peeked.take();
            let documents = std::mem::take(&mut this.documents);
            let (assignments, patterns) = (this.assignments, this.patterns);
            this.patterns = false;
            let list = this.nested_list(')');
            (this.assignments, this.patterns) = (assignments, patterns);
            this.documents.splice(0..0, documents);
            this.peeked = peeked;
            list
        })?;
        let text = self.slice(start, self.position);
        Ok(Rc::new(Substitution { list: Rc::new(list), text }))
    }

    fn backquoted(&mut self, quoting: Quoting) -> Result<Option<Part>> {
        let (start, line) = (self.position, self.line);
        self.position += 1;
        let mut text = String::new();
        loop {
            match self.advance() {
                None => {
                    self.line = line;
                    return Err(self.unfinished(Missing::Partner('`')));
                }
                Some('`') => break,
                Some('\\') => match self.current() {
                    Some('"') if quoting == Quoting::Double => {
                        text.push('"');
                        self.position += 1;
                    }
                    Some(c @ ('$' | '`' | '\\')) => {
                        text.push(c);
                        self.position += 1;
                    }
                    _ => text.push('\\'),
                },
                Some(c) => text.push(c),
            }
        }
        let list = self.deeper(|this| {
            let options = Options { more: false, ..this.options };
            let mut parser = Parser { depth: this.depth, ..Parser::new(&text, line, options) };
            parser.whole_list()
        })?;
        let text = self.slice(start, self.position);
        Ok(Some(Part::Command(Rc::new(Substitution { list: Rc::new(list), text }))))
    }

    /// `@(a|b)` and its like: text to the matching parenthesis.
    fn extended_pattern(&mut self, built: &mut Builder) -> Result<()> {
        for _ in 0..2 {
            if let Some(c) = self.advance() {
                built.literal.push(c);
            }
        }
        let parts = self.parts(Quoting::None, Stop::Before(')'))?;
        for part in parts {
            match part {
                Part::Literal(text) => built.literal.push_str(&text),
                part => built.push(part),
            }
        }
        match self.advance() {
            Some(c) => built.literal.push(c),
            None => return Err(self.unfinished(Missing::Partner(')'))),
        }
        Ok(())
    }

    /// The rest of `$'…'`.
    fn ansi_quoted(&mut self) -> Result<Part> {
        let (start, line) = (self.position, self.line);
        while let Some(c) = self.advance() {
            match c {
                '\'' => {
                    let text = self.slice(start, self.position - 1);
                    return Ok(Part::Quoted(crate::bash::escapes::ansi(&text)));
                }
                '\\' => {
                    self.advance();
                }
                _ => {}
            }
        }
        self.line = line;
        Err(self.unfinished(Missing::Partner('\'')))
    }
}
