//! YAML as go-yaml writes it.
//!
//! Upstream: `sigs.k8s.io/yaml/goyaml.v2` encode.go (which style) and emitterc.go (what a style can hold).

use std::cmp::Ordering;

use serde_json::Value;

use super::resolve::resolve;

/// A value in block style, keys sorted as go-yaml sorts them; ends with a line break.
pub fn print(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::Object(map) if !map.is_empty() => mapping(&mut out, value, 0),
        Value::Array(items) if !items.is_empty() => sequence(&mut out, items, 0),
        other => {
            scalar(&mut out, other, 0);
            out.push('\n');
        }
    }
    out
}

fn indent(out: &mut String, depth: usize) {
    out.extend(std::iter::repeat_n(' ', depth));
}

fn mapping(out: &mut String, value: &Value, depth: usize) {
    let Some(map) = value.as_object() else { return };
    let mut keys: Vec<&String> = map.keys().collect();
    keys.sort_by(|a, b| compare_keys(a, b));
    for (index, key) in keys.into_iter().enumerate() {
        if index > 0 {
            indent(out, depth);
        }
        key_text(out, key);
        out.push(':');
        entry(out, &map[key], depth);
    }
}

/// What follows a key: on the same line, or below it.
fn entry(out: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            out.push('\n');
            indent(out, depth + 2);
            mapping(out, value, depth + 2);
        }
        // A sequence in a mapping is not indented.
        Value::Array(items) if !items.is_empty() => {
            out.push('\n');
            indent(out, depth);
            sequence(out, items, depth);
        }
        other => {
            out.push(' ');
            scalar(out, other, depth);
            out.push('\n');
        }
    }
}

fn sequence(out: &mut String, items: &[Value], depth: usize) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            indent(out, depth);
        }
        out.push_str("- ");
        match item {
            Value::Object(map) if !map.is_empty() => mapping(out, item, depth + 2),
            Value::Array(inner) if !inner.is_empty() => sequence(out, inner, depth + 2),
            other => {
                scalar(out, other, depth);
                out.push('\n');
            }
        }
    }
}

fn scalar(out: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Object(_) => out.push_str("{}"),
        Value::Array(_) => out.push_str("[]"),
        Value::String(text) => string(out, text, depth, true),
        other => out.push_str(&other.to_string()),
    }
}

/// A key: never over several lines.
fn key_text(out: &mut String, key: &str) {
    if key.contains('\n') { double_quoted(out, key, 0, false) } else { string(out, key, 0, false) }
}

/// A string in the style that the encoder chooses; `breaks`: long lines may be folded.
fn string(out: &mut String, text: &str, depth: usize, breaks: bool) {
    let analysis = Analysis::of(text);
    if text.contains('\n') {
        return if analysis.block {
            out.push_str(&literal(text, depth));
        } else {
            double_quoted(out, text, depth, breaks);
        };
    }
    // What would read as something else than a string is quoted twice, by choice of the encoder.
    if !matches!(resolve(text), Value::String(_))
        || text == "<<"
        || looks_like_timestamp(text)
        || is_base60(text)
    {
        return double_quoted(out, text, depth, breaks);
    }
    if analysis.plain {
        flow(out, text, depth, breaks, false);
    } else if analysis.single {
        out.push('\'');
        flow(out, text, depth, breaks, true);
        out.push('\'');
    } else {
        double_quoted(out, text, depth, breaks);
    }
}

/// The width at which go-yaml starts to look for a place to break a line.
const WIDTH: usize = 80;

/// How many characters the last line holds.
fn column(out: &str) -> usize {
    out[out.rfind('\n').map_or(0, |at| at + 1)..].chars().count()
}

/// A line break in a scalar, and the indentation of what goes on.
fn break_line(out: &mut String, depth: usize) -> usize {
    out.push('\n');
    indent(out, depth + 2);
    depth + 2
}

/// A plain or single-quoted text, broken at the single spaces beyond the width.
///
/// Upstream: emitterc.go `yaml_emitter_write_plain_scalar`, `yaml_emitter_write_single_quoted`
fn flow(out: &mut String, text: &str, depth: usize, breaks: bool, quoted: bool) {
    let mut column = column(out);
    let (mut spaces, mut chars) = (false, text.char_indices().peekable());
    while let Some((index, c)) = chars.next() {
        let next_space = chars.peek().is_some_and(|(_, next)| *next == ' ');
        let inside = !quoted || (index > 0 && index + 1 < text.len());
        if c == ' ' && breaks && !spaces && column > WIDTH && inside && !next_space {
            column = break_line(out, depth);
        } else {
            out.push(c);
            column += 1;
            if quoted && c == '\'' {
                out.push(c);
                column += 1;
            }
        }
        spaces = c == ' ';
    }
}

