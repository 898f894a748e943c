//! What a container has printed: lines with the time and the stream, the oldest dropped beyond a bound.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use podground_sim::{Notify, Time};

/// How many bytes of a container's output are kept.
const MAX_BYTES: usize = 1024 * 1024;
/// A longer line is stored in parts, as the container runtime does.
const MAX_LINE: usize = 16 * 1024;

/// Which descriptor it was written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogStream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// One line, or a part of a very long one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// Counts the entries of a log.
    pub sequence: u64,
    /// When its end was written.
    pub time: Time,
    /// Where to.
    pub stream: LogStream,
    /// The bytes, with the line feed if there was one.
    pub bytes: Vec<u8>,
}

/// The log of one container.
#[derive(Default)]
pub struct Log {
    entries: RefCell<VecDeque<LogEntry>>,
    partial: RefCell<[Vec<u8>; 2]>,
    bytes: Cell<usize>,
    sequence: Cell<u64>,
    closed: Cell<bool>,
    /// Fires when a line is added or the log is closed.
    pub changed: Notify,
}

impl Log {
    /// Takes in what was written.
    pub fn write(&self, time: Time, stream: LogStream, bytes: &[u8]) {
        let mut added = false;
        {
            let mut partial = self.partial.borrow_mut();
            let pending = &mut partial[usize::from(stream == LogStream::Stderr)];
            for chunk in bytes.split_inclusive(|byte| *byte == b'\n') {
                pending.extend_from_slice(chunk);
                if chunk.last() == Some(&b'\n') || pending.len() >= MAX_LINE {
                    self.push(time, stream, std::mem::take(pending));
                    added = true;
                }
            }
        }
        if added {
            self.changed.notify();
        }
    }

    /// Ends the log: what was written without a line's end becomes its last line.
    pub fn close(&self, time: Time) {
        let [stdout, stderr] = self.partial.take();
        for (stream, bytes) in [(LogStream::Stdout, stdout), (LogStream::Stderr, stderr)] {
            if !bytes.is_empty() {
                self.push(time, stream, bytes);
            }
        }
        self.closed.set(true);
        self.changed.notify();
    }

    /// Goes on with a log that was closed: its container is started again.
    pub(crate) fn reopen(&self) {
        self.closed.set(false);
    }

    /// Whether nothing more will come.
    pub fn is_closed(&self) -> bool {
        self.closed.get()
    }

    /// The entries after the one with this number.
    pub fn since(&self, sequence: u64) -> Vec<LogEntry> {
        let entries = self.entries.borrow();
        let start = entries.partition_point(|entry| entry.sequence <= sequence);
        entries.range(start..).cloned().collect()
    }

    /// The last bytes of the log, at most `lines` lines and `bytes` bytes of them.
    pub fn tail(&self, lines: usize, bytes: usize) -> Vec<u8> {
        let entries = self.entries.borrow();
        let start = entries.len().saturating_sub(lines);
        let text: Vec<u8> = entries.range(start..).flat_map(|entry| entry.bytes.iter().copied()).collect();
        text[text.len().saturating_sub(bytes)..].to_vec()
    }

    fn push(&self, time: Time, stream: LogStream, bytes: Vec<u8>) {
        let sequence = self.sequence.get() + 1;
        self.sequence.set(sequence);
        let mut entries = self.entries.borrow_mut();
        self.bytes.set(self.bytes.get() + bytes.len());
        entries.push_back(LogEntry { sequence, time, stream, bytes });
        while self.bytes.get() > MAX_BYTES {
            let Some(dropped) = entries.pop_front() else { break };
            self.bytes.set(self.bytes.get() - dropped.bytes.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_kept_whole_and_bounded() {
        let log = Log::default();
        log.write(Time(1), LogStream::Stdout, b"one\ntw");
        log.write(Time(2), LogStream::Stderr, b"err\n");
        log.write(Time(3), LogStream::Stdout, b"o\nrest");
        log.close(Time(4));
        let lines: Vec<(u64, Vec<u8>)> =
            log.since(0).into_iter().map(|entry| (entry.time.0, entry.bytes)).collect();
        assert_eq!(
            lines,
            [(1, b"one\n".to_vec()), (2, b"err\n".to_vec()), (3, b"two\n".to_vec()), (4, b"rest".to_vec())]
        );
        assert_eq!(log.tail(2, 100), b"two\nrest");
        for _ in 0..300 {
            log.write(Time(5), LogStream::Stdout, &[b'x'; 10_000]);
            log.write(Time(5), LogStream::Stdout, b"\n");
        }
        assert!(log.since(0).len() < 110);
    }
}
