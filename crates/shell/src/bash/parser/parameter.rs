//! `${…}`.

use std::rc::Rc;

use super::lexer::{is_name_char, is_name_start};
use super::words::{Quoting, Stop};
use super::{Missing, Parser, Result};
use crate::bash::ast::{Anchor, Arithmetic, CaseChange, Index, Operation, Parameter, Part, Word};

/// `${…}` is not of a known form.
struct Bad;

/// A name, its index, whether it names the name, and what is done with it.
type Parts = (String, Option<Index>, bool, Operation);

impl Parser<'_> {
    /// The rest of an expansion behind `${`; `start` is where the dollar sign stands.
    pub(super) fn braced_parameter(&mut self, start: usize, quoting: Quoting) -> Result<Part> {
        let (inside, line) = (self.position, self.line);
        let parsed = self.parameter_parts(quoting)?;
        if let Ok((name, index, indirect, operation)) = parsed
            && self.current() == Some('}')
        {
            self.position += 1;
            let text = self.slice(start, self.position);
            return Ok(Part::Parameter(Rc::new(Parameter { name, index, indirect, operation, text })));
        }
        // Not a form that means something: find its end, tell it when it is expanded.
        (self.position, self.line) = (inside, line);
        loop {
            match self.current() {
                None => {
                    self.line = line;
                    return Err(self.unfinished(Missing::Partner('}')));
                }
                Some('}') => break,
                Some(_) => self.skip_quoted()?,
            }
        }
        self.position += 1;
        Ok(Part::BadSubstitution(self.slice(start, self.position)))
    }

    fn parameter_parts(&mut self, quoting: Quoting) -> Result<std::result::Result<Parts, Bad>> {
        let next = self.char_at(1);
        let behind = self.char_at(2);
        let named = next.is_some_and(is_name_char);
        let mut length = false;
        let mut indirect = false;
        if self.current() == Some('#') {
            let special =
                matches!(next, Some('@' | '*' | '?' | '-' | '$' | '!' | '#')) && behind == Some('}');
            length = named || special;
        } else if self.current() == Some('!') {
            let special =
                matches!(next, Some('@' | '*' | '?' | '-' | '$' | '!' | '#')) && behind == Some('}');
            indirect = named || special;
        }
        if length || indirect {
            self.position += 1;
        }
        let Some(name) = self.parameter_name() else { return Ok(Err(Bad)) };
        let mut index = None;
        if self.current() == Some('[') && name.starts_with(is_name_start) {
            let Some(text) = self.bracketed()? else { return Ok(Err(Bad)) };
            index = Some(match text.as_str() {
                "@" => Index::At,
                "*" => Index::Star,
                "" => return Ok(Err(Bad)),
                text => Index::Expression(self.sub_word(text, Quoting::Index)?),
            });
        }
        if length {
            return Ok(Ok((name, index, false, Operation::Length)));
        }
        if indirect && self.char_at(1) == Some('}') && matches!(self.current(), Some('*' | '@')) {
            let star = self.advance() == Some('*');
            return Ok(Ok((name, index, false, Operation::Names { star })));
        }
        if indirect && self.current() == Some('}') && matches!(index, Some(Index::At | Index::Star)) {
            let star = matches!(index, Some(Index::Star));
            return Ok(Ok((name, index, false, Operation::Keys { star })));
        }
        let operation = self.operation(quoting)?;
        Ok(operation.map(|operation| (name, index, indirect, operation)))
    }

    fn parameter_name(&mut self) -> Option<String> {
        let start = self.position;
        let first = self.current()?;
        if is_name_start(first) {
            while self.current().is_some_and(is_name_char) {
                self.position += 1;
            }
        } else if first.is_ascii_digit() {
            while self.current().is_some_and(|c| c.is_ascii_digit()) {
                self.position += 1;
            }
        } else if matches!(first, '@' | '*' | '#' | '?' | '-' | '$' | '!') {
            self.position += 1;
        } else {
            return None;
        }
        Some(self.slice(start, self.position))
    }

    fn operation(&mut self, quoting: Quoting) -> Result<std::result::Result<Operation, Bad>> {
        let double = quoting.is_double();
        let Some(c) = self.current() else { return Err(self.unfinished(Missing::Partner('}'))) };
        Ok(Ok(match c {
            '}' => Operation::None,
            ':' if matches!(self.char_at(1), Some('-' | '=' | '?' | '+')) => {
                self.position += 1;
                self.test_operation(true, double)?
            }
            '-' | '=' | '?' | '+' => self.test_operation(false, double)?,
            ':' => {
                self.position += 1;
                let offset = self.substring_part()?;
                if offset.word.text.trim().is_empty() && self.current() != Some(':') {
                    return Ok(Err(Bad));
                }
                let length = if self.current() == Some(':') {
                    self.position += 1;
                    Some(self.substring_part()?)
                } else {
                    None
                };
                Operation::Substring { offset, length }
            }
            '#' | '%' => {
                self.position += 1;
                let longest = self.current() == Some(c);
                if longest {
                    self.position += 1;
                }
                let pattern = self.inner_word(Quoting::None, Stop::Before('}'))?;
                if c == '#' {
                    Operation::RemovePrefix { longest, pattern }
                } else {
                    Operation::RemoveSuffix { longest, pattern }
                }
            }
            '/' => self.replace_operation()?,
            '^' | ',' | '~' => {
                self.position += 1;
                let all = self.current() == Some(c);
                if all {
                    self.position += 1;
                }
                let pattern = self.inner_word(Quoting::None, Stop::Before('}'))?;
                let change = match c {
                    '^' => CaseChange::Upper,
                    ',' => CaseChange::Lower,
                    _ => CaseChange::Toggle,
                };
                Operation::Case { change, all, pattern }
            }
            '@' => {
                self.position += 1;
                match self.advance() {
                    Some(kind @ ('Q' | 'E' | 'P' | 'A' | 'K' | 'a' | 'k' | 'u' | 'U' | 'L')) => {
                        Operation::Transform(kind)
                    }
                    _ => return Ok(Err(Bad)),
                }
            }
            _ => return Ok(Err(Bad)),
        }))
    }

    fn test_operation(&mut self, colon: bool, double: bool) -> Result<Operation> {
        let kind = self.advance().unwrap_or('-');
        let quoting = if double { Quoting::DoubleBrace } else { Quoting::None };
        let word = self.inner_word(quoting, Stop::Before('}'))?;
        Ok(Operation::Test { colon, kind, word })
    }

    fn replace_operation(&mut self) -> Result<Operation> {
        self.position += 1;
        let anchor = match self.current() {
            Some('/') => Anchor::All,
            Some('#') => Anchor::Prefix,
            Some('%') => Anchor::Suffix,
            _ => Anchor::First,
        };
        if anchor != Anchor::First {
            self.position += 1;
        }
        // A slash that the pattern begins with belongs to it.
        let pattern = if anchor == Anchor::All && self.current() == Some('/') {
            let start = self.position;
            self.position += 1;
            let rest = self.inner_word(Quoting::None, Stop::Either('/', '}'))?;
            let mut parts = vec![Part::Literal("/".to_owned())];
            parts.extend(rest.parts);
            Word { parts, text: self.slice(start, self.position).into(), braces: None }
        } else {
            self.inner_word(Quoting::None, Stop::Either('/', '}'))?
        };
        let mut replacement = Word::default();
        if self.current() == Some('/') {
            self.position += 1;
            // Single quotes quote here, even within double quotes.
            replacement = self.inner_word(Quoting::None, Stop::Before('}'))?;
        }
        Ok(Operation::Replace { anchor, pattern, replacement })
    }

    fn inner_word(&mut self, quoting: Quoting, stop: Stop) -> Result<Word> {
        let (start, line) = (self.position, self.line);
        let parts = self.parts(quoting, stop)?;
        if self.current().is_none() {
            self.line = line;
            return Err(self.unfinished(Missing::Partner('}')));
        }
        Ok(Word { parts, text: self.slice(start, self.position).into(), braces: None })
    }

    /// Offset or length of `${x:offset:length}`: up to a colon that belongs to no `?`.
    fn substring_part(&mut self) -> Result<Arithmetic> {
        let start = self.position;
        let (mut parentheses, mut questions) = (0, 0);
        while let Some(c) = self.current() {
            match c {
                '(' => parentheses += 1,
                ')' => parentheses -= 1,
                '?' => questions += 1,
                ':' if questions > 0 => questions -= 1,
                ':' | '}' if parentheses <= 0 => break,
                '\'' | '"' | '`' | '\\' | '$' => {
                    self.skip_quoted()?;
                    continue;
                }
                _ => {}
            }
            self.advance();
        }
        if self.current().is_none() {
            return Err(self.unfinished(Missing::Partner('}')));
        }
        let text = self.slice(start, self.position);
        let word = self.sub_word(&text, Quoting::Arithmetic)?;
        Ok(Arithmetic { word, ..Arithmetic::default() })
    }
}
