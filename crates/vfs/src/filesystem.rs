//! What a process sees: trees mounted at paths.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::tree::{Content, Inode, InodeId, ROOT};
use crate::{Device, DirectoryEntry, Error, FileType, Metadata, Result, Tree, join, normalize, parent};

/// Tells the present time in nanoseconds since the Unix epoch.
pub type Clock = Rc<dyn Fn() -> u64>;

/// How many symbolic links a path may lead through.
const MAX_LINKS: usize = 40;

/// A tree (or a folder or file of it) that is seen at a path.
#[derive(Clone)]
pub struct Mount {
    /// Where it is seen.
    pub path: String,
    /// What is seen.
    pub tree: Tree,
    /// Whether writes are refused.
    pub read_only: bool,
    /// What `mount` and `df` call it: `overlay`, `tmpfs`, `/dev/vda1`.
    pub source: String,
    root: InodeId,
}

struct Namespace {
    mounts: BTreeMap<String, Mount>,
}

/// The files that a host or a container sees; clones share it.
#[derive(Clone)]
pub struct FileSystem {
    namespace: Rc<RefCell<Namespace>>,
    clock: Clock,
}

/// A place in a tree, with the path by which it was reached.
struct Node {
    mount: Mount,
    id: InodeId,
    path: String,
}

impl FileSystem {
    /// A file system with `root` at `/`.
    pub fn new(root: Tree, clock: Clock) -> Self {
        let mount = Mount {
            path: "/".to_owned(),
            tree: root,
            read_only: false,
            source: "overlay".to_owned(),
            root: ROOT,
        };
        let namespace = Namespace { mounts: BTreeMap::from([("/".to_owned(), mount)]) };
        Self { namespace: Rc::new(RefCell::new(namespace)), clock }
    }

    /// Mounts `tree` at `path`, over what is there; the folder is made if it is missing.
    pub fn mount(&self, path: &str, tree: &Tree, read_only: bool, source: &str) -> Result<()> {
        self.mount_path(path, tree, "/", read_only, source)
    }

    /// Mounts the file or folder `sub_path` of `tree` at `path`.
    pub fn mount_path(
        &self,
        path: &str,
        tree: &Tree,
        sub_path: &str,
        read_only: bool,
        source: &str,
    ) -> Result<()> {
        let mut root = ROOT;
        for part in sub_path.split('/').filter(|part| !part.is_empty()) {
            root = tree.child(root, part)?;
        }
        self.mount_inode(path, tree, root, read_only, source)
    }

    /// Mounts what another file system, or this one, has at `from_path`.
    pub fn bind(
        &self,
        path: &str,
        from: &Self,
        from_path: &str,
        read_only: bool,
        source: &str,
    ) -> Result<()> {
        let node = from.resolve(from_path, true)?;
        self.mount_inode(path, &node.mount.tree, node.id, read_only, source)
    }

    fn mount_inode(
        &self,
        path: &str,
        tree: &Tree,
        root: InodeId,
        read_only: bool,
        source: &str,
    ) -> Result<()> {
        let path = normalize(path);
        if matches!(tree.inode(root)?.content, Content::Directory(_)) {
            self.create_directories(&path)?;
        } else if !self.exists(&path) {
            self.create_directories(parent(&path))?;
            self.write(&path, b"")?;
        }
        let mount =
            Mount { path: path.clone(), tree: tree.clone(), read_only, source: source.to_owned(), root };
        self.namespace.borrow_mut().mounts.insert(path, mount);
        Ok(())
    }

    /// Refuses writes to the mount at `path` from now on.
    pub fn set_read_only(&self, path: &str) -> Result<()> {
        let mut namespace = self.namespace.borrow_mut();
        let mount = namespace.mounts.get_mut(&normalize(path)).ok_or(Error::InvalidArgument)?;
        mount.read_only = true;
        Ok(())
    }

