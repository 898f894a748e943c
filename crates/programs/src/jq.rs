//! `jq`: the interpreter is jaq, the options, messages and the printing are jq's.

mod errors;
mod fuel;
mod funs;
mod options;
mod scan;
mod value;
mod write;

use std::cell::RefCell;
use std::collections::VecDeque;

use jaq_core::load::{self, Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Vars};
use jaq_json::{Map, Val, read};
use jaq_std::input::RcIter;
use podground_shell::Process;

use crate::files;
use crate::stream::{Input, Output};
use fuel::{Ending, Fuel, Handle};
use funs::{Kind, World};
use options::Options;
use scan::Scanner;
use value::Json;

/// An input and where it was read.
type Item = (Val, String);

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let mut options = match options::read(process.args.get(1..).unwrap_or_default(), process.is_terminal(1)) {
        Ok(options) => options,
        Err((status, message)) => {
            process.eprint(&message).await;
            return Err(status);
        }
    };
    if let Some(file) = &options.filter_file {
        match files::read(process, file).await {
            Ok(bytes) => options.filter = String::from_utf8_lossy(&bytes).into_owned(),
            Err(error) => {
                process.eprint(&format!("jq: error: Could not open {file}: {error}\n")).await;
                return Err(2);
            }
        }
    }
    for (name, file, raw) in std::mem::take(&mut options.slurped) {
        let value = match files::read(process, &file).await {
            Ok(bytes) if raw => Ok(Val::utf8_str(bytes)),
            Ok(bytes) => values_of(&bytes),
            Err(error) => Err(format!("Could not open {file}: {error}")),
        };
        match value {
            Ok(value) => options.named.push((name, value)),
            Err(error) => {
                process.eprint(&format!("jq: Bad JSON in --slurpfile {name} {file}: {error}\n")).await;
                return Err(2);
            }
        }
    }
    Jq { out: Output::new(process), options, status: 0, last: None }.run().await
}

struct Jq<'a> {
    out: Output<'a>,
    options: Options,
    status: u8,
    /// Whether the last output was true, for `-e`.
    last: Option<bool>,
}

