//! `less` on a terminal.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    unreachable_pub,
    dead_code,
    reason = "tests read files, and share a module of which each uses a part"
)]

mod support;

use std::rc::Rc;
use std::time::Duration;

use podground_shell::{Child, Host, Size, Terminal};

struct Screen {
    host: Rc<Host>,
    terminal: Rc<Terminal>,
    child: Child,
}

impl Screen {
    fn start(script: &str) -> Self {
        let host = support::host();
        let terminal = Terminal::new(Size { columns: 20, rows: 5 });
        let child = support::on_terminal(&host, &["bash", "-c", script], &terminal);
        support::run_for(&host, Duration::from_millis(500));
        Self { host, terminal, child }
    }

    fn type_keys(&self, keys: &str) {
        self.terminal.input(keys.as_bytes());
        support::run_for(&self.host, Duration::from_millis(500));
    }

    /// The rows of the last picture, without colours.
    fn rows(&self) -> Vec<String> {
        let output = String::from_utf8(self.terminal.take_output()).unwrap();
        let picture = output.rsplit("\x1b[?25l").next().unwrap().to_owned();
        let mut rows = vec![String::new(); 5];
        for part in picture.split("\x1b[").skip(1) {
            if let Some((row, rest)) = part.split_once(";1H")
                && let Ok(row) = row.parse::<usize>()
            {
                rows[row - 1] = rest.to_owned();
                rows.push(String::new());
            } else if let Some(rest) = part.strip_prefix("7m").or(part.strip_prefix("27m")) {
                let last = rows.iter().rposition(|row| !row.is_empty()).map_or(0, |at| at);
                let target =
                    if rows[4].is_empty() && last < 4 && !picture.contains("5;1H") { last } else { 4 };
                rows[target].push_str(rest);
            }
        }
        rows.truncate(5);
        rows
    }
}

#[test]
fn pages_searches_and_ends() {
    let screen = Screen::start("seq 30 > f; less f; echo done");
    assert_eq!(screen.rows(), ["1", "2", "3", "4", "f"]);
    screen.type_keys(" ");
    assert_eq!(screen.rows(), ["5", "6", "7", "8", ":"]);
    screen.type_keys("b");
    assert_eq!(screen.rows()[0], "1");
    screen.type_keys("G");
    assert_eq!(screen.rows(), ["27", "28", "29", "30", "(END)"]);
    screen.type_keys("g");
    screen.type_keys("/19\r");
    assert_eq!(screen.rows()[1..], ["20", "21", "22", ":"]);
    screen.type_keys("12g");
    assert_eq!(screen.rows()[0], "12");
    screen.type_keys("j");
    assert_eq!(screen.rows()[0], "13");
    screen.type_keys("-N");
    assert_eq!(screen.rows()[0], "     13 13");
    screen.type_keys("/nope\r");
    assert_eq!(screen.rows()[4], "Pattern not found");
    screen.type_keys("q");
    let end = String::from_utf8(screen.terminal.take_output()).unwrap();
    assert!(end.ends_with("done\r\n"), "{end:?}");
    assert!(screen.child.try_wait().is_some());
}

#[test]
fn reads_a_pipe_and_folds_long_lines() {
    let screen = Screen::start("printf 'aaaaaaaaaaaaaaaaaaaaaaaaa\\nb\\n' | less; echo done");
    assert_eq!(screen.rows(), ["aaaaaaaaaaaaaaaaaaaa", "aaaaa", "b", "~", "(END)"]);
    screen.type_keys("-S");
    assert_eq!(screen.rows()[..2], ["aaaaaaaaaaaaaaaaaaaa", "b"]);
    screen.type_keys("q");
    assert!(screen.child.try_wait().is_some());
}

#[test]
fn an_endless_pipe_is_read_as_far_as_it_is_looked_at() {
    let screen = Screen::start("yes | less");
    assert_eq!(screen.rows(), ["y", "y", "y", "y", ":"]);
    screen.type_keys("  ");
    assert_eq!(screen.rows()[0], "y");
    screen.type_keys("q");
    assert!(screen.child.try_wait().is_some());
}

#[test]
fn short_texts_are_printed_by_f() {
    let screen = Screen::start("seq 3 | less -F; echo done");
    let text = String::from_utf8(screen.terminal.take_output()).unwrap();
    assert_eq!(text, "1\r\n2\r\n3\r\ndone\r\n");
}
