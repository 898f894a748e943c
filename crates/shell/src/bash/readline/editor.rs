//! The text of a line and what keys do to it.

use super::MAX_KILLS;
use super::keys::Key;

/// How many changes can be taken back.
const MAX_UNDO: usize = 200;

pub(super) struct Editor {
    pub(super) text: Vec<char>,
    pub(super) cursor: usize,
    /// Killed texts, the latest last.
    pub(super) kills: Vec<Vec<char>>,
    undo: Vec<(Vec<char>, usize)>,
    /// Whether the last change was typing, which is taken back as one.
    typing: bool,
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric()
}

impl Editor {
    pub(super) fn new(kills: Vec<Vec<char>>) -> Self {
        Self { text: Vec::new(), cursor: 0, kills, undo: Vec::new(), typing: false }
    }

    fn remember(&mut self, typing: bool) {
        if !(typing && self.typing) {
            self.undo.push((self.text.clone(), self.cursor));
            if self.undo.len() > MAX_UNDO {
                self.undo.remove(0);
            }
        }
        self.typing = typing;
    }

    pub(super) fn insert(&mut self, chars: &[char]) {
        self.remember(chars.len() == 1);
        self.text.splice(self.cursor..self.cursor, chars.iter().copied());
        self.cursor += chars.len();
    }

    pub(super) fn remove(&mut self, from: usize, to: usize) -> Vec<char> {
        self.remember(false);
        self.cursor = from;
        self.text.drain(from..to).collect()
    }

    /// Makes `text` the line; the cursor goes to its end.
    pub(super) fn replace(&mut self, text: &str) {
        self.remember(false);
        self.text = text.chars().collect();
        self.cursor = self.text.len();
    }

    /// Takes the character at the cursor away; `false` if there is none.
    pub(super) fn delete(&mut self) -> bool {
        let there = self.cursor < self.text.len();
        if there {
            self.remove(self.cursor, self.cursor + 1);
        }
        there
    }

    /// Kills a range; a kill that follows another is joined to it.
    fn kill(&mut self, from: usize, to: usize, joins: bool) {
        let backward = to == self.cursor && from < to;
        let killed = self.remove(from, to);
        match self.kills.last_mut().filter(|_| joins) {
            Some(last) if backward => {
                last.splice(0..0, killed);
            }
            Some(last) => last.extend(killed),
            None => {
                self.kills.push(killed);
                if self.kills.len() > MAX_KILLS {
                    self.kills.remove(0);
                }
            }
        }
    }

    fn word_start(&self, is_part: impl Fn(char) -> bool) -> usize {
        let mut i = self.cursor;
        while i > 0 && !is_part(self.text[i - 1]) {
            i -= 1;
        }
        while i > 0 && is_part(self.text[i - 1]) {
            i -= 1;
        }
        i
    }

    fn word_end(&self) -> usize {
        let mut i = self.cursor;
        while i < self.text.len() && !is_word(self.text[i]) {
            i += 1;
        }
        while i < self.text.len() && is_word(self.text[i]) {
            i += 1;
        }
        i
    }

    /// Does what an editing key does. Returns whether it has killed something.
    pub(super) fn press(&mut self, key: &Key, joins: bool) -> bool {
        let length = self.text.len();
        match key {
            Key::Left | Key::Ctrl('b') => self.cursor = self.cursor.saturating_sub(1),
            Key::Right | Key::Ctrl('f') => self.cursor = (self.cursor + 1).min(length),
            Key::Home | Key::Ctrl('a') => self.cursor = 0,
            Key::End | Key::Ctrl('e') => self.cursor = length,
            Key::WordLeft | Key::Alt('b') => self.cursor = self.word_start(is_word),
            Key::WordRight | Key::Alt('f') => self.cursor = self.word_end(),
            Key::Backspace if self.cursor > 0 => {
                self.remove(self.cursor - 1, self.cursor);
            }
            Key::Ctrl('k') => {
                self.kill(self.cursor, length, joins);
                return true;
            }
            Key::Ctrl('u') => {
                self.kill(0, self.cursor, joins);
                return true;
            }
            Key::Ctrl('w') => {
                self.kill(self.word_start(|c| !c.is_whitespace()), self.cursor, joins);
                return true;
            }
            Key::AltBackspace => {
                self.kill(self.word_start(is_word), self.cursor, joins);
                return true;
            }
            Key::Alt('d') => {
                self.kill(self.cursor, self.word_end(), joins);
                return true;
            }
            Key::Alt('\\') => {
                let blank = |c: &char| *c == ' ' || *c == '\t';
                let from = self.text[..self.cursor].iter().rposition(|c| !blank(c)).map_or(0, |i| i + 1);
                let to = self.text[self.cursor..]
                    .iter()
                    .position(|c| !blank(c))
                    .map_or(length, |i| self.cursor + i);
                self.remove(from, to);
            }
            Key::Ctrl('t') if length >= 2 && self.cursor > 0 => {
                self.remember(false);
                let at = self.cursor.min(length - 1);
                self.text.swap(at - 1, at);
                self.cursor = at + 1;
            }
            Key::Alt('u' | 'l' | 'c') => self.change_case(key),
            Key::Alt('t') => self.transpose_words(),
            Key::Alt('r') => {
                if let Some((text, cursor)) = self.undo.first().cloned() {
                    (self.text, self.cursor) = (text, cursor);
                    self.undo.clear();
                }
            }
            Key::Ctrl('_') => {
                if let Some((text, cursor)) = self.undo.pop() {
                    (self.text, self.cursor) = (text, cursor);
                }
                self.typing = false;
            }
            _ => {}
        }
        false
    }

    fn change_case(&mut self, key: &Key) {
        self.remember(false);
        let end = self.word_end();
        let mut first = true;
        for index in self.cursor..end {
            let c = self.text[index];
            let upper = *key == Key::Alt('u') || (*key == Key::Alt('c') && first);
            let changed: Vec<char> =
                if upper { c.to_uppercase().collect() } else { c.to_lowercase().collect() };
            if let [changed] = changed.as_slice() {
                self.text[index] = *changed;
            }
            first &= !is_word(c);
        }
        self.cursor = end;
    }

    fn transpose_words(&mut self) {
        let before = self.cursor;
        let second_end = self.word_end();
        self.cursor = second_end;
        let second_start = self.word_start(is_word);
        self.cursor = second_start;
        let first_start = self.word_start(is_word);
        self.cursor = first_start;
        let first_end = self.word_end();
        if first_end >= second_start || first_start == second_start {
            self.cursor = before;
            return;
        }
        self.remember(false);
        let swapped: Vec<char> = [
            &self.text[second_start..second_end],
            &self.text[first_end..second_start],
            &self.text[first_start..first_end],
        ]
        .concat();
        self.text.splice(first_start..second_end, swapped);
        self.cursor = second_end;
    }
}