impl Jq<'_> {
    async fn run(mut self) -> Result<u8, u8> {
        let process = self.out.process;
        let arena = Arena::default();
        let names = self.variables(process);
        let code = self.options.filter.clone();
        let filter = match compile(&arena, &code, &names) {
            Ok(filter) => filter,
            Err(message) => {
                process.eprint(&message).await;
                return Err(3);
            }
        };
        let waiting: RefCell<VecDeque<Item>> = RefCell::default();
        let place: RefCell<String> = RefCell::new("<unknown>".to_owned());
        let inputs = RcIter::new(std::iter::from_fn(|| {
            let (value, at) = waiting.borrow_mut().pop_front()?;
            *place.borrow_mut() = at;
            Some(Ok(Json(value)))
        }));
        let env: Map =
            process.env.iter().map(|(k, v)| (Val::from(k.clone()), Val::from(v.clone()))).collect();
        let ending = Ending::new();
        let world = World {
            lut: &filter.lut,
            terms: fuel::terms(&filter, &code),
            ending: &ending,
            fuel: Fuel::new(),
            inputs: &inputs,
            env: Val::obj(env),
            now: process.host.sim.now().0 as f64 / 1e9,
            file: RefCell::new(None),
            stderr: RefCell::default(),
        };
        let vars = Vars::new(names.iter().map(|(_, value)| Json(value.clone())));
        let start =
            |input: Val| filter.id.run((Ctx::<Kind>::new(Handle::new(&world), vars.clone()), Json(input)));

        let wants_all = self.options.null_input || self.options.slurp || code.contains("input");
        let mut sources = self.sources();
        let mut scanner = Scanner::new();
        let mut slurped = Vec::new();
        let mut texts = String::new();
        'inputs: loop {
            let ended = match self.fill(&mut sources, &mut scanner, &waiting, &world).await {
                Ok(more) => !more,
                Err(message) => {
                    // What was read before the error is still filtered.
                    if !wants_all {
                        while let Some((value, at)) = { waiting.borrow_mut().pop_front() } {
                            *place.borrow_mut() = at;
                            if self.outputs(start(value), &place, &world).await.is_err() {
                                break 'inputs;
                            }
                        }
                    }
                    self.out.flush().await;
                    process.eprint(&format!("jq: parse error: {message}\n")).await;
                    self.status = 5;
                    break;
                }
            };
            if wants_all {
                if self.options.slurp {
                    for (value, _) in waiting.borrow_mut().drain(..) {
                        match value {
                            Val::TStr(text) if self.options.raw_input => {
                                texts.push_str(&String::from_utf8_lossy(&text));
                            }
                            value => slurped.push(value),
                        }
                    }
                }
                if !ended {
                    continue;
                }
                let input = if self.options.slurp && !self.options.null_input {
                    if self.options.raw_input { Val::from(texts) } else { slurped.into_iter().collect() }
                } else if self.options.null_input {
                    Val::Null
                } else {
                    // `input` takes from what is left.
                    while let Some((value, at)) = { waiting.borrow_mut().pop_front() } {
                        *place.borrow_mut() = at;
                        if self.outputs(start(value), &place, &world).await.is_err() {
                            break;
                        }
                    }
                    break;
                };
                let _ = self.outputs(start(input), &place, &world).await;
                break;
            }
            while let Some((value, at)) = { waiting.borrow_mut().pop_front() } {
                *place.borrow_mut() = at;
                if self.outputs(start(value), &place, &world).await.is_err() {
                    break 'inputs;
                }
            }
            if ended {
                break;
            }
        }
        let status = match (self.options.exit_status, self.last) {
            _ if self.status != 0 => self.status,
            (true, None) => 4,
            (true, Some(false)) => 1,
            _ => 0,
        };
        Ok(self.out.finish(status).await)
    }

    /// The variables of the program, with a dollar in front.
    fn variables(&self, process: &Process) -> Vec<(String, Val)> {
        let env: Map =
            process.env.iter().map(|(k, v)| (Val::from(k.clone()), Val::from(v.clone()))).collect();
        let named: Map =
            self.options.named.iter().map(|(name, value)| (Val::from(name.clone()), value.clone())).collect();
        let mut arguments = Map::default();
        let positional = self.options.positional.iter().cloned().collect();
        arguments.insert(Val::from("positional".to_owned()), positional);
        arguments.insert(Val::from("named".to_owned()), Val::obj(named));
        let mut all = vec![("$ENV".to_owned(), Val::obj(env)), ("$ARGS".to_owned(), Val::obj(arguments))];
        all.extend(self.options.named.iter().map(|(name, value)| (format!("${name}"), value.clone())));
        all
    }

    fn sources(&self) -> VecDeque<String> {
        if self.options.files.is_empty() {
            ["-".to_owned()].into()
        } else {
            self.options.files.clone().into()
        }
    }

    /// Reads on, until there is a value or nothing is left, which gives `false`.
    async fn fill(
        &mut self,
        sources: &mut VecDeque<String>,
        scanner: &mut Scanner,
        waiting: &RefCell<VecDeque<Item>>,
        world: &World<'_>,
    ) -> Result<bool, String> {
        // With -n and no files, standard input is read only if the program asks for it.
        if self.options.null_input && !self.options.filter.contains("input") {
            return Ok(false);
        }
        let Some(name) = sources.front().cloned() else { return Ok(false) };
        let shown = if name == "-" { "<stdin>" } else { &name };
        let mut input = match Input::open(self.out.process, &name) {
            Ok(input) => input,
            Err(error) => {
                self.out.flush().await;
                self.out.process.eprint(&format!("jq: error: Could not open {name}: {error}\n")).await;
                self.status = 2;
                sources.pop_front();
                return Ok(true);
            }
        };
        if name != "-" {
            *world.file.borrow_mut() = Some(name.clone());
        }
        // A file is read as a whole, standard input as it comes.
        if name != "-" || self.options.raw_input || self.options.slurp {
            sources.pop_front();
            let bytes = input.rest(&mut self.out).await.map_err(|error| error.to_string())?;
            if self.options.raw_input {
                let mut queue = waiting.borrow_mut();
                if self.options.slurp {
                    queue.push_back((Val::utf8_str(bytes), format!("{shown}:0")));
                } else {
                    for (index, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
                        let line = crate::text::chomp(line).to_vec();
                        queue.push_back((Val::utf8_str(line), format!("{shown}:{}", index + 1)));
                    }
                }
                return Ok(true);
            }
            return self.scan(scanner, &bytes, shown, waiting, sources.is_empty()).map(|()| true);
        }
        let bytes = input.chunk(&mut self.out).await.map_err(|error| error.to_string())?;
        if bytes.is_empty() {
            sources.pop_front();
        }
        let last = bytes.is_empty() && sources.is_empty();
        self.scan(scanner, &bytes, shown, waiting, last).map(|()| !last)
    }

    fn scan(
        &self,
        scanner: &mut Scanner,
        bytes: &[u8],
        name: &str,
        waiting: &RefCell<VecDeque<Item>>,
        last: bool,
    ) -> Result<(), String> {
        let mut queue = waiting.borrow_mut();
        let mut put = |value: Option<Vec<u8>>, line: usize| -> Result<(), String> {
            if let Some(text) = value {
                let value = read::parse_single(&text).map_err(|error| error.to_string())?;
                queue.push_back((value, format!("{name}:{line}")));
            }
            Ok(())
        };
        for (index, byte) in bytes.iter().enumerate() {
            let value = scanner.feed(*byte)?;
            if value.is_some() {
                // jq counts the lines that it has read, which it does line by line.
                let rest_of_line = *byte != b'\n' && bytes[index + 1..].contains(&b'\n');
                put(value, scanner.line - 1 + usize::from(rest_of_line))?;
            }
        }
        if last {
            let value = scanner.end()?;
            put(value, scanner.line - 1)?;
        }
        Ok(())
    }

    /// Prints what a filter gives; an error is the end of it all.
    async fn outputs<'r>(
        &mut self,
        mut results: impl Iterator<Item = jaq_core::ValX<'r, Json>>,
        place: &RefCell<String>,
        world: &World<'_>,
    ) -> Result<(), ()> {
        loop {
            world.fuel.refill();
            let result = results.next();
            let steps = world.fuel.refill();
            self.out.spend(16 * steps as usize).await;
            let said = world.stderr.take();
            if !said.is_empty() {
                self.out.flush().await;
                let _ = self.out.process.write(2, &said).await;
            }
            if let Some(stop) = world.fuel.stopped() {
                self.out.flush().await;
                self.out.process.eprint(&format!("jq: error: {}\n", stop.message())).await;
                self.status = 5;
                // What hangs together in a long chain cannot be dropped: that too would take too much stack.
                std::mem::forget(results);
                return Err(());
            }
            let Some(result) = result else { return Ok(()) };
            match result {
                Ok(Json(value)) => {
                    self.last = Some(!matches!(value, Val::Null | Val::Bool(false)));
                    let text = self.options.show(&value);
                    self.out.spend(64 + text.len()).await;
                    self.out.write(text).await;
                    if self.out.failed() {
                        return Err(());
                    }
                }
                Err(exception) => match exception.get_err() {
                    Ok(error) => {
                        let message = match errors::message(error) {
                            Ok(text) => format!("jq: error (at {}): {text}\n", place.borrow()),
                            Err(value) => format!(
                                "jq: error (at {}) (not a string): {}\n",
                                place.borrow(),
                                String::from_utf8_lossy(&write::Style::default().write(&value))
                            ),
                        };
                        self.out.flush().await;
                        self.out.process.eprint(&message).await;
                        self.status = 5;
                        return Ok(());
                    }
                    Err(exception) => {
                        self.status = exception.get_halt().map_or(5, |code| code as u8);
                        self.options.exit_status = false;
                        return Err(());
                    }
                },
            }
        }
    }
}