/// What a text can be written as.
struct Analysis {
    plain: bool,
    single: bool,
    block: bool,
}

impl Analysis {
    fn of(text: &str) -> Self {
        let chars: Vec<char> = text.chars().collect();
        let (mut indicators, mut special, mut breaks) = (false, false, false);
        let (mut space_break, mut break_space) = (false, false);
        let blank = |c: Option<&char>| c.is_none_or(|c| matches!(c, ' ' | '\t' | '\n' | '\r'));
        if text.starts_with("---") || text.starts_with("...") {
            indicators = true;
        }
        for (index, c) in chars.iter().enumerate() {
            let next_blank = blank(chars.get(index + 1));
            let previous_blank = index == 0 || blank(chars.get(index - 1));
            indicators |= if index == 0 {
                "#,[]{}&*!|>'\"%@`".contains(*c) || (matches!(c, '-' | '?' | ':') && next_blank)
            } else {
                (*c == ':' && next_blank) || (*c == '#' && previous_blank)
            };
            match c {
                '\n' => {
                    breaks = true;
                    space_break |= index > 0 && chars[index - 1] == ' ';
                }
                ' ' => break_space |= index > 0 && chars[index - 1] == '\n',
                '\t' => {}
                c if c.is_control() || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}') => special = true,
                _ => {}
            }
        }
        let edge = |c: Option<&char>| matches!(c, Some(' ' | '\n'));
        let blank_edges = edge(chars.first()) || edge(chars.last());
        let trailing_space = chars.last() == Some(&' ');
        Self {
            plain: !(indicators || special || breaks || blank_edges || text.contains('\t')),
            single: !(special || space_break || break_space || text.contains('\t')),
            block: !(special || space_break || trailing_space),
        }
    }
}

/// A literal block, indented below its key.
fn literal(text: &str, depth: usize) -> String {
    let mut out = String::from("|");
    if text.starts_with([' ', '\n']) {
        out.push('2');
    }
    if !text.ends_with('\n') {
        out.push('-');
    } else if text.ends_with("\n\n") || text == "\n" {
        out.push('+');
    }
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        out.push('\n');
        if !line.is_empty() {
            indent(&mut out, depth + 2);
            out.push_str(line);
        }
    }
    out
}

/// A double-quoted text; a break swallows its space, so a second one is escaped.
///
/// Upstream: emitterc.go `yaml_emitter_write_double_quoted`
fn double_quoted(out: &mut String, text: &str, depth: usize, breaks: bool) {
    out.push('"');
    let mut column = column(out);
    let (mut spaces, mut chars) = (false, text.char_indices().peekable());
    while let Some((index, c)) = chars.next() {
        if c == ' ' && breaks && !spaces && column > WIDTH && index > 0 && index + 1 < text.len() {
            column = break_line(out, depth);
            if chars.peek().is_some_and(|(_, next)| *next == ' ') {
                out.push('\\');
                column += 1;
            }
        } else {
            let before = out.len();
            escape(out, c);
            column += out[before..].chars().count();
        }
        spaces = c == ' ';
    }
    out.push('"');
}

fn escape(out: &mut String, c: char) {
    match c {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\t' => out.push_str("\\t"),
        '\r' => out.push_str("\\r"),
        '\0' => out.push_str("\\0"),
        '\u{7}' => out.push_str("\\a"),
        '\u{8}' => out.push_str("\\b"),
        '\u{b}' => out.push_str("\\v"),
        '\u{c}' => out.push_str("\\f"),
        '\u{1b}' => out.push_str("\\e"),
        '\u{85}' => out.push_str("\\N"),
        '\u{2028}' => out.push_str("\\L"),
        '\u{2029}' => out.push_str("\\P"),
        '\u{feff}' => out.push_str("\\uFEFF"),
        c if c.is_control() => out.push_str(&format!("\\x{:02X}", c as u32)),
        c => out.push(c),
    }
}

