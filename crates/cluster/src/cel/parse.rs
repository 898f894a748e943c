//! Text to expressions.

use podground_api::{Value, json};

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expr {
    Literal(Value),
    Ident(String),
    /// `a.b`; with `true` `a.?b`
    Select(Box<Expr>, String, bool),
    /// `a[b]`; with `true` `a[?b]`
    Index(Box<Expr>, Box<Expr>, bool),
    /// `f(x)`, `a.f(x)`
    Call(Option<Box<Expr>>, String, Vec<Expr>),
    Unary(char, Box<Expr>),
    Binary(&'static str, Box<Expr>, Box<Expr>),
    Ternary(Box<Expr>, Box<Expr>, Box<Expr>),
    List(Vec<Expr>),
    Map(Vec<(Expr, Expr)>),
    /// `Object.spec{replicas: 1}`: the fields of an object that a policy makes.
    Object(Vec<(String, Expr)>),
}

impl Expr {
    /// Calls `f` with this and all expressions within.
    pub(super) fn visit(&self, f: &mut dyn FnMut(&Expr)) {
        f(self);
        match self {
            Self::Literal(_) | Self::Ident(_) => {}
            Self::Select(inner, ..) | Self::Unary(_, inner) => inner.visit(f),
            Self::Index(a, b, _) | Self::Binary(_, a, b) => {
                a.visit(f);
                b.visit(f);
            }
            Self::Call(target, _, args) => {
                target.iter().for_each(|target| target.visit(f));
                args.iter().for_each(|arg| arg.visit(f));
            }
            Self::Ternary(a, b, c) => [a, b, c].into_iter().for_each(|part| part.visit(f)),
            Self::List(items) => items.iter().for_each(|item| item.visit(f)),
            Self::Map(entries) => entries.iter().for_each(|(key, value)| {
                key.visit(f);
                value.visit(f);
            }),
            Self::Object(fields) => fields.iter().for_each(|(_, value)| value.visit(f)),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Literal(Value),
    Ident(String),
    Sign(&'static str),
}

const SIGNS: &[&str] = &[
    "&&", "||", "==", "!=", "<=", ">=", ".?", "[?", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ".",
    ",", "(", ")", "[", "]", "{", "}",
];

/// How deep expressions may be nested.
const MAX_DEPTH: usize = 100;

pub(super) fn parse(text: &str) -> Result<Expr, String> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0 };
    let expression = parser.ternary()?;
    match parser.peek() {
        None => Ok(expression),
        Some(token) => Err(format!("Syntax error: extraneous input '{}' expecting <EOF>", show(token))),
    }
}

fn show(token: &Token) -> String {
    match token {
        Token::Literal(value) => value.to_string(),
        Token::Ident(name) => name.clone(),
        Token::Sign(sign) => (*sign).to_owned(),
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let raw = rest.starts_with("r'") || rest.starts_with("r\"");
        if rest.starts_with("//") {
            rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
        } else if first == '\'' || first == '"' || raw {
            let (literal, after) = string(if raw { &rest[1..] } else { rest }, raw)?;
            tokens.push(Token::Literal(literal.into()));
            rest = after;
        } else if first.is_ascii_digit() {
            let end =
                rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '.').map_or(rest.len(), |end| end);
            let (number, after) = rest.split_at(end);
            tokens.push(Token::Literal(self::number(number)?));
            rest = after;
        } else if first.is_ascii_alphabetic() || first == '_' {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            tokens.push(match name {
                "true" => Token::Literal(true.into()),
                "false" => Token::Literal(false.into()),
                "null" => Token::Literal(Value::Null),
                "in" => Token::Sign("in"),
                _ => Token::Ident(name.to_owned()),
            });
            rest = after;
        } else {
            let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
            let sign = sign.ok_or_else(|| format!("Syntax error: token recognition error at: '{first}'"))?;
            tokens.push(Token::Sign(sign));
            rest = &rest[sign.len()..];
        }
        rest = rest.trim_start();
    }
    Ok(tokens)
}

fn number(text: &str) -> Result<Value, String> {
    let wrong = || format!("Syntax error: invalid number '{text}'");
    if let Some(hex) = text.strip_prefix("0x") {
        return i64::from_str_radix(hex, 16).map(Value::from).map_err(|_| wrong());
    }
    let whole = text.strip_suffix('u').unwrap_or(text);
    if let Ok(number) = whole.parse::<i64>() {
        return Ok(number.into());
    }
    text.parse::<f64>().map(|number| json!(number)).map_err(|_| wrong())
}

fn string(text: &str, raw: bool) -> Result<(String, &str), String> {
    let triple = ["'''", "\"\"\""].into_iter().find(|quote| text.starts_with(*quote));
    let quote = triple.unwrap_or(&text[..1]);
    let mut out = String::new();
    let mut rest = &text[quote.len()..];
    loop {
        if let Some(after) = rest.strip_prefix(quote) {
            return Ok((out, after));
        }
        let mut chars = rest.chars();
        let c = chars.next().ok_or("Syntax error: a string is not closed")?;
        if c == '\\' && !raw {
            let escaped = chars.next().ok_or("Syntax error: a string is not closed")?;
            out.push(match escaped {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                other => other,
            });
        } else {
            out.push(c);
        }
        rest = chars.as_str();
    }
}

/// Whether a name is that of a type of which policies make objects: `Object.spec.template`, `JSONPatch`.
fn names_a_type(expression: &Expr) -> bool {
    match expression {
        Expr::Ident(name) => name == "Object" || name == "JSONPatch",
        Expr::Select(inner, _, false) => names_a_type(inner),
        _ => false,
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn eat(&mut self, sign: &'static str) -> bool {
        let found = self.peek() == Some(&Token::Sign(sign));
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, sign: &'static str) -> Result<(), String> {
        if self.eat(sign) {
            return Ok(());
        }
        let found = self.peek().map_or("<EOF>".to_owned(), show);
        Err(format!("Syntax error: mismatched input '{found}' expecting '{sign}'"))
    }

    fn ternary(&mut self) -> Result<Expr, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("expression is nested too deeply".to_owned());
        }
        let condition = self.binary(0)?;
        let result = if self.eat("?") {
            let yes = self.ternary()?;
            self.expect(":")?;
            Expr::Ternary(Box::new(condition), Box::new(yes), Box::new(self.ternary()?))
        } else {
            condition
        };
        self.depth -= 1;
        Ok(result)
    }

    fn binary(&mut self, level: usize) -> Result<Expr, String> {
        const LEVELS: &[&[&str]] =
            &[&["||"], &["&&"], &["==", "!=", "<=", ">=", "<", ">", "in"], &["+", "-"], &["*", "/", "%"]];
        let Some(signs) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.binary(level + 1)?;
        while let Some(Token::Sign(sign)) = self.peek().cloned() {
            if !signs.contains(&sign) {
                break;
            }
            self.at += 1;
            left = Expr::Binary(sign, Box::new(left), Box::new(self.binary(level + 1)?));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expr, String> {
        for (sign, operator) in [("!", '!'), ("-", '-')] {
            if self.eat(sign) {
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    return Err("expression is nested too deeply".to_owned());
                }
                let inner = self.unary()?;
                self.depth -= 1;
                return Ok(Expr::Unary(operator, Box::new(inner)));
            }
        }
        let mut value = self.primary()?;
        loop {
            if self.eat(".?") {
                value = Expr::Select(Box::new(value), self.name()?, true);
            } else if self.eat(".") {
                let name = self.name()?;
                value = if self.eat("(") {
                    Expr::Call(Some(Box::new(value)), name, self.list(")")?)
                } else {
                    Expr::Select(Box::new(value), name, false)
                };
            } else if self.eat("[?") {
                let index = self.ternary()?;
                self.expect("]")?;
                value = Expr::Index(Box::new(value), Box::new(index), true);
            } else if self.eat("[") {
                let index = self.ternary()?;
                self.expect("]")?;
                value = Expr::Index(Box::new(value), Box::new(index), false);
            } else if names_a_type(&value) && self.eat("{") {
                value = Expr::Object(self.fields()?);
            } else {
                return Ok(value);
            }
        }
    }

    /// The fields between the braces of an object.
    fn fields(&mut self) -> Result<Vec<(String, Expr)>, String> {
        let mut fields = Vec::new();
        while !self.eat("}") {
            let name = self.name()?;
            self.expect(":")?;
            fields.push((name, self.ternary()?));
            if !self.eat(",") {
                self.expect("}")?;
                break;
            }
        }
        Ok(fields)
    }

    fn name(&mut self) -> Result<String, String> {
        match self.next() {
            Some(Token::Ident(name)) => Ok(name),
            Some(Token::Sign("in")) => Ok("in".to_owned()),
            other => {
                let found = other.as_ref().map_or("<EOF>".to_owned(), show);
                Err(format!("Syntax error: mismatched input '{found}' expecting IDENTIFIER"))
            }
        }
    }

    fn list(&mut self, end: &'static str) -> Result<Vec<Expr>, String> {
        let mut items = Vec::new();
        while !self.eat(end) {
            items.push(self.ternary()?);
            if !self.eat(",") {
                self.expect(end)?;
                break;
            }
        }
        Ok(items)
    }

    fn primary(&mut self) -> Result<Expr, String> {
        match self.next() {
            Some(Token::Literal(value)) => Ok(Expr::Literal(value)),
            Some(Token::Ident(name)) if self.eat("(") => Ok(Expr::Call(None, name, self.list(")")?)),
            Some(Token::Ident(name)) => Ok(Expr::Ident(name)),
            Some(Token::Sign("(")) => {
                let inner = self.ternary()?;
                self.expect(")")?;
                Ok(inner)
            }
            Some(Token::Sign("[")) => Ok(Expr::List(self.list("]")?)),
            Some(Token::Sign("{")) => {
                let mut entries = Vec::new();
                while !self.eat("}") {
                    let key = self.ternary()?;
                    self.expect(":")?;
                    entries.push((key, self.ternary()?));
                    if !self.eat(",") {
                        self.expect("}")?;
                        break;
                    }
                }
                Ok(Expr::Map(entries))
            }
            other => {
                let found = other.as_ref().map_or("<EOF>".to_owned(), show);
                Err(format!("Syntax error: mismatched input '{found}' expecting an expression"))
            }
        }
    }
}
