//! A machine: what the processes of a workstation, a node or a container share.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use podground_sim::Sim;
use podground_vfs::FileSystem;

use crate::{Network, ProcessTable, Program};

/// The programs that a host's executable files can name; see [`Host::program_file`].
pub type ProgramTable = BTreeMap<String, Program>;

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

    /// The program that the bytes of an executable file name, if they are of [`Self::program_file`].
    pub fn program_of(&self, bytes: &[u8]) -> Option<Program> {
        let name = bytes.strip_prefix(PROGRAM_MAGIC)?;
        let name = std::str::from_utf8(name).ok()?.trim_end();
        self.programs.get(name).cloned()
    }
}
