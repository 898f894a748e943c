//! The functions of templates: Go's own, and kubectl's `exists` and `base64decode`.

use std::cmp::Ordering;

use base64::Engine as _;
use serde_json::{Value, json};

use super::eval::{Maybe, print, truth};
use crate::go;

/// The names of all functions.
pub(crate) const NAMES: [&str; 20] = [
    "and",
    "or",
    "not",
    "len",
    "index",
    "slice",
    "print",
    "printf",
    "println",
    "html",
    "js",
    "urlquery",
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "exists",
    "base64decode",
];

/// Calls a function.
pub(crate) fn call(name: &str, arguments: &[Maybe]) -> Result<Maybe, String> {
    let first = arguments.first().cloned().flatten();
    let text = |value: &Maybe| value.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned();
    let value = match name {
        "not" => json!(!truth(&first)),
        "len" => match &first {
            Some(Value::Array(items)) => json!(items.len()),
            Some(Value::Object(map)) => json!(map.len()),
            Some(Value::String(text)) => json!(text.len()),
            Some(other) => return Err(format!("len of type {}", go::type_name(other))),
            None => return Err("len of nil pointer".to_owned()),
        },
        "index" => return index(arguments),
        "slice" => slice(arguments)?,
        "print" => {
            // Go puts spaces between operands when neither is a string.
            let mut out = String::new();
            for (position, argument) in arguments.iter().enumerate() {
                let is_text = |value: &Maybe| matches!(value, Some(Value::String(_)));
                if position > 0 && !is_text(argument) && !is_text(&arguments[position - 1]) {
                    out.push(' ');
                }
                out.push_str(&nil_or(argument));
            }
            json!(out)
        }
        "println" => {
            json!(arguments.iter().map(nil_or).collect::<Vec<_>>().join(" ") + "\n")
        }
        "printf" => json!(printf(
            &text(&arguments.first().cloned().flatten()),
            arguments.get(1..).unwrap_or_default()
        )),
        "html" => json!(
            nil_or(&first)
                .replace('&', "&amp;")
                .replace('\'', "&#39;")
                .replace('"', "&#34;")
                .replace('<', "&lt;")
                .replace('>', "&gt;")
        ),
        "js" => json!(
            nil_or(&first)
                .replace('\\', "\\\\")
                .replace('\'', "\\'")
                .replace('"', "\\\"")
                .replace('\n', "\\n")
        ),
        "urlquery" => json!(crate::client::escape(&nil_or(&first))),
        "exists" => json!(index(arguments).is_ok_and(|value| value.is_some())),
        "base64decode" => {
            let bytes = base64::engine::general_purpose::STANDARD
                .decode(text(&first))
                .map_err(|_| "base64 decode: illegal base64 data".to_owned())?;
            json!(String::from_utf8_lossy(&bytes))
        }
        "eq" => {
            let Some((left, rest)) = arguments.split_first() else {
                return Err("missing argument for comparison".to_owned());
            };
            let mut equal = false;
            for right in rest {
                equal |= compare(left, right)? == Some(Ordering::Equal);
            }
            json!(equal)
        }
        "ne" => json!(pair(arguments)? != Some(Ordering::Equal)),
        "lt" => json!(pair(arguments)? == Some(Ordering::Less)),
        "le" => json!(matches!(pair(arguments)?, Some(Ordering::Less | Ordering::Equal))),
        "gt" => json!(pair(arguments)? == Some(Ordering::Greater)),
        "ge" => json!(matches!(pair(arguments)?, Some(Ordering::Greater | Ordering::Equal))),
        _ => return Err(format!("{name:?} is not a defined function")),
    };
    Ok(Some(value))
}

fn nil_or(value: &Maybe) -> String {
    match value {
        None | Some(Value::Null) => "<nil>".to_owned(),
        value => print(value),
    }
}

fn pair(arguments: &[Maybe]) -> Result<Option<Ordering>, String> {
    match arguments {
        [left, right] => compare(left, right),
        _ => Err("wrong number of args".to_owned()),
    }
}

fn compare(left: &Maybe, right: &Maybe) -> Result<Option<Ordering>, String> {
    match (left, right) {
        (Some(Value::Number(left)), Some(Value::Number(right))) => {
            Ok(left.as_f64().partial_cmp(&right.as_f64()))
        }
        (Some(Value::String(left)), Some(Value::String(right))) => Ok(Some(left.cmp(right))),
        (Some(Value::Bool(left)), Some(Value::Bool(right))) => Ok(Some(left.cmp(right))),
        (None | Some(Value::Null), None | Some(Value::Null)) => Ok(Some(Ordering::Equal)),
        (None | Some(Value::Null), _) | (_, None | Some(Value::Null)) => Ok(None),
        _ => Err("incompatible types for comparison".to_owned()),
    }
}

