//! From bytes to keys.

use crate::terminal::Terminal;

/// A key, or what a terminal sends for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Char(char),
    Ctrl(char),
    Alt(char),
    Enter,
    Tab,
    Backspace,
    AltBackspace,
    Delete,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    WordLeft,
    WordRight,
    /// Text that was pasted.
    Paste(String),
    /// A key without a meaning here.
    Other,
}

/// Waits for the next key; `None` when the window is gone.
pub(super) async fn read(terminal: &Terminal) -> Option<Key> {
    let byte = next(terminal).await?;
    Some(match byte {
        b'\r' | b'\n' => Key::Enter,
        b'\t' => Key::Tab,
        0x7f | 0x08 => Key::Backspace,
        0x1b => escape(terminal).await?,
        0x1f => Key::Ctrl('_'),
        0 => Key::Ctrl('@'),
        byte if byte < 0x20 => Key::Ctrl(char::from(byte | 0x60)),
        byte => Key::Char(character(terminal, byte).await?),
    })
}

async fn next(terminal: &Terminal) -> Option<u8> {
    terminal.read(1).await.first().copied()
}

/// The character that begins with `first`.
async fn character(terminal: &Terminal, first: u8) -> Option<char> {
    let more = match first {
        0xc0..=0xdf => 1,
        0xe0..=0xef => 2,
        0xf0..=0xf7 => 3,
        _ => 0,
    };
    let mut bytes = vec![first];
    for _ in 0..more {
        let byte = next(terminal).await?;
        if byte & 0xc0 != 0x80 {
            terminal.unread(&[byte]);
            break;
        }
        bytes.push(byte);
    }
    let text = String::from_utf8_lossy(&bytes);
    Some(text.chars().next().unwrap_or(char::REPLACEMENT_CHARACTER))
}

async fn escape(terminal: &Terminal) -> Option<Key> {
    let byte = next(terminal).await?;
    Some(match byte {
        b'[' => control_sequence(terminal).await?,
        b'O' => match next(terminal).await? {
            b'A' => Key::Up,
            b'B' => Key::Down,
            b'C' => Key::Right,
            b'D' => Key::Left,
            b'H' => Key::Home,
            b'F' => Key::End,
            _ => Key::Other,
        },
        0x7f | 0x08 => Key::AltBackspace,
        0x1b => {
            // Alt with a key that sends a sequence itself.
            match Box::pin(escape(terminal)).await? {
                Key::Left => Key::WordLeft,
                Key::Right => Key::WordRight,
                key => key,
            }
        }
        byte if byte < 0x20 => Key::Other,
        byte => Key::Alt(character(terminal, byte).await?.to_ascii_lowercase()),
    })
}

/// The rest of `ESC [ … letter`.
async fn control_sequence(terminal: &Terminal) -> Option<Key> {
    let mut parameters = String::new();
    let last = loop {
        let byte = next(terminal).await?;
        match byte {
            0x20..=0x3f if parameters.len() < 32 => parameters.push(char::from(byte)),
            byte => break byte,
        }
    };
    // A second parameter tells of Ctrl, Alt and Shift.
    let modified = parameters.split_once(';').is_some_and(|(_, modifier)| modifier != "1" && modifier != "2");
    Some(match (last, parameters.split(';').next().unwrap_or_default()) {
        (b'A', _) => Key::Up,
        (b'B', _) => Key::Down,
        (b'C', _) if modified => Key::WordRight,
        (b'D', _) if modified => Key::WordLeft,
        (b'C', _) => Key::Right,
        (b'D', _) => Key::Left,
        (b'H', _) | (b'~', "1" | "7") => Key::Home,
        (b'F', _) | (b'~', "4" | "8") => Key::End,
        (b'~', "3") => Key::Delete,
        (b'~', "200") => Key::Paste(pasted(terminal).await?),
        _ => Key::Other,
    })
}

/// What is pasted, up to its end mark.
async fn pasted(terminal: &Terminal) -> Option<String> {
    const END: &[u8] = b"\x1b[201~";
    let mut bytes = Vec::new();
    while !bytes.ends_with(END) {
        bytes.push(next(terminal).await?);
    }
    bytes.truncate(bytes.len() - END.len());
    Some(String::from_utf8_lossy(&bytes).replace("\r\n", "\n").replace('\r', "\n"))
}
