//! A terminal is a pty: bytes in, bytes out, with a line discipline between.

use std::cell::Cell;

/// The size of a terminal in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Characters in a line.
    pub columns: u16,
    /// Lines.
    pub rows: u16,
}

/// A pseudo terminal.
pub struct Terminal {
    /// The window's size.
    pub size: Cell<Size>,
}
