//! A tree of inodes: what a disk, a volume or an image holds.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::{Error, Result};

/// The number of an inode within its tree.
pub(crate) type InodeId = u64;

/// The inode of a tree's root directory.
pub(crate) const ROOT: InodeId = 1;

/// A device file: what reads and writes of it do is up to the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Device {
    /// `/dev/null`
    Null,
    /// `/dev/zero`
    Zero,
    /// `/dev/random`, `/dev/urandom`
    Random,
    /// `/dev/tty`
    Tty,
    /// `/dev/full`
    Full,
    /// `/dev/stdin`, `/dev/fd/0` and the like: the process's descriptor of that number
    Descriptor(u32),
}

/// What kind of thing an inode is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileType {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Symlink,
    /// A device.
    Device(Device),
}

/// What `stat` tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// The kind of file.
    pub file_type: FileType,
    /// Permission bits, as in `chmod`.
    pub mode: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Length in bytes.
    pub size: u64,
    /// Last change, nanoseconds since the Unix epoch.
    pub modified: u64,
    /// The inode's number within its tree.
    pub inode: u64,
}

/// A name in a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryEntry {
    /// The name, without a path.
    pub name: String,
    /// What it names (a symbolic link is not followed).
    pub metadata: Metadata,
}

#[derive(Clone)]
pub(crate) enum Content {
    File(Rc<Vec<u8>>),
    /// A file whose bytes are made when it is read, as in `/proc`.
    Generated(Rc<dyn Fn() -> Vec<u8>>),
    Directory(BTreeMap<String, InodeId>),
    Symlink(String),
    Device(Device),
}

#[derive(Clone)]
pub(crate) struct Inode {
    pub(crate) content: Content,
    pub(crate) mode: u32,
    pub(crate) uid: u32,
    pub(crate) gid: u32,
    pub(crate) modified: u64,
}

#[derive(Clone)]
pub(crate) struct State {
    pub(crate) inodes: BTreeMap<InodeId, Rc<Inode>>,
    next: InodeId,
}

/// A tree of files; clones share it, [`Tree::fork`] copies it.
#[derive(Clone)]
pub struct Tree(pub(crate) Rc<RefCell<Rc<State>>>);

impl Default for Tree {
    fn default() -> Self {
        Self::new()
    }
}

impl Tree {
    /// A tree with an empty root directory.
    pub fn new() -> Self {
        let root =
            Inode { content: Content::Directory(BTreeMap::new()), mode: 0o755, uid: 0, gid: 0, modified: 0 };
        let state = State { inodes: BTreeMap::from([(ROOT, Rc::new(root))]), next: ROOT + 1 };
        Self(Rc::new(RefCell::new(Rc::new(state))))
    }

    /// An independent copy; nothing is copied until one of the two is written to.
    pub fn fork(&self) -> Self {
        Self(Rc::new(RefCell::new(self.0.borrow().clone())))
    }

    /// Whether both are the same tree.
    pub fn same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// The bytes of all regular files.
    pub fn used_bytes(&self) -> u64 {
        let state = self.0.borrow();
        state
            .inodes
            .values()
            .map(|inode| if let Content::File(bytes) = &inode.content { bytes.len() as u64 } else { 0 })
            .sum()
    }

    pub(crate) fn inode(&self, id: InodeId) -> Result<Rc<Inode>> {
        self.0.borrow().inodes.get(&id).cloned().ok_or(Error::NotFound)
    }

    pub(crate) fn child(&self, directory: InodeId, name: &str) -> Result<InodeId> {
        match &self.inode(directory)?.content {
            Content::Directory(entries) => entries.get(name).copied().ok_or(Error::NotFound),
            _ => Err(Error::NotADirectory),
        }
    }

    pub(crate) fn change<T>(&self, id: InodeId, change: impl FnOnce(&mut Inode) -> T) -> Result<T> {
        let mut state = self.0.borrow_mut();
        let state = Rc::make_mut(&mut state);
        let inode = state.inodes.get_mut(&id).ok_or(Error::NotFound)?;
        Ok(change(Rc::make_mut(inode)))
    }

    pub(crate) fn insert(&self, directory: InodeId, name: &str, inode: Inode) -> Result<InodeId> {
        let id = {
            let mut state = self.0.borrow_mut();
            let state = Rc::make_mut(&mut state);
            let id = state.next;
            state.next += 1;
            state.inodes.insert(id, Rc::new(inode));
            id
        };
        self.link(directory, name, id)?;
        Ok(id)
    }

    pub(crate) fn link(&self, directory: InodeId, name: &str, id: InodeId) -> Result<()> {
        self.change(directory, |inode| match &mut inode.content {
            Content::Directory(entries) => {
                entries.insert(name.to_owned(), id);
                Ok(())
            }
            _ => Err(Error::NotADirectory),
        })?
    }

    /// Takes a name away; the inode goes when no other name holds it.
    pub(crate) fn unlink(&self, directory: InodeId, name: &str) -> Result<()> {
        let id = self.child(directory, name)?;
        self.change(directory, |inode| {
            if let Content::Directory(entries) = &mut inode.content {
                entries.remove(name);
            }
        })?;
        let mut state = self.0.borrow_mut();
        let state = Rc::make_mut(&mut state);
        let linked = state.inodes.values().any(
            |inode| matches!(&inode.content, Content::Directory(entries) if entries.values().any(|v| *v == id)),
        );
        if !linked {
            state.inodes.remove(&id);
        }
        Ok(())
    }
}

impl Inode {
    pub(crate) fn metadata(&self, inode: InodeId) -> Metadata {
        let (file_type, size) = match &self.content {
            Content::File(bytes) => (FileType::File, bytes.len() as u64),
            Content::Generated(_) => (FileType::File, 0),
            Content::Directory(_) => (FileType::Directory, 4096),
            Content::Symlink(target) => (FileType::Symlink, target.len() as u64),
            Content::Device(device) => (FileType::Device(*device), 0),
        };
        Metadata {
            file_type,
            mode: self.mode,
            uid: self.uid,
            gid: self.gid,
            size,
            modified: self.modified,
            inode,
        }
    }
}
