//! What kubectl reads from and writes to: the descriptors, files and environment of its process.

use std::rc::Rc;

use podground_shell::{Process, Terminal};

/// The process that kubectl runs as.
#[derive(Clone)]
pub(crate) struct Io(pub Rc<Process>);

impl Io {
    /// Writes to standard output.
    pub(crate) async fn out(&self, text: &str) {
        if !text.is_empty() {
            let _ = self.0.write(1, text.as_bytes()).await;
        }
    }

    /// Writes bytes to standard output.
    pub(crate) async fn out_bytes(&self, bytes: &[u8]) {
        let _ = self.0.write(1, bytes).await;
    }

    /// Writes to standard error.
    pub(crate) async fn err(&self, text: &str) {
        if !text.is_empty() {
            let _ = self.0.write(2, text.as_bytes()).await;
        }
    }

    /// Writes bytes to standard error.
    pub(crate) async fn err_bytes(&self, bytes: &[u8]) {
        let _ = self.0.write(2, bytes).await;
    }

    /// Writes a line to standard output.
    pub(crate) async fn line(&self, text: impl AsRef<str>) {
        self.out(&format!("{}\n", text.as_ref())).await;
    }

    /// Writes a line to standard error.
    pub(crate) async fn err_line(&self, text: impl AsRef<str>) {
        self.err(&format!("{}\n", text.as_ref())).await;
    }

    /// All of standard input.
    pub(crate) async fn stdin(&self) -> Vec<u8> {
        self.0.read_to_end(0).await.unwrap_or_default()
    }

    /// The content of a file; the error is worded as Go's `os` does, without the path.
    pub(crate) fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        let path = self.path(path);
        if self.0.host.files.is_directory(&path) {
            return Err("is a directory".to_owned());
        }
        match self.0.host.files.read(&path) {
            Ok(bytes) => Ok(bytes.to_vec()),
            Err(error) => Err(error.to_string().to_lowercase()),
        }
    }

    /// Writes a file and the directories that lead to it.
    pub(crate) fn write_file(&self, path: &str, bytes: &[u8]) -> Result<(), String> {
        let path = self.path(path);
        let files = &self.0.host.files;
        let _ = files.create_directories(podground_vfs::parent(&path));
        files.write(&path, bytes).map_err(|error| error.to_string().to_lowercase())
    }

    /// A path made absolute.
    pub(crate) fn path(&self, path: &str) -> String {
        podground_vfs::join(&self.0.cwd, path)
    }

    /// A variable of the environment, if it is set and not empty.
    pub(crate) fn env(&self, name: &str) -> Option<&str> {
        self.0.env.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The terminal, if the descriptor is one.
    pub(crate) fn terminal(&self, fd: u32) -> Option<Rc<Terminal>> {
        if self.0.is_terminal(fd) { self.0.terminal() } else { None }
    }

    /// The time.
    pub(crate) fn now(&self) -> podground_sim::Time {
        self.0.host.sim.now()
    }

    /// Waits.
    pub(crate) async fn sleep(&self, duration: std::time::Duration) {
        self.0.host.sim.sleep(duration).await;
    }
}
