//! The grammar of label selectors and upstream's sentences for what breaks it.
//!
//! Upstream: `apimachinery/pkg/labels/selector.go` Lexer and Parser.

use super::{Operator, Requirement, Selector};
use crate::validation;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    End,
    Identifier,
    Not,
    NotEquals,
    Open,
    Close,
    Comma,
    Equals,
    DoubleEquals,
    Greater,
    Less,
    In,
    NotIn,
}

const SYMBOLS: [(&str, Token); 9] = [
    ("!", Token::Not),
    ("!=", Token::NotEquals),
    ("(", Token::Open),
    (")", Token::Close),
    (",", Token::Comma),
    ("=", Token::Equals),
    ("==", Token::DoubleEquals),
    (">", Token::Greater),
    ("<", Token::Less),
];

fn is_symbol(c: char) -> bool {
    "=!(),><".contains(c)
}

fn scan(text: &str) -> Vec<(Token, String)> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if is_symbol(first) {
            // The longest symbol of one or two characters.
            let two = rest.get(..2).filter(|two| SYMBOLS.iter().any(|(symbol, _)| symbol == two));
            two.map_or(1, str::len)
        } else {
            rest.find(|c: char| is_symbol(c) || c.is_ascii_whitespace()).unwrap_or(rest.len())
        };
        let (literal, after) = rest.split_at(length);
        let token = match literal {
            "in" => Token::In,
            "notin" => Token::NotIn,
            _ => SYMBOLS
                .iter()
                .find(|(symbol, _)| *symbol == literal)
                .map_or(Token::Identifier, |(_, token)| *token),
        };
        tokens.push((token, literal.to_owned()));
        rest = after.trim_start();
    }
    tokens
}

struct Parser {
    tokens: Vec<(Token, String)>,
    position: usize,
}

impl Parser {
    /// The next token; where a value may stand, `in` and `notin` are plain identifiers.
    fn peek(&self, values: bool) -> (Token, &str) {
        match self.tokens.get(self.position) {
            Some((Token::In | Token::NotIn, literal)) if values => (Token::Identifier, literal),
            Some((token, literal)) => (*token, literal),
            None => (Token::End, ""),
        }
    }

    fn next(&mut self, values: bool) -> (Token, String) {
        let (token, literal) = self.peek(values);
        let result = (token, literal.to_owned());
        self.position += 1;
        result
    }

    fn requirement(&mut self) -> Result<Requirement, String> {
        let (mut token, mut key) = self.next(true);
        let negated = token == Token::Not;
        if negated {
            (token, key) = self.next(true);
        }
        if token != Token::Identifier {
            return Err(format!("found '{key}', expected: identifier"));
        }
        invalid("<nil>", &key, validation::qualified_name(&key))?;
        if negated {
            return Ok(Requirement { key, operator: Operator::DoesNotExist, values: Vec::new() });
        }
        if matches!(self.peek(true).0, Token::End | Token::Comma) {
            return Ok(Requirement { key, operator: Operator::Exists, values: Vec::new() });
        }
        let (token, literal) = self.next(false);
        let operator = match token {
            Token::In => Operator::In,
            Token::NotIn => Operator::NotIn,
            Token::Equals => Operator::Equals,
            Token::DoubleEquals => Operator::DoubleEquals,
            Token::NotEquals => Operator::NotEquals,
            Token::Greater => Operator::GreaterThan,
            Token::Less => Operator::LessThan,
            _ => {
                return Err(format!("found '{literal}', expected: in, notin, =, ==, !=, gt, lt"));
            }
        };
        let mut values = match operator {
            Operator::In | Operator::NotIn => self.values()?,
            _ => vec![self.exact_value()?],
        };
        values.sort();
        values.dedup();
        check_values(&key, operator, &values)?;
        Ok(Requirement { key, operator, values })
    }

