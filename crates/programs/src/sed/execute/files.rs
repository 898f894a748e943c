//! The inputs of `sed` and where its output goes.

use std::collections::VecDeque;

use podground_shell::OpenOptions;
use podground_vfs::FileType;

use crate::stream::{Input, Output};
use crate::text;

/// The files to edit, one after the other.
pub(in crate::sed) struct Files {
    names: VecDeque<String>,
    current: Option<Current>,
    /// A line that was read ahead, and whether it is the first of a file.
    peeked: Option<Vec<u8>>,
    in_place: Option<String>,
    separate: bool,
    delimiter: u8,
    /// The number of the last line that was read.
    pub(super) line: usize,
    /// 2 once an input could not be read, 4 if it could not be edited.
    pub(super) status: u8,
    /// Whether the last line that was read lacked its end.
    unended: bool,
    /// Whether the last line that came out lacked its end.
    open: bool,
}

struct Current {
    name: String,
    input: Input,
    /// What the file is to become, where it is edited in place.
    edited: Vec<u8>,
}

impl Files {
    pub(in crate::sed) fn new(names: &[String], in_place: Option<String>, separate: bool) -> Self {
        let names = if names.is_empty() { vec!["-".to_owned()] } else { names.to_vec() };
        Self {
            names: names.into(),
            current: None,
            peeked: None,
            separate: separate || in_place.is_some(),
            in_place,
            delimiter: b'\n',
            line: 0,
            status: 0,
            unended: false,
            open: false,
        }
    }

    pub(in crate::sed) fn set_delimiter(&mut self, delimiter: u8) {
        self.delimiter = delimiter;
    }

    /// The name of the current file.
    pub(super) fn name(&self) -> &str {
        self.current.as_ref().map_or("-", |current| &current.name)
    }

    /// The next line without its end.
    pub(super) async fn next(&mut self, out: &mut Output<'_>) -> Option<String> {
        let record = match self.peeked.take() {
            Some(record) => record,
            None => self.read(out, true).await?,
        };
        self.line += 1;
        let line = record.strip_suffix(&[self.delimiter]);
        self.unended = line.is_none();
        Some(text::decode(line.unwrap_or(&record)).into_owned())
    }

    /// Whether no line follows: of this file, if files are separate, else at all.
    pub(super) async fn is_last(&mut self, out: &mut Output<'_>) -> bool {
        if self.peeked.is_none() {
            self.peeked = self.read(out, !self.separate).await;
        }
        self.peeked.is_none()
    }

    /// Adds to the output what ends by itself.
    pub(super) fn emit(&mut self, out: &mut Output<'_>, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let missing = std::mem::take(&mut self.open).then_some(self.delimiter);
        match &mut self.current {
            Some(current) if self.in_place.is_some() => {
                current.edited.extend(missing);
                current.edited.extend_from_slice(bytes);
            }
            _ => {
                out.push(missing.as_slice());
                out.push(bytes);
            }
        }
    }

    /// Adds a line to the output; its end is left out where the input's last line lacked it.
    pub(super) fn emit_line(&mut self, out: &mut Output<'_>, bytes: &[u8]) {
        let mut line = bytes.to_vec();
        if !self.unended {
            line.push(self.delimiter);
        }
        self.emit(out, &line);
        self.open = self.unended;
    }

    /// What remains to be done when the script is left early: the rest of an edited file stays.
    pub(super) async fn quit(&mut self, out: &mut Output<'_>) {
        if self.in_place.is_some() {
            if let Some(peeked) = self.peeked.take() {
                self.emit(out, &peeked);
            }
            if let Some(current) = &mut self.current {
                let rest = current.input.rest(out).await.unwrap_or_default();
                current.edited.extend(rest);
            }
        } else if let Some(current) = &mut self.current {
            current.input.give_back(out.process);
        }
    }

    /// Writes the last file that was edited in place.
    pub(super) async fn finish(&mut self, out: &mut Output<'_>) {
        self.close(out).await;
    }

    async fn read(&mut self, out: &mut Output<'_>, next_file: bool) -> Option<Vec<u8>> {
        loop {
            if let Some(current) = &mut self.current {
                match current.input.record(out, self.delimiter).await {
                    Ok(Some(record)) => return Some(record),
                    Ok(None) => {}
                    Err(error) => {
                        let name = current.name.clone();
                        out.complain(format_args!("read error on {name}: {error}")).await;
                        self.status = 2;
                    }
                }
                if !next_file {
                    return None;
                }
                if self.names.is_empty() && self.in_place.is_none() {
                    return None;
                }
                self.close(out).await;
            }
            let name = self.names.pop_front()?;
            self.open(out, name).await;
        }
    }

    async fn open(&mut self, out: &mut Output<'_>, name: String) {
        let path = out.process.path(&name);
        let metadata = out.process.host.files.metadata(&path);
        if name != "-" && metadata.is_ok_and(|metadata| metadata.file_type == FileType::Directory) {
            if self.in_place.is_some() {
                out.complain(format_args!("couldn't edit {name}: not a regular file")).await;
                self.status = 4;
            } else {
                out.complain(format_args!("read error on {name}: Is a directory")).await;
                self.status = 4;
            }
            return;
        }
        match Input::open(out.process, &name) {
            Ok(input) => {
                if self.separate {
                    self.line = 0;
                }
                self.current = Some(Current { name, input, edited: Vec::new() });
            }
            Err(error) => {
                out.complain(format_args!("can't read {name}: {error}")).await;
                self.status = 2;
            }
        }
    }

    /// Ends the current file.
    async fn close(&mut self, out: &mut Output<'_>) {
        let Some(current) = self.current.take() else { return };
        let Some(suffix) = &self.in_place else { return };
        self.open = false;
        if current.name == "-" {
            return;
        }
        let process = out.process;
        let files = &process.host.files;
        if !suffix.is_empty() {
            let base = podground_vfs::base_name(&current.name);
            let backup =
                if suffix.contains('*') { suffix.replace('*', base) } else { format!("{base}{suffix}") };
            let folder = podground_vfs::parent(&process.path(&current.name)).to_owned();
            let backup = podground_vfs::join(&folder, &backup);
            if let Ok(content) = files.read(&process.path(&current.name)) {
                let _ = files.write(&backup, &content);
            }
        }
        let written = match process.open(&current.name, OpenOptions::WRITE) {
            Ok(fd) => fd.write(&current.edited).await.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        if let Err(error) = written {
            out.complain(format_args!("couldn't open file {}: {error}", current.name)).await;
            self.status = 4;
        }
    }
}
