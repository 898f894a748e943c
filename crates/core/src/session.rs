//! A session: the world behind one page or one program run.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use podground_cluster::{Cluster, ClusterConfig, Profile};
use podground_shell::process::Command;
use podground_shell::terminal::{Size, Terminal};
use podground_shell::{Child, Host};
use podground_sim::{Sim, Time};
use podground_vfs::{FileType, join};
use serde::{Deserialize, Serialize};

use crate::journal::{Event, Input, Journal};
use crate::lesson::LessonRun;
use crate::workstation::{self, HOME, PATH};

/// The number of a terminal within its session.
pub type TerminalId = u32;

/// How long nothing must move for the cluster to count as quiet.
const QUIET: Duration = Duration::from_secs(4);

/// How often to look whether pods that are being deleted are gone.
const TICK: Duration = Duration::from_secs(1);

/// How long to wait for that at the most.
const QUIET_LIMIT: Duration = Duration::from_secs(180);

/// How many tasks run between two looks at the budget.
const SLICE: usize = 256;

/// What a session starts from. The same configuration and the same inputs give the same session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionConfig {
    /// The seed of all names and numbers.
    pub seed: u64,
    /// Whether the cluster is bare, as the recordings were made on.
    pub bare: bool,
    /// How many nodes, the control plane included.
    pub nodes: usize,
    /// When virtual time starts, seconds since the Unix epoch.
    pub start: u64,
    /// What `kubectl explain` tells, if it is at hand already; else see [`Step::LacksDescriptions`].
    #[serde(skip)]
    pub descriptions: Option<&'static str>,
}

impl Default for SessionConfig {
    /// Four nodes, at 2026-01-01T00:00:00Z.
    fn default() -> Self {
        Self { seed: 1, bare: false, nodes: 4, start: 1_767_225_600, descriptions: None }
    }
}

/// How far [`Session::step`] came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The clock stands at the time that was asked for; the next thing happens then, if ever.
    Idle(Option<Time>),
    /// The budget was used up before that.
    Busy,
    /// Nothing moves before [`Session::describe`]: somebody asked for the descriptions of fields.
    LacksDescriptions,
}

/// A file or directory below the learner's home.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileEntry {
    /// The absolute path.
    pub path: String,
    /// Whether it is a directory.
    pub directory: bool,
    /// Another number whenever the content is another.
    pub version: u64,
}

struct OpenTerminal {
    terminal: Rc<Terminal>,
    shell: Option<Child>,
}

/// Terminals, files, a cluster, a lesson, a journal.
pub struct Session {
    config: SessionConfig,
    sim: Sim,
    cluster: Cluster,
    host: Rc<Host>,
    terminals: BTreeMap<TerminalId, OpenTerminal>,
    next_terminal: TerminalId,
    pub(crate) lesson: Option<LessonRun>,
    journal: Vec<Event>,
    lacked: bool,
    settling: Option<Settling>,
}

/// A run to quiet that has not ended.
#[derive(Clone, Copy)]
struct Settling {
    /// When it ends in any case.
    limit: Time,
    /// Where the present stretch ends.
    target: Option<Time>,
}

impl Session {
    /// A fresh session, without a terminal yet.
    pub fn new(config: SessionConfig) -> Self {
        let sim = Sim::new(config.seed, Time::from_unix_seconds(config.start));
        let profile = if config.bare { Profile::Bare } else { Profile::Default };
        let cluster = Cluster::start(&sim, &ClusterConfig { profile, nodes: config.nodes });
        if let Some(text) = config.descriptions {
            cluster.api().describe(text);
        }
        let host = workstation::build(&sim, &cluster);
        let mut session = Self {
            config,
            sim,
            cluster,
            host,
            terminals: BTreeMap::new(),
            next_terminal: 1,
            lesson: None,
            journal: Vec::new(),
            lacked: false,
            settling: None,
        };
        // The cluster has been up for a while when the learner arrives.
        session.settle();
        session
    }

    /// What the session was started from.
    pub fn config(&self) -> &SessionConfig {
        &self.config
    }

    /// The virtual time.
    pub fn now(&self) -> Time {
        self.sim.now()
    }

    /// When virtual time started.
    pub fn start(&self) -> Time {
        Time::from_unix_seconds(self.config.start)
    }

