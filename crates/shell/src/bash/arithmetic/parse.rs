//! From text to an expression, by precedence.

use super::{ArithmeticError, Expression, Node, Operator, Target, error_at};

/// How deep parentheses and prefixes may be nested: a bound for the stack.
const MAX_DEPTH: usize = 80;

/// How long an expression may be: it makes a tree that may be half as high.
const MAX_WORDS: usize = 2000;

type Result<T> = std::result::Result<T, ArithmeticError>;

/// Parses an expression; an empty one is 0.
pub(crate) fn parse(text: &str) -> Result<Expression> {
    let mut parser = Parser {
        text: text.chars().collect(),
        position: 0,
        token: Token::End,
        start: 0,
        last: 0,
        depth: 0,
        words: 0,
    };
    parser.next()?;
    let root = if parser.token == Token::End { Node::Number(0) } else { parser.comma()? };
    if parser.token != Token::End {
        return Err(parser.error("syntax error in expression"));
    }
    Ok(Expression { text: parser.text, root })
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Number(i64),
    Name(String),
    Operator(&'static str),
    End,
}

const OPERATORS: &[&str] = &[
    "<<=", ">>=", "**", "++", "--", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "*=", "/=", "%=", "+=",
    "-=", "&=", "^=", "|=", "+", "-", "*", "/", "%", "<", ">", "&", "^", "|", "!", "~", "?", ":", ",", "=",
    "(", ")", "[", "]",
];

/// The binary operators by precedence, loosest first.
const LEVELS: &[&[(&str, Operator)]] = &[
    &[("|", Operator::BitOr)],
    &[("^", Operator::BitXor)],
    &[("&", Operator::BitAnd)],
    &[("==", Operator::Equal), ("!=", Operator::NotEqual)],
    &[
        ("<=", Operator::LessEqual),
        (">=", Operator::GreaterEqual),
        ("<", Operator::Less),
        (">", Operator::Greater),
    ],
    &[("<<", Operator::ShiftLeft), (">>", Operator::ShiftRight)],
    &[("+", Operator::Add), ("-", Operator::Subtract)],
    &[("*", Operator::Multiply), ("/", Operator::Divide), ("%", Operator::Remainder)],
];

const ASSIGNMENTS: &[(&str, Option<Operator>)] = &[
    ("=", None),
    ("*=", Some(Operator::Multiply)),
    ("/=", Some(Operator::Divide)),
    ("%=", Some(Operator::Remainder)),
    ("+=", Some(Operator::Add)),
    ("-=", Some(Operator::Subtract)),
    ("<<=", Some(Operator::ShiftLeft)),
    (">>=", Some(Operator::ShiftRight)),
    ("&=", Some(Operator::BitAnd)),
    ("^=", Some(Operator::BitXor)),
    ("|=", Some(Operator::BitOr)),
];

struct Parser {
    text: Vec<char>,
    position: usize,
    token: Token,
    /// Where the current token begins.
    start: usize,
    /// Where the last token that was not the end begins.
    last: usize,
    depth: usize,
    /// How many tokens were read.
    words: usize,
}

impl Parser {
    fn error(&self, message: &str) -> ArithmeticError {
        error_at(&self.text, self.last, message)
    }

    fn next(&mut self) -> Result<()> {
        self.words += 1;
        if self.words > MAX_WORDS {
            return Err(self.error("expression recursion level exceeded"));
        }
        while self.text.get(self.position).is_some_and(|c| c.is_whitespace()) {
            self.position += 1;
        }
        self.start = self.position;
        let Some(c) = self.text.get(self.position).copied() else {
            self.token = Token::End;
            return Ok(());
        };
        self.last = self.start;
        if c.is_ascii_digit() {
            return self.number();
        }
        if c.is_ascii_alphabetic() || c == '_' {
            while self.text.get(self.position).is_some_and(|c| c.is_ascii_alphanumeric() || *c == '_') {
                self.position += 1;
            }
            self.token = Token::Name(self.text[self.start..self.position].iter().collect());
            return Ok(());
        }
        let found = OPERATORS.iter().find(|operator| {
            operator.chars().enumerate().all(|(i, c)| self.text.get(self.position + i) == Some(&c))
        });
        match found {
            Some(operator) => {
                self.position += operator.len();
                self.token = Token::Operator(operator);
                Ok(())
            }
            // What follows an operand is called an operator, else an operand is missing.
            None if matches!(self.token, Token::Number(_) | Token::Name(_)) => {
                Err(self.error("syntax error: invalid arithmetic operator"))
            }
            None => Err(self.error("syntax error: operand expected")),
        }
    }

    fn number(&mut self) -> Result<()> {
        let is_digit = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '#' | '@' | '_');
        while self.text.get(self.position).is_some_and(is_digit) {
            self.position += 1;
        }
        let text: String = self.text[self.start..self.position].iter().collect();
        let (base, digits) = if let Some((base, digits)) = text.split_once('#') {
            match base.parse::<u32>() {
                Ok(base @ 2..=64) if !digits.is_empty() => (base, digits),
                Ok(2..=64) => return Err(self.error("invalid integer constant")),
                _ => return Err(self.error("invalid arithmetic base")),
            }
        } else if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
            (16, digits)
        } else if text.len() > 1 && text.starts_with('0') {
            (8, &text[1..])
        } else {
            (10, text.as_str())
        };
        let mut value: i64 = 0;
        for c in digits.chars() {
            let digit = match c {
                '0'..='9' => c as u32 - '0' as u32,
                'a'..='z' => c as u32 - 'a' as u32 + 10,
                'A'..='Z' if base <= 36 => c as u32 - 'A' as u32 + 10,
                'A'..='Z' => c as u32 - 'A' as u32 + 36,
                '@' => 62,
                '_' => 63,
                _ => return Err(self.error("invalid number")),
            };
            if digit >= base {
                return Err(self.error("value too great for base"));
            }
            value = value.wrapping_mul(i64::from(base)).wrapping_add(i64::from(digit));
        }
        self.token = Token::Number(value);
        Ok(())
    }

    fn is(&self, operator: &str) -> bool {
        matches!(self.token, Token::Operator(found) if found == operator)
    }

    fn take(&mut self, operator: &str) -> Result<bool> {
        let found = self.is(operator);
        if found {
            self.next()?;
        }
        Ok(found)
    }

    fn comma(&mut self) -> Result<Node> {
        if self.depth >= MAX_DEPTH {
            return Err(self.error("expression recursion level exceeded"));
        }
        self.depth += 1;
        let mut node = self.assignment()?;
        while self.take(",")? {
            node = Node::Comma(Box::new(node), Box::new(self.assignment()?));
        }
        self.depth -= 1;
        Ok(node)
    }

    fn assignment(&mut self) -> Result<Node> {
        if self.depth >= MAX_DEPTH {
            return Err(self.error("expression recursion level exceeded"));
        }
        self.depth += 1;
        let node = self.conditional()?;
        let found = ASSIGNMENTS.iter().find(|(text, _)| self.is(text));
        let node = match found {
            None => node,
            Some((_, operator)) => {
                let Node::Variable(target) = node else {
                    return Err(self.error("attempted assignment to non-variable"));
                };
                self.next()?;
                let position = self.start;
                let value = Box::new(self.assignment()?);
                Node::Assign { operator: *operator, target, value, position }
            }
        };
        self.depth -= 1;
        Ok(node)
    }

    fn conditional(&mut self) -> Result<Node> {
        let condition = self.or()?;
        if !self.take("?")? {
            return Ok(condition);
        }
        if self.token == Token::End || self.is(":") {
            return Err(self.error("expression expected"));
        }
        let yes = self.comma()?;
        if !self.is(":") {
            return Err(self.error("`:' expected for conditional expression"));
        }
        self.next()?;
        if self.token == Token::End {
            return Err(self.error("expression expected"));
        }
        self.depth += 1;
        if self.depth >= MAX_DEPTH {
            return Err(self.error("expression recursion level exceeded"));
        }
        let no = self.conditional()?;
        self.depth -= 1;
        Ok(Node::Conditional(Box::new(condition), Box::new(yes), Box::new(no)))
    }

    fn or(&mut self) -> Result<Node> {
        let mut node = self.and()?;
        while self.take("||")? {
            node = Node::Or(Box::new(node), Box::new(self.and()?));
        }
        Ok(node)
    }

    fn and(&mut self) -> Result<Node> {
        let mut node = self.binary(0)?;
        while self.take("&&")? {
            node = Node::And(Box::new(node), Box::new(self.binary(0)?));
        }
        Ok(node)
    }

    fn binary(&mut self, level: usize) -> Result<Node> {
        let Some(operators) = LEVELS.get(level) else { return self.power() };
        let mut left = self.binary(level + 1)?;
        while let Some((_, operator)) = operators.iter().find(|(text, _)| self.is(text)) {
            self.next()?;
            let position = self.start;
            let right = self.binary(level + 1)?;
            left =
                Node::Binary { operator: *operator, left: Box::new(left), right: Box::new(right), position };
        }
        Ok(left)
    }

    fn power(&mut self) -> Result<Node> {
        let left = self.prefix()?;
        if !self.take("**")? {
            return Ok(left);
        }
        self.depth += 1;
        if self.depth >= MAX_DEPTH {
            return Err(self.error("expression recursion level exceeded"));
        }
        let right = self.power()?;
        self.depth -= 1;
        let position = self.last;
        Ok(Node::Binary { operator: Operator::Power, left: Box::new(left), right: Box::new(right), position })
    }

    fn prefix(&mut self) -> Result<Node> {
        if self.depth >= MAX_DEPTH {
            return Err(self.error("expression recursion level exceeded"));
        }
        let Token::Operator(operator) = self.token else { return self.postfix() };
        let stepping = matches!(operator, "++" | "--");
        if !stepping && !matches!(operator, "-" | "+" | "!" | "~") {
            return self.postfix();
        }
        self.depth += 1;
        self.next()?;
        let inner = self.prefix()?;
        self.depth -= 1;
        Ok(match (operator, inner) {
            ("++", Node::Variable(target)) => Node::Step { target, by: 1, before: true },
            ("--", Node::Variable(target)) => Node::Step { target, by: -1, before: true },
            ("++" | "+", inner) => inner,
            // `--5` is `-(-5)`.
            ("--", inner) => Node::Negate(Box::new(Node::Negate(Box::new(inner)))),
            ("-", inner) => Node::Negate(Box::new(inner)),
            ("!", inner) => Node::Not(Box::new(inner)),
            (_, inner) => Node::Complement(Box::new(inner)),
        })
    }

    fn postfix(&mut self) -> Result<Node> {
        match self.token.clone() {
            Token::Number(number) => {
                self.next()?;
                Ok(Node::Number(number))
            }
            Token::Name(name) => {
                let target = self.target(name)?;
                for (operator, by) in [("++", 1), ("--", -1)] {
                    if self.is(operator) {
                        self.next()?;
                        return Ok(Node::Step { target, by, before: false });
                    }
                }
                Ok(Node::Variable(target))
            }
            Token::Operator("(") => {
                self.next()?;
                let node = self.comma()?;
                if !self.is(")") {
                    return Err(self.error("missing `)'"));
                }
                // Behind a parenthesis comes an operator.
                self.token = Token::Number(0);
                self.next()?;
                Ok(node)
            }
            _ => Err(self.error("syntax error: operand expected")),
        }
    }

    /// A variable, with its subscript as text.
    fn target(&mut self, name: String) -> Result<Target> {
        let position = self.start;
        if self.text.get(self.position) != Some(&'[') {
            self.next()?;
            return Ok(Target { name, index: None, position });
        }
        let begin = self.position + 1;
        let mut depth = 0;
        while let Some(c) = self.text.get(self.position) {
            match c {
                '[' => depth += 1,
                ']' => depth -= 1,
                _ => {}
            }
            self.position += 1;
            if depth == 0 {
                let index = self.text[begin..self.position - 1].iter().collect();
                self.next()?;
                return Ok(Target { name, index: Some(index), position });
            }
        }
        Err(self.error("bad array subscript"))
    }
}
