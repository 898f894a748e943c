//! What the machine wants: records, files, commands.

use std::collections::BTreeMap;
use std::rc::Rc;

use podground_shell::{Child, Fd, OpenOptions, Process};

use super::ast::{Source, Target};
use super::code::Code;
use super::machine::{ARGC, ARGV, ENVIRON, FILENAME, FNR, Machine, RS, Request};
use super::regex::compile;
use super::value::Value;
use crate::stream::{Input, Output};
use crate::text::{decode, encode};

/// A file or command that is written to.
struct Writer {
    fd: Fd,
    child: Option<Child>,
}

/// A file or command that is read from.
struct Reader {
    input: Input,
    child: Option<Child>,
}

/// The input of the program: the files of the command line.
struct Main {
    at: usize,
    current: Option<Input>,
    /// Whether a file was among the arguments.
    any: bool,
    ended: bool,
}

pub(super) struct Runner<'a> {
    out: Output<'a>,
    machine: Machine,
    code: Rc<Parts>,
    writers: BTreeMap<String, Writer>,
    readers: BTreeMap<String, Reader>,
    main: Main,
}

struct Parts {
    begin: Option<usize>,
    main: Option<usize>,
    end: Option<usize>,
}

/// Why a part of the program is over.
enum End {
    Done,
    Next,
    Exit,
}

/// An error with the text that stands behind the program's name, or the status alone.
type Result<T> = std::result::Result<T, String>;

/// Runs a program over the files; gives the exit status.
pub(super) async fn run(
    process: &Process,
    code: Code,
    intervals: bool,
    assignments: &[String],
    operands: &[String],
) -> Result<u8> {
    let parts = Rc::new(Parts { begin: code.begin, main: code.main, end: code.end });
    let regexes = super::regex::Regexes::new(&code.regexes, intervals)?;
    let rng = process.host.sim.rng("awk", &[&process.host.hostname.borrow(), &process.pid.to_string()]);
    let mut machine = Machine::new(code, regexes, rng);
    set_up(process, &mut machine, assignments, operands)?;
    let mut runner = Runner {
        out: Output::new(process),
        machine,
        code: parts,
        writers: BTreeMap::new(),
        readers: BTreeMap::new(),
        main: Main { at: 1, current: None, any: false, ended: false },
    };
    let result = runner.all().await;
    let output = std::mem::take(&mut runner.machine.output);
    runner.out.push(output);
    if let Err(message) = result {
        runner.out.flush().await;
        return Err(message);
    }
    runner.out.flush().await;
    let names: Vec<String> = runner.writers.keys().cloned().collect();
    for name in names {
        runner.close(&name).await;
    }
    let status = runner.machine.status;
    Ok(runner.out.finish(status).await)
}

fn set_up(
    process: &Process,
    machine: &mut Machine,
    assignments: &[String],
    operands: &[String],
) -> Result<()> {
    machine.set_global(ARGC, Value::Number(operands.len() as f64 + 1.0));
    let arguments = machine.global_array(ARGV)?;
    let name = process.args.first().cloned().unwrap_or_default();
    for (index, word) in std::iter::once(&name).chain(operands).enumerate() {
        arguments.0.borrow_mut().insert(index.to_string().into(), Value::input(word.as_str()));
    }
    let environment = machine.global_array(ENVIRON)?;
    for (name, value) in &process.env {
        environment.0.borrow_mut().insert(name.as_str().into(), Value::input(value.as_str()));
    }
    for assignment in assignments {
        let (name, value) = assignment.split_once('=').unwrap_or((assignment, ""));
        machine.assign_by_name(name, value)?;
    }
    Ok(())
}

