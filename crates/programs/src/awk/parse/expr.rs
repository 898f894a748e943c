//! Expressions, by rising strength of their operators.

use super::super::ast::{Binary, Builtin, Expr, Place, Source, Unary};
use super::super::lexer::Token;
use super::{Parser, Result};

/// The functions of awk: name, least and most arguments.
const BUILTINS: &[(&str, Builtin, usize, usize)] = &[
    ("length", Builtin::Length, 0, 1),
    ("substr", Builtin::Substr, 2, 3),
    ("index", Builtin::Index, 2, 2),
    ("split", Builtin::Split, 2, 3),
    ("sub", Builtin::Sub, 2, 3),
    ("gsub", Builtin::Gsub, 2, 3),
    ("match", Builtin::Match, 2, 2),
    ("sprintf", Builtin::Sprintf, 1, 255),
    ("tolower", Builtin::Tolower, 1, 1),
    ("toupper", Builtin::Toupper, 1, 1),
    ("sin", Builtin::Sin, 1, 1),
    ("cos", Builtin::Cos, 1, 1),
    ("atan2", Builtin::Atan2, 2, 2),
    ("exp", Builtin::Exp, 1, 1),
    ("log", Builtin::Log, 1, 1),
    ("sqrt", Builtin::Sqrt, 1, 1),
    ("int", Builtin::Int, 1, 1),
    ("rand", Builtin::Rand, 0, 0),
    ("srand", Builtin::Srand, 0, 1),
    ("system", Builtin::System, 1, 1),
    ("close", Builtin::Close, 1, 1),
    ("fflush", Builtin::Fflush, 0, 1),
    ("systime", Builtin::Systime, 0, 0),
    ("strftime", Builtin::Strftime, 0, 3),
    ("mktime", Builtin::Mktime, 1, 1),
];

/// What an expression may hold: `>` is none after `print`, `in` none in what `getline <` reads.
#[derive(Clone, Copy)]
struct Allow {
    greater: bool,
    pipe: bool,
}

const ALL: Allow = Allow { greater: true, pipe: true };

impl Parser {
    pub(super) fn expr(&mut self) -> Result<Expr> {
        self.ternary(ALL)
    }

    pub(super) fn expr_in_print(&mut self) -> Result<Expr> {
        self.ternary(Allow { greater: false, pipe: true })
    }

    /// What follows `print … >`.
    pub(super) fn concatenation_without_greater(&mut self) -> Result<Expr> {
        self.concatenation(Allow { greater: false, pipe: false })
    }

    /// Expressions between commas.
    pub(super) fn list(&mut self, end: &str) -> Result<Vec<Expr>> {
        let mut list = Vec::new();
        self.skip_newlines()?;
        while !self.is(end) {
            list.push(self.expr()?);
            self.skip_newlines()?;
            if !self.take(",")? {
                break;
            }
            self.skip_newlines()?;
        }
        Ok(list)
    }

    fn ternary(&mut self, allow: Allow) -> Result<Expr> {
        self.deeper(|this| this.one_ternary(allow))
    }

    fn one_ternary(&mut self, allow: Allow) -> Result<Expr> {
        let condition = self.or(allow)?;
        if self.is("?") {
            self.advance()?;
            self.skip_newlines()?;
            let yes = self.ternary(allow)?;
            self.skip_newlines()?;
            self.expect(":")?;
            self.skip_newlines()?;
            let no = self.ternary(allow)?;
            return Ok(Expr::Cond(Box::new(condition), Box::new(yes), Box::new(no)));
        }
        let operator = match &self.token {
            Token::Word("=") => None,
            Token::Word("+=") => Some(Binary::Add),
            Token::Word("-=") => Some(Binary::Subtract),
            Token::Word("*=") => Some(Binary::Multiply),
            Token::Word("/=") => Some(Binary::Divide),
            Token::Word("%=") => Some(Binary::Modulo),
            Token::Word("^=") => Some(Binary::Power),
            _ => return Ok(condition),
        };
        // `a == b = c` and the like: the place is the right end of what was read.
        match condition {
            Expr::Place(place) => {
                self.advance()?;
                self.skip_newlines()?;
                let value = Box::new(self.ternary(allow)?);
                Ok(match operator {
                    None => Expr::Assign(place, value),
                    Some(operator) => Expr::Update(place, operator, value),
                })
            }
            Expr::Unary(Unary::Not, inner) if matches!(*inner, Expr::Place(_)) && operator.is_none() => {
                let Expr::Place(place) = *inner else { return Err(self.error()) };
                self.advance()?;
                let value = Box::new(self.ternary(allow)?);
                Ok(Expr::Unary(Unary::Not, Box::new(Expr::Assign(place, value))))
            }
            _ => Err(self.error()),
        }
    }