/// `2001-12-14`, `2001-12-14T21:59:43Z`: resolves to a timestamp.
fn looks_like_timestamp(text: &str) -> bool {
    let digits = |part: &str, length: std::ops::RangeInclusive<usize>| {
        length.contains(&part.len()) && part.chars().all(|c| c.is_ascii_digit())
    };
    let mut parts = text.splitn(3, '-');
    let (Some(year), Some(month), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    if !digits(year, 4..=4) || !digits(month, 1..=2) {
        return false;
    }
    let day_end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (day, clock) = rest.split_at(day_end);
    if !digits(day, 1..=2) {
        return false;
    }
    clock.is_empty()
        || clock.strip_prefix(['T', 't', ' ']).is_some_and(|clock| {
            let mut parts = clock.splitn(3, ':');
            matches!((parts.next(), parts.next(), parts.next()), (Some(hour), Some(minute), Some(rest))
                if digits(hour, 1..=2) && digits(minute, 2..=2) && rest.starts_with(|c: char| c.is_ascii_digit()))
        })
}

/// `190:20:30`: a number of base 60 in YAML 1.1.
fn is_base60(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let mut parts = unsigned.split(':');
    let first = parts.next().unwrap_or_default();
    let rest: Vec<&str> = parts.collect();
    let digits = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    if rest.is_empty() || !digits(first) {
        return false;
    }
    rest.iter().enumerate().all(|(index, part)| {
        let part = if index + 1 == rest.len() { part.split('.').next().unwrap_or(part) } else { part };
        part.len() <= 2 && digits(part) && part.parse::<u32>().is_ok_and(|n| n < 60)
    })
}

/// go-yaml's order of keys: digits by value, letters after other characters.
fn compare_keys(a: &str, b: &str) -> Ordering {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut digits = false;
    for i in 0..a.len().min(b.len()) {
        if a[i] == b[i] {
            digits = a[i].is_ascii_digit();
            continue;
        }
        let (a_letter, b_letter) = (a[i].is_alphabetic(), b[i].is_alphabetic());
        if a_letter && b_letter {
            return a[i].cmp(&b[i]);
        }
        if a_letter || b_letter {
            let less = if digits { a_letter } else { b_letter };
            return if less { Ordering::Less } else { Ordering::Greater };
        }
        let run = |chars: &[char]| chars[i..].iter().take_while(|c| c.is_ascii_digit()).count();
        let value = |chars: &[char]| {
            chars[i..]
                .iter()
                .map_while(|c| c.to_digit(10))
                .fold(0_u64, |n, d| n.saturating_mul(10).saturating_add(u64::from(d)))
        };
        return value(&a).cmp(&value(&b)).then(run(&a).cmp(&run(&b))).then(a[i].cmp(&b[i]));
    }
    a.len().cmp(&b.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn prints_as_go_yaml() {
        let value = json!({
            "a": "true", "b": "plain text", "c": "a: b", "d": "", "e": [], "f": {}, "g": null,
            "h": ["x", {"x": 1, "z": [1, 2]}], "i": "line one\nline two\n", "j": "no end\nhere",
            "k": "2026-11-23T20:08:52Z", "l": "- x", "m": "한글", "n": "8080", "o": "it's", "p": " lead",
            "q": "12:30", "r": "*", "s": "a #b", "t": "trail \nx\n", "k10": 1, "k2": 2,
        });
        let expected = "a: \"true\"\nb: plain text\nc: 'a: b'\nd: \"\"\ne: []\nf: {}\ng: null\nh:\n- x\n- x: 1\n  z:\n  - 1\n  - 2\ni: |\n  line one\n  line two\nj: |-\n  no end\n  here\nk: \"2026-11-23T20:08:52Z\"\nk2: 2\nk10: 1\nl: '- x'\nm: 한글\n\"n\": \"8080\"\no: it's\np: ' lead'\nq: \"12:30\"\nr: '*'\ns: 'a #b'\nt: \"trail \\nx\\n\"\n";
        assert_eq!(print(&value), expected);
    }

    #[test]
    fn long_lines_are_folded() {
        let words = "while true; do echo it is a text that goes on and on and on until the line is full; sleep 1; done";
        let value = json!({ "spec": { "args": [words], "single": format!("it: {words}"), "double": format!("\t{words}  x") } });
        let expected = "spec:\n  args:\n  - while true; do echo it is a text that goes on and on and on until the line is\n    full; sleep 1; done\n  double: \"\\twhile true; do echo it is a text that goes on and on and on until the\n    line is full; sleep 1; done  x\"\n  single: 'it: while true; do echo it is a text that goes on and on and on until the\n    line is full; sleep 1; done'\n";
        assert_eq!(print(&value), expected);
    }

    #[test]
    fn what_is_printed_reads_back() {
        let texts = [
            "",
            " ",
            "a\n\nb\n\n",
            "\n",
            "  x\n y",
            "\tx",
            "#",
            "a:",
            "yes",
            "0x1",
            "1.5",
            "~",
            "é\u{7}",
            "---",
            "a\n b\n",
            "'a long line: with words, two  spaces and   three, that does not fit into the eighty columns  of one",
            "\ta long line: with words, two  spaces and   three, that does not fit in the eighty col  umns  of one ",
        ];
        for text in texts {
            let value = json!({ "k": text, "l": [text] });
            assert_eq!(super::super::load(&print(&value)).unwrap(), value, "{text:?}: {}", print(&value));
        }
    }
}
