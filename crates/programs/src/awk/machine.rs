//! The machine: takes step after step until something has to be read, written or waited for.

mod builtins;
mod variables;

use std::cell::Cell;
use std::rc::Rc;

use podground_sim::Rng;

use super::ast::{Binary, Source, Target, Unary, Var};
use super::code::{Code, Op, Slot as Place};
use super::record::Record;
use super::regex::Regexes;
use super::value::{Array, Slot, Value};

/// The numbers of the variables in [`SPECIALS`](super::parse::SPECIALS).
pub(super) const NF: usize = 0;
pub(super) const NR: usize = 1;
pub(super) const FNR: usize = 2;
pub(super) const FS: usize = 3;
const OFS: usize = 4;
const ORS: usize = 5;
pub(super) const RS: usize = 6;
pub(super) const FILENAME: usize = 7;
const SUBSEP: usize = 8;
const RSTART: usize = 9;
const RLENGTH: usize = 10;
const CONVFMT: usize = 11;
const OFMT: usize = 12;
pub(super) const ENVIRON: usize = 13;
pub(super) const ARGC: usize = 14;
pub(super) const ARGV: usize = 15;

/// After so many steps others have a turn.
const TURN: usize = 20_000;

/// How long a text may grow; with more, memory would end.
const MAX_TEXT: usize = 16 * 1024 * 1024;
/// So much output is handed on at once.
const FULL: usize = 16 * 1024;
const MAX_DEPTH: usize = 2_000;
const MAX_FIELD: f64 = 1_000_000.0;

/// What the machine wants before it goes on.
pub(super) enum Request {
    /// Its output is to be taken.
    Output,
    /// So many steps were done.
    Turn,
    /// These bytes go there.
    Write(Target, Rc<str>, Vec<u8>),
    /// A record; [`Machine::give_record`] goes on.
    Read(Source, Rc<str>),
    /// The rest are answered by [`Machine::give`].
    System(Rc<str>),
    Close(Rc<str>),
    Flush,
    /// The part of the program is over.
    Done,
    Next,
    NextFile,
    Exit,
}

struct Frame {
    back: usize,
    base: usize,
    keys: usize,
}

pub(super) struct Machine {
    /// How many bytes of text were put together since this was looked at.
    copied: Cell<usize>,
    code: Rc<Code>,
    pub(super) regexes: Regexes,
    globals: Vec<Slot>,
    locals: Vec<Slot>,
    stack: Vec<Value>,
    frames: Vec<Frame>,
    keys: Vec<std::vec::IntoIter<Rc<str>>>,
    ranges: Vec<bool>,
    at: usize,
    record: Record,
    waiting: Option<(Source, Place)>,
    /// What was printed.
    pub(super) output: Vec<u8>,
    pub(super) status: u8,
    rng: Rng,
    seed: f64,
    /// Seconds since 1970, set before each turn.
    pub(super) now: f64,
}

type Result<T> = std::result::Result<T, String>;

impl Machine {
    pub(super) fn new(code: Code, regexes: Regexes, rng: Rng) -> Self {
        let mut globals = vec![Slot::Free; code.globals.len()];
        let number = |value: f64| Slot::Value(Value::Number(value));
        let text = |value: &str| Slot::Value(Value::text(value));
        for index in [NF, NR, FNR, RSTART] {
            globals[index] = number(0.0);
        }
        globals[RLENGTH] = number(-1.0);
        for (index, value) in
            [(FS, " "), (OFS, " "), (ORS, "\n"), (RS, "\n"), (FILENAME, ""), (SUBSEP, "\x1c")]
        {
            globals[index] = text(value);
        }
        globals[CONVFMT] = text("%.6g");
        globals[OFMT] = text("%.6g");
        Self {
            copied: Cell::new(0),
            ranges: vec![false; code.ranges],
            code: Rc::new(code),
            regexes,
            globals,
            locals: Vec::new(),
            stack: Vec::new(),
            frames: Vec::new(),
            keys: Vec::new(),
            at: 0,
            record: Record::default(),
            waiting: None,
            output: Vec::new(),
            status: 0,
            rng,
            seed: 0.0,
            now: 0.0,
        }
    }

    /// Begins a part of the program.
    pub(super) fn start(&mut self, at: usize) {
        self.at = at;
        self.stack.clear();
        self.locals.clear();
        self.frames.clear();
        self.keys.clear();
    }

    /// Answers a request by a number.
    pub(super) fn give(&mut self, number: f64) {
        self.stack.push(Value::Number(number));
    }

    /// Answers [`Request::Read`]; an error is -1, the end 0.
    pub(super) fn give_record(&mut self, record: std::result::Result<Option<Rc<str>>, ()>) -> Result<()> {
        let Some((source, place)) = self.waiting.take() else { return Ok(()) };
        match record {
            Err(()) => self.drop_keys_and_give(place, -1.0),
            Ok(None) => self.drop_keys_and_give(place, 0.0),
            Ok(Some(text)) => {
                if source != Source::File {
                    self.count_record(source == Source::Main);
                }
                if place == Place::Nothing {
                    self.set_record(text);
                } else {
                    self.assign(place, Value::Input(text))?;
                }
                self.give(1.0);
            }
        }
        Ok(())
    }

