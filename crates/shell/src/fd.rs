//! File descriptors: what a process reads from and writes to.

use std::cell::Cell;
use std::rc::Rc;

use podground_sim::{PipeReader, PipeWriter};
use podground_vfs::{Device, Error, FileSystem};

/// Why a read failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// EBADF: the descriptor is not open for reading.
    BadDescriptor,
    /// What the file system says.
    File(Error),
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

/// A file descriptor; clones are duplicates (`dup`).
#[derive(Clone)]
pub enum Fd {
    /// The reading end of a pipe.
    PipeReader(PipeReader),
    /// The writing end of a pipe.
    PipeWriter(PipeWriter),
    /// A regular file.
    File(Rc<OpenFile>),
    /// A device that needs no host: null, zero, full.
    Device(Device),
    /// A terminal.
    Terminal(Rc<crate::terminal::Terminal>),
}

impl Fd {
    /// `/dev/null`.
    pub fn null() -> Self {
        Self::Device(Device::Null)
    }
}
