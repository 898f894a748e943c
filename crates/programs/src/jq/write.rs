//! Values as jq prints them.

use jaq_json::{Num, Val};

/// How values are printed.
#[derive(Clone, Debug, Default)]
pub(super) struct Style {
    /// What each level is indented by; all on one line without it.
    pub(super) indent: Option<String>,
    pub(super) color: bool,
    pub(super) sort: bool,
    pub(super) ascii: bool,
}

const NULL: &str = "1;30";
const PLAIN: &str = "0;39";
const TEXT: &str = "0;32";
const BRACKETS: &str = "1;39";
const KEY: &str = "34;1";

impl Style {
    /// The text of a value.
    pub(super) fn write(&self, value: &Val) -> Vec<u8> {
        let mut out = Vec::new();
        self.value(&mut out, value, 0);
        out
    }

    fn paint(&self, out: &mut Vec<u8>, color: &str, text: &[u8]) {
        if self.color {
            out.extend_from_slice(format!("\x1b[{color}m").as_bytes());
        }
        out.extend_from_slice(text);
        if self.color {
            out.extend_from_slice(b"\x1b[0m");
        }
    }

    fn value(&self, out: &mut Vec<u8>, value: &Val, level: usize) {
        match value {
            Val::Null => self.paint(out, NULL, b"null"),
            Val::Bool(truth) => self.paint(out, PLAIN, if *truth { b"true" } else { b"false" }),
            Val::Num(number) => self.paint(out, PLAIN, shown(number).as_bytes()),
            Val::TStr(text) | Val::BStr(text) => self.paint(out, TEXT, &quoted(text, self.ascii)),
            Val::Arr(items) => {
                self.paint(out, BRACKETS, b"[");
                for (index, item) in items.iter().enumerate() {
                    self.separate(out, index, level + 1);
                    self.value(out, item, level + 1);
                }
                self.close(out, items.is_empty(), level, b"]");
            }
            Val::Obj(map) => {
                self.paint(out, BRACKETS, b"{");
                let mut pairs: Vec<(&Val, &Val)> = map.iter().collect();
                if self.sort {
                    pairs.sort_by_key(|(key, _)| *key);
                }
                for (index, (key, item)) in pairs.into_iter().enumerate() {
                    self.separate(out, index, level + 1);
                    let text = match key {
                        Val::TStr(text) | Val::BStr(text) => quoted(text, self.ascii),
                        other => quoted(&self.write(other), self.ascii),
                    };
                    self.paint(out, KEY, &text);
                    self.paint(out, BRACKETS, b":");
                    if self.indent.is_some() {
                        out.push(b' ');
                    }
                    self.value(out, item, level + 1);
                }
                self.close(out, map.is_empty(), level, b"}");
            }
        }
    }

    fn separate(&self, out: &mut Vec<u8>, index: usize, level: usize) {
        if index > 0 {
            self.paint(out, BRACKETS, b",");
        }
        self.new_line(out, level);
    }

    fn close(&self, out: &mut Vec<u8>, empty: bool, level: usize, bracket: &[u8]) {
        if !empty {
            self.new_line(out, level);
        }
        self.paint(out, BRACKETS, bracket);
    }

    fn new_line(&self, out: &mut Vec<u8>, level: usize) {
        if let Some(indent) = &self.indent {
            out.push(b'\n');
            out.extend_from_slice(indent.repeat(level).as_bytes());
        }
    }
}

/// A number: whole ones without a point, others with 17 digits at most.
fn shown(number: &Num) -> String {
    match number {
        Num::Float(float) if float.is_nan() => "null".to_owned(),
        Num::Float(float) => {
            let float = float.clamp(-f64::MAX, f64::MAX);
            if float.fract() == 0.0 && float.abs() < 1e17 {
                return format!("{}", float as i64);
            }
            let text = format!("{float:?}");
            match text.split_once('e') {
                Some((mantissa, exponent)) if !exponent.starts_with('-') => {
                    format!("{}e+{exponent:0>2}", mantissa.trim_end_matches(".0"))
                }
                Some((mantissa, exponent)) => {
                    format!("{}e-{:0>2}", mantissa.trim_end_matches(".0"), &exponent[1..])
                }
                None => text,
            }
        }
        other => {
            let text = other.to_string();
            match text.parse() {
                Ok(float) if text.contains(['e', 'E']) => shown(&Num::Float(float)),
                _ => text,
            }
        }
    }
}

/// A text in quotes.
fn quoted(text: &[u8], ascii: bool) -> Vec<u8> {
    let mut out = vec![b'"'];
    for c in String::from_utf8_lossy(text).chars() {
        match c {
            '"' => out.extend(b"\\\""),
            '\\' => out.extend(b"\\\\"),
            '\n' => out.extend(b"\\n"),
            '\t' => out.extend(b"\\t"),
            '\r' => out.extend(b"\\r"),
            '\x08' => out.extend(b"\\b"),
            '\x0c' => out.extend(b"\\f"),
            c if u32::from(c) < 32 || c == '\x7f' => out.extend(format!("\\u{:04x}", u32::from(c)).bytes()),
            c if ascii && !c.is_ascii() => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    out.extend(format!("\\u{unit:04x}").bytes());
                }
            }
            c => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    out.push(b'"');
    out
}
