//! `grep`, `egrep`, `fgrep`

mod files;
mod scan;

use podground_shell::Process;

use crate::options::{self, Parsed, Syntax};
use crate::regex::{self, Regex, Whole};
use crate::stream::{Output, complain};
use crate::text;

const SYNTAX: Syntax = Syntax::new(
    "EFGPe:f:ivwxcLlm:oqsbnHhaIrRA:B:C:zyT",
    &[
        ("extended-regexp", 'E'),
        ("fixed-strings", 'F'),
        ("basic-regexp", 'G'),
        ("perl-regexp", 'P'),
        ("regexp=", 'e'),
        ("file=", 'f'),
        ("ignore-case", 'i'),
        ("no-ignore-case", '1'),
        ("invert-match", 'v'),
        ("word-regexp", 'w'),
        ("line-regexp", 'x'),
        ("count", 'c'),
        ("color=?", '2'),
        ("colour=?", '2'),
        ("files-without-match", 'L'),
        ("files-with-matches", 'l'),
        ("max-count=", 'm'),
        ("only-matching", 'o'),
        ("quiet", 'q'),
        ("silent", 'q'),
        ("no-messages", 's'),
        ("byte-offset", 'b'),
        ("line-number", 'n'),
        ("with-filename", 'H'),
        ("no-filename", 'h'),
        ("text", 'a'),
        ("recursive", 'r'),
        ("dereference-recursive", 'R'),
        ("after-context=", 'A'),
        ("before-context=", 'B'),
        ("context=", 'C'),
        ("line-buffered", '3'),
        ("include=", '4'),
        ("exclude=", '5'),
        ("exclude-dir=", '6'),
        ("null-data", 'z'),
    ],
    "[OPTION]... PATTERNS [FILE]...",
    "Print the lines that match one of the PATTERNS (a line each).",
)
.failing_with(2);

/// What is asked of `grep`.
pub(crate) struct Grep {
    regex: Regex,
    /// Whether only a part of each match counts, see `kept_part`.
    keeps: bool,
    whole: Whole,
    parsed: Parsed,
    invert: bool,
    before: usize,
    after: usize,
    max_count: usize,
    names: bool,
    color: bool,
}

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse_with_number(process, &SYNTAX, 'C').await?;
    let (grep, operands) = match Grep::new(process, parsed).await {
        Ok(grep) => grep,
        Err(message) if message.is_empty() => {
            let name = process.name();
            process
                .eprint(&format!(
                    "Usage: {name} [OPTION]... PATTERNS [FILE]...\nTry '{name} --help' for more information.\n"
                ))
                .await;
            return Err(2);
        }
        Err(message) => {
            complain(process, message).await;
            return Err(2);
        }
    };
    let mut out = Output::new(process);
    let status = files::search_all(&grep, &mut out, &operands).await;
    Ok(out.finish(status).await)
}

