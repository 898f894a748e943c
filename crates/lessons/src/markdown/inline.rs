//! Running text: code, strong, emphasis, links, escapes.

use crate::Inline;

/// Reads running text.
pub(super) fn parse(source: &str) -> Result<Vec<Inline>, String> {
    let mut out = Vec::new();
    let mut text = String::new();
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        let inline = match c {
            '\\' if rest[1..].starts_with(|next: char| next.is_ascii_punctuation()) => {
                text.push_str(&rest[1..2]);
                rest = &rest[2..];
                continue;
            }
            '`' => {
                let (code, after) = code(rest)?;
                rest = after;
                Inline::Code { text: code }
            }
            '*' if rest.starts_with("**") => {
                let (inner, after) = until(&rest[2..], "**")?;
                rest = after;
                Inline::Strong { children: parse(inner)? }
            }
            '*' => {
                let (inner, after) = until(&rest[1..], "*")?;
                rest = after;
                Inline::Emphasis { children: parse(inner)? }
            }
            '[' => {
                let (label, after) = until(&rest[1..], "]")?;
                let after =
                    after.strip_prefix('(').ok_or("a link is written [text](address); \\[ is a bracket")?;
                let (href, after) =
                    after.split_once(')').ok_or("the address of a link is not closed by )")?;
                if !href.starts_with("https://") {
                    return Err(format!("link {href:?}: only https:// addresses"));
                }
                rest = after;
                Inline::Link { href: href.to_string(), children: parse(label)? }
            }
            '<' if rest[1..]
                .starts_with(|next: char| next.is_ascii_alphabetic() || next == '/' || next == '!') =>
            {
                return Err("HTML is not part of the format; \\< is a less-than sign".to_string());
            }
            _ => {
                text.push(c);
                rest = &rest[c.len_utf8()..];
                continue;
            }
        };
        if !text.is_empty() {
            out.push(Inline::Text { text: std::mem::take(&mut text) });
        }
        out.push(inline);
    }
    if !text.is_empty() {
        out.push(Inline::Text { text });
    }
    Ok(out)
}

/// A code span: as many backticks close it as opened it.
fn code(source: &str) -> Result<(String, &str), String> {
    let ticks = source.len() - source.trim_start_matches('`').len();
    let (fence, rest) = source.split_at(ticks);
    let (inner, after) = rest.split_once(fence).ok_or("a ` is not closed")?;
    // As in CommonMark, one space inside each end lets the code itself begin or end with a backtick.
    let padded = inner.starts_with(' ') && inner.ends_with(' ') && !inner.trim().is_empty();
    let inner = if padded { &inner[1..inner.len() - 1] } else { inner };
    Ok((inner.to_string(), after))
}

/// The text before the closing mark, skipping code spans and escapes.
fn until<'a>(source: &'a str, mark: &str) -> Result<(&'a str, &'a str), String> {
    let mut at = 0;
    while let Some(c) = source[at..].chars().next() {
        let rest = &source[at..];
        if let Some(after) = rest.strip_prefix(mark) {
            // `*` inside `*…**strong**…*` belongs to the strong part.
            if mark == "*" && rest.starts_with("**") {
                let (inner, _) = until(&rest[2..], "**")?;
                at += inner.len() + 4;
                continue;
            }
            if at == 0 {
                return Err(format!("{mark} holds nothing; \\{} stands for itself", &mark[..1]));
            }
            return Ok((&source[..at], after));
        }
        at += match c {
            '\\' => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            '`' => rest.len() - code(rest)?.1.len(),
            _ => c.len_utf8(),
        };
    }
    let sign = if mark == "]" { "[" } else { mark };
    Err(format!("{sign} is not closed; \\{} stands for itself", &sign[..1]))
}
