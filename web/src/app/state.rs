//! All that the page knows, and the one function that changes it.

use super::components::lesson_list::SOLVED;
use super::storage::Progress;
use super::strings::Language;
use podground_web::protocol::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::rc::Rc;
use yew::Reducible;

/// Where the learner is: each room has a cluster of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Room {
    /// A cluster to play in, without a lesson.
    Sandbox,
    /// A lesson.
    Lesson(String),
}

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Theme {
    /// As the system has it.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// The parts of the page that one can fold and move among.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Pane {
    /// The lesson's text.
    Lesson,
    /// The terminals.
    Terminal,
    /// The YAML editor.
    Editor,
    /// The picture of the cluster.
    Picture,
}

impl Pane {
    /// All, in the order in which F6 visits them.
    pub(crate) const ALL: [Self; 4] = [Self::Lesson, Self::Terminal, Self::Editor, Self::Picture];

    /// Its name in ids and class names.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Lesson => "lesson",
            Self::Terminal => "terminal",
            Self::Editor => "editor",
            Self::Picture => "picture",
        }
    }
}

/// What the reader chose; kept between visits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Preferences {
    /// The app's language; none follows the browser.
    pub(crate) language: Option<Language>,
    /// Light or dark.
    pub(crate) theme: Theme,
    /// Whether the terminal is read out.
    pub(crate) screen_reader: bool,
    /// Folded panes.
    pub(crate) folded: BTreeSet<Pane>,
    /// The pane above the terminal on a phone.
    pub(crate) upper: Pane,
    /// Where the learner was; none on the first visit.
    pub(crate) room: Option<Room>,
    /// Sizes that were dragged, by the name of the split.
    pub(crate) sizes: Vec<(String, f64)>,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            language: None,
            theme: Theme::Auto,
            screen_reader: false,
            folded: BTreeSet::new(),
            upper: Pane::Lesson,
            room: None,
            sizes: Vec::new(),
        }
    }
}

/// The file in the editor.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct OpenFile {
    /// Its path.
    pub(crate) path: String,
    /// Its text as edited.
    pub(crate) text: String,
    /// Its text as saved, or as last read.
    pub(crate) saved: String,
    /// Grows whenever the text came from outside, so that the editor takes it over.
    pub(crate) load: u32,
    /// The version read, as the list of files told it.
    pub(crate) version: u64,
    /// What is wrong with it.
    pub(crate) diagnostics: Rc<Vec<Diagnostic>>,
}

impl OpenFile {
    /// Whether there is something to save.
    pub(crate) fn dirty(&self) -> bool {
        self.text != self.saved
    }
}

/// Something to tell the learner.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Notice {
    /// Told apart by this.
    pub(crate) id: u32,
    /// What about.
    pub(crate) kind: NoticeKind,
}

/// What a notice is about.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum NoticeKind {
    /// The browser's store is full.
    StorageFull,
    /// The browser keeps nothing.
    StorageRefused,
    /// The engine broke and was started again from the journal.
    Restored(String),
    /// The engine breaks on the journal too.
    Broken(String),
    /// The journal was of another version.
    Forgotten(String),
    /// A file of the site could not be had.
    Missing(String),
    /// The file in the editor cannot be read.
    Unreadable(String),
}

/// A question or page over everything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialog {
    /// Start anew?
    Reset,
    /// What the keys do.
    Help,
    /// The list of lessons.
    Lessons,
}

/// A pod that has just left, drawn while it fades.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ghost {
    /// The node it was on.
    pub(crate) node: String,
    /// The pod.
    pub(crate) pod: PodView,
}

/// All that the page knows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AppState {
    pub(crate) preferences: Preferences,
    pub(crate) room: Room,
    /// Grows with each new worker.
    pub(crate) generation: u32,
    pub(crate) ready: bool,
    pub(crate) catalogue: Option<Rc<Catalogue>>,
    pub(crate) terminals: Vec<TerminalId>,
    pub(crate) active: Option<TerminalId>,
    pub(crate) clock: ClockView,
    pub(crate) view: Rc<ClusterView>,
    pub(crate) ghosts: Rc<Vec<Ghost>>,
    /// The last calls, the latest at the end.
    pub(crate) hops: Rc<Vec<HopView>>,
    pub(crate) look: Look,
    pub(crate) inspected: Option<ObjectRef>,
    pub(crate) detail: Option<Rc<ObjectDetail>>,
    pub(crate) files: Rc<Vec<FileEntry>>,
    pub(crate) file: Option<OpenFile>,
    pub(crate) lesson: Option<Rc<LessonDocument>>,
    pub(crate) report: Rc<LessonReport>,
    pub(crate) progress: Rc<Progress>,
    pub(crate) notices: Vec<Notice>,
    pub(crate) dialog: Option<Dialog>,
}

