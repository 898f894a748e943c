//! From the words of a program to its tree.

mod expr;

use super::ast::{Expr, Function, Pattern, Program, Rule, Stmt, Target, Var};
use super::lexer::{Lexer, Token};

/// The variables that awk knows; the machine finds them by these numbers.
pub(super) const SPECIALS: &[&str] = &[
    "NF", "NR", "FNR", "FS", "OFS", "ORS", "RS", "FILENAME", "SUBSEP", "RSTART", "RLENGTH", "CONVFMT",
    "OFMT", "ENVIRON", "ARGC", "ARGV",
];

pub(super) type Result<T> = std::result::Result<T, String>;

/// Reads a program; the error is what mawk says after its name.
pub(super) fn parse(text: &str, intervals: bool) -> Result<Program> {
    let mut parser = Parser {
        words: 0,
        depth: 0,
        lexer: Lexer::new(text),
        token: Token::Newline,
        program: Program::default(),
        locals: None,
        loops: 0,
        braces: 0,
        parens: 0,
        in_rule: true,
        intervals,
    };
    parser.program.globals = SPECIALS.iter().map(|name| (*name).to_owned()).collect();
    let result = parser.advance().and_then(|()| parser.program());
    // A newline that is looked at already belongs to the line before.
    // The end counts as one more.
    let line = match parser.token {
        Token::Newline if parser.lexer.line > 1 => parser.lexer.line - 1,
        Token::End => parser.lexer.line + 1,
        _ => parser.lexer.line,
    };
    result.map_err(|message| format!("line {line}: {message}"))?;
    if let Some(missing) = parser.program.functions.iter().find(|function| function.body.is_none()) {
        return Err(format!("line {line}: function {} never defined", missing.name));
    }
    Ok(parser.program)
}

/// How many words a statement may have, and how deep constructs may be nested: bounds for the stack.
const MAX_WORDS: usize = 1000;
const MAX_DEPTH: usize = 150;

pub(super) struct Parser {
    lexer: Lexer,
    /// The words of the statement so far.
    words: usize,
    depth: usize,
    token: Token,
    program: Program,
    /// The parameters of the function that is being read.
    locals: Option<Vec<String>>,
    loops: usize,
    braces: usize,
    parens: usize,
    /// Whether `next` makes sense here.
    in_rule: bool,
    /// Whether `{2}` repeats in regular expressions.
    intervals: bool,
}

impl Parser {
    fn advance(&mut self) -> Result<()> {
        self.token = self.lexer.next()?;
        self.words += 1;
        // A statement as long as that may be a tree as high as that.
        if self.words > MAX_WORDS { Err("statement too long".to_owned()) } else { Ok(()) }
    }

    /// Runs a parser that may call itself, within the bounds of the stack.
    pub(super) fn deeper<T>(&mut self, run: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth >= MAX_DEPTH {
            return Err("nested too deeply".to_owned());
        }
        self.depth += 1;
        let result = run(self);
        self.depth -= 1;
        result
    }

    fn is(&self, word: &str) -> bool {
        matches!(&self.token, Token::Word(found) if *found == word)
    }

    fn take(&mut self, word: &str) -> Result<bool> {
        if self.is(word) {
            self.advance()?;
            return Ok(true);
        }
        Ok(false)
    }

    fn expect(&mut self, word: &str) -> Result<()> {
        match word {
            "(" => self.parens += 1,
            "{" => self.braces += 1,
            _ => {}
        }
        if !self.is(word) {
            return Err(self.error());
        }
        match word {
            ")" => self.parens = self.parens.saturating_sub(1),
            "}" => self.braces = self.braces.saturating_sub(1),
            _ => {}
        }
        self.advance()
    }

    /// What is wrong with the word at hand.
    fn error(&self) -> String {
        match &self.token {
            Token::End if self.parens > 0 => "missing ) near end of file".to_owned(),
            Token::End if self.braces > 0 => "missing } near end of file".to_owned(),
            Token::End => "syntax error at or near end of file".to_owned(),
            Token::Newline if self.parens > 0 => "missing ) near end of line".to_owned(),
            Token::Newline => "syntax error at or near end of line".to_owned(),
            Token::Word("}") if self.parens > 0 => "missing ) near }".to_owned(),
            Token::Word(")") if self.parens == 0 => "extra ')'".to_owned(),
            Token::Word("]") => "extra ']'".to_owned(),
            Token::Word("}") if self.braces == 0 => "extra '}'".to_owned(),
            Token::Word(";") if self.parens > 0 => "missing ) near end of line".to_owned(),
            _ => format!("syntax error at or near {}", self.lexer.shown()),
        }
    }

    fn skip_newlines(&mut self) -> Result<()> {
        while self.token == Token::Newline {
            self.advance()?;
        }
        Ok(())
    }

