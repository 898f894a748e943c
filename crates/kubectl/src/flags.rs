//! Command-line flags, parsed as pflag parses them.
//!
//! Which flags a command has is data: `assets/flags.tsv`.

mod parse;
mod support;
mod table;
mod value;

use std::collections::BTreeMap;

pub(crate) use parse::{ParseError, parse, strip};
pub use support::{COMMANDS as UNSUPPORTED_COMMANDS, UNSUPPORTED, WITHOUT_EFFECT};
pub(crate) use table::{Flag, Kind, flags_of, global_flags};
pub(crate) use value::go_quote;

/// The flags and words of one call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Args {
    /// The full name of the command: `kubectl rollout status`.
    pub(crate) command: String,
    /// The words that are no flags.
    pub(crate) words: Vec<String>,
    /// How many of the words stand before `--`.
    pub(crate) dash: Option<usize>,
    /// The flags that were given, each value in order; of lists all parts.
    given: BTreeMap<String, Vec<String>>,
    /// The flags that the command has asked about.
    #[cfg(debug_assertions)]
    seen: std::rc::Rc<std::cell::RefCell<std::collections::BTreeSet<String>>>,
    /// The defaults of the command's flags.
    defaults: BTreeMap<&'static str, &'static str>,
}

impl Args {
    /// Remembers that the command looks at a flag.
    #[cfg(debug_assertions)]
    fn note(&self, name: &str) {
        self.seen.borrow_mut().insert(name.to_owned());
    }

    #[cfg(not(debug_assertions))]
    #[expect(clippy::unused_self, reason = "the other build has it")]
    fn note(&self, _: &str) {}

    /// The flags that were given and that nobody has looked at: for the test that none is ignored.
    #[cfg(debug_assertions)]
    pub(crate) fn unread(&self) -> Vec<String> {
        let seen = self.seen.borrow();
        self.given.keys().filter(|name| !seen.contains(*name)).cloned().collect()
    }

    /// Whether the flag was given.
    pub(crate) fn changed(&self, name: &str) -> bool {
        self.note(name);
        self.given.contains_key(name)
    }

    /// The value of a flag that holds text; its default if it was not given.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.note(name);
        match self.given.get(name).and_then(|values| values.last()) {
            Some(value) => value,
            None => self.defaults.get(name).map_or("", |default| default.trim_matches('\'')),
        }
    }

    /// Whether a boolean flag is set.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.text(name) == "true"
    }

    /// The values of a flag that may be repeated.
    pub(crate) fn list(&self, name: &str) -> &[String] {
        self.note(name);
        self.given.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// The value of a flag that holds a number.
    pub(crate) fn number(&self, name: &str) -> i64 {
        self.text(name).parse().unwrap_or_default()
    }

    /// The value of a flag that holds a duration.
    pub(crate) fn duration(&self, name: &str) -> std::time::Duration {
        podground_api::duration::parse_go(self.text(name)).unwrap_or_default()
    }

    /// Whether a negative duration was given.
    pub(crate) fn is_negative(&self, name: &str) -> bool {
        self.text(name).starts_with('-')
    }

    /// The words before `--`.
    pub(crate) fn before_dash(&self) -> &[String] {
        &self.words[..self.dash.unwrap_or(self.words.len())]
    }

    /// The words after `--`.
    pub(crate) fn after_dash(&self) -> &[String] {
        &self.words[self.dash.unwrap_or(self.words.len())..]
    }

    /// Sets a flag as if it had been given.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.given.insert(name.to_owned(), vec![value.to_owned()]);
    }

    /// What was given of the flags that all commands have, without those that this command has of its own.
    pub(crate) fn globals(&self) -> Self {
        let name = self.command.strip_prefix("kubectl").unwrap_or(&self.command).trim();
        let mut globals = self.clone();
        for flag in flags_of(name) {
            globals.given.remove(flag.name);
            globals.defaults.remove(flag.name);
        }
        globals
    }

    /// The first flag of this call that is not simulated.
    pub(crate) fn refused(&self) -> Option<String> {
        support::refused(&self.command, self)
    }

    /// A usage error of this command.
    pub(crate) fn usage(&self, text: impl AsRef<str>) -> crate::error::Error {
        crate::error::Error::usage(&self.command, text)
    }

    /// The flags that were given, with their values, in order of their names.
    pub(crate) fn given(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.given.iter().map(|(name, values)| (name.as_str(), values.as_slice()))
    }
}
