//! The text, the cursor and what keys do with them.

use super::keys::Key;

/// How many changes can be undone.
const UNDO: usize = 500;

/// What keys mean.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Mode {
    /// Commands of letters.
    #[default]
    Normal,
    /// Text.
    Insert,
    /// A line after `:`, `/` or `?`, which is its first character.
    Command(String),
}

/// What the editor cannot do itself.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Request {
    /// The end.
    Quit,
    /// Take a file in.
    Open(String),
    /// Write the text.
    Write {
        /// Where to.
        name: String,
        /// Whether to end then.
        quit: bool,
    },
}

/// What `p` puts.
#[derive(Clone, Debug)]
enum Register {
    Lines(Vec<Vec<char>>),
    Chars(Vec<char>),
}

#[derive(Clone)]
struct Snapshot {
    lines: Vec<Vec<char>>,
    row: usize,
    column: usize,
}

/// A text being edited.
pub(super) struct Editor {
    pub(super) name: Option<String>,
    /// Never empty.
    pub(super) lines: Vec<Vec<char>>,
    pub(super) row: usize,
    pub(super) column: usize,
    /// The first line that is shown.
    pub(super) top: usize,
    /// How many lines are shown.
    pub(super) page: usize,
    pub(super) mode: Mode,
    pub(super) message: String,
    pub(super) numbers: bool,
    /// What was searched last.
    pub(super) pattern: String,
    forward: bool,
    pending: String,
    register: Register,
    undo: Vec<Snapshot>,
    redo: Vec<Snapshot>,
    saved: Vec<Vec<char>>,
}

impl Default for Editor {
    fn default() -> Self {
        Self {
            name: None,
            lines: vec![Vec::new()],
            row: 0,
            column: 0,
            top: 0,
            page: 23,
            mode: Mode::Normal,
            message: String::new(),
            numbers: false,
            pattern: String::new(),
            forward: true,
            pending: String::new(),
            register: Register::Chars(Vec::new()),
            undo: Vec::new(),
            redo: Vec::new(),
            saved: vec![Vec::new()],
        }
    }
}

impl Editor {
    /// Takes a text in.
    pub(super) fn load(&mut self, name: &str, text: &str) {
        let mut lines: Vec<Vec<char>> = text.split('\n').map(|line| line.chars().collect()).collect();
        if lines.len() > 1 && text.ends_with('\n') {
            lines.pop();
        }
        self.saved.clone_from(&lines);
        self.lines = lines;
        self.name = Some(name.to_owned());
        (self.row, self.column, self.top) = (0, 0, 0);
        self.undo.clear();
        self.redo.clear();
    }

    /// The text, whose last line has an end; an empty text has no line.
    pub(super) fn text(&self) -> String {
        if self.lines.len() == 1 && self.lines[0].is_empty() && self.saved == self.lines {
            return String::new();
        }
        let mut text = String::new();
        for line in &self.lines {
            text.extend(line);
            text.push('\n');
        }
        text
    }

    /// How many lines a text has.
    pub(super) fn line_count(&self, text: &str) -> usize {
        text.lines().count()
    }

    /// Remembers that the text was written.
    pub(super) fn written(&mut self, name: &str) {
        let own = self.name.get_or_insert_with(|| name.to_owned());
        if own == name {
            self.saved.clone_from(&self.lines);
        }
    }

    /// Whether there is something to write.
    pub(super) fn modified(&self) -> bool {
        self.lines != self.saved
    }

    /// Goes to a line, counted from 1.
    pub(super) fn go_to_line(&mut self, line: usize) {
        self.row = line.saturating_sub(1).min(self.lines.len() - 1);
        self.column = self.indent();
    }

    /// Remembers the text before a change.
    pub(super) fn snapshot(&mut self) {
        self.redo.clear();
        if self.undo.len() == UNDO {
            self.undo.remove(0);
        }
        self.undo.push(self.state());
    }

    /// Takes the last change back.
    pub(super) fn undo(&mut self) {
        match self.undo.pop() {
            Some(before) => {
                self.redo.push(self.state());
                self.restore(before);
            }
            None => "Already at oldest change".clone_into(&mut self.message),
        }
    }

    fn redo(&mut self) {
        match self.redo.pop() {
            Some(after) => {
                self.undo.push(self.state());
                self.restore(after);
            }
            None => "Already at newest change".clone_into(&mut self.message),
        }
    }

