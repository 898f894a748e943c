//! The processes of a host.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use podground_sim::{Notify, Time};

use super::running::{Disposition, ProcessState};
use super::{ExitStatus, Pid, Usage};
use crate::Signal;

/// ESRCH: there is no such process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoSuchProcess;

/// What `ps` shows of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessEntry {
    /// Its number.
    pub pid: Pid,
    /// The number of its parent.
    pub parent: Pid,
    /// Its process group.
    pub group: Pid,
    /// The user.
    pub uid: u32,
    /// The command line.
    pub command: Vec<String>,
    /// When it started.
    pub started: Time,
    /// Its terminal's name, if it has one.
    pub terminal: Option<String>,
    /// Whether it is stopped.
    pub stopped: bool,
}

/// The processes of a host; clones share the table.
///
/// Process 1 is what a container runs: it ignores signals that it does not catch, and when it ends all
/// others are killed. A machine whose first process is not modelled begins higher, see [`Self::starting_at`].
#[derive(Clone, Default)]
pub struct ProcessTable(Rc<Inner>);

/// How many of the last processes a table remembers.
const REMEMBERED: usize = 512;

/// A process that was started, whether it has ended or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastProcess {
    /// Its number; later processes have higher ones.
    pub pid: Pid,
    /// The command line.
    pub command: Vec<String>,
    /// How it ended; `None` while it runs.
    pub exit: Option<ExitStatus>,
}

#[derive(Default)]
struct Inner {
    states: RefCell<BTreeMap<Pid, Rc<ProcessState>>>,
    history: RefCell<VecDeque<PastProcess>>,
    last: Cell<Pid>,
    changed: Notify,
    usage: Rc<Usage>,
}

impl ProcessTable {
    /// A table whose first process gets the number `pid`.
    pub fn starting_at(pid: Pid) -> Self {
        let table = Self::default();
        table.0.last.set(pid.saturating_sub(1));
        table
    }

    /// What the processes take of their machine.
    pub fn usage(&self) -> &Rc<Usage> {
        &self.0.usage
    }

    /// All processes, by number.
    pub fn list(&self) -> Vec<ProcessEntry> {
        self.0.states.borrow().values().map(|state| entry(state)).collect()
    }

    /// How many processes there are.
    pub fn count(&self) -> usize {
        self.0.states.borrow().len()
    }

    /// The process of that number.
    pub fn get(&self, pid: Pid) -> Option<ProcessEntry> {
        self.0.states.borrow().get(&pid).map(|state| entry(state))
    }

    /// The last processes that were started, oldest first.
    pub fn history(&self) -> Vec<PastProcess> {
        self.0.history.borrow().iter().cloned().collect()
    }

    /// Notified when a process starts or ends.
    pub fn changed(&self) -> &Notify {
        &self.0.changed
    }

    /// Sends a signal from outside the host; process 1 can be killed by it.
    pub fn signal(&self, pid: Pid, signal: Signal) -> Result<(), NoSuchProcess> {
        let state = self.0.states.borrow().get(&pid).cloned().ok_or(NoSuchProcess)?;
        state.deliver(signal);
        Ok(())
    }

    /// Sends a signal to all processes of a process group.
    pub fn signal_group(&self, group: Pid, signal: Signal) -> Result<(), NoSuchProcess> {
        let members: Vec<_> =
            self.0.states.borrow().values().filter(|state| state.group.get() == group).cloned().collect();
        if members.is_empty() {
            return Err(NoSuchProcess);
        }
        for state in members {
            state.deliver(signal);
        }
        Ok(())
    }

    /// Kills all processes, as when a container is torn down.
    pub fn kill_all(&self) {
        let all: Vec<_> = self.0.states.borrow().values().cloned().collect();
        for state in all {
            state.kill(Signal::Kill);
        }
    }

    pub(crate) fn next_pid(&self) -> Pid {
        let pid = self.0.last.get() + 1;
        self.0.last.set(pid);
        pid
    }

    pub(crate) fn started(&self, state: Rc<ProcessState>) {
        let mut history = self.0.history.borrow_mut();
        history.push_back(PastProcess {
            pid: state.pid,
            command: state.command.borrow().clone(),
            exit: None,
        });
        if history.len() > REMEMBERED {
            history.pop_front();
        }
        drop(history);
        self.0.states.borrow_mut().insert(state.pid, state);
        self.0.changed.notify();
    }

    pub(crate) fn finished(&self, state: &Rc<ProcessState>, status: ExitStatus) {
        state.exit.set(Some(status));
        if let Some(past) = self.0.history.borrow_mut().iter_mut().rev().find(|past| past.pid == state.pid) {
            past.exit = Some(status);
        }
        let parent = {
            let mut states = self.0.states.borrow_mut();
            states.remove(&state.pid);
            // Orphans belong to the first process from now on.
            for orphan in states.values().filter(|other| other.parent.get() == state.pid) {
                orphan.parent.set(1);
            }
            states.get(&state.parent.get()).cloned()
        };
        state.changed.notify();
        self.0.changed.notify();
        if let Some(parent) = parent
            && let Disposition::Catch(_) = parent.disposition(Signal::Chld)
        {
            parent.deliver(Signal::Chld);
        }
        if state.pid == 1 {
            self.kill_all();
        }
    }
}

fn entry(state: &ProcessState) -> ProcessEntry {
    ProcessEntry {
        pid: state.pid,
        parent: state.parent.get(),
        group: state.group.get(),
        uid: state.uid,
        command: state.command.borrow().clone(),
        started: state.started,
        terminal: state.terminal.borrow().as_ref().map(|terminal| terminal.name()),
        stopped: state.stopped.get().is_some(),
    }
}
