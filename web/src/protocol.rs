//! The messages between the page and the engine's worker, sent as JSON text.
//!
//! Terminal output alone goes another way, as `[terminal, Uint8Array]`, so that bytes stay bytes.

mod hops;
mod lesson;
mod view;

pub use hops::*;
pub use lesson::*;
pub use view::*;

use serde::{Deserialize, Serialize};

/// The learner's home.
pub const HOME: &str = "/root";

/// Number of a terminal, given by the engine.
pub type TerminalId = u32;

/// What the page asks of the engine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ToWorker {
    /// Begin a session, or take one up again.
    Start(Box<StartSession>),
    /// Open one more terminal.
    OpenTerminal,
    /// Close a terminal and what runs in it.
    CloseTerminal {
        /// Which.
        terminal: TerminalId,
    },
    /// The terminal has another size.
    ResizeTerminal {
        /// Which.
        terminal: TerminalId,
        /// Characters in a line.
        columns: u16,
        /// Lines.
        rows: u16,
    },
    /// The learner typed or pasted.
    Input {
        /// Into which terminal.
        terminal: TerminalId,
        /// What, control characters included.
        data: String,
    },
    /// Switch a node off, or on again.
    SwitchNode {
        /// Its name.
        name: String,
        /// Whether it goes off.
        off: bool,
    },
    /// Change how virtual time runs.
    Clock(ClockCommand),
    /// What part of the cluster the picture shows.
    Look(Look),
    /// Follow one object in detail, or none.
    Inspect(Option<ObjectRef>),
    /// Send a file's text.
    ReadFile {
        /// Its path.
        path: String,
    },
    /// Write a file.
    WriteFile {
        /// Its path.
        path: String,
        /// Its whole text.
        text: String,
    },
    /// Check a manifest.
    Diagnose {
        /// Comes back with the answer, so that late answers can be told.
        ticket: u32,
        /// The manifest.
        text: String,
    },
    /// Send the journal now: the page is about to be hidden.
    Save,
}

/// How a session begins.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct StartSession {
    /// Seed of every name and number in the cluster.
    pub seed: u64,
    /// Nodes beside the control plane.
    pub nodes: u32,
    /// The start of virtual time, milliseconds since 1970. Read from the page's clock once, then journalled.
    pub start_millis: f64,
    /// The journal of an earlier session, to be replayed.
    pub journal: Option<String>,
    /// Leave out this many of the journal's last inputs: they brought the engine down.
    pub drop_last: u32,
    /// The lesson's id; none in the sandbox.
    pub lesson: Option<String>,
    /// The page's build, so that no cache mixes two.
    pub build: String,
}

/// Changes to how virtual time runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClockCommand {
    /// Stand still.
    Pause,
    /// Run, that many times as fast as the wall clock.
    Run {
        /// How many times.
        speed: u32,
    },
    /// Run ahead until the cluster has settled.
    SkipUntilQuiet,
}

/// How virtual time stands.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ClockView {
    /// Seconds since the session began.
    pub elapsed_seconds: f64,
    /// Whether time stands still.
    pub paused: bool,
    /// How many times as fast as the wall clock.
    pub speed: u32,
}

impl Default for ClockView {
    fn default() -> Self {
        Self { elapsed_seconds: 0.0, paused: false, speed: 1 }
    }
}

/// What the engine tells the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum FromWorker {
    /// The session stands; these terminals are open.
    Ready {
        /// The open terminals.
        terminals: Vec<TerminalId>,
    },
    /// The set of terminals changed.
    Terminals {
        /// The open terminals.
        terminals: Vec<TerminalId>,
        /// The one just opened, to be shown.
        opened: Option<TerminalId>,
    },
    /// How virtual time stands.
    Clock(ClockView),
    /// The cluster changed.
    View(Box<ClusterView>),
    /// Calls since the last time, the latest of them.
    Hops(Vec<HopView>),
    /// The files of the learner's home.
    Files(Vec<FileEntry>),
    /// A file's text, or why it cannot be read.
    File {
        /// Its path.
        path: String,
        /// The text, or the reason.
        text: Result<String, String>,
    },
    /// The learner asked for a file to be opened in the editor, from the shell.
    Edit {
        /// Its path.
        path: String,
    },
    /// What is wrong with a manifest.
    Diagnosed {
        /// The request's.
        ticket: u32,
        /// The findings.
        diagnostics: Vec<Diagnostic>,
    },
    /// The inspected object as it is now, or none if it is gone.
    Object(Option<Box<ObjectDetail>>),
    /// All courses.
    Catalogue(Catalogue),
    /// The journal cannot be replayed; the session begins anew.
    Forgotten {
        /// Why.
        reason: String,
    },
    /// A file of the site could not be had.
    Missing {
        /// Which, and why.
        reason: String,
    },
    /// The lesson's text, in each language.
    Lesson(Box<LessonDocument>),
    /// Which of the lesson's steps are done.
    LessonReport(LessonReport),
    /// The journal as of now, to be kept.
    Journal(String),
    /// The engine broke. The page starts a new worker from the journal.
    Crashed {
        /// What it said.
        message: String,
    },
}

/// A file or folder of the learner's home.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Absolute path.
    pub path: String,
    /// Whether it is a folder.
    pub directory: bool,
    /// Changes whenever the content does.
    pub version: u64,
}

/// One finding in a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// Column after the last marked character; 0 marks the line.
    pub end_column: u32,
    /// Error or warning.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The server would refuse it.
    Error,
    /// Allowed, but likely not meant.
    Warning,
}
