//! Lists, pipelines and commands.

use std::rc::Rc;

use super::lexer::{Token, is_blank};
use super::words::Quoting;
use super::{Missing, Parser, Result};
use crate::bash::ast::{
    AndOr, Argument, Arithmetic, CaseEnd, CaseItem, Command, CommandKind, Connector, Function, List,
    ListItem, Pipeline, Redirect, RedirectFd, RedirectOperator, Simple, TimeFormat, Word,
};

/// The words that end a list of commands.
const CLOSERS: &[&str] = &["then", "do", "done", "fi", "else", "elif", "esac", "}"];

/// The builtins whose arguments are assignments.
const DECLARATIONS: &[&str] = &["declare", "typeset", "local", "export", "readonly"];

impl Parser<'_> {
    /// The commands of one line.
    pub(super) fn line_of_commands(&mut self) -> Result<List> {
        let mut list = List::default();
        loop {
            let and_or = Rc::new(self.and_or()?);
            let background = self.is_operator("&")?;
            list.items.push(ListItem { and_or, background });
            match self.peek()? {
                Token::End => return Ok(list),
                Token::Newline => {}
                Token::Operator("&" | ";") => {
                    self.next()?;
                    self.assignments = true;
                    match self.peek()? {
                        Token::Newline => {}
                        Token::End => return Ok(list),
                        _ => continue,
                    }
                }
                _ => return self.unexpected(),
            }
            self.next()?;
            return Ok(list);
        }
    }

    /// All commands to the end of the text.
    pub(super) fn whole_list(&mut self) -> Result<List> {
        let list = self.list()?;
        match self.peek()? {
            Token::End => Ok(list),
            _ => self.unexpected(),
        }
    }

    /// The commands up to a closing parenthesis, which is taken.
    pub(super) fn nested_list(&mut self, closer: char) -> Result<List> {
        let list = self.list()?;
        match self.peek()? {
            Token::Operator(")") => {
                self.next()?;
                Ok(list)
            }
            Token::End => {
                // The end of a text lies in a line of its own.
                self.line += u32::from(self.chars.last() != Some(&'\n'));
                Err(self.unfinished(Missing::Partner(closer)))
            }
            _ => self.unexpected(),
        }
    }

    /// Commands up to something that ends them, which is left.
    fn list(&mut self) -> Result<List> {
        let mut list = List::default();
        loop {
            self.assignments = true;
            self.skip_newlines()?;
            if self.at_closer()? {
                return Ok(list);
            }
            let and_or = Rc::new(self.and_or()?);
            let background = self.is_operator("&")?;
            list.items.push(ListItem { and_or, background });
            match self.peek()? {
                Token::Operator("&" | ";") | Token::Newline => {
                    self.next()?;
                }
                _ => return Ok(list),
            }
        }
    }

    /// Commands of which there must be at least one.
    fn filled_list(&mut self) -> Result<List> {
        let list = self.list()?;
        if list.items.is_empty() { self.unexpected() } else { Ok(list) }
    }

    fn at_closer(&mut self) -> Result<bool> {
        Ok(match self.peek()? {
            Token::End | Token::Operator(")" | ";;" | ";&" | ";;&") => true,
            Token::Word(word) => CLOSERS.iter().any(|closer| is_plain(word, closer)),
            _ => false,
        })
    }

    pub(super) fn skip_newlines(&mut self) -> Result<()> {
        while matches!(self.peek()?, Token::Newline) {
            self.next()?;
        }
        Ok(())
    }

    fn and_or(&mut self) -> Result<AndOr> {
        let first = self.pipeline()?;
        let mut rest = Vec::new();
        loop {
            let connector = match self.peek()? {
                Token::Operator("&&") => Connector::And,
                Token::Operator("||") => Connector::Or,
                _ => return Ok(AndOr { first, rest }),
            };
            self.next()?;
            self.assignments = true;
            self.skip_newlines()?;
            rest.push((connector, self.pipeline()?));
        }
    }

    fn pipeline(&mut self) -> Result<Pipeline> {
        let mut pipeline = Pipeline { negated: false, timed: None, commands: Vec::new() };
        loop {
            self.assignments = true;
            if self.is_reserved("!")? {
                self.next()?;
                pipeline.negated = !pipeline.negated;
            } else if self.is_reserved("time")? {
                self.next()?;
                pipeline.timed = Some(TimeFormat::Bash);
                if self.is_reserved("-p")? {
                    self.next()?;
                    pipeline.timed = Some(TimeFormat::Posix);
                }
            } else {
                break;
            }
        }
        if pipeline.negated || pipeline.timed.is_some() {
            let ends = matches!(self.peek()?, Token::Newline | Token::End | Token::Operator(";" | "&"));
            if ends {
                return Ok(pipeline);
            }
        }
        loop {
            let mut command = self.deeper(Self::command)?;
            let both = self.is_operator("|&")?;
            if both {
                command.redirects.push(Redirect {
                    fd: RedirectFd::Number(2),
                    operator: RedirectOperator::DuplicateOutput,
                    target: Word::of_literal("1"),
                    document: None,
                });
            }
            pipeline.commands.push(Rc::new(command));
            if !both && !self.is_operator("|")? {
                return Ok(pipeline);
            }
            self.next()?;
            self.assignments = true;
            self.skip_newlines()?;
        }
    }

    fn is_reserved(&mut self, word: &str) -> Result<bool> {
        Ok(matches!(self.peek()?, Token::Word(found) if is_plain(found, word)))
    }

    fn take_reserved(&mut self, word: &str) -> Result<bool> {
        let found = self.is_reserved(word)?;
        if found {
            self.next()?;
            self.assignments = true;
        }
        Ok(found)
    }

    fn expect(&mut self, word: &str) -> Result<()> {
        if self.take_reserved(word)? { Ok(()) } else { self.unexpected() }
    }

    fn command(&mut self) -> Result<Command> {
        while self.expand_alias()? {}
        let line = self.next_start()?.1;
        let name = match self.peek()? {
            Token::Operator("(") => "(".to_owned(),
            Token::Word(word) => {
                word.literal().filter(|text| *text == word.text.as_ref()).unwrap_or("").to_owned()
            }
            _ => String::new(),
        };
        let kind = match name.as_str() {
            "(" => self.parentheses()?,
            "{" => {
                self.next()?;
                let list = self.filled_list()?;
                self.expect("}")?;
                CommandKind::Brace(list)
            }
            "if" => self.if_command()?,
            "while" | "until" => {
                self.next()?;
                let condition = self.filled_list()?;
                let body = self.do_group()?;
                CommandKind::While { until: name == "until", condition, body }
            }
            "for" => self.for_command()?,
            "select" => self.select_command()?,
            "case" => self.case_command()?,
            "[[" => self.test_command()?,
            "function" => return self.function_command(line),
            "coproc" => {
                self.next()?;
                self.assignments = true;
                if matches!(self.peek()?, Token::End) {
                    return self.unexpected_in_line();
                }
                let name = self.coprocess_name()?;
                let command = Rc::new(self.deeper(Self::command)?);
                return Ok(Command {
                    kind: CommandKind::Coprocess { name, command },
                    redirects: Vec::new(),
                    line,
                });
            }
            "then" | "do" | "done" | "fi" | "else" | "elif" | "esac" | "}" => return self.unexpected(),
            _ => return self.simple_command(line),
        };
        self.assignments = false;
        let redirects = self.redirects()?;
        Ok(Command { kind, redirects, line })
    }

    /// A name before a compound command is the coprocess's.
    fn coprocess_name(&mut self) -> Result<String> {
        const COMPOUND: &[&str] = &["{", "if", "while", "until", "for", "select", "case", "[["];
        let default = Ok("COPROC".to_owned());
        let name = match self.peek()? {
            Token::Word(word) if super::is_name(&word.text) && !COMPOUND.contains(&word.text.as_ref()) => {
                word.text.to_string()
            }
            _ => return default,
        };
        let end = self.peeked.as_ref().map_or(self.position, |lexed| lexed.end);
        let rest: String = self.chars[end..].iter().skip_while(|c| is_blank(**c)).take(8).collect();
        let compound = rest.starts_with('(')
            || COMPOUND.iter().any(|word| {
                rest.strip_prefix(word).is_some_and(|rest| rest.starts_with(|c: char| c.is_whitespace()))
            });
        if !compound {
            return default;
        }
        self.next()?;
        self.assignments = true;
        Ok(name)
    }

    fn parentheses(&mut self) -> Result<CommandKind> {
        let start = self.next_start()?.0;
        if self.chars.get(start + 1) == Some(&'(') {
            self.unpeek();
            if let Some(text) = self.arithmetic_text(2)? {
                return Ok(CommandKind::Arithmetic(self.arithmetic_of(&text)?));
            }
        }
        self.next()?;
        let list = self.filled_list()?;
        match self.peek()? {
            Token::Operator(")") => {
                self.next()?;
                Ok(CommandKind::Subshell(Rc::new(list)))
            }
            _ => self.unexpected(),
        }
    }

    fn arithmetic_of(&mut self, text: &str) -> Result<Arithmetic> {
        Ok(Arithmetic { word: self.sub_word(text, Quoting::Arithmetic)?, ..Arithmetic::default() })
    }

    fn if_command(&mut self) -> Result<CommandKind> {
        let mut branches = Vec::new();
        self.next()?;
        loop {
            let condition = self.filled_list()?;
            self.expect("then")?;
            branches.push((condition, self.filled_list()?));
            if self.take_reserved("elif")? {
                continue;
            }
            let otherwise = if self.take_reserved("else")? { Some(self.filled_list()?) } else { None };
            self.expect("fi")?;
            return Ok(CommandKind::If { branches, otherwise });
        }
    }

    fn do_group(&mut self) -> Result<List> {
        self.expect("do")?;
        let body = self.filled_list()?;
        self.expect("done")?;
        Ok(body)
    }

    fn for_command(&mut self) -> Result<CommandKind> {
        self.assignments = false;
        self.next()?;
        if self.is_operator("(")? {
            let start = self.next_start()?.0;
            if self.chars.get(start + 1) == Some(&'(') {
                self.unpeek();
                return self.arithmetic_for();
            }
        }
        let (variable, words) = self.loop_head()?;
        let body = self.loop_body()?;
        Ok(CommandKind::For { variable, words, body })
    }

    fn select_command(&mut self) -> Result<CommandKind> {
        self.assignments = false;
        self.next()?;
        let (variable, words) = self.loop_head()?;
        let body = self.loop_body()?;
        Ok(CommandKind::Select { variable, words, body })
    }

    /// `name [in words]` and what separates it from the body.
    fn loop_head(&mut self) -> Result<(String, Option<Vec<Word>>)> {
        let Token::Word(name) = self.peek()?.clone() else { return self.unexpected_in_line() };
        self.next()?;
        let variable = name.text.to_string();
        if self.is_operator(";")? {
            self.next()?;
            self.skip_newlines()?;
            return Ok((variable, None));
        }
        self.skip_newlines()?;
        if !self.is_reserved("in")? {
            return Ok((variable, None));
        }
        self.next()?;
        let mut words = Vec::new();
        loop {
            match self.peek()?.clone() {
                Token::Word(word) => words.push(word),
                Token::Operator(";") | Token::Newline => {
                    self.next()?;
                    self.skip_newlines()?;
                    return Ok((variable, Some(words)));
                }
                _ => return self.unexpected(),
            }
            self.next()?;
        }
    }

    fn loop_body(&mut self) -> Result<List> {
        if self.take_reserved("{")? {
            let body = self.filled_list()?;
            self.expect("}")?;
            return Ok(body);
        }
        self.do_group()
    }

    fn arithmetic_for(&mut self) -> Result<CommandKind> {
        let Some(text) = self.arithmetic_text(2)? else { return self.unexpected() };
        let pieces: Vec<&str> = text.split(';').collect();
        let [first, second, third] = pieces.as_slice() else {
            return Err(self.other("syntax error: arithmetic expression required"));
        };
        let (first, second, third) =
            (self.arithmetic_of(first)?, self.arithmetic_of(second)?, self.arithmetic_of(third)?);
        let parts = Box::new([first, second, third]);
        if self.is_operator(";")? {
            self.next()?;
        }
        self.skip_newlines()?;
        let body = self.loop_body()?;
        Ok(CommandKind::ArithmeticFor { parts, body })
    }

    fn case_command(&mut self) -> Result<CommandKind> {
        self.assignments = false;
        self.next()?;
        let Token::Word(word) = self.peek()?.clone() else { return self.unexpected_in_line() };
        self.next()?;
        self.skip_newlines()?;
        if !self.is_reserved("in")? {
            return self.unexpected();
        }
        self.next()?;
        let mut items = Vec::new();
        loop {
            self.assignments = false;
            self.skip_newlines()?;
            if self.is_reserved("esac")? {
                self.next()?;
                return Ok(CommandKind::Case { word, items });
            }
            items.push(self.case_item()?);
        }
    }

    fn case_item(&mut self) -> Result<CaseItem> {
        self.take_operator("(")?;
        let mut patterns = Vec::new();
        loop {
            let Token::Word(pattern) = self.peek()?.clone() else { return self.unexpected_in_line() };
            self.next()?;
            patterns.push(pattern);
            if !self.take_operator("|")? {
                break;
            }
        }
        if !self.take_operator(")")? {
            return self.unexpected_in_line();
        }
        let body = self.list()?;
        let end = match self.peek()? {
            Token::Operator(";;") => CaseEnd::Leave,
            Token::Operator(";&") => CaseEnd::FallThrough,
            Token::Operator(";;&") => CaseEnd::TestNext,
            Token::Word(word) if is_plain(word, "esac") => {
                return Ok(CaseItem { patterns, body, end: CaseEnd::Leave });
            }
            _ => return self.unexpected(),
        };
        self.assignments = false;
        self.next()?;
        Ok(CaseItem { patterns, body, end })
    }

    fn function_command(&mut self, line: u32) -> Result<Command> {
        self.assignments = false;
        self.next()?;
        let Token::Word(name) = self.peek()?.clone() else { return self.unexpected_in_line() };
        self.next()?;
        if self.take_operator("(")? && !self.take_operator(")")? {
            return self.unexpected_in_line();
        }
        self.function_body(name.text.to_string(), line)
    }

    fn function_body(&mut self, name: String, line: u32) -> Result<Command> {
        self.assignments = true;
        self.skip_newlines()?;
        let simple = |kind: &CommandKind| matches!(kind, CommandKind::Simple(_) | CommandKind::Function(_));
        let (start, first_line) = self.next_start()?;
        let body = self.deeper(Self::command)?;
        if simple(&body.kind) {
            self.peeked = None;
            (self.position, self.line) = (start, first_line);
            return self.unexpected();
        }
        let kind = CommandKind::Function(Rc::new(Function { name, body }));
        Ok(Command { kind, redirects: Vec::new(), line })
    }

    fn simple_command(&mut self, mut line: u32) -> Result<Command> {
        let mut simple = Simple::default();
        let mut redirects = Vec::new();
        self.assignments = true;
        loop {
            if simple.words.is_empty() {
                while self.expand_alias()? {}
            } else {
                self.expand_next_alias()?;
            }
            let token = self.peek()?.clone();
            // Like bash's parser, which looks for a parenthesis behind the first word before it notes the line.
            if simple.words.len() == 1
                && simple.assignments.is_empty()
                && redirects.is_empty()
                && !matches!(token, Token::Newline | Token::End)
            {
                line = self.line;
            }
            match token {
                Token::Assignment(assignment) => {
                    self.next()?;
                    if simple.words.is_empty() {
                        simple.assignments.push(assignment);
                    } else {
                        simple.words.push(Argument::Assignment(assignment));
                    }
                }
                Token::Word(word) => {
                    self.next()?;
                    if simple.words.is_empty() {
                        self.assignments = word.literal().is_some_and(|name| DECLARATIONS.contains(&name));
                    }
                    simple.words.push(Argument::Word(word));
                }
                Token::Operator("(") => {
                    let [Argument::Word(name)] = simple.words.as_slice() else { return self.unexpected() };
                    let name = name.text.to_string();
                    if !simple.assignments.is_empty() || !redirects.is_empty() {
                        return self.unexpected();
                    }
                    self.next()?;
                    if !self.take_operator(")")? {
                        return self.unexpected();
                    }
                    return self.function_body(name, line);
                }
                _ => match self.redirect()? {
                    Some(redirect) => redirects.push(redirect),
                    None => break,
                },
            }
        }
        if simple.words.is_empty() && simple.assignments.is_empty() && redirects.is_empty() {
            return self.unexpected();
        }
        Ok(Command { kind: CommandKind::Simple(simple), redirects, line })
    }
}

/// Whether a word is just that text, without quotes.
pub(super) fn is_plain(word: &Word, text: &str) -> bool {
    word.text.as_ref() == text
}
