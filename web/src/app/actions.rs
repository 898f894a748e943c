//! What the page does beside showing: entering rooms, keeping journals, mending a broken engine.

use super::engine::Engine;
use super::js;
use super::state::{Action, AppState, NoticeKind, Room};
use super::storage::{self, KeepError};
use super::strings::{Language, Strings};
use gloo::timers::callback::Timeout;
use podground_web::protocol::*;
use yew::UseReducerDispatcher;

/// The nodes of a fresh cluster, beside its control plane.
const WORKER_NODES: u32 = 3;
/// The same seed for all, so that the same commands give everyone the same names.
const SEED: u64 = 1;
/// Fading takes this long; the style sheet agrees.
const FADE_MILLIS: u32 = 450;
/// A session that stood this long was not brought down by its journal.
const STABLE_MILLIS: u32 = 10_000;
/// Attempts to replay a journal that brings the engine down, each leaving out more.
const ATTEMPTS: u32 = 4;

/// What components share: they change only when the language does.
#[derive(Clone, PartialEq)]
pub(crate) struct Context {
    pub(crate) engine: Engine,
    pub(crate) dispatch: UseReducerDispatcher<AppState>,
    pub(crate) language: Language,
    pub(crate) strings: &'static Strings,
}

impl Context {
    /// Tells the state what happened.
    pub(crate) fn send(&self, action: Action) {
        self.dispatch.dispatch(action);
    }

    /// Goes to a room, taking up its session where it was left.
    pub(crate) fn enter(&self, room: Room) {
        begin(self.engine.clone(), self.dispatch.clone(), room, 0);
    }

    /// Starts the room's session anew.
    pub(crate) fn reset(&self, room: Room) {
        // The old worker must not save its journal after it was forgotten.
        self.engine.stop();
        storage::forget_journal(&room);
        self.enter(room);
    }

    /// Lights up what a selector matches, and keeps it lit.
    pub(crate) fn choose_selector(&self, selector: &str) {
        self.send(Action::Selector(selector.to_owned()));
    }

    /// Types a command into the `number`th terminal (from 1), opening it if need be.
    pub(crate) fn type_command(&self, terminals: &[TerminalId], number: u32, text: &str) {
        match terminals.get(number.saturating_sub(1) as usize) {
            Some(&terminal) => {
                self.send(Action::ShowTerminal(terminal));
                self.engine.input(terminal, text);
                let engine = self.engine.clone();
                Timeout::new(0, move || engine.focus(terminal)).forget();
            }
            None => self.engine.open_and_type(text),
        }
    }
}

fn begin(engine: Engine, dispatch: UseReducerDispatcher<AppState>, room: Room, drop_last: u32) {
    dispatch.dispatch(Action::Enter(room.clone()));
    if let Err(error) = engine.restart(room.clone()) {
        dispatch.dispatch(Action::Notify(NoticeKind::Broken(format!("{error:?}"))));
        return;
    }
    let lesson = match &room {
        Room::Sandbox => None,
        Room::Lesson(id) => Some(id.clone()),
    };
    engine.post(&ToWorker::Start(Box::new(StartSession {
        seed: SEED,
        nodes: WORKER_NODES,
        start_millis: js_sys::Date::now(),
        journal: storage::journal(&room),
        drop_last,
        lesson,
        build: js::build(),
    })));
}

/// Hears the worker.
pub(crate) fn hear(engine: &Engine, dispatch: &UseReducerDispatcher<AppState>, message: FromWorker) {
    match message {
        FromWorker::Journal(journal) => {
            let Some(room) = engine.room() else { return };
            match storage::keep_journal(&room, &journal) {
                Ok(()) => {}
                Err(KeepError::Full) => dispatch.dispatch(Action::Notify(NoticeKind::StorageFull)),
                Err(KeepError::Refused) => dispatch.dispatch(Action::Notify(NoticeKind::StorageRefused)),
            }
        }
        FromWorker::Crashed { message } => mend(engine, dispatch, message),
        other => {
            let ready = matches!(other, FromWorker::Ready { .. });
            let view = matches!(other, FromWorker::View(_));
            dispatch.dispatch(Action::Engine(Box::new(other)));
            if ready {
                let engine = engine.clone();
                Timeout::new(STABLE_MILLIS, move || engine.forget_crashes()).forget();
            }
            if view {
                let dispatch = dispatch.clone();
                Timeout::new(FADE_MILLIS, move || dispatch.dispatch(Action::DropGhosts)).forget();
            }
        }
    }
}

/// Starts a broken engine again from the journal; if the journal breaks it again, without the last inputs.
fn mend(engine: &Engine, dispatch: &UseReducerDispatcher<AppState>, message: String) {
    let crashes = engine.count_crash();
    engine.stop();
    let Some(room) = engine.room() else { return };
    if crashes > ATTEMPTS {
        dispatch.dispatch(Action::Notify(NoticeKind::Broken(message)));
        return;
    }
    dispatch.dispatch(Action::Notify(NoticeKind::Restored(message)));
    begin(engine.clone(), dispatch.clone(), room, (1 << (crashes - 1)) - 1);
}

/// Follows the browser's language.
pub(crate) fn browser_language() -> Language {
    let codes = js::window().navigator().languages();
    codes
        .iter()
        .find_map(|code| Language::from_code(&code.as_string().unwrap_or_default()))
        .unwrap_or(Language::En)
}