    /// Takes the mount at `path` away.
    pub fn unmount(&self, path: &str) -> Result<()> {
        let removed = self.namespace.borrow_mut().mounts.remove(&normalize(path));
        removed.map(|_| ()).ok_or(Error::InvalidArgument)
    }

    /// All mounts, by path.
    pub fn mounts(&self) -> Vec<Mount> {
        self.namespace.borrow().mounts.values().cloned().collect()
    }

    /// What is at `path`, symbolic links followed.
    pub fn metadata(&self, path: &str) -> Result<Metadata> {
        let node = self.resolve(path, true)?;
        Ok(node.mount.tree.inode(node.id)?.metadata(node.id))
    }

    /// What is at `path`; a symbolic link at its end is not followed.
    pub fn symlink_metadata(&self, path: &str) -> Result<Metadata> {
        let node = self.resolve(path, false)?;
        Ok(node.mount.tree.inode(node.id)?.metadata(node.id))
    }

    /// Whether two paths lead to the same file, by hard links too.
    pub fn same_file(&self, one: &str, other: &str) -> bool {
        match (self.resolve(one, true), self.resolve(other, true)) {
            (Ok(one), Ok(other)) => one.id == other.id && one.mount.tree.same(&other.mount.tree),
            _ => false,
        }
    }

    /// Whether there is something at `path`.
    pub fn exists(&self, path: &str) -> bool {
        self.metadata(path).is_ok()
    }

    /// Whether there is a directory at `path`.
    pub fn is_directory(&self, path: &str) -> bool {
        self.metadata(path).is_ok_and(|metadata| metadata.file_type == FileType::Directory)
    }

    /// Whether there is a regular file at `path`.
    pub fn is_file(&self, path: &str) -> bool {
        self.metadata(path).is_ok_and(|metadata| metadata.file_type == FileType::File)
    }

    /// The path without symbolic links.
    pub fn canonicalize(&self, path: &str) -> Result<String> {
        Ok(self.resolve(path, true)?.path)
    }

    /// The bytes of the file at `path`. A device reads as empty: the host gives devices their meaning.
    pub fn read(&self, path: &str) -> Result<Rc<Vec<u8>>> {
        let node = self.resolve(path, true)?;
        match &node.mount.tree.inode(node.id)?.content {
            Content::File(bytes) => Ok(bytes.clone()),
            Content::Generated(make) => Ok(Rc::new(make())),
            Content::Directory(_) => Err(Error::IsADirectory),
            Content::Symlink(_) | Content::Device(_) => Ok(Rc::default()),
        }
    }

    /// The text of the file at `path`; what is not UTF-8 is replaced.
    pub fn read_to_string(&self, path: &str) -> Result<String> {
        Ok(String::from_utf8_lossy(&self.read(path)?).into_owned())
    }

    /// Makes `bytes` the content of the file at `path`, which is made if it is missing.
    pub fn write(&self, path: &str, bytes: &[u8]) -> Result<()> {
        self.write_with(path, |content| {
            content.clear();
            content.extend_from_slice(bytes);
        })
    }

    /// Appends `bytes` to the file at `path`, which is made if it is missing.
    pub fn append(&self, path: &str, bytes: &[u8]) -> Result<()> {
        self.write_with(path, |content| content.extend_from_slice(bytes))
    }

    /// Writes `bytes` at `offset`, filling a gap with zeros.
    pub fn write_at(&self, path: &str, offset: usize, bytes: &[u8]) -> Result<()> {
        self.write_with(path, |content| {
            let end = offset + bytes.len();
            if content.len() < end {
                content.resize(end, 0);
            }
            content[offset..end].copy_from_slice(bytes);
        })
    }