    fn skip_ends(&mut self) -> Result<()> {
        while self.token == Token::Newline || self.is(";") {
            self.advance()?;
        }
        Ok(())
    }

    fn program(&mut self) -> Result<()> {
        self.skip_ends()?;
        while self.token != Token::End {
            self.item()?;
            self.skip_ends()?;
        }
        Ok(())
    }

    fn item(&mut self) -> Result<()> {
        if self.take("BEGIN")? {
            self.in_rule = false;
            let body = self.block()?;
            self.program.begin.push(body);
        } else if self.take("END")? {
            self.in_rule = false;
            let body = self.block()?;
            self.program.end.push(body);
        } else if self.take("function")? {
            self.in_rule = true;
            self.function()?;
        } else {
            self.in_rule = true;
            let pattern = if self.is("{") {
                Pattern::Always
            } else {
                let first = self.expr()?;
                if self.take(",")? {
                    self.skip_newlines()?;
                    Pattern::Range(first, self.expr()?)
                } else {
                    Pattern::If(first)
                }
            };
            let action = if self.is("{") {
                Some(self.block()?)
            } else if matches!(self.token, Token::Newline | Token::End) || self.is(";") {
                None
            } else {
                return Err(self.error());
            };
            self.program.rules.push(Rule { pattern, action });
        }
        Ok(())
    }

    fn function(&mut self) -> Result<()> {
        let name = match &self.token {
            Token::Name(name) | Token::Call(name) => name.clone(),
            _ => return Err(self.error()),
        };
        self.advance()?;
        self.expect("(")?;
        let mut params = Vec::new();
        while let Token::Name(param) = &self.token {
            params.push(param.clone());
            self.advance()?;
            if !self.take(",")? {
                break;
            }
            self.skip_newlines()?;
        }
        self.expect(")")?;
        self.skip_newlines()?;
        let index = self.function_index(&name);
        if self.program.functions[index].body.is_some() {
            return Err(format!("type error in arg definition of {name}: redefinition"));
        }
        self.program.functions[index].params.clone_from(&params);
        self.locals = Some(params);
        let body = self.block();
        self.locals = None;
        self.program.functions[index].body = Some(body?);
        Ok(())
    }

    fn function_index(&mut self, name: &str) -> usize {
        let functions = &mut self.program.functions;
        functions.iter().position(|function| function.name == name).unwrap_or_else(|| {
            functions.push(Function { name: name.to_owned(), ..Function::default() });
            functions.len() - 1
        })
    }

    fn variable(&mut self, name: &str) -> Var {
        if let Some(index) = self.locals.as_ref().and_then(|locals| locals.iter().position(|l| l == name)) {
            return Var::Local(index as u16);
        }
        let globals = &mut self.program.globals;
        let index = globals.iter().position(|global| global == name).unwrap_or_else(|| {
            globals.push(name.to_owned());
            globals.len() - 1
        });
        Var::Global(index as u16)
    }

    fn block(&mut self) -> Result<Stmt> {
        self.expect("{")?;
        let mut statements = Vec::new();
        self.skip_ends()?;
        while !self.is("}") {
            statements.push(self.statement()?);
            self.skip_ends()?;
        }
        self.expect("}")?;
        Ok(Stmt::Block(statements))
    }

    /// A statement and its end.
    fn statement(&mut self) -> Result<Stmt> {
        self.words = 0;
        self.deeper(Self::one_statement)
    }

    fn one_statement(&mut self) -> Result<Stmt> {
        let simple = match &self.token {
            Token::Word("{") => return self.block(),
            Token::Word("if") => return self.if_statement(),
            Token::Word("while") => {
                self.advance()?;
                let condition = self.condition()?;
                if self.take(";")? {
                    return Ok(Stmt::While(condition, Box::new(Stmt::Block(Vec::new()))));
                }
                return Ok(Stmt::While(condition, Box::new(self.body(true)?)));
            }
            Token::Word("do") => {
                self.advance()?;
                let body = self.body(true)?;
                self.skip_ends()?;
                self.expect("while")?;
                let condition = self.condition()?;
                Stmt::Do(Box::new(body), condition)
            }
            Token::Word("for") => return self.for_statement(),
            Token::Word(";") => {
                self.advance()?;
                return Ok(Stmt::Block(Vec::new()));
            }
            _ => self.simple_statement()?,
        };
        self.statement_end()?;
        Ok(simple)
    }

    fn statement_end(&mut self) -> Result<()> {
        if self.token == Token::Newline || self.is(";") {
            return self.advance();
        }
        if self.is("}") { Ok(()) } else { Err(self.error()) }
    }

    fn condition(&mut self) -> Result<Expr> {
        self.expect("(")?;
        let condition = self.expr()?;
        self.expect(")")?;
        Ok(condition)
    }

