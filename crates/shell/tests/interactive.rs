//! What an interactive shell shows is what bash shows: `tests/cases/interactive.screens` holds what is typed
//! and the screens that bash 5.2 has shown for it.
#![allow(clippy::unwrap_used, clippy::format_collect)]

mod support;

use std::rc::Rc;
use std::time::Duration;

use podground_shell::{
    Candidate, Command, Completion, CompletionRequest, Host, Size, Terminal, width::char_width,
};
use podground_sim::LocalBoxFuture;

/// A terminal's screen, as far as is needed.
struct Screen {
    columns: usize,
    rows: Vec<Vec<char>>,
    row: usize,
    column: usize,
    pending: bool,
}

impl Screen {
    fn new(columns: usize) -> Self {
        Self { columns, rows: vec![Vec::new()], row: 0, column: 0, pending: false }
    }

    fn show(&mut self, text: &str) {
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '\r' => (self.column, self.pending) = (0, false),
                '\n' => self.down(),
                '\x08' => (self.column, self.pending) = (self.column.saturating_sub(1), false),
                '\x07' => {}
                '\x1b' => {
                    assert_eq!(chars.next(), Some('['), "unknown escape");
                    let mut parameters = String::new();
                    let last = loop {
                        match chars.next().unwrap() {
                            c if c.is_ascii_alphabetic() => break c,
                            c => parameters.push(c),
                        }
                    };
                    self.control(&parameters, last);
                }
                c => self.put(c),
            }
        }
    }

    fn down(&mut self) {
        self.row += 1;
        self.pending = false;
        if self.row == self.rows.len() {
            self.rows.push(Vec::new());
        }
    }

    fn control(&mut self, parameters: &str, last: char) {
        let number = parameters.parse::<usize>().unwrap_or(1);
        self.pending = false;
        match last {
            'A' => self.row = self.row.saturating_sub(number),
            'B' => self.row = (self.row + number).min(self.rows.len() - 1),
            'C' => self.column = (self.column + number).min(self.columns - 1),
            'D' => self.column = self.column.saturating_sub(number),
            'K' => self.rows[self.row].truncate(self.column),
            'J' if parameters == "2" => self.rows = vec![Vec::new(); self.row + 1],
            'J' => {
                self.rows.truncate(self.row + 1);
                self.rows[self.row].truncate(self.column);
            }
            'H' => (self.row, self.column) = (0, 0),
            'h' | 'l' | 'm' => {}
            other => panic!("unknown control {parameters}{other}"),
        }
    }

    fn put(&mut self, c: char) {
        let width = char_width(c);
        if self.pending || self.column + width > self.columns {
            self.down();
            self.column = 0;
        }
        let row = &mut self.rows[self.row];
        while row.len() < self.column + width {
            row.push(' ');
        }
        row[self.column] = c;
        if width == 2 {
            row[self.column + 1] = '\0';
        }
        self.column += width;
        if self.column == self.columns {
            self.column -= 1;
            self.pending = true;
        }
    }

    fn text(&self) -> String {
        let line = |row: &Vec<char>| {
            let text: String = row.iter().filter(|c| **c != '\0').collect();
            // Numbers of processes differ.
            let text = match text.strip_prefix("[").and_then(|rest| rest.split_once("] ")) {
                Some((job, pid)) if pid.trim().parse::<u32>().is_ok() => format!("[{job}] PID"),
                _ => text,
            };
            format!("|{}\n", text.trim_end())
        };
        let mut text: String = self.rows.iter().map(line).collect();
        while text.ends_with("|\n") {
            text.truncate(text.len() - 2);
        }
        text.push_str(&format!("cursor {} {}\n", self.row, self.column));
        text
    }
}

fn unescape(text: &str) -> String {
    text.replace("\\r", "\r")
        .replace("\\t", "\t")
        .replace("\\e", "\x1b")
        .replace("\\n", "\n")
        .replace("\\x7f", "\x7f")
        .replace('^', "\u{1}")
        .chars()
        .fold((String::new(), false), |(mut out, control), c| {
            if control {
                out.push(char::from(c as u8 & 0x1f));
                (out, false)
            } else if c == '\u{1}' {
                (out, true)
            } else {
                out.push(c);
                (out, false)
            }
        })
        .0
}

fn start(host: &Rc<Host>, columns: u16) -> Rc<Terminal> {
    let terminal = Terminal::new(Size { columns, rows: 24 });
    host.files.create_directories(support::FOLDER).unwrap();
    for file in ["alpha.txt", "alphabet.md", "beta file", "sub/inner"] {
        let path = format!("{}/{file}", support::FOLDER);
        host.files.create_directories(podground_vfs::parent(&path)).unwrap();
        host.files.write(&path, b"content\n").unwrap();
    }
    let mut command = Command::new(["bash", "--norc", "--noprofile", "-i"]).terminal(&terminal);
    support::FOLDER.clone_into(&mut command.cwd);
    for (name, value) in
        [("PATH", "/bin"), ("HOME", support::FOLDER), ("PS1", "$ "), ("TERM", "xterm"), ("HISTFILE", "")]
    {
        command = command.env(name, value);
    }
    host.spawn(command).unwrap();
    support::run_for(host, Duration::from_millis(50));
    terminal
}

