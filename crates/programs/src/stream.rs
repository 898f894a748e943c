//! Input and output of programs: by chunks and lines, with the time that work takes.

use std::collections::VecDeque;
use std::fmt::Display;
use std::time::Duration;

use podground_shell::{Fd, OpenOptions, Process, ReadError, Taken, WriteError};
use podground_vfs::Error;

/// Output waits until there is this much of it, or until more input is wanted.
const FULL: usize = 16 * 1024;

/// How many bytes or steps take a millisecond.
const WORK_PER_MILLISECOND: usize = 128 * 1024;

/// How much is read at once.
const CHUNK: usize = 64 * 1024;

/// So many bytes of input a program may hold: an endless line must not take the memory of the page.
const MEMORY: usize = 64 * 1024 * 1024;

/// What is less than this is not counted as memory that a program takes.
const COUNTED: usize = 1024 * 1024;

/// The input that a program holds, as the memory of its container counts it.
#[derive(Default)]
pub(crate) struct HeldInput(Option<Taken>);

impl HeldInput {
    /// Notes that so many bytes are held.
    ///
    /// # Errors
    ///
    /// There is no memory for so much. A container's program does not come to know: it is killed.
    pub(crate) async fn set(&mut self, process: &Process, bytes: usize) -> Result<(), ReadError> {
        if bytes > MEMORY {
            process.exhaust_memory().await;
            return Err(ReadError::File(Error::OutOfMemory));
        }
        if bytes > COUNTED || self.0.is_some() {
            self.0.get_or_insert_with(|| process.take(0)).set_memory(bytes as u64);
        }
        Ok(())
    }
}

/// Standard output of a program, gathered so that not each line wakes the reader.
pub(crate) struct Output<'a> {
    /// The process that writes.
    pub(crate) process: &'a Process,
    buffer: Vec<u8>,
    work: usize,
    error: Option<WriteError>,
}

impl<'a> Output<'a> {
    /// Standard output of a process.
    pub(crate) fn new(process: &'a Process) -> Self {
        Self { process, buffer: Vec::new(), work: 0, error: None }
    }

    /// Adds bytes without waiting; for long outputs use [`Self::write`].
    pub(crate) fn push(&mut self, bytes: impl AsRef<[u8]>) {
        if self.error.is_none() {
            self.buffer.extend_from_slice(bytes.as_ref());
        }
    }

    /// Adds bytes; waits for the reader where there are many.
    pub(crate) async fn write(&mut self, bytes: impl AsRef<[u8]>) {
        self.push(bytes);
        if self.buffer.len() >= FULL {
            self.flush().await;
        }
    }

    /// Hands on what was gathered.
    pub(crate) async fn flush(&mut self) {
        if self.buffer.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.buffer);
        if self.error.is_none()
            && let Err(error) = self.process.write(1, &bytes).await
        {
            self.error = Some(error);
        }
        self.spend(bytes.len()).await;
    }

    /// Whether output cannot be written any more.
    pub(crate) fn failed(&self) -> bool {
        self.error.is_some()
    }

    /// Uses time up, so that endless work lets others run and the clock go on.
    pub(crate) async fn spend(&mut self, work: usize) {
        self.work += work;
        if self.work >= WORK_PER_MILLISECOND {
            let milliseconds = self.work / WORK_PER_MILLISECOND;
            self.work %= WORK_PER_MILLISECOND;
            self.process.host.sim.sleep(Duration::from_millis(milliseconds as u64)).await;
        }
    }

    /// Says `name: message` on standard error, after what was put out so far.
    pub(crate) async fn complain(&mut self, message: impl Display) {
        self.flush().await;
        complain(self.process, message).await;
    }

    /// Writes what is left; gives the exit status, which is 1 where output failed.
    pub(crate) async fn finish(mut self, status: u8) -> u8 {
        self.flush().await;
        match self.error {
            None => status,
            Some(error) => {
                complain(self.process, format_args!("write error: {error}")).await;
                status.max(1)
            }
        }
    }
}

/// Says `name: message` on standard error.
pub(crate) async fn complain(process: &Process, message: impl Display) {
    let mut message = message.to_string();
    let busybox = crate::flavor::is_busybox(process);
    // GNU's programs call themselves as they were called; these do not.
    const SHORT: &[&str] = &["awk", "curl", "gunzip", "gzip", "mawk", "wget", "zcat"];
    let short = busybox || SHORT.contains(&process.name());
    let own = process.args.first().filter(|_| !short).map_or(process.name(), String::as_str);
    if busybox && let Some(words) = crate::flavor::reword(process.name(), &message) {
        message = words;
    }
    let text = format!("{own}: {message}\n");
    process.eprint(&crate::text::for_locale(process, &text)).await;
}

/// An input that is read by lines or chunks.
pub(crate) struct Input {
    /// `None` for standard input.
    fd: Option<Fd>,
    buffer: Vec<u8>,
    start: usize,
    ended: bool,
    held: HeldInput,
}

impl Input {
    /// Opens a file; `-` is standard input.
    pub(crate) fn open(process: &Process, name: &str) -> Result<Self, Error> {
        if name == "-" {
            return Ok(Self::standard());
        }
        let fd = process.open(name, OpenOptions::READ)?;
        Ok(Self { fd: Some(fd), ..Self::standard() })
    }

    /// What a descriptor gives.
    pub(crate) fn of(fd: Fd) -> Self {
        Self { fd: Some(fd), ..Self::standard() }
    }

    /// Standard input.
    pub(crate) fn standard() -> Self {
        Self { fd: None, buffer: Vec::new(), start: 0, ended: false, held: HeldInput::default() }
    }

