//! From text to commands.
//!
//! A parser of our own and not `brush-parser`: that one panics on input that a learner can type
//! (`~99999999999999999999`, deep nesting), parses a whole script before its first line runs, knows no
//! aliases, and words its errors its own way.

mod braces;
mod commands;
mod lexer;
mod parameter;
mod redirects;
mod test;
mod words;

use std::rc::Rc;

use super::ast::{HereDocument, List, Word};
pub(crate) use lexer::is_name;
use lexer::{Lexed, Token};
pub(crate) use words::Quoting;

/// How deep constructs may be nested: a bound for the stack.
const MAX_DEPTH: u32 = 64;

/// What stands in the way of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ParseError {
    /// The text ends within a construct.
    Unfinished { missing: Missing, line: u32 },
    /// A token that cannot stand where it stands: that token, and the line that it is in.
    Unexpected { token: String, line: u32, source: String },
    /// An error within `[[`: lines of words, perhaps none.
    Conditional { messages: Vec<String>, line: u32 },
    /// Something else, in words.
    Other { message: String, line: u32 },
}

/// What an unfinished text lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// The rest of a compound command.
    Rest,
    /// The partner of a quote or bracket.
    Partner(char),
    /// The end of a here-document.
    Document,
}

type Result<T> = std::result::Result<T, ParseError>;

/// What the parser takes from the shell that uses it.
pub(crate) struct Options<'a> {
    /// The value of an alias.
    pub(crate) alias: &'a dyn Fn(&str) -> Option<String>,
    /// Whether `@(a|b)` is a pattern.
    pub(crate) extglob: bool,
    /// Whether more text may follow, so that an unfinished here-document or line is told.
    pub(crate) more: bool,
}

impl Options<'_> {
    pub(crate) const PLAIN: Options<'static> = Options { alias: &|_| None, extglob: false, more: false };
}

/// An alias that is being replaced: its name is not replaced again before `end`.
struct ActiveAlias {
    name: String,
    end: usize,
}

pub(crate) struct Parser<'a> {
    chars: Vec<char>,
    position: usize,
    line: u32,
    options: Options<'a>,
    peeked: Option<Lexed>,
    /// Whether `name=value` is an assignment here.
    assignments: bool,
    /// Whether patterns with parentheses are taken, whatever the option says.
    patterns: bool,
    documents: Vec<Rc<HereDocument>>,
    aliases: Vec<ActiveAlias>,
    /// The word that begins at or behind this place may be an alias too.
    alias_next: Option<usize>,
    depth: u32,
    /// What went wrong without harm.
    pub(crate) warnings: Vec<(u32, String)>,
}

impl<'a> Parser<'a> {
    /// A parser of `text`, whose first line has the number `line`.
    pub(crate) fn new(text: &str, line: u32, options: Options<'a>) -> Self {
        Self {
            chars: text.chars().collect(),
            position: 0,
            line,
            options,
            peeked: None,
            assignments: true,
            patterns: false,
            documents: Vec::new(),
            aliases: Vec::new(),
            alias_next: None,
            depth: 0,
            warnings: Vec::new(),
        }
    }

    /// The commands up to the end of the next line that has any; `None` at the end of the text.
    pub(crate) fn next_commands(&mut self) -> Result<Option<List>> {
        loop {
            self.assignments = true;
            match self.peek()? {
                Token::Newline => {
                    self.next()?;
                }
                Token::End => return Ok(None),
                _ => return self.line_of_commands().map(Some),
            }
        }
    }

    /// The number of the line that the parser has reached.
    pub(crate) fn line(&self) -> u32 {
        self.line
    }

    /// Whether the text is used up.
    pub(crate) fn rest(&self) -> String {
        self.chars[self.position.min(self.chars.len())..].iter().collect()
    }

    /// Reads a whole text as one word.
    pub(crate) fn word_of(text: &str, quoting: Quoting) -> Result<Word> {
        let mut parser = Parser::new(text, 1, Options::PLAIN);
        parser.whole_word(quoting)
    }

    /// Reads a part of the text as one word of another kind.
    fn sub_word(&mut self, text: &str, quoting: Quoting) -> Result<Word> {
        self.deeper(|this| {
            let options = Options { more: false, ..this.options };
            let mut parser = Parser { depth: this.depth, ..Parser::new(text, this.line, options) };
            parser.whole_word(quoting)
        })
    }

    fn whole_word(&mut self, quoting: Quoting) -> Result<Word> {
        let parts = self.parts(quoting, words::Stop::End)?;
        Ok(Word { parts, text: self.chars.iter().collect::<String>().into(), braces: None })
    }

    /// Runs a parser that may call itself, within bounds.
    fn deeper<T>(&mut self, run: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= MAX_DEPTH {
            return Err(self.other("maximum nesting level exceeded"));
        }
        self.depth += 1;
        let result = run(self);
        self.depth -= 1;
        result
    }

    fn other(&self, message: &str) -> ParseError {
        ParseError::Other { message: message.to_owned(), line: self.line }
    }

    fn unfinished(&self, missing: Missing) -> ParseError {
        // The end of a text lies in a line of its own.
        let more = missing == Missing::Rest && self.chars.last() != Some(&'\n');
        ParseError::Unfinished { missing, line: self.line + u32::from(more) }
    }

    /// The next token cannot stand here.
    fn unexpected<T>(&mut self) -> Result<T> {
        let lexed = self.next()?;
        let token = match &lexed.token {
            Token::End => return Err(self.unfinished(Missing::Rest)),
            Token::Newline => "newline".to_owned(),
            _ => self.chars[lexed.start..lexed.end].iter().collect(),
        };
        Err(ParseError::Unexpected { token, line: lexed.line, source: self.source_line(lexed.start) })
    }

    /// The next token cannot stand here, and neither can the end of the line.
    fn unexpected_in_line<T>(&mut self) -> Result<T> {
        if !self.options.more && matches!(self.peek()?, Token::End) {
            let source = self.source_line(self.chars.len());
            return Err(ParseError::Unexpected { token: "newline".to_owned(), line: self.line, source });
        }
        self.unexpected()
    }

    /// The line of the text that a place is in.
    fn source_line(&self, position: usize) -> String {
        let before = &self.chars[..position.min(self.chars.len())];
        let start = before.iter().rposition(|c| *c == '\n').map_or(0, |index| index + 1);
        self.chars[start..].iter().take_while(|c| **c != '\n').collect()
    }
}