    fn drop_keys_and_give(&mut self, place: Place, number: f64) {
        if matches!(place, Place::Index(_) | Place::Field) {
            self.pop();
        }
        self.give(number);
    }

    /// One more record was read.
    pub(super) fn count_record(&mut self, of_file: bool) {
        for index in [NR, FNR] {
            if index == NR || of_file {
                let count = self.global(index).to_number() + 1.0;
                self.globals[index] = Slot::Value(Value::Number(count));
            }
        }
    }

    /// Makes a text the record.
    pub(super) fn set_record(&mut self, text: Rc<str>) {
        self.record.set(text);
    }

    fn pop(&mut self) -> Value {
        self.stack.pop().unwrap_or_default()
    }

    fn pop_text(&mut self) -> Rc<str> {
        let value = self.pop();
        value.to_text(&self.convfmt())
    }

    fn pop_many(&mut self, count: usize) -> Vec<Value> {
        let at = self.stack.len().saturating_sub(count);
        self.stack.split_off(at)
    }

    fn convfmt(&self) -> Rc<str> {
        self.global(CONVFMT).to_text("%.6g")
    }

    /// Goes on until something is wanted.
    pub(super) fn run(&mut self) -> Result<Request> {
        let code = self.code.clone();
        let mut left = TURN;
        while left > 0 {
            // Long texts take their time to be put together.
            left = left.saturating_sub(1 + self.copied.take() / 64);
            let op = &code.ops[self.at];
            self.at += 1;
            if let Some(request) = self.step(op)? {
                return Ok(request);
            }
            if self.output.len() >= FULL {
                return Ok(Request::Output);
            }
        }
        Ok(Request::Turn)
    }

    fn step(&mut self, op: &Op) -> Result<Option<Request>> {
        match op {
            Op::Number(number) => self.stack.push(Value::Number(*number)),
            Op::Text(text) => self.stack.push(Value::Text(text.clone())),
            Op::Regex(index) => {
                let text = self.record_text();
                let found = self.regexes.constant(*index).is_match(&text);
                self.stack.push(Value::of(found));
            }
            Op::MatchConstant(index) => {
                let text = self.pop_text();
                let found = self.regexes.constant(*index).is_match(&text);
                self.stack.push(Value::of(found));
            }
            Op::Match => {
                let pattern = self.pop_text();
                let text = self.pop_text();
                let found = self.regexes.dynamic(&pattern)?.is_match(&text);
                self.stack.push(Value::of(found));
            }
            Op::Get(place) => {
                let key = self.pop_key(*place);
                let value = self.get(*place, &key)?;
                self.stack.push(value);
            }
            Op::Assign(place) => {
                let value = self.pop();
                self.assign(*place, value.clone())?;
                self.stack.push(value);
            }
            Op::Update(place, operator) => {
                let right = self.pop();
                let key = self.pop_key(*place);
                let left = self.get(*place, &key)?;
                let value = self.binary(*operator, &left, &right)?;
                self.put(*place, &key, value.clone())?;
                self.stack.push(value);
            }
            Op::Step(place, step, old) => {
                let key = self.pop_key(*place);
                let before = self.get(*place, &key)?.to_number();
                self.put(*place, &key, Value::Number(before + step))?;
                self.stack.push(Value::Number(if *old { before } else { before + step }));
            }
            Op::Join(count) => {
                let format = self.convfmt();
                let separator = self.global(SUBSEP).to_text(&format);
                let keys: Vec<Rc<str>> =
                    self.pop_many(*count).iter().map(|key| key.to_text(&format)).collect();
                self.stack.push(Value::text(keys.join(&*separator)));
            }
            Op::Unary(operator) => {
                let value = self.pop();
                self.stack.push(match operator {
                    Unary::Minus => Value::Number(-value.to_number()),
                    Unary::Plus => Value::Number(value.to_number()),
                    Unary::Not => Value::of(!value.is_true()),
                });
            }
            Op::Binary(operator) => {
                let right = self.pop();
                let left = self.pop();
                let value = self.binary(*operator, &left, &right)?;
                self.stack.push(value);
            }
            Op::Truth => {
                let value = self.pop();
                self.stack.push(Value::of(value.is_true()));
            }
            Op::In(array) => {
                let key = self.pop_text();
                let found = self.array(*array)?.0.borrow().contains_key(&key);
                self.stack.push(Value::of(found));
            }
            Op::Jump(to) => self.at = *to,
            Op::JumpIfFalse(to) => {
                if !self.pop().is_true() {
                    self.at = *to;
                }
            }
            Op::JumpIfTrue(to) => {
                if self.pop().is_true() {
                    self.at = *to;
                }
            }
            Op::Pop => drop(self.pop()),
            Op::Keys(array) => {
                let keys = self.array(*array)?.keys();
                self.keys.push(keys.into_iter());
            }
            Op::NextKey(end) => match self.keys.last_mut().and_then(Iterator::next) {
                Some(key) => self.stack.push(Value::Text(key)),
                None => self.at = *end,
            },
            Op::EndKeys => drop(self.keys.pop()),
            Op::Push => {
                let value = self.pop();
                self.locals.push(Slot::Value(value));
            }
            Op::PushVar(variable) => self.push_variable(*variable),
            Op::Call(function, count) => self.call(*function, *count)?,
            Op::Return => {
                if let Some(frame) = self.frames.pop() {
                    self.at = frame.back;
                    self.locals.truncate(frame.base);
                    self.keys.truncate(frame.keys);
                }
            }
            Op::RangeActive(range) => self.stack.push(Value::of(self.ranges[*range])),
            Op::SetRange(range, active) => self.ranges[*range] = *active,
            Op::Delete(array) => {
                let key = self.pop_text();
                self.array(*array)?.0.borrow_mut().remove(&key);
            }
            Op::DeleteAll(array) => self.array(*array)?.0.borrow_mut().clear(),
            Op::Length(variable) => self.length(*variable)?,
            Op::Builtin(builtin, count) => return self.builtin(*builtin, *count),
            Op::Split(array, separator) => self.split(*array, *separator)?,
            Op::Substitute(place, all) => self.substitute(*place, *all)?,
            Op::Getline(source, place) => {
                let name = if *source == Source::Main { Rc::from("") } else { self.pop_text() };
                self.waiting = Some((*source, *place));
                return Ok(Some(Request::Read(*source, name)));
            }
            Op::Print(count, target) => return Ok(self.print(*count, *target)),
            Op::Printf(count, target) => return self.printf(*count, *target),
            Op::Next => return Ok(Some(Request::Next)),
            Op::NextFile => return Ok(Some(Request::NextFile)),
            Op::Exit(with_status) => {
                if *with_status {
                    self.status = self.pop().to_number() as i64 as u8;
                }
                return Ok(Some(Request::Exit));
            }
            Op::Done => return Ok(Some(Request::Done)),
        }
        Ok(None)
    }

