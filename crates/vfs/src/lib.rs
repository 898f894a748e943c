//! An in-memory file system: inodes, modes, symbolic links, mounts, globs.
//!
//! A [`Tree`] is what a disk or an image layer holds; forking it is cheap, writes are copied.
//! A [`FileSystem`] is what a process sees: trees mounted at paths.
//! All paths are absolute and use `/`; [`join`] makes them so.

mod error;
mod filesystem;
mod glob;
mod path;
mod tree;

pub use error::Error;
pub use filesystem::{Clock, FileSystem, Mount};
pub use glob::{glob, glob_matches};
pub use path::{base_name, join, normalize, parent};
pub use tree::{Device, DirectoryEntry, FileType, Metadata, Tree};

/// The result of a file-system call.
pub type Result<T> = std::result::Result<T, Error>;
