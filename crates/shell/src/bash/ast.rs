//! What a script means: commands, words and their parts.

use std::cell::OnceCell;
use std::rc::Rc;

use super::arithmetic::Expression;

/// Commands one after the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct List {
    pub(crate) items: Vec<ListItem>,
}

#[derive(Clone, Debug)]
pub(crate) struct ListItem {
    pub(crate) and_or: Rc<AndOr>,
    pub(crate) background: bool,
}

/// Pipelines joined by `&&` and `||`.
#[derive(Clone, Debug)]
pub(crate) struct AndOr {
    pub(crate) first: Pipeline,
    pub(crate) rest: Vec<(Connector, Pipeline)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Connector {
    And,
    Or,
}

#[derive(Clone, Debug)]
pub(crate) struct Pipeline {
    pub(crate) negated: bool,
    pub(crate) timed: Option<TimeFormat>,
    pub(crate) commands: Vec<Rc<Command>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimeFormat {
    Bash,
    Posix,
}

#[derive(Clone, Debug)]
pub(crate) struct Command {
    pub(crate) kind: CommandKind,
    pub(crate) redirects: Vec<Redirect>,
    pub(crate) line: u32,
}

#[derive(Clone, Debug)]
pub(crate) enum CommandKind {
    Simple(Simple),
    Brace(List),
    Subshell(Rc<List>),
    If { branches: Vec<(List, List)>, otherwise: Option<List> },
    While { until: bool, condition: List, body: List },
    For { variable: String, words: Option<Vec<Word>>, body: List },
    ArithmeticFor { parts: Box<[Arithmetic; 3]>, body: List },
    Select { variable: String, words: Option<Vec<Word>>, body: List },
    Case { word: Word, items: Vec<CaseItem> },
    Arithmetic(Arithmetic),
    Test(Test),
    Function(Rc<Function>),
    Coprocess { name: String, command: Rc<Command> },
}

#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) body: Command,
}

#[derive(Clone, Debug)]
pub(crate) struct CaseItem {
    pub(crate) patterns: Vec<Word>,
    pub(crate) body: List,
    pub(crate) end: CaseEnd,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CaseEnd {
    /// `;;`
    Leave,
    /// `;&`
    FallThrough,
    /// `;;&`
    TestNext,
}

/// What stands between `[[` and `]]`.
#[derive(Clone, Debug)]
pub(crate) enum Test {
    Not(Box<Test>),
    And(Box<Test>, Box<Test>),
    Or(Box<Test>, Box<Test>),
    Group(Box<Test>),
    Unary(String, Word),
    Binary(Word, String, Word),
    Word(Word),
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Simple {
    pub(crate) assignments: Vec<Assignment>,
    pub(crate) words: Vec<Argument>,
}

#[derive(Clone, Debug)]
pub(crate) enum Argument {
    Word(Word),
    /// Of `declare`, `export` and their like.
    Assignment(Assignment),
}

#[derive(Clone, Debug)]
pub(crate) struct Assignment {
    pub(crate) name: String,
    /// What stands in the brackets.
    pub(crate) index: Option<Word>,
    pub(crate) append: bool,
    pub(crate) value: AssignedValue,
    pub(crate) text: Rc<str>,
}

#[derive(Clone, Debug)]
pub(crate) enum AssignedValue {
    Scalar(Word),
    Array(Vec<ArrayElement>),
}

#[derive(Clone, Debug)]
pub(crate) struct ArrayElement {
    pub(crate) index: Option<Word>,
    pub(crate) append: bool,
    pub(crate) value: Word,
}

#[derive(Clone, Debug)]
pub(crate) struct Redirect {
    pub(crate) fd: RedirectFd,
    pub(crate) operator: RedirectOperator,
    pub(crate) target: Word,
    pub(crate) document: Option<Rc<HereDocument>>,
}

#[derive(Clone, Debug)]
pub(crate) enum RedirectFd {
    Default,
    Number(u32),
    /// `{name}>file`
    Variable(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RedirectOperator {
    Input,
    Output,
    Clobber,
    Append,
    InputOutput,
    DuplicateInput,
    DuplicateOutput,
    Both,
    BothAppend,
    HereString,
    HereDocument,
    HereDocumentTabs,
}

impl RedirectOperator {
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::Input => "<",
            Self::Output => ">",
            Self::Clobber => ">|",
            Self::Append => ">>",
            Self::InputOutput => "<>",
            Self::DuplicateInput => "<&",
            Self::DuplicateOutput => ">&",
            Self::Both => "&>",
            Self::BothAppend => "&>>",
            Self::HereString => "<<<",
            Self::HereDocument => "<<",
            Self::HereDocumentTabs => "<<-",
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct HereDocument {
    pub(crate) delimiter: String,
    pub(crate) quoted: bool,
    pub(crate) strip_tabs: bool,
    pub(crate) body: OnceCell<Word>,
}

/// A word before expansion.
#[derive(Clone, Debug, Default)]
pub(crate) struct Word {
    pub(crate) parts: Vec<Part>,
    /// As it was written.
    pub(crate) text: Rc<str>,
    /// What brace expansion makes of it, if it does.
    pub(crate) braces: Option<Rc<Vec<Word>>>,
}

impl Word {
    /// The text of a word without quotes and expansions.
    pub(crate) fn literal(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [Part::Literal(text)] => Some(text),
            _ => None,
        }
    }

    pub(crate) fn of_literal(text: &str) -> Self {
        Self { parts: vec![Part::Literal(text.to_owned())], text: text.into(), braces: None }
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Part {
    /// Unquoted text: tildes, braces and patterns mean something.
    Literal(String),
    /// Text in single quotes or behind a backslash.
    Quoted(String),
    /// What stands in double quotes.
    Double(Vec<Part>),
    Parameter(Rc<Parameter>),
    Command(Rc<Substitution>),
    Arithmetic(Rc<Arithmetic>),
    Process {
        list: Rc<Substitution>,
        write: bool,
    },
    /// `${` that means nothing; told when it is expanded.
    BadSubstitution(String),
}

#[derive(Debug)]
pub(crate) struct Substitution {
    pub(crate) list: Rc<List>,
    /// As it was written, with its delimiters.
    pub(crate) text: String,
}

/// An expression that is expanded, then evaluated.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arithmetic {
    pub(crate) word: Word,
    /// The parsed expression where nothing needs to be expanded first.
    pub(crate) cached: OnceCell<Rc<Expression>>,
}

#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) index: Option<Index>,
    pub(crate) indirect: bool,
    pub(crate) operation: Operation,
    /// As it was written, for messages.
    pub(crate) text: String,
}

#[derive(Clone, Debug)]
pub(crate) enum Index {
    /// `[@]`
    At,
    /// `[*]`
    Star,
    Expression(Word),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    First,
    All,
    Prefix,
    Suffix,
}

/// `^`, `,`, `~`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CaseChange {
    Upper,
    Lower,
    Toggle,
}

#[derive(Clone, Debug)]
pub(crate) enum Operation {
    None,
    /// `${#x}`
    Length,
    /// `${x:-word}` and its like; `kind` is `-`, `=`, `?` or `+`.
    Test {
        colon: bool,
        kind: char,
        word: Word,
    },
    RemovePrefix {
        longest: bool,
        pattern: Word,
    },
    RemoveSuffix {
        longest: bool,
        pattern: Word,
    },
    Replace {
        anchor: Anchor,
        pattern: Word,
        replacement: Word,
    },
    Substring {
        offset: Arithmetic,
        length: Option<Arithmetic>,
    },
    /// `${x^}`, `${x,,}`
    Case {
        change: CaseChange,
        all: bool,
        pattern: Word,
    },
    /// `${x@Q}`
    Transform(char),
    /// `${!prefix*}`, `${!prefix@}`
    Names {
        star: bool,
    },
    /// `${!array[*]}`, `${!array[@]}`
    Keys {
        star: bool,
    },
}