impl Runner<'_> {
    async fn all(&mut self) -> Result<()> {
        let Parts { begin, main, end } = *self.code;
        let mut exited = false;
        if let Some(begin) = begin {
            exited = matches!(self.part(begin).await?, End::Exit);
        }
        if !exited && (main.is_some() || end.is_some()) {
            while let Some(record) = self.next_record().await? {
                self.machine.count_record(true);
                self.machine.set_record(record);
                if let Some(main) = main
                    && matches!(self.part(main).await?, End::Exit)
                {
                    exited = true;
                    break;
                }
            }
        }
        if let Some(end) = end {
            self.part(end).await?;
        }
        let _ = exited;
        Ok(())
    }

    /// Runs a part of the program to its end.
    async fn part(&mut self, at: usize) -> Result<End> {
        self.machine.start(at);
        loop {
            self.machine.now = self.out.process.host.sim.now().0 as f64 / 1e9;
            let request = match self.machine.run() {
                Ok(request) => request,
                Err(error) => return Err(self.run_time(&error)),
            };
            let output = std::mem::take(&mut self.machine.output);
            self.out.write(output).await;
            match request {
                Request::Output => {}
                Request::Turn => self.out.spend(128 * 1024).await,
                Request::Done => return Ok(End::Done),
                Request::Next => return Ok(End::Next),
                Request::NextFile => {
                    self.main.current = None;
                    return Ok(End::Next);
                }
                Request::Exit => return Ok(End::Exit),
                Request::Write(target, name, bytes) => self.write(target, &name, &bytes).await?,
                Request::Read(source, name) => {
                    let record = self.read(source, &name).await?;
                    self.machine.give_record(record).map_err(|error| self.run_time(&error))?;
                }
                Request::System(command) => {
                    self.out.flush().await;
                    let child = self.spawn(&command, None, None);
                    let status = match child {
                        Some(child) => child.wait().await.code(),
                        None => 127,
                    };
                    self.machine.give(f64::from(status));
                }
                Request::Close(name) => {
                    let status = self.close(&name).await;
                    self.machine.give(status);
                }
                Request::Flush(_) => {
                    self.out.flush().await;
                    self.machine.give(0.0);
                }
            }
            if self.out.failed() {
                return Ok(End::Exit);
            }
        }
    }

    fn run_time(&self, error: &str) -> String {
        format!("run time error: {error}\n{}", self.machine.whereabouts())
    }

    /// Starts a command line in a shell.
    fn spawn(&self, line: &str, input: Option<Fd>, output: Option<Fd>) -> Option<Child> {
        let process = self.out.process;
        let mut command = process.command(["sh", "-c", &*String::from_utf8_lossy(&encode(line))]);
        if let Some(input) = input {
            command.fds.insert(0, input);
        }
        if let Some(output) = output {
            command.fds.insert(1, output);
        }
        process.spawn(command).ok()
    }

    async fn write(&mut self, target: Target, name: &str, bytes: &[u8]) -> Result<()> {
        if !self.writers.contains_key(name) {
            self.out.flush().await;
            let writer = self.open_writer(target, name)?;
            self.writers.insert(name.to_owned(), writer);
        }
        let Some(fd) = self.writers.get(name).map(|writer| writer.fd.clone()) else { return Ok(()) };
        // A command that has ended takes no more; it tells why itself.
        let _ = fd.write(bytes).await;
        self.out.spend(bytes.len()).await;
        Ok(())
    }

    fn open_writer(&self, target: Target, name: &str) -> Result<Writer> {
        let process = self.out.process;
        if target == Target::Command {
            let (reader, writer) = podground_sim::pipe(1 << 16);
            let child = self.spawn(name, Some(Fd::PipeReader(reader)), None);
            return Ok(Writer { fd: Fd::PipeWriter(writer), child });
        }
        if name == "/dev/stderr" {
            let fd = process.fds.get(&2).cloned().unwrap_or_else(Fd::null);
            return Ok(Writer { fd, child: None });
        }
        let options = if target == Target::Append { OpenOptions::APPEND } else { OpenOptions::WRITE };
        match process.open(name, options) {
            Ok(fd) => Ok(Writer { fd, child: None }),
            Err(error) => Err(format!("cannot open \"{name}\" for output ({error})")),
        }
    }

    async fn close(&mut self, name: &str) -> f64 {
        let mut status = -1.0;
        self.out.flush().await;
        if let Some(Writer { fd, child }) = self.writers.remove(name) {
            drop(fd);
            status = match child {
                Some(child) => f64::from(child.wait().await.code()),
                None => 0.0,
            };
        }
        if let Some(Reader { input, child }) = self.readers.remove(name) {
            drop(input);
            status = match child {
                Some(child) => f64::from(child.wait().await.code()),
                None => 0.0,
            };
        }
        status
    }

    async fn read(&mut self, source: Source, name: &str) -> Result<std::result::Result<Option<Rc<str>>, ()>> {
        if source == Source::Main {
            return Ok(Ok(self.next_record().await?));
        }
        self.out.flush().await;
        if !self.readers.contains_key(name) {
            let process = self.out.process;
            let reader = if source == Source::Command {
                let (reader, writer) = podground_sim::pipe(1 << 16);
                let child = self.spawn(name, None, Some(Fd::PipeWriter(writer)));
                Reader { input: Input::of(Fd::PipeReader(reader)), child }
            } else {
                let name = if name == "/dev/stdin" { "-" } else { name };
                match Input::open(process, name) {
                    Ok(input) => Reader { input, child: None },
                    Err(_) => return Ok(Err(())),
                }
            };
            self.readers.insert(name.to_owned(), reader);
        }
        let separator = self.separator();
        let Some(reader) = self.readers.get_mut(name) else { return Ok(Err(())) };
        record(&mut self.out, &mut reader.input, &separator).await
    }

    fn separator(&self) -> Separator {
        let text = self.machine.global(RS).to_text("%.6g");
        let mut bytes = text.bytes();
        match (bytes.next(), bytes.next()) {
            (None, _) => Separator::Paragraph,
            (Some(byte), None) => Separator::Byte(byte),
            _ => Separator::Regex(text),
        }
    }

    /// The next record of the files of the command line.
    async fn next_record(&mut self) -> Result<Option<Rc<str>>> {
        let output = std::mem::take(&mut self.machine.output);
        self.out.push(output);
        loop {
            if self.main.current.is_none() && !self.open_next()? {
                return Ok(None);
            }
            let separator = self.separator();
            let Some(input) = &mut self.main.current else { return Ok(None) };
            match record(&mut self.out, input, &separator).await? {
                Ok(Some(record)) => return Ok(Some(record)),
                _ => self.main.current = None,
            }
        }
    }

    /// Opens the next file among the arguments and does the assignments before it.
    fn open_next(&mut self) -> Result<bool> {
        let arguments = self.machine.global_array(ARGV)?;
        loop {
            let count = self.machine.global(ARGC).to_number() as usize;
            if self.main.at >= count {
                if self.main.any || self.main.ended {
                    return Ok(false);
                }
                self.main.ended = true;
                self.main.current = Some(Input::standard());
                return Ok(true);
            }
            let key = self.main.at.to_string();
            self.main.at += 1;
            let word = arguments.0.borrow().get(key.as_str()).map(|word| word.to_text("%.6g"));
            let Some(word) = word.filter(|word| !word.is_empty()) else { continue };
            if let Some((name, value)) = word.split_once('=').filter(|(name, _)| is_name(name)) {
                self.machine.assign_by_name(name, value)?;
                continue;
            }
            self.main.any = true;
            let input = Input::open(self.out.process, &word)
                .map_err(|error| format!("cannot open {word} ({error})"))?;
            self.main.current = Some(input);
            self.machine.set_global(FILENAME, Value::Input(word));
            self.machine.set_global(FNR, Value::Number(0.0));
            return Ok(true);
        }
    }
}

