//! `[[ … ]]`.

use super::commands::is_plain;
use super::lexer::{Token, is_blank};
use super::words::{Quoting, Stop};
use super::{Missing, ParseError, Parser, Result};
use crate::bash::ast::{CommandKind, Part, Test, Word};

const UNARY: &[&str] = &[
    "-a", "-b", "-c", "-d", "-e", "-f", "-g", "-h", "-k", "-n", "-o", "-p", "-r", "-s", "-t", "-u", "-v",
    "-w", "-x", "-z", "-G", "-L", "-N", "-O", "-R", "-S",
];
const BINARY: &[&str] =
    &["==", "=", "!=", "=~", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef"];

impl Parser<'_> {
    pub(super) fn test_command(&mut self) -> Result<CommandKind> {
        self.assignments = false;
        self.next()?;
        let test = self.test_or()?;
        match self.peek()? {
            Token::Word(word) if is_plain(word, "]]") => {
                self.next()?;
                self.assignments = true;
                Ok(CommandKind::Test(test))
            }
            Token::End => Err(self.ended("unexpected EOF while looking for `]]'", 0)),
            Token::Word(_) => Err(self.conditional("syntax error in conditional expression")),
            _ => {
                let found = self.token_text()?;
                let message = format!("syntax error in conditional expression: unexpected token `{found}'");
                Err(self.conditional(&message))
            }
        }
    }

    fn conditional(&mut self, message: &str) -> ParseError {
        ParseError::Conditional { messages: vec![message.to_owned()], line: self.line }
    }

    /// The text ends here: an error, if there will be no more.
    fn ended(&mut self, message: &str, lines: u32) -> ParseError {
        if self.options.more {
            return self.unfinished(Missing::Rest);
        }
        ParseError::Conditional { messages: vec![message.to_owned()], line: self.line + lines }
    }

    fn test_or(&mut self) -> Result<Test> {
        let mut test = self.test_and()?;
        self.skip_newlines()?;
        while self.take_operator("||")? {
            test = Test::Or(Box::new(test), Box::new(self.test_and()?));
            self.skip_newlines()?;
        }
        Ok(test)
    }

    fn test_and(&mut self) -> Result<Test> {
        let mut test = self.deeper(Self::test_primary)?;
        self.skip_newlines()?;
        while self.take_operator("&&")? {
            test = Test::And(Box::new(test), Box::new(self.deeper(Self::test_primary)?));
            self.skip_newlines()?;
        }
        Ok(test)
    }

    fn test_primary(&mut self) -> Result<Test> {
        self.skip_newlines()?;
        if self.take_operator("(")? {
            let test = match self.test_or() {
                Err(ParseError::Conditional { mut messages, line }) => {
                    messages.push("expected `)'".to_owned());
                    return Err(ParseError::Conditional { messages, line });
                }
                test => test?,
            };
            if !self.take_operator(")")? {
                if matches!(self.peek()?, Token::End) {
                    return Err(self.ended("unexpected token `EOF', expected `)'", 0));
                }
                let found = self.token_text()?;
                return Err(self.conditional(&format!("unexpected token `{found}', expected `)'")));
            }
            return Ok(Test::Group(Box::new(test)));
        }
        let Token::Word(word) = self.peek()?.clone() else {
            if matches!(self.peek()?, Token::End) {
                let lines = u32::from(self.chars.last() != Some(&'\n'));
                return Err(self.ended("unexpected token `EOF' in conditional command", lines));
            }
            let found = self.token_text()?;
            return Err(self.conditional(&format!("unexpected token `{found}' in conditional command")));
        };
        if is_plain(&word, "]]") {
            // Here bash says nothing.
            return Err(ParseError::Conditional { messages: Vec::new(), line: self.line });
        }
        self.next()?;
        if is_plain(&word, "!") {
            return Ok(Test::Not(Box::new(self.deeper(Self::test_primary)?)));
        }
        if UNARY.iter().any(|operator| is_plain(&word, operator)) {
            return self.test_unary(word);
        }
        self.test_binary(word)
    }

    fn test_unary(&mut self, operator: Word) -> Result<Test> {
        match self.peek()?.clone() {
            Token::Word(argument) if !is_plain(&argument, "]]") => {
                // `[[ -n == x ]]` compares.
                if BINARY.iter().any(|binary| is_plain(&argument, binary)) {
                    return self.test_binary(operator);
                }
                self.next()?;
                Ok(Test::Unary(operator.text.to_string(), argument))
            }
            Token::End => Err(self.ended("unexpected argument `newline' to conditional unary operator", 0)),
            _ => {
                let found = self.token_text()?;
                Err(self.conditional(&format!("unexpected argument `{found}' to conditional unary operator")))
            }
        }
    }

    fn test_binary(&mut self, left: Word) -> Result<Test> {
        let operator = match self.peek()? {
            Token::Word(word) if BINARY.contains(&word.text.as_ref()) => word.text.to_string(),
            Token::Operator(operator @ ("<" | ">")) => (*operator).to_owned(),
            Token::Word(word) if is_plain(word, "]]") => return Ok(Test::Word(left)),
            Token::Operator("&&" | "||" | ")") => return Ok(Test::Word(left)),
            Token::End => {
                let message = "unexpected token `newline', conditional binary operator expected";
                return Err(self.ended(message, 0));
            }
            Token::Word(_) => return Err(self.conditional("conditional binary operator expected")),
            _ => {
                let found = self.token_text()?;
                let message = format!("unexpected token `{found}', conditional binary operator expected");
                return Err(self.conditional(&message));
            }
        };
        self.next()?;
        if operator == "=~" {
            let right = self.regex()?;
            return Ok(Test::Binary(left, operator, right));
        }
        self.patterns = true;
        let right = self.peek().cloned();
        self.patterns = false;
        match right? {
            Token::Word(right) if !is_plain(&right, "]]") => {
                self.next()?;
                Ok(Test::Binary(left, operator, right))
            }
            Token::End => Err(self.ended("unexpected argument `newline' to conditional binary operator", 0)),
            _ => {
                let found = self.token_text()?;
                Err(self
                    .conditional(&format!("unexpected argument `{found}' to conditional binary operator")))
            }
        }
    }

    /// A regular expression: parentheses and bars belong to it.
    fn regex(&mut self) -> Result<Word> {
        self.unpeek();
        while self.current().is_some_and(is_blank) {
            self.position += 1;
        }
        let start = self.position;
        let mut parts: Vec<Part> = Vec::new();
        let mut literal = String::new();
        let mut depth = 0;
        while let Some(c) = self.current() {
            match c {
                '(' => depth += 1,
                ')' if depth == 0 => break,
                ')' => depth -= 1,
                ' ' | '\t' | '\n' if depth == 0 => break,
                '\\' | '\'' | '"' | '$' | '`' => {
                    // A dollar sign at the end is an anchor.
                    let part = self.parts(Quoting::None, Stop::One)?;
                    match part.as_slice() {
                        [Part::Literal(text)] => literal.push_str(text),
                        _ => {
                            if !literal.is_empty() {
                                parts.push(Part::Literal(std::mem::take(&mut literal)));
                            }
                            parts.extend(part);
                        }
                    }
                    continue;
                }
                _ => {}
            }
            literal.push(c);
            self.advance();
        }
        if !literal.is_empty() {
            parts.push(Part::Literal(literal));
        }
        if parts.is_empty() {
            return self.unexpected();
        }
        Ok(Word { parts, text: self.slice(start, self.position).into(), braces: None })
    }

    fn token_text(&mut self) -> Result<String> {
        self.peek()?;
        Ok(match &self.peeked {
            Some(lexed) if matches!(lexed.token, Token::Newline) => "newline".to_owned(),
            Some(lexed) => self.slice(lexed.start, lexed.end),
            None => String::new(),
        })
    }
}