    fn state(&self) -> Snapshot {
        Snapshot { lines: self.lines.clone(), row: self.row, column: self.column }
    }

    fn restore(&mut self, state: Snapshot) {
        self.lines = state.lines;
        (self.row, self.column) = (state.row, state.column);
    }

    /// Takes lines out, into the register.
    pub(super) fn delete_lines(&mut self, first: usize, last: usize) {
        let last = last.min(self.lines.len() - 1);
        let removed: Vec<_> = self.lines.drain(first..=last).collect();
        if self.lines.is_empty() {
            self.lines.push(Vec::new());
        }
        if removed.len() > 2 {
            self.message = format!("{} fewer lines", removed.len());
        }
        self.register = Register::Lines(removed);
        self.row = first.min(self.lines.len() - 1);
        self.column = self.indent();
    }

    /// Copies lines into the register.
    pub(super) fn yank_lines(&mut self, first: usize, last: usize) {
        let last = last.min(self.lines.len() - 1);
        let lines = self.lines[first..=last].to_vec();
        if lines.len() > 2 {
            self.message = format!("{} lines yanked", lines.len());
        }
        self.register = Register::Lines(lines);
    }

    /// What a key does.
    pub(super) fn key(&mut self, key: Key) -> Option<Request> {
        let request = match std::mem::take(&mut self.mode) {
            Mode::Normal => self.normal(key),
            Mode::Insert => {
                self.mode = Mode::Insert;
                self.insert(key);
                None
            }
            Mode::Command(line) => self.command_key(line, key),
        };
        self.row = self.row.min(self.lines.len() - 1);
        let length = self.lines[self.row].len();
        self.column =
            self.column.min(if self.mode == Mode::Insert { length } else { length.saturating_sub(1) });
        request
    }

    fn command_key(&mut self, mut line: String, key: Key) -> Option<Request> {
        match key {
            Key::Escape | Key::Char('\x03') => return None,
            Key::Enter => {
                let (kind, text) = line.split_at(1);
                if kind == ":" {
                    return self.command(text);
                }
                self.forward = kind == "/";
                if !text.is_empty() {
                    text.clone_into(&mut self.pattern);
                }
                self.search(self.forward);
                return None;
            }
            Key::Backspace => {
                line.pop();
                if line.is_empty() {
                    return None;
                }
            }
            Key::Char('\x15') => line.truncate(1),
            Key::Char(c) => line.push(c),
            _ => {}
        }
        self.mode = Mode::Command(line);
        None
    }

    fn insert(&mut self, key: Key) {
        let (row, column) = (self.row, self.column);
        match key {
            Key::Escape | Key::Char('\x03') => {
                self.mode = Mode::Normal;
                self.column = column.saturating_sub(1);
            }
            Key::Enter => {
                let rest = self.lines[row].split_off(column);
                self.lines.insert(row + 1, rest);
                (self.row, self.column) = (row + 1, 0);
            }
            Key::Backspace if column > 0 => {
                self.lines[row].remove(column - 1);
                self.column -= 1;
            }
            Key::Backspace if row > 0 => {
                let line = self.lines.remove(row);
                self.row -= 1;
                self.column = self.lines[row - 1].len();
                self.lines[row - 1].extend(line);
            }
            Key::Delete if column < self.lines[row].len() => {
                self.lines[row].remove(column);
            }
            Key::Char(c) if c == '\t' || !c.is_control() => {
                self.lines[row].insert(column, c);
                self.column += 1;
            }
            key => self.move_by_key(key),
        }
    }

    fn move_by_key(&mut self, key: Key) {
        match key {
            Key::Left | Key::Backspace => self.column = self.column.saturating_sub(1),
            Key::Right => self.column += 1,
            Key::Up => self.row = self.row.saturating_sub(1),
            Key::Down => self.row += 1,
            Key::Home => self.column = 0,
            Key::End => self.column = self.lines[self.row].len(),
            Key::PageUp => {
                self.row = self.row.saturating_sub(self.page);
                self.top = self.top.saturating_sub(self.page);
            }
            Key::PageDown => {
                self.row = (self.row + self.page).min(self.lines.len() - 1);
                self.top = (self.top + self.page).min(self.row);
            }
            Key::Enter => {
                self.row += 1;
                self.row = self.row.min(self.lines.len() - 1);
                self.column = self.indent();
            }
            _ => {}
        }
        self.row = self.row.min(self.lines.len() - 1);
    }