impl Grep {
    /// The search and the files to search; an empty error means that there is no pattern.
    async fn new(process: &Process, parsed: Parsed) -> Result<(Self, Vec<String>), String> {
        let mut operands = parsed.operands.clone();
        let mut patterns: Vec<String> = Vec::new();
        for text in parsed.values('e') {
            patterns.extend(text.split('\n').map(str::to_owned));
        }
        for name in parsed.values('f') {
            let content = if name == "-" {
                process.read_to_end(0).await.map_err(|error| format!("{name}: {error}"))?
            } else {
                let content = process.host.files.read(&process.path(name));
                content.map_err(|error| format!("{name}: {error}"))?.to_vec()
            };
            patterns.extend(text::decode(&content).lines().map(str::to_owned));
        }
        if !parsed.has('e') && !parsed.has('f') {
            if operands.is_empty() {
                return Err(String::new());
            }
            patterns.extend(operands.remove(0).split('\n').map(str::to_owned));
        }
        let syntax = match parsed.last_of("EFGP") {
            Some('E') => regex::Syntax::Extended,
            Some('F') => regex::Syntax::Fixed,
            Some('P') => regex::Syntax::Perl,
            Some(_) => regex::Syntax::Basic,
            None if process.name() == "egrep" => regex::Syntax::Extended,
            None if process.name() == "fgrep" => regex::Syntax::Fixed,
            None => regex::Syntax::Basic,
        };
        let whole = match (parsed.has('x'), parsed.has('w')) {
            (true, _) => Whole::Line,
            (false, true) => Whole::Word,
            (false, false) => Whole::No,
        };
        let number = |letter| match parsed.value(letter) {
            None => Ok(None),
            Some(text) => match text.parse::<usize>() {
                Ok(number) => Ok(Some(number)),
                Err(_) if letter == 'm' => Err("invalid max count".to_owned()),
                Err(_) => Err(format!("{text}: invalid context length argument")),
            },
        };
        let context = number('C')?.unwrap_or(0);
        let ignore_case = matches!(parsed.last_of("iy1"), Some('i' | 'y'));
        let patterns: Vec<String> = if syntax == regex::Syntax::Perl {
            patterns.iter().map(|pattern| kept_part(pattern)).collect()
        } else {
            patterns
        };
        // Without a pattern nothing matches: an expression that cannot.
        let regex = if patterns.is_empty() {
            regex::compile("[^\\w\\W]", regex::Syntax::Perl, false)?
        } else {
            regex::compile_any(&patterns, syntax, ignore_case, whole)?
        };
        let recursive = parsed.has('r') || parsed.has('R');
        let color = match parsed.value('2') {
            Some("always") => true,
            Some("auto" | "" | "tty" | "if-tty") => process.is_terminal(1),
            _ => false,
        };
        let names = match parsed.last_of("hH") {
            Some(letter) => letter == 'H',
            None => recursive || operands.len() > 1,
        };
        let keeps = patterns.len() == 1 && patterns[0].contains("(?P<kept>");
        let grep = Self {
            keeps,
            whole,
            invert: parsed.has('v'),
            before: number('B')?.unwrap_or(context),
            after: number('A')?.unwrap_or(context),
            max_count: number('m')?.unwrap_or(usize::MAX),
            names,
            color,
            regex,
            parsed,
        };
        if operands.is_empty() && recursive {
            operands.push(String::new());
        }
        Ok((grep, operands))
    }

    /// The next match at or after `start`.
    fn find(&self, line: &str, start: usize) -> Option<(usize, usize)> {
        let mut at = start;
        loop {
            if self.keeps {
                let captures = self.regex.captures_at(line, at)?;
                let found = captures.name("kept").or_else(|| captures.get(0))?;
                return Some((found.start(), found.end()));
            }
            let found = self.regex.find_at(line, at)?;
            if self.whole != Whole::Word {
                return Some((found.start(), found.end()));
            }
            // A match that is no word may be shortened; else look further on.
            let mut end = found.end();
            while end > found.start() || end == found.end() {
                if is_word_edge(line, found.start()) && is_word_end(line, end) {
                    let part = self.regex.find(&line[found.start()..end]);
                    if part.is_some_and(|part| part.start() == 0 && part.end() == end - found.start()) {
                        return Some((found.start(), end));
                    }
                }
                match line[..end].char_indices().next_back() {
                    Some((index, _)) if index >= found.start() && end > 0 => end = index,
                    _ => break,
                }
                if end <= found.start() {
                    break;
                }
            }
            at = found.start() + line[found.start()..].chars().next()?.len_utf8();
        }
    }
}

/// Perl's `\K`, a look-behind in front and a look-ahead at the end, as a group that holds what is kept: the
/// engine has no look-around.
fn kept_part(pattern: &str) -> String {
    let (mut before, mut kept, mut after) = (String::new(), pattern.to_owned(), String::new());
    if let Some((head, tail)) = pattern.split_once("\\K") {
        (before, kept) = (head.to_owned(), tail.to_owned());
    } else if let Some(rest) = pattern.strip_prefix("(?<=")
        && let Some(end) = closing(rest)
    {
        (before, kept) = (format!("(?:{})", &rest[..end]), rest[end + 1..].to_owned());
    }
    if let Some(at) = kept.rfind("(?=")
        && closing(&kept[at + 3..]) == Some(kept.len() - at - 4)
    {
        after = format!("(?:{})", &kept[at + 3..kept.len() - 1]);
        kept.truncate(at);
    }
    if before.is_empty() && after.is_empty() { kept } else { format!("{before}(?P<kept>{kept}){after}") }
}

/// Where the parenthesis closes that stands in front of a text.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut escaped) = (0, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '(' => depth += 1,
            ')' if depth == 0 => return Some(at),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn is_word_edge(line: &str, at: usize) -> bool {
    !line[..at].ends_with(is_word)
}

fn is_word_end(line: &str, at: usize) -> bool {
    !line[at..].starts_with(is_word)
}