    fn or(&mut self, allow: Allow) -> Result<Expr> {
        let mut left = self.and(allow)?;
        while self.take("||")? {
            self.skip_newlines()?;
            left = Expr::Or(Box::new(left), Box::new(self.and(allow)?));
        }
        Ok(left)
    }

    fn and(&mut self, allow: Allow) -> Result<Expr> {
        let mut left = self.membership(allow)?;
        while self.take("&&")? {
            self.skip_newlines()?;
            left = Expr::And(Box::new(left), Box::new(self.membership(allow)?));
        }
        Ok(left)
    }

    fn membership(&mut self, allow: Allow) -> Result<Expr> {
        let mut left = self.matching(allow)?;
        while self.is("in") {
            self.advance()?;
            let Token::Name(name) = self.token.clone() else { return Err(self.error()) };
            self.advance()?;
            let array = self.variable(&name);
            let keys = match left {
                Expr::Group(keys) => keys,
                other => vec![other],
            };
            left = Expr::In(keys, array);
        }
        Ok(left)
    }

    fn matching(&mut self, allow: Allow) -> Result<Expr> {
        let mut left = self.comparison(allow)?;
        loop {
            let negated = self.is("!~");
            if !negated && !self.is("~") {
                return Ok(left);
            }
            self.advance()?;
            left = Expr::Match(Box::new(left), Box::new(self.comparison(allow)?), negated);
        }
    }

    fn comparison(&mut self, allow: Allow) -> Result<Expr> {
        let left = self.concatenation(allow)?;
        let operator = match &self.token {
            Token::Word("<") => Binary::Less,
            Token::Word("<=") => Binary::LessEqual,
            Token::Word("==") => Binary::Equal,
            Token::Word("!=") => Binary::NotEqual,
            Token::Word(">") if allow.greater => Binary::Greater,
            Token::Word(">=") => Binary::GreaterEqual,
            _ => return Ok(left),
        };
        self.advance()?;
        let right = self.concatenation(allow)?;
        Ok(Expr::Binary(operator, Box::new(left), Box::new(right)))
    }

    fn concatenation(&mut self, allow: Allow) -> Result<Expr> {
        let mut left = self.additive(allow)?;
        loop {
            if !self.begins_operand() {
                return Ok(left);
            }
            left = Expr::Binary(Binary::Concat, Box::new(left), Box::new(self.additive(allow)?));
        }
    }

    fn next_is_getline(&mut self) -> bool {
        self.lexer.looks_at("getline")
    }

    /// Whether another operand of a concatenation begins here.
    fn begins_operand(&self) -> bool {
        match &self.token {
            Token::Number(_) | Token::Text(_) | Token::Regex(_) | Token::Name(_) | Token::Call(_) => true,
            Token::Word(word) => matches!(*word, "$" | "!" | "(" | "-" | "+" | "++" | "--"),
            _ => false,
        }
    }

    fn additive(&mut self, allow: Allow) -> Result<Expr> {
        let mut left = self.multiplicative(allow)?;
        loop {
            let operator = match &self.token {
                Token::Word("+") => Binary::Add,
                Token::Word("-") => Binary::Subtract,
                _ => return Ok(left),
            };
            self.advance()?;
            left = Expr::Binary(operator, Box::new(left), Box::new(self.multiplicative(allow)?));
        }
    }

    fn multiplicative(&mut self, allow: Allow) -> Result<Expr> {
        let mut left = self.unary(allow)?;
        loop {
            let operator = match &self.token {
                Token::Word("*") => Binary::Multiply,
                Token::Word("/") => Binary::Divide,
                Token::Word("%") => Binary::Modulo,
                _ => return Ok(left),
            };
            self.advance()?;
            left = Expr::Binary(operator, Box::new(left), Box::new(self.unary(allow)?));
        }
    }

    fn unary(&mut self, allow: Allow) -> Result<Expr> {
        self.deeper(|this| this.one_unary(allow))
    }

    fn one_unary(&mut self, allow: Allow) -> Result<Expr> {
        let operator = match &self.token {
            Token::Word("-") => Unary::Minus,
            Token::Word("+") => Unary::Plus,
            Token::Word("!") => Unary::Not,
            _ => return self.power(allow),
        };
        self.advance()?;
        Ok(Expr::Unary(operator, Box::new(self.unary(allow)?)))
    }

    fn power(&mut self, allow: Allow) -> Result<Expr> {
        let base = self.postfix(allow)?;
        if !self.take("^")? {
            return Ok(base);
        }
        // The exponent may have a sign, and is raised first itself.
        let exponent = self.unary(allow)?;
        Ok(Expr::Binary(Binary::Power, Box::new(base), Box::new(exponent)))
    }