    fn normal(&mut self, key: Key) -> Option<Request> {
        let c = match key {
            Key::Char(c) => c,
            Key::Escape => {
                self.pending.clear();
                return None;
            }
            Key::Delete => 'x',
            key => {
                self.pending.clear();
                self.move_by_key(key);
                return None;
            }
        };
        self.pending.push(c);
        let pending = self.pending.clone();
        let start = if pending.starts_with('0') {
            0
        } else {
            pending.find(|c: char| !c.is_ascii_digit()).unwrap_or(pending.len())
        };
        let (count, command) = pending.split_at(start);
        let count = count.parse::<usize>().ok().map(|count| count.min(100_000));
        // Letters that wait for another.
        if matches!(command, "" | "d" | "c" | "y" | "g" | "r" | "Z" | "dg" | "cg" | "yg") {
            return None;
        }
        self.pending.clear();
        self.message.clear();
        self.normal_command(count, command)
    }

    fn normal_command(&mut self, count: Option<usize>, command: &str) -> Option<Request> {
        let times = count.unwrap_or(1);
        let length = self.lines[self.row].len();
        match command {
            ":" | "/" | "?" => self.mode = Mode::Command(command.to_owned()),
            "i" => self.start_insert(self.column),
            "a" => self.start_insert((self.column + 1).min(length)),
            "A" => self.start_insert(length),
            "I" => self.start_insert(self.indent()),
            "o" | "O" => {
                self.snapshot();
                self.row += usize::from(command == "o");
                self.lines.insert(self.row, Vec::new());
                self.column = 0;
                self.mode = Mode::Insert;
            }
            "x" => self.delete_chars(self.column, self.column.saturating_add(times)),
            "X" => self.delete_chars(self.column.saturating_sub(times), self.column),
            "D" => self.delete_chars(self.column, length),
            "C" => self.change_chars(self.column, length),
            "s" => self.change_chars(self.column, self.column + times),
            "S" => self.change_chars(0, length),
            "p" | "P" => {
                self.snapshot();
                for _ in 0..times.min(1000) {
                    self.put(command == "p");
                }
            }
            "u" => (0..times.min(UNDO)).for_each(|_| self.undo()),
            "\x12" => self.redo(),
            "J" => self.join(times.max(2) - 1),
            "n" => self.search(self.forward),
            "N" => self.search(!self.forward),
            "~" => self.switch_case(),
            "ZZ" if self.modified() => return self.write("", true),
            "ZZ" | "ZQ" => return Some(Request::Quit),
            "\x06" => self.move_by_key(Key::PageDown),
            "\x02" => self.move_by_key(Key::PageUp),
            "\x04" => self.row += self.page / 2,
            "\x15" => self.row = self.row.saturating_sub(self.page / 2),
            "\x07" => {
                self.message =
                    format!("\"{}\" {} lines", self.name.as_deref().unwrap_or("[No Name]"), self.lines.len());
            }
            "\x03" => "Type  :qa!  and press <Enter> to abandon all changes and exit Vim"
                .clone_into(&mut self.message),
            _ => self.operate(count, command),
        }
        None
    }

