//! Editing a line on a terminal, with the keys of Emacs.

mod complete;
mod editor;
mod files;
mod keys;
mod listing;
mod screen;
mod search;
mod words;

use std::collections::BTreeMap;
use std::rc::Rc;

use super::state::{Run, Shell};
use crate::terminal::{Modes, Terminal};
use editor::Editor;
use keys::Key;
use screen::Screen;

/// How many killed texts are kept.
const MAX_KILLS: usize = 10;

/// What was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Typed {
    Line(String),
    /// Ctrl-D on an empty line, or the window is gone.
    End,
    /// Ctrl-C
    Interrupted,
}

/// What the last key did: some keys do something else the second time.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Last {
    Other,
    Kill,
    /// A yank: where it begins, and which of the killed texts it was.
    Yank(usize, usize),
    /// Alt-.: how many lines back, and how much was inserted.
    Argument(usize, usize),
    Tab,
}

/// The editing of one line.
struct Session<'a> {
    shell: &'a mut Shell,
    terminal: Rc<Terminal>,
    screen: Screen,
    editor: Editor,
    /// The line of the history that is edited; its length stands for the new line.
    place: usize,
    /// Lines of the history as they were changed, and the new line.
    edited: BTreeMap<usize, String>,
    last: Last,
}

/// What a key means for the line.
enum Outcome {
    Go,
    Done(Typed),
}

impl Shell {
    /// Reads a line with editing.
    pub(crate) async fn read_typed(&mut self, prompt: &str, terminal: &Rc<Terminal>) -> Run<Typed> {
        let paste = self.variable_text("TERM").is_none_or(|term| term != "dumb");
        let guard = terminal.set_modes(Modes::KEYS);
        if paste {
            terminal.write(b"\x1b[?2004h").await;
        }
        let place = self.history.lines.len();
        let mut session = Session {
            screen: Screen::new(terminal.clone(), prompt),
            terminal: terminal.clone(),
            editor: Editor::new(std::mem::take(&mut self.kills)),
            shell: self,
            place,
            edited: BTreeMap::new(),
            last: Last::Other,
        };
        session.screen.draw(&[], 0).await;
        let typed = session.run().await;
        let kills = std::mem::take(&mut session.editor.kills);
        self.kills = kills;
        if paste {
            terminal.write(b"\x1b[?2004l\r").await;
        }
        drop(guard);
        typed
    }
}

