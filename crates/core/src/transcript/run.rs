//! Running transcripts: one shell from beginning to end, as at a terminal.

use std::time::Duration;

use podground_shell::{Child, Fd};
use podground_sim::{PipeReader, PipeWriter};

use super::{Line, Transcript};
use crate::session::{Session, SessionConfig, shell_command};

/// Files for the home directory: paths within it and their bytes.
pub type HomeFiles = Vec<(String, Vec<u8>)>;

/// How long one command may take, in virtual time.
const COMMAND_LIMIT: Duration = Duration::from_secs(600);

/// How many task polls one command may take: an endless loop ends there.
const COMMAND_POLLS: u64 = 20_000_000;

/// Reads commands that are separated by zero bytes from descriptor 8 and tells each one's status on 9.
const DRIVER: &str = r#"while IFS= read -r -d '' -u 8 podground_command; do eval "$podground_command" 8<&- 9>&-; printf '%s\n' "$?" >&9; done"#;

/// Runs a transcript in a session of its own and gives its text with the actual outputs,
/// and the session's trace hash.
pub fn run(transcript: &Transcript, config: SessionConfig, home: &HomeFiles) -> (String, u64) {
    let mut session = Session::new(config);
    for (path, bytes) in home {
        // A fresh home takes any file.
        let _ = session.place_bytes(path, bytes);
    }
    let mut shell = TranscriptShell::start(&session);
    let mut text = String::new();
    for line in &transcript.lines {
        match line {
            Line::Text(line) => text.push_str(line),
            Line::Settle => {
                session.settle();
                text.push_str("%settle");
            }
            Line::Advance(span) => {
                session.advance(*span);
                text.push_str(&format!("%advance {}", podground_api::duration::go(*span)));
            }
            Line::Command { command, .. } => {
                text.push_str(&format!("$ {}", command.replace('\n', "\n> ").replace("> \n", ">\n")));
                let (output, status) = shell.run(&mut session, command);
                if !output.is_empty() {
                    text.push('\n');
                    text.push_str(output.strip_suffix('\n').unwrap_or(&output));
                }
                if status != 0 {
                    text.push_str(&format!("\n? {status}"));
                }
            }
        }
        text.push('\n');
    }
    (text, session.trace_hash())
}

/// A shell that is handed one command after another.
struct TranscriptShell {
    child: Option<Child>,
    commands: PipeWriter,
    statuses: PipeReader,
    output: PipeReader,
}

impl TranscriptShell {
    fn start(session: &Session) -> Self {
        let (command_reader, commands) = podground_sim::pipe(1 << 20);
        let (statuses, status_writer) = podground_sim::pipe(1 << 10);
        let (output, output_writer) = podground_sim::pipe(1 << 22);
        let output_fd = Fd::PipeWriter(output_writer);
        let command = shell_command(&["bash", "-c", DRIVER])
            .fd(0, Fd::null())
            .fd(1, output_fd.clone())
            .fd(2, output_fd)
            .fd(8, Fd::PipeReader(command_reader))
            .fd(9, Fd::PipeWriter(status_writer));
        let child = session.host().spawn(command).ok();
        Self { child, commands, statuses, output }
    }

    /// Runs a command until it ends; one that does not end in ten minutes of virtual time gets status 124.
    fn run(&mut self, session: &mut Session, command: &str) -> (String, u8) {
        let writer = self.commands.clone();
        let bytes = [command.as_bytes(), b"\0"].concat();
        let sim = session.sim().clone();
        sim.spawn(async move {
            let _ = writer.write_all(&bytes).await;
        })
        .detach();
        let (end, polls) = (session.now() + COMMAND_LIMIT, sim.polls() + COMMAND_POLLS);
        let (mut output, mut status) = (Vec::new(), Vec::new());
        let code = loop {
            while sim.run_ready(64) {
                self.drain(&mut output);
                if sim.polls() >= polls {
                    break;
                }
            }
            self.drain(&mut output);
            if let Some(bytes) = self.statuses.try_read(64) {
                status.extend(bytes);
            }
            if status.ends_with(b"\n") {
                break String::from_utf8_lossy(&status).trim().parse().unwrap_or(1);
            }
            let ended = self.child.as_ref().is_none_or(|child| child.try_wait().is_some());
            if ended || session.now() >= end || sim.polls() >= polls {
                output.extend_from_slice(b"(podground: the command did not end)\n");
                break 124;
            }
            let next = sim.next_deadline().unwrap_or(end).min(end);
            sim.advance_to(next);
        };
        (String::from_utf8_lossy(&output).into_owned(), code)
    }

    fn drain(&self, output: &mut Vec<u8>) {
        while let Some(chunk) = self.output.try_read(1 << 16).filter(|chunk| !chunk.is_empty()) {
            output.extend(chunk);
        }
    }
}
