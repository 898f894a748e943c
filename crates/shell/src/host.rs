//! A machine: what the processes of a workstation, a node or a container share.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use podground_sim::Sim;
use podground_vfs::FileSystem;

use crate::completer::Completer;
use crate::{Network, ProcessTable, Program};

/// The programs that a host's executable files can name; see [`Host::program_file`].
#[derive(Clone, Default)]
pub struct ProgramTable {
    programs: BTreeMap<String, Program>,
    completers: BTreeMap<String, Completer>,
}

impl ProgramTable {
    /// An empty table.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a program.
    pub fn insert(&mut self, name: impl Into<String>, program: Program) {
        self.programs.insert(name.into(), program);
    }

    /// Adds what completes the arguments of a command.
    pub fn insert_completer(&mut self, name: impl Into<String>, completer: Completer) {
        self.completers.insert(name.into(), completer);
    }

    /// The program of that name.
    pub fn get(&self, name: &str) -> Option<&Program> {
        self.programs.get(name)
    }

    /// What completes the arguments of that command.
    pub fn completer(&self, name: &str) -> Option<&Completer> {
        self.completers.get(name)
    }

    /// The names of all programs, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.programs.keys().map(String::as_str)
    }
}

impl<S: Into<String>> Extend<(S, Program)> for ProgramTable {
    fn extend<T: IntoIterator<Item = (S, Program)>>(&mut self, programs: T) {
        for (name, program) in programs {
            self.insert(name, program);
        }
    }
}

/// The first bytes of an executable file that names a program of the table.
const PROGRAM_MAGIC: &[u8] = b"\x7fELF\0podground\0";

/// A machine or a container.
pub struct Host {
    /// Clock, tasks, randomness.
    pub sim: Sim,
    /// The files.
    pub files: FileSystem,
    /// What `hostname` says.
    pub hostname: RefCell<String>,
    /// The network namespace.
    pub network: Rc<dyn Network>,
    /// What executable files can name.
    pub programs: Rc<ProgramTable>,
    /// The processes that run here.
    pub processes: ProcessTable,
}

impl Host {
    /// The content of an executable file that runs the program `name` of the table.
    pub fn program_file(name: &str) -> Vec<u8> {
        [PROGRAM_MAGIC, name.as_bytes(), b"\n"].concat()
    }

    /// Whether the bytes are of [`Self::program_file`].
    pub fn is_program_file(bytes: &[u8]) -> bool {
        bytes.starts_with(PROGRAM_MAGIC)
    }

    /// The program that the bytes of an executable file name, if they are of [`Self::program_file`].
    pub fn program_of(&self, bytes: &[u8]) -> Option<Program> {
        let name = bytes.strip_prefix(PROGRAM_MAGIC)?;
        let name = std::str::from_utf8(name).ok()?.trim_end();
        self.programs.get(name).cloned()
    }

    /// The users of `/etc/passwd`: the home directory of `name`.
    pub fn home_of(&self, name: &str) -> Option<String> {
        self.passwd(|fields| fields.first() == Some(&name))?.get(5).cloned()
    }

    /// The name of a user, from `/etc/passwd`.
    pub fn user_name(&self, uid: u32) -> Option<String> {
        let uid = uid.to_string();
        self.passwd(|fields| fields.get(2) == Some(&uid.as_str()))?.first().cloned()
    }

    fn passwd(&self, wanted: impl Fn(&[&str]) -> bool) -> Option<Vec<String>> {
        let text = self.files.read_to_string("/etc/passwd").ok()?;
        let line = text.lines().map(|line| line.split(':').collect::<Vec<_>>()).find(|fields| wanted(fields));
        line.map(|fields| fields.into_iter().map(str::to_owned).collect())
    }
}
