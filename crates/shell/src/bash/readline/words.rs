//! The words of a line that is being typed.

use crate::bash::parser::is_name;

/// The word that is being typed and what stands before it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Typing {
    /// The words of the command before it, without quotes.
    pub(super) words: Vec<String>,
    /// What was typed of it, without quotes.
    pub(super) prefix: String,
    /// Where it begins, in characters.
    pub(super) start: usize,
    /// The quote that is open in it.
    pub(super) quote: Option<char>,
    /// As it was typed.
    pub(super) raw: String,
    /// Whether it is the target of a redirection.
    pub(super) redirect: bool,
}

/// The words behind which a command begins.
const BEFORE_COMMANDS: &[&str] = &["then", "do", "else", "elif", "if", "while", "until", "!", "{", "time"];

/// Takes a line up to the cursor apart.
pub(super) fn typing(line: &[char]) -> Typing {
    let mut found = Typing::default();
    let mut i = 0;
    loop {
        while line.get(i).is_some_and(|c| *c == ' ' || *c == '\t') {
            i += 1;
        }
        match line.get(i) {
            Some('|' | '&' | ';' | '(' | ')' | '\n') => {
                found.words.clear();
                found.redirect = false;
                i += 1;
                continue;
            }
            Some('<' | '>') => {
                found.redirect = true;
                i += 1;
                continue;
            }
            _ => {}
        }
        let start = i;
        let (word, quote, end) = one_word(line, i);
        i = end;
        if end >= line.len() {
            found.raw = line[start.min(line.len())..].iter().collect();
            found.prefix = word;
            found.start = start;
            found.quote = quote;
            let substitution = found.raw.rfind("$(").filter(|_| quote != Some('\''));
            if let Some(byte) = substitution {
                // Within a command substitution a command is typed.
                let skipped = found.raw[..byte].chars().count() + 2;
                let inner = typing(&line[start + skipped..]);
                return Typing { start: start + skipped + inner.start, ..inner };
            }
            return found;
        }
        if std::mem::take(&mut found.redirect) {
            continue;
        }
        let assignment =
            found.words.is_empty() && word.split_once('=').is_some_and(|(name, _)| is_name(name));
        let keyword = found.words.is_empty() && BEFORE_COMMANDS.contains(&word.as_str());
        if !assignment && !keyword {
            found.words.push(word);
        }
    }
}

/// The word that begins at `i`: without quotes, the quote that stays open, and where it ends.
fn one_word(line: &[char], mut i: usize) -> (String, Option<char>, usize) {
    let mut word = String::new();
    let mut quote = None;
    let mut depth = 0;
    while let Some(c) = line.get(i).copied() {
        match (quote, c) {
            (None, ' ' | '\t' | '\n' | '|' | '&' | ';' | '<' | '>' | ')') if depth == 0 => break,
            (None, '(') if depth == 0 && !word.ends_with('$') => break,
            (None, '(') => {
                depth += 1;
                word.push(c);
            }
            (None, ')') => {
                depth -= 1;
                word.push(c);
            }
            (None, '\\') => {
                i += 1;
                word.extend(line.get(i));
            }
            (None, '\'' | '"') => quote = Some(c),
            (Some('"'), '\\') if matches!(line.get(i + 1), Some('"' | '\\' | '$' | '`')) => {
                i += 1;
                word.extend(line.get(i));
            }
            (Some(open), c) if c == open => quote = None,
            _ => word.push(c),
        }
        i += 1;
    }
    (word, quote, i.min(line.len()))
}

/// The last word of a line, with its quotes.
pub(super) fn last_word(line: &str) -> String {
    let chars: Vec<char> = line.trim_end().chars().collect();
    let mut last = String::new();
    let mut i = 0;
    while i < chars.len() {
        while chars.get(i).is_some_and(|c| c.is_whitespace()) {
            i += 1;
        }
        let (_, _, end) = one_word(&chars, i);
        let end = end.max(i + 1).min(chars.len());
        last = chars[i.min(end)..end].iter().collect();
        i = end;
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Typing {
        typing(&line.chars().collect::<Vec<_>>())
    }

    #[test]
    fn takes_lines_apart() {
        let found = of("kubectl get po");
        assert_eq!(
            (found.words.join(","), found.prefix.as_str(), found.start),
            ("kubectl,get".into(), "po", 12)
        );
        assert_eq!(of("a | b; X=1 c ").words, ["c"]);
        assert_eq!(of("if gre").prefix, "gre");
        assert!(of("if gre").words.is_empty());
        assert_eq!(of("cat 'a b").quote, Some('\''));
        assert_eq!(of("cat a\\ b").prefix, "a b");
        assert!(of("echo x > fi").redirect);
        assert_eq!(of("echo $(kub").prefix, "kub");
        assert!(of("echo $(kub").words.is_empty());
        assert_eq!(of("echo $(cat fi").words, ["cat"]);
        assert_eq!(of("echo $(cat fi").start, 11);
    }

    #[test]
    fn finds_last_words() {
        assert_eq!(last_word("ls -l 'a b'  "), "'a b'");
        assert_eq!(last_word("echo $(cat f) | x"), "x");
        assert_eq!(last_word(""), "");
    }
}