    fn body(&mut self, in_loop: bool) -> Result<Stmt> {
        self.skip_newlines()?;
        self.loops += usize::from(in_loop);
        let body = self.statement();
        self.loops -= usize::from(in_loop);
        body
    }

    fn if_statement(&mut self) -> Result<Stmt> {
        self.advance()?;
        let condition = self.condition()?;
        let then = self.body(false)?;
        self.skip_ends()?;
        let otherwise = if self.take("else")? { Some(Box::new(self.body(false)?)) } else { None };
        Ok(Stmt::If(condition, Box::new(then), otherwise))
    }

    fn for_statement(&mut self) -> Result<Stmt> {
        self.advance()?;
        self.expect("(")?;
        let first = if self.is(";") { None } else { Some(Box::new(self.simple_statement()?)) };
        if let (Some(Stmt::Expr(Expr::In(keys, array))), true) = (first.as_deref(), self.is(")"))
            && let [Expr::Place(super::ast::Place::Var(variable))] = keys[..]
        {
            let array = *array;
            self.expect(")")?;
            return Ok(Stmt::ForIn(variable, array, Box::new(self.body(true)?)));
        }
        self.expect(";")?;
        self.skip_newlines()?;
        let condition = if self.is(";") { None } else { Some(self.expr()?) };
        self.expect(";")?;
        self.skip_newlines()?;
        let step = if self.is(")") { None } else { Some(Box::new(self.simple_statement()?)) };
        self.expect(")")?;
        if self.take(";")? {
            return Ok(Stmt::For(first, condition, step, Box::new(Stmt::Block(Vec::new()))));
        }
        Ok(Stmt::For(first, condition, step, Box::new(self.body(true)?)))
    }

    fn simple_statement(&mut self) -> Result<Stmt> {
        let word = match &self.token {
            Token::Word(word) => *word,
            _ => "",
        };
        Ok(match word {
            "print" | "printf" => self.print(word == "printf")?,
            "next" | "nextfile" => {
                if !self.in_rule {
                    return Err(format!("improper use of {word}"));
                }
                self.advance()?;
                if word == "next" { Stmt::Next } else { Stmt::NextFile }
            }
            "break" | "continue" => {
                if self.loops == 0 {
                    return Err(format!("{word} statement outside of loop"));
                }
                self.advance()?;
                if word == "break" { Stmt::Break } else { Stmt::Continue }
            }
            "exit" => {
                self.advance()?;
                Stmt::Exit(self.optional_expr()?)
            }
            "return" => {
                if self.locals.is_none() {
                    return Err("return outside function body".to_owned());
                }
                self.advance()?;
                Stmt::Return(self.optional_expr()?)
            }
            "delete" => self.delete()?,
            _ => Stmt::Expr(self.expr()?),
        })
    }

    fn optional_expr(&mut self) -> Result<Option<Expr>> {
        let ends = matches!(self.token, Token::Newline | Token::End) || self.is(";") || self.is("}");
        if ends { Ok(None) } else { Ok(Some(self.expr()?)) }
    }

    fn delete(&mut self) -> Result<Stmt> {
        self.advance()?;
        let Token::Name(name) = self.token.clone() else { return Err(self.error()) };
        self.advance()?;
        let array = self.variable(&name);
        if !self.take("[")? {
            return Ok(Stmt::Delete(array, None));
        }
        let keys = self.list("]")?;
        self.expect("]")?;
        Ok(Stmt::Delete(array, Some(keys)))
    }

    fn print(&mut self, formatted: bool) -> Result<Stmt> {
        self.advance()?;
        let mut values = Vec::new();
        let ends = |parser: &Self| {
            matches!(parser.token, Token::Newline | Token::End)
                || [";", "}", ">", ">>", "|"].iter().any(|word| parser.is(word))
        };
        if !ends(self) {
            values.push(self.expr_in_print()?);
            while self.take(",")? {
                self.skip_newlines()?;
                values.push(self.expr_in_print()?);
            }
        }
        if let [Expr::Group(_)] = values[..]
            && let Some(Expr::Group(inner)) = values.pop()
        {
            values = inner;
        }
        if values.iter().any(|value| matches!(value, Expr::Group(_))) || (formatted && values.is_empty()) {
            return Err(self.error());
        }
        let target = match &self.token {
            Token::Word(">") => Some(Target::Truncate),
            Token::Word(">>") => Some(Target::Append),
            Token::Word("|") => Some(Target::Command),
            _ => None,
        };
        let redirect = match target {
            None => None,
            Some(target) => {
                self.advance()?;
                Some((target, self.concatenation_without_greater()?))
            }
        };
        Ok(if formatted { Stmt::Printf(values, redirect) } else { Stmt::Print(values, redirect) })
    }
}
