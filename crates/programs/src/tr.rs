//! `tr`

use podground_shell::Process;

use crate::options::{self, Syntax};
use crate::stream::{Inputs, Output};
use crate::text;

const SYNTAX: Syntax = Syntax::new(
    "+cCdst",
    &[("complement", 'c'), ("delete", 'd'), ("squeeze-repeats", 's'), ("truncate-set1", 't')],
    "[OPTION]... STRING1 [STRING2]",
    "Translate, squeeze or delete characters of standard input.",
);

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &SYNTAX).await?;
    let (delete, squeeze) = (parsed.has('d'), parsed.has('s'));
    let words = &parsed.operands;
    let Some(first) = words.first() else {
        return Err(options::refuse(process, &SYNTAX, "missing operand").await);
    };
    let most = if delete && !squeeze { 1 } else { 2 };
    let least = if delete == squeeze { 2 } else { 1 };
    if words.len() < least {
        let why = if squeeze {
            "Two strings must be given when both deleting and squeezing repeats."
        } else {
            "Two strings must be given when translating."
        };
        let message = format!("missing operand after {}\n{why}", text::curly(first));
        return Err(options::refuse(process, &SYNTAX, &message).await);
    }
    if words.len() > most {
        let why = if parsed.has('d') && !parsed.has('s') {
            "\nOnly one string may be given when deleting without squeezing repeats."
        } else {
            ""
        };
        let message = format!("extra operand {}{why}", text::curly(&words[most]));
        return Err(options::refuse(process, &SYNTAX, &message).await);
    }
    let mut out = Output::new(process);
    let complement = parsed.has('c') || parsed.has('C');
    let sets = set(first, 0).and_then(|mut one| {
        if complement {
            one = (0..=255).filter(|byte| !one.contains(byte)).collect();
        }
        let two = match words.get(1) {
            Some(word) => Some(set(word, one.len())?),
            None => None,
        };
        Ok((one, two))
    });
    let (one, two) = match sets {
        Ok(sets) => sets,
        Err(message) => {
            out.complain(message).await;
            return Err(1);
        }
    };
    let translate = !delete && two.is_some();
    if translate && two.as_ref().is_some_and(Vec::is_empty) && !parsed.has('t') {
        out.complain("when not truncating set1, string2 must be non-empty").await;
        return Err(1);
    }
    let mut map: Vec<u8> = (0..=255).collect();
    if let (true, Some(two)) = (translate, &two) {
        for (index, byte) in one.iter().enumerate() {
            let to = two.get(index).or(if parsed.has('t') { None } else { two.last() });
            map[usize::from(*byte)] = to.copied().unwrap_or(*byte);
        }
    }
    let deleted: Vec<bool> = (0..=255).map(|byte| delete && one.contains(&byte)).collect();
    let squeezed = two.as_ref().unwrap_or(&one);
    let squeezed: Vec<bool> = (0..=255).map(|byte| squeeze && squeezed.contains(&byte)).collect();
    let mut inputs = Inputs::new(&[]);
    let mut last = None;
    while let Some(mut bytes) = inputs.chunk(&mut out).await {
        bytes.retain_mut(|byte| {
            if deleted[usize::from(*byte)] {
                return false;
            }
            *byte = map[usize::from(*byte)];
            let again = last == Some(*byte) && squeezed[usize::from(*byte)];
            last = Some(*byte);
            !again
        });
        out.push(bytes);
    }
    Ok(out.finish(inputs.status).await)
}

/// The bytes of a set; `[x*]` fills up to `fill` bytes.
fn set(word: &str, fill: usize) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    // Whether a byte was written as it is; a dash that was escaped makes no range.
    let mut units: Vec<(u8, bool)> = Vec::new();
    let source = word.as_bytes();
    let mut i = 0;
    while i < source.len() {
        if source[i] == b'\\' {
            let (byte, length) = escape(&source[i + 1..]);
            units.push((byte, false));
            i += 1 + length;
        } else {
            units.push((source[i], true));
            i += 1;
        }
    }
    let mut i = 0;
    let plain = |i: usize, byte: u8| units.get(i) == Some(&(byte, true));
    while i < units.len() {
        if plain(i, b'[') && plain(i + 1, b':') {
            let end = (i + 2..units.len()).find(|at| plain(*at, b':') && plain(at + 1, b']'));
            if let Some(end) = end {
                let name: String = units[i + 2..end].iter().map(|(byte, _)| char::from(*byte)).collect();
                let is =
                    class(&name).ok_or_else(|| format!("invalid character class {}", text::curly(&name)))?;
                bytes.extend((0..128u8).filter(is));
                i = end + 2;
                continue;
            }
        }
        if plain(i, b'[') && plain(i + 2, b'*') {
            let end = (i + 3..units.len()).find(|at| plain(*at, b']'));
            if let Some(end) = end {
                let digits: String = units[i + 3..end].iter().map(|(byte, _)| char::from(*byte)).collect();
                let count = match digits.as_str() {
                    "" | "0" => fill.saturating_sub(bytes.len() + (units.len() - end - 1)),
                    digits if digits.starts_with('0') => usize::from_str_radix(digits, 8).unwrap_or(0),
                    digits => digits.parse().unwrap_or(0),
                };
                bytes.extend(std::iter::repeat_n(units[i + 1].0, count));
                i = end + 1;
                continue;
            }
        }
        if plain(i + 1, b'-') && i + 2 < units.len() {
            let (low, high) = (units[i].0, units[i + 2].0);
            if low > high {
                return Err(format!(
                    "range-endpoints of '{}-{}' are in reverse collating sequence order",
                    char::from(low),
                    char::from(high)
                ));
            }
            bytes.extend(low..=high);
            i += 3;
            continue;
        }
        bytes.push(units[i].0);
        i += 1;
    }
    Ok(bytes)
}

/// The byte of an escape and the length of what follows the backslash.
fn escape(rest: &[u8]) -> (u8, usize) {
    let octal = rest.iter().take(3).take_while(|byte| (b'0'..b'8').contains(byte)).count();
    if octal > 0 {
        let value = rest[..octal].iter().fold(0u32, |value, byte| value * 8 + u32::from(byte - b'0'));
        return (value as u8, octal);
    }
    match rest.first() {
        None => (b'\\', 0),
        Some(b'a') => (7, 1),
        Some(b'b') => (8, 1),
        Some(b'f') => (12, 1),
        Some(b'n') => (10, 1),
        Some(b'r') => (13, 1),
        Some(b't') => (9, 1),
        Some(b'v') => (11, 1),
        Some(other) => (*other, 1),
    }
}

fn class(name: &str) -> Option<fn(&u8) -> bool> {
    Some(match name {
        "alpha" => u8::is_ascii_alphabetic,
        "digit" => u8::is_ascii_digit,
        "alnum" => u8::is_ascii_alphanumeric,
        "upper" => u8::is_ascii_uppercase,
        "lower" => u8::is_ascii_lowercase,
        "space" => |byte| byte.is_ascii_whitespace() || *byte == 11,
        "blank" => |byte| matches!(byte, b' ' | b'\t'),
        "punct" => u8::is_ascii_punctuation,
        "print" => |byte| (32..127).contains(byte),
        "graph" => u8::is_ascii_graphic,
        "cntrl" => u8::is_ascii_control,
        "xdigit" => u8::is_ascii_hexdigit,
        _ => return None,
    })
}
