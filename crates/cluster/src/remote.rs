//! Running a command on another host with the caller's terminal or descriptors: `ssh`, `docker exec`.

use std::rc::Rc;

use podground_shell::{Child, Command, Fd, Host, Modes, Process, SpawnError, Terminal};
use podground_sim::pipe;

/// The bytes that are under way in one direction.
const PIPE: usize = 64 * 1024;

/// Runs `command` on `host` to its end and gives its exit status.
///
/// With `terminal`, the command gets a terminal of its own there, and the caller's is raw meanwhile.
/// Otherwise its descriptors are the caller's; `stdin` says whether that goes for standard input.
pub(crate) async fn run(
    process: &Process,
    host: &Rc<Host>,
    mut command: Command,
    terminal: bool,
    stdin: bool,
) -> Result<u8, SpawnError> {
    if !terminal {
        let (out_reader, out) = pipe(PIPE);
        let (err_reader, err) = pipe(PIPE);
        let input = if stdin { process.fds.get(&0).cloned() } else { None };
        command.fds.insert(0, input.unwrap_or_else(Fd::null));
        command.fds.insert(1, Fd::PipeWriter(out));
        command.fds.insert(2, Fd::PipeWriter(err));
        let child = Guard(host.spawn(command)?);
        let copy = |reader: podground_sim::PipeReader, fd: u32| async move {
            loop {
                let bytes = reader.read(PIPE).await;
                if bytes.is_empty() || process.write(fd, &bytes).await.is_err() {
                    return;
                }
            }
        };
        futures_lite::future::zip(copy(out_reader, 1), copy(err_reader, 2)).await;
        return Ok(child.0.wait().await.code());
    }
    let own = process.terminal();
    let size = own.as_ref().map_or(podground_shell::Size { columns: 80, rows: 24 }, |own| own.size());
    let there = Terminal::new(size);
    let child = Guard(host.spawn(command.terminal(&there))?);
    let _modes = own.as_ref().map(|own| own.set_modes(Modes::RAW));
    let input = async {
        loop {
            match process.read(0, 4096).await {
                Ok(bytes) if !bytes.is_empty() => there.input(&bytes),
                _ => {
                    // The end of what is piped in is what Ctrl-D says on a terminal.
                    there.input(&[4]);
                    std::future::pending::<()>().await;
                }
            }
        }
    };
    let resized = async {
        let Some(own) = &own else { return std::future::pending().await };
        loop {
            own.resized.wait().await;
            there.resize(own.size());
        }
    };
    let output = async {
        loop {
            let generation = there.output_changed.generation();
            let bytes = there.take_output();
            if bytes.is_empty() {
                there.output_changed.wait_after(generation).await;
            } else if process.write(1, &bytes).await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    };
    let ended = async { Some(child.0.wait().await) };
    let pumps = async {
        futures_lite::future::zip(futures_lite::future::zip(input, resized), output).await;
        None
    };
    let status = futures_lite::future::or(ended, pumps).await;
    let rest = there.take_output();
    // What the caller cannot take any more is lost with it.
    let _ = process.write(1, &rest).await;
    Ok(status.map_or(255, podground_shell::ExitStatus::code))
}

/// Hangs up when the caller is killed.
struct Guard(Child);

impl Drop for Guard {
    fn drop(&mut self) {
        if self.0.try_wait().is_none() {
            self.0.signal(podground_shell::Signal::Hup);
        }
    }
}