/// How many calls are remembered.
const HOPS: usize = 24;

/// What can happen to the page.
#[derive(Debug)]
pub(crate) enum Action {
    Language(Language),
    Theme(Theme),
    ScreenReader(bool),
    Fold(Pane, bool),
    Upper(Pane),
    Size(String, f64),
    /// A new worker begins in this room.
    Enter(Room),
    Engine(Box<FromWorker>),
    ShowTerminal(TerminalId),
    Look(Look),
    /// Light up what matches; again the same: nothing.
    Selector(String),
    Inspect(Option<ObjectRef>),
    DropGhosts,
    OpenFile(String),
    Edited(String),
    Saved,
    Notify(NoticeKind),
    Dismiss(u32),
    Dialog(Option<Dialog>),
}

impl AppState {
    /// The page before anything is known of the cluster.
    pub(crate) fn new(preferences: Preferences, room: Room, progress: Progress) -> Self {
        Self {
            preferences,
            room,
            generation: 0,
            ready: false,
            catalogue: None,
            terminals: Vec::new(),
            active: None,
            clock: ClockView::default(),
            view: Rc::default(),
            ghosts: Rc::default(),
            hops: Rc::default(),
            look: Look::default(),
            inspected: None,
            detail: None,
            files: Rc::default(),
            file: None,
            lesson: None,
            report: Rc::default(),
            progress: Rc::new(progress),
            notices: Vec::new(),
            dialog: None,
        }
    }

    fn apply(&mut self, action: Action) {
        match action {
            Action::Language(language) => self.preferences.language = Some(language),
            Action::Theme(theme) => self.preferences.theme = theme,
            Action::ScreenReader(on) => self.preferences.screen_reader = on,
            Action::Fold(pane, true) => {
                self.preferences.folded.insert(pane);
            }
            Action::Fold(pane, false) => {
                self.preferences.folded.remove(&pane);
            }
            Action::Upper(pane) => self.preferences.upper = pane,
            Action::Size(name, size) => {
                self.preferences.sizes.retain(|(other, _)| *other != name);
                // Not a number: back to the style sheet's own.
                if size.is_finite() {
                    self.preferences.sizes.push((name, size));
                }
            }
            Action::Enter(room) => self.enter(room),
            Action::Engine(message) => self.engine(*message),
            Action::ShowTerminal(terminal) => self.active = Some(terminal),
            Action::Look(look) => self.look = look,
            Action::Selector(selector) if self.look.selector == selector => self.look.selector.clear(),
            Action::Selector(selector) => self.look.selector = selector,
            Action::Inspect(object) => {
                self.detail = None;
                self.inspected = object;
            }
            Action::DropGhosts => self.ghosts = Rc::default(),
            Action::OpenFile(path) => {
                let load = self.file.as_ref().map_or(0, |file| file.load);
                self.file = Some(OpenFile { path, load, ..OpenFile::default() });
            }
            Action::Edited(text) => {
                if let Some(file) = &mut self.file {
                    file.text = text;
                }
            }
            Action::Saved => {
                if let Some(file) = &mut self.file {
                    file.saved.clone_from(&file.text);
                }
            }
            Action::Notify(kind) => {
                if self.notices.iter().all(|notice| notice.kind != kind) {
                    let id = self.notices.iter().map(|notice| notice.id + 1).max().unwrap_or(0);
                    self.notices.push(Notice { id, kind });
                }
            }
            Action::Dismiss(id) => self.notices.retain(|notice| notice.id != id),
            Action::Dialog(dialog) => self.dialog = dialog,
        }
    }

    fn enter(&mut self, room: Room) {
        let kept = (std::mem::take(&mut self.notices), self.catalogue.take(), self.generation + 1);
        let same = self.room == room;
        let mut fresh = Self::new(self.preferences.clone(), room.clone(), (*self.progress).clone());
        (fresh.notices, fresh.catalogue, fresh.generation) = kept;
        fresh.preferences.room = Some(room);
        fresh.look.namespaces = self.look.namespaces.clone();
        if same {
            fresh.lesson = self.lesson.take();
        }
        *self = fresh;
    }

