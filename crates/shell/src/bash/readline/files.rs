//! Names that complete: files, commands, variables, users.

use std::collections::BTreeSet;

use podground_vfs::{FileType, join};

use crate::bash::builtins::BUILTINS;
use crate::bash::state::Shell;
use crate::exec::allowed;

const KEYWORDS: &[&str] = &[
    "case", "coproc", "do", "done", "elif", "else", "esac", "fi", "for", "function", "if", "in", "select",
    "then", "time", "until", "while",
];

impl Shell {
    /// The names of all commands.
    pub(crate) fn command_names(&self) -> Vec<String> {
        let mut names: BTreeSet<String> = BTreeSet::new();
        names.extend(BUILTINS.iter().map(|builtin| builtin.name.to_owned()));
        names.extend(KEYWORDS.iter().map(|word| (*word).to_owned()));
        names.extend(self.functions.keys().cloned());
        names.extend(self.aliases.keys().cloned());
        let files = &self.process.host.files;
        for folder in self.variable_text("PATH").unwrap_or_default().split(':') {
            let folder = self.process.path(if folder.is_empty() { "." } else { folder });
            for entry in files.read_directory(&folder).unwrap_or_default() {
                let path = join(&folder, &entry.name);
                let runs = files.metadata(&path).is_ok_and(|metadata| {
                    metadata.file_type != FileType::Directory
                        && allowed(&metadata, self.process.uid, self.process.gid, 1)
                });
                if runs {
                    names.insert(entry.name);
                }
            }
        }
        names.into_iter().collect()
    }

    /// The files whose names begin with `prefix`, and whether each is a folder.
    pub(crate) fn file_names(&self, prefix: &str, folders_only: bool) -> Vec<(String, bool)> {
        let (folder, start) = match prefix.rfind('/') {
            Some(index) => prefix.split_at(index + 1),
            None => ("", prefix),
        };
        let expanded = match folder.strip_prefix('~') {
            Some(rest) => {
                let (name, rest) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
                self.home_of(name).map_or_else(|| folder.to_owned(), |home| format!("{home}{rest}"))
            }
            None => folder.to_owned(),
        };
        let path = self.process.path(if expanded.is_empty() { "." } else { &expanded });
        let files = &self.process.host.files;
        let mut names = Vec::new();
        for entry in files.read_directory(&path).unwrap_or_default() {
            if !entry.name.starts_with(start) || (entry.name.starts_with('.') && !start.starts_with('.')) {
                continue;
            }
            let is_folder = files.is_directory(&join(&path, &entry.name));
            if is_folder || !folders_only {
                names.push((format!("{folder}{}", entry.name), is_folder));
            }
        }
        names
    }

    /// The executable files and folders that begin with `prefix`.
    pub(super) fn executables(&self, prefix: &str) -> Vec<(String, bool)> {
        let files = &self.process.host.files;
        let runs = |name: &str| {
            let metadata = files.metadata(&self.process.path(name));
            metadata.is_ok_and(|metadata| allowed(&metadata, self.process.uid, self.process.gid, 1))
        };
        let mut names = self.file_names(prefix, false);
        names.retain(|(name, is_folder)| *is_folder || name.starts_with('~') || runs(name));
        names
    }

    /// The variables that begin with `prefix`.
    pub(super) fn variable_names(&self, prefix: &str) -> Vec<String> {
        const MADE: &[&str] = &["RANDOM", "SECONDS", "LINENO", "EPOCHSECONDS", "PIPESTATUS", "FUNCNAME"];
        let mut names = self.variables.names();
        names.extend(MADE.iter().map(|name| (*name).to_owned()));
        names.retain(|name| name.starts_with(prefix));
        names.sort();
        names
    }

    /// The users that begin with `prefix`.
    pub(super) fn user_names(&self, prefix: &str) -> Vec<String> {
        let text = self.process.host.files.read_to_string("/etc/passwd").unwrap_or_default();
        let names = text.lines().filter_map(|line| line.split(':').next());
        names.filter(|name| name.starts_with(prefix)).map(str::to_owned).collect()
    }
}
