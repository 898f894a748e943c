//! What a script consists of.

use std::rc::Rc;

/// A function as it is written.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) params: Vec<Rc<str>>,
    pub(super) body: Vec<Statement>,
}

/// An expression.
#[derive(Debug)]
pub(super) enum Expression {
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    Text(Rc<str>),
    /// The pieces of a template, all turned into text.
    Template(Vec<Expression>),
    Name(Rc<str>, usize),
    Array(Vec<Expression>),
    Object(Vec<(Rc<str>, Expression)>),
    Function(Rc<Function>),
    Member(Box<Expression>, Box<Expression>),
    /// The function, its arguments, the line.
    Call(Box<Expression>, Vec<Expression>, usize),
    New(Box<Expression>, Vec<Expression>, usize),
    Unary(&'static str, Box<Expression>),
    /// `++` and `--`: what is added, and whether the new value counts.
    Update(Box<Expression>, f64, bool),
    Binary(&'static str, Box<Expression>, Box<Expression>),
    /// `&&`, `||`, `??`
    Logical(&'static str, Box<Expression>, Box<Expression>),
    Choice(Box<Expression>, Box<Expression>, Box<Expression>),
    /// The operator before `=`, `""` if there is none.
    Assign(&'static str, Box<Expression>, Box<Expression>),
}

/// A statement.
#[derive(Debug)]
pub(super) enum Statement {
    Declare(Vec<(Rc<str>, Option<Expression>)>),
    Function(Rc<str>, Rc<Function>),
    Expression(Expression),
    If(Expression, Box<Statement>, Option<Box<Statement>>),
    While(Expression, Box<Statement>),
    For(Box<Statement>, Option<Expression>, Option<Expression>, Box<Statement>),
    Block(Vec<Statement>),
    Return(Option<Expression>),
    Throw(Expression, usize),
    /// The block, the name of what was thrown, the handler, the end.
    Try(Vec<Statement>, Option<Rc<str>>, Vec<Statement>, Vec<Statement>),
    Break,
    Continue,
    Empty,
}
