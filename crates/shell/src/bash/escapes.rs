//! Backslash escapes of `$'…'`, `echo -e` and `printf`, and quoting of values for display.

/// The text of `$'…'`.
pub(crate) fn ansi(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = Output::default();
    let mut i = 0;
    while i < chars.len() {
        if chars[i] == '\\' && i + 1 < chars.len() {
            i += 1 + escape(&chars[i + 1..], &mut out, Dialect::Ansi);
            // A null byte ends the text.
            if out.0.last() == Some(&0) {
                out.0.pop();
                break;
            }
        } else {
            out.push(chars[i]);
            i += 1;
        }
    }
    out.finish()
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// `$'…'`
    Ansi,
    /// `echo -e`, `printf %b`: octal numbers begin with 0.
    Echo,
    /// The format of `printf`.
    Printf,
}

/// Text that may have bytes in it that are no characters of their own.
#[derive(Default)]
pub(crate) struct Output(Vec<u8>);

impl Output {
    pub(crate) fn push(&mut self, c: char) {
        self.0.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }

    pub(crate) fn push_str(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
    }

    pub(crate) fn push_byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    pub(crate) fn finish(self) -> String {
        String::from_utf8_lossy(&self.0).into_owned()
    }
}

/// Writes what the escape stands for whose letter `chars` begins with; returns its length.
pub(crate) fn escape(chars: &[char], out: &mut Output, dialect: Dialect) -> usize {
    let Some(first) = chars.first() else {
        out.push('\\');
        return 0;
    };
    let digits = |start: usize, most: usize, radix: u32| {
        let digits = chars[start.min(chars.len())..].iter().take(most).take_while(|c| c.is_digit(radix));
        let text: String = digits.collect();
        (text.len(), u32::from_str_radix(&text, radix).unwrap_or(0))
    };
    match first {
        'a' => out.push('\x07'),
        'b' => out.push('\x08'),
        'e' | 'E' => out.push('\x1b'),
        'f' => out.push('\x0c'),
        'n' => out.push('\n'),
        'r' => out.push('\r'),
        't' => out.push('\t'),
        'v' => out.push('\x0b'),
        '\\' => out.push('\\'),
        '\'' | '?' if dialect == Dialect::Ansi => out.push(*first),
        '"' if dialect != Dialect::Echo => out.push('"'),
        'x' => {
            let (length, value) = digits(1, 2, 16);
            if length == 0 {
                out.push_str("\\x");
            } else {
                out.push_byte(value as u8);
            }
            return 1 + length;
        }
        'u' | 'U' => {
            let (length, value) = digits(1, if *first == 'u' { 4 } else { 8 }, 16);
            match char::from_u32(value).filter(|_| length > 0) {
                Some(c) => out.push(c),
                None => {
                    out.push('\\');
                    out.push(*first);
                }
            }
            return 1 + length;
        }
        '0' if dialect == Dialect::Echo => {
            let (length, value) = digits(1, 3, 8);
            out.push_byte(value as u8);
            return 1 + length;
        }
        c if c.is_digit(8) && dialect != Dialect::Echo => {
            let (length, value) = digits(0, 3, 8);
            out.push_byte(value as u8);
            return length;
        }
        'c' if dialect == Dialect::Ansi => {
            if let Some(control) = chars.get(1) {
                out.push_byte((*control as u32 as u8) & 0x1f);
                return 2;
            }
            out.push_str("\\c");
        }
        c => {
            out.push('\\');
            out.push(*c);
        }
    }
    1
}

/// A value as `${x@Q}`, `declare -p` of keys and `set` show it: in single quotes where needed.
pub(crate) fn quote_always(text: &str) -> String {
    if text.chars().any(char::is_control) {
        return ansi_quote(text);
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// A value in single quotes if it has characters that mean something.
pub(crate) fn quote(text: &str) -> String {
    if !text.is_empty() && text.chars().all(is_plain) && !text.starts_with(['~', '#']) {
        return text.to_owned();
    }
    quote_always(text)
}

/// As `printf %q`: with backslashes.
pub(crate) fn backslash_quote(text: &str) -> String {
    if text.is_empty() {
        return "''".to_owned();
    }
    if text.chars().any(char::is_control) {
        return ansi_quote(text);
    }
    let mut out = String::new();
    for (index, c) in text.chars().enumerate() {
        let special = matches!(
            c,
            ' ' | '\t'
                | '\n'
                | '\''
                | '"'
                | '\\'
                | '|'
                | '&'
                | ';'
                | '('
                | ')'
                | '<'
                | '>'
                | '!'
                | '{'
                | '}'
                | '*'
                | '['
                | '?'
                | ']'
                | '^'
                | '$'
                | '`'
                | ','
        ) || (index == 0 && matches!(c, '~' | '#'));
        if special {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A value in double quotes, as `declare -p` shows it.
pub(crate) fn double_quote(text: &str) -> String {
    if text.chars().any(char::is_control) {
        return ansi_quote(text);
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        if matches!(c, '"' | '\\' | '$' | '`') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

/// A word as `set -x` shows it.
pub(crate) fn quote_traced(text: &str) -> String {
    let special = |c: char| " \t\n'\"\\|&;()<>!{}*[?]^$`".contains(c);
    let tilde = text.starts_with(['~', '#']) || text.contains("=~") || text.contains(":~");
    if text.is_empty() || tilde || text.contains(special) || text.chars().any(char::is_control) {
        return quote_always(text);
    }
    text.to_owned()
}

fn ansi_quote(text: &str) -> String {
    let mut out = String::from("$'");
    for c in text.chars() {
        match c {
            '\x07' => out.push_str("\\a"),
            '\x08' => out.push_str("\\b"),
            '\x1b' => out.push_str("\\E"),
            '\x0c' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\x0b' => out.push_str("\\v"),
            '\\' => out.push_str("\\\\"),
            '\'' => out.push_str("\\'"),
            c if c.is_control() => out.push_str(&format!("\\{:03o}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}

fn is_plain(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | ':' | '=' | '%' | '+' | '@' | ',' | '~' | '#')
}