    fn write_with(&self, path: &str, change: impl FnOnce(&mut Vec<u8>)) -> Result<()> {
        let node = match self.resolve(path, true) {
            Ok(node) => node,
            Err(Error::NotFound) => {
                let mut bytes = Vec::new();
                change(&mut bytes);
                return self.create(path, Content::File(Rc::new(bytes)), 0o644);
            }
            Err(error) => return Err(error),
        };
        node.writable()?;
        let now = (self.clock)();
        node.mount.tree.change(node.id, |inode| match &mut inode.content {
            Content::File(content) => {
                change(Rc::make_mut(content));
                inode.modified = now;
                Ok(())
            }
            Content::Generated(_) => Err(Error::PermissionDenied),
            Content::Directory(_) => Err(Error::IsADirectory),
            Content::Symlink(_) | Content::Device(_) => Ok(()),
        })?
    }

    /// Makes a directory; its parent must exist.
    pub fn create_directory(&self, path: &str) -> Result<()> {
        if self.symlink_metadata(path).is_ok() {
            return Err(Error::Exists);
        }
        self.create(path, Content::Directory(BTreeMap::new()), 0o755)
    }

    /// Makes a directory and its parents; one that exists is left alone.
    pub fn create_directories(&self, path: &str) -> Result<()> {
        let path = normalize(path);
        if path == "/" || self.is_directory(&path) {
            return Ok(());
        }
        self.create_directories(parent(&path))?;
        self.create_directory(&path)
    }

    /// Makes a symbolic link at `path` that leads to `target`.
    pub fn symlink(&self, target: &str, path: &str) -> Result<()> {
        if self.symlink_metadata(path).is_ok() {
            return Err(Error::Exists);
        }
        self.create(path, Content::Symlink(target.to_owned()), 0o777)
    }

    /// Where the symbolic link at `path` leads to.
    pub fn read_link(&self, path: &str) -> Result<String> {
        let node = self.resolve(path, false)?;
        match &node.mount.tree.inode(node.id)?.content {
            Content::Symlink(target) => Ok(target.clone()),
            _ => Err(Error::InvalidArgument),
        }
    }

    /// Gives the file at `existing` a second name.
    pub fn hard_link(&self, existing: &str, path: &str) -> Result<()> {
        let node = self.resolve(existing, false)?;
        let (directory, name) = self.resolve_parent(path)?;
        if !node.mount.tree.same(&directory.mount.tree) {
            return Err(Error::CrossDevice);
        }
        if directory.mount.tree.child(directory.id, &name).is_ok() {
            return Err(Error::Exists);
        }
        directory.writable()?;
        directory.mount.tree.link(directory.id, &name, node.id)
    }

    /// Makes a device file.
    pub fn create_device(&self, path: &str, device: Device) -> Result<()> {
        self.create(path, Content::Device(device), 0o666)
    }

    /// Makes a file whose bytes are made anew at each read.
    pub fn create_generated(&self, path: &str, make: Rc<dyn Fn() -> Vec<u8>>) -> Result<()> {
        self.create(path, Content::Generated(make), 0o444)
    }

    /// The names in the directory at `path`, sorted.
    pub fn read_directory(&self, path: &str) -> Result<Vec<DirectoryEntry>> {
        let node = self.resolve(path, true)?;
        let inode = node.mount.tree.inode(node.id)?;
        let Content::Directory(entries) = &inode.content else { return Err(Error::NotADirectory) };
        entries
            .keys()
            .map(|name| {
                let path = join(&node.path, name);
                Ok(DirectoryEntry { name: name.clone(), metadata: self.symlink_metadata(&path)? })
            })
            .collect()
    }

    /// Takes a file or symbolic link away.
    pub fn remove_file(&self, path: &str) -> Result<()> {
        if self.symlink_metadata(path)?.file_type == FileType::Directory {
            return Err(Error::IsADirectory);
        }
        self.remove(path)
    }

    /// Takes an empty directory away.
    pub fn remove_directory(&self, path: &str) -> Result<()> {
        if !self.read_directory(path)?.is_empty() {
            return Err(Error::NotEmpty);
        }
        self.remove(path)
    }