    /// What is there next, at least a byte; empty at the end.
    pub(crate) async fn chunk(&mut self, out: &mut Output<'_>) -> Result<Vec<u8>, ReadError> {
        if self.start == self.buffer.len() {
            self.fill(out).await?;
        }
        let start = std::mem::take(&mut self.start);
        let mut bytes = std::mem::take(&mut self.buffer);
        bytes.drain(..start);
        Ok(bytes)
    }

    /// So many bytes, fewer only at the end.
    pub(crate) async fn block(&mut self, out: &mut Output<'_>, bytes: usize) -> Result<Vec<u8>, ReadError> {
        while self.buffer.len() - self.start < bytes && self.fill(out).await? {}
        let end = self.buffer.len().min(self.start.saturating_add(bytes));
        let start = std::mem::replace(&mut self.start, end);
        Ok(self.buffer[start..end].to_vec())
    }

    /// The next line with its end, which the last one may lack.
    pub(crate) async fn line(&mut self, out: &mut Output<'_>) -> Result<Option<Vec<u8>>, ReadError> {
        self.record(out, b'\n').await
    }

    /// The bytes up to and with the next `delimiter`.
    pub(crate) async fn record(
        &mut self,
        out: &mut Output<'_>,
        delimiter: u8,
    ) -> Result<Option<Vec<u8>>, ReadError> {
        let mut scanned = 0;
        loop {
            let rest = &self.buffer[self.start..];
            if let Some(index) = rest[scanned..].iter().position(|byte| *byte == delimiter) {
                let line = rest[..=scanned + index].to_vec();
                self.start += line.len();
                return Ok(Some(line));
            }
            scanned = rest.len();
            if !self.fill(out).await? {
                let start = std::mem::take(&mut self.start);
                let rest = std::mem::take(&mut self.buffer).split_off(start);
                return Ok((!rest.is_empty()).then_some(rest));
            }
        }
    }

    /// All that is left.
    pub(crate) async fn rest(&mut self, out: &mut Output<'_>) -> Result<Vec<u8>, ReadError> {
        while self.fill(out).await? {}
        self.chunk(out).await
    }

    /// Reads on after an end: a file may have grown.
    pub(crate) fn resume(&mut self) {
        self.ended = false;
    }

    /// Puts bytes before what is read next.
    pub(crate) fn put_back(&mut self, bytes: &[u8]) {
        self.buffer.splice(..self.start, bytes.iter().copied());
        self.start = 0;
    }

    /// Gives back to an input that others read, too, what was read too early. Pipes take nothing back.
    pub(crate) fn give_back(&mut self, process: &Process) {
        let unread = self.buffer.len() - self.start;
        let fd = self.fd.as_ref().or_else(|| process.fds.get(&0));
        if let Some(Fd::File(file)) = fd {
            file.offset.set(file.offset.get().saturating_sub(unread));
        }
        self.buffer.clear();
        self.start = 0;
    }

    async fn fill(&mut self, out: &mut Output<'_>) -> Result<bool, ReadError> {
        if self.ended || out.failed() {
            return Ok(false);
        }
        out.flush().await;
        self.buffer.drain(..self.start);
        self.start = 0;
        self.held.set(out.process, self.buffer.len()).await?;
        let bytes = match &self.fd {
            Some(fd) => fd.read(CHUNK).await?,
            None => out.process.read(0, CHUNK).await?,
        };
        self.ended = bytes.is_empty();
        self.buffer.extend_from_slice(&bytes);
        out.spend(bytes.len()).await;
        Ok(!self.ended)
    }
}

/// The files of a command line, one after the other; standard input where there are none.
pub(crate) struct Inputs {
    names: VecDeque<String>,
    current: Option<(String, Input)>,
    /// The separator of lines.
    pub(crate) delimiter: u8,
    /// What stands before the name of a file that cannot be read: `can't read `.
    pub(crate) complaint: &'static str,
    /// 1 once a file could not be read.
    pub(crate) status: u8,
    /// Whether the last line belongs to a file whose first line it is.
    pub(crate) first_of_file: bool,
}

impl Inputs {
    /// The files of these names.
    pub(crate) fn new(names: &[String]) -> Self {
        let names = if names.is_empty() { vec!["-".to_owned()] } else { names.to_vec() };
        Self {
            names: names.into(),
            current: None,
            delimiter: b'\n',
            complaint: "",
            status: 0,
            first_of_file: false,
        }
    }

    /// The next line with its end.
    pub(crate) async fn line(&mut self, out: &mut Output<'_>) -> Option<Vec<u8>> {
        self.next(out, true).await
    }

    /// The next bytes.
    pub(crate) async fn chunk(&mut self, out: &mut Output<'_>) -> Option<Vec<u8>> {
        self.next(out, false).await
    }

    async fn next(&mut self, out: &mut Output<'_>, by_line: bool) -> Option<Vec<u8>> {
        self.first_of_file = false;
        loop {
            if let Some((name, input)) = &mut self.current {
                let result = if by_line {
                    input.record(out, self.delimiter).await
                } else {
                    input.chunk(out).await.map(|bytes| (!bytes.is_empty()).then_some(bytes))
                };
                match result {
                    Ok(Some(bytes)) => return Some(bytes),
                    Ok(None) => {}
                    Err(error) => {
                        out.complain(format_args!("{}{name}: {error}", self.complaint)).await;
                        self.status = 1;
                    }
                }
                if self.names.is_empty() {
                    // The name stays for those who ask at the end.
                    return None;
                }
                self.current = None;
            }
            let name = self.names.pop_front()?;
            match Input::open(out.process, &name) {
                Ok(input) => {
                    self.current = Some((name, input));
                    self.first_of_file = true;
                }
                Err(error) => {
                    out.complain(format_args!("{}{name}: {error}", self.complaint)).await;
                    self.status = 1;
                }
            }
        }
    }
}