    fn binary(&self, operator: Binary, left: &Value, right: &Value) -> Result<Value> {
        use std::cmp::Ordering::{Equal, Greater, Less};
        let numbers = || (left.to_number(), right.to_number());
        let order = || left.compare(right, &self.convfmt());
        Ok(match operator {
            Binary::Add => Value::Number(numbers().0 + numbers().1),
            Binary::Subtract => Value::Number(numbers().0 - numbers().1),
            Binary::Multiply => Value::Number(numbers().0 * numbers().1),
            Binary::Divide => Value::Number(numbers().0 / numbers().1),
            Binary::Modulo => Value::Number(numbers().0 % numbers().1),
            Binary::Power => Value::Number(numbers().0.powf(numbers().1)),
            Binary::Concat => {
                let format = self.convfmt();
                let text = [&*left.to_text(&format), &*right.to_text(&format)].concat();
                if text.len() > MAX_TEXT {
                    return Err("out of memory".to_owned());
                }
                self.copied.set(self.copied.get() + text.len());
                Value::text(text)
            }
            Binary::Less => Value::of(order() == Some(Less)),
            Binary::LessEqual => Value::of(matches!(order(), Some(Less | Equal))),
            Binary::Equal => Value::of(order() == Some(Equal)),
            Binary::NotEqual => Value::of(order() != Some(Equal)),
            Binary::Greater => Value::of(order() == Some(Greater)),
            Binary::GreaterEqual => Value::of(matches!(order(), Some(Greater | Equal))),
        })
    }

    fn call(&mut self, function: usize, count: usize) -> Result<()> {
        let (start, params) = self.code.functions[function];
        if self.frames.len() >= MAX_DEPTH {
            return Err("function call nesting too deep for podground's awk".to_owned());
        }
        let base = self.locals.len() - count;
        self.locals.resize(base + params.max(count), Slot::Free);
        self.frames.push(Frame { back: self.at, base, keys: self.keys.len() });
        self.at = start;
        Ok(())
    }

    /// What the driver says behind an error of the run.
    pub(super) fn whereabouts(&self) -> String {
        let shown = |index: usize| self.global(index).to_text("%.6g");
        format!("\tFILENAME=\"{}\" FNR={} NR={}", shown(FILENAME), shown(FNR), shown(NR))
    }

    /// A global variable that is no array.
    pub(super) fn global(&self, index: usize) -> Value {
        match &self.globals[index] {
            Slot::Value(value) => value.clone(),
            _ => Value::Uninit,
        }
    }

    /// Sets a global variable by its number.
    pub(super) fn set_global(&mut self, index: usize, value: Value) {
        self.globals[index] = Slot::Value(value);
    }

    /// Sets a global variable as the command line does; a name that the program lacks is left.
    pub(super) fn assign_by_name(&mut self, name: &str, text: &str) -> Result<()> {
        if let Some(index) = self.code.globals.iter().position(|global| global == name) {
            let value = Value::input(super::lexer::unescape(text));
            self.put(Place::Var(Var::Global(index as u16)), "", value)?;
        }
        Ok(())
    }

    /// A global array.
    pub(super) fn global_array(&mut self, index: usize) -> Result<Array> {
        self.array(Var::Global(index as u16))
    }
}
