//! From a command's name to the code that runs.

use std::rc::Rc;

use podground_vfs::{Error, FileType, Metadata, join};

use crate::Host;
use crate::process::{Command, Program, SpawnError};

/// Where programs are looked for without `PATH`.
pub const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// How many interpreters may run each other.
const MAX_INTERPRETERS: usize = 4;

/// What an executable file runs.
pub(crate) enum Executable {
    /// A program of the host's table.
    Program(Program),
    /// A script: the interpreter's program and the words that come before the script's name.
    Script { program: Program, prefix: Vec<String> },
}

/// Whether a user may do with a file what `bit` (4 read, 2 write, 1 execute) says.
pub fn allowed(metadata: &Metadata, uid: u32, gid: u32, bit: u32) -> bool {
    if uid == 0 {
        let is_directory = metadata.file_type == FileType::Directory;
        return bit != 1 || is_directory || metadata.mode & 0o111 != 0;
    }
    let shift = if metadata.uid == uid {
        6
    } else if metadata.gid == gid {
        3
    } else {
        0
    };
    metadata.mode >> shift & bit == bit
}

/// The file that a command's name means.
pub(crate) fn find(host: &Host, command: &Command, name: &str) -> Result<String, SpawnError> {
    if name.contains('/') {
        return Ok(join(&command.cwd, name));
    }
    let path = command.env.get("PATH").map_or(DEFAULT_PATH, String::as_str);
    find_in_path(host, path, &command.cwd, name, command.uid, command.gid).ok_or(SpawnError::NotFound)
}

/// The first executable file called `name` in the folders of `path`; failing that, the first file at all.
pub fn find_in_path(host: &Host, path: &str, cwd: &str, name: &str, uid: u32, gid: u32) -> Option<String> {
    if name.is_empty() {
        return None;
    }
    let mut second_best = None;
    for folder in path.split(':') {
        let file = join(cwd, &format!("{}/{name}", if folder.is_empty() { "." } else { folder }));
        let Ok(metadata) = host.files.metadata(&file) else { continue };
        if metadata.file_type == FileType::Directory {
            continue;
        }
        if allowed(&metadata, uid, gid, 1) {
            return Some(file);
        }
        second_best.get_or_insert(file);
    }
    second_best
}

/// What the file at `path` runs.
pub(crate) fn load(host: &Rc<Host>, path: &str, uid: u32, gid: u32) -> Result<Executable, SpawnError> {
    let mut prefix: Vec<String> = Vec::new();
    let mut path = path.to_owned();
    for depth in 0..MAX_INTERPRETERS {
        let missing = |error| match error {
            Error::NotFound if depth > 0 => SpawnError::BadInterpreter(path.clone()),
            Error::NotFound => SpawnError::NotFound,
            error => SpawnError::File(error),
        };
        let metadata = host.files.metadata(&path).map_err(missing)?;
        if metadata.file_type == FileType::Directory {
            return Err(SpawnError::IsADirectory);
        }
        if !allowed(&metadata, uid, gid, 1) {
            return Err(SpawnError::PermissionDenied);
        }
        let bytes = host.files.read(&path).map_err(SpawnError::File)?;
        if Host::is_program_file(&bytes) {
            let program = host.program_of(&bytes).ok_or(SpawnError::ExecFormat)?;
            return Ok(if depth == 0 {
                Executable::Program(program)
            } else {
                Executable::Script { program, prefix }
            });
        }
        let Some(line) = bytes.strip_prefix(b"#!") else {
            // A text without a first line that names an interpreter is run by the shell.
            let text = !bytes.iter().take(80).any(|byte| *byte == 0);
            let shell = host.programs.get("sh").or_else(|| host.programs.get("bash"));
            let program = shell.filter(|_| text).ok_or(SpawnError::ExecFormat)?;
            prefix.insert(0, "sh".to_owned());
            return Ok(Executable::Script { program: program.clone(), prefix });
        };
        let line = line.split(|byte| *byte == b'\n').next().unwrap_or_default();
        let line = String::from_utf8_lossy(line).trim().to_owned();
        let (interpreter, argument) = line.split_once([' ', '\t']).unwrap_or((&line, ""));
        let mut words = vec![interpreter.to_owned()];
        if !argument.trim().is_empty() {
            words.push(argument.trim().to_owned());
        }
        if depth > 0 {
            words.push(path.clone());
        }
        words.extend(prefix.drain(1.min(prefix.len())..));
        prefix = words;
        path = join("/", interpreter);
    }
    Err(SpawnError::File(Error::TooManyLinks))
}
