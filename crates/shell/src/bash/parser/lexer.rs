//! Tokens: words, operators, line ends.

use std::rc::Rc;

use super::words::{Quoting, Stop};
use super::{ActiveAlias, Missing, Parser, Result};
use crate::bash::ast::{ArrayElement, AssignedValue, Assignment, HereDocument, Part, Word};

#[derive(Clone, Debug)]
pub(super) enum Token {
    Word(Word),
    Assignment(Assignment),
    /// The number of a descriptor before a redirection.
    Number(u32),
    /// `{name}` before a redirection.
    Variable(String),
    Operator(&'static str),
    Newline,
    End,
}

#[derive(Clone, Debug)]
pub(super) struct Lexed {
    pub(super) token: Token,
    pub(super) line: u32,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The operators, longest first.
const OPERATORS: &[&str] = &[
    "<<<", "<<-", "&>>", ";;&", "&&", "||", ";;", ";&", "<<", ">>", "<&", ">&", "<>", ">|", "&>", "|&", "|",
    "&", ";", "(", ")", "<", ">",
];

pub(super) fn is_blank(c: char) -> bool {
    c == ' ' || c == '\t'
}

pub(super) fn is_meta(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '|' | '&' | ';' | '(' | ')' | '<' | '>')
}

pub(crate) fn is_name_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

pub(crate) fn is_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Whether a text can be the name of a variable.
pub(crate) fn is_name(text: &str) -> bool {
    text.starts_with(is_name_start) && text.chars().all(is_name_char)
}

impl Parser<'_> {
    pub(super) fn peek(&mut self) -> Result<&Token> {
        if self.peeked.is_none() {
            self.peeked = Some(self.lex()?);
        }
        Ok(self.peeked.as_ref().map_or(&Token::End, |lexed| &lexed.token))
    }

    pub(super) fn next(&mut self) -> Result<Lexed> {
        match self.peeked.take() {
            Some(lexed) => Ok(lexed),
            None => self.lex(),
        }
    }

    /// Where the next token begins.
    pub(super) fn next_start(&mut self) -> Result<(usize, u32)> {
        self.peek()?;
        Ok(self.peeked.as_ref().map_or((self.position, self.line), |lexed| (lexed.start, lexed.line)))
    }

    /// Goes back to before the token that was peeked.
    pub(super) fn unpeek(&mut self) {
        if let Some(lexed) = self.peeked.take() {
            (self.position, self.line) = (lexed.start, lexed.line);
        }
    }

    pub(super) fn is_operator(&mut self, operator: &str) -> Result<bool> {
        Ok(matches!(self.peek()?, Token::Operator(found) if *found == operator))
    }

    pub(super) fn take_operator(&mut self, operator: &str) -> Result<bool> {
        let found = self.is_operator(operator)?;
        if found {
            self.next()?;
        }
        Ok(found)
    }

    pub(super) fn char_at(&self, offset: usize) -> Option<char> {
        self.chars.get(self.position + offset).copied()
    }

    pub(super) fn current(&self) -> Option<char> {
        self.char_at(0)
    }

