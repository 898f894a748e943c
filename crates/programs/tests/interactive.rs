//! What an interactive shell shows is what bash shows: `tests/cases/interactive.screens` holds what is typed
//! and the screens that bash 5.2 has shown for it.
#![allow(
    clippy::unwrap_used,
    unreachable_pub,
    dead_code,
    reason = "tests share a module of which each uses a part"
)]

mod support;

use std::rc::Rc;
use std::time::Duration;

use podground_shell::{Command, Host, Size, Terminal, width::char_width};

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
        .replace("^", "\u{1}")
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
    command.cwd = support::FOLDER.to_owned();
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