    /// A hash over everything that has happened: equal for equal sessions, natively and in the browser.
    pub fn trace_hash(&self) -> u64 {
        self.sim.trace_hash()
    }

    pub(crate) fn sim(&self) -> &Sim {
        &self.sim
    }

    pub(crate) fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    pub(crate) fn host(&self) -> &Rc<Host> {
        &self.host
    }

    /// Opens a terminal with a shell in it.
    pub fn open_terminal(&mut self, columns: u16, rows: u16) -> TerminalId {
        self.record(Input::Open { columns, rows });
        let id = self.next_terminal;
        self.next_terminal += 1;
        let terminal = Terminal::new(Size { columns, rows });
        terminal.set_name(&format!("pts/{}", id - 1));
        self.terminals.insert(id, OpenTerminal { terminal, shell: None });
        self.start_shell(id);
        id
    }

    /// Closes a terminal and hangs up what runs in it.
    pub fn close_terminal(&mut self, id: TerminalId) {
        self.record(Input::Close { terminal: id });
        if let Some(open) = self.terminals.remove(&id) {
            open.terminal.hang_up();
        }
    }

    /// The open terminals.
    pub fn terminals(&self) -> Vec<TerminalId> {
        self.terminals.keys().copied().collect()
    }

    /// Tells a terminal its size.
    pub fn resize_terminal(&mut self, id: TerminalId, columns: u16, rows: u16) {
        let size = Size { columns, rows };
        if self.terminals.get(&id).is_none_or(|open| open.terminal.size() == size) {
            return;
        }
        self.record(Input::Resize { terminal: id, columns, rows });
        if let Some(open) = self.terminals.get(&id) {
            open.terminal.resize(size);
        }
    }

    /// What was typed or pasted into a terminal. A shell that has ended is started again by it.
    pub fn input(&mut self, id: TerminalId, bytes: &[u8]) {
        self.record(Input::Input { terminal: id, text: String::from_utf8_lossy(bytes).into_owned() });
        if !self.has_shell(id) {
            self.start_shell(id);
        } else if let Some(open) = self.terminals.get(&id) {
            open.terminal.input(bytes);
        }
    }

    /// Takes what a terminal has to show.
    pub fn take_output(&mut self, id: TerminalId) -> Vec<u8> {
        self.terminals.get(&id).map(|open| open.terminal.take_output()).unwrap_or_default()
    }

    /// Whether the shell of a terminal runs.
    pub fn has_shell(&self, id: TerminalId) -> bool {
        let shell = self.terminals.get(&id).and_then(|open| open.shell.as_ref());
        shell.is_some_and(|shell| shell.try_wait().is_none())
    }

    fn start_shell(&mut self, id: TerminalId) {
        let Some(open) = self.terminals.get_mut(&id) else { return };
        let mut command = shell_command(&["bash"]).terminal(&open.terminal).env("TERM", "xterm-256color");
        if self.config.bare {
            // Nothing but what the real kubectl says.
            command = command.env("PODGROUND_HINTS", "off");
        }
        open.shell = self.host.spawn(command).ok();
    }

    /// Runs what is due until the virtual time `until`, at most about `budget` tasks.
    pub fn step(&mut self, until: Time, budget: usize) -> Step {
        let end = self.sim.polls().saturating_add(budget as u64);
        loop {
            while self.sim.run_ready(SLICE.min(budget.max(1))) {
                if self.sim.polls() >= end {
                    return Step::Busy;
                }
            }
            if self.sim.is_halted() {
                return Step::LacksDescriptions;
            }
            match self.sim.next_deadline() {
                Some(deadline) if deadline <= until => self.sim.advance_to(deadline),
                next => {
                    self.sim.advance_to(until);
                    return Step::Idle(next);
                }
            }
            if self.sim.polls() >= end {
                return Step::Busy;
            }
        }
    }

    /// Brings the text that [`Step::LacksDescriptions`] asks for, as `crates/api/schema/descriptions.txt` has it;
    /// without a text the request that asked fails.
    pub fn describe(&mut self, text: Option<&'static str>) {
        if let Some(text) = text {
            self.config.descriptions = Some(text);
            self.cluster.api().describe(text);
        }
        self.sim.resume();
        self.go_on_settling();
    }

    /// Runs on for a span of virtual time.
    pub fn advance(&mut self, span: Duration) {
        let until = self.now() + span;
        while self.step(until, usize::MAX) == Step::Busy {}
    }