    fn exact_value(&mut self) -> Result<String, String> {
        if matches!(self.peek(true).0, Token::End | Token::Comma) {
            return Ok(String::new());
        }
        match self.next(true) {
            (Token::Identifier, literal) => Ok(literal),
            (_, literal) => Err(format!("found '{literal}', expected: identifier")),
        }
    }

    fn values(&mut self) -> Result<Vec<String>, String> {
        let (token, literal) = self.next(true);
        if token != Token::Open {
            return Err(format!("found '{literal}' expected: '('"));
        }
        match self.peek(true) {
            (Token::Identifier | Token::Comma, _) => {
                let values = self.identifiers()?;
                match self.next(true) {
                    (Token::Close, _) => Ok(values),
                    (_, literal) => Err(format!("found '{literal}', expected: ')'")),
                }
            }
            (Token::Close, _) => {
                self.position += 1;
                Ok(Vec::new())
            }
            (_, literal) => Err(format!("found '{literal}', expected: ',', ')' or identifier")),
        }
    }

    fn identifiers(&mut self) -> Result<Vec<String>, String> {
        let mut values = Vec::new();
        loop {
            match self.next(true) {
                (Token::Identifier, literal) => {
                    values.push(literal);
                    match self.peek(true) {
                        (Token::Comma, _) => {}
                        (Token::Close, _) => return Ok(values),
                        (_, literal) => return Err(format!("found '{literal}', expected: ',' or ')'")),
                    }
                }
                (Token::Comma, _) => {
                    if values.is_empty() {
                        values.push(String::new());
                    }
                    match self.peek(true).0 {
                        Token::Close => {
                            values.push(String::new());
                            return Ok(values);
                        }
                        Token::Comma => {
                            self.position += 1;
                            values.push(String::new());
                        }
                        _ => {}
                    }
                }
                (_, literal) => return Err(format!("found '{literal}', expected: ',', or identifier")),
            }
        }
    }
}

fn invalid(path: &str, value: &str, errors: Vec<String>) -> Result<(), String> {
    if errors.is_empty() {
        return Ok(());
    }
    Err(format!("{path}: Invalid value: {value:?}: {}", errors.join("; ")))
}

fn check_values(key: &str, operator: Operator, values: &[String]) -> Result<(), String> {
    match operator {
        Operator::In | Operator::NotIn if values.is_empty() => {
            return Err("values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty"
                .to_owned());
        }
        Operator::GreaterThan | Operator::LessThan => {
            for value in values {
                if value.parse::<i64>().is_err() {
                    return Err(format!(
                        "values[0]: Invalid value: {value:?}: for 'Gt', 'Lt' operators, the value must be an integer"
                    ));
                }
            }
        }
        _ => {}
    }
    for (index, value) in values.iter().enumerate() {
        invalid(&format!("values[{index}][{key}]"), value, validation::label_value(value))?;
    }
    Ok(())
}

pub(super) fn parse(text: &str) -> Result<Selector, String> {
    let mut parser = Parser { tokens: scan(text), position: 0 };
    let mut requirements = Vec::new();
    loop {
        match parser.peek(true) {
            (Token::Identifier | Token::Not, _) => {
                let requirement =
                    parser.requirement().map_err(|error| format!("unable to parse requirement: {error}"))?;
                requirements.push(requirement);
                match parser.next(true) {
                    (Token::End, _) => break,
                    (Token::Comma, _) => match parser.peek(true) {
                        (Token::Identifier | Token::Not, _) => {}
                        (_, literal) => {
                            return Err(format!("found '{literal}', expected: identifier after ','"));
                        }
                    },
                    (_, literal) => {
                        return Err(format!("found '{literal}', expected: ',' or 'end of string'"));
                    }
                }
            }
            (Token::End, _) => break,
            (_, literal) => {
                return Err(format!("found '{literal}', expected: !, identifier, or 'end of string'"));
            }
        }
    }
    requirements.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(Selector { requirements })
}
