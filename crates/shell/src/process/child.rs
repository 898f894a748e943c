//! A process as its parent sees it.

use std::rc::Rc;

use super::Pid;
use super::running::ProcessState;
use crate::Signal;

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitStatus {
    /// It ended by itself.
    Exited(u8),
    /// A signal ended it.
    Signaled(Signal),
}

impl ExitStatus {
    /// The status as a shell has it in `$?`: 128 + n for a signal.
    pub const fn code(self) -> u8 {
        match self {
            Self::Exited(code) => code,
            Self::Signaled(signal) => 128 + signal.number(),
        }
    }
}

/// What became of a process that one waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// It has ended.
    Ended(ExitStatus),
    /// It was stopped by a signal.
    Stopped(Signal),
}

/// A process that was started. Dropping this neither ends the process nor forgets it.
#[derive(Clone)]
pub struct Child(pub(crate) Rc<ProcessState>);

impl Child {
    /// Its number.
    pub fn pid(&self) -> Pid {
        self.0.pid
    }

    /// Its process group.
    pub fn group(&self) -> Pid {
        self.0.group.get()
    }

    /// How it ended, if it has.
    pub fn try_wait(&self) -> Option<ExitStatus> {
        self.0.exit.get()
    }

    /// The signal that stopped it, while it is stopped.
    pub fn stopped(&self) -> Option<Signal> {
        self.0.stopped.get()
    }

    /// Waits until it ends.
    pub async fn wait(&self) -> ExitStatus {
        loop {
            let generation = self.0.changed.generation();
            if let Some(status) = self.0.exit.get() {
                return status;
            }
            self.0.changed.wait_after(generation).await;
        }
    }

    /// Waits until it ends or is stopped.
    pub async fn wait_or_stop(&self) -> Wait {
        loop {
            let generation = self.0.changed.generation();
            if let Some(status) = self.0.exit.get() {
                return Wait::Ended(status);
            }
            if let Some(signal) = self.0.stopped.get() {
                return Wait::Stopped(signal);
            }
            self.0.changed.wait_after(generation).await;
        }
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        self.0.deliver(signal);
    }
}
