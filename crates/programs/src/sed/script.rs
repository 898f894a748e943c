//! What a script of `sed` consists of.

use crate::regex::Regex;

/// A compiled script.
#[derive(Default)]
pub(super) struct Script {
    pub(super) commands: Vec<Command>,
    /// `#n` in the first line.
    pub(super) quiet: bool,
}

pub(super) struct Command {
    pub(super) from: Option<Address>,
    pub(super) to: Option<To>,
    pub(super) negated: bool,
    pub(super) action: Action,
}

pub(super) enum Address {
    Line(usize),
    /// `first~step`
    Step(usize, usize),
    Last,
    /// Without an expression: the last one that was used.
    Regex(Option<Regex>),
}

pub(super) enum To {
    Line(usize),
    Last,
    Regex(Option<Regex>),
    /// `addr,+N`
    Plus(usize),
    /// `addr,~N`
    Multiple(usize),
}

pub(super) enum Action {
    /// `{`: where the block ends.
    Block(usize),
    BlockEnd,
    Label,
    Append(String),
    Insert(String),
    Change(String),
    Branch(usize),
    BranchIf(usize),
    BranchUnless(usize),
    Delete,
    DeleteFirst,
    Execute,
    FileName,
    Get,
    GetAppend,
    Hold,
    HoldAppend,
    List,
    Next,
    NextAppend,
    Print,
    PrintFirst,
    Quit(u8),
    QuitSilently(u8),
    Read(String),
    Substitute(Box<Substitute>),
    Write(String),
    WriteFirst(String),
    Exchange,
    Translate(Vec<(char, char)>),
    LineNumber,
    Zap,
}

pub(super) struct Substitute {
    pub(super) regex: Option<Regex>,
    pub(super) replacement: Vec<Part>,
    pub(super) global: bool,
    pub(super) print: bool,
    pub(super) nth: usize,
    pub(super) write: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Text(String),
    Group(usize),
    Case(Case),
}

/// `\U \L \u \l \E`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Upper,
    Lower,
    UpperNext,
    LowerNext,
    End,
}
