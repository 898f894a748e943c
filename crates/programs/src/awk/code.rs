//! From the tree to the machine's steps.
//!
//! Steps rather than a walk over the tree, since a program may have to wait in the midst of any expression:
//! the machine then stops between two steps, and no part of it is asynchronous.

use super::ast::{
    Binary, Builtin, Expr, Function, Pattern, Place, Program, Source, Stmt, Target, Unary, Var,
};

/// Where a step that assigns finds its place; the keys of arrays lie on the stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    Nothing,
    Var(Var),
    Index(Var),
    Field,
}

#[derive(Clone, Debug)]
pub(super) enum Op {
    Number(f64),
    Text(std::rc::Rc<str>),
    /// Whether the record matches.
    Regex(usize),
    /// Whether the text on the stack matches.
    MatchConstant(usize),
    Match,
    Get(Slot),
    Assign(Slot),
    Update(Slot, Binary),
    Step(Slot, f64, bool),
    /// Puts several keys together.
    Join(usize),
    Unary(Unary),
    Binary(Binary),
    /// As a condition: 0 or 1.
    Truth,
    In(Var),
    Jump(usize),
    JumpIfFalse(usize),
    JumpIfTrue(usize),
    Pop,
    /// Begins a loop over keys; the next two steps are its head and the jump behind it.
    Keys(Var),
    NextKey(usize),
    EndKeys,
    Push(usize),
    PushVar(Var),
    Call(usize, usize),
    Return,
    Length(Var),
    Builtin(Builtin, usize),
    /// The array, and whether a separator lies on the stack.
    Split(Var, Separator),
    Substitute(Slot, bool),
    Getline(Source, Slot),
    Print(usize, Option<Target>),
    Printf(usize, Option<Target>),
    Delete(Var),
    DeleteAll(Var),
    Next,
    NextFile,
    Exit(bool),
    /// Begins and ends the stretches of a range pattern.
    RangeActive(usize),
    SetRange(usize, bool),
    /// The end of a part of the program.
    Done,
}

/// What `split` separates by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Separator {
    /// `FS`
    Default,
    /// A text on the stack.
    Stack,
    /// An expression of the program.
    Regex(usize),
}

/// A program for the machine.
#[derive(Debug, Default)]
pub(super) struct Code {
    pub(super) ops: Vec<Op>,
    pub(super) begin: Option<usize>,
    pub(super) main: Option<usize>,
    pub(super) end: Option<usize>,
    /// Where functions begin, and how many parameters they have.
    pub(super) functions: Vec<(usize, usize)>,
    pub(super) ranges: usize,
    pub(super) globals: Vec<String>,
    pub(super) regexes: Vec<String>,
}

#[derive(Default)]
struct Loop {
    breaks: Vec<usize>,
    continues: Vec<usize>,
}

struct Compiler {
    ops: Vec<Op>,
    loops: Vec<Loop>,
    ranges: usize,
}

/// Translates a program.
pub(super) fn compile(program: Program) -> Code {
    let mut compiler = Compiler { ops: Vec::new(), loops: Vec::new(), ranges: 0 };
    let mut code = Code::default();
    if !program.begin.is_empty() {
        code.begin = Some(compiler.part(&program.begin));
    }
    if !program.rules.is_empty() {
        code.main = Some(compiler.ops.len());
        for rule in &program.rules {
            compiler.rule(&rule.pattern, rule.action.as_ref());
        }
        compiler.ops.push(Op::Done);
    }
    if !program.end.is_empty() {
        code.end = Some(compiler.part(&program.end));
    }
    for Function { params, body, .. } in &program.functions {
        code.functions.push((compiler.ops.len(), params.len()));
        if let Some(body) = body {
            compiler.statement(body);
        }
        compiler.ops.extend([Op::Text("".into()), Op::Return]);
    }
    code.ops = compiler.ops;
    code.ranges = compiler.ranges;
    code.globals = program.globals;
    code.regexes = program.regexes;
    code
}

