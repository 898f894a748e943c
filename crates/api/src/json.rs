//! JSON as kubectl prints it.

use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{PrettyFormatter, Serializer};

/// JSON with an indentation of four spaces, as `kubectl get -o json`; ends with a line break.
pub fn print(value: &Value) -> String {
    let mut bytes = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut bytes, PrettyFormatter::with_indent(b"    "));
    // Writing a JSON value to memory does not fail.
    let _ = value.serialize(&mut serializer);
    let mut text = escape_html(&String::from_utf8_lossy(&bytes));
    text.push('\n');
    text
}

/// JSON on one line, as Go's `json.Marshal` writes it.
pub fn compact(value: &Value) -> String {
    escape_html(&value.to_string())
}

/// Go's encoder escapes `<`, `>` and `&`; within JSON they occur in strings only.
fn escape_html(text: &str) -> String {
    if !text.contains(['<', '>', '&', '\u{2028}', '\u{2029}']) {
        return text.to_owned();
    }
    text.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}
