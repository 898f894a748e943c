//! What the keys do with the text.

use podground_shell::Size;

use super::options::Options;
use super::view;
use crate::regex::{self, Regex, Syntax};
use crate::text::decode;
use crate::vi::keys::Key;

/// What the pager cannot do itself.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Request {
    Quit,
    /// The next file, or the one before.
    Other(isize),
}

pub(super) const HELP: &[&str] = &[
    "                   SUMMARY OF LESS COMMANDS",
    "",
    "  q               Exit.",
    "  space  f        Forward one window.      b          Backward one window.",
    "  e  j  return    Forward one line.        y  k       Backward one line.",
    "  d               Forward half a window.   u          Backward half a window.",
    "  g               Go to the first line.    G          Go to the last line.",
    "  Ng              Go to line N.            N%         Go to N percent of the text.",
    "  /pattern        Search forward.          ?pattern   Search backward.",
    "  n               Repeat the search.       N          Repeat it the other way.",
    "  F               Forward for ever, like tail -f; Ctrl-C ends that.",
    "  left  right     Move to the side, with long lines cut off.",
    "  -N  -S  -R  -i  Line numbers, cut long lines off, colours, any case.",
    "  :n  :p          The next file, the file before.     =   Where am I?",
];

/// A position: a line, and a row of it where it is folded.
type Place = (usize, usize);

pub(super) struct Pager {
    pub(super) options: Options,
    pub(super) message: String,
    /// Whether all of the text is there.
    pub(super) complete: bool,
    name: String,
    lines: Vec<String>,
    /// Bytes behind the last newline.
    rest: Vec<u8>,
    bytes: usize,
    top: Place,
    left: usize,
    size: Size,
    prompt: Option<String>,
    count: String,
    search: Option<Regex>,
    forward: bool,
    /// A search or a jump that more of the text may serve.
    pending: Option<Pending>,
    following: bool,
    fresh: bool,
    help: Option<Box<Pager>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pending {
    End,
    Line(usize),
    Search(usize),
}

impl Pager {
    pub(super) fn new(name: String, options: Options, _alone: bool) -> Self {
        let mut pager = Self {
            options,
            message: String::new(),
            complete: false,
            name,
            lines: Vec::new(),
            rest: Vec::new(),
            bytes: 0,
            top: (0, 0),
            left: 0,
            size: Size::default(),
            prompt: None,
            count: String::new(),
            search: None,
            forward: true,
            pending: None,
            following: false,
            fresh: true,
            help: None,
        };
        let first = std::mem::take(&mut pager.options.first);
        for c in first.chars() {
            pager.key(Key::Char(c));
        }
        if pager.prompt.is_some() {
            pager.key(Key::Enter);
        }
        pager
    }

