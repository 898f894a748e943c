//! `podground` alone: the workstation's shell on the real terminal, in real time.

use std::io::{Read, Write};
use std::process::{Command, ExitCode, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant, SystemTime};

use podground_core::{Session, Step};

use crate::options::Options;

/// How often the screen is brought up to date.
const FRAME: Duration = Duration::from_millis(10);

/// How many tasks run between two frames at the most.
const BUDGET: usize = 20_000;

pub(crate) fn run(mut options: Options) -> Result<ExitCode, String> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    options.config.start = now.map_or(options.config.start, |since| since.as_secs());
    let mut session = Session::new(options.config);
    let (columns, rows) = size();
    let terminal = session.open_terminal(columns, rows);
    let _raw = RawMode::enter();
    let input = read_input();
    let (begin, started) = (session.now(), Instant::now());
    let mut out = std::io::stdout();
    while session.has_shell(terminal) {
        match input.recv_timeout(FRAME) {
            Ok(bytes) => session.input(terminal, &bytes),
            Err(mpsc::RecvTimeoutError::Timeout) => {}
            // The end of the input: let what was typed run to its end.
            Err(mpsc::RecvTimeoutError::Disconnected) => std::thread::sleep(FRAME),
        }
        let until = begin + started.elapsed();
        let _: Step = session.step(until, BUDGET);
        let bytes = session.take_output(terminal);
        out.write_all(&bytes).and_then(|()| out.flush()).map_err(|error| error.to_string())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Hands on what is typed, from a thread of its own, until the end of the input.
fn read_input() -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(count) = std::io::stdin().read(&mut buffer) {
            let end = count == 0;
            // Ctrl-D ends the shell, as the end of its input does.
            let bytes = if end { vec![4] } else { buffer[..count].to_vec() };
            if sender.send(bytes).is_err() || end {
                break;
            }
        }
    });
    receiver
}

fn stty(arguments: &[&str]) -> Option<String> {
    let output = Command::new("stty").args(arguments).stdin(Stdio::inherit()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn size() -> (u16, u16) {
    let size = stty(&["size"]).unwrap_or_default();
    let mut numbers = size.split(' ').filter_map(|number| number.parse().ok());
    match (numbers.next(), numbers.next()) {
        (Some(rows), Some(columns)) if rows > 0 && columns > 0 => (columns, rows),
        _ => (80, 24),
    }
}

/// The real terminal in raw mode, as long as this lives: our own terminal does the rest.
struct RawMode(Option<String>);

impl RawMode {
    fn enter() -> Self {
        let saved = stty(&["-g"]);
        if saved.is_some() {
            let _ = stty(&["raw", "-echo"]);
        }
        Self(saved)
    }
}

impl Drop for RawMode {
    fn drop(&mut self) {
        if let Some(saved) = &self.0 {
            let _ = stty(&[saved]);
        }
    }
}
