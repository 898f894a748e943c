//! Blocks: paragraphs, lists, fences, boxes.

use super::{Line, Mistake, Parsed, inline};
use crate::{AsideKind, Block, ConsoleEntry};

/// Reads a stretch of lines.
pub(super) fn parse(lines: &[Line<'_>]) -> Result<Parsed, Mistake> {
    let mut parsed = Parsed::default();
    let mut at = 0;
    while let Some(&(number, line)) = lines.get(at) {
        if line.trim().is_empty() {
            at += 1;
            continue;
        }
        if let Some(info) = line.strip_prefix("```") {
            let end = closing(lines, at, |line| line.trim_end() == "```")
                .ok_or_else(|| Mistake::new(number, "the ``` is not closed"))?;
            parsed.blocks.push(fence(number, info, &lines[at + 1..end])?);
            at = end + 1;
        } else if let Some(head) = line.strip_prefix(":::") {
            let end = closing_box(lines, at)?;
            aside(&mut parsed, number, head, &lines[at + 1..end])?;
            at = end + 1;
        } else if let Some((ordered, _)) = bullet(line) {
            let mut items = Vec::new();
            while let Some(&(number, line)) = lines.get(at) {
                if line.trim().is_empty() {
                    at += 1;
                    continue;
                }
                let Some((same, width)) = bullet(line) else { break };
                if same != ordered {
                    break;
                }
                let mut inner = vec![(number, &line[width..])];
                at += 1;
                while let Some(&(number, line)) = lines.get(at) {
                    if !line.trim().is_empty() && !line.starts_with("  ") {
                        break;
                    }
                    let indent = line.len() - line.trim_start_matches(' ').len();
                    inner.push((number, &line[indent.min(width)..]));
                    at += 1;
                }
                let item = parse(&inner)?;
                if let Some((line, _)) = item.hints.first() {
                    return Err(Mistake::new(*line, "a hint does not belong in a list"));
                }
                items.push(item.blocks);
            }
            parsed.blocks.push(Block::List { ordered, items });
        } else {
            refuse(number, line)?;
            let end = lines[at..]
                .iter()
                .skip(1)
                .position(|(_, line)| ends_paragraph(line))
                .map_or(lines.len(), |length| at + 1 + length);
            let words: Vec<&str> = lines[at..end].iter().map(|(_, line)| line.trim()).collect();
            let text = inline::parse(&words.join(" ")).map_err(|why| Mistake::new(number, why))?;
            parsed.blocks.push(Block::Paragraph { text });
            at = end;
        }
    }
    Ok(parsed)
}

fn ends_paragraph(line: &str) -> bool {
    line.trim().is_empty() || line.starts_with("```") || line.starts_with(":::") || bullet(line).is_some()
}

/// Whether the line opens a list item, which sort, and how wide its mark is.
fn bullet(line: &str) -> Option<(bool, usize)> {
    if line.starts_with("- ") {
        return Some((false, 2));
    }
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    (digits > 0 && line[digits..].starts_with(". ")).then_some((true, digits + 2))
}

/// Markdown that the format does not have.
fn refuse(number: usize, line: &str) -> Result<(), Mistake> {
    let text = line.trim_start();
    let what = match text.chars().next() {
        Some('#') => "only steps have headings: `## Title {#id}`",
        Some('>') => "quotations are not part of the format; use :::note",
        Some('|') => "tables are not part of the format; use a list",
        Some('~') if text.starts_with("~~~") => "code stands between lines of ```",
        Some('+' | '*') if text[1..].starts_with(' ') => "list items start with `- ` or `1. `",
        _ if line.trim_end() == "---" => "rules are not part of the format",
        _ if line.starts_with(' ') => "a paragraph is not indented",
        _ => return Ok(()),
    };
    Err(Mistake::new(number, what))
}

fn closing(lines: &[Line<'_>], from: usize, closes: impl Fn(&str) -> bool) -> Option<usize> {
    lines.iter().skip(from + 1).position(|(_, line)| closes(line)).map(|length| from + 1 + length)
}

/// The line that closes the box opened at `from`; a `:::` within code does not.
fn closing_box(lines: &[Line<'_>], from: usize) -> Result<usize, Mistake> {
    let mut fenced = false;
    for (at, (number, line)) in lines.iter().enumerate().skip(from + 1) {
        if line.starts_with("```") {
            fenced = !fenced;
        } else if !fenced && line.trim_end() == ":::" {
            return Ok(at);
        } else if !fenced && line.starts_with(":::") {
            return Err(Mistake::new(*number, "a box cannot hold another box; close the first by :::"));
        }
    }
    Err(Mistake::new(lines[from].0, "the box is not closed by a line of :::"))
}

fn aside(parsed: &mut Parsed, number: usize, head: &str, lines: &[Line<'_>]) -> Result<(), Mistake> {
    let (kind, title) = head.trim().split_once(' ').unwrap_or((head.trim(), ""));
    let blocks = parse(lines)?.blocks;
    if blocks.is_empty() {
        return Err(Mistake::new(number, format!(":::{kind} holds nothing")));
    }
    let kind = match kind {
        "hint" if title.is_empty() => {
            parsed.hints.push((number, blocks));
            return Ok(());
        }
        "hint" => return Err(Mistake::new(number, "a hint has no title")),
        "predict" if title.is_empty() => {
            return Err(Mistake::new(number, "the question is missing: `:::predict What will happen?`"));
        }
        "predict" => AsideKind::Predict,
        "note" => AsideKind::Note,
        "" => return Err(Mistake::new(number, "there is no open box to close")),
        other => return Err(Mistake::new(number, format!(":::{other} is not hint, predict or note"))),
    };
    let title = inline::parse(title.trim()).map_err(|why| Mistake::new(number, why))?;
    parsed.blocks.push(Block::Aside { kind, title, blocks });
    Ok(())
}

fn fence(number: usize, info: &str, lines: &[Line<'_>]) -> Result<Block, Mistake> {
    let mut words = info.split_whitespace();
    let language = words.next().unwrap_or_default();
    let (mut terminal, mut host, mut file) = (None, None, None);
    for word in words {
        let (key, value) = word.split_once('=').unwrap_or((word, ""));
        let known = match (language, key) {
            ("console", "terminal") => {
                let parsed = value.parse().ok().filter(|number| (1..=9).contains(number));
                terminal = Some(parsed.ok_or_else(|| Mistake::new(number, "terminal= takes 1 to 9"))?);
                true
            }
            ("console", "host") => host.replace(value.to_string()).is_none(),
            ("console", _) => false,
            (_, "file") => file.replace(value.to_string()).is_none(),
            _ => false,
        };
        if !known || value.is_empty() {
            return Err(Mistake::new(
                number,
                format!(
                    "{word:?} is unknown here: a console block takes terminal=N and host=NAME, code file=NAME"
                ),
            ));
        }
    }
    if language == "console" {
        return Ok(Block::Console { terminal: terminal.unwrap_or(1), host, entries: entries(lines)? });
    }
    let text = lines.iter().map(|(_, line)| *line).collect::<Vec<_>>().join("\n");
    Ok(Block::Code { language: language.to_string(), file, text })
}

/// The commands of a console block: `$ ` starts one, `> ` continues it, the rest is what it prints.
fn entries(lines: &[Line<'_>]) -> Result<Vec<ConsoleEntry>, Mistake> {
    let mut entries: Vec<ConsoleEntry> = Vec::new();
    for (number, line) in lines {
        if let Some(command) = line.strip_prefix("$ ") {
            entries.push(ConsoleEntry { command: command.to_string(), output: String::new() });
            continue;
        }
        let Some(entry) = entries.last_mut() else {
            return Err(Mistake::new(*number, "a console block starts with a command: `$ …`"));
        };
        match line.strip_prefix("> ").or_else(|| (*line == ">").then_some("")) {
            Some(more) if entry.output.is_empty() => {
                entry.command.push('\n');
                entry.command.push_str(more);
            }
            _ => {
                if !entry.output.is_empty() {
                    entry.output.push('\n');
                }
                entry.output.push_str(line);
            }
        }
    }
    Ok(entries)
}
