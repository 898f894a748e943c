//! Byte pipes with a capacity, as between processes and over simulated connections.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use crate::Notify;

/// Writing to a pipe that nobody reads any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrokenPipe;

struct State {
    buffer: VecDeque<u8>,
    capacity: usize,
    readers: usize,
    writers: usize,
}

struct Shared {
    state: RefCell<State>,
    changed: Notify,
}

/// The reading end; clones read from the same pipe.
pub struct PipeReader(Rc<Shared>);

/// The writing end; the reader sees the end of file when the last clone is dropped.
pub struct PipeWriter(Rc<Shared>);

/// A pipe that holds at most `capacity` bytes.
pub fn pipe(capacity: usize) -> (PipeReader, PipeWriter) {
    let state = State { buffer: VecDeque::new(), capacity: capacity.max(1), readers: 1, writers: 1 };
    let shared = Rc::new(Shared { state: RefCell::new(state), changed: Notify::new() });
    (PipeReader(shared.clone()), PipeWriter(shared))
}

impl PipeReader {
    /// Waits for bytes and takes at most `max` of them; an empty answer is the end of file.
    pub async fn read(&self, max: usize) -> Vec<u8> {
        loop {
            let generation = self.0.changed.generation();
            if let Some(bytes) = self.try_read(max) {
                return bytes;
            }
            self.0.changed.wait_after(generation).await;
        }
    }

    /// Waits for bytes and takes them up to and with `delimiter`; all that is there if it is not among them.
    pub async fn read_until(&self, delimiter: u8) -> Vec<u8> {
        loop {
            let generation = self.0.changed.generation();
            let found = {
                let state = self.0.state.borrow();
                state.buffer.iter().position(|byte| *byte == delimiter)
            };
            if let Some(bytes) = self.try_read(found.map_or(usize::MAX, |index| index + 1)) {
                return bytes;
            }
            self.0.changed.wait_after(generation).await;
        }
    }

    /// What [`Self::read`] gives without waiting; `None` where it would wait.
    pub fn try_read(&self, max: usize) -> Option<Vec<u8>> {
        let mut state = self.0.state.borrow_mut();
        if state.buffer.is_empty() {
            return (state.writers == 0).then(Vec::new);
        }
        let count = max.min(state.buffer.len());
        let bytes = state.buffer.drain(..count).collect();
        drop(state);
        self.0.changed.notify();
        Some(bytes)
    }
}

impl PipeWriter {
    /// Writes all of `bytes`, waiting for room.
    pub async fn write_all(&self, mut bytes: &[u8]) -> Result<(), BrokenPipe> {
        loop {
            let generation = self.0.changed.generation();
            {
                let mut state = self.0.state.borrow_mut();
                if state.readers == 0 {
                    return Err(BrokenPipe);
                }
                let room = state.capacity.saturating_sub(state.buffer.len()).min(bytes.len());
                state.buffer.extend(&bytes[..room]);
                bytes = &bytes[room..];
            }
            self.0.changed.notify();
            if bytes.is_empty() {
                return Ok(());
            }
            // Our own notification above is not news: wait for the reader's.
            self.0.changed.wait_after(generation + 1).await;
        }
    }

    /// Whether nobody reads any more.
    pub fn is_broken(&self) -> bool {
        self.0.state.borrow().readers == 0
    }

    /// Waits until nobody reads any more.
    pub async fn broken(&self) {
        while !self.is_broken() {
            self.0.changed.wait().await;
        }
    }
}

impl Clone for PipeReader {
    fn clone(&self) -> Self {
        self.0.state.borrow_mut().readers += 1;
        Self(self.0.clone())
    }
}

impl Clone for PipeWriter {
    fn clone(&self) -> Self {
        self.0.state.borrow_mut().writers += 1;
        Self(self.0.clone())
    }
}

impl Drop for PipeReader {
    fn drop(&mut self) {
        self.0.state.borrow_mut().readers -= 1;
        self.0.changed.notify();
    }
}

impl Drop for PipeWriter {
    fn drop(&mut self) {
        self.0.state.borrow_mut().writers -= 1;
        self.0.changed.notify();
    }
}
