//! `~`, `~user`, `~+`, `~-`.

use crate::bash::parser::is_name;
use crate::bash::state::Shell;

impl Shell {
    /// A literal text with its tildes replaced: pieces, and whether each is as if quoted.
    /// `start` says that it begins a word, `end` that it ends it.
    pub(crate) fn expand_tildes(&self, text: &str, start: bool, end: bool) -> Vec<(String, bool)> {
        if !text.contains('~') || !start {
            return vec![(text.to_owned(), false)];
        }
        // Behind `name=`, each part between colons may have a tilde.
        let (head, body) = match text.split_once('=') {
            Some((name, _)) if is_name(name) => text.split_at(name.len() + 1),
            _ => ("", text),
        };
        let mut pieces = Vec::new();
        if !head.is_empty() {
            pieces.push((head.to_owned(), false));
        }
        let parts: Vec<&str> = if head.is_empty() { vec![body] } else { body.split(':').collect() };
        let last = parts.len() - 1;
        for (index, part) in parts.into_iter().enumerate() {
            if index > 0 {
                pieces.push((":".to_owned(), false));
            }
            self.tilde(part, end || index < last, &mut pieces);
        }
        pieces
    }

    /// A value of an assignment, where each part between colons may have a tilde.
    pub(crate) fn expand_value_tildes(&self, text: &str) -> String {
        let mut out = String::new();
        for (index, part) in text.split(':').enumerate() {
            if index > 0 {
                out.push(':');
            }
            let mut pieces = Vec::new();
            self.tilde(part, true, &mut pieces);
            out.extend(pieces.into_iter().map(|(piece, _)| piece));
        }
        out
    }

    fn tilde(&self, text: &str, end: bool, pieces: &mut Vec<(String, bool)>) {
        if let Some(rest) = text.strip_prefix('~') {
            let name_end = rest.find('/');
            if name_end.is_some() || end {
                let (name, rest) = rest.split_at(name_end.unwrap_or(rest.len()));
                if let Some(home) = self.home_of(name) {
                    pieces.push((home, true));
                    pieces.push((rest.to_owned(), false));
                    return;
                }
            }
        }
        pieces.push((text.to_owned(), false));
    }

    pub(crate) fn home_of(&self, name: &str) -> Option<String> {
        match name {
            "" => self.variable_text("HOME").or_else(|| {
                let user = self.process.host.user_name(self.process.uid)?;
                self.process.host.home_of(&user)
            }),
            "+" => self.variable_text("PWD"),
            "-" => self.variable_text("OLDPWD"),
            name => match name.strip_prefix('+').unwrap_or(name).parse::<usize>() {
                Ok(0) => Some(self.process.cwd.clone()),
                Ok(index) => self.directories.get(index - 1).cloned(),
                Err(_) => self.process.host.home_of(name),
            },
        }
    }
}
