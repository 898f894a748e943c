//! A terminal is a pty: bytes in, bytes out, with a line discipline between.

mod discipline;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use podground_sim::Notify;

use crate::Signal;
use crate::process::{Pid, ProcessTable};
use discipline::Discipline;

/// How many bytes of output wait for the window before writers wait.
const OUTPUT_CAPACITY: usize = 64 * 1024;

/// The size of a terminal in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Characters in a line.
    pub columns: u16,
    /// Lines.
    pub rows: u16,
}

impl Default for Size {
    fn default() -> Self {
        Self { columns: 80, rows: 24 }
    }
}

/// What the line discipline does, as `stty` sets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Modes {
    /// Input is edited and handed on by lines (`icanon`).
    pub canonical: bool,
    /// Input is shown (`echo`).
    pub echo: bool,
    /// Ctrl-C, Ctrl-\ and Ctrl-Z send signals (`isig`).
    pub signals: bool,
    /// The return key gives a newline (`icrnl`).
    pub return_is_newline: bool,
    /// A newline in the output also returns to the first column (`onlcr`).
    pub output_returns: bool,
}

impl Modes {
    /// As a terminal starts.
    pub const COOKED: Self =
        Self { canonical: true, echo: true, signals: true, return_is_newline: true, output_returns: true };
    /// Each byte as it is, in both directions.
    pub const RAW: Self = Self {
        canonical: false,
        echo: false,
        signals: false,
        return_is_newline: false,
        output_returns: false,
    };
    /// For programs that read keys but print lines: raw input, usual output.
    pub const KEYS: Self = Self { output_returns: true, ..Self::RAW };
}

/// A pseudo terminal.
pub struct Terminal {
    name: RefCell<String>,
    size: Cell<Size>,
    modes: Cell<Modes>,
    discipline: RefCell<Discipline>,
    output: RefCell<Vec<u8>>,
    hung_up: Cell<bool>,
    processes: RefCell<Option<ProcessTable>>,
    foreground: Cell<Option<Pid>>,
    input_changed: Notify,
    output_taken: Notify,
    /// Notified when there is output to take.
    pub output_changed: Notify,
    /// Notified when the size has changed.
    pub resized: Notify,
}

/// Puts a terminal's modes back when it is dropped; see [`Terminal::set_modes`].
pub struct ModeGuard {
    terminal: Rc<Terminal>,
    before: Modes,
}

impl Drop for ModeGuard {
    fn drop(&mut self) {
        self.terminal.change_modes(self.before);
    }
}

impl Terminal {
    /// A terminal of that size, called `pts/0` until [`Self::set_name`].
    pub fn new(size: Size) -> Rc<Self> {
        Rc::new(Self {
            name: RefCell::new("pts/0".to_owned()),
            size: Cell::new(size),
            modes: Cell::new(Modes::COOKED),
            discipline: RefCell::default(),
            output: RefCell::default(),
            hung_up: Cell::new(false),
            processes: RefCell::default(),
            foreground: Cell::new(None),
            input_changed: Notify::new(),
            output_taken: Notify::new(),
            output_changed: Notify::new(),
            resized: Notify::new(),
        })
    }

    // The window's side.

    /// What the learner types.
    pub fn input(&self, bytes: &[u8]) {
        for byte in bytes {
            let effect = self.discipline.borrow_mut().input(*byte, self.modes.get());
            self.show(&effect.echo);
            if let Some(signal) = effect.signal {
                self.signal(signal);
            }
        }
        self.input_changed.notify();
    }

    /// Takes what is to be shown.
    pub fn take_output(&self) -> Vec<u8> {
        let output = self.output.take();
        if !output.is_empty() {
            self.output_taken.notify();
        }
        output
    }

    /// Changes the size, which programs in the foreground hear of by SIGWINCH.
    pub fn resize(&self, size: Size) {
        if self.size.replace(size) != size {
            self.resized.notify();
            self.signal(Signal::Winch);
        }
    }