/// All values of a text, as an array.
fn values_of(bytes: &[u8]) -> Result<Val, String> {
    let (texts, error) = scan::all(bytes);
    match error {
        Some(error) => Err(error),
        None => {
            texts.iter().map(|text| read::parse_single(text).map_err(|error| error.to_string())).collect()
        }
    }
}

fn compile<'s>(
    arena: &'s Arena,
    code: &'s str,
    names: &'s [(String, Val)],
) -> Result<jaq_core::Filter<Kind>, String> {
    if let Some(reason) = too_large(code) {
        return Err(format!("jq: error: podground does not run {reason}\njq: 1 compile error\n"));
    }
    let loader = Loader::new(funs::defs());
    let program = File { code, path: () };
    let modules = loader.load(arena, program).map_err(|errors| {
        let what = errors.into_iter().map(|(_, error)| error).next();
        let unexpected = match what {
            Some(load::Error::Lex(list)) => list.first().map(|(_, rest)| token(rest)),
            Some(load::Error::Parse(list)) => list.first().map(|(_, rest)| token(rest)),
            _ => None,
        };
        let unexpected = unexpected.unwrap_or_else(|| "end of file".to_owned());
        format!(
            "jq: error: syntax error, unexpected {unexpected} (Unix shell quoting issues?) at <top-level>, line 1:\n{code}\njq: 1 compile error\n"
        )
    })?;
    Compiler::default()
        .with_funs(funs::funs())
        .with_global_vars(names.iter().map(|(name, _)| name.as_str()))
        .compile(modules)
        .map_err(|errors| {
            let list: Vec<_> = errors.into_iter().flat_map(|(_, list)| list).collect();
            let mut text = String::new();
            for (name, undefined) in &list {
                let shown = match undefined {
                    jaq_core::compile::Undefined::Filter(arity) => format!("{name}/{arity}"),
                    _ => (*name).to_owned(),
                };
                text.push_str(&format!(
                    "jq: error: {shown} is not defined at <top-level>, line 1:\n{code}\n"
                ));
            }
            let count = list.len();
            text.push_str(&format!("jq: {count} compile error{}\n", if count == 1 { "" } else { "s" }));
            text
        })
}

