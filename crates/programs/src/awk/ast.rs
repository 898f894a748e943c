//! The tree of an awk program.

/// Where a value lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Var {
    Global(u16),
    Local(u16),
}

/// What can be assigned to.
#[derive(Clone, Debug)]
pub(super) enum Place {
    Var(Var),
    Index(Var, Vec<Expr>),
    Field(Box<Expr>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Power,
    Concat,
    Less,
    LessEqual,
    Equal,
    NotEqual,
    Greater,
    GreaterEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unary {
    Minus,
    Plus,
    Not,
}

/// The functions that awk has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Builtin {
    Length,
    Substr,
    Index,
    Split,
    Sub,
    Gsub,
    Match,
    Sprintf,
    Tolower,
    Toupper,
    Sin,
    Cos,
    Atan2,
    Exp,
    Log,
    Sqrt,
    Int,
    Rand,
    Srand,
    System,
    Close,
    Fflush,
    Systime,
    Strftime,
    Mktime,
}

/// Where `getline` reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Main,
    File,
    Command,
}

/// Where `print` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Truncate,
    Append,
    Command,
}

#[derive(Clone, Debug)]
pub(super) enum Expr {
    Number(f64),
    Text(String),
    /// Alone it is matched against the record.
    Regex(usize),
    Place(Place),
    Assign(Place, Box<Expr>),
    Update(Place, Binary, Box<Expr>),
    /// `++x`, `x--`: the difference, and whether the old value counts.
    Step(Place, f64, bool),
    Unary(Unary, Box<Expr>),
    Binary(Binary, Box<Expr>, Box<Expr>),
    And(Box<Expr>, Box<Expr>),
    Or(Box<Expr>, Box<Expr>),
    Cond(Box<Expr>, Box<Expr>, Box<Expr>),
    Match(Box<Expr>, Box<Expr>, bool),
    In(Vec<Expr>, Var),
    Call(usize, Vec<Expr>),
    Builtin(Builtin, Vec<Expr>),
    Getline(Source, Option<Box<Expr>>, Option<Place>),
    /// `(a, b)`: only before `in` and after `print`.
    Group(Vec<Expr>),
}

#[derive(Clone, Debug)]
pub(super) enum Stmt {
    Expr(Expr),
    Print(Vec<Expr>, Option<(Target, Expr)>),
    Printf(Vec<Expr>, Option<(Target, Expr)>),
    If(Expr, Box<Stmt>, Option<Box<Stmt>>),
    While(Expr, Box<Stmt>),
    Do(Box<Stmt>, Expr),
    For(Option<Box<Stmt>>, Option<Expr>, Option<Box<Stmt>>, Box<Stmt>),
    ForIn(Var, Var, Box<Stmt>),
    Block(Vec<Stmt>),
    Next,
    NextFile,
    Exit(Option<Expr>),
    Return(Option<Expr>),
    Break,
    Continue,
    Delete(Var, Option<Vec<Expr>>),
}

#[derive(Clone, Debug)]
pub(super) enum Pattern {
    Always,
    If(Expr),
    Range(Expr, Expr),
}

/// A rule; without an action the record is printed.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) pattern: Pattern,
    pub(super) action: Option<Stmt>,
}

/// A function of the program's own.
#[derive(Clone, Debug, Default)]
pub(super) struct Function {
    pub(super) name: String,
    pub(super) params: Vec<String>,
    pub(super) body: Option<Stmt>,
}

/// A whole program.
#[derive(Debug, Default)]
pub(super) struct Program {
    pub(super) begin: Vec<Stmt>,
    pub(super) end: Vec<Stmt>,
    pub(super) rules: Vec<Rule>,
    pub(super) functions: Vec<Function>,
    /// The names of global variables.
    pub(super) globals: Vec<String>,
    /// The expressions between slashes.
    pub(super) regexes: Vec<String>,
}