    pub(super) fn looking_at(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(index, c)| self.char_at(index) == Some(c))
    }

    pub(super) fn advance(&mut self) -> Option<char> {
        let c = self.current()?;
        self.position += 1;
        if c == '\n' {
            self.line += 1;
        }
        Some(c)
    }

    pub(super) fn slice(&self, start: usize, end: usize) -> String {
        self.chars.get(start..end).unwrap_or_default().iter().collect()
    }

    /// Blanks, comments and continued lines.
    pub(super) fn skip_blanks(&mut self) -> Result<()> {
        loop {
            match self.current() {
                Some(c) if is_blank(c) => self.position += 1,
                Some('\\') if self.char_at(1) == Some('\n') => {
                    self.continue_line()?;
                }
                Some('#') => {
                    while self.current().is_some_and(|c| c != '\n') {
                        self.position += 1;
                    }
                }
                _ => return Ok(()),
            }
        }
    }

    /// A backslash at the end of a line.
    pub(super) fn continue_line(&mut self) -> Result<()> {
        self.position += 1;
        self.advance();
        if self.options.more && self.current().is_none() {
            return Err(self.unfinished(Missing::Rest));
        }
        Ok(())
    }

    fn lex(&mut self) -> Result<Lexed> {
        self.skip_blanks()?;
        let (start, line) = (self.position, self.line);
        self.aliases.retain(|alias| alias.end > start);
        let token = self.lex_token()?;
        Ok(Lexed { token, line, start, end: self.position })
    }

    fn lex_token(&mut self) -> Result<Token> {
        let Some(c) = self.current() else {
            self.read_documents()?;
            return Ok(Token::End);
        };
        if c == '\n' {
            self.advance();
            self.read_documents()?;
            return Ok(Token::Newline);
        }
        if c == '<' || c == '>' {
            if self.char_at(1) == Some('(') {
                return self.word().map(Token::Word);
            }
        } else if c.is_ascii_digit() {
            let digits = self.chars[self.position..].iter().take_while(|c| c.is_ascii_digit()).count();
            if matches!(self.char_at(digits), Some('<' | '>'))
                && let Ok(number) = self.slice(self.position, self.position + digits).parse()
            {
                self.position += digits;
                return Ok(Token::Number(number));
            }
        } else if c == '{'
            && let Some(name) = self.descriptor_variable()
        {
            return Ok(Token::Variable(name));
        }
        if let Some(operator) = OPERATORS.iter().find(|operator| self.looking_at(operator)) {
            self.position += operator.len();
            return Ok(Token::Operator(operator));
        }
        if self.assignments
            && let Some(assignment) = self.assignment()?
        {
            return Ok(Token::Assignment(assignment));
        }
        self.word().map(Token::Word)
    }

    /// `{name}` directly before `<` or `>`.
    fn descriptor_variable(&mut self) -> Option<String> {
        let length = self.chars[self.position + 1..].iter().take_while(|c| is_name_char(**c)).count();
        let name = self.slice(self.position + 1, self.position + 1 + length);
        let closed = self.char_at(length + 1) == Some('}');
        if closed && is_name(&name) && matches!(self.char_at(length + 2), Some('<' | '>')) {
            self.position += length + 2;
            return Some(name);
        }
        None
    }

    pub(super) fn word(&mut self) -> Result<Word> {
        let start = self.position;
        let parts = self.parts(Quoting::None, Stop::Meta)?;
        Ok(self.finish_word(start, parts))
    }

    fn finish_word(&self, start: usize, parts: Vec<Part>) -> Word {
        let braces = super::braces::expand(&parts);
        Word { parts, text: self.slice(start, self.position).into(), braces }
    }

    /// `name=…`, `name[index]=…`, with `+=` too; `None` without moving where there is none.
    fn assignment(&mut self) -> Result<Option<Assignment>> {
        let (start, line) = (self.position, self.line);
        let Some(target) = self.assignment_target()? else {
            (self.position, self.line) = (start, line);
            return Ok(None);
        };
        let (name, index, append) = target;
        let value = if self.current() == Some('(') {
            self.position += 1;
            AssignedValue::Array(self.deeper(Self::array)?)
        } else {
            let start = self.position;
            let parts = self.parts(Quoting::None, Stop::Meta)?;
            let text = self.slice(start, self.position).into();
            AssignedValue::Scalar(Word { parts, text, braces: None })
        };
        let text = self.slice(start, self.position).into();
        Ok(Some(Assignment { name, index, append, value, text }))
    }

    fn assignment_target(&mut self) -> Result<Option<(String, Option<Word>, bool)>> {
        let start = self.position;
        if !self.current().is_some_and(is_name_start) {
            return Ok(None);
        }
        while self.current().is_some_and(is_name_char) {
            self.position += 1;
        }
        let name = self.slice(start, self.position);
        let mut index = None;
        if self.current() == Some('[') {
            let Some(text) = self.bracketed()? else { return Ok(None) };
            index = Some(text);
        }
        let append = self.current() == Some('+');
        if append {
            self.position += 1;
        }
        if self.current() != Some('=') {
            return Ok(None);
        }
        self.position += 1;
        let index = match index {
            Some(text) => Some(self.sub_word(&text, Quoting::Index)?),
            None => None,
        };
        Ok(Some((name, index, append)))
    }

    /// The text between `[` and its `]`; `None` if there is no partner.
    pub(super) fn bracketed(&mut self) -> Result<Option<String>> {
        let (start, line) = (self.position + 1, self.line);
        self.position += 1;
        let mut depth = 1;
        while let Some(c) = self.current() {
            match c {
                '[' => depth += 1,
                ']' => depth -= 1,
                '\n' if depth > 0 => break,
                '\\' | '\'' | '"' | '$' | '`' => {
                    self.skip_quoted()?;
                    continue;
                }
                _ => {}
            }
            self.advance();
            if depth == 0 {
                return Ok(Some(self.slice(start, self.position - 1)));
            }
        }
        (self.position, self.line) = (start - 1, line);
        Ok(None)
    }

    /// Moves over one quoted thing, expansion or plain character.
    pub(super) fn skip_quoted(&mut self) -> Result<()> {
        match self.current() {
            Some('\\') => {
                self.advance();
                self.advance();
            }
            Some('\'' | '"' | '$' | '`') => {
                self.parts(Quoting::None, Stop::One)?;
            }
            _ => {
                self.advance();
            }
        }
        Ok(())
    }

    /// The elements of an array behind its `(`.
    fn array(&mut self) -> Result<Vec<ArrayElement>> {
        let mut elements = Vec::new();
        loop {
            self.skip_blanks()?;
            match self.current() {
                None => return Err(self.unfinished(Missing::Partner(')'))),
                Some('\n') => {
                    self.advance();
                }
                Some(')') => {
                    self.position += 1;
                    return Ok(elements);
                }
                Some('[') => elements.push(self.keyed_element()?),
                Some(c) if is_meta(c) && !self.looking_at("<(") && !self.looking_at(">(") => {
                    return self.unexpected();
                }
                Some(_) => {
                    let value = self.word()?;
                    elements.push(ArrayElement { index: None, append: false, value });
                }
            }
        }
    }

    fn keyed_element(&mut self) -> Result<ArrayElement> {
        let (start, line) = (self.position, self.line);
        if let Some(text) = self.bracketed()? {
            let append = self.looking_at("+=");
            if append {
                self.position += 1;
            }
            if self.current() == Some('=') {
                self.position += 1;
                let index = Some(self.sub_word(&text, Quoting::Index)?);
                let start = self.position;
                let parts = self.parts(Quoting::None, Stop::Meta)?;
                let text = self.slice(start, self.position).into();
                return Ok(ArrayElement { index, append, value: Word { parts, text, braces: None } });
            }
        }
        (self.position, self.line) = (start, line);
        Ok(ArrayElement { index: None, append: false, value: self.word()? })
    }

    /// Replaces the next token, if it is the name of an alias, by the alias's value.
    /// Returns whether it did.
    pub(super) fn expand_alias(&mut self) -> Result<bool> {
        self.peek()?;
        let Some(Lexed { token: Token::Word(word), start, end, line }) = &self.peeked else {
            return Ok(false);
        };
        let (start, end, line) = (*start, *end, *line);
        let Some(name) = word.literal().map(str::to_owned) else { return Ok(false) };
        if word.text.as_ref() != name || self.aliases.iter().any(|alias| alias.name == name) {
            return Ok(false);
        }
        let Some(value) = (self.options.alias)(&name) else { return Ok(false) };
        let value: Vec<char> = value.chars().collect();
        let ends_blank = value.last().is_some_and(|c| is_blank(*c));
        let length = value.len();
        self.chars.splice(start..end, value);
        for alias in &mut self.aliases {
            alias.end = (alias.end + length).saturating_sub(end - start);
        }
        self.aliases.push(ActiveAlias { name, end: start + length });
        self.alias_next = ends_blank.then_some(start + length);
        (self.position, self.line) = (start, line);
        self.peeked = None;
        Ok(true)
    }

    /// The word behind an alias whose value ends with a blank may be an alias too.
    pub(super) fn expand_next_alias(&mut self) -> Result<()> {
        let Some(end) = self.alias_next else { return Ok(()) };
        if self.next_start()?.0 >= end {
            self.alias_next = None;
            self.expand_alias()?;
        }
        Ok(())
    }

    pub(super) fn add_document(&mut self, document: Rc<HereDocument>) {
        self.documents.push(document);
    }

    /// The here-documents whose operators stood in the line that has just ended.
    fn read_documents(&mut self) -> Result<()> {
        for document in std::mem::take(&mut self.documents) {
            self.read_document(&document)?;
        }
        Ok(())
    }

    fn read_document(&mut self, document: &HereDocument) -> Result<()> {
        let first_line = self.line;
        let mut body = String::new();
        loop {
            if self.current().is_none() {
                if self.options.more {
                    return Err(self.unfinished(Missing::Document));
                }
                let message = format!(
                    "here-document at line {} delimited by end-of-file (wanted `{}')",
                    first_line.saturating_sub(1),
                    document.delimiter
                );
                let last = self.chars.last().is_some_and(|c| *c == '\n');
                self.warnings.push((self.line - u32::from(last), message));
                break;
            }
            let line = self.document_line(document);
            let compared = line.strip_suffix('\n').unwrap_or(&line);
            if compared == document.delimiter {
                break;
            }
            body.push_str(&line);
        }
        let word = if document.quoted {
            Word { parts: vec![Part::Quoted(body.clone())], text: body.into(), braces: None }
        } else {
            self.sub_word(&body, Quoting::Document)?
        };
        let _ = document.body.set(word);
        Ok(())
    }

    /// The next line of a here-document, with the lines that a backslash joins to it.
    fn document_line(&mut self, document: &HereDocument) -> String {
        let mut line = String::new();
        if document.strip_tabs {
            while self.current() == Some('\t') {
                self.position += 1;
            }
        }
        while let Some(c) = self.advance() {
            line.push(c);
            if c == '\\' && !document.quoted {
                if let Some(next) = self.advance() {
                    line.push(next);
                    if next == '\n' && document.strip_tabs {
                        while self.current() == Some('\t') {
                            self.position += 1;
                        }
                    }
                }
            } else if c == '\n' {
                break;
            }
        }
        line
    }
}
