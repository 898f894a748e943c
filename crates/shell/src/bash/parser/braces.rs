//! Brace expansion: `a{b,c}d`, `{1..5}`. It knows no variables, so it is done once, by the parser.

use std::rc::Rc;

use crate::bash::ast::{Part, Word};

/// How many words a single word may become.
const MAX_WORDS: usize = 20_000;

/// A character that is not quoted, or a part that braces do not look into.
#[derive(Clone)]
enum Atom {
    Char(char),
    Part(Part),
}

/// The words that `parts` stand for, if they have braces that mean something.
pub(crate) fn expand(parts: &[Part]) -> Option<Rc<Vec<Word>>> {
    let has = |c| parts.iter().any(|part| matches!(part, Part::Literal(text) if text.contains(c)));
    if !has('{') || !has('}') {
        return None;
    }
    let mut atoms = Vec::new();
    for part in parts {
        match part {
            Part::Literal(text) => atoms.extend(text.chars().map(Atom::Char)),
            part => atoms.push(Atom::Part(part.clone())),
        }
    }
    let words = alternatives(&atoms, 0)?;
    Some(Rc::new(words.into_iter().map(|atoms| word(&atoms)).collect()))
}

fn word(atoms: &[Atom]) -> Word {
    let mut parts = Vec::new();
    let mut text = String::new();
    for atom in atoms {
        match atom {
            Atom::Char(c) => text.push(*c),
            Atom::Part(part) => {
                if !text.is_empty() {
                    parts.push(Part::Literal(std::mem::take(&mut text)));
                }
                parts.push(part.clone());
            }
        }
    }
    if !text.is_empty() {
        parts.push(Part::Literal(text));
    }
    Word { parts, ..Word::default() }
}

fn is(atoms: &[Atom], index: usize, c: char) -> bool {
    matches!(atoms.get(index), Some(Atom::Char(found)) if *found == c)
}

/// All that `atoms` stand for; `None` if there is no brace expression in them.
fn alternatives(atoms: &[Atom], depth: usize) -> Option<Vec<Vec<Atom>>> {
    if depth > 20 {
        return None;
    }
    for open in (0..atoms.len()).filter(|index| is(atoms, *index, '{')) {
        let Some(close) = partner(atoms, open) else { continue };
        let Some(members) = members(&atoms[open + 1..close], depth) else { continue };
        let rest = &atoms[close + 1..];
        let tails = alternatives(rest, depth + 1).unwrap_or_else(|| vec![rest.to_vec()]);
        if members.len().saturating_mul(tails.len()) > MAX_WORDS {
            return None;
        }
        let mut words = Vec::new();
        for member in &members {
            for tail in &tails {
                words.push([&atoms[..open], member, tail].concat());
            }
        }
        return Some(words);
    }
    None
}

/// Where the brace that opens at `open` closes.
fn partner(atoms: &[Atom], open: usize) -> Option<usize> {
    let mut depth = 0;
    for index in open..atoms.len() {
        if is(atoms, index, '{') {
            depth += 1;
        } else if is(atoms, index, '}') {
            depth -= 1;
            if depth == 0 {
                return Some(index);
            }
        }
    }
    None
}

/// What stands between braces: a list with commas or a sequence.
fn members(inner: &[Atom], depth: usize) -> Option<Vec<Vec<Atom>>> {
    let mut pieces = vec![Vec::new()];
    let mut level = 0;
    for (index, atom) in inner.iter().enumerate() {
        if is(inner, index, '{') {
            level += 1;
        } else if is(inner, index, '}') {
            level -= 1;
        } else if level == 0 && is(inner, index, ',') {
            pieces.push(Vec::new());
            continue;
        }
        pieces.last_mut()?.push(atom.clone());
    }
    if pieces.len() == 1 {
        return sequence(inner);
    }
    let mut all = Vec::new();
    for piece in pieces {
        match alternatives(&piece, depth + 1) {
            Some(words) => all.extend(words),
            None => all.push(piece),
        }
        if all.len() > MAX_WORDS {
            return None;
        }
    }
    Some(all)
}

/// `1..5`, `a..e`, `01..10..2`
fn sequence(inner: &[Atom]) -> Option<Vec<Vec<Atom>>> {
    let mut text = String::new();
    for atom in inner {
        match atom {
            Atom::Char(c) => text.push(*c),
            Atom::Part(_) => return None,
        }
    }
    let pieces: Vec<&str> = text.split("..").collect();
    let (first, last, step) = match pieces.as_slice() {
        [first, last] => (*first, *last, 1),
        [first, last, step] => (*first, *last, step.parse::<i64>().ok()?),
        _ => return None,
    };
    let letter = |text: &str| {
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) if c.is_ascii_alphabetic() => Some(i64::from(c as u32)),
            _ => None,
        }
    };
    let (from, to, width) = match (first.parse::<i64>(), last.parse::<i64>()) {
        (Ok(from), Ok(to)) => {
            let padded = |text: &str| {
                let digits = text.trim_start_matches(['-', '+']);
                digits.len() > 1 && digits.starts_with('0')
            };
            let width = if padded(first) || padded(last) { first.len().max(last.len()) } else { 0 };
            (from, to, Some(width))
        }
        _ => (letter(first)?, letter(last)?, None),
    };
    let step = step.unsigned_abs().max(1);
    let count = from.abs_diff(to) / step + 1;
    if count > MAX_WORDS as u64 {
        return None;
    }
    let values = (0..count).map(|index| {
        let offset = (index * step) as i64;
        let value = if from <= to { from.wrapping_add(offset) } else { from.wrapping_sub(offset) };
        let text = match width {
            Some(width) => format!("{value:0width$}"),
            None => char::from_u32(value as u32).map_or_else(String::new, |c| c.to_string()),
        };
        text.chars()
            .map(|c| if c == '\\' { Atom::Part(Part::Quoted("\\".to_owned())) } else { Atom::Char(c) })
            .collect()
    });
    Some(values.collect())
}