    /// An operand with what stands behind it. A pipe to `getline` takes no more than the operand, as in mawk.
    fn postfix(&mut self, allow: Allow) -> Result<Expr> {
        let mut operand = self.primary()?;
        if let Expr::Place(place) = operand {
            operand = if self.take("++")? {
                Expr::Step(place, 1.0, true)
            } else if self.take("--")? {
                Expr::Step(place, -1.0, true)
            } else {
                Expr::Place(place)
            };
        }
        while allow.pipe && self.is("|") && self.next_is_getline() {
            self.advance()?;
            self.advance()?;
            let place = self.optional_place()?;
            operand = Expr::Getline(Source::Command, Some(Box::new(operand)), place);
        }
        Ok(operand)
    }

    fn primary(&mut self) -> Result<Expr> {
        self.deeper(Self::one_primary)
    }

    fn one_primary(&mut self) -> Result<Expr> {
        match self.token.clone() {
            Token::Number(number) => {
                self.advance()?;
                Ok(Expr::Number(number))
            }
            Token::Text(text) => {
                self.advance()?;
                Ok(Expr::Text(text))
            }
            Token::Word("/" | "/=") => {
                let Token::Regex(text) = self.lexer.regex()? else { return Err(self.error()) };
                super::super::regex::compile(&text, self.intervals)?;
                self.advance()?;
                self.program.regexes.push(text);
                Ok(Expr::Regex(self.program.regexes.len() - 1))
            }
            Token::Word("$") => {
                self.advance()?;
                let step = if self.take("++")? {
                    Some(1.0)
                } else if self.take("--")? {
                    Some(-1.0)
                } else {
                    None
                };
                if let Some(step) = step {
                    let Expr::Place(place) = self.primary()? else { return Err(self.error()) };
                    return Ok(Expr::Place(Place::Field(Box::new(Expr::Step(place, step, false)))));
                }
                let index = if self.is("-") { self.unary(ALL)? } else { self.primary()? };
                Ok(Expr::Place(Place::Field(Box::new(index))))
            }
            Token::Word(word @ ("++" | "--")) => {
                self.advance()?;
                let Expr::Place(place) = self.primary()? else { return Err(self.error()) };
                Ok(Expr::Step(place, if word == "++" { 1.0 } else { -1.0 }, false))
            }
            Token::Word("(") => self.group(),
            Token::Word("getline") => {
                self.advance()?;
                let place = self.optional_place()?;
                if self.take("<")? {
                    let file = self.primary()?;
                    return Ok(Expr::Getline(Source::File, Some(Box::new(file)), place));
                }
                Ok(Expr::Getline(Source::Main, None, place))
            }
            Token::Word("-" | "+" | "!") => self.unary(ALL),
            Token::Name(name) => {
                self.advance()?;
                if name == "length" {
                    return Ok(Expr::Builtin(Builtin::Length, Vec::new()));
                }
                self.named(&name)
            }
            Token::Call(name) => self.call(&name),
            _ => Err(self.error()),
        }
    }

    fn named(&mut self, name: &str) -> Result<Expr> {
        if BUILTINS.iter().any(|(builtin, ..)| *builtin == name) {
            return Err(self.error());
        }
        let variable = self.variable(name);
        if !self.take("[")? {
            return Ok(Expr::Place(Place::Var(variable)));
        }
        let keys = self.list("]")?;
        if keys.is_empty() {
            return Err(self.error());
        }
        self.expect("]")?;
        Ok(Expr::Place(Place::Index(variable, keys)))
    }

    fn group(&mut self) -> Result<Expr> {
        self.expect("(")?;
        let mut list = self.list(")")?;
        if list.is_empty() {
            return Err(self.error());
        }
        self.expect(")")?;
        if list.len() > 1 {
            return Ok(Expr::Group(list));
        }
        let inner = list.remove(0);
        // In parentheses a place is no place any more, but for `$(x)++` and the like, which mawk allows.
        Ok(match inner {
            Expr::Group(_) => return Err(self.error()),
            other => other,
        })
    }

    fn call(&mut self, name: &str) -> Result<Expr> {
        self.advance()?;
        self.expect("(")?;
        let arguments = self.list(")")?;
        self.expect(")")?;
        if let Some((_, builtin, least, most)) = BUILTINS.iter().find(|(builtin, ..)| *builtin == name) {
            if arguments.len() < *least || arguments.len() > *most {
                return Err(format!("wrong number of arguments in call to {name}"));
            }
            return Ok(Expr::Builtin(*builtin, arguments));
        }
        let index = self.function_index(name);
        let function = &self.program.functions[index];
        if function.body.is_some() && arguments.len() > function.params.len() {
            return Err(format!("too many arguments in call to {name}"));
        }
        Ok(Expr::Call(index, arguments))
    }

    /// The place that `getline` may be followed by.
    fn optional_place(&mut self) -> Result<Option<Place>> {
        if !matches!(self.token, Token::Name(_)) && !self.is("$") {
            return Ok(None);
        }
        match self.primary()? {
            Expr::Place(place) => Ok(Some(place)),
            _ => Err(self.error()),
        }
    }
}