    /// Takes more of the text; nothing is its end.
    pub(super) fn add(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            self.complete = true;
            if !self.rest.is_empty() {
                let rest = std::mem::take(&mut self.rest);
                self.lines.push(decode(&rest).into_owned());
            }
        }
        self.bytes += bytes.len();
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.rest.extend_from_slice(part);
            if part.ends_with(b"\n") {
                self.rest.pop();
                let line = std::mem::take(&mut self.rest);
                self.lines.push(decode(&line).into_owned());
            }
        }
        self.serve();
    }

    pub(super) fn lines(&self) -> usize {
        self.lines.len()
    }

    pub(super) fn follows(&self) -> bool {
        self.following
    }

    /// Whether the screen is worth drawing while more of the text is awaited.
    pub(super) fn shows_progress(&self) -> bool {
        self.following || !self.lines.is_empty()
    }

    /// Whether more of the text is wanted for what is to be shown.
    pub(super) fn wants_more(&self) -> bool {
        if self.following {
            return true;
        }
        let ahead = self.top.0 + usize::from(self.size.rows) * 2;
        !self.complete && (self.pending.is_some() || self.lines.len() < ahead)
    }

    /// Whether all of it fits on a screen.
    pub(super) fn fits(&mut self, size: Size) -> bool {
        self.size = size;
        let rows: usize = (0..self.lines.len()).map(|line| self.height(line)).sum();
        rows < usize::from(size.rows)
    }

    /// The whole text, for a terminal that turns newlines into returns.
    pub(super) fn all(&self) -> String {
        self.lines.iter().map(|line| format!("{line}\n")).collect()
    }

    fn page(&self) -> usize {
        usize::from(self.size.rows).max(2) - 1
    }

    fn gutter(&self) -> usize {
        if self.options.numbers { 8 } else { 0 }
    }

    fn columns(&self) -> usize {
        usize::from(self.size.columns).max(self.gutter() + 2) - self.gutter()
    }

    fn rows(&self, line: usize) -> Vec<String> {
        let chop = self.options.chop.then_some(self.left);
        let text = self.lines.get(line).map_or("", String::as_str);
        view::rows(text, self.columns(), self.options.raw, chop, self.search.as_ref())
    }

    fn height(&self, line: usize) -> usize {
        if self.options.chop { 1 } else { self.rows(line).len() }
    }

    fn down(&self, place: Place) -> Option<Place> {
        if place.1 + 1 < self.height(place.0) {
            Some((place.0, place.1 + 1))
        } else {
            (place.0 + 1 < self.lines.len()).then_some((place.0 + 1, 0))
        }
    }

    fn up(&self, place: Place) -> Option<Place> {
        if place.1 > 0 {
            Some((place.0, place.1 - 1))
        } else {
            let line = place.0.checked_sub(1)?;
            Some((line, self.height(line) - 1))
        }
    }

    /// The top of the last page.
    fn last_top(&self) -> Place {
        let Some(last) = self.lines.len().checked_sub(1) else { return (0, 0) };
        let mut place = (last, self.height(last) - 1);
        for _ in 1..self.page() {
            match self.up(place) {
                Some(up) => place = up,
                None => break,
            }
        }
        place
    }

    /// Whether the end of the text is on the screen.
    fn at_end(&self) -> bool {
        self.complete && self.top >= self.last_top()
    }

    fn scroll(&mut self, rows: isize) -> Option<Request> {
        if rows > 0 && self.options.quit_at_end && self.at_end() {
            return Some(Request::Quit);
        }
        for _ in 0..rows.unsigned_abs() {
            let next = if rows < 0 {
                self.up(self.top)
            } else if self.complete && self.top >= self.last_top() {
                None
            } else {
                self.down(self.top)
            };
            match next {
                Some(place) => self.top = place,
                None => break,
            }
        }
        None
    }

    /// Does what could not be done before for lack of text.
    fn serve(&mut self) {
        match self.pending {
            Some(Pending::End) => {
                self.top = self.last_top();
                if self.complete {
                    self.pending = None;
                }
            }
            Some(Pending::Line(line)) if line < self.lines.len() || self.complete => {
                self.top = (line.min(self.lines.len().saturating_sub(1)), 0);
                self.pending = None;
                if self.complete && self.top > self.last_top() {
                    self.top = self.last_top();
                }
            }
            Some(Pending::Search(from)) => self.find(from),
            _ => {}
        }
        if self.following {
            self.top = self.last_top();
        }
    }

    /// Looks for the pattern from a line on, in the direction of the search.
    fn find(&mut self, from: usize) {
        let Some(regex) = &self.search else {
            "No previous regular expression".clone_into(&mut self.message);
            return;
        };
        let found = if self.forward {
            (from..self.lines.len()).find(|line| regex.is_match(&self.lines[*line]))
        } else {
            (0..from.min(self.lines.len())).rev().find(|line| regex.is_match(&self.lines[*line]))
        };
        match found {
            Some(line) => {
                self.top = (line, 0);
                self.pending = None;
            }
            None if self.forward && !self.complete => self.pending = Some(Pending::Search(from)),
            None => {
                self.pending = None;
                "Pattern not found".clone_into(&mut self.message);
            }
        }
    }

    pub(super) fn key(&mut self, key: Key) -> Option<Request> {
        if self.help.take().is_some() {
            return None;
        }
        self.message.clear();
        if self.prompt.is_some() {
            return self.typed(key);
        }
        self.fresh = false;
        let count = std::mem::take(&mut self.count);
        let number: Option<usize> = count.parse().ok();
        if self.following && matches!(key, Key::Char('\x03' | 'q')) {
            self.following = false;
            return None;
        }
        let page = self.page() as isize;
        let lines = |default: isize| number.map_or(default, |number| number as isize);
        match key {
            Key::Char(digit) if digit.is_ascii_digit() => self.count = format!("{count}{digit}"),
            Key::Char('q' | 'Q') => return Some(Request::Quit),
            Key::Char(' ' | 'f' | '\x06' | '\x16') | Key::PageDown => return self.scroll(lines(page)),
            Key::Char('b' | '\x02') | Key::PageUp => return self.scroll(-lines(page)),
            Key::Char('d' | '\x04') => return self.scroll(lines(page / 2)),
            Key::Char('u' | '\x15') => return self.scroll(-lines(page / 2)),
            Key::Char('j' | 'e' | '\x0e' | '\x05') | Key::Enter | Key::Down => return self.scroll(lines(1)),
            Key::Char('k' | 'y' | '\x10' | '\x19') | Key::Up => return self.scroll(-lines(1)),
            Key::Char('g' | '<') | Key::Home => self.jump(number.unwrap_or(1)),
            Key::Char('G' | '>') | Key::End => match number {
                Some(number) => self.jump(number),
                None => {
                    self.pending = Some(Pending::End);
                    self.serve();
                }
            },
            Key::Char('%' | 'p') => self.jump(self.lines.len() * number.unwrap_or(0).min(100) / 100),
            Key::Left => self.left = self.left.saturating_sub(self.columns() / 2),
            Key::Right => {
                self.options.chop = true;
                self.left += self.columns() / 2;
            }
            Key::Char(c @ ('/' | '?' | ':' | '-' | '&')) => self.prompt = Some(c.to_string()),
            Key::Char('n') => self.again(true),
            Key::Char('N') => self.again(false),
            Key::Char('F') => {
                self.following = true;
                self.top = self.last_top();
            }
            Key::Char('=' | '\x07') => {
                let name = if self.name.is_empty() { "standard input" } else { &self.name };
                let last = (self.top.0 + self.page()).min(self.lines.len());
                self.message = format!(
                    "{name} lines {}-{last}/{} byte {}",
                    self.top.0 + 1,
                    self.lines.len(),
                    self.bytes
                );
            }
            Key::Char('h' | 'H') => {
                let mut help = Self::new("HELP".to_owned(), Options::default(), true);
                help.add((HELP.join("\n") + "\n").as_bytes());
                help.add(b"");
                self.help = Some(Box::new(help));
            }
            _ => {}
        }
        None
    }

    fn jump(&mut self, line: usize) {
        self.pending = Some(Pending::Line(line.max(1) - 1));
        self.serve();
    }

    /// Searches on, in the direction of the search or the other one.
    fn again(&mut self, same: bool) {
        let direction = self.forward;
        self.forward = direction == same;
        self.find(if self.forward { self.top.0 + 1 } else { self.top.0 });
        self.forward = direction;
    }

    /// A key of the line at the bottom.
    fn typed(&mut self, key: Key) -> Option<Request> {
        let mut prompt = self.prompt.take().unwrap_or_default();
        match key {
            Key::Escape | Key::Char('\x03') => return None,
            Key::Backspace => {
                prompt.pop();
                self.prompt = (!prompt.is_empty()).then_some(prompt);
            }
            Key::Enter => {
                let text = prompt[1..].to_owned();
                let forward = prompt.starts_with('/');
                if prompt.starts_with(['/', '?']) {
                    self.begin_search(&text, forward);
                }
            }
            Key::Char(c) if prompt == ":" => match c {
                'q' | 'Q' => return Some(Request::Quit),
                'n' => return Some(Request::Other(1)),
                'p' => return Some(Request::Other(-1)),
                _ => {}
            },
            Key::Char(c) if prompt == "-" => {
                if !self.options.toggle(c) {
                    self.message = format!("There is no -{c} option");
                }
            }
            Key::Char(c) => {
                prompt.push(c);
                self.prompt = Some(prompt);
            }
            _ => self.prompt = Some(prompt),
        }
        None
    }

    fn begin_search(&mut self, text: &str, forward: bool) {
        self.forward = forward;
        if !text.is_empty() {
            match regex::compile(text, Syntax::Extended, self.options.ignore_case) {
                Ok(regex) => self.search = Some(regex),
                Err(error) => {
                    self.message = error;
                    return;
                }
            }
        }
        let from = if self.fresh && forward { 0 } else { self.top.0 + usize::from(forward) };
        self.fresh = false;
        self.find(from);
    }

    /// The bytes that show the page.
    pub(super) fn draw(&mut self, size: Size) -> String {
        if self.size != size {
            self.size = size;
            // What is to be shown may have been asked for before the size was known.
            if self.pending.is_some() || self.complete && self.top > self.last_top() {
                self.serve();
                self.top = self.top.min(self.last_top());
            }
        }
        if let Some(help) = &mut self.help {
            return help.draw(size);
        }
        let mut picture = String::from("\x1b[?25l");
        let mut row = 0;
        let mut place = Some(self.top).filter(|_| !self.lines.is_empty());
        while let Some(at) = place.filter(|_| row < self.page()) {
            let rows = self.rows(at.0);
            picture.push_str(&format!("\x1b[{};1H", row + 1));
            if self.options.numbers {
                picture.push_str(&if at.1 == 0 { format!("{:7} ", at.0 + 1) } else { " ".repeat(8) });
            }
            picture.push_str(rows.get(at.1).map_or("", String::as_str));
            picture.push_str("\x1b[K");
            row += 1;
            place = if at.1 + 1 < rows.len() {
                Some((at.0, at.1 + 1))
            } else {
                (at.0 + 1 < self.lines.len()).then_some((at.0 + 1, 0))
            };
        }
        while row < self.page() {
            picture.push_str(&format!("\x1b[{};1H~\x1b[K", row + 1));
            row += 1;
        }
        picture.push_str(&format!("\x1b[{};1H{}\x1b[K\x1b[?25h", row + 1, self.status()));
        picture
    }

    /// The line at the bottom.
    fn status(&self) -> String {
        let reverse = |text: &str| format!("\x1b[7m{text}\x1b[27m");
        if let Some(prompt) = &self.prompt {
            return prompt.clone();
        }
        if !self.message.is_empty() {
            return reverse(&self.message);
        }
        if self.following {
            return "Waiting for data... (interrupt to abort)".to_owned();
        }
        if self.options.more {
            let shown = (self.top.0 + self.page()).min(self.lines.len());
            let percent = if self.complete { shown * 100 / self.lines.len().max(1) } else { 0 };
            return reverse(&if self.complete {
                format!("--More--({percent}%)")
            } else {
                "--More--".to_owned()
            });
        }
        if !self.count.is_empty() {
            return format!(":{}", self.count);
        }
        let end = if self.at_end() { "(END)" } else { "" };
        if self.fresh && !self.name.is_empty() {
            return reverse(format!("{} {end}", self.name).trim_end());
        }
        if end.is_empty() { ":".to_owned() } else { reverse(end) }
    }
}
