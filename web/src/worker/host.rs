//! The worker's loop: messages in, slices of work, changes out.

use super::clock::Clock;
use super::engine::{Detail, Engine, Progress};
use super::lessons::Source;
use super::rest;
use js_sys::{Array, Uint8Array};
use podground_core::lessons::{Files, Report};
use podground_core::session::FileEntry;
use podground_web::protocol::*;
use serde::Serialize;
use std::cell::RefCell;
use std::collections::BTreeMap;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// Work goes on this long before the worker looks for messages again.
const SLICE_MILLIS: f64 = 8.0;
/// The core is asked for this many tasks at a time.
const TASKS: usize = 256;
/// Picture, files and lesson are looked at anew at most this often.
const LOOK_MILLIS: f64 = 90.0;
/// The journal is sent at most this often.
const JOURNAL_MILLIS: f64 = 300.0;
/// Without anything to do the clock still ticks.
const IDLE_MILLIS: f64 = 200.0;

thread_local! {
    static HOST: RefCell<Option<Running>> = const { RefCell::new(None) };
}

/// Begins to listen.
pub(crate) fn start() {
    std::panic::set_hook(Box::new(|panic| {
        post(&FromWorker::Crashed { message: panic.to_string() });
    }));
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(|event: MessageEvent| {
        let text = event.data().as_string().unwrap_or_default();
        if let Ok(message) = serde_json::from_str(&text) {
            hear(message);
        }
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

fn wall() -> f64 {
    scope().performance().map_or_else(js_sys::Date::now, |performance| performance.now())
}

fn post(message: &impl Serialize) {
    if let Ok(text) = serde_json::to_string(message) {
        // Text can always be sent.
        let _ = scope().post_message(&JsValue::from_str(&text));
    }
}

/// Sends the core's own data as a message of that name: both sides have the same JSON.
fn post_as(name: &str, value: &impl Serialize) {
    post(&BTreeMap::from([(name, value)]));
}

fn hear(message: ToWorker) {
    if let ToWorker::Start(start) = message {
        spawn_local(begin(*start));
        return;
    }
    HOST.with_borrow_mut(|running| {
        if let Some(running) = running {
            running.hear(message);
        }
    });
    tick();
}

/// Fetches what the room needs, then starts the session.
async fn begin(start: StartSession) {
    let source = Source { scope: scope(), build: start.build.clone() };
    let missing = |reason| post(&FromWorker::Missing { reason });
    let mut restored = None;
    if let Some(journal) = &start.journal {
        let mut engine = Engine::restore(journal, start.drop_last, None);
        if engine.as_ref().is_ok_and(Engine::lacked_descriptions) {
            match source.descriptions().await {
                Ok(text) => engine = Engine::restore(journal, start.drop_last, Some(text)),
                Err(reason) => missing(reason),
            }
        }
        match engine {
            Ok(engine) => restored = Some(engine),
            Err(reason) => post(&FromWorker::Forgotten { reason }),
        }
    }
    let engine = match restored {
        Some(engine) => engine,
        None => {
            let mut lesson: Option<(&str, Files)> = None;
            if let Some(id) = &start.lesson {
                match source.lesson(id).await {
                    Ok(files) => lesson = Some((id, files)),
                    Err(reason) => missing(reason),
                }
            }
            let (engine, opened) = Engine::fresh(&start, lesson);
            if let Err(reason) = opened {
                missing(reason);
            }
            engine
        }
    };
    HOST.set(Some(Running::new(engine, start.build.clone())));
    tick();
    match source.catalogue().await {
        Ok(catalogue) => post_as("Catalogue", &catalogue),
        Err(reason) => missing(reason),
    }
}

/// Fetches the descriptions that the engine waits for, then lets it go on.
async fn describe(build: String) {
    let text = match (Source { scope: scope(), build }).descriptions().await {
        Ok(text) => Some(text),
        Err(reason) => {
            post(&FromWorker::Missing { reason });
            None
        }
    };
    HOST.with_borrow_mut(|running| {
        if let Some(running) = running {
            running.described(text);
        }
    });
    tick();
}

/// Runs a slice and asks to be woken for the next.
fn tick() {
    let Some(wait) = HOST.with_borrow_mut(|running| running.as_mut().map(Running::slice)) else { return };
    thread_local! {
        static WAKE: Closure<dyn FnMut()> = Closure::new(tick);
        static TIMER: RefCell<Option<i32>> = const { RefCell::new(None) };
    }
    let scope = scope();
    TIMER.with_borrow_mut(|timer| {
        if let Some(timer) = timer.take() {
            scope.clear_timeout_with_handle(timer);
        }
        *timer = WAKE.with(|wake| {
            let wake = wake.as_ref().unchecked_ref();
            scope.set_timeout_with_callback_and_timeout_and_arguments_0(wake, wait.ceil() as i32).ok()
        });
    });
}

/// The running session and what the page has been told of it.
struct Running {
    engine: Engine,
    clock: Clock,
    look: Look,
    inspected: Option<ObjectRef>,
    told: Told,
    build: String,
    /// While the engine waits for descriptions: what the page has said meanwhile.
    held: Option<Vec<ToWorker>>,
}

/// What the page knows, so that only changes are sent.
#[derive(Default)]
struct Told {
    rest_asked: bool,
    looked_at: f64,
    view: Option<(u64, Look)>,
    /// The number of the last call.
    hop: u64,
    clock: Option<ClockView>,
    files: Option<Vec<FileEntry>>,
    object: Option<Detail>,
    /// Whether `object` is what the page shows; not so after it has asked for another.
    object_told: bool,
    report: Option<Report>,
    journal: u64,
    journal_at: f64,
}

impl Running {
    fn new(mut engine: Engine, build: String) -> Self {
        if engine.terminals().is_empty() {
            engine.open_terminal();
        }
        if let Some(document) = engine.document() {
            post_as("Lesson", &document);
        }
        post(&FromWorker::Ready { terminals: engine.terminals() });
        let clock = Clock::new(engine.elapsed(), wall());
        Self {
            engine,
            clock,
            look: Look::default(),
            inspected: None,
            told: Told::default(),
            build,
            held: None,
        }
    }

    fn described(&mut self, text: Option<&'static str>) {
        self.engine.describe(text);
        self.clock.skipped_to(self.engine.elapsed());
        for message in self.held.take().unwrap_or_default() {
            self.hear(message);
        }
    }

    fn hear(&mut self, message: ToWorker) {
        if let Some(held) = &mut self.held {
            held.push(message);
            return;
        }
        let engine = &mut self.engine;
        match &message {
            ToWorker::OpenTerminal => {
                let opened = Some(engine.open_terminal());
                post(&FromWorker::Terminals { terminals: engine.terminals(), opened });
            }
            ToWorker::Clock(command) => self.clock.command(*command),
            ToWorker::Look(look) => self.look.clone_from(look),
            ToWorker::Inspect(object) => {
                self.inspected.clone_from(object);
                self.told.object_told = false;
            }
            ToWorker::ReadFile { path } => {
                post(&FromWorker::File { path: path.clone(), text: engine.read_file(path) });
            }
            ToWorker::Diagnose { ticket, text } => {
                let diagnostics = podground_core::diagnose::diagnose(text);
                post_as("Diagnosed", &Diagnosed { ticket: *ticket, diagnostics });
            }
            ToWorker::Save => self.told.journal_at = f64::NEG_INFINITY,
            _ => {}
        }
        let done = self.engine.act(&message);
        match message {
            ToWorker::CloseTerminal { .. } => {
                post(&FromWorker::Terminals { terminals: self.engine.terminals(), opened: None });
            }
            ToWorker::WriteFile { path, .. } => {
                if let Err(reason) = done {
                    post(&FromWorker::File { path, text: Err(reason) });
                }
            }
            ToWorker::Clock(_) => self.clock.skipped_to(self.engine.elapsed()),
            _ => {}
        }
    }

    /// Works for a few milliseconds; how long to wait until the next time.
    fn slice(&mut self) -> f64 {
        let began = wall();
        let target = self.clock.follow(began);
        let mut progress = self.engine.step(target, TASKS);
        while progress == Progress::Busy && wall() - began < SLICE_MILLIS {
            progress = self.engine.step(target, TASKS);
        }
        let scope = scope();
        let output = self.engine.take_output();
        if !output.is_empty() && !self.told.rest_asked {
            self.told.rest_asked = true;
            rest::fetch_ahead();
        }
        for (terminal, bytes) in output {
            let pair = Array::of2(&terminal.into(), &Uint8Array::from(bytes.as_slice()));
            // A number and bytes can always be sent.
            let _ = scope.post_message(&pair);
        }
        let pending = self.tell(began);
        match progress {
            Progress::Busy => 0.0,
            Progress::LacksDescriptions => {
                if self.held.is_none() {
                    self.held = Some(Vec::new());
                    spawn_local(describe(self.build.clone()));
                }
                IDLE_MILLIS.min(pending)
            }
            Progress::Idle(next) => {
                let next = next.filter(|_| !self.clock.paused()).map(|next| self.clock.wait_for(next));
                IDLE_MILLIS.min(pending).min(next.unwrap_or(IDLE_MILLIS))
            }
        }
    }

    /// Tells the page what changed; after how long there may be more to tell.
    fn tell(&mut self, now: f64) -> f64 {
        let clock = self.clock.view(self.engine.elapsed());
        if self.told.clock != Some(clock) {
            self.told.clock = Some(clock);
            post(&FromWorker::Clock(clock));
        }
        let mut pending = IDLE_MILLIS;
        let due = LOOK_MILLIS - (now - self.told.looked_at);
        if due > 0.0 {
            pending = pending.min(due);
        } else {
            self.told.looked_at = now;
            self.tell_cluster();
            self.tell_hops();
            self.tell_files();
            self.tell_lesson();
        }
        if self.told.journal != self.engine.inputs() {
            let due = JOURNAL_MILLIS - (now - self.told.journal_at);
            if due > 0.0 {
                pending = pending.min(due);
            } else {
                (self.told.journal, self.told.journal_at) = (self.engine.inputs(), now);
                post(&FromWorker::Journal(self.engine.journal()));
            }
        }
        pending
    }

    fn tell_hops(&mut self) {
        let (hops, last) = self.engine.hops_since(self.told.hop);
        self.told.hop = last;
        if !hops.is_empty() {
            post_as("Hops", &hops);
        }
    }

    fn tell_cluster(&mut self) {
        let shown = (self.engine.view_revision(), self.look.clone());
        let moved = self.told.view.as_ref() != Some(&shown);
        if moved {
            post_as("View", &self.engine.view(&self.look));
            self.told.view = Some(shown);
        }
        if moved || !self.told.object_told {
            let detail = self.inspected.as_ref().and_then(|object| self.engine.object(object));
            if !self.told.object_told || self.told.object != detail {
                post_as("Object", &detail);
                self.told.object = detail;
                self.told.object_told = true;
            }
        }
    }

    fn tell_files(&mut self) {
        let files = Some(self.engine.files());
        if self.told.files != files {
            post_as("Files", &files);
            self.told.files = files;
        }
    }

    fn tell_lesson(&mut self) {
        let report = self.engine.report();
        if report.is_some() && self.told.report != report {
            post_as("LessonReport", &report);
            self.told.report = report;
        }
    }
}

/// Findings in the core's own terms.
#[derive(Serialize)]
struct Diagnosed {
    ticket: u32,
    diagnostics: Vec<podground_core::Diagnostic>,
}
