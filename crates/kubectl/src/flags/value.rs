//! Checks of flags' values, worded as Go's strconv and time do.

use super::table::{Flag, Kind};

/// A text in double quotes, as Go's `%q`.
pub(crate) fn go_quote(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => out.push_str(&format!("\\x{:02x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// The parts of a value, or why it is none of the flag's kind.
pub(crate) fn check(flag: &Flag, value: &str) -> Result<Vec<String>, String> {
    let number = |text: &str| {
        text.parse::<i64>().map_err(|error| {
            let why = match error.kind() {
                std::num::IntErrorKind::PosOverflow | std::num::IntErrorKind::NegOverflow => {
                    "value out of range"
                }
                _ => "invalid syntax",
            };
            format!("strconv.ParseInt: parsing {}: {why}", go_quote(text))
        })
    };
    match flag.kind {
        Kind::Bool => match value {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(vec!["true".to_owned()]),
            "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(vec!["false".to_owned()]),
            _ => Err(format!("strconv.ParseBool: parsing {}: invalid syntax", go_quote(value))),
        },
        Kind::Number => number(value).map(|number| vec![number.to_string()]),
        Kind::Duration => {
            let bare = value.trim_start_matches(['-', '+']);
            if podground_api::duration::parse_go(bare).is_some() {
                Ok(vec![value.trim_start_matches('+').to_owned()])
            } else if !bare.is_empty() && bare.chars().all(|c| c.is_ascii_digit() || c == '.') {
                Err(format!("time: missing unit in duration {}", go_quote(value)))
            } else {
                Err(format!("time: invalid duration {}", go_quote(value)))
            }
        }
        Kind::Text | Kind::Array => Ok(vec![value.to_owned()]),
        Kind::List => Ok(split_csv(value)),
    }
}

/// Splits at commas outside of double quotes, as Go's `encoding/csv` reads one record.
fn split_csv(value: &str) -> Vec<String> {
    if value.is_empty() {
        return Vec::new();
    }
    let mut parts = vec![String::new()];
    let mut quoted = false;
    let mut chars = value.chars().peekable();
    while let Some(c) = chars.next() {
        let part = parts.last_mut().expect("there is always a last part");
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                part.push('"');
            }
            '"' if quoted || part.is_empty() => quoted = !quoted,
            ',' if !quoted => parts.push(String::new()),
            c => part.push(c),
        }
    }
    parts
}
