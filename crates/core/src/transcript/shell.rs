//! A shell that is handed one command after another, over pipes or on a terminal.

use std::rc::Rc;
use std::time::Duration;

use podground_shell::{Child, Fd, Size, Terminal};
use podground_sim::{PipeReader, PipeWriter};

use crate::session::{Session, shell_command};

/// What was shown, and the exit status of what has ended.
pub(super) type Shown = (String, u8);

/// How long one command may take, in virtual time.
const COMMAND_LIMIT: Duration = Duration::from_secs(600);

/// How long one looks at a command before going on at a terminal.
const LOOK: Duration = Duration::from_secs(2);

/// How many task polls one command may take: an endless loop ends there.
const COMMAND_POLLS: u64 = 20_000_000;

/// Reads commands that are separated by zero bytes from descriptor 8 and tells each one's status on 9.
const DRIVER: &str = r#"while IFS= read -r -d '' -u 8 podground_command; do eval "$podground_command" 8<&- 9>&-; printf '%s\n' "$?" >&9; done"#;

/// The same for an interactive shell, before its prompt: there it comes back to after Ctrl-C, with the status.
/// It is no matter of the shells that are started in it.
const PROMPTED_DRIVER: &str = r#"while printf '%s\n' "$?" >&9; IFS= read -r -d '' -u 8 podground_command; do export -n PROMPT_COMMAND; eval "$podground_command" 8<&- 9>&-; done"#;

/// Where the commands' output goes.
enum Screen {
    Pipe(PipeReader),
    Terminal(Rc<Terminal>),
}

/// A shell and what it was told.
pub(super) struct TranscriptShell {
    child: Option<Child>,
    commands: PipeWriter,
    statuses: PipeReader,
    screen: Screen,
    /// Whether a command has not ended yet.
    busy: bool,
}

impl TranscriptShell {
    /// Starts a shell, on a terminal where its number is given.
    pub(super) fn start(session: &mut Session, terminal: Option<u8>) -> Self {
        let (command_reader, commands) = podground_sim::pipe(1 << 20);
        let (statuses, status_writer) = podground_sim::pipe(1 << 10);
        let (command, screen) = match &terminal {
            Some(number) => {
                let terminal = Terminal::new(Size { columns: 80, rows: 24 });
                terminal.set_name(&format!("pts/{}", number - 1));
                let command = shell_command(&["bash", "--norc", "-i"])
                    .env("TERM", "xterm-256color")
                    .env("PODGROUND_HINTS", "off")
                    .env("PROMPT_COMMAND", PROMPTED_DRIVER);
                (command.terminal(&terminal), Screen::Terminal(terminal))
            }
            None => {
                let (output, output_writer) = podground_sim::pipe(1 << 22);
                let output_fd = Fd::PipeWriter(output_writer);
                let command = shell_command(&["bash", "-c", DRIVER]).fd(0, Fd::null());
                (command.fd(1, output_fd.clone()).fd(2, output_fd), Screen::Pipe(output))
            }
        };
        let command = command.fd(8, Fd::PipeReader(command_reader)).fd(9, Fd::PipeWriter(status_writer));
        let child = session.host().spawn(command).ok();
        let mut shell = Self { child, commands, statuses, screen, busy: terminal.is_some() };
        // The first prompt tells a status before any command.
        shell.go_on(session, true);
        shell
    }

    /// Runs a command until it ends, or for a look where it may go on.
    pub(super) fn run(&mut self, session: &mut Session, command: &str, may_go_on: bool) -> Shown {
        if self.busy {
            return ("(podground: another command runs in this terminal)\n".to_owned(), 124);
        }
        // Ctrl-C at the prompt has told one that nobody waited for.
        while self.statuses.try_read(64).is_some_and(|bytes| !bytes.is_empty()) {}
        let writer = self.commands.clone();
        let bytes = [command.as_bytes(), b"\0"].concat();
        session
            .sim()
            .spawn(async move {
                let _ = writer.write_all(&bytes).await;
            })
            .detach();
        self.busy = true;
        self.go_on(session, may_go_on)
    }

    /// Types into the terminal.
    pub(super) fn input(&self, bytes: &[u8]) {
        if let Screen::Terminal(terminal) = &self.screen {
            terminal.input(bytes);
        }
    }

    /// Looks on until the command ends; one that may not go on and does not end in ten minutes of
    /// virtual time gets status 124.
    pub(super) fn go_on(&mut self, session: &mut Session, may_go_on: bool) -> Shown {
        let sim = session.sim().clone();
        let end = session.now() + if may_go_on { LOOK } else { COMMAND_LIMIT };
        let last_poll = sim.polls() + COMMAND_POLLS;
        let (mut output, mut status, mut code) = (Vec::new(), Vec::new(), 0);
        loop {
            while sim.run_ready(64) {
                self.drain(&mut output);
                if sim.polls() >= last_poll {
                    break;
                }
            }
            self.drain(&mut output);
            if !self.busy {
                break;
            }
            if let Some(bytes) = self.statuses.try_read(64) {
                status.extend(bytes);
            }
            if status.ends_with(b"\n") {
                code = String::from_utf8_lossy(&status).trim().parse().unwrap_or(1);
                self.busy = false;
                break;
            }
            let ended = self.child.as_ref().is_none_or(|child| child.try_wait().is_some());
            if may_go_on && !ended && session.now() >= end {
                break;
            }
            if ended || session.now() >= end || sim.polls() >= last_poll {
                output.extend_from_slice(b"(podground: the command did not end)\n");
                code = 124;
                break;
            }
            let next = sim.next_deadline().unwrap_or(end).min(end);
            sim.advance_to(next);
        }
        let text = String::from_utf8_lossy(&output).into_owned();
        (if matches!(self.screen, Screen::Terminal(_)) { plain(&text) } else { text }, code)
    }

    fn drain(&self, output: &mut Vec<u8>) {
        match &self.screen {
            Screen::Pipe(pipe) => {
                while let Some(chunk) = pipe.try_read(1 << 16).filter(|chunk| !chunk.is_empty()) {
                    output.extend(chunk);
                }
            }
            Screen::Terminal(terminal) => output.extend(terminal.take_output()),
        }
    }
}

/// A terminal's text without carriage returns and control sequences.
fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' | '\x07' => {}
            '\x1b' if chars.next_if_eq(&'[').is_some() => {
                // A program of the whole screen has gone to the beginning of another line.
                let end = chars.by_ref().find(|c| matches!(c, '@'..='~'));
                if end == Some('H') && !plain.is_empty() && !plain.ends_with('\n') {
                    plain.push('\n');
                }
            }
            '\x1b' => {
                chars.next();
            }
            c => plain.push(c),
        }
    }
    plain
}
