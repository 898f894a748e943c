//! Showing a prompt and a line that may be wider than the window.

use std::cmp::Ordering;
use std::rc::Rc;

use crate::terminal::Terminal;
use crate::width::char_width;

/// A place relative to where the prompt begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Place {
    row: usize,
    column: usize,
}

pub(super) struct Screen {
    terminal: Rc<Terminal>,
    prompt: String,
    /// Where the terminal's cursor stands.
    cursor: Place,
    /// The width that was last drawn for.
    columns: usize,
    /// The text that was last drawn; `None` if the prompt must be drawn too.
    drawn: Option<Vec<char>>,
    /// Whether something was drawn before, which is to be overwritten.
    redrawn: bool,
}

/// What a character looks like.
fn shown(c: char, column: usize) -> String {
    match c {
        '\t' => " ".repeat(8 - column % 8),
        c if c < ' ' => format!("^{}", char::from(c as u8 | 0x40)),
        '\x7f' => "^?".to_owned(),
        c => c.to_string(),
    }
}

/// Walks over text as the terminal does.
struct Walker {
    place: Place,
    columns: usize,
}

impl Walker {
    fn step(&mut self, c: char) {
        if c == '\n' {
            self.place = Place { row: self.place.row + 1, column: 0 };
            return;
        }
        for c in shown(c, self.place.column).chars() {
            let width = char_width(c);
            if self.place.column + width > self.columns {
                self.place = Place { row: self.place.row + 1, column: 0 };
            }
            self.place.column += width;
            if self.place.column >= self.columns {
                self.place = Place { row: self.place.row + 1, column: 0 };
            }
        }
    }
}

impl Screen {
    pub(super) fn new(terminal: Rc<Terminal>, prompt: &str) -> Self {
        let columns = usize::from(terminal.size().columns).max(2);
        Self {
            terminal,
            prompt: prompt.to_owned(),
            cursor: Place::default(),
            columns,
            drawn: None,
            redrawn: false,
        }
    }

    pub(super) fn prompt(&self) -> &str {
        &self.prompt
    }

    pub(super) fn set_prompt(&mut self, prompt: &str) {
        prompt.clone_into(&mut self.prompt);
        (self.drawn, self.redrawn) = (None, true);
    }

    /// What was drawn is gone: the next drawing begins where the cursor is.
    pub(super) fn forget(&mut self) {
        self.cursor = Place::default();
        (self.drawn, self.redrawn) = (None, false);
    }

    /// The window has another width: lines that were too wide lie otherwise now.
    pub(super) fn resized(&mut self, text: &[char], cursor: usize) {
        self.columns = usize::from(self.terminal.size().columns).max(2);
        self.cursor = self.walk_prompt(text.get(..cursor).unwrap_or(text));
        (self.drawn, self.redrawn) = (None, true);
    }

    /// Where the cursor stands behind the prompt and some text.
    fn walk_prompt(&self, text: &[char]) -> Place {
        let mut walker = Walker { place: Place::default(), columns: self.columns };
        let mut hidden = false;
        let mut escape = false;
        for c in self.prompt.chars() {
            match c {
                '\x01' => hidden = true,
                '\x02' => hidden = false,
                _ if hidden => {}
                // Escapes without marks around them are taken as colours.
                '\x1b' => escape = true,
                c if escape => escape = !c.is_ascii_alphabetic(),
                '\r' => walker.place.column = 0,
                '\x07' => {}
                c => walker.step(c),
            }
        }
        for c in text {
            walker.step(*c);
        }
        walker.place
    }

    /// Shows a character behind the others; `false` if everything must be drawn.
    pub(super) async fn append(&mut self, c: char) -> bool {
        let width = char_width(c);
        let fits = self.cursor.column + width < self.columns;
        if c < ' ' || c == '\x7f' || width == 0 || !fits {
            return false;
        }
        self.cursor.column += width;
        if let Some(drawn) = &mut self.drawn {
            drawn.push(c);
        }
        self.terminal.write(c.to_string().as_bytes()).await;
        true
    }

    /// Shows the line as it is now: what has changed of it, or all of it with the prompt.
    pub(super) async fn draw(&mut self, text: &[char], cursor: usize) {
        self.columns = usize::from(self.terminal.size().columns).max(2);
        let mut out = String::new();
        let same = match &self.drawn {
            Some(drawn) => drawn.iter().zip(text).take_while(|(old, new)| old == new).count(),
            None => {
                self.draw_prompt(&mut out);
                0
            }
        };
        let start = self.walk_prompt(&text[..same]);
        self.move_to(start, &mut out);
        let shorter = self.drawn.as_ref().is_none_or(|drawn| drawn.len() > same);
        let mut walker = Walker { place: start, columns: self.columns };
        for c in &text[same..] {
            if *c == '\n' {
                out.push_str(if shorter { "\x1b[K\n" } else { "\n" });
            } else {
                out.push_str(&shown(*c, walker.place.column));
            }
            walker.step(*c);
            // Behind the last column the cursor only goes on with the next character.
            if walker.place.column == 0 && *c != '\n' {
                out.push_str(" \r");
            }
        }
        self.cursor = walker.place;
        if shorter && (self.drawn.is_some() || self.redrawn) {
            out.push_str("\x1b[J");
        }
        self.move_to(self.walk_prompt(text.get(..cursor).unwrap_or(text)), &mut out);
        self.drawn = Some(text.to_vec());
        self.redrawn = false;
        self.terminal.write(out.as_bytes()).await;
    }

    /// The prompt, from where it was drawn before.
    fn draw_prompt(&mut self, out: &mut String) {
        if self.redrawn {
            if self.cursor.row > 0 {
                out.push_str(&format!("\x1b[{}A", self.cursor.row));
            }
            out.push('\r');
        }
        out.extend(self.prompt.chars().filter(|c| !matches!(c, '\x01' | '\x02')));
        self.cursor = self.walk_prompt(&[]);
    }

    fn move_to(&mut self, target: Place, out: &mut String) {
        let from = self.cursor;
        self.cursor = target;
        match target.row.cmp(&from.row) {
            Ordering::Less => out.push_str(&format!("\x1b[{}A", from.row - target.row)),
            Ordering::Greater => out.push_str(&format!("\x1b[{}B", target.row - from.row)),
            Ordering::Equal => {
                match target.column.cmp(&from.column) {
                    Ordering::Less if from.column - target.column < 4 => {
                        out.push_str(&"\x08".repeat(from.column - target.column));
                    }
                    Ordering::Less => out.push_str(&format!("\x1b[{}D", from.column - target.column)),
                    Ordering::Greater => out.push_str(&format!("\x1b[{}C", target.column - from.column)),
                    Ordering::Equal => {}
                }
                return;
            }
        }
        out.push('\r');
        if target.column > 0 {
            out.push_str(&format!("\x1b[{}C", target.column));
        }
    }
}
