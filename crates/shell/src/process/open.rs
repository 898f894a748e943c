//! Opening files.

use std::cell::Cell;
use std::rc::Rc;

use podground_vfs::{Device, Error, FileType, parent};

use crate::exec::allowed;
use crate::fd::OpenFile;
use crate::{Fd, Process};

/// How a file is opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenOptions {
    /// Reading is allowed.
    pub read: bool,
    /// Writing is allowed.
    pub write: bool,
    /// Each write goes to the end.
    pub append: bool,
    /// A missing file is made.
    pub create: bool,
    /// The content is thrown away.
    pub truncate: bool,
    /// An existing regular file is refused (`set -o noclobber`).
    pub exclusive: bool,
}

impl OpenOptions {
    /// As `<` opens.
    pub const READ: Self =
        Self { read: true, write: false, append: false, create: false, truncate: false, exclusive: false };
    /// As `>` opens.
    pub const WRITE: Self = Self { read: false, write: true, create: true, truncate: true, ..Self::READ };
    /// As `>>` opens.
    pub const APPEND: Self = Self { append: true, truncate: false, ..Self::WRITE };
    /// As `<>` opens.
    pub const READ_WRITE: Self = Self { read: true, truncate: false, ..Self::WRITE };
}

impl Process {
    /// Opens a file, seen from the working directory, with the rights of the process's user.
    pub fn open(&self, path: &str, options: OpenOptions) -> Result<Fd, Error> {
        if path.is_empty() {
            return Err(Error::NotFound);
        }
        let files = &self.host.files;
        let absolute = self.path(path);
        if let Some(number) = absolute.strip_prefix("/dev/fd/") {
            let fd = number.parse().ok().and_then(|number: u32| self.fds.get(&number));
            return fd.cloned().ok_or(Error::NotFound);
        }
        match files.metadata(&absolute) {
            Ok(metadata) => {
                let denied = |bit| !allowed(&metadata, self.uid, self.gid, bit);
                if let FileType::Device(device) = metadata.file_type {
                    return self.open_device(device);
                }
                if options.read && denied(4) || options.write && denied(2) {
                    return Err(Error::PermissionDenied);
                }
                if options.write && metadata.file_type == FileType::Directory {
                    return Err(Error::IsADirectory);
                }
                if path.ends_with('/') && metadata.file_type != FileType::Directory {
                    return Err(Error::NotADirectory);
                }
                if options.exclusive && metadata.file_type == FileType::File {
                    return Err(Error::Exists);
                }
                if options.write && options.truncate {
                    files.write(&absolute, b"")?;
                }
            }
            Err(Error::NotFound) if options.create => {
                if path.ends_with('/') {
                    return Err(Error::IsADirectory);
                }
                let folder = files.metadata(parent(&absolute))?;
                if !allowed(&folder, self.uid, self.gid, 2) {
                    return Err(Error::PermissionDenied);
                }
                files.write(&absolute, b"")?;
                files.set_mode(&absolute, 0o666 & !self.umask)?;
                files.set_owner(&absolute, self.uid, self.gid)?;
            }
            Err(error) => return Err(error),
        }
        Ok(Fd::File(Rc::new(OpenFile {
            files: files.clone(),
            path: files.canonicalize(&absolute)?,
            offset: Cell::new(0),
            readable: options.read,
            writable: options.write,
            append: options.append,
        })))
    }

    fn open_device(&self, device: Device) -> Result<Fd, Error> {
        match device {
            Device::Tty => self.terminal().map(Fd::Terminal).ok_or(Error::NoSuchDevice),
            Device::Descriptor(number) => self.fds.get(&number).cloned().ok_or(Error::NotFound),
            Device::Random => Ok(Fd::Random(Rc::new(std::cell::RefCell::new(
                self.host.sim.rng("random device", &[&self.host.hostname.borrow(), &self.pid.to_string()]),
            )))),
            Device::Null | Device::Zero | Device::Full => Ok(Fd::Device(device)),
        }
    }
}
