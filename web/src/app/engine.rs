//! The page's end of the line to the engine's worker.

use super::js;
use super::state::Room;
use js_sys::{Array, Uint8Array};
use podground_web::protocol::*;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};
use yew::Callback;

/// A running worker with its listeners.
struct Running {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

/// Output goes to the terminal if it is there, else waits for it.
#[derive(Default)]
struct Slot {
    terminal: Option<js::Terminal>,
    backlog: Vec<Uint8Array>,
}

#[derive(Default)]
struct Inner {
    running: RefCell<Option<Running>>,
    slots: RefCell<BTreeMap<TerminalId, Slot>>,
    listener: RefCell<Callback<FromWorker>>,
    /// Text for the terminal that is about to open.
    queued: RefCell<Option<String>>,
    room: RefCell<Option<Room>>,
    /// Crashes since a session last stood for a while.
    crashes: Cell<u32>,
    ticket: Cell<u32>,
}

/// A handle to the engine, cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Engine(Rc<Inner>);

impl PartialEq for Engine {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Engine {
    /// Who hears what the worker says.
    pub(crate) fn listen(&self, listener: Callback<FromWorker>) {
        *self.0.listener.borrow_mut() = listener;
    }

    /// Ends the worker, if there is one, and starts a fresh one for `room`.
    pub(crate) fn restart(&self, room: Room) -> Result<(), JsValue> {
        self.stop();
        *self.0.room.borrow_mut() = Some(room);
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(&js::versioned("worker.js"), &options)?;
        let this = self.clone();
        let on_message = Closure::new(move |event: MessageEvent| this.receive(&event.data()));
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        let this = self.clone();
        let on_error = Closure::new(move |event: ErrorEvent| {
            event.prevent_default();
            this.tell(FromWorker::Crashed { message: event.message() });
        });
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        *self.0.running.borrow_mut() = Some(Running { worker, _on_message: on_message, _on_error: on_error });
        Ok(())
    }

    /// Ends the worker.
    pub(crate) fn stop(&self) {
        if let Some(running) = self.0.running.borrow_mut().take() {
            running.worker.set_onmessage(None);
            running.worker.set_onerror(None);
            running.worker.terminate();
        }
        self.0.slots.borrow_mut().clear();
    }

    /// The room that the worker runs.
    pub(crate) fn room(&self) -> Option<Room> {
        self.0.room.borrow().clone()
    }

    /// Counts a crash; how many there were without a quiet while between.
    pub(crate) fn count_crash(&self) -> u32 {
        self.0.crashes.set(self.0.crashes.get() + 1);
        self.0.crashes.get()
    }

    /// The session has stood for a while.
    pub(crate) fn forget_crashes(&self) {
        self.0.crashes.set(0);
    }

    /// Sends a message to the worker.
    pub(crate) fn post(&self, message: &ToWorker) {
        let Ok(text) = serde_json::to_string(message) else { return };
        if let Some(running) = &*self.0.running.borrow() {
            // Text can always be sent.
            let _ = running.worker.post_message(&JsValue::from_str(&text));
        }
    }

    /// Sends what was typed into a terminal.
    pub(crate) fn input(&self, terminal: TerminalId, data: &str) {
        self.post(&ToWorker::Input { terminal, data: data.to_owned() });
    }

    /// Opens one more terminal and types `text` into it.
    pub(crate) fn open_and_type(&self, text: &str) {
        *self.0.queued.borrow_mut() = Some(text.to_owned());
        self.post(&ToWorker::OpenTerminal);
    }

    /// Asks for findings in a manifest; only the latest question is answered.
    pub(crate) fn diagnose(&self, text: String) {
        self.0.ticket.set(self.0.ticket.get() + 1);
        self.post(&ToWorker::Diagnose { ticket: self.0.ticket.get(), text });
    }

    /// The terminal of that number is drawn: it gets what waited for it.
    pub(crate) fn attach(&self, id: TerminalId, terminal: js::Terminal) {
        let mut slots = self.0.slots.borrow_mut();
        let slot = slots.entry(id).or_default();
        for bytes in slot.backlog.drain(..) {
            terminal.write(&bytes);
        }
        slot.terminal = Some(terminal);
    }

    /// The terminal of that number is no longer drawn.
    pub(crate) fn detach(&self, id: TerminalId) {
        self.0.slots.borrow_mut().remove(&id);
    }

    /// Puts the keyboard into a terminal.
    pub(crate) fn focus(&self, id: TerminalId) {
        if let Some(terminal) = self.terminal(id) {
            terminal.focus();
        }
    }

    /// The drawn terminals.
    pub(crate) fn terminals(&self) -> Vec<js::Terminal> {
        self.0.slots.borrow().values().filter_map(|slot| slot.terminal.clone()).collect()
    }

    fn terminal(&self, id: TerminalId) -> Option<js::Terminal> {
        self.0.slots.borrow().get(&id).and_then(|slot| slot.terminal.clone())
    }

    fn receive(&self, data: &JsValue) {
        if let Some(pair) = data.dyn_ref::<Array>() {
            let id = pair.get(0).as_f64().unwrap_or_default() as TerminalId;
            self.output(id, pair.get(1).unchecked_into());
            return;
        }
        let text = data.as_string().unwrap_or_default();
        match serde_json::from_str(&text) {
            Ok(message) => self.tell(message),
            Err(error) => self.tell(FromWorker::Crashed { message: error.to_string() }),
        }
    }

    fn output(&self, id: TerminalId, bytes: Uint8Array) {
        let mut slots = self.0.slots.borrow_mut();
        let slot = slots.entry(id).or_default();
        match &slot.terminal {
            Some(terminal) => terminal.write(&bytes),
            None => slot.backlog.push(bytes),
        }
    }

    fn tell(&self, message: FromWorker) {
        match &message {
            FromWorker::Terminals { opened: Some(opened), .. } => {
                if let Some(text) = self.0.queued.borrow_mut().take() {
                    self.input(*opened, &text);
                }
            }
            FromWorker::Diagnosed { ticket, .. } if *ticket != self.0.ticket.get() => return,
            _ => {}
        }
        let listener = self.0.listener.borrow().clone();
        listener.emit(message);
    }
}
