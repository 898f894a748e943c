//! The lines that were typed.

use super::state::Shell;

/// How many lines are kept.
const MAX: usize = 2000;

#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    /// The lines, oldest first.
    pub(crate) lines: Vec<String>,
    /// The number of the first line.
    pub(crate) first: usize,
    /// How many of the lines the file has already.
    pub(crate) saved: usize,
}

impl History {
    /// Adds a line, as HISTCONTROL wants it.
    pub(crate) fn add(&mut self, line: &str, control: &str) {
        let line = line.trim_end_matches('\n');
        if line.trim().is_empty() {
            return;
        }
        let has = |wanted: &str| control.split(':').any(|word| word == wanted || word == "ignoreboth");
        if (has("ignorespace") && line.starts_with(' '))
            || (has("ignoredups") && self.lines.last().is_some_and(|last| last == line))
        {
            return;
        }
        self.lines.push(line.to_owned());
        if self.lines.len() > MAX {
            self.lines.remove(0);
            self.first += 1;
            self.saved = self.saved.saturating_sub(1);
        }
    }
}

impl Shell {
    /// The file of the history.
    pub(crate) fn history_file(&self) -> Option<String> {
        let file = self.variable_text("HISTFILE")?;
        (!file.is_empty()).then(|| self.process.path(&file))
    }

    /// Reads the lines of earlier sessions.
    pub(crate) fn load_history(&mut self) {
        let Some(file) = self.history_file() else { return };
        let Ok(text) = self.process.host.files.read_to_string(&file) else { return };
        for line in text.lines() {
            self.history.add(line, "");
        }
        self.history.saved = self.history.lines.len();
    }

    /// Appends the new lines to the file.
    pub(crate) fn save_history(&mut self) {
        let Some(file) = self.history_file() else { return };
        let mut text = String::new();
        for line in self.history.lines.iter().skip(self.history.saved) {
            text.push_str(line);
            text.push('\n');
        }
        if !text.is_empty() && self.process.host.files.append(&file, text.as_bytes()).is_ok() {
            self.history.saved = self.history.lines.len();
        }
    }
}
