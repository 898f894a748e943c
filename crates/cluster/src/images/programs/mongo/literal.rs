//! Documents as the shell writes them: JavaScript literals in, the shell's own form out.
//!
//! Fields come out in the order of their names, not in that of the literal.

use std::iter::Peekable;
use std::str::Chars;

use serde_json::{Map, Number, Value};

/// How deep documents may be nested.
const DEPTH: usize = 50;

/// Reads `{name:'foo', n: 1}`.
pub(super) fn parse(text: &str) -> Result<Value, String> {
    let mut chars = text.chars().peekable();
    let value = value(&mut chars, 0)?;
    blanks(&mut chars);
    match chars.next() {
        None => Ok(value),
        Some(c) => Err(format!("unexpected token: '{c}'")),
    }
}

fn blanks(chars: &mut Peekable<Chars<'_>>) {
    while chars.next_if(|c| c.is_whitespace()).is_some() {}
}

fn value(chars: &mut Peekable<Chars<'_>>, depth: usize) -> Result<Value, String> {
    if depth > DEPTH {
        return Err("too much recursion".to_owned());
    }
    blanks(chars);
    match chars.peek().copied() {
        Some('{') => {
            chars.next();
            let mut map = Map::new();
            loop {
                blanks(chars);
                if chars.next_if_eq(&'}').is_some() {
                    return Ok(Value::Object(map));
                }
                let key = match chars.peek() {
                    Some('"' | '\'') => string(chars)?,
                    _ => word(chars),
                };
                blanks(chars);
                if key.is_empty() || chars.next() != Some(':') {
                    return Err("missing : after property id".to_owned());
                }
                map.insert(key, value(chars, depth + 1)?);
                blanks(chars);
                if chars.next_if_eq(&',').is_none() && chars.peek() != Some(&'}') {
                    return Err("missing } after property list".to_owned());
                }
            }
        }
        Some('[') => {
            chars.next();
            let mut list = Vec::new();
            loop {
                blanks(chars);
                if chars.next_if_eq(&']').is_some() {
                    return Ok(Value::Array(list));
                }
                list.push(value(chars, depth + 1)?);
                blanks(chars);
                if chars.next_if_eq(&',').is_none() && chars.peek() != Some(&']') {
                    return Err("missing ] after element list".to_owned());
                }
            }
        }
        Some('"' | '\'') => string(chars).map(Value::String),
        Some(_) => {
            let word = word(chars);
            match word.as_str() {
                "true" => Ok(Value::Bool(true)),
                "false" => Ok(Value::Bool(false)),
                "null" | "undefined" => Ok(Value::Null),
                number => {
                    match (number.parse::<i64>(), number.parse::<f64>().ok().and_then(Number::from_f64)) {
                        (Ok(number), _) => Ok(number.into()),
                        (_, Some(number)) => Ok(Value::Number(number)),
                        _ => Err(format!("{word} is not defined")),
                    }
                }
            }
        }
        None => Err("expected expression, got end of script".to_owned()),
    }
}

fn string(chars: &mut Peekable<Chars<'_>>) -> Result<String, String> {
    let Some(quote) = chars.next() else { return Ok(String::new()) };
    let mut text = String::new();
    loop {
        match chars.next() {
            None => return Err("\"\" string literal contains an unescaped line break".to_owned()),
            Some('\\') => text.extend(chars.next()),
            Some(c) if c == quote => return Ok(text),
            Some(c) => text.push(c),
        }
    }
}

fn word(chars: &mut Peekable<Chars<'_>>) -> String {
    let mut word = String::new();
    while let Some(c) = chars.next_if(|c| c.is_alphanumeric() || "_$.-+".contains(*c)) {
        word.push(c);
    }
    word
}

/// `{ "_id" : ObjectId("…"), "name" : "foo" }`
pub(super) fn print(value: &Value) -> String {
    match value {
        Value::Object(map) => match map.get("$oid").and_then(Value::as_str) {
            Some(id) => format!("ObjectId(\"{id}\")"),
            None if map.is_empty() => "{ }".to_owned(),
            None => {
                let pairs: Vec<String> =
                    map.iter().map(|(key, value)| format!("\"{key}\" : {}", print(value))).collect();
                format!("{{ {} }}", pairs.join(", "))
            }
        },
        Value::Array(list) => format!("[ {} ]", list.iter().map(print).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_read_as_people_write_them() {
        let value = parse("{name:'foo', n: 1, list: [true, null], \"a b\": {x: 1.5}}").unwrap();
        assert_eq!(
            print(&value),
            "{ \"a b\" : { \"x\" : 1.5 }, \"list\" : [ true, null ], \"n\" : 1, \"name\" : \"foo\" }"
        );
        assert!(parse("{name").is_err() && parse("foo").is_err() && parse("{} x").is_err());
        assert!(parse(&"[".repeat(1000)).is_err());
    }
}
