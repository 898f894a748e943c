//! Arithmetic: `$(( ))`, `(( ))`, `let`, subscripts, `-eq` of `[[ ]]`.

mod evaluate;
mod parse;

pub(crate) use evaluate::{Environment, evaluate};
pub(crate) use parse::parse;

/// A parsed expression with its text, for messages.
#[derive(Debug)]
pub(crate) struct Expression {
    pub(crate) text: Vec<char>,
    pub(crate) root: Node,
}

/// What went wrong: a message, and the text from the place where it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ArithmeticError {
    /// The whole message, without the shell's name: `1/0: division by 0 (error token is "0")`.
    pub(crate) message: String,
}

#[derive(Debug)]
pub(crate) enum Node {
    Number(i64),
    Variable(Target),
    Negate(Box<Node>),
    Not(Box<Node>),
    Complement(Box<Node>),
    Binary { operator: Operator, left: Box<Node>, right: Box<Node>, position: usize },
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    Conditional(Box<Node>, Box<Node>, Box<Node>),
    Comma(Box<Node>, Box<Node>),
    Assign { operator: Option<Operator>, target: Target, value: Box<Node>, position: usize },
    Step { target: Target, by: i64, before: bool },
}

#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) name: String,
    pub(crate) index: Option<String>,
    pub(crate) position: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Power,
    Multiply,
    Divide,
    Remainder,
    Add,
    Subtract,
    ShiftLeft,
    ShiftRight,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
    BitAnd,
    BitXor,
    BitOr,
}

/// The message for an error at a place of an expression.
pub(crate) fn error_at(text: &[char], position: usize, message: &str) -> ArithmeticError {
    let whole: String = text.iter().collect();
    let token: String = text[position.min(text.len())..].iter().collect();
    let whole = whole.trim_start();
    ArithmeticError { message: format!("{whole}: {message} (error token is \"{token}\")") }
}
