//! The core's session in the page's terms.

use podground_core::journal::Journal;
use podground_core::lessons::{Files, Text};
use podground_core::view::{Look, NamespaceFilter};
use podground_core::{Session, SessionConfig, Step, Time};
use podground_web::protocol::{self, Bilingual, ClockCommand, ObjectRef, StartSession, TerminalId, ToWorker};
use serde::Serialize;

/// A terminal has this size until the page has measured its own.
const COLUMNS: u16 = 80;
const ROWS: u16 = 24;

/// A session, and how many inputs it has had.
pub(crate) struct Engine {
    session: Session,
    inputs: u64,
}

/// A lesson's text as the page shows it.
#[derive(Serialize)]
pub(crate) struct Document<'a> {
    id: &'a str,
    text: Bilingual<&'a Text>,
}

/// An object in full as the page shows it.
#[derive(Serialize, PartialEq)]
pub(crate) struct Detail {
    object: ObjectRef,
    #[serde(flatten)]
    text: podground_core::view::ObjectDetail,
}

impl Engine {
    /// Takes up the session of a journal, less its last `drop_last` inputs.
    pub(crate) fn restore(
        journal: &str,
        drop_last: u32,
        descriptions: Option<&'static str>,
    ) -> Result<Self, String> {
        let mut journal = Journal::from_json(journal)?;
        journal.config.descriptions = descriptions;
        let kept = journal.events.len().saturating_sub(drop_last as usize);
        journal.events.truncate(kept);
        Ok(Self { session: Session::restore(&journal), inputs: 0 })
    }

    /// A fresh session, in a lesson if its files are given.
    pub(crate) fn fresh(start: &StartSession, lesson: Option<(&str, Files)>) -> (Self, Result<(), String>) {
        let mut session = Session::new(SessionConfig {
            seed: start.seed,
            bare: false,
            nodes: start.nodes as usize + 1,
            start: (start.start_millis / 1000.0) as u64,
            descriptions: None,
        });
        let opened = lesson.map_or(Ok(()), |(id, files)| session.open_lesson(id, files));
        (Self { session, inputs: 1 }, opened)
    }

    /// Whether it was restored without descriptions that it needs.
    pub(crate) fn lacked_descriptions(&self) -> bool {
        self.session.lacked_descriptions()
    }

    /// Brings what [`Progress::LacksDescriptions`] asks for; nothing if it cannot be had.
    pub(crate) fn describe(&mut self, text: Option<&'static str>) {
        self.session.describe(text);
    }

    /// The open terminals.
    pub(crate) fn terminals(&self) -> Vec<TerminalId> {
        self.session.terminals()
    }

    /// Opens a terminal.
    pub(crate) fn open_terminal(&mut self) -> TerminalId {
        self.inputs += 1;
        self.session.open_terminal(COLUMNS, ROWS)
    }

    /// Passes on what the learner did to terminals, files or time.
    pub(crate) fn act(&mut self, message: &ToWorker) -> Result<(), String> {
        self.inputs += 1;
        match message {
            ToWorker::CloseTerminal { terminal } => self.session.close_terminal(*terminal),
            ToWorker::ResizeTerminal { terminal, columns, rows } => {
                self.session.resize_terminal(*terminal, *columns, *rows);
            }
            ToWorker::Input { terminal, data } => self.session.input(*terminal, data.as_bytes()),
            ToWorker::WriteFile { path, text } => return self.session.write_file(path, text),
            ToWorker::SwitchNode { name, off } => self.session.switch_node(name, *off),
            ToWorker::Clock(ClockCommand::SkipUntilQuiet) => self.session.skip_until_quiet(),
            _ => self.inputs -= 1,
        }
        Ok(())
    }

    /// Grows with each input.
    pub(crate) fn inputs(&self) -> u64 {
        self.inputs
    }

    /// The journal as text.
    pub(crate) fn journal(&self) -> String {
        self.session.journal().to_json()
    }

    /// What the terminals have to show since the last time.
    pub(crate) fn take_output(&mut self) -> Vec<(TerminalId, Vec<u8>)> {
        let terminals = self.session.terminals().into_iter();
        let output = terminals.map(|id| (id, self.session.take_output(id)));
        output.filter(|(_, bytes)| !bytes.is_empty()).collect()
    }

    /// Virtual time since the session began, in nanoseconds.
    pub(crate) fn elapsed(&self) -> f64 {
        self.since_start(self.session.now())
    }

    fn since_start(&self, time: Time) -> f64 {
        time.0.saturating_sub(self.session.start().0) as f64
    }

    /// Runs until that much virtual time has passed; whether there is more to do, else when there will be.
    pub(crate) fn step(&mut self, elapsed: f64, tasks: usize) -> Progress {
        let until = Time(self.session.start().0 + elapsed as u64).max(self.session.now());
        match self.session.step(until, tasks) {
            Step::Busy => Progress::Busy,
            Step::LacksDescriptions => Progress::LacksDescriptions,
            Step::Idle(next) => Progress::Idle(next.map(|next| self.since_start(next))),
        }
    }

    /// Changes whenever the picture may.
    pub(crate) fn view_revision(&self) -> u64 {
        self.session.view_revision()
    }

    /// The picture.
    pub(crate) fn view(&self, look: &protocol::Look) -> podground_core::view::ClusterView {
        let namespaces = match &look.namespaces {
            protocol::NamespaceFilter::Learner => NamespaceFilter::Learner,
            protocol::NamespaceFilter::All => NamespaceFilter::All,
            protocol::NamespaceFilter::One(name) => NamespaceFilter::One(name.clone()),
        };
        self.session.view(&Look { namespaces, selector: look.selector.clone() })
    }

    /// Calls after the one with that number, and the number of the last.
    pub(crate) fn hops_since(&self, sequence: u64) -> (Vec<podground_core::hops::HopView>, u64) {
        self.session.hops_since(sequence)
    }

    /// An object in full.
    pub(crate) fn object(&self, object: &ObjectRef) -> Option<Detail> {
        let text = self.session.object(&object.kind, &object.namespace, &object.name)?;
        Some(Detail { object: object.clone(), text })
    }

    /// The learner's files.
    pub(crate) fn files(&self) -> Vec<podground_core::session::FileEntry> {
        self.session.files()
    }

    /// A file's text.
    pub(crate) fn read_file(&self, path: &str) -> Result<String, String> {
        self.session.read_file(path)
    }

    /// The open lesson's text.
    pub(crate) fn document(&self) -> Option<Document<'_>> {
        let lesson = self.session.lesson()?;
        Some(Document { id: &lesson.id, text: Bilingual { ko: &lesson.ko, en: &lesson.en } })
    }

    /// How far the learner is.
    pub(crate) fn report(&self) -> Option<podground_core::lessons::Report> {
        self.session.lesson_report()
    }
}

/// How a slice of work ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Progress {
    /// There is more to do at this moment of virtual time.
    Busy,
    /// Nothing moves before [`Engine::describe`].
    LacksDescriptions,
    /// All wait; the next thing happens at this many nanoseconds since the session began.
    Idle(Option<f64>),
}