    /// Takes away what is at `path` and, of a directory, all below it.
    pub fn remove_all(&self, path: &str) -> Result<()> {
        if self.symlink_metadata(path)?.file_type == FileType::Directory {
            for entry in self.read_directory(path)? {
                self.remove_all(&join(path, &entry.name))?;
            }
        }
        self.remove(path)
    }

    /// Moves `from` to `to`, over what is there.
    pub fn rename(&self, from: &str, to: &str) -> Result<()> {
        let node = self.resolve(from, false)?;
        let (source, source_name) = self.resolve_parent(from)?;
        let (target, target_name) = self.resolve_parent(to)?;
        if !source.mount.tree.same(&target.mount.tree) {
            return Err(Error::CrossDevice);
        }
        if join(&target.path, &target_name).starts_with(&format!("{}/", node.path)) {
            return Err(Error::InvalidArgument);
        }
        source.writable()?;
        target.writable()?;
        if let Ok(existing) = self.resolve(to, false) {
            if existing.id == node.id {
                return Ok(());
            }
            match existing.mount.tree.inode(existing.id)?.content {
                Content::Directory(_) => self.remove_directory(to)?,
                _ => self.remove_file(to)?,
            }
        }
        target.mount.tree.link(target.id, &target_name, node.id)?;
        source.mount.tree.unlink(source.id, &source_name)
    }

    /// Sets the permission bits.
    pub fn set_mode(&self, path: &str, mode: u32) -> Result<()> {
        self.change(path, |inode| inode.mode = mode & 0o7777)
    }

    /// Sets owner and group.
    pub fn set_owner(&self, path: &str, uid: u32, gid: u32) -> Result<()> {
        self.change(path, |inode| (inode.uid, inode.gid) = (uid, gid))
    }

    /// Sets the time of the last change, nanoseconds since the Unix epoch.
    pub fn set_modified(&self, path: &str, modified: u64) -> Result<()> {
        self.change(path, |inode| inode.modified = modified)
    }

    fn change(&self, path: &str, change: impl FnOnce(&mut Inode)) -> Result<()> {
        let node = self.resolve(path, true)?;
        node.writable()?;
        node.mount.tree.change(node.id, change)
    }

    fn create(&self, path: &str, content: Content, mode: u32) -> Result<()> {
        // Writing through a dangling link makes what it leads to.
        let path = match self.read_link(path) {
            Ok(target) => join(parent(&normalize(path)), &target),
            Err(_) => normalize(path),
        };
        let (directory, name) = self.resolve_parent(&path)?;
        directory.writable()?;
        let modified = (self.clock)();
        directory.mount.tree.insert(
            directory.id,
            &name,
            Inode { content, mode, uid: 0, gid: 0, modified },
        )?;
        Ok(())
    }

    fn remove(&self, path: &str) -> Result<()> {
        if self.namespace.borrow().mounts.contains_key(&normalize(path)) {
            return Err(Error::Busy);
        }
        let (directory, name) = self.resolve_parent(path)?;
        directory.writable()?;
        directory.mount.tree.unlink(directory.id, &name)
    }

    fn resolve_parent(&self, path: &str) -> Result<(Node, String)> {
        let path = normalize(path);
        let name = crate::base_name(&path).to_owned();
        if name.is_empty() {
            return Err(Error::Exists);
        }
        let directory = self.resolve(parent(&path), true)?;
        match directory.mount.tree.inode(directory.id)?.content {
            Content::Directory(_) => Ok((directory, name)),
            _ => Err(Error::NotADirectory),
        }
    }