    /// Motions, and operators with their motion.
    fn operate(&mut self, count: Option<usize>, command: &str) {
        let mut letters = command.chars();
        let (operator, rest) = match letters.next() {
            Some(operator @ ('d' | 'c' | 'y')) => (Some(operator), letters.as_str()),
            Some('r') => return self.replace(count.unwrap_or(1), letters.as_str()),
            _ => (None, command),
        };
        let here = (self.row, self.column);
        let line_end = self.lines.len() - 1;
        if operator.is_some_and(|operator| rest.starts_with(operator)) {
            let last = (self.row + count.unwrap_or(1).max(1) - 1).min(line_end);
            return self.on_lines(operator, self.row, last);
        }
        // `cw` changes a word and not the blank behind it.
        let rest = if operator == Some('c') && rest == "w" && !self.blank_here() { "e" } else { rest };
        match rest {
            "gg" => self.go_to_line(count.unwrap_or(1)),
            "G" => self.go_to_line(count.unwrap_or(usize::MAX)),
            "0" => self.column = 0,
            "^" | "_" => self.column = self.indent(),
            "$" => self.column = self.lines[self.row].len().saturating_sub(1),
            _ => {
                for _ in 0..count.unwrap_or(1) {
                    match rest {
                        "h" => self.column = self.column.saturating_sub(1),
                        "l" | " " => self.column = (self.column + 1).min(self.lines[self.row].len()),
                        "j" => self.row = (self.row + 1).min(line_end),
                        "k" => self.row = self.row.saturating_sub(1),
                        "w" | "W" => self.next_word(),
                        "e" | "E" => self.word_end(),
                        "b" | "B" => self.previous_word(),
                        _ => return,
                    }
                }
            }
        }
        if operator.is_none() {
            return;
        }
        let there = (self.row, self.column);
        (self.row, self.column) = here;
        if matches!(rest, "gg" | "G" | "j" | "k") {
            return self.on_lines(operator, here.0.min(there.0), here.0.max(there.0));
        }
        let length = self.lines[here.0].len();
        let (first, last) = match there.0.cmp(&here.0) {
            std::cmp::Ordering::Greater => (here.1, length),
            std::cmp::Ordering::Less => (0, here.1),
            std::cmp::Ordering::Equal => {
                let inclusive = usize::from(matches!(rest, "e" | "E" | "$"));
                // The last word of the text has no word behind it to stop at.
                let at_end = rest == "w" && there.0 == line_end && there.1 + 1 >= length;
                let last = if at_end { length } else { here.1.max(there.1) + inclusive };
                (here.1.min(there.1), last)
            }
        };
        match operator {
            Some('d') => self.delete_chars(first, last),
            Some('c') => self.change_chars(first, last),
            _ => {
                self.register = Register::Chars(self.lines[here.0][first..last.min(length)].to_vec());
                self.column = first;
            }
        }
    }

    fn on_lines(&mut self, operator: Option<char>, first: usize, last: usize) {
        match operator {
            Some('y') => self.yank_lines(first, last),
            Some('c') => {
                self.snapshot();
                self.delete_lines(first, last);
                if self.lines.len() > 1 || !self.lines[0].is_empty() {
                    self.lines.insert(first, Vec::new());
                }
                (self.row, self.column) = (first, 0);
                self.mode = Mode::Insert;
            }
            _ => {
                self.snapshot();
                self.delete_lines(first, last);
            }
        }
    }

    fn start_insert(&mut self, column: usize) {
        self.snapshot();
        self.column = column;
        self.mode = Mode::Insert;
    }

    fn delete_chars(&mut self, first: usize, last: usize) {
        let last = last.min(self.lines[self.row].len());
        if first < last {
            self.snapshot();
            self.register = Register::Chars(self.lines[self.row].drain(first..last).collect());
            self.column = first;
        }
    }

    fn change_chars(&mut self, first: usize, last: usize) {
        self.snapshot();
        let last = last.min(self.lines[self.row].len());
        if first < last {
            self.register = Register::Chars(self.lines[self.row].drain(first..last).collect());
        }
        self.column = first;
        self.mode = Mode::Insert;
    }

    fn replace(&mut self, count: usize, with: &str) {
        let line = &self.lines[self.row];
        if let Some(c) = with.chars().next().filter(|c| !c.is_control())
            && self.column + count <= line.len()
        {
            self.snapshot();
            let column = self.column;
            self.lines[self.row][column..column + count].fill(c);
            self.column += count - 1;
        }
    }

    fn switch_case(&mut self) {
        if let Some(c) = self.lines[self.row].get(self.column).copied() {
            self.snapshot();
            let new = if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
            self.lines[self.row][self.column] = new;
            self.column += 1;
        }
    }

    fn put(&mut self, after: bool) {
        match self.register.clone() {
            Register::Lines(lines) => {
                self.row += usize::from(after);
                self.lines.splice(self.row..self.row, lines);
                self.column = self.indent();
            }
            Register::Chars(chars) => {
                let line = &mut self.lines[self.row];
                let at = (self.column + usize::from(after)).min(line.len());
                self.column = (at + chars.len()).saturating_sub(1);
                line.splice(at..at, chars);
            }
        }
    }

    fn join(&mut self, times: usize) {
        self.snapshot();
        for _ in 0..times {
            if self.row + 1 >= self.lines.len() {
                return;
            }
            let next = self.lines.remove(self.row + 1);
            let line = &mut self.lines[self.row];
            let text: Vec<char> = next.into_iter().skip_while(|c| c.is_whitespace()).collect();
            self.column = line.len();
            if !text.is_empty() && line.last().is_some_and(|c| !c.is_whitespace()) {
                line.push(' ');
            }
            line.extend(text);
        }
    }

