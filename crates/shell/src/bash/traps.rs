//! `trap`.

use podground_sim::LocalBoxFuture;

use std::collections::BTreeMap;

use super::state::{Run, Shell};
use crate::Signal;
use crate::process::Disposition;

/// The signals on whose way the EXIT trap lies.
const TERMINATING: &[Signal] =
    &[Signal::Hup, Signal::Int, Signal::Alrm, Signal::Term, Signal::Usr1, Signal::Usr2];

/// What a trap is set on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Trap {
    Exit,
    Signal(Signal),
    Debug,
    Err,
    Return,
}

impl Trap {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text.to_ascii_uppercase().as_str() {
            "EXIT" | "0" => Some(Self::Exit),
            "DEBUG" => Some(Self::Debug),
            "ERR" => Some(Self::Err),
            "RETURN" => Some(Self::Return),
            _ => Signal::parse(text).map(Self::Signal),
        }
    }

    pub(crate) fn name(self) -> String {
        match self {
            Self::Exit => "EXIT".to_owned(),
            Self::Debug => "DEBUG".to_owned(),
            Self::Err => "ERR".to_owned(),
            Self::Return => "RETURN".to_owned(),
            Self::Signal(signal) => format!("SIG{}", signal.short_name()),
        }
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Traps {
    pub(crate) commands: BTreeMap<Trap, String>,
    /// Whether a trap runs, which then does not set itself off.
    pub(crate) running: bool,
    /// What a subshell shows as its traps until it sets one: those of its parent.
    inherited: BTreeMap<Trap, String>,
}

impl Traps {
    /// A subshell keeps only what is ignored.
    pub(crate) fn for_subshell(&self) -> Self {
        let ignored = self.commands.iter().filter(|(trap, command)| {
            command.is_empty() && matches!(trap, Trap::Signal(_)) || matches!(trap, Trap::Debug)
        });
        let mut commands: BTreeMap<_, _> = ignored.map(|(trap, c)| (*trap, c.clone())).collect();
        commands.remove(&Trap::Debug);
        let inherited = if self.inherited.is_empty() { &self.commands } else { &self.inherited };
        Self { commands, running: false, inherited: inherited.clone() }
    }

    /// What `trap` lists.
    pub(crate) fn listed(&self) -> &BTreeMap<Trap, String> {
        if self.inherited.is_empty() { &self.commands } else { &self.inherited }
    }

    pub(crate) fn get(&self, trap: Trap) -> Option<&String> {
        self.commands.get(&trap)
    }
}

impl Shell {
    /// Sets a trap: `None` takes it away, an empty command ignores the signal.
    pub(crate) fn set_trap(&mut self, trap: Trap, command: Option<&str>) {
        self.traps.inherited.clear();
        match command {
            Some(command) => self.traps.commands.insert(trap, command.to_owned()),
            None => self.traps.commands.remove(&trap),
        };
        if let Trap::Signal(signal) = trap {
            let disposition = match command {
                Some("") => Disposition::Ignore,
                Some(_) => Disposition::Catch(self.signal_sender.clone()),
                None => self.default_disposition(signal),
            };
            self.process.state.set_disposition(signal, disposition);
        }
        if trap == Trap::Exit {
            for signal in TERMINATING {
                let free = !self.traps.commands.contains_key(&Trap::Signal(*signal));
                if free && !matches!(self.process.state.disposition(*signal), Disposition::Ignore) {
                    self.process.state.set_disposition(*signal, self.default_disposition(*signal));
                }
            }
        }
    }

    /// Whether a signal must not end this shell before its EXIT trap has run.
    pub(crate) fn exits_on_signals(&self) -> bool {
        !self.interactive && self.traps.get(Trap::Exit).is_some_and(|command| !command.is_empty())
    }

    /// Runs the EXIT trap, and lets a signal end the process then.
    pub(crate) fn die_of(&mut self, signal: Signal) -> LocalBoxFuture<'_, super::state::Unwind> {
        Box::pin(async move {
            self.leave(self.status).await;
            self.process.state.set_disposition(signal, Disposition::Default);
            self.process.state.deliver(signal);
            // The first process of a host is not ended so.
            futures_lite::future::yield_now().await;
            super::state::Unwind::Exit(128 + signal.number())
        })
    }

    /// What a signal without a trap does to this shell.
    pub(crate) fn default_disposition(&self, signal: Signal) -> Disposition {
        if !self.interactive {
            let caught = TERMINATING.contains(&signal) && self.exits_on_signals();
            return if caught {
                Disposition::Catch(self.signal_sender.clone())
            } else {
                Disposition::Default
            };
        }
        match signal {
            Signal::Int | Signal::Winch | Signal::Chld => Disposition::Catch(self.signal_sender.clone()),
            Signal::Term | Signal::Quit | Signal::Tstp | Signal::Ttin | Signal::Ttou => Disposition::Ignore,
            _ => Disposition::Default,
        }
    }

    /// Runs the traps of the signals that have come.
    pub(crate) fn check_signals(&mut self) -> LocalBoxFuture<'_, Run<()>> {
        Box::pin(async move {
            while let Ok(signal) = self.signals.try_recv() {
                match self.traps.get(Trap::Signal(signal)).cloned() {
                    Some(command) => self.run_trap(&command).await?,
                    None if self.exits_on_signals() && TERMINATING.contains(&signal) => {
                        return Err(self.die_of(signal).await);
                    }
                    None if signal == Signal::Int => return Err(super::state::Unwind::Interrupted),
                    None => {}
                }
            }
            Ok(())
        })
    }

    /// Runs the trap of an event, if there is one.
    pub(crate) fn fire(&mut self, trap: Trap) -> LocalBoxFuture<'_, Run<()>> {
        Box::pin(async move {
            if self.traps.running || self.traps.commands.is_empty() {
                return Ok(());
            }
            match self.traps.get(trap).cloned() {
                Some(command) if !command.is_empty() => self.run_trap(&command).await,
                _ => Ok(()),
            }
        })
    }

    /// Runs a trap's command; the status stays what it was.
    fn run_trap<'a>(&'a mut self, command: &'a str) -> LocalBoxFuture<'a, Run<()>> {
        Box::pin(async move {
            let status = self.status;
            let was_running = std::mem::replace(&mut self.traps.running, true);
            let result = Box::pin(self.run_text(command, self.line)).await;
            self.traps.running = was_running;
            match result {
                Ok(_) => {
                    self.status = status;
                    Ok(())
                }
                Err(unwind) => Err(unwind),
            }
        })
    }

    /// Runs the EXIT trap; gives the status to exit with.
    pub(crate) async fn leave(&mut self, status: u8) -> u8 {
        self.status = status;
        let Some(command) = self.traps.commands.remove(&Trap::Exit) else { return status };
        match Box::pin(self.run_text(&command, 1)).await {
            Err(super::state::Unwind::Exit(status)) => status,
            _ => status,
        }
    }
}