    fn resolve(&self, path: &str, follow: bool) -> Result<Node> {
        let mut links = 0;
        let mut rest: Vec<String> = split(path);
        rest.reverse();
        let mut node = self.mounted("/").ok_or(Error::NotFound)?;
        while let Some(part) = rest.pop() {
            if part == ".." {
                let up = parent(&node.path).to_owned();
                node = self.resolve(&up, true)?;
                continue;
            }
            let here = join(&node.path, &part);
            if let Some(mounted) = self.mounted(&here) {
                node = mounted;
                continue;
            }
            let id = node.mount.tree.child(node.id, &part)?;
            if let Content::Symlink(target) = &node.mount.tree.inode(id)?.content
                && (follow || !rest.is_empty())
            {
                links += 1;
                if links > MAX_LINKS {
                    return Err(Error::TooManyLinks);
                }
                rest.extend(split(target).into_iter().rev());
                if target.starts_with('/') {
                    node = self.mounted("/").ok_or(Error::NotFound)?;
                }
                continue;
            }
            node = Node { mount: node.mount, id, path: here };
        }
        Ok(node)
    }

    fn mounted(&self, path: &str) -> Option<Node> {
        let mount = self.namespace.borrow().mounts.get(path)?.clone();
        Some(Node { id: mount.root, path: path.to_owned(), mount })
    }
}

impl Node {
    fn writable(&self) -> Result<()> {
        if self.mount.read_only { Err(Error::ReadOnly) } else { Ok(()) }
    }
}

fn split(path: &str) -> Vec<String> {
    path.split('/').filter(|part| !part.is_empty() && *part != ".").map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> FileSystem {
        FileSystem::new(Tree::new(), Rc::new(|| 0))
    }

    #[test]
    fn files_and_directories() {
        let files = files();
        files.create_directories("/root/a").unwrap();
        files.write("/root/a/x", b"one").unwrap();
        files.append("/root/a/x", b" two").unwrap();
        assert_eq!(files.read_to_string("/root/a/x").unwrap(), "one two");
        assert_eq!(files.read("/root/a").unwrap_err(), Error::IsADirectory);
        assert_eq!(files.write("/nope/x", b"").unwrap_err(), Error::NotFound);
        assert_eq!(files.remove_directory("/root").unwrap_err(), Error::NotEmpty);
        files.rename("/root/a", "/root/b").unwrap();
        assert_eq!(files.read_to_string("/root/b/x").unwrap(), "one two");
        files.remove_all("/root").unwrap();
        assert!(!files.exists("/root/b/x"));
    }

    #[test]
    fn links_are_followed_and_bounded() {
        let files = files();
        files.write("/target", b"t").unwrap();
        files.symlink("target", "/link").unwrap();
        assert_eq!(files.read_to_string("/link").unwrap(), "t");
        files.symlink("/loop", "/loop").unwrap();
        assert_eq!(files.read("/loop").unwrap_err(), Error::TooManyLinks);
        files.symlink("/made", "/dangling").unwrap();
        files.write("/dangling", b"m").unwrap();
        assert_eq!(files.read_to_string("/made").unwrap(), "m");
    }

    #[test]
    fn mounts_hide_and_refuse() {
        let files = files();
        let volume = Tree::new();
        files.mount("/data", &volume, false, "tmpfs").unwrap();
        files.write("/data/x", b"1").unwrap();
        let other = self::files();
        other.mount("/mnt/data", &volume, true, "tmpfs").unwrap();
        assert_eq!(other.read_to_string("/mnt/data/x").unwrap(), "1");
        assert_eq!(other.write("/mnt/data/x", b"2").unwrap_err(), Error::ReadOnly);
        other.mount_path("/one", &volume, "x", true, "tmpfs").unwrap();
        assert_eq!(other.read_to_string("/one").unwrap(), "1");
        assert_eq!(files.remove_all("/data").unwrap_err(), Error::Busy);
    }

    #[test]
    fn a_fork_is_independent() {
        let tree = Tree::new();
        let first = FileSystem::new(tree.clone(), Rc::new(|| 0));
        first.write("/x", b"1").unwrap();
        let second = FileSystem::new(tree.fork(), Rc::new(|| 0));
        second.write("/x", b"2").unwrap();
        assert_eq!(first.read_to_string("/x").unwrap(), "1");
        assert_eq!(second.read_to_string("/x").unwrap(), "2");
    }
}
