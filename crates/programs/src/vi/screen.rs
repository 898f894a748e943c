//! The editor's picture.

use podground_shell::Size;
use podground_shell::width::{char_width, text_width};

use super::editor::{Editor, Mode};

const TAB: usize = 8;

/// The bytes that show the editor; scrolls to where the cursor is seen.
pub(super) fn draw(editor: &mut Editor, size: Size) -> String {
    let columns = usize::from(size.columns).max(20);
    let rows = usize::from(size.rows).max(2) - 1;
    editor.page = rows;
    if editor.row < editor.top {
        editor.top = editor.row;
    } else if editor.row >= editor.top + rows {
        editor.top = editor.row + 1 - rows;
    }
    let gutter = if editor.numbers { editor.lines.len().to_string().len().max(3) + 1 } else { 0 };
    let room = columns - gutter;
    let line = &editor.lines[editor.row];
    let cursor = width_of(&line[..editor.column.min(line.len())], 0);
    // Long lines are moved to the side by half screens.
    let half = room / 2;
    let left = if cursor + 2 > room { (cursor + 2 - room).div_ceil(half) * half } else { 0 };

    let mut picture = String::from("\x1b[?25l");
    for row in 0..rows {
        picture.push_str(&format!("\x1b[{};1H", row + 1));
        match editor.lines.get(editor.top + row) {
            Some(line) => {
                if editor.numbers {
                    let number = editor.top + row + 1;
                    picture.push_str(&format!("\x1b[33m{number:>width$} \x1b[0m", width = gutter - 1));
                }
                picture.push_str(&part(line, left, room));
            }
            None => picture.push_str("\x1b[34m~\x1b[0m"),
        }
        picture.push_str("\x1b[K");
    }
    let (status, end) = status(editor);
    picture.push_str(&format!("\x1b[{};1H", rows + 1));
    let shown: Vec<char> = status.chars().collect();
    picture.push_str(&part(&shown, 0, columns - 1));
    picture.push_str("\x1b[K");
    if end {
        let column = text_width(&status).min(columns - 1) + 1;
        picture.push_str(&format!("\x1b[{};{column}H", rows + 1));
    } else {
        if text_width(&status) + 20 < columns {
            let place = format!("{},{}", editor.row + 1, editor.column + 1);
            picture.push_str(&format!("\x1b[{};{}H{place}", rows + 1, columns - 17));
        }
        picture.push_str(&format!(
            "\x1b[{};{}H",
            editor.row - editor.top + 1,
            gutter + cursor - left.min(cursor) + 1
        ));
    }
    picture.push_str("\x1b[?25h");
    picture
}

/// The last line, and whether the cursor is there.
fn status(editor: &Editor) -> (String, bool) {
    match &editor.mode {
        Mode::Command(text) => (text.clone(), true),
        Mode::Insert => ("-- INSERT --".to_owned(), false),
        Mode::Normal => (editor.message.clone(), false),
    }
}

fn advance(c: char, column: usize) -> usize {
    if c == '\t' {
        TAB - column % TAB
    } else if c.is_control() {
        2
    } else {
        char_width(c)
    }
}

fn width_of(chars: &[char], start: usize) -> usize {
    chars.iter().fold(start, |column, c| column + advance(*c, column)) - start
}

/// What is seen of a line from the column `left` on.
fn part(line: &[char], left: usize, room: usize) -> String {
    let mut text = String::new();
    let mut column = 0;
    for c in line {
        let width = advance(*c, column);
        let end = column + width;
        if end > left + room {
            break;
        }
        if column >= left && (width > 0 || !text.is_empty()) {
            match c {
                '\t' => text.push_str(&" ".repeat(width)),
                c if c.is_control() => {
                    text.push('^');
                    text.push(char::from_u32((*c as u32 & 0x7f) ^ 0x40).unwrap_or('?'));
                }
                c => text.push(*c),
            }
        } else if end > left {
            text.push_str(&" ".repeat(end - left));
        }
        column = end;
    }
    text
}
