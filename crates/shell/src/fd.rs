//! File descriptors: what a process reads from and writes to.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;

use podground_sim::{PipeReader, PipeWriter, Rng};
use podground_vfs::{Device, Error, FileSystem};

use crate::terminal::Terminal;

/// What `/dev/zero` and its like give at a time, at most.
const ENDLESS_CHUNK: usize = 64 * 1024;

/// Why a read failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// EBADF: the descriptor is not open for reading.
    BadDescriptor,
    /// What the file system says.
    File(Error),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadDescriptor => f.write_str("Bad file descriptor"),
            Self::File(error) => error.fmt(f),
        }
    }
}

/// Why a write failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteError {
    /// EPIPE: nobody reads any more.
    BrokenPipe,
    /// EBADF: the descriptor is not open for writing.
    BadDescriptor,
    /// ENOSPC: the device is full.
    NoSpace,
    /// What the file system says.
    File(Error),
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BrokenPipe => f.write_str("Broken pipe"),
            Self::BadDescriptor => f.write_str("Bad file descriptor"),
            Self::NoSpace => f.write_str("No space left on device"),
            Self::File(error) => error.fmt(f),
        }
    }
}

/// An open file of a regular kind; duplicates share the offset.
pub struct OpenFile {
    /// The file system.
    pub files: FileSystem,
    /// The absolute path.
    pub path: String,
    /// Where the next read or write begins.
    pub offset: Cell<usize>,
    /// Whether reading is allowed.
    pub readable: bool,
    /// Whether writing is allowed.
    pub writable: bool,
    /// Whether each write goes to the end.
    pub append: bool,
}

impl OpenFile {
    /// The bytes from the offset on, at most `max` and up to and with `delimiter` if there is one.
    fn read(&self, max: usize, delimiter: Option<u8>) -> Result<Vec<u8>, ReadError> {
        if !self.readable {
            return Err(ReadError::BadDescriptor);
        }
        let content = self.files.read(&self.path).map_err(ReadError::File)?;
        let rest = content.get(self.offset.get()..).unwrap_or_default();
        let mut count = rest.len().min(max);
        if let Some(delimiter) = delimiter
            && let Some(index) = rest[..count].iter().position(|byte| *byte == delimiter)
        {
            count = index + 1;
        }
        self.offset.set(self.offset.get() + count);
        Ok(rest[..count].to_vec())
    }

    fn write(&self, bytes: &[u8]) -> Result<(), WriteError> {
        if !self.writable {
            return Err(WriteError::BadDescriptor);
        }
        let result = if self.append {
            self.files.append(&self.path, bytes)
        } else {
            self.files.write_at(&self.path, self.offset.get(), bytes)
        };
        result.map_err(WriteError::File)?;
        self.offset.set(self.offset.get() + bytes.len());
        Ok(())
    }
}

/// A file descriptor; clones are duplicates (`dup`).
#[derive(Clone)]
pub enum Fd {
    /// The reading end of a pipe.
    PipeReader(PipeReader),
    /// The writing end of a pipe.
    PipeWriter(PipeWriter),
    /// A regular file.
    File(Rc<OpenFile>),
    /// Bytes that are read once, as of a here-document; duplicates share the rest.
    Bytes(Rc<RefCell<std::collections::VecDeque<u8>>>),
    /// A device that needs no host: null, zero, full.
    Device(Device),
    /// `/dev/urandom`
    Random(Rc<RefCell<Rng>>),
    /// A terminal.
    Terminal(Rc<Terminal>),
}

impl Fd {
    /// `/dev/null`.
    pub fn null() -> Self {
        Self::Device(Device::Null)
    }

    /// A descriptor that gives these bytes, then the end of file.
    pub fn bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self::Bytes(Rc::new(RefCell::new(bytes.into().into())))
    }

    /// Waits for bytes and takes at most `max`; an empty answer is the end of file.
    pub async fn read(&self, max: usize) -> Result<Vec<u8>, ReadError> {
        match self {
            Self::PipeReader(reader) => Ok(reader.read(max).await),
            Self::Terminal(terminal) => Ok(terminal.read(max).await),
            Self::PipeWriter(_) => Err(ReadError::BadDescriptor),
            Self::File(file) => file.read(max, None),
            Self::Bytes(bytes) => {
                let mut bytes = bytes.borrow_mut();
                let count = max.min(bytes.len());
                Ok(bytes.drain(..count).collect())
            }
            // No more at once than a pipe holds: "all of it" has no end.
            Self::Device(Device::Zero | Device::Full) => Ok(vec![0; max.min(ENDLESS_CHUNK)]),
            Self::Device(_) => Ok(Vec::new()),
            Self::Random(rng) => {
                let mut rng = rng.borrow_mut();
                Ok((0..max.min(ENDLESS_CHUNK)).map(|_| rng.next_u64() as u8).collect())
            }
        }
    }

    /// Whether reading never waits and never ends: who reads on and on must let time pass.
    pub fn is_endless(&self) -> bool {
        matches!(self, Self::Device(Device::Zero | Device::Full) | Self::Random(_))
    }

    /// Waits for bytes and takes them up to and with `delimiter`; what is there may be less.
    pub async fn read_until(&self, delimiter: u8) -> Result<Vec<u8>, ReadError> {
        match self {
            Self::PipeReader(reader) => Ok(reader.read_until(delimiter).await),
            Self::File(file) => file.read(usize::MAX, Some(delimiter)),
            Self::Bytes(bytes) => {
                let mut bytes = bytes.borrow_mut();
                let found = bytes.iter().position(|byte| *byte == delimiter);
                let count = found.map_or(bytes.len(), |index| index + 1);
                Ok(bytes.drain(..count).collect())
            }
            // A terminal gives whole lines unless it is raw.
            other => other.read(1).await,
        }
    }

    /// Writes all bytes, waiting for room.
    pub async fn write(&self, bytes: &[u8]) -> Result<(), WriteError> {
        match self {
            Self::PipeWriter(writer) => writer.write_all(bytes).await.map_err(|_| WriteError::BrokenPipe),
            Self::Terminal(terminal) => {
                terminal.write(bytes).await;
                Ok(())
            }
            Self::PipeReader(_) | Self::Bytes(_) => Err(WriteError::BadDescriptor),
            Self::File(file) => file.write(bytes),
            Self::Device(Device::Full) => Err(WriteError::NoSpace),
            Self::Device(_) | Self::Random(_) => Ok(()),
        }
    }
}
