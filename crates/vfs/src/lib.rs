//! An in-memory file system: inodes, modes, symbolic links, mounts, globs.
