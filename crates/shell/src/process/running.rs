//! The task of a process: stopping, killing, ending.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use podground_sim::channel::Sender;
use podground_sim::{LocalBoxFuture, Notify, Time};

use super::{ExitStatus, Pid, ProcessTable};
use crate::Signal;
use crate::signal::DefaultAction;
use crate::terminal::Terminal;

/// What a process does on a signal.
#[derive(Clone)]
pub(crate) enum Disposition {
    Default,
    Ignore,
    Catch(Sender<Signal>),
}

/// What the table, the parent and the process itself share.
pub(crate) struct ProcessState {
    pub(crate) pid: Pid,
    pub(crate) parent: Cell<Pid>,
    pub(crate) group: Cell<Pid>,
    pub(crate) uid: u32,
    pub(crate) command: RefCell<Vec<String>>,
    pub(crate) started: Time,
    pub(crate) terminal: RefCell<Option<Rc<Terminal>>>,
    pub(crate) exit: Cell<Option<ExitStatus>>,
    pub(crate) stopped: Cell<Option<Signal>>,
    pub(crate) changed: Notify,
    killed: Cell<Option<Signal>>,
    waker: RefCell<Option<Waker>>,
    dispositions: RefCell<BTreeMap<Signal, Disposition>>,
}

impl ProcessState {
    pub(crate) fn new(
        pid: Pid,
        parent: Pid,
        group: Pid,
        uid: u32,
        command: Vec<String>,
        started: Time,
        terminal: Option<Rc<Terminal>>,
    ) -> Self {
        Self {
            pid,
            parent: Cell::new(parent),
            group: Cell::new(group),
            uid,
            command: RefCell::new(command),
            started,
            terminal: RefCell::new(terminal),
            exit: Cell::new(None),
            stopped: Cell::new(None),
            changed: Notify::new(),
            killed: Cell::new(None),
            waker: RefCell::new(None),
            dispositions: RefCell::default(),
        }
    }

    pub(crate) fn disposition(&self, signal: Signal) -> Disposition {
        self.dispositions.borrow().get(&signal).cloned().unwrap_or(Disposition::Default)
    }

    pub(crate) fn set_disposition(&self, signal: Signal, disposition: Disposition) {
        if !matches!(signal, Signal::Kill | Signal::Stop) {
            self.dispositions.borrow_mut().insert(signal, disposition);
        }
    }

    /// Forgets what is caught; what is ignored stays so.
    pub(crate) fn reset_caught(&self) {
        self.dispositions.borrow_mut().retain(|_, disposition| !matches!(disposition, Disposition::Catch(_)));
    }

    /// The signals that are ignored, which children inherit.
    pub(crate) fn ignored(&self) -> Vec<Signal> {
        let dispositions = self.dispositions.borrow();
        let ignored = dispositions.iter().filter(|(_, d)| matches!(d, Disposition::Ignore));
        ignored.map(|(signal, _)| *signal).collect()
    }

    pub(crate) fn kill(&self, signal: Signal) {
        if self.exit.get().is_none() && self.killed.get().is_none() {
            self.killed.set(Some(signal));
        }
        self.wake();
    }

    pub(crate) fn deliver(&self, signal: Signal) {
        match signal {
            Signal::Kill => return self.kill(signal),
            Signal::Stop => return self.stop(signal),
            Signal::Cont => self.resume(),
            _ => {}
        }
        match self.disposition(signal) {
            Disposition::Ignore => {}
            Disposition::Catch(sender) => {
                let _ = sender.try_send(signal);
            }
            // The first process of a host gets only what it catches.
            Disposition::Default if self.pid == 1 => {}
            Disposition::Default => match signal.default_action() {
                DefaultAction::Terminate => self.kill(signal),
                DefaultAction::Stop => self.stop(signal),
                DefaultAction::Ignore | DefaultAction::Continue => {}
            },
        }
    }

    fn stop(&self, signal: Signal) {
        if self.stopped.replace(Some(signal)).is_none() {
            self.changed.notify();
        }
    }

    fn resume(&self) {
        if self.stopped.take().is_some() {
            self.changed.notify();
            self.wake();
        }
    }

    fn wake(&self) {
        if let Some(waker) = self.waker.borrow_mut().take() {
            waker.wake();
        }
    }
}

/// The future that a process's task polls.
pub(crate) struct Running {
    pub(crate) program: Option<LocalBoxFuture<'static, u8>>,
    pub(crate) state: Rc<ProcessState>,
    pub(crate) table: ProcessTable,
}

impl Running {
    fn finish(&mut self, status: ExitStatus) {
        // First the descriptors close, then those who wait hear of it.
        self.program = None;
        self.table.finished(&self.state, status);
    }
}

impl Future for Running {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(signal) = self.state.killed.get() {
            self.finish(ExitStatus::Signaled(signal));
            return Poll::Ready(());
        }
        *self.state.waker.borrow_mut() = Some(cx.waker().clone());
        if self.state.stopped.get().is_some() {
            return Poll::Pending;
        }
        let Some(program) = self.program.as_mut() else { return Poll::Ready(()) };
        match program.as_mut().poll(cx) {
            Poll::Ready(code) => self.finish(ExitStatus::Exited(code)),
            Poll::Pending => match self.state.killed.get() {
                Some(signal) => self.finish(ExitStatus::Signaled(signal)),
                None => return Poll::Pending,
            },
        }
        Poll::Ready(())
    }
}
