//! Regular expressions as mawk reads and refuses them.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::regex::{self, Regex, Syntax};

/// Compiles an expression. mawk takes braces as they are, busybox's awk repeats by them.
pub(super) fn compile(pattern: &str, intervals: bool) -> Result<Regex, String> {
    let literal;
    let text = if intervals || !pattern.contains('{') {
        pattern
    } else {
        literal = escape_braces(pattern);
        &literal
    };
    regex::compile(text, Syntax::Awk, false).map_err(|error| {
        let reason = match error.as_str() {
            error if error.contains("Unmatched (") => "missing ')'",
            error if error.contains("Unmatched )") => "missing '('",
            error if error.contains("Unmatched [") => "bad class -- [], [^] or [",
            error => error,
        };
        format!("regular expression compile failed ({reason})\n{pattern}")
    })
}

fn escape_braces(pattern: &str) -> String {
    let mut out = String::new();
    let mut chars = pattern.chars();
    let mut in_bracket = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                out.push(c);
                out.extend(chars.next());
                continue;
            }
            '[' => in_bracket = true,
            ']' => in_bracket = false,
            '{' if !in_bracket => out.push('\\'),
            _ => {}
        }
        out.push(c);
    }
    out
}

/// The expressions of a program: those between slashes by number, others by their text.
pub(super) struct Regexes {
    constants: Vec<Rc<Regex>>,
    cache: BTreeMap<Rc<str>, Rc<Regex>>,
    intervals: bool,
}

impl Regexes {
    /// Compiles those between slashes.
    pub(super) fn new(constants: &[String], intervals: bool) -> Result<Self, String> {
        let constants =
            constants.iter().map(|text| compile(text, intervals).map(Rc::new)).collect::<Result<_, _>>()?;
        Ok(Self { constants, cache: BTreeMap::new(), intervals })
    }

    /// One of those between slashes.
    pub(super) fn constant(&self, index: usize) -> Rc<Regex> {
        self.constants[index].clone()
    }

    /// One that is the text of a value.
    pub(super) fn dynamic(&mut self, text: &Rc<str>) -> Result<Rc<Regex>, String> {
        if let Some(found) = self.cache.get(text) {
            return Ok(found.clone());
        }
        let regex = Rc::new(compile(text, self.intervals)?);
        if self.cache.len() >= 64 {
            self.cache.clear();
        }
        self.cache.insert(text.clone(), regex.clone());
        Ok(regex)
    }
}