/// Why a program would take too much of the stack when it is read, which goes as deep as it is long.
fn too_large(code: &str) -> Option<&'static str> {
    const MAX_DEPTH: i32 = 64;
    const MAX_SIGNS: usize = 1000;
    let (mut depth, mut signs, mut quoted) = (0, 0, false);
    let mut chars = code.chars().peekable();
    let mut word = String::new();
    while let Some(c) = chars.next() {
        match c {
            '\\' if quoted => {
                // What is interpolated is code again, and is counted as such.
                if chars.next_if_eq(&'(').is_some() {
                    (quoted, depth, signs) = (false, depth + 1, signs + 1);
                } else {
                    chars.next();
                }
                continue;
            }
            '"' => (quoted, signs) = (!quoted, signs + 1),
            _ if quoted => continue,
            '(' | '[' | '{' => (depth, signs) = (depth + 1, signs + 1),
            ')' | ']' | '}' => depth -= 1,
            c if c.is_ascii_punctuation() && c != '_' => signs += 1,
            c if c.is_alphanumeric() || c == '_' => {
                word.push(c);
                if chars.peek().is_some_and(|next| next.is_alphanumeric() || *next == '_') {
                    continue;
                }
                match word.as_str() {
                    "if" | "try" | "reduce" | "foreach" | "def" => (depth, signs) = (depth + 1, signs + 1),
                    "end" | "catch" => depth -= 1,
                    "and" | "or" | "as" | "then" | "else" => signs += 1,
                    _ => {}
                }
            }
            _ => {}
        }
        word.clear();
        if depth > MAX_DEPTH {
            return Some("a program that is nested so deeply");
        }
    }
    (signs > MAX_SIGNS).then_some("a program of more than 1000 operators")
}

/// The word at the start of a text, as messages show it.
fn token(rest: &str) -> String {
    match rest.trim_start().chars().next() {
        None => "end of file".to_owned(),
        Some(c) if c.is_alphabetic() || c == '_' => "IDENT".to_owned(),
        Some(c) if c.is_ascii_digit() => "LITERAL".to_owned(),
        Some('"') => "QQSTRING_START".to_owned(),
        Some(c) if ".[]{}()|,:;=<>+-*/%$?@#!&".contains(c) => format!("'{c}'"),
        Some(_) => "INVALID_CHARACTER".to_owned(),
    }
}
