//! From text to tokens.

use std::rc::Rc;

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Name(Rc<str>),
    Number(f64),
    Text(Rc<str>),
    /// The texts of a template and the sources of what stands between them.
    Template(Vec<Rc<str>>, Vec<String>),
    Sign(&'static str),
    End,
}

/// A token with its line, and whether a line break stands before it.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) token: Token,
    pub(super) line: usize,
    pub(super) fresh: bool,
}

/// All signs, longer ones first.
const SIGNS: &[&str] = &[
    "===", "!==", "**=", "...", "=>", "==", "!=", "<=", ">=", "&&", "||", "??", "++", "--", "+=", "-=", "*=",
    "/=", "%=", "?.", "{", "}", "(", ")", "[", "]", ";", ",", "<", ">", "+", "-", "*", "/", "%", "!", "?",
    ":", "=", ".",
];

/// Reads all tokens; the error is a line and what is wrong there.
pub(super) fn tokens(text: &str) -> Result<Vec<Placed>, (usize, String)> {
    let mut tokens = Vec::new();
    let mut rest = text;
    let (mut line, mut fresh) = (1, true);
    if let Some(after) = rest.strip_prefix("#!") {
        rest = &after[after.find('\n').unwrap_or(after.len())..];
    }
    while let Some(c) = rest.chars().next() {
        if c == '\n' {
            (line, fresh) = (line + 1, true);
            rest = &rest[1..];
        } else if c.is_whitespace() || c == '\u{feff}' {
            rest = &rest[c.len_utf8()..];
        } else if rest.starts_with("//") {
            rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
        } else if let Some(after) = rest.strip_prefix("/*") {
            let end = after.find("*/").ok_or_else(|| (line, "Invalid or unexpected token".to_owned()))?;
            line += after[..end].matches('\n').count();
            rest = &after[end + 2..];
        } else {
            let start = line;
            let (token, after) = token(rest, c, line)?;
            line += rest[..rest.len() - after.len()].matches('\n').count();
            rest = after;
            tokens.push(Placed { token, line: start, fresh });
            fresh = false;
        }
    }
    tokens.push(Placed { token: Token::End, line, fresh: true });
    Ok(tokens)
}

fn token(rest: &str, c: char, line: usize) -> Result<(Token, &str), (usize, String)> {
    let invalid = || (line, "Invalid or unexpected token".to_owned());
    let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    if c.is_ascii_digit() {
        let hex = rest.strip_prefix("0x").or_else(|| rest.strip_prefix("0X"));
        if let Some(hex) = hex {
            let end = hex.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(hex.len());
            let number = u64::from_str_radix(&hex[..end], 16).map_err(|_| invalid())?;
            return Ok((Token::Number(number as f64), &hex[end..]));
        }
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '_').unwrap_or(rest.len());
        let number = rest[..end].replace('_', "").parse().map_err(|_| invalid())?;
        return Ok((Token::Number(number), &rest[end..]));
    }
    if is_name(c) {
        let end = rest.find(|c: char| !is_name(c)).unwrap_or(rest.len());
        return Ok((Token::Name(rest[..end].into()), &rest[end..]));
    }
    match c {
        '"' | '\'' => {
            let mut chars = rest[1..].char_indices();
            let mut text = String::new();
            while let Some((at, inner)) = chars.next() {
                match inner {
                    '\\' => escape(&mut chars, &mut text),
                    '\n' => return Err(invalid()),
                    inner if inner == c => return Ok((Token::Text(text.into()), &rest[at + 2..])),
                    inner => text.push(inner),
                }
            }
            Err(invalid())
        }
        '`' => template(&rest[1..]).ok_or_else(|| (line, "Unterminated template literal".to_owned())),
        _ => {
            let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign)).ok_or_else(invalid)?;
            Ok((Token::Sign(sign), &rest[sign.len()..]))
        }
    }
}

fn escape(chars: &mut std::str::CharIndices<'_>, text: &mut String) {
    match chars.next().map(|(_, c)| c) {
        Some('n') => text.push('\n'),
        Some('t') => text.push('\t'),
        Some('r') => text.push('\r'),
        Some('0') => text.push('\0'),
        Some('\n') | None => {}
        Some('x') => code(chars, 2, text),
        Some('u') => code(chars, 4, text),
        Some(other) => text.push(other),
    }
}

fn code(chars: &mut std::str::CharIndices<'_>, digits: usize, text: &mut String) {
    let hex: String = chars.by_ref().take(digits).map(|(_, c)| c).collect();
    text.extend(u32::from_str_radix(&hex, 16).ok().and_then(char::from_u32));
}

fn template(rest: &str) -> Option<(Token, &str)> {
    let (mut texts, mut sources) = (Vec::new(), Vec::new());
    let mut text = String::new();
    let mut chars = rest.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '`' => {
                texts.push(text.into());
                return Some((Token::Template(texts, sources), &rest[at + 1..]));
            }
            '\\' => escape(&mut chars, &mut text),
            '$' if rest[at + 1..].starts_with('{') => {
                let inner = &rest[at + 2..];
                let mut depth = 1;
                let end = inner.char_indices().find(|(_, c)| {
                    depth += i32::from(*c == '{') - i32::from(*c == '}');
                    depth == 0
                })?;
                sources.push(inner[..end.0].to_owned());
                texts.push(std::mem::take(&mut text).into());
                while chars.clone().next().is_some_and(|(next, _)| next <= at + 2 + end.0) {
                    chars.next();
                }
            }
            other => text.push(other),
        }
    }
    None
}
