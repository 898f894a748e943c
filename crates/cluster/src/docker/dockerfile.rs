//! Reading a Dockerfile.

/// An instruction with its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Instruction {
    pub(super) line: usize,
    /// In capitals.
    pub(super) name: String,
    /// The rest, continuation lines joined.
    pub(super) rest: String,
}

/// Reads all instructions.
pub(super) fn parse(text: &str) -> Vec<Instruction> {
    let mut instructions = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (index, line) in text.lines().enumerate() {
        let trimmed = line.trim();
        if trimmed.starts_with('#') || trimmed.is_empty() {
            continue;
        }
        let (start, mut whole) = open.take().unwrap_or((index + 1, String::new()));
        match trimmed.strip_suffix('\\') {
            Some(part) => {
                whole.push_str(part);
                open = Some((start, whole));
            }
            None => {
                whole.push_str(trimmed);
                instructions.push(instruction(start, &whole));
            }
        }
    }
    if let Some((start, whole)) = open {
        instructions.push(instruction(start, &whole));
    }
    instructions
}

fn instruction(line: usize, text: &str) -> Instruction {
    let (name, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    Instruction { line, name: name.to_ascii_uppercase(), rest: rest.trim().to_owned() }
}

/// The words of `["node", "app.js"]`, or of the shell that runs what is not in that form.
pub(super) fn command(rest: &str) -> Vec<String> {
    match exec_form(rest) {
        Some(words) => words,
        None => vec!["/bin/sh".to_owned(), "-c".to_owned(), rest.to_owned()],
    }
}

fn exec_form(rest: &str) -> Option<Vec<String>> {
    rest.starts_with('[').then(|| serde_json::from_str(rest).ok()).flatten()
}

/// The words of COPY, ADD, EXPOSE: a JSON list, or words between blanks.
pub(super) fn words(rest: &str) -> Vec<String> {
    exec_form(rest).unwrap_or_else(|| rest.split_whitespace().map(str::to_owned).collect())
}

/// The pairs of ENV: `A=1 B="two words"`, or the old `A 1`.
pub(super) fn pairs(rest: &str) -> Vec<(String, String)> {
    let first = rest.split_whitespace().next().unwrap_or_default();
    if !first.contains('=') {
        let (name, value) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        return vec![(name.to_owned(), unquote(value.trim()))];
    }
    let mut pairs = Vec::new();
    let (mut word, mut quote) = (String::new(), None);
    for c in rest.chars().chain([' ']) {
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, c) if c.is_whitespace() => {
                if let Some((name, value)) = std::mem::take(&mut word).split_once('=') {
                    pairs.push((name.to_owned(), value.to_owned()));
                }
            }
            _ => word.push(c),
        }
    }
    pairs
}

fn unquote(text: &str) -> String {
    let inner = ['"', '\''].iter().find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote));
    inner.unwrap_or(text).to_owned()
}

/// Replaces `$NAME` and `${NAME}`.
pub(super) fn expand(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let (name, after) = match rest.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
            Some(split) => split,
            None => rest
                .split_at(rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len())),
        };
        if name.is_empty() {
            out.push('$');
        } else {
            out.push_str(&value(name).unwrap_or_default());
        }
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_may_go_over_several_lines() {
        let found =
            parse("# a comment\nFROM node:7\n\nrun a \\\n  && b\nENTRYPOINT [\"node\", \"app.js\"]\n");
        let names: Vec<(usize, &str, &str)> =
            found.iter().map(|found| (found.line, found.name.as_str(), found.rest.as_str())).collect();
        assert_eq!(
            names,
            [(2, "FROM", "node:7"), (4, "RUN", "a && b"), (6, "ENTRYPOINT", "[\"node\", \"app.js\"]")]
        );
        assert_eq!(command(&found[2].rest), ["node", "app.js"]);
        assert_eq!(command("echo hi"), ["/bin/sh", "-c", "echo hi"]);
    }

    #[test]
    fn variables_have_two_forms() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(pairs("A=1 B=\"two words\""), [pair("A", "1"), pair("B", "two words")]);
        assert_eq!(pairs("A one two"), [pair("A", "one two")]);
        assert_eq!(expand("$A/${B}c $", |name| (name == "A").then(|| "x".to_owned())), "x/c $");
    }
}
