//! The Tab key.

use super::Session;
use super::words::{Typing, typing};
use crate::bash::escapes::backslash_quote;
use crate::bash::state::{Run, Shell};
use crate::{Candidate, Completion, CompletionRequest};

/// Commands whose arguments are a command themselves.
const WRAPPERS: &[&str] = &["sudo", "watch", "time", "env", "nohup", "xargs", "exec", "command", "builtin"];

/// What may be meant.
struct Answer {
    /// Where the replaced text begins.
    start: usize,
    candidates: Vec<Candidate>,
    /// Whether they are paths: only the last part is listed, folders end with a slash.
    paths: bool,
    /// Whether they are inserted as they are, without quotes.
    plain: bool,
}

impl Session<'_> {
    /// Completes the word before the cursor; the second time shows what is possible.
    pub(super) async fn complete(&mut self, again: bool) -> Run<()> {
        let line: Vec<char> = self.editor.text[..self.editor.cursor].to_vec();
        let typing = typing(&line);
        let mut answer = Box::pin(self.shell.candidates(&typing)).await;
        answer.candidates.sort_by(|a, b| a.text.cmp(&b.text));
        answer.candidates.dedup_by(|a, b| a.text == b.text);
        let Some(first) = answer.candidates.first().cloned() else {
            self.bell().await;
            return Ok(());
        };
        if answer.candidates.len() == 1 {
            let mut text = quoted(&first.text, &typing, &answer);
            if !first.open {
                text.extend(typing.quote);
                let space = self.editor.text.get(self.editor.cursor) == Some(&' ');
                if !space {
                    text.push(' ');
                }
            }
            self.put(answer.start, &text);
            return Ok(());
        }
        let common = common_prefix(&answer.candidates);
        let text = quoted(&common, &typing, &answer);
        let present: String = line[answer.start..].iter().collect();
        // A prefix that is no longer than what is there would only lose what was typed.
        if common.chars().count() > typing_length(&typing, &answer, &line) && text != present {
            self.put(answer.start, &text);
            return Ok(());
        }
        if again {
            self.show(&answer).await
        } else {
            self.bell().await;
            Ok(())
        }
    }

    fn put(&mut self, start: usize, text: &str) {
        let chars: Vec<char> = text.chars().collect();
        let end = self.editor.cursor;
        self.editor.remove(start, end);
        self.editor.insert(&chars);
    }

    async fn show(&mut self, answer: &Answer) -> Run<()> {
        let shown: Vec<String> = answer
            .candidates
            .iter()
            .map(|candidate| {
                let text = &candidate.text;
                if !answer.paths {
                    return text.clone();
                }
                let inner = text.trim_end_matches('/');
                text[inner.rfind('/').map_or(0, |index| index + 1)..].to_owned()
            })
            .collect();
        self.list(&shown).await
    }
}

/// How much of the candidates is typed already.
fn typing_length(typing: &Typing, answer: &Answer, line: &[char]) -> usize {
    if answer.plain { line.len() - answer.start } else { typing.prefix.chars().count() }
}

/// What all candidates begin with.
fn common_prefix(candidates: &[Candidate]) -> String {
    let mut texts = candidates.iter().map(|candidate| candidate.text.as_str());
    let Some(first) = texts.next() else { return String::new() };
    let mut common: Vec<char> = first.chars().collect();
    for text in texts {
        let same = common.iter().zip(text.chars()).take_while(|(a, b)| **a == *b).count();
        common.truncate(same);
    }
    common.into_iter().collect()
}

/// A candidate as it is inserted: within the quotes that are open, else with backslashes.
fn quoted(text: &str, typing: &Typing, answer: &Answer) -> String {
    if answer.plain {
        return text.to_owned();
    }
    match typing.quote {
        Some('"') => {
            let mut out = String::from("\"");
            for c in text.chars() {
                if matches!(c, '"' | '\\' | '$' | '`') {
                    out.push('\\');
                }
                out.push(c);
            }
            out
        }
        Some(quote) => format!("{quote}{text}"),
        None => {
            // A tilde at the start stays one; a comma or a brace needs no backslash here.
            let (tilde, rest) = if text.starts_with('~') { text.split_at(1) } else { ("", text) };
            if rest.is_empty() {
                return tilde.to_owned();
            }
            format!(
                "{tilde}{}",
                backslash_quote(rest)
                    .replace("\\,", ",")
                    .replace("\\{", "{")
                    .replace("\\}", "}")
                    .replace("\\^", "^")
            )
        }
    }
}

fn paths(start: usize, names: Vec<(String, bool)>) -> Answer {
    let candidates = names
        .into_iter()
        .map(
            |(name, is_folder)| {
                if is_folder { Candidate::open(format!("{name}/")) } else { Candidate::new(name) }
            },
        )
        .collect();
    Answer { start, candidates, paths: true, plain: false }
}

fn names(start: usize, prefix: &str, names: impl IntoIterator<Item = String>) -> Answer {
    let candidates = names.into_iter().filter(|name| name.starts_with(prefix)).map(Candidate::new).collect();
    Answer { start, candidates, paths: false, plain: false }
}

