//! The line discipline: echo, editing of the line, keys that send signals.

use std::collections::VecDeque;

use super::Modes;
use crate::Signal;
use crate::width::char_width;

/// The longest line that is edited; more is not taken.
const MAX_LINE: usize = 4095;

/// What a byte of input brings about.
#[derive(Default)]
pub(crate) struct Effect {
    pub(crate) echo: Vec<u8>,
    pub(crate) signal: Option<Signal>,
}

#[derive(Default)]
pub(crate) struct Discipline {
    /// The line that is being edited.
    line: Vec<u8>,
    /// What was typed while the mode was raw; it is edited and shown when it is read by lines.
    ahead: VecDeque<u8>,
    /// What can be read: each item in canonical mode is a line, an empty one the end of file.
    ready: VecDeque<Vec<u8>>,
    /// Whether the next byte is taken as it is (Ctrl-V).
    literal: bool,
}

impl Discipline {
    pub(crate) fn input(&mut self, byte: u8, modes: Modes) -> Effect {
        let mut effect = Effect::default();
        let is_signal = modes.signals && signal_of(byte).is_some();
        if modes.canonical && !self.ahead.is_empty() && !is_signal {
            self.ahead.push_back(byte);
            return effect;
        }
        self.take(byte, modes, &mut effect);
        effect
    }

    fn take(&mut self, byte: u8, modes: Modes, effect: &mut Effect) {
        let byte = if byte == b'\r' && modes.return_is_newline { b'\n' } else { byte };
        if std::mem::take(&mut self.literal) {
            self.insert(byte, modes, &mut effect.echo);
            return;
        }
        if modes.signals
            && let Some(signal) = signal_of(byte)
        {
            self.line.clear();
            self.ready.clear();
            self.ahead.clear();
            effect.signal = Some(signal);
            if modes.echo {
                effect.echo.extend([b'^', byte | 0x40]);
            }
            return;
        }
        if modes.canonical {
            self.edit(byte, modes, &mut effect.echo);
        } else {
            if modes.echo {
                effect.echo.push(byte);
            }
            match self.ready.back_mut() {
                Some(bytes) if !bytes.is_empty() => bytes.push(byte),
                _ => self.ready.push_back(vec![byte]),
            }
        }
    }

    /// What can be read, and what is shown meanwhile.
    pub(crate) fn read(&mut self, max: usize, modes: Modes) -> (Option<Vec<u8>>, Vec<u8>) {
        let mut effect = Effect::default();
        while self.ready.is_empty()
            && let Some(byte) = self.ahead.pop_front()
        {
            self.take(byte, Modes { signals: false, ..modes }, &mut effect);
        }
        (self.ready_bytes(max), effect.echo)
    }

    fn ready_bytes(&mut self, max: usize) -> Option<Vec<u8>> {
        let first = self.ready.front_mut()?;
        if first.len() <= max {
            return self.ready.pop_front();
        }
        Some(first.drain(..max).collect())
    }

    pub(crate) fn unread(&mut self, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.ready.push_front(bytes.to_vec());
        }
    }

    /// What was typed ahead is taken anew where lines begin or end to be edited.
    pub(crate) fn modes_changed(&mut self, before: Modes, after: Modes) {
        if before.canonical && !after.canonical {
            let line = std::mem::take(&mut self.line);
            let ahead: Vec<u8> =
                self.ready.drain(..).flatten().chain(line).chain(self.ahead.drain(..)).collect();
            self.unread(&ahead);
        } else if !before.canonical && after.canonical {
            self.ahead.extend(self.ready.drain(..).flatten());
        }
    }

    fn edit(&mut self, byte: u8, modes: Modes, echo: &mut Vec<u8>) {
        match byte {
            b'\n' => {
                self.line.push(b'\n');
                self.ready.push_back(std::mem::take(&mut self.line));
                if modes.echo {
                    echo.push(b'\n');
                }
            }
            0x04 => self.ready.push_back(std::mem::take(&mut self.line)),
            0x7f | 0x08 => self.erase(modes, echo),
            0x15 => {
                while !self.line.is_empty() {
                    self.erase(modes, echo);
                }
            }
            0x17 => {
                let is_space = |line: &[u8]| line.last().is_some_and(u8::is_ascii_whitespace);
                while is_space(&self.line) {
                    self.erase(modes, echo);
                }
                while !self.line.is_empty() && !is_space(&self.line) {
                    self.erase(modes, echo);
                }
            }
            0x12 => {
                echo.extend_from_slice(b"^R\n");
                echo.extend_from_slice(&self.line);
            }
            0x16 => self.literal = true,
            _ => self.insert(byte, modes, echo),
        }
    }

    fn insert(&mut self, byte: u8, modes: Modes, echo: &mut Vec<u8>) {
        if self.line.len() >= MAX_LINE {
            return;
        }
        self.line.push(byte);
        if modes.echo {
            if byte < 0x20 && byte != b'\t' {
                echo.extend_from_slice(&[b'^', byte | 0x40]);
            } else {
                echo.push(byte);
            }
        }
    }

    /// Takes the last character away and from the screen.
    fn erase(&mut self, modes: Modes, echo: &mut Vec<u8>) {
        let mut start = self.line.len();
        while start > 0 {
            start -= 1;
            if self.line[start] & 0xc0 != 0x80 {
                break;
            }
        }
        let removed = self.line.split_off(start);
        if !modes.echo {
            return;
        }
        let text = String::from_utf8_lossy(&removed);
        let columns: usize = text.chars().map(|c| if c < ' ' { 2 } else { char_width(c) }).sum();
        for _ in 0..columns {
            echo.extend_from_slice(b"\x08 \x08");
        }
    }
}

fn signal_of(byte: u8) -> Option<Signal> {
    match byte {
        0x03 => Some(Signal::Int),
        0x1c => Some(Signal::Quit),
        0x1a => Some(Signal::Tstp),
        _ => None,
    }
}
