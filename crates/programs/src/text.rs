//! Texts that may hold bytes which are no characters; quoting of names; numbers with units.

use std::borrow::Cow;

/// Stands for the byte 0 that is no part of a character; the others follow.
const BYTE: u32 = 0x10_f700;

/// Bytes as text; each byte that is no part of a character becomes one that [`encode`] turns back.
pub(crate) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().filter_map(|byte| char::from_u32(BYTE + u32::from(*byte))));
    }
    Cow::Owned(text)
}

/// The bytes of a text of [`decode`].
pub(crate) fn encode(text: &str) -> Cow<'_, [u8]> {
    let is_byte = |c: char| (BYTE..BYTE + 256).contains(&u32::from(c));
    if !text.contains(is_byte) {
        return Cow::Borrowed(text.as_bytes());
    }
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        if is_byte(c) {
            bytes.push((u32::from(c) - BYTE) as u8);
        } else {
            bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
    Cow::Owned(bytes)
}

/// A line without its end.
pub(crate) fn chomp(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\n").unwrap_or(line)
}

/// A name in quotes, as GNU's messages show it.
pub(crate) fn quote(name: &str) -> String {
    if !name.contains('\'') {
        format!("'{name}'")
    } else if name.contains(['"', '$', '`', '\\']) {
        format!("'{}'", name.replace('\'', "'\\''"))
    } else {
        format!("\"{name}\"")
    }
}

/// A text in quotes, as GNU's messages show what is no name of a file; see [`for_locale`].
pub(crate) fn curly(text: &str) -> String {
    format!("‘{text}’")
}

/// A message with the quotes that the process's language has: `‘x’` in UTF-8, else `'x'`.
pub(crate) fn for_locale<'m>(process: &podground_shell::Process, message: &'m str) -> Cow<'m, str> {
    let name = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(|name| process.env(name));
    if name.is_some_and(|name| name.to_ascii_uppercase().contains("UTF")) || !message.contains('‘') {
        return Cow::Borrowed(message);
    }
    Cow::Owned(message.replace(['‘', '’'], "'"))
}

/// A number of bytes or lines: `10`, `2K` (1024), `2kB` (1000), `1M`, `3b` (512).
pub(crate) fn size(text: &str) -> Option<u64> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let number: u64 = digits.parse().ok()?;
    let factor = match unit {
        "" => 1,
        "b" => 512,
        "kB" | "KB" => 1000,
        "k" | "K" | "KiB" => 1 << 10,
        "MB" => 1_000_000,
        "M" | "m" | "MiB" => 1 << 20,
        "GB" => 1_000_000_000,
        "G" | "GiB" => 1 << 30,
        "T" | "TiB" => 1 << 40,
        _ => return None,
    };
    number.checked_mul(factor)
}

/// A number of bytes as `ls -h` and `du -h` show it: rounded up, three characters at most.
pub(crate) fn human(bytes: u64) -> String {
    if bytes < 1024 {
        return bytes.to_string();
    }
    let mut unit = 1024f64;
    for letter in ["K", "M", "G", "T", "P"] {
        let value = bytes as f64 / unit;
        let tenths = (value * 10.0).ceil() / 10.0;
        if tenths < 10.0 {
            return format!("{tenths:.1}{letter}");
        }
        if value.ceil() < 1024.0 {
            return format!("{}{letter}", value.ceil());
        }
        unit *= 1024.0;
    }
    format!("{bytes}")
}

/// The length of time that `sleep` and `timeout` take: `0.5`, `1m`, `infinity`. `None` is no such length.
pub(crate) fn duration(text: &str) -> Option<std::time::Duration> {
    let (number, factor) = match text.as_bytes().last()? {
        b's' => (&text[..text.len() - 1], 1.0),
        b'm' => (&text[..text.len() - 1], 60.0),
        b'h' => (&text[..text.len() - 1], 3600.0),
        b'd' => (&text[..text.len() - 1], 86400.0),
        _ => (text, 1.0),
    };
    if matches!(number.to_ascii_lowercase().as_str(), "inf" | "infinity") {
        return Some(std::time::Duration::MAX);
    }
    if !number.starts_with(|c: char| c.is_ascii_digit() || c == '.' || c == '+') {
        return None;
    }
    let seconds = number.parse::<f64>().ok()? * factor;
    Some(std::time::Duration::try_from_secs_f64(seconds).unwrap_or(std::time::Duration::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_survive() {
        let bytes = b"a\xff\xfe\xed\x95\x9c\x80z";
        assert_eq!(&*encode(&decode(bytes)), bytes);
    }

    #[test]
    fn units() {
        assert_eq!(size("2K"), Some(2048));
        assert_eq!(size("x"), None);
        assert_eq!(
            (human(1023), human(1025), human(10_240), human(1_048_576)),
            ("1023".to_owned(), "1.1K".to_owned(), "10K".to_owned(), "1.0M".to_owned())
        );
        assert_eq!(duration("0.5m"), Some(std::time::Duration::from_secs(30)));
        assert_eq!(duration("-1"), None);
        assert_eq!(quote("it's"), "\"it's\"");
    }
}