impl Session<'_> {
    async fn run(&mut self) -> Run<Typed> {
        loop {
            let Some(key) = self.key().await? else { return Ok(Typed::End) };
            match self.press(key).await? {
                Outcome::Go => {}
                Outcome::Done(typed) => {
                    let end = self.editor.text.len();
                    self.screen.draw(&self.editor.text, end).await;
                    match &typed {
                        Typed::Interrupted => self.terminal.write(b"^C\n").await,
                        // A pasted text may end with its newline.
                        Typed::Line(line) if line.ends_with('\n') => {}
                        Typed::Line(_) | Typed::End => self.terminal.write(b"\n").await,
                    }
                    return Ok(typed);
                }
            }
        }
    }

    /// The next key; meanwhile the window's size may change and signals may come.
    async fn key(&mut self) -> Run<Option<Key>> {
        loop {
            let terminal = self.terminal.clone();
            let signals = self.shell.signals.clone();
            let resized = terminal.resized.generation();
            enum Event {
                Key(Option<Key>),
                Resized,
                Signal(crate::Signal),
            }
            let event = futures_lite::future::or(
                async { Event::Key(keys::read(&terminal).await) },
                futures_lite::future::or(
                    async {
                        terminal.resized.wait_after(resized).await;
                        Event::Resized
                    },
                    async {
                        match signals.recv().await {
                            Ok(signal) => Event::Signal(signal),
                            Err(_) => std::future::pending().await,
                        }
                    },
                ),
            )
            .await;
            match event {
                Event::Key(key) => return Ok(key),
                Event::Resized => self.redraw().await,
                Event::Signal(crate::Signal::Winch) => {}
                Event::Signal(signal) => {
                    let _ = self.shell.signal_sender.try_send(signal);
                    self.shell.check_signals().await?;
                }
            }
        }
    }

    async fn redraw(&mut self) {
        self.screen.resized(&self.editor.text, self.editor.cursor);
        self.draw().await;
    }

    async fn draw(&mut self) {
        self.screen.draw(&self.editor.text, self.editor.cursor).await;
    }

    async fn bell(&mut self) {
        self.terminal.write(b"\x07").await;
    }

    /// Does what a key means.
    async fn press(&mut self, key: Key) -> Run<Outcome> {
        let last = std::mem::replace(&mut self.last, Last::Other);
        match key {
            Key::Char(c) => {
                let at_end = self.editor.cursor == self.editor.text.len();
                self.editor.insert(&[c]);
                if !(at_end && self.screen.append(c).await) {
                    self.draw().await;
                }
                return Ok(Outcome::Go);
            }
            Key::Paste(text) => {
                let chars: Vec<char> = text.chars().collect();
                self.editor.insert(&chars);
            }
            Key::Enter => return Ok(Outcome::Done(Typed::Line(self.editor.text.iter().collect()))),
            Key::Tab => {
                let again = last == Last::Tab;
                self.complete(again).await?;
                self.last = Last::Tab;
            }
            Key::Ctrl('c') => return Ok(Outcome::Done(Typed::Interrupted)),
            Key::Ctrl('d') if self.editor.text.is_empty() => return Ok(Outcome::Done(Typed::End)),
            Key::Ctrl('d') | Key::Delete => {
                if !self.editor.delete() {
                    self.bell().await;
                }
            }
            Key::Ctrl('l') => {
                self.terminal.write(b"\x1b[H\x1b[2J").await;
                self.screen.forget();
            }
            Key::Ctrl('r') => return Box::pin(self.search(true)).await,
            Key::Ctrl('s') => return Box::pin(self.search(false)).await,
            Key::Ctrl('v' | 'q') => {
                let bytes = self.terminal.read(1).await;
                let chars: Vec<char> = bytes.into_iter().map(char::from).collect();
                self.editor.insert(&chars);
            }
            Key::Up | Key::Ctrl('p') => self.go(self.place.checked_sub(1)).await,
            Key::Down | Key::Ctrl('n') => self.go(Some(self.place + 1)).await,
            Key::Alt('<') => self.go(Some(0)).await,
            Key::Alt('>') => self.go(Some(self.shell.history.lines.len())).await,
            Key::Ctrl('y') => {
                if let Some(text) = self.editor.kills.last().cloned() {
                    let start = self.editor.cursor;
                    self.editor.insert(&text);
                    self.last = Last::Yank(start, self.editor.kills.len() - 1);
                }
            }
            Key::Alt('y') => self.yank_pop(&last),
            Key::Alt('.' | '_') => self.last_argument(&last).await,
            Key::Alt('#') => {
                self.editor.cursor = 0;
                self.editor.insert(&['#']);
                return Ok(Outcome::Done(Typed::Line(self.editor.text.iter().collect())));
            }
            Key::Ctrl('g') => self.bell().await,
            key => {
                let killing = last == Last::Kill;
                if self.editor.press(&key, killing) {
                    self.last = Last::Kill;
                }
            }
        }
        self.draw().await;
        Ok(Outcome::Go)
    }

    /// Goes to another line of the history.
    async fn go(&mut self, place: Option<usize>) {
        let count = self.shell.history.lines.len();
        let Some(place) = place.filter(|place| *place <= count) else {
            self.bell().await;
            return;
        };
        self.keep();
        self.place = place;
        let text = self.line_at(place);
        self.editor.replace(&text);
    }

    /// Remembers the line as it is now.
    fn keep(&mut self) {
        let text: String = self.editor.text.iter().collect();
        self.edited.insert(self.place, text);
    }

    /// A line of the history as it was changed, or as it is.
    fn line_at(&self, place: usize) -> String {
        self.edited.get(&place).or_else(|| self.shell.history.lines.get(place)).cloned().unwrap_or_default()
    }

    /// Replaces what was just yanked by the text that was killed before it.
    fn yank_pop(&mut self, last: &Last) {
        let Last::Yank(start, index) = *last else { return };
        let count = self.editor.kills.len();
        let index = (index + count - 1) % count.max(1);
        let Some(text) = self.editor.kills.get(index).cloned() else { return };
        self.editor.remove(start, self.editor.cursor);
        self.editor.insert(&text);
        self.last = Last::Yank(start, index);
    }

    /// Inserts the last word of an earlier line.
    async fn last_argument(&mut self, last: &Last) {
        let (back, inserted) = match last {
            Last::Argument(back, inserted) => (back + 1, *inserted),
            _ => (1, 0),
        };
        let lines = &self.shell.history.lines;
        let Some(line) = lines.len().checked_sub(back).and_then(|index| lines.get(index)) else {
            self.bell().await;
            self.last = last.clone();
            return;
        };
        let word = words::last_word(line);
        self.editor.remove(self.editor.cursor - inserted.min(self.editor.cursor), self.editor.cursor);
        let chars: Vec<char> = word.chars().collect();
        self.editor.insert(&chars);
        self.last = Last::Argument(back, chars.len());
    }
}
