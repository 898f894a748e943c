//! File names that match patterns.

use podground_vfs::join;

use super::Field;
use crate::bash::pattern::{Pattern, is_pattern, unescape};
use crate::bash::state::{Run, Shell, Unwind};

impl Shell {
    /// Adds the file names that a word matches, or the word.
    pub(crate) async fn expand_pathname(&mut self, field: Field, all: &mut Vec<String>) -> Run<()> {
        let extended = self.options.is("extglob");
        if !field.special || self.options.noglob || !is_pattern(&field.pattern, extended) {
            all.push(field.text);
            return Ok(());
        }
        let mut names = self.glob(&field.pattern);
        self.ignore_names(&mut names);
        if names.is_empty() {
            if self.options.is("failglob") {
                self.error(&format!("no match: {}", field.text)).await;
                return Err(Unwind::Discard(1));
            }
            if !self.options.is("nullglob") {
                all.push(field.text);
            }
        }
        all.extend(names);
        Ok(())
    }

    /// Takes away what GLOBIGNORE names.
    fn ignore_names(&self, names: &mut Vec<String>) {
        let Some(ignored) = self.variable_text("GLOBIGNORE").filter(|text| !text.is_empty()) else { return };
        let patterns: Vec<Pattern> =
            split_patterns(&ignored).iter().map(|pattern| self.compile(pattern, true)).collect();
        names.retain(|name| !patterns.iter().any(|pattern| pattern.matches(name)));
    }

    /// The file names that match a pattern, sorted.
    pub(crate) fn glob(&self, pattern: &str) -> Vec<String> {
        let walker = Walker {
            shell: self,
            extended: self.options.is("extglob"),
            fold: self.options.is("nocaseglob"),
            // What is ignored is told by GLOBIGNORE then.
            dots: self.options.is("dotglob")
                || self.variable_text("GLOBIGNORE").is_some_and(|text| !text.is_empty()),
        };
        let absolute = pattern.starts_with('/');
        let mut found = vec![if absolute { "/".to_owned() } else { String::new() }];
        let parts: Vec<&str> = split(pattern);
        for (index, part) in parts.iter().enumerate() {
            let last = index + 1 == parts.len();
            let mut next = Vec::new();
            for base in &found {
                walker.step(base, part, last, &mut next);
            }
            found = next;
        }
        if pattern.ends_with('/') {
            found.retain(|path| self.process.host.files.is_directory(&join(&self.process.cwd, path)));
            for path in &mut found {
                path.push('/');
            }
        }
        found.retain(|path| !path.is_empty());
        found.sort();
        found.dedup();
        found
    }
}

/// The patterns between colons that are not in brackets.
fn split_patterns(text: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut chars = text.chars().peekable();
    let mut inside = false;
    while let Some(c) = chars.next() {
        let last = all.len() - 1;
        match c {
            ':' if !inside => {
                all.push(String::new());
                continue;
            }
            '\\' => {
                all[last].push(c);
                all[last].extend(chars.next());
                continue;
            }
            '[' => inside = true,
            ']' => inside = false,
            _ => {}
        }
        all[last].push(c);
    }
    all.retain(|pattern| !pattern.is_empty());
    all
}

/// The parts between slashes that are not escaped or in brackets.
fn split(pattern: &str) -> Vec<&str> {
    pattern.split('/').filter(|part| !part.is_empty()).collect()
}

struct Walker<'a> {
    shell: &'a Shell,
    extended: bool,
    fold: bool,
    dots: bool,
}

impl Walker<'_> {
    fn step(&self, base: &str, part: &str, last: bool, next: &mut Vec<String>) {
        let files = &self.shell.process.host.files;
        let cwd = &self.shell.process.cwd;
        if part == "**" && self.shell.options.is("globstar") {
            if last && !base.is_empty() {
                // The folder itself, with a slash.
                next.push(format!("{}/", base.trim_end_matches('/')));
            } else if !last {
                next.push(base.to_owned());
            }
            self.below(base, !last, next, 0);
            return;
        }
        if !is_pattern(part, self.extended) {
            let path = extend(base, &unescape(part));
            if files.symlink_metadata(&join(cwd, &path)).is_ok() {
                next.push(path);
            }
            return;
        }
        let folder = join(cwd, if base.is_empty() { "." } else { base });
        let Ok(entries) = files.read_directory(&folder) else { return };
        let compiled = Pattern::new(part, self.extended, self.fold);
        for entry in entries {
            let hidden =
                entry.name.starts_with('.') && !self.dots && !part.trim_start_matches('\\').starts_with('.');
            let path = extend(base, &entry.name);
            if !hidden && compiled.matches(&entry.name) && (last || files.is_directory(&join(cwd, &path))) {
                next.push(path);
            }
        }
    }

    /// All that lies below a folder, for `**`.
    fn below(&self, base: &str, folders_only: bool, next: &mut Vec<String>, depth: u32) {
        let files = &self.shell.process.host.files;
        let folder = join(&self.shell.process.cwd, if base.is_empty() { "." } else { base });
        let Ok(entries) = files.read_directory(&folder) else { return };
        for entry in entries {
            if entry.name.starts_with('.') && !self.dots {
                continue;
            }
            let path = extend(base, &entry.name);
            let is_folder = entry.metadata.file_type == podground_vfs::FileType::Directory;
            if is_folder || !folders_only {
                next.push(path.clone());
            }
            if is_folder && depth < 50 {
                self.below(&path, folders_only, next, depth + 1);
            }
        }
    }
}

fn extend(base: &str, name: &str) -> String {
    if base.is_empty() || base.ends_with('/') { format!("{base}{name}") } else { format!("{base}/{name}") }
}