impl Compiler {
    fn part(&mut self, statements: &[Stmt]) -> usize {
        let start = self.ops.len();
        for statement in statements {
            self.statement(statement);
        }
        self.ops.push(Op::Done);
        start
    }

    fn emit(&mut self, op: Op) -> usize {
        self.ops.push(op);
        self.ops.len() - 1
    }

    /// Makes a jump lead to the next step.
    fn land(&mut self, at: usize) {
        let here = self.ops.len();
        if let Op::Jump(to) | Op::JumpIfFalse(to) | Op::JumpIfTrue(to) | Op::NextKey(to) = &mut self.ops[at] {
            *to = here;
        }
    }

    fn rule(&mut self, pattern: &Pattern, action: Option<&Stmt>) {
        let mut skip = None;
        match pattern {
            Pattern::Always => {}
            Pattern::If(condition) => {
                self.expr(condition);
                skip = Some(self.emit(Op::JumpIfFalse(0)));
            }
            Pattern::Range(first, last) => {
                let range = self.ranges;
                self.ranges += 1;
                self.emit(Op::RangeActive(range));
                let active = self.emit(Op::JumpIfTrue(0));
                self.expr(first);
                skip = Some(self.emit(Op::JumpIfFalse(0)));
                self.land(active);
                self.emit(Op::SetRange(range, true));
                self.expr(last);
                let goes_on = self.emit(Op::JumpIfFalse(0));
                self.emit(Op::SetRange(range, false));
                self.land(goes_on);
            }
        }
        match action {
            Some(action) => self.statement(action),
            None => drop(self.emit(Op::Print(0, None))),
        }
        if let Some(skip) = skip {
            self.land(skip);
        }
    }

    fn statement(&mut self, statement: &Stmt) {
        match statement {
            Stmt::Expr(expr) => {
                self.expr(expr);
                self.emit(Op::Pop);
            }
            Stmt::Print(values, redirect) | Stmt::Printf(values, redirect) => {
                values.iter().for_each(|value| self.expr(value));
                let target = redirect.as_ref().map(|(target, name)| {
                    self.expr(name);
                    *target
                });
                let formatted = matches!(statement, Stmt::Printf(..));
                self.emit(if formatted {
                    Op::Printf(values.len(), target)
                } else {
                    Op::Print(values.len(), target)
                });
            }
            Stmt::If(condition, then, otherwise) => {
                self.expr(condition);
                let skip = self.emit(Op::JumpIfFalse(0));
                self.statement(then);
                if let Some(otherwise) = otherwise {
                    let end = self.emit(Op::Jump(0));
                    self.land(skip);
                    self.statement(otherwise);
                    self.land(end);
                } else {
                    self.land(skip);
                }
            }
            Stmt::While(condition, body) => self.for_loop(None, Some(condition), None, body),
            Stmt::For(first, condition, step, body) => {
                self.for_loop(first.as_deref(), condition.as_ref(), step.as_deref(), body);
            }
            Stmt::Do(body, condition) => {
                let start = self.ops.len();
                self.loops.push(Loop::default());
                self.statement(body);
                let Loop { breaks, continues } = self.loops.pop().unwrap_or_default();
                continues.into_iter().for_each(|at| self.land(at));
                self.expr(condition);
                self.emit(Op::JumpIfTrue(start));
                breaks.into_iter().for_each(|at| self.land(at));
            }
            Stmt::ForIn(variable, array, body) => {
                self.emit(Op::Keys(*array));
                let head = self.emit(Op::NextKey(0));
                self.emit(Op::Assign(Slot::Var(*variable)));
                self.emit(Op::Pop);
                self.loops.push(Loop::default());
                self.statement(body);
                let Loop { breaks, continues } = self.loops.pop().unwrap_or_default();
                continues.into_iter().for_each(|at| self.land(at));
                self.emit(Op::Jump(head));
                self.land(head);
                breaks.into_iter().for_each(|at| self.land(at));
                self.emit(Op::EndKeys);
            }
            Stmt::Block(statements) => statements.iter().for_each(|statement| self.statement(statement)),
            Stmt::Next => drop(self.emit(Op::Next)),
            Stmt::NextFile => drop(self.emit(Op::NextFile)),
            Stmt::Exit(status) => {
                if let Some(status) = status {
                    self.expr(status);
                }
                self.emit(Op::Exit(status.is_some()));
            }
            Stmt::Return(value) => {
                match value {
                    Some(value) => self.expr(value),
                    None => drop(self.emit(Op::Text("".into()))),
                }
                self.emit(Op::Return);
            }
            Stmt::Break | Stmt::Continue => {
                let at = self.emit(Op::Jump(0));
                if let Some(inner) = self.loops.last_mut() {
                    let list = if matches!(statement, Stmt::Break) {
                        &mut inner.breaks
                    } else {
                        &mut inner.continues
                    };
                    list.push(at);
                }
            }
            Stmt::Delete(array, None) => drop(self.emit(Op::DeleteAll(*array))),
            Stmt::Delete(array, Some(keys)) => {
                self.keys(keys);
                self.emit(Op::Delete(*array));
            }
        }
    }

