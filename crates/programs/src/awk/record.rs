//! The record and its fields.

use std::rc::Rc;

use super::value::Value;
use crate::regex::Regex;

/// What fields are separated by.
pub(super) enum Splitter {
    /// Blanks, and newlines.
    Blanks,
    /// Each character by itself.
    Characters,
    /// One character.
    Char(char),
    Regex(Rc<Regex>),
}

impl Splitter {
    /// The parts of a text; `newlines` separate as well where records are paragraphs.
    pub(super) fn split<'t>(&self, text: &'t str, newlines: bool) -> Vec<&'t str> {
        if text.is_empty() {
            return Vec::new();
        }
        match self {
            Self::Blanks => text.split([' ', '\t', '\n']).filter(|part| !part.is_empty()).collect(),
            Self::Characters => text.char_indices().map(|(at, c)| &text[at..at + c.len_utf8()]).collect(),
            Self::Char(separator) => text.split(|c| c == *separator || (newlines && c == '\n')).collect(),
            Self::Regex(regex) => {
                let mut parts = Vec::new();
                let lines: Vec<&str> = if newlines { text.split('\n').collect() } else { vec![text] };
                for line in lines {
                    let mut start = 0;
                    for found in regex.find_iter(line).filter(|found| !found.is_empty()) {
                        parts.push(&line[start..found.start()]);
                        start = found.end();
                    }
                    parts.push(&line[start..]);
                }
                parts
            }
        }
    }
}

/// `$0`, `$1` and so on; each side is made from the other when it is asked for.
#[derive(Default)]
pub(super) struct Record {
    text: Rc<str>,
    fields: Vec<Value>,
    split: bool,
    stale: bool,
}

impl Record {
    pub(super) fn set(&mut self, text: Rc<str>) {
        self.text = text;
        self.fields.clear();
        self.split = false;
        self.stale = false;
    }

    /// Whether [`Self::split`] is to be called before fields are asked for.
    pub(super) fn is_whole(&self) -> bool {
        !self.split
    }

    pub(super) fn split(&mut self, splitter: &Splitter, newlines: bool) {
        let text = self.text.clone();
        self.fields = splitter.split(&text, newlines).into_iter().map(Value::input).collect();
        self.split = true;
    }

    pub(super) fn count(&self) -> usize {
        self.fields.len()
    }

    pub(super) fn text(&mut self, separator: &str, format: &str) -> Rc<str> {
        if self.stale {
            let parts: Vec<Rc<str>> = self.fields.iter().map(|field| field.to_text(format)).collect();
            self.text = parts.join(separator).into();
            self.stale = false;
        }
        self.text.clone()
    }

    /// A field, from 1 on.
    pub(super) fn field(&self, index: usize) -> Value {
        self.fields.get(index - 1).cloned().unwrap_or_default()
    }

    pub(super) fn set_field(&mut self, index: usize, value: Value) {
        if self.fields.len() < index {
            self.resize(index);
        }
        self.fields[index - 1] = value;
        self.stale = true;
    }

    pub(super) fn resize(&mut self, count: usize) {
        self.fields.resize(count, Value::text(""));
        self.stale = true;
    }
}
