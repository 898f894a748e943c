//! From tokens to statements: the part of the language that small servers are written in.

use std::rc::Rc;

use super::lexer::{Placed, Token, tokens};
use super::syntax::{Expression, Function, Statement};

/// How deep expressions and blocks may be nested.
const DEPTH: usize = 60;

type Parsed<T> = Result<T, (usize, String)>;

/// Binary operators with their strength.
const OPERATORS: &[(&str, u8)] = &[
    ("??", 1),
    ("||", 1),
    ("&&", 2),
    ("===", 5),
    ("!==", 5),
    ("==", 5),
    ("!=", 5),
    ("<", 6),
    (">", 6),
    ("<=", 6),
    (">=", 6),
    ("+", 8),
    ("-", 8),
    ("*", 9),
    ("/", 9),
    ("%", 9),
];

/// What the language has and this does not.
const UNSUPPORTED: &[&str] =
    &["class", "switch", "async", "await", "yield", "import", "export", "do", "with", "delete", "instanceof"];

/// Reads a script; the error is a line and what is wrong there.
pub(super) fn parse(text: &str) -> Parsed<Vec<Statement>> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0 };
    let mut statements = Vec::new();
    while *parser.peek() != Token::End {
        statements.push(parser.statement()?);
    }
    Ok(statements)
}