    /// Whether nothing in the cluster has moved for some seconds, and nothing is about to.
    pub fn is_quiet(&self) -> bool {
        let leaving = || {
            self.cluster.with_informers(|informers| {
                informers.list("pods").any(|pod| podground_api::object::is_deleting(pod))
            })
        };
        self.now().since(self.cluster.last_change()) >= QUIET && !leaving()
    }

    /// Runs on until the cluster is quiet, three minutes of virtual time at the most.
    pub fn settle(&mut self) {
        self.settling = Some(Settling { limit: self.now() + QUIET_LIMIT, target: None });
        self.go_on_settling();
    }

    /// Runs on to quiet; what lacks descriptions stops it where [`Self::describe`] takes it up again.
    fn go_on_settling(&mut self) {
        while let Some(Settling { limit, target }) = self.settling {
            if let Some(target) = target {
                match self.step(target, usize::MAX) {
                    Step::Busy => {}
                    Step::LacksDescriptions => return,
                    Step::Idle(_) => self.settling = Some(Settling { limit, target: None }),
                }
            } else if self.is_quiet() || self.now() >= limit {
                self.settling = None;
            } else {
                let target = (self.cluster.last_change() + QUIET).max(self.now() + TICK).min(limit);
                self.settling = Some(Settling { limit, target: Some(target) });
            }
        }
    }

    /// The files and directories below the home, hidden ones left out, by path.
    pub fn files(&self) -> Vec<FileEntry> {
        let mut entries = Vec::new();
        self.list(HOME, &mut entries);
        entries
    }

    fn list(&self, directory: &str, entries: &mut Vec<FileEntry>) {
        for entry in self.host.files.read_directory(directory).unwrap_or_default() {
            if entry.name.starts_with('.') {
                continue;
            }
            let path = join(directory, &entry.name);
            let is_directory = entry.metadata.file_type == FileType::Directory;
            let version = entry.metadata.modified ^ entry.metadata.size;
            entries.push(FileEntry { path: path.clone(), directory: is_directory, version });
            if is_directory {
                self.list(&path, entries);
            }
        }
    }

    /// The text of a file of the workstation; `~` is the home.
    pub fn read_file(&self, path: &str) -> Result<String, String> {
        self.host.files.read_to_string(&home_path(path)).map_err(|error| error.to_string())
    }

    /// Writes a file of the workstation, making the directories that lead to it.
    pub fn write_file(&mut self, path: &str, text: &str) -> Result<(), String> {
        self.record(Input::Write { path: path.to_owned(), text: text.to_owned() });
        self.place_bytes(path, text.as_bytes()).map_err(|error| error.to_string())
    }

    /// Puts a file on the workstation before anything else happens; a path that is not absolute is in the home.
    pub fn put_file(&mut self, path: &str, bytes: &[u8]) -> Result<(), String> {
        self.place_bytes(path, bytes).map_err(|error| format!("{path}: {error}"))
    }

    /// Puts a file on the workstation without journalling it: part of an input that is.
    pub(crate) fn place_file(&self, path: &str, text: &str) -> Result<(), String> {
        self.place_bytes(path, text.as_bytes()).map_err(|error| format!("{path}: {error}"))
    }

    /// The same for bytes; a path that is not absolute is in the home.
    pub(crate) fn place_bytes(&self, path: &str, bytes: &[u8]) -> podground_vfs::Result<()> {
        let path = home_path(path);
        self.host.files.create_directories(podground_vfs::parent(&path))?;
        self.host.files.write(&path, bytes)
    }

    /// Runs a shell script on the workstation until it ends or `limit` of virtual time has passed.
    /// Gives what it printed, standard output and error as they interleave, and its exit status.
    pub fn run_script(&mut self, script: &str, limit: Duration) -> (String, Option<u8>) {
        let (reader, writer) = podground_sim::pipe(1 << 20);
        let output = podground_shell::Fd::PipeWriter(writer);
        let command = shell_command(&["bash", "-c", script])
            .fd(0, podground_shell::Fd::null())
            .fd(1, output.clone())
            .fd(2, output);
        let Ok(child) = self.host.spawn(command) else {
            return ("the workstation has no bash\n".to_owned(), Some(127));
        };
        let mut bytes = Vec::new();
        let end = self.now() + limit;
        loop {
            while let Some(chunk) = reader.try_read(1 << 16).filter(|chunk| !chunk.is_empty()) {
                bytes.extend(chunk);
            }
            if child.try_wait().is_some() || self.now() >= end {
                break;
            }
            if !self.sim.run_ready(SLICE) {
                // Nobody outside is there to bring anything.
                self.sim.resume();
                let next = self.sim.next_deadline().unwrap_or(end).min(end);
                self.sim.advance_to(next);
            }
        }
        let status = child.try_wait().map(|status| status.code());
        (String::from_utf8_lossy(&bytes).into_owned(), status)
    }