    /// Where the text of a line starts.
    fn indent(&self) -> usize {
        let line = &self.lines[self.row];
        line.iter().position(|c| !c.is_whitespace()).unwrap_or(line.len().saturating_sub(1))
    }

    fn blank_here(&self) -> bool {
        self.class(self.row, self.column) == 0
    }

    /// 0 for blanks and line ends, 1 for punctuation, 2 for word characters.
    fn class(&self, row: usize, column: usize) -> u8 {
        match self.lines[row].get(column) {
            None => 0,
            Some(c) if c.is_whitespace() => 0,
            Some(c) if c.is_alphanumeric() || *c == '_' => 2,
            Some(_) => 1,
        }
    }

    fn next_word(&mut self) {
        let start = self.class(self.row, self.column);
        while start != 0 && self.class(self.row, self.column) == start {
            self.column += 1;
        }
        loop {
            let length = self.lines[self.row].len();
            while self.column < length && self.class(self.row, self.column) == 0 {
                self.column += 1;
            }
            if self.column < length {
                return;
            }
            if self.row + 1 >= self.lines.len() {
                self.column = length.saturating_sub(1);
                return;
            }
            self.row += 1;
            self.column = 0;
            if self.lines[self.row].is_empty() {
                return;
            }
        }
    }

    fn word_end(&mut self) {
        self.column += 1;
        while self.class(self.row, self.column) == 0 {
            if self.column < self.lines[self.row].len() {
                self.column += 1;
            } else if self.row + 1 < self.lines.len() {
                self.row += 1;
                self.column = 0;
            } else {
                self.column = self.lines[self.row].len().saturating_sub(1);
                return;
            }
        }
        let class = self.class(self.row, self.column);
        while self.class(self.row, self.column + 1) == class {
            self.column += 1;
        }
    }

    fn previous_word(&mut self) {
        loop {
            if self.column > 0 {
                self.column -= 1;
            } else if self.row > 0 {
                self.row -= 1;
                self.column = self.lines[self.row].len();
                continue;
            } else {
                return;
            }
            if self.class(self.row, self.column) != 0 {
                break;
            }
        }
        let class = self.class(self.row, self.column);
        while self.column > 0 && self.class(self.row, self.column - 1) == class {
            self.column -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::keys::Keys;
    use super::*;

    fn edit(text: &str, keys: &str) -> (String, Editor) {
        let mut editor = Editor::default();
        editor.load("f", text);
        for key in Keys::default().feed(keys.as_bytes()) {
            editor.key(key);
        }
        (editor.text(), editor)
    }

    #[test]
    fn changes_text() {
        for (text, keys, result) in [
            ("a b\n", "ix\x1b", "xa b\n"),
            ("replicas: 1\n", "$xa3\x1b", "replicas: 3\n"),
            ("replicas: 1\n", "wwcw5\x1b", "replicas: 5\n"),
            ("a\nb\nc\n", "jdd", "a\nc\n"),
            ("a\nb\nc\n", "2ddp", "c\na\nb\n"),
            ("a\nb\n", "yyP", "a\na\nb\n"),
            ("a\n  b\n", "J", "a b\n"),
            ("a b c\n", "wD", "a \n"),
            ("a b c\n", "dw", "b c\n"),
            ("a b\n", "wdw", "a \n"),
            ("a\n", "onew\x1bu", "a\n"),
            ("a\n", "ohi\rho\x1b", "a\nhi\nho\n"),
            ("aa\naa\n", ":%s/a/b/g\r", "bb\nbb\n"),
            ("가나\n", "lx", "가\n"),
            ("", "i가\x1b", "가\n"),
            ("a", "", "a\n"),
            ("a\nb\nc\n", "Gdgg", "\n"),
            ("image: x\nname: y\n", "/name\rAz\x1b", "image: x\nname: yz\n"),
        ] {
            assert_eq!(edit(text, keys).0, result, "{keys:?} on {text:?}");
        }
    }

    #[test]
    fn keeps_changes_unless_forced() {
        let (_, mut editor) = edit("a\n", "x:q\r");
        assert_eq!(editor.message, "E37: No write since last change (add ! to override)");
        assert_eq!(editor.command("q!"), Some(Request::Quit));
        assert_eq!(editor.command("wq"), Some(Request::Write { name: "f".to_owned(), quit: true }));
    }
}