fn index(arguments: &[Maybe]) -> Result<Maybe, String> {
    let Some((item, keys)) = arguments.split_first() else { return Err("wrong number of args".to_owned()) };
    let mut item = item.clone();
    for key in keys {
        item = match (item, key) {
            (Some(Value::Array(mut items)), Some(Value::Number(number))) => {
                let place = number.as_i64().unwrap_or(-1);
                if place < 0 || place as usize >= items.len() {
                    return Err(format!("index out of range: {place}"));
                }
                Some(items.swap_remove(place as usize))
            }
            (Some(Value::Object(mut map)), Some(Value::String(name))) => map.remove(name),
            (None | Some(Value::Null), _) => return Err("index of untyped nil".to_owned()),
            (Some(other), _) => return Err(format!("can't index item of type {}", go::type_name(&other))),
        };
    }
    Ok(item)
}

fn slice(arguments: &[Maybe]) -> Result<Value, String> {
    let bound = |position: usize, default: usize| match arguments.get(position) {
        Some(Some(Value::Number(number))) => number.as_u64().unwrap_or(0) as usize,
        _ => default,
    };
    match arguments.first() {
        Some(Some(Value::Array(items))) => {
            let (start, end) = (bound(1, 0), bound(2, items.len()));
            let part = items.get(start..end).ok_or_else(|| format!("index out of range: {end}"))?;
            Ok(json!(part))
        }
        Some(Some(Value::String(text))) => {
            let (start, end) = (bound(1, 0), bound(2, text.len()));
            let part = text.get(start..end).ok_or_else(|| format!("index out of range: {end}"))?;
            Ok(json!(part))
        }
        _ => Err("can't slice item".to_owned()),
    }
}

/// Go's `Sprintf` for `%s %v %d %q %t %f %x %%` with flags `-`, `0`, `+`, width and precision.
fn printf(format: &str, arguments: &[Maybe]) -> String {
    let mut out = String::new();
    let mut next = arguments.iter();
    let mut chars = format.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let (mut left, mut zero, mut plus) = (false, false, false);
        while let Some(flag) = chars.next_if(|c| matches!(c, '-' | '0' | '+' | ' ' | '#')) {
            left |= flag == '-';
            zero |= flag == '0';
            plus |= flag == '+';
        }
        let mut width = 0;
        while let Some(digit) = chars.next_if(char::is_ascii_digit) {
            width = width * 10 + digit as usize - '0' as usize;
        }
        let mut precision = None;
        if chars.next_if_eq(&'.').is_some() {
            let mut digits = 0;
            while let Some(digit) = chars.next_if(char::is_ascii_digit) {
                digits = digits * 10 + digit as usize - '0' as usize;
            }
            precision = Some(digits);
        }
        let verb = chars.next().unwrap_or('%');
        if verb == '%' {
            out.push('%');
            continue;
        }
        let Some(value) = next.next() else {
            out.push_str(&format!("%!{verb}(MISSING)"));
            continue;
        };
        let float = || value.as_ref().and_then(Value::as_f64).unwrap_or_default();
        let mut text = match verb {
            'q' => crate::flags::go_quote(&nil_or(value)),
            'f' => format!("{:.*}", precision.unwrap_or(6), float()),
            'x' => match value {
                Some(Value::Number(number)) => format!("{:x}", number.as_i64().unwrap_or_default()),
                value => nil_or(value).bytes().fold(String::new(), |out, byte| format!("{out}{byte:02x}")),
            },
            'd' if !matches!(value, Some(Value::Number(number)) if !number.is_f64()) => {
                let kind = value.as_ref().map_or("<nil>", go::type_name);
                if kind == "<nil>" {
                    "%!d(<nil>)".to_owned()
                } else {
                    format!("%!d({kind}={})", nil_or(value))
                }
            }
            's' if matches!(value, Some(Value::Number(_))) => {
                format!("%!s({}={})", value.as_ref().map_or("<nil>", go::type_name), nil_or(value))
            }
            _ => nil_or(value),
        };
        if let (Some(precision), 's' | 'v') = (precision, verb) {
            text = text.chars().take(precision).collect();
        }
        if plus && matches!(value, Some(Value::Number(number)) if number.as_f64() >= Some(0.0)) {
            text.insert(0, '+');
        }
        let fill = width.saturating_sub(text.chars().count());
        if left {
            out.push_str(&text);
            out.extend(std::iter::repeat_n(' ', fill));
        } else {
            out.extend(std::iter::repeat_n(if zero { '0' } else { ' ' }, fill));
            out.push_str(&text);
        }
    }
    out
}
