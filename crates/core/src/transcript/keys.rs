//! What is done at a terminal besides giving a command, and the bytes that keys send.

use std::fmt;

/// Something done at a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// `%terminal 2`: what follows happens in that terminal, which opens when first named.
    Terminal(u8),
    /// `%type TEXT`: the text and Enter.
    Type(String),
    /// `%key Ctrl-C`: keys, one after another.
    Key(Vec<String>),
}

impl Act {
    /// The bytes that the terminal gets.
    pub(super) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Terminal(_) => Vec::new(),
            Self::Type(text) => format!("{text}\r").into_bytes(),
            Self::Key(names) => names.iter().filter_map(|name| bytes(name)).flatten().collect(),
        }
    }
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Terminal(number) => write!(f, "%terminal {number}"),
            Self::Type(text) => write!(f, "%type {text}"),
            Self::Key(names) => write!(f, "%key {}", names.join(" ")),
        }
    }
}

/// What a key sends: `Ctrl-` and a letter or one of `\\]`, a key's name, or the one character itself.
pub(super) fn bytes(name: &str) -> Option<Vec<u8>> {
    if let Some(letter) = name.strip_prefix("Ctrl-") {
        return match letter.as_bytes() {
            [byte @ (b'A'..=b'Z' | b'\\' | b']')] => Some(vec![byte & 0x1f]),
            _ => None,
        };
    }
    let bytes = match name {
        "Enter" => "\r",
        "Tab" => "\t",
        "Space" => " ",
        "Escape" => "\x1b",
        "Backspace" => "\x7f",
        "Up" => "\x1b[A",
        "Down" => "\x1b[B",
        "Right" => "\x1b[C",
        "Left" => "\x1b[D",
        "Home" => "\x1b[H",
        "End" => "\x1b[F",
        "Delete" => "\x1b[3~",
        "PageUp" => "\x1b[5~",
        "PageDown" => "\x1b[6~",
        one if one.chars().count() == 1 => one,
        _ => return None,
    };
    Some(bytes.as_bytes().to_vec())
}