    fn engine(&mut self, message: FromWorker) {
        match message {
            FromWorker::Ready { terminals } => {
                self.active = terminals.first().copied();
                self.terminals = terminals;
                self.ready = true;
            }
            FromWorker::Terminals { terminals, opened } => {
                if let Some(opened) = opened {
                    self.active = Some(opened);
                } else if !self.active.is_some_and(|active| terminals.contains(&active)) {
                    self.active = terminals.last().copied();
                }
                self.terminals = terminals;
            }
            FromWorker::Clock(clock) => self.clock = clock,
            FromWorker::View(view) => {
                self.ghosts = Rc::new(ghosts(&self.view, &view));
                self.view = Rc::from(view);
            }
            FromWorker::Hops(new) => {
                let mut hops = [self.hops.as_slice(), &new].concat();
                hops.drain(..hops.len().saturating_sub(HOPS));
                self.hops = Rc::new(hops);
            }
            FromWorker::Catalogue(catalogue) => self.catalogue = Some(Rc::new(catalogue)),
            FromWorker::Forgotten { reason } => self.apply(Action::Notify(NoticeKind::Forgotten(reason))),
            FromWorker::Missing { reason } => self.apply(Action::Notify(NoticeKind::Missing(reason))),
            FromWorker::Files(files) => self.files = Rc::new(files),
            FromWorker::File { path, text } => self.file_text(&path, text),
            FromWorker::Edit { path } => self.apply(Action::OpenFile(path)),
            FromWorker::Diagnosed { diagnostics, .. } => {
                if let Some(file) = &mut self.file {
                    file.diagnostics = Rc::new(diagnostics);
                }
            }
            FromWorker::Object(detail) => {
                if detail.as_ref().map(|detail| &detail.object) == self.inspected.as_ref() {
                    self.detail = detail.map(Rc::from);
                }
            }
            FromWorker::Lesson(lesson) => self.lesson = Some(Rc::from(lesson)),
            FromWorker::LessonReport(report) => self.lesson_report(report),
            FromWorker::Journal(_) | FromWorker::Crashed { .. } => {}
        }
    }

    fn file_text(&mut self, path: &str, text: Result<String, String>) {
        let version = self.files.iter().find(|entry| entry.path == path).map_or(0, |entry| entry.version);
        let Some(file) = self.file.as_mut().filter(|file| file.path == path) else { return };
        match text {
            Ok(text) => {
                file.version = version;
                if file.text != text || file.load == 0 {
                    file.load += 1;
                }
                file.saved.clone_from(&text);
                file.text = text;
            }
            Err(reason) => {
                self.file = None;
                self.apply(Action::Notify(NoticeKind::Unreadable(reason)));
            }
        }
    }

    fn lesson_report(&mut self, report: LessonReport) {
        if let Room::Lesson(id) = &self.room {
            let passed = report.steps.iter().filter(|step| step.state == StepState::Passed);
            let progress = Rc::make_mut(&mut self.progress);
            let steps = progress.entry(id.clone()).or_default();
            steps.extend(passed.map(|step| step.id.clone()));
            if report.solved {
                steps.insert(SOLVED.to_owned());
            }
        }
        self.report = Rc::new(report);
    }
}

/// Pods drawn before and gone now. With very many, nothing fades: it would only cost time.
fn ghosts(before: &ClusterView, after: &ClusterView) -> Vec<Ghost> {
    if before.pod_count > 120 || before.pod_count == 0 {
        return Vec::new();
    }
    let there: BTreeSet<(&str, &str)> = after
        .nodes
        .iter()
        .flat_map(|node| &node.pods)
        .chain(&after.waiting)
        .map(|pod| (pod.namespace.as_str(), pod.name.as_str()))
        .collect();
    let gone = |pod: &&PodView| !there.contains(&(pod.namespace.as_str(), pod.name.as_str()));
    before
        .nodes
        .iter()
        .flat_map(|node| node.pods.iter().filter(gone).map(|pod| (node.name.clone(), pod.clone())))
        .map(|(node, pod)| Ghost { node, pod: PodView { health: Health::Leaving, ..pod } })
        .collect()
}

impl Reducible for AppState {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Self::Action) -> Rc<Self> {
        let mut next = (*self).clone();
        next.apply(action);
        Rc::new(next)
    }
}

/// A handle to the state, as components hold it.
pub(crate) type Store = yew::UseReducerHandle<AppState>;
