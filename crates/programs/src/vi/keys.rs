//! Bytes of a terminal as keys.

/// A key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// A character, control characters among them.
    Char(char),
    Escape,
    Enter,
    Backspace,
    Delete,
    Left,
    Right,
    Up,
    Down,
    Home,
    End,
    PageUp,
    PageDown,
}

/// Puts keys together from bytes that may arrive in parts.
#[derive(Default)]
pub(crate) struct Keys {
    rest: Vec<u8>,
}

impl Keys {
    /// The keys that are complete with these bytes.
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> Vec<Key> {
        self.rest.extend_from_slice(bytes);
        let bytes = std::mem::take(&mut self.rest);
        let (text, rest) = match std::str::from_utf8(&bytes) {
            Ok(text) => (text.to_owned(), Vec::new()),
            Err(error) if error.error_len().is_none() => {
                let (whole, part) = bytes.split_at(error.valid_up_to());
                (String::from_utf8_lossy(whole).into_owned(), part.to_vec())
            }
            Err(_) => (String::from_utf8_lossy(&bytes).into_owned(), Vec::new()),
        };
        self.rest = rest;
        let mut keys = Vec::new();
        let mut left = text.as_str();
        while let Some(c) = left.chars().next() {
            left = &left[c.len_utf8()..];
            keys.push(match c {
                '\x1b' => match left.strip_prefix(['[', 'O']) {
                    Some(sequence) => {
                        let end = sequence.find(|c: char| c.is_ascii_alphabetic() || c == '~');
                        let Some(end) = end else {
                            keys.push(Key::Escape);
                            continue;
                        };
                        left = &sequence[end + 1..];
                        match sequence_key(&sequence[..=end]) {
                            Some(key) => key,
                            None => continue,
                        }
                    }
                    None => Key::Escape,
                },
                '\r' | '\n' => Key::Enter,
                '\x7f' | '\x08' => Key::Backspace,
                c => Key::Char(c),
            });
        }
        keys
    }
}

fn sequence_key(sequence: &str) -> Option<Key> {
    Some(match sequence {
        "A" => Key::Up,
        "B" => Key::Down,
        "C" => Key::Right,
        "D" => Key::Left,
        "H" | "1~" | "7~" => Key::Home,
        "F" | "4~" | "8~" => Key::End,
        "3~" => Key::Delete,
        "5~" => Key::PageUp,
        "6~" => Key::PageDown,
        _ => return None,
    })
}