    fn record(&mut self, input: Input) {
        self.journal.push(Event { time: self.sim.now().0, polls: self.sim.polls(), input });
    }

    /// Opens a lesson: its files go to the home, its manifests to the cluster.
    pub fn open_lesson(&mut self, id: &str, files: podground_lessons::Files) -> Result<(), String> {
        self.record(Input::Lesson { id: id.to_owned(), files: files.clone() });
        crate::lesson::open(self, id, files)
    }

    /// The seed and all inputs so far: enough to make the same session again.
    pub fn journal(&self) -> Journal {
        Journal { config: self.config.clone(), events: self.journal.clone() }
    }

    /// Makes a session again from its journal.
    pub fn restore(journal: &Journal) -> Self {
        let mut session = Self::new(journal.config.clone());
        for event in &journal.events {
            session.replay_to(Time(event.time), event.polls);
            session.apply(event);
        }
        session
    }

    /// Whether the descriptions were asked for while the session was restored without them: then what its
    /// terminals show is not what the learner saw, and it should be restored again with them.
    pub fn lacked_descriptions(&self) -> bool {
        self.lacked
    }

    /// Runs on to exactly the point at which an event happened.
    fn replay_to(&mut self, time: Time, polls: u64) {
        loop {
            while self.sim.polls() < polls && self.sim.run_ready(1) {}
            if self.sim.is_halted() {
                self.lacked = true;
                self.sim.resume();
                self.go_on_settling();
                continue;
            }
            if self.sim.polls() >= polls {
                self.sim.advance_to(time);
                return;
            }
            match self.sim.next_deadline() {
                Some(deadline) if deadline <= time => self.sim.advance_to(deadline),
                _ => {
                    self.sim.advance_to(time);
                    return;
                }
            }
        }
    }

    fn apply(&mut self, event: &Event) {
        match &event.input {
            Input::Open { columns, rows } => {
                self.open_terminal(*columns, *rows);
            }
            Input::Close { terminal } => self.close_terminal(*terminal),
            Input::Resize { terminal, columns, rows } => self.resize_terminal(*terminal, *columns, *rows),
            Input::Input { terminal, text } => self.input(*terminal, text.as_bytes()),
            Input::Write { path, text } => {
                let _ = self.write_file(path, text);
            }
            Input::Lesson { id, files } => {
                let _ = self.open_lesson(id, files.clone());
            }
            Input::Node { name, off } => self.switch_node(name, *off),
            Input::Settle => self.skip_until_quiet(),
        }
    }

    /// Switches a node off without a warning, or on again; the control plane stays on.
    pub fn switch_node(&mut self, name: &str, off: bool) {
        self.record(Input::Node { name: name.to_owned(), off });
        let kubelet = self.cluster().kubelet();
        if !kubelet.is_control_plane(name) {
            kubelet.set_node_down(name, off);
        }
    }

    /// Runs ahead until the cluster is quiet, as the page's button does.
    pub fn skip_until_quiet(&mut self) {
        self.record(Input::Settle);
        self.settle();
    }
}

fn home_path(path: &str) -> String {
    match path.strip_prefix('~') {
        Some(rest) => join(HOME, rest.trim_start_matches('/')),
        None => join(HOME, path),
    }
}

/// A shell on the workstation, with the learner's environment.
pub(crate) fn shell_command(args: &[&str]) -> Command {
    let mut command = Command::new(args.iter().copied());
    command.cwd = HOME.to_owned();
    for (name, value) in [
        ("HOME", HOME),
        ("USER", "root"),
        ("LOGNAME", "root"),
        ("SHELL", "/bin/bash"),
        ("PATH", PATH),
        ("LANG", "C.UTF-8"),
    ] {
        command = command.env(name, value);
    }
    command
}