    /// Closes the window: reads end, output goes nowhere, the foreground group gets SIGHUP.
    pub fn hang_up(&self) {
        if !self.hung_up.replace(true) {
            self.output.take();
            self.signal(Signal::Hup);
            self.input_changed.notify();
            self.output_taken.notify();
            self.output_changed.notify();
        }
    }

    // The programs' side.

    /// The name below `/dev`: `pts/0`.
    pub fn name(&self) -> String {
        self.name.borrow().clone()
    }

    /// Sets the name.
    pub fn set_name(&self, name: &str) {
        name.clone_into(&mut self.name.borrow_mut());
    }

    /// The window's size.
    pub fn size(&self) -> Size {
        self.size.get()
    }

    /// Whether the window is closed.
    pub fn is_hung_up(&self) -> bool {
        self.hung_up.get()
    }

    /// What the line discipline does.
    pub fn modes(&self) -> Modes {
        self.modes.get()
    }

    /// Changes what the line discipline does until the guard is dropped.
    pub fn set_modes(self: &Rc<Self>, modes: Modes) -> ModeGuard {
        let before = self.modes.get();
        self.change_modes(modes);
        ModeGuard { terminal: self.clone(), before }
    }

    /// Changes what the line discipline does for good, as `stty` does.
    pub fn change_modes(&self, modes: Modes) {
        let before = self.modes.replace(modes);
        self.discipline.borrow_mut().modes_changed(before, modes);
        self.input_changed.notify();
    }

    /// Waits for input and takes at most `max` bytes; an empty answer is the end of file.
    /// In canonical mode one answer is at most one line.
    pub async fn read(&self, max: usize) -> Vec<u8> {
        loop {
            let generation = self.input_changed.generation();
            if let Some(bytes) = self.try_read(max) {
                return bytes;
            }
            self.input_changed.wait_after(generation).await;
        }
    }

    /// What [`Self::read`] gives without waiting; `None` where it would wait.
    pub fn try_read(&self, max: usize) -> Option<Vec<u8>> {
        let (bytes, echo) = self.discipline.borrow_mut().read(max, self.modes.get());
        self.show(&echo);
        if bytes.is_none() && self.hung_up.get() { Some(Vec::new()) } else { bytes }
    }

    /// Gives bytes back that were read too early; they are read next.
    pub fn unread(&self, bytes: &[u8]) {
        self.discipline.borrow_mut().unread(bytes);
        self.input_changed.notify();
    }

    /// Writes, waiting for room.
    pub async fn write(&self, bytes: &[u8]) {
        for chunk in bytes.chunks(4096) {
            loop {
                let generation = self.output_taken.generation();
                if self.hung_up.get() || self.output.borrow().len() < OUTPUT_CAPACITY {
                    break;
                }
                self.output_taken.wait_after(generation).await;
            }
            self.show(chunk);
        }
    }

    /// The process group that input belongs to.
    pub fn foreground(&self) -> Option<Pid> {
        self.foreground.get()
    }

    /// Gives the terminal to a process group.
    pub fn set_foreground(&self, group: Pid) {
        self.foreground.set(Some(group));
    }

    /// Makes it the terminal of a session: signals go to the group of these processes.
    pub(crate) fn attach(&self, processes: &ProcessTable, group: Pid) {
        *self.processes.borrow_mut() = Some(processes.clone());
        self.foreground.set(Some(group));
    }

    fn signal(&self, signal: Signal) {
        let processes = self.processes.borrow().clone();
        if let (Some(processes), Some(group)) = (processes, self.foreground.get()) {
            let _ = processes.signal_group(group, signal);
        }
    }

    /// Output without waiting.
    fn show(&self, bytes: &[u8]) {
        if bytes.is_empty() || self.hung_up.get() {
            return;
        }
        let mut output = self.output.borrow_mut();
        for byte in bytes {
            if *byte == b'\n' && self.modes.get().output_returns {
                output.push(b'\r');
            }
            output.push(*byte);
        }
        drop(output);
        self.output_changed.notify();
    }
}