    fn for_loop(&mut self, first: Option<&Stmt>, condition: Option<&Expr>, step: Option<&Stmt>, body: &Stmt) {
        if let Some(first) = first {
            self.statement(first);
        }
        let head = self.ops.len();
        let out = condition.map(|condition| {
            self.expr(condition);
            self.emit(Op::JumpIfFalse(0))
        });
        self.loops.push(Loop::default());
        self.statement(body);
        let Loop { breaks, continues } = self.loops.pop().unwrap_or_default();
        continues.into_iter().for_each(|at| self.land(at));
        if let Some(step) = step {
            self.statement(step);
        }
        self.emit(Op::Jump(head));
        breaks.into_iter().chain(out).for_each(|at| self.land(at));
    }

    fn keys(&mut self, keys: &[Expr]) {
        keys.iter().for_each(|key| self.expr(key));
        if keys.len() > 1 {
            self.emit(Op::Join(keys.len()));
        }
    }

    /// Puts the keys of a place on the stack.
    fn place(&mut self, place: &Place) -> Slot {
        match place {
            Place::Var(variable) => Slot::Var(*variable),
            Place::Index(array, keys) => {
                self.keys(keys);
                Slot::Index(*array)
            }
            Place::Field(index) => {
                self.expr(index);
                Slot::Field
            }
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Number(number) => drop(self.emit(Op::Number(*number))),
            Expr::Text(text) => drop(self.emit(Op::Text(text.as_str().into()))),
            Expr::Regex(index) => drop(self.emit(Op::Regex(*index))),
            Expr::Place(place) => {
                let slot = self.place(place);
                self.emit(Op::Get(slot));
            }
            Expr::Assign(place, value) => {
                let slot = self.place(place);
                self.expr(value);
                self.emit(Op::Assign(slot));
            }
            Expr::Update(place, operator, value) => {
                let slot = self.place(place);
                self.expr(value);
                self.emit(Op::Update(slot, *operator));
            }
            Expr::Step(place, step, old) => {
                let slot = self.place(place);
                self.emit(Op::Step(slot, *step, *old));
            }
            Expr::Unary(operator, operand) => {
                self.expr(operand);
                self.emit(Op::Unary(*operator));
            }
            Expr::Binary(operator, left, right) => {
                self.expr(left);
                self.expr(right);
                self.emit(Op::Binary(*operator));
            }
            Expr::And(left, right) => self.shortcut(left, right, true),
            Expr::Or(left, right) => self.shortcut(left, right, false),
            Expr::Cond(condition, yes, no) => {
                self.expr(condition);
                let otherwise = self.emit(Op::JumpIfFalse(0));
                self.expr(yes);
                let end = self.emit(Op::Jump(0));
                self.land(otherwise);
                self.expr(no);
                self.land(end);
            }
            Expr::Match(text, pattern, negated) => {
                self.expr(text);
                if let Expr::Regex(index) = **pattern {
                    self.emit(Op::MatchConstant(index));
                } else {
                    self.expr(pattern);
                    self.emit(Op::Match);
                }
                if *negated {
                    self.emit(Op::Unary(Unary::Not));
                }
            }
            Expr::In(keys, array) => {
                self.keys(keys);
                self.emit(Op::In(*array));
            }
            Expr::Call(function, arguments) => {
                for argument in arguments {
                    if let Expr::Place(Place::Var(variable)) = argument {
                        self.emit(Op::PushVar(*variable));
                    } else {
                        self.expr(argument);
                        self.emit(Op::Push(1));
                    }
                }
                self.emit(Op::Call(*function, arguments.len()));
            }
            Expr::Builtin(builtin, arguments) => self.builtin(*builtin, arguments),
            Expr::Getline(source, name, place) => {
                let slot = place.as_ref().map_or(Slot::Nothing, |place| self.place(place));
                if let Some(name) = name {
                    self.expr(name);
                }
                self.emit(Op::Getline(*source, slot));
            }
            Expr::Group(list) => self.keys(list),
        }
    }