/// Types line by line; a line `sleep N` waits so many milliseconds instead.
fn shown(columns: u16, steps: &[&str]) -> String {
    let host = support::host();
    let terminal = start(&host, columns);
    let mut screen = Screen::new(usize::from(columns));
    screen.show(&String::from_utf8_lossy(&terminal.take_output()));
    for step in steps {
        let wait = match step.strip_prefix("sleep ").and_then(|number| number.parse().ok()) {
            Some(milliseconds) => milliseconds,
            None => {
                terminal.input(unescape(step).as_bytes());
                50
            }
        };
        let end = host.sim.now() + Duration::from_millis(wait);
        support::run_for(&host, Duration::from_millis(wait));
        host.sim.advance_to(end);
        support::run_for(&host, Duration::ZERO);
        screen.show(&String::from_utf8_lossy(&terminal.take_output()));
    }
    screen.text()
}

/// Completes like kubectl: verbs, then names that it must wait for.
fn complete(request: CompletionRequest) -> LocalBoxFuture<'static, Completion> {
    Box::pin(async move {
        if request.current == 1 {
            return Completion::Candidates(["get", "delete", "describe"].map(Candidate::new).to_vec());
        }
        request.host.sim.sleep(Duration::from_millis(5)).await;
        let mut all = ["web-1", "web-2"].map(Candidate::new).to_vec();
        all.push(Candidate::open("--namespace="));
        Completion::Candidates(all)
    })
}

#[test]
fn commands_complete_their_arguments() {
    let mut host = support::host();
    let programs = Rc::make_mut(&mut Rc::get_mut(&mut host).unwrap().programs);
    programs.insert_completer("kubectl", Rc::new(complete));
    let terminal = start(&host, 80);
    let mut screen = Screen::new(80);
    let steps = "kubectl g\tp\x7fw\t1\r|alias k=kubectl\r|k de\t\tl\t--na\tx^U|watch k get w\t\t";
    for step in steps.split('|') {
        for key in unescape(step).chars() {
            terminal.input(key.to_string().as_bytes());
            support::run_for(&host, Duration::from_millis(20));
            screen.show(&String::from_utf8_lossy(&terminal.take_output()));
        }
    }
    let wanted = "|$ kubectl get web-1
|bash: kubectl: command not found
|$ alias k=kubectl
|$ k de
|delete    describe
|$ watch k get web-
|web-1  web-2
|$ watch k get web-
cursor 7 18
";
    assert_eq!(screen.text(), wanted);
}

#[test]
fn a_new_width_is_drawn_anew() {
    let host = support::host();
    let terminal = start(&host, 40);
    terminal.input("echo 파드 0123456789 abcdefghijklmnop".as_bytes());
    support::run_for(&host, Duration::from_millis(20));
    terminal.take_output();
    terminal.resize(Size { columns: 20, rows: 24 });
    support::run_for(&host, Duration::from_millis(20));
    let mut screen = Screen::new(20);
    // A terminal has laid the line out anew by itself before the shell draws it.
    screen.show("$ echo 파드 0123456789 abcdefghijklmnop");
    screen.show(&String::from_utf8_lossy(&terminal.take_output()));
    assert_eq!(
        screen.text(),
        "|$ echo 파드 0123456\n|789 abcdefghijklmno\n|p\ncursor 2 1\n".replace(
            "0123456\n|789 abcdefghijklmno\n|p\ncursor 2 1",
            "01234567\n|89 abcdefghijklmnop\ncursor 1 19"
        )
    );
}

#[test]
fn the_history_outlives_the_shell() {
    let host = support::host();
    let terminal = start(&host, 80);
    terminal.input(b"HISTFILE=/tmp/history\recho one\r\x04");
    support::run_for(&host, Duration::from_millis(50));
    assert_eq!(host.files.read_to_string("/tmp/history").unwrap(), "HISTFILE=/tmp/history\necho one\n");
    assert!(host.processes.list().is_empty());
}

#[test]
fn a_closed_window_ends_the_shell() {
    let host = support::host();
    let terminal = start(&host, 80);
    terminal.input(b"sleep 100\r");
    support::run_for(&host, Duration::from_millis(50));
    terminal.hang_up();
    support::run_for(&host, Duration::from_millis(50));
    assert!(host.processes.list().is_empty());
}

#[test]
fn screens_are_those_of_bash() {
    let file = include_str!("cases/interactive.screens");
    let only = option_env!("CASE");
    let mut failures = Vec::new();
    for section in file.split("### ").skip(1) {
        let (title, rest) = section.split_once('\n').unwrap();
        if only.is_some_and(|only| !title.contains(only)) {
            continue;
        }
        let columns = title.split_once("columns=").map_or(80, |(_, number)| number.trim().parse().unwrap());
        let steps: Vec<&str> = rest.lines().filter_map(|line| line.strip_prefix("> ")).collect();
        let wanted: String =
            rest.lines().filter(|line| !line.starts_with("> ")).map(|line| format!("{line}\n")).collect();
        let got = shown(columns, &steps);
        if got != wanted {
            failures.push(format!("{title}\n--- bash:\n{wanted}--- ours:\n{got}"));
        }
    }
    assert!(failures.is_empty(), "{} differ\n{}", failures.len(), failures.join("\n"));
}
