//! Running scripts of `sed`.

mod files;

use std::collections::BTreeMap;

use podground_shell::{Fd, OpenOptions};

use super::script::{Action, Address, Command, Script, To};
use super::substitute::substitute;
use crate::regex::Regex;
use crate::stream::Output;
use crate::text;

/// How long the pattern space may grow; with more, memory would end.
const MAX_SPACE: usize = 16 * 1024 * 1024;
pub(super) use files::Files;

/// What a range of a command has come to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Range {
    Closed,
    /// Until a line that the expression matches.
    Open,
    /// Until this line.
    Until(usize),
}

struct Machine<'a, 'o, 'p> {
    script: &'a Script,
    files: &'a mut Files,
    out: &'o mut Output<'p>,
    quiet: bool,
    space: String,
    hold: String,
    ranges: Vec<Range>,
    /// What comes out when the cycle ends.
    after: Vec<After<'a>>,
    last_regex: Option<&'a Regex>,
    substituted: bool,
    written: BTreeMap<String, Fd>,
}

enum After<'a> {
    Text(&'a str),
    File(&'a str),
}

/// How a cycle goes on.
enum Flow {
    Command(usize),
    EndCycle,
    /// Without printing the pattern space.
    Delete,
    /// Like `Delete`, and the next cycle reads no line.
    Restart,
    Quit(u8),
    QuitSilently(u8),
}

/// Runs a script over files; gives the exit status.
pub(super) async fn run(script: &Script, files: &mut Files, out: &mut Output<'_>, quiet: bool) -> u8 {
    let mut machine = Machine {
        script,
        files,
        out,
        quiet,
        space: String::new(),
        hold: String::new(),
        ranges: vec![Range::Closed; script.commands.len()],
        after: Vec::new(),
        last_regex: None,
        substituted: false,
        written: BTreeMap::new(),
    };
    if let Err((name, error)) = machine.open_written() {
        machine.out.complain(format_args!("couldn't open file {name}: {error}")).await;
        return 4;
    }
    let code = machine.cycles().await;
    machine.files.finish(machine.out).await;
    if code == 0 { machine.files.status } else { code }
}

impl<'a> Machine<'a, '_, '_> {
    /// Makes the files of `w` anew before anything runs.
    fn open_written(&mut self) -> Result<(), (String, podground_vfs::Error)> {
        for command in &self.script.commands {
            let name = match &command.action {
                Action::Write(name) | Action::WriteFirst(name) => name,
                Action::Substitute(substitute) => match &substitute.write {
                    Some(name) => name,
                    None => continue,
                },
                _ => continue,
            };
            if !self.written.contains_key(name) && name != "/dev/stdout" {
                let fd = self.out.process.open(name, OpenOptions::WRITE);
                self.written.insert(name.clone(), fd.map_err(|error| (name.clone(), error))?);
            }
        }
        Ok(())
    }

    async fn cycles(&mut self) -> u8 {
        let mut restart = false;
        loop {
            if !restart {
                match self.files.next(self.out).await {
                    Some(line) => self.space = line,
                    None => return 0,
                }
                self.substituted = false;
            }
            restart = false;
            let flow = self.cycle().await;
            if !self.quiet && matches!(flow, Flow::EndCycle | Flow::Quit(_)) {
                let space = std::mem::take(&mut self.space);
                self.print(&space);
                self.space = space;
            }
            self.flush_after().await;
            self.out.write("").await;
            match flow {
                Flow::Quit(code) | Flow::QuitSilently(code) => {
                    self.files.quit(self.out).await;
                    return code;
                }
                Flow::Restart => restart = true,
                Flow::Command(_) | Flow::EndCycle | Flow::Delete => {}
            }
        }
    }

    async fn cycle(&mut self) -> Flow {
        let script = self.script;
        let mut at = 0;
        while let Some(command) = script.commands.get(at) {
            self.out.spend(64 + 8 * self.space.len()).await;
            if self.space.len() > MAX_SPACE {
                return self.fail("couldn't re-allocate memory").await;
            }
            let selected = match self.selects(at, command).await {
                Ok(selected) => selected != command.negated,
                Err(message) => return self.fail(message).await,
            };
            if !selected {
                at = match command.action {
                    Action::Block(end) => end + 1,
                    _ => at + 1,
                };
                continue;
            }
            match self.execute(at, command).await {
                Flow::Command(next) => at = next,
                other => return other,
            }
        }
        Flow::EndCycle
    }

    async fn fail(&mut self, message: &str) -> Flow {
        self.out.complain(format_args!("-e expression #1, char 0: {message}")).await;
        Flow::QuitSilently(1)
    }

    async fn execute(&mut self, at: usize, command: &'a Command) -> Flow {
        match &command.action {
            Action::Block(_) | Action::BlockEnd | Action::Label | Action::Execute => {}
            Action::Append(text) => self.after.push(After::Text(text)),
            Action::Insert(text) => self.files.emit(self.out, text.as_bytes()),
            Action::Change(text) => {
                // A range is replaced once, at its end.
                if command.to.is_none() || command.negated || self.ranges[at] == Range::Closed {
                    self.files.emit(self.out, text.as_bytes());
                }
                return Flow::Delete;
            }
            Action::Branch(to) => return Flow::Command(*to),
            Action::BranchIf(to) => {
                if std::mem::take(&mut self.substituted) {
                    return Flow::Command(*to);
                }
            }
            Action::BranchUnless(to) => {
                if !std::mem::take(&mut self.substituted) {
                    return Flow::Command(*to);
                }
            }
            Action::Delete => return Flow::Delete,
            Action::DeleteFirst => match self.space.find('\n') {
                None => return Flow::Delete,
                Some(end) => {
                    self.space.drain(..=end);
                    return Flow::Restart;
                }
            },
            Action::FileName => {
                let name = format!("{}\n", self.files.name());
                self.files.emit(self.out, name.as_bytes());
            }
            Action::Get => self.space.clone_from(&self.hold),
            Action::GetAppend => self.space = format!("{}\n{}", self.space, self.hold),
            Action::Hold => self.hold.clone_from(&self.space),
            Action::HoldAppend => self.hold = format!("{}\n{}", self.hold, self.space),
            Action::Exchange => std::mem::swap(&mut self.space, &mut self.hold),
            Action::List => {
                let listed = listed(&self.space);
                self.files.emit(self.out, listed.as_bytes());
            }
            Action::Next => {
                if self.files.is_last(self.out).await {
                    return Flow::EndCycle;
                }
                if !self.quiet {
                    let space = self.space.clone();
                    self.print(&space);
                }
                self.flush_after().await;
                if let Some(line) = self.files.next(self.out).await {
                    self.space = line;
                }
            }
            Action::NextAppend => {
                if self.files.is_last(self.out).await {
                    return Flow::EndCycle;
                }
                self.flush_after().await;
                if let Some(line) = self.files.next(self.out).await {
                    self.space = format!("{}\n{line}", self.space);
                }
            }
            Action::Print => {
                let space = self.space.clone();
                self.print(&space);
            }
            Action::PrintFirst => {
                let line = format!("{}\n", self.space.split('\n').next().unwrap_or_default());
                self.files.emit(self.out, &text::encode(&line));
            }
            Action::Quit(code) => return Flow::Quit(*code),
            Action::QuitSilently(code) => return Flow::QuitSilently(*code),
            Action::Read(name) => self.after.push(After::File(name)),
            Action::Substitute(substitute_command) => {
                let Some(regex) = substitute_command.regex.as_ref().or(self.last_regex) else {
                    return self.fail("no previous regular expression").await;
                };
                self.last_regex = Some(regex);
                if let Some(replaced) = substitute(substitute_command, regex, &self.space) {
                    self.space = replaced;
                    self.substituted = true;
                    if substitute_command.print {
                        let space = self.space.clone();
                        self.print(&space);
                    }
                    if let Some(name) = &substitute_command.write {
                        let line = format!("{}\n", self.space);
                        self.write_file(name, &line).await;
                    }
                }
            }
            Action::Write(name) => {
                let line = format!("{}\n", self.space);
                self.write_file(name, &line).await;
            }
            Action::WriteFirst(name) => {
                let line = format!("{}\n", self.space.split('\n').next().unwrap_or_default());
                self.write_file(name, &line).await;
            }
            Action::Translate(pairs) => {
                let translate = |c| pairs.iter().find(|(from, _)| *from == c).map_or(c, |(_, to)| *to);
                self.space = self.space.chars().map(translate).collect();
            }
            Action::LineNumber => {
                let number = format!("{}\n", self.files.line);
                self.files.emit(self.out, number.as_bytes());
            }
            Action::Zap => self.space.clear(),
        }
        Flow::Command(at + 1)
    }

    fn print(&mut self, space: &str) {
        self.files.emit_line(self.out, &text::encode(space));
    }

    async fn write_file(&mut self, name: &str, line: &str) {
        match self.written.get(name) {
            Some(fd) => {
                let _ = fd.write(&text::encode(line)).await;
            }
            None => self.files.emit(self.out, &text::encode(line)),
        }
    }

    async fn flush_after(&mut self) {
        for after in std::mem::take(&mut self.after) {
            match after {
                After::Text(text) => self.files.emit(self.out, &text::encode(text)),
                After::File("/dev/stdin") => {
                    let content = self.out.process.read_to_end(0).await.unwrap_or_default();
                    self.files.emit(self.out, &content);
                }
                After::File(name) => {
                    let path = self.out.process.path(name);
                    if let Ok(content) = self.out.process.host.files.read(&path) {
                        self.files.emit(self.out, &content);
                    }
                }
            }
        }
    }

    async fn selects(&mut self, index: usize, command: &'a Command) -> Result<bool, &'static str> {
        let Some(from) = &command.from else { return Ok(true) };
        let Some(to) = &command.to else { return self.matches(from).await };
        let line = self.files.line;
        match self.ranges[index] {
            Range::Open => {
                let ends = match to {
                    To::Regex(regex) => self.matches_regex(regex.as_ref())?,
                    To::Last => self.files.is_last(self.out).await,
                    To::Line(_) | To::Plus(_) | To::Multiple(_) => true,
                };
                if ends {
                    self.ranges[index] = Range::Closed;
                }
                return Ok(true);
            }
            Range::Until(last) => {
                if line >= last {
                    self.ranges[index] = Range::Closed;
                }
                // A line number that has passed ends the range before this line.
                if line <= last {
                    return Ok(true);
                }
            }
            Range::Closed => {}
        }
        let starts = match from {
            // `0,/re/`: the range begins before the first line.
            Address::Line(0) if line == 1 => {
                if let To::Regex(regex) = to {
                    if !self.matches_regex(regex.as_ref())? {
                        self.ranges[index] = Range::Open;
                    }
                    return Ok(true);
                }
                false
            }
            _ => self.matches(from).await?,
        };
        if starts {
            self.ranges[index] = match to {
                To::Regex(_) => Range::Open,
                To::Last if self.files.is_last(self.out).await => Range::Closed,
                To::Last => Range::Open,
                To::Line(last) => until(line, *last),
                To::Plus(count) => until(line, line + count),
                To::Multiple(0) => Range::Closed,
                To::Multiple(step) => until(line, line.div_ceil(*step) * step),
            };
        }
        Ok(starts)
    }

    async fn matches(&mut self, address: &'a Address) -> Result<bool, &'static str> {
        let line = self.files.line;
        Ok(match address {
            Address::Line(number) => line == *number,
            Address::Step(first, 0) => line == *first,
            Address::Step(first, step) => line >= *first && (line - first).is_multiple_of(*step),
            Address::Last => self.files.is_last(self.out).await,
            Address::Regex(regex) => return self.matches_regex(regex.as_ref()),
        })
    }

    fn matches_regex(&mut self, regex: Option<&'a Regex>) -> Result<bool, &'static str> {
        let regex = regex.or(self.last_regex).ok_or("no previous regular expression")?;
        self.last_regex = Some(regex);
        Ok(regex.is_match(&self.space))
    }
}

fn until(line: usize, last: usize) -> Range {
    if last > line { Range::Until(last) } else { Range::Closed }
}

/// The form of the command `l`.
fn listed(space: &str) -> String {
    let mut out = String::new();
    let mut column = 0;
    for byte in text::encode(space).iter() {
        let shown = match byte {
            b'\\' => "\\\\".to_owned(),
            b'\n' => "\\n".to_owned(),
            b'\t' => "\\t".to_owned(),
            b'\r' => "\\r".to_owned(),
            7 => "\\a".to_owned(),
            8 => "\\b".to_owned(),
            11 => "\\v".to_owned(),
            12 => "\\f".to_owned(),
            32..127 => char::from(*byte).to_string(),
            _ => format!("\\{byte:03o}"),
        };
        if column + shown.len() > 69 {
            out.push_str("\\\n");
            column = 0;
        }
        column += shown.len();
        out.push_str(&shown);
    }
    out.push_str("$\n");
    out
}