    fn shortcut(&mut self, left: &Expr, right: &Expr, and: bool) {
        self.expr(left);
        let early = self.emit(if and { Op::JumpIfFalse(0) } else { Op::JumpIfTrue(0) });
        self.expr(right);
        self.emit(Op::Truth);
        let end = self.emit(Op::Jump(0));
        self.land(early);
        self.emit(Op::Number(if and { 0.0 } else { 1.0 }));
        self.land(end);
    }

    /// The text of an expression: one between slashes stands for itself.
    fn pattern(&mut self, expr: &Expr, regexes: bool) -> Option<usize> {
        match expr {
            Expr::Regex(index) if regexes => Some(*index),
            _ => {
                self.expr(expr);
                None
            }
        }
    }

    fn builtin(&mut self, builtin: Builtin, arguments: &[Expr]) {
        match (builtin, arguments) {
            (Builtin::Length, [Expr::Place(Place::Var(variable))]) => {
                self.emit(Op::Length(*variable));
            }
            (Builtin::Split, [text, Expr::Place(Place::Var(array)), rest @ ..]) => {
                self.expr(text);
                let separator = match rest.first() {
                    None => Separator::Default,
                    Some(expr) => match self.pattern(expr, true) {
                        Some(index) => Separator::Regex(index),
                        None => Separator::Stack,
                    },
                };
                self.emit(Op::Split(*array, separator));
            }
            (Builtin::Sub | Builtin::Gsub, [pattern, replacement, rest @ ..]) => {
                let slot = match rest.first() {
                    None => {
                        self.emit(Op::Number(0.0));
                        Slot::Field
                    }
                    Some(Expr::Place(place)) => self.place(place),
                    Some(value) => {
                        self.expr(value);
                        Slot::Nothing
                    }
                };
                if let Some(index) = self.pattern(pattern, true) {
                    self.emit(Op::Number(index as f64));
                    self.expr(replacement);
                } else {
                    // A text is told from the number of an expression by its type.
                    self.emit(Op::Text("".into()));
                    self.emit(Op::Binary(Binary::Concat));
                    self.expr(replacement);
                }
                self.emit(Op::Substitute(slot, builtin == Builtin::Gsub));
            }
            (Builtin::Match, [text, pattern]) => {
                self.expr(text);
                if let Some(index) = self.pattern(pattern, true) {
                    self.emit(Op::Number(index as f64));
                } else {
                    self.emit(Op::Text("".into()));
                    self.emit(Op::Binary(Binary::Concat));
                }
                self.emit(Op::Builtin(builtin, 2));
            }
            _ => {
                arguments.iter().for_each(|argument| self.expr(argument));
                self.emit(Op::Builtin(builtin, arguments.len()));
            }
        }
    }
}