/// Whether a word is the name of a variable.
pub(super) fn is_name(word: &str) -> bool {
    !word.is_empty()
        && !word.starts_with(|c: char| c.is_ascii_digit())
        && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// What ends a record.
enum Separator {
    Byte(u8),
    Paragraph,
    Regex(Rc<str>),
}

/// The next record of an input, without its end.
async fn record(
    out: &mut Output<'_>,
    input: &mut Input,
    separator: &Separator,
) -> Result<std::result::Result<Option<Rc<str>>, ()>> {
    let record = match separator {
        Separator::Byte(byte) => match input.record(out, *byte).await {
            Ok(line) => line.map(|mut line| {
                if line.last() == Some(byte) {
                    line.pop();
                }
                line
            }),
            Err(_) => return Ok(Err(())),
        },
        Separator::Paragraph => match paragraph(out, input).await {
            Ok(record) => record,
            Err(_) => return Ok(Err(())),
        },
        Separator::Regex(text) => {
            let regex = compile(text, false)?;
            let Ok(all) = input.rest(out).await else { return Ok(Err(())) };
            let all = decode(&all).into_owned();
            let found = regex.find_iter(&all).find(|found| !found.is_empty());
            match found {
                Some(found) => {
                    input.put_back(&encode(&all[found.end()..]));
                    Some(encode(&all[..found.start()]).into_owned())
                }
                None if all.is_empty() => None,
                None => Some(encode(all.strip_suffix('\n').unwrap_or(&all)).into_owned()),
            }
        }
    };
    Ok(Ok(record.map(|bytes| Rc::from(&*decode(&bytes)))))
}

/// Lines up to an empty one.
async fn paragraph(
    out: &mut Output<'_>,
    input: &mut Input,
) -> std::result::Result<Option<Vec<u8>>, podground_shell::ReadError> {
    let mut record: Option<Vec<u8>> = None;
    while let Some(mut line) = input.line(out).await? {
        if line.last() == Some(&b'\n') {
            line.pop();
        }
        match &mut record {
            None if line.is_empty() => {}
            None => record = Some(line),
            Some(_) if line.is_empty() => {
                // Further empty lines belong to the same end.
                while let Some(next) = input.line(out).await? {
                    if next != b"\n" {
                        input.put_back(&next);
                        break;
                    }
                }
                break;
            }
            Some(record) => {
                record.push(b'\n');
                record.extend(line);
            }
        }
    }
    Ok(record)
}
