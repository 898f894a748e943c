//! Reading and writing of processes, with what job control and broken pipes do to them.

use std::time::Duration;

use crate::{Fd, Process, ReadError, Signal, WriteError};

/// The time that a read of `/dev/zero` and its like takes.
const ENDLESS_PACE: Duration = Duration::from_millis(1);

impl Process {
    /// Waits for bytes of a descriptor and takes at most `max`; an empty answer is the end of file.
    pub async fn read(&self, fd: u32, max: usize) -> Result<Vec<u8>, ReadError> {
        let fd = self.readable(fd).await?;
        self.pace(&fd).await;
        fd.read(max).await
    }

    /// Lets time pass before a read that never waits, so that an endless one can be ended.
    pub(crate) async fn pace(&self, fd: &Fd) {
        if fd.is_endless() {
            self.host.sim.sleep(ENDLESS_PACE).await;
        }
    }

    /// All bytes of a descriptor until the end of file.
    pub async fn read_to_end(&self, fd: u32) -> Result<Vec<u8>, ReadError> {
        let mut all = Vec::new();
        loop {
            let bytes = self.read(fd, 64 * 1024).await?;
            if bytes.is_empty() {
                return Ok(all);
            }
            all.extend(bytes);
        }
    }

    /// The bytes up to and with the next `delimiter`, and no byte more; empty at the end of file.
    pub async fn read_until(&self, fd: u32, delimiter: u8) -> Result<Vec<u8>, ReadError> {
        let mut line = Vec::new();
        loop {
            let fd = self.readable(fd).await?;
            self.pace(&fd).await;
            let bytes = fd.read_until(delimiter).await?;
            let end = bytes.is_empty() || bytes.last() == Some(&delimiter);
            line.extend(bytes);
            if end {
                return Ok(line);
            }
        }
    }

    /// The next line without its end; `None` at the end of file. What is not UTF-8 is replaced.
    pub async fn read_line(&self, fd: u32) -> Result<Option<String>, ReadError> {
        let mut line = self.read_until(fd, b'\n').await?;
        if line.is_empty() {
            return Ok(None);
        }
        if line.last() == Some(&b'\n') {
            line.pop();
        }
        Ok(Some(String::from_utf8_lossy(&line).into_owned()))
    }

    /// Writes all bytes. Where nobody reads any more the process dies of SIGPIPE, unless it ignores that.
    pub async fn write(&self, fd: u32, bytes: &[u8]) -> Result<(), WriteError> {
        let Some(target) = self.fds.get(&fd).cloned() else { return Err(WriteError::BadDescriptor) };
        match target.write(bytes).await {
            Err(WriteError::BrokenPipe) if !self.ignores(Signal::Pipe) => self.die(Signal::Pipe).await,
            result => result,
        }
    }

    /// Writes a text to standard output; what goes wrong is left to [`Self::write`]'s callers.
    pub async fn print(&self, text: &str) {
        let _ = self.write(1, text.as_bytes()).await;
    }

    /// Writes a text to standard error.
    pub async fn eprint(&self, text: &str) {
        let _ = self.write(2, text.as_bytes()).await;
    }

    /// The descriptor, once the process may read it: a terminal is read by its foreground group alone.
    async fn readable(&self, fd: u32) -> Result<Fd, ReadError> {
        let Some(fd) = self.fds.get(&fd).cloned() else { return Err(ReadError::BadDescriptor) };
        if let Fd::Terminal(terminal) = &fd {
            while terminal.foreground().is_some_and(|group| group != self.group())
                && self.terminal().is_some_and(|own| std::rc::Rc::ptr_eq(&own, terminal))
                && !self.ignores(Signal::Ttin)
            {
                let _ = self.host.processes.signal_group(self.group(), Signal::Ttin);
                futures_lite::future::yield_now().await;
            }
        }
        Ok(fd)
    }
}
