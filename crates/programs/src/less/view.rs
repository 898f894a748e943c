//! Lines of the text as lines of the screen.

use podground_shell::width::char_width;

use crate::regex::Regex;

/// Cuts a line into the rows that it takes; what matches is shown in reverse.
pub(super) fn rows(
    line: &str,
    columns: usize,
    raw: bool,
    chop: Option<usize>,
    search: Option<&Regex>,
) -> Vec<String> {
    let mut marks: Vec<(usize, usize)> = Vec::new();
    if let Some(regex) = search {
        marks = regex
            .find_iter(line)
            .filter(|found| !found.is_empty())
            .map(|found| (found.start(), found.end()))
            .collect();
    }
    let mut rows = Vec::new();
    let mut row = String::new();
    let mut column = 0;
    let skip = chop.unwrap_or(0);
    // The column in the line, for tabs and for what lies left of the screen.
    let mut position = 0;
    let mut marked = false;
    let mut chars = line.char_indices();
    while let Some((at, c)) = chars.next() {
        let inside = marks.iter().any(|(start, end)| (*start..*end).contains(&at));
        if inside != marked {
            row.push_str(if inside { "\x1b[7m" } else { "\x1b[27m" });
            marked = inside;
        }
        if raw && c == '\x1b' {
            row.push(c);
            for (_, next) in chars.by_ref() {
                row.push(next);
                if next.is_ascii_alphabetic() {
                    break;
                }
            }
            continue;
        }
        let (shown, width) = match c {
            '\t' => {
                let width = 8 - position % 8;
                (" ".repeat(width), width)
            }
            '\x1b' => ("\x1b[7mESC\x1b[27m".to_owned(), 3),
            c if c.is_control() => {
                let letter = char::from_u32((c as u32 & 0x7f) ^ 0x40).unwrap_or('?');
                (format!("\x1b[7m^{letter}\x1b[27m"), 2)
            }
            c => (c.to_string(), char_width(c)),
        };
        position += width;
        if position <= skip && width > 0 {
            continue;
        }
        if column + width > columns {
            if chop.is_some() {
                break;
            }
            if marked {
                row.push_str("\x1b[27m");
            }
            rows.push(std::mem::take(&mut row));
            if marked {
                row.push_str("\x1b[7m");
            }
            column = 0;
        }
        row.push_str(&shown);
        column += width;
    }
    if marked {
        row.push_str("\x1b[27m");
    }
    if raw {
        row.push_str("\x1b[m");
    }
    rows.push(row);
    rows
}