impl Shell {
    async fn candidates(&mut self, typing: &Typing) -> Answer {
        let (start, prefix) = (typing.start, typing.prefix.as_str());
        if typing.quote != Some('\'')
            && let Some(answer) = self.variable_candidates(typing)
        {
            return answer;
        }
        if typing.redirect {
            return paths(start, self.file_names(prefix, false));
        }
        if let Some(user) = prefix.strip_prefix('~').filter(|user| !user.contains('/')) {
            let users = self.user_names(user).into_iter().map(|user| Candidate::open(format!("~{user}/")));
            return Answer { start, candidates: users.collect(), paths: false, plain: true };
        }
        if typing.words.is_empty() {
            if prefix.contains('/') {
                return paths(start, self.executables(prefix));
            }
            let mut answer = names(start, prefix, self.command_names());
            if answer.candidates.is_empty() {
                answer = paths(start, self.file_names(prefix, true));
            }
            return answer;
        }
        self.argument_candidates(typing).await
    }

    /// Variables, if the word ends with the beginning of one.
    fn variable_candidates(&self, typing: &Typing) -> Option<Answer> {
        let dollar = typing.raw.rfind('$')?;
        let rest = &typing.raw[dollar + 1..];
        let (brace, name) = match rest.strip_prefix('{') {
            Some(name) => ("{", name),
            None => ("", rest),
        };
        if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return None;
        }
        let end = if brace.is_empty() { "" } else { "}" };
        let found =
            self.variable_names(name).into_iter().map(|name| Candidate::new(format!("${brace}{name}{end}")));
        let start = typing.start + typing.raw[..dollar].chars().count();
        Some(Answer { start, candidates: found.collect(), paths: false, plain: true })
    }

    /// The words with aliases and wrapping commands taken off.
    fn plain_words(&self, words: &[String]) -> Vec<String> {
        let mut words = words.to_vec();
        for _ in 0..8 {
            let Some(first) = words.first().cloned() else { break };
            if let Some(value) = self.aliases.get(&first) {
                let mut replaced: Vec<String> = value.split_whitespace().map(str::to_owned).collect();
                if replaced.first() == Some(&first) {
                    replaced.extend(words.drain(1..));
                    return replaced;
                }
                replaced.extend(words.drain(1..));
                words = replaced;
            } else if WRAPPERS.contains(&first.as_str()) {
                let skipped = words
                    .iter()
                    .skip(1)
                    .take_while(|word| word.starts_with('-') || word.contains('='))
                    .count();
                words.drain(..=skipped);
            } else {
                break;
            }
        }
        words
    }

    async fn argument_candidates(&mut self, typing: &Typing) -> Answer {
        let (start, prefix) = (typing.start, typing.prefix.as_str());
        let mut words = self.plain_words(&typing.words);
        let Some(command) = words.first().cloned() else { return names(start, prefix, self.command_names()) };
        let command = podground_vfs::base_name(&command).to_owned();
        if let Some(completer) = self.process.host.programs.completer(&command).cloned() {
            let current = words.len();
            words.push(prefix.to_owned());
            let request = CompletionRequest {
                host: self.process.host.clone(),
                env: self.variables.exported(),
                cwd: self.process.cwd.clone(),
                words,
                current,
                prefix: prefix.to_owned(),
            };
            if let Completion::Candidates(mut candidates) = completer(request).await {
                candidates.retain(|candidate| candidate.text.starts_with(prefix));
                return Answer { start, candidates, paths: false, plain: false };
            }
        }
        match command.as_str() {
            "cd" | "pushd" | "rmdir" => paths(start, self.file_names(prefix, true)),
            "export" | "unset" | "readonly" | "declare" | "local" | "typeset" | "printenv"
                if !prefix.contains('=') =>
            {
                names(start, prefix, self.variable_names(prefix))
            }
            "alias" | "unalias" => names(start, prefix, self.aliases.keys().cloned()),
            "type" | "which" | "man" | "hash" => names(start, prefix, self.command_names()),
            "help" => names(start, prefix, crate::bash::builtins::BUILTINS.iter().map(|b| b.name.to_owned())),
            "shopt" => {
                names(start, prefix, crate::bash::options::SHOPT.iter().map(|(name, _)| (*name).to_owned()))
            }
            "kill" | "trap" if prefix.starts_with('-') => names(
                start,
                prefix,
                crate::Signal::ALL.iter().map(|signal| format!("-{}", signal.short_name())),
            ),
            "fg" | "bg" | "jobs" | "disown" | "wait" | "kill" if prefix.starts_with('%') => {
                names(start, prefix, self.jobs.list.iter().map(|job| format!("%{}", job.number)))
            }
            _ => self.file_candidates(typing),
        }
    }

    /// Files; behind the `=` of an option too.
    fn file_candidates(&self, typing: &Typing) -> Answer {
        if let Some((head, value)) = typing.prefix.split_once('=')
            && typing.quote.is_none()
            && typing.raw.starts_with(head)
        {
            let start = typing.start + head.chars().count() + 1;
            let mut answer = paths(start, self.file_names(value, false));
            // What stands before the sign does not count.
            for candidate in &mut answer.candidates {
                candidate.text = quoted(&candidate.text, typing, &answer_of_paths());
            }
            answer.plain = true;
            return answer;
        }
        paths(typing.start, self.file_names(&typing.prefix, false))
    }
}

/// How paths are quoted.
fn answer_of_paths() -> Answer {
    Answer { start: 0, candidates: Vec::new(), paths: true, plain: false }
}
