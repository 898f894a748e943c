//! What file-system calls can refuse.

use std::fmt;

/// A refusal, worded by [`fmt::Display`] as the C library's `strerror` words it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// ENOENT
    NotFound,
    /// EACCES
    PermissionDenied,
    /// EPERM
    NotPermitted,
    /// EEXIST
    Exists,
    /// ENOTDIR
    NotADirectory,
    /// EISDIR
    IsADirectory,
    /// EINVAL
    InvalidArgument,
    /// EROFS
    ReadOnly,
    /// ENOTEMPTY
    NotEmpty,
    /// ELOOP
    TooManyLinks,
    /// EBUSY
    Busy,
    /// EXDEV
    CrossDevice,
    /// ENXIO
    NoSuchDevice,
    /// ENOMEM
    OutOfMemory,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotFound => "No such file or directory",
            Self::PermissionDenied => "Permission denied",
            Self::NotPermitted => "Operation not permitted",
            Self::Exists => "File exists",
            Self::NotADirectory => "Not a directory",
            Self::IsADirectory => "Is a directory",
            Self::InvalidArgument => "Invalid argument",
            Self::ReadOnly => "Read-only file system",
            Self::NotEmpty => "Directory not empty",
            Self::TooManyLinks => "Too many levels of symbolic links",
            Self::Busy => "Device or resource busy",
            Self::CrossDevice => "Invalid cross-device link",
            Self::NoSuchDevice => "No such device or address",
            Self::OutOfMemory => "Cannot allocate memory",
        })
    }
}

impl std::error::Error for Error {}