struct Parser {
    tokens: Vec<Placed>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn placed(&self) -> &Placed {
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    fn peek(&self) -> &Token {
        &self.placed().token
    }

    fn line(&self) -> usize {
        self.placed().line
    }

    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    fn sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Token::Sign(found) if *found == sign);
        self.at += usize::from(found);
        found
    }

    fn word(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Token::Name(found) if **found == *word);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, sign: &str) -> Parsed<()> {
        if self.sign(sign) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn unexpected(&self) -> (usize, String) {
        let text = match self.peek() {
            Token::End => "Unexpected end of input".to_owned(),
            Token::Name(name) if UNSUPPORTED.contains(&&**name) => {
                format!("podground's node does not support `{name}` yet")
            }
            Token::Name(name) => format!("Unexpected identifier '{name}'"),
            Token::Number(_) => "Unexpected number".to_owned(),
            Token::Text(_) => "Unexpected string".to_owned(),
            Token::Template(..) => "Unexpected template string".to_owned(),
            Token::Sign(sign) => format!("Unexpected token '{sign}'"),
        };
        (self.line(), text)
    }

    fn name(&mut self) -> Parsed<Rc<str>> {
        match self.peek().clone() {
            Token::Name(name) if !UNSUPPORTED.contains(&&*name) => {
                self.at += 1;
                Ok(name)
            }
            _ => Err(self.unexpected()),
        }
    }

    /// The end of a statement: a semicolon, a line break, or what closes the block.
    fn end(&mut self) -> Parsed<()> {
        let ends =
            self.sign(";") || self.placed().fresh || matches!(self.peek(), Token::Sign("}") | Token::End);
        if ends { Ok(()) } else { Err(self.unexpected()) }
    }

    fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= DEPTH {
            return Err((
                self.line(),
                "podground's node does not support nesting as deep as this".to_owned(),
            ));
        }
        self.depth += 1;
        let result = work(self);
        self.depth -= 1;
        result
    }

    fn block(&mut self) -> Parsed<Vec<Statement>> {
        self.expect("{")?;
        let mut statements = Vec::new();
        while !self.sign("}") {
            statements.push(self.statement()?);
        }
        Ok(statements)
    }

    fn statement(&mut self) -> Parsed<Statement> {
        self.deeper(Self::plain_statement)
    }

    fn plain_statement(&mut self) -> Parsed<Statement> {
        let line = self.line();
        if let Token::Sign("{") = self.peek() {
            return Ok(Statement::Block(self.block()?));
        }
        if self.sign(";") {
            return Ok(Statement::Empty);
        }
        let Token::Name(word) = self.peek().clone() else { return self.expression_statement() };
        match &*word {
            "const" | "let" | "var" => {
                let statement = self.declaration()?;
                self.end()?;
                Ok(statement)
            }
            "function" => {
                self.at += 1;
                let name = self.name()?;
                Ok(Statement::Function(name, self.function()?))
            }
            "if" => {
                self.at += 1;
                let condition = self.in_parentheses()?;
                let then = Box::new(self.statement()?);
                let other = if self.word("else") { Some(Box::new(self.statement()?)) } else { None };
                Ok(Statement::If(condition, then, other))
            }
            "while" => {
                self.at += 1;
                let condition = self.in_parentheses()?;
                Ok(Statement::While(condition, Box::new(self.statement()?)))
            }
            "for" => self.for_loop(),
            "return" => {
                self.at += 1;
                let bare = self.placed().fresh || matches!(self.peek(), Token::Sign(";" | "}") | Token::End);
                let value = if bare { None } else { Some(self.expression()?) };
                self.end()?;
                Ok(Statement::Return(value))
            }
            "throw" => {
                self.at += 1;
                let value = self.expression()?;
                self.end()?;
                Ok(Statement::Throw(value, line))
            }
            "try" => self.try_block(),
            "break" | "continue" => {
                self.at += 1;
                self.end()?;
                Ok(if *word == *"break" { Statement::Break } else { Statement::Continue })
            }
            _ => self.expression_statement(),
        }
    }

    fn expression_statement(&mut self) -> Parsed<Statement> {
        let value = self.expression()?;
        self.end()?;
        Ok(Statement::Expression(value))
    }

    fn in_parentheses(&mut self) -> Parsed<Expression> {
        self.expect("(")?;
        let value = self.expression()?;
        self.expect(")")?;
        Ok(value)
    }

    fn declaration(&mut self) -> Parsed<Statement> {
        self.at += 1;
        let mut declared = Vec::new();
        loop {
            let name = self.name()?;
            let value = if self.sign("=") { Some(self.expression()?) } else { None };
            declared.push((name, value));
            if !self.sign(",") {
                return Ok(Statement::Declare(declared));
            }
        }
    }

    fn for_loop(&mut self) -> Parsed<Statement> {
        self.at += 1;
        self.expect("(")?;
        let first = match self.peek() {
            Token::Sign(";") => Statement::Empty,
            Token::Name(word) if matches!(&**word, "let" | "var" | "const") => self.declaration()?,
            _ => Statement::Expression(self.expression()?),
        };
        if matches!(self.peek(), Token::Name(word) if matches!(&**word, "of" | "in")) {
            return Err((
                self.line(),
                "podground's node does not support `for … of` and `for … in` yet".to_owned(),
            ));
        }
        self.expect(";")?;
        let condition = if self.sign(";") {
            None
        } else {
            let condition = self.expression()?;
            self.expect(";")?;
            Some(condition)
        };
        let step = if matches!(self.peek(), Token::Sign(")")) { None } else { Some(self.expression()?) };
        self.expect(")")?;
        Ok(Statement::For(Box::new(first), condition, step, Box::new(self.statement()?)))
    }

    fn try_block(&mut self) -> Parsed<Statement> {
        self.at += 1;
        let block = self.block()?;
        let (mut caught, mut handler) = (None, Vec::new());
        if self.word("catch") {
            if self.sign("(") {
                caught = Some(self.name()?);
                self.expect(")")?;
            } else {
                caught = Some("".into());
            }
            handler = self.block()?;
        }
        let end = if self.word("finally") { self.block()? } else { Vec::new() };
        Ok(Statement::Try(block, caught, handler, end))
    }

    /// Parameters and body, after the name.
    fn function(&mut self) -> Parsed<Rc<Function>> {
        self.expect("(")?;
        let mut params = Vec::new();
        while !self.sign(")") {
            params.push(self.name()?);
            if !self.sign(",") {
                self.expect(")")?;
                break;
            }
        }
        Ok(Rc::new(Function { params, body: self.block()? }))
    }

    fn expression(&mut self) -> Parsed<Expression> {
        self.deeper(Self::assignment)
    }

    fn assignment(&mut self) -> Parsed<Expression> {
        if let Some(params) = self.arrow_params() {
            let body = if matches!(self.peek(), Token::Sign("{")) {
                self.block()?
            } else {
                vec![Statement::Return(Some(self.expression()?))]
            };
            return Ok(Expression::Function(Rc::new(Function { params, body })));
        }
        let target = self.choice()?;
        for (sign, operator) in [("=", ""), ("+=", "+"), ("-=", "-"), ("*=", "*"), ("/=", "/"), ("%=", "%")] {
            if self.sign(sign) {
                if !matches!(target, Expression::Name(..) | Expression::Member(..)) {
                    return Err((self.line(), "Invalid left-hand side in assignment".to_owned()));
                }
                return Ok(Expression::Assign(operator, Box::new(target), Box::new(self.expression()?)));
            }
        }
        Ok(target)
    }

    /// The parameters of an arrow function, if one begins here.
    fn arrow_params(&mut self) -> Option<Vec<Rc<str>>> {
        let start = self.at;
        let mut params = Vec::new();
        if self.sign("(") {
            while let Token::Name(name) = self.peek().clone() {
                self.at += 1;
                params.push(name);
                if !self.sign(",") {
                    break;
                }
            }
            if self.sign(")") && self.sign("=>") {
                return Some(params);
            }
        } else if let Token::Name(name) = self.peek().clone() {
            self.at += 1;
            if self.sign("=>") {
                return Some(vec![name]);
            }
        }
        self.at = start;
        None
    }

    fn choice(&mut self) -> Parsed<Expression> {
        let condition = self.binary(0)?;
        if !self.sign("?") {
            return Ok(condition);
        }
        let then = self.expression()?;
        self.expect(":")?;
        Ok(Expression::Choice(Box::new(condition), Box::new(then), Box::new(self.expression()?)))
    }

    fn binary(&mut self, least: u8) -> Parsed<Expression> {
        let mut left = self.unary()?;
        loop {
            let Token::Sign(sign) = *self.peek() else { return Ok(left) };
            let Some((operator, strength)) = OPERATORS.iter().find(|(known, _)| *known == sign) else {
                return Ok(left);
            };
            if *strength < least.max(1) {
                return Ok(left);
            }
            self.at += 1;
            let right = self.deeper(|parser| parser.binary(strength + 1))?;
            left = match *operator {
                "&&" | "||" | "??" => Expression::Logical(operator, Box::new(left), Box::new(right)),
                operator => Expression::Binary(operator, Box::new(left), Box::new(right)),
            };
        }
    }

    fn unary(&mut self) -> Parsed<Expression> {
        for sign in ["!", "-", "+"] {
            if self.sign(sign) {
                return Ok(Expression::Unary(sign, Box::new(self.deeper(Self::unary)?)));
            }
        }
        if self.word("typeof") {
            return Ok(Expression::Unary("typeof", Box::new(self.deeper(Self::unary)?)));
        }
        for (sign, delta) in [("++", 1.0), ("--", -1.0)] {
            if self.sign(sign) {
                return Ok(Expression::Update(Box::new(self.deeper(Self::unary)?), delta, true));
            }
        }
        let value = self.postfix()?;
        if !self.placed().fresh {
            for (sign, delta) in [("++", 1.0), ("--", -1.0)] {
                if self.sign(sign) {
                    return Ok(Expression::Update(Box::new(value), delta, false));
                }
            }
        }
        Ok(value)
    }

    fn arguments(&mut self) -> Parsed<Vec<Expression>> {
        let mut values = Vec::new();
        while !self.sign(")") {
            values.push(self.expression()?);
            if !self.sign(",") {
                self.expect(")")?;
                break;
            }
        }
        Ok(values)
    }

    fn postfix(&mut self) -> Parsed<Expression> {
        let line = self.line();
        let mut value = if self.word("new") {
            let mut made = self.primary()?;
            while self.sign(".") {
                made = Expression::Member(Box::new(made), Box::new(Expression::Text(self.property()?)));
            }
            let arguments = if self.sign("(") { self.arguments()? } else { Vec::new() };
            Expression::New(Box::new(made), arguments, line)
        } else {
            self.primary()?
        };
        loop {
            let line = self.line();
            value = if self.sign(".") {
                Expression::Member(Box::new(value), Box::new(Expression::Text(self.property()?)))
            } else if self.sign("[") {
                let key = self.expression()?;
                self.expect("]")?;
                Expression::Member(Box::new(value), Box::new(key))
            } else if self.sign("(") {
                Expression::Call(Box::new(value), self.arguments()?, line)
            } else {
                return Ok(value);
            };
        }
    }

    /// The name of a property may be any word.
    fn property(&mut self) -> Parsed<Rc<str>> {
        match self.peek().clone() {
            Token::Name(name) => {
                self.at += 1;
                Ok(name)
            }
            _ => Err(self.unexpected()),
        }
    }

    fn primary(&mut self) -> Parsed<Expression> {
        let line = self.line();
        match self.peek().clone() {
            Token::Number(number) => {
                self.at += 1;
                Ok(Expression::Number(number))
            }
            Token::Text(text) => {
                self.at += 1;
                Ok(Expression::Text(text))
            }
            Token::Template(texts, sources) => {
                self.at += 1;
                self.template(texts, &sources, line)
            }
            Token::Sign("(") => {
                self.at += 1;
                let value = self.expression()?;
                self.expect(")")?;
                Ok(value)
            }
            Token::Sign("[") => {
                self.at += 1;
                let mut values = Vec::new();
                while !self.sign("]") {
                    values.push(self.expression()?);
                    if !self.sign(",") {
                        self.expect("]")?;
                        break;
                    }
                }
                Ok(Expression::Array(values))
            }
            Token::Sign("{") => self.object(),
            Token::Name(name) => match &*name {
                "function" => {
                    self.at += 1;
                    if matches!(self.peek(), Token::Name(_)) {
                        self.at += 1;
                    }
                    Ok(Expression::Function(self.function()?))
                }
                "true" | "false" => {
                    self.at += 1;
                    Ok(Expression::Bool(*name == *"true"))
                }
                "null" => {
                    self.at += 1;
                    Ok(Expression::Null)
                }
                "undefined" => {
                    self.at += 1;
                    Ok(Expression::Undefined)
                }
                _ => Ok(Expression::Name(self.name()?, line)),
            },
            _ => Err(self.unexpected()),
        }
    }

    fn template(&mut self, texts: Vec<Rc<str>>, sources: &[String], line: usize) -> Parsed<Expression> {
        let mut parts = Vec::new();
        for (index, text) in texts.into_iter().enumerate() {
            parts.push(Expression::Text(text));
            if let Some(source) = sources.get(index) {
                let at = |(inner, message): (usize, String)| (line + inner - 1, message);
                let mut inner = Self { tokens: tokens(source).map_err(at)?, at: 0, depth: self.depth };
                parts.push(inner.expression().map_err(at)?);
                if *inner.peek() != Token::End {
                    return Err(at(inner.unexpected()));
                }
            }
        }
        Ok(Expression::Template(parts))
    }

    fn object(&mut self) -> Parsed<Expression> {
        self.at += 1;
        let mut fields = Vec::new();
        while !self.sign("}") {
            let line = self.line();
            let key: Rc<str> = match self.next() {
                Token::Name(name) => name,
                Token::Text(text) => text,
                Token::Number(number) => super::value::number_text(number).into(),
                _ => {
                    self.at -= 1;
                    return Err(self.unexpected());
                }
            };
            let value = if self.sign(":") {
                self.expression()?
            } else if matches!(self.peek(), Token::Sign("(")) {
                Expression::Function(self.function()?)
            } else {
                Expression::Name(key.clone(), line)
            };
            fields.push((key, value));
            if !self.sign(",") {
                self.expect("}")?;
                break;
            }
        }
        Ok(Expression::Object(fields))
    }
}
