//! Functions that are no macros.
//!
//! Upstream: `apiserver/pkg/cel/library`, `cel-go/ext/strings.go`.

use podground_api::{Quantity, Value, json};

use super::eval::equal;

/// Calls a function, of a value or alone.
pub(super) fn call(target: Option<&Value>, name: &str, args: &[Value]) -> Result<Value, String> {
    let texts: Vec<&str> = args.iter().filter_map(Value::as_str).collect();
    Ok(match (target, name, args) {
        (Some(value), "size", []) | (None, "size", [value]) => size(value)?.into(),
        (None, "string", [value]) => value.as_str().map_or_else(|| value.to_string(), str::to_owned).into(),
        (None, "int", [value]) => match value {
            Value::Number(number) => {
                number.as_i64().or_else(|| number.as_f64().map(truncate)).unwrap_or(0).into()
            }
            Value::String(text) => text
                .parse::<i64>()
                .map_err(|_| format!("type conversion error from 'string' to 'int': {text}"))?
                .into(),
            _ => return Err("no such overload: int".to_owned()),
        },
        (None, "double", [value]) => match value {
            Value::Number(number) => json!(number.as_f64().unwrap_or(0.0)),
            Value::String(text) => {
                json!(text.parse::<f64>().map_err(|_| "type conversion error".to_owned())?)
            }
            _ => return Err("no such overload: double".to_owned()),
        },
        (None, "bool", [Value::String(text)]) => (text == "true").into(),
        (None, "dyn", [value]) => value.clone(),
        (None, "type", [value]) => type_of(value).into(),
        // A quantity is kept as it is written; it is compared by its functions.
        (None, "quantity", [Value::String(text)]) => {
            Quantity::parse(text).map_err(|_| "quantities must match the regular expression".to_owned())?;
            text.as_str().into()
        }
        (None, "isQuantity", [Value::String(text)]) => Quantity::parse(text).is_ok().into(),
        (Some(Value::String(text)), "isGreaterThan", [Value::String(other)]) => {
            (quantity(text)? > quantity(other)?).into()
        }
        (Some(Value::String(text)), "isLessThan", [Value::String(other)]) => {
            (quantity(text)? < quantity(other)?).into()
        }
        (Some(Value::String(text)), "compareTo", [Value::String(other)]) => {
            (quantity(text)?.cmp(&quantity(other)?) as i64).into()
        }
        (Some(Value::String(text)), name, _) if texts.len() == args.len() => string(text, name, &texts)?,
        (Some(Value::String(text)), "substring" | "charAt", _) => substring(text, args)?,
        (Some(Value::Array(items)), name, _) => list(items, name, args)?,
        _ => return Err(unknown(name)),
    })
}

fn unknown(name: &str) -> String {
    format!("podground does not support the function {name:?} of CEL yet")
}

#[allow(clippy::cast_possible_truncation, reason = "CEL's conversion cuts the fraction off")]
fn truncate(number: f64) -> i64 {
    number as i64
}

fn quantity(text: &str) -> Result<Quantity, String> {
    Quantity::parse(text).map_err(|_| "no such overload: not a quantity".to_owned())
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null_type",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_i64() => "int",
        Value::Number(_) => "double",
        Value::String(_) => "string",
        Value::Array(_) => "list",
        Value::Object(_) => "map",
    }
}

fn size(value: &Value) -> Result<usize, String> {
    match value {
        Value::String(text) => Ok(text.chars().count()),
        Value::Array(items) => Ok(items.len()),
        Value::Object(map) => Ok(map.len()),
        _ => Err("no such overload: size".to_owned()),
    }
}

fn string(text: &str, name: &str, args: &[&str]) -> Result<Value, String> {
    Ok(match (name, args) {
        ("startsWith", [part]) => text.starts_with(part).into(),
        ("endsWith", [part]) => text.ends_with(part).into(),
        ("contains", [part]) => text.contains(part).into(),
        ("matches", [pattern]) => {
            let regex =
                regex_lite::Regex::new(pattern).map_err(|_| format!("error parsing regexp: {pattern}"))?;
            regex.is_match(text).into()
        }
        ("find", [pattern]) => {
            let regex =
                regex_lite::Regex::new(pattern).map_err(|_| format!("error parsing regexp: {pattern}"))?;
            regex.find(text).map_or("", |found| found.as_str()).into()
        }
        ("lowerAscii", []) => text.to_ascii_lowercase().into(),
        ("upperAscii", []) => text.to_ascii_uppercase().into(),
        ("trim", []) => text.trim().into(),
        ("split", [separator]) => text.split(separator).collect::<Vec<_>>().into(),
        ("replace", [from, to]) => text.replace(from, to).into(),
        ("indexOf", [part]) => position(text, text.find(part)).into(),
        ("lastIndexOf", [part]) => position(text, text.rfind(part)).into(),
        _ => return Err(unknown(name)),
    })
}

/// Bytes to characters; -1 for nowhere.
fn position(text: &str, at: Option<usize>) -> i64 {
    at.and_then(|at| i64::try_from(text[..at].chars().count()).ok()).unwrap_or(-1)
}

fn substring(text: &str, args: &[Value]) -> Result<Value, String> {
    let number = |value: &Value| value.as_u64().and_then(|number| usize::try_from(number).ok());
    let length = text.chars().count();
    let start = args.first().and_then(number).ok_or("no such overload: substring")?;
    let end = args.get(1).map_or(Some(length), number).ok_or("no such overload: substring")?;
    if start > end || end > length {
        return Err(format!("index out of range: {start}"));
    }
    Ok(text.chars().skip(start).take(end - start).collect::<String>().into())
}

fn list(items: &[Value], name: &str, args: &[Value]) -> Result<Value, String> {
    let texts = || items.iter().filter_map(Value::as_str).collect::<Vec<_>>();
    let numbers = || items.iter().filter_map(Value::as_i64);
    Ok(match (name, args) {
        ("join", []) => texts().concat().into(),
        ("join", [Value::String(separator)]) => texts().join(separator).into(),
        ("sum", []) => numbers().sum::<i64>().into(),
        ("min", []) => numbers().min().ok_or("min called on empty list")?.into(),
        ("max", []) => numbers().max().ok_or("max called on empty list")?.into(),
        ("indexOf", [wanted]) => {
            let at = items.iter().position(|item| equal(item, wanted));
            at.and_then(|at| i64::try_from(at).ok()).unwrap_or(-1).into()
        }
        ("isSorted", []) => {
            let (numbers, texts): (Vec<i64>, Vec<&str>) = (numbers().collect(), texts());
            (numbers.is_sorted() && texts.is_sorted()).into()
        }
        ("distinct", []) => {
            let mut found: Vec<Value> = Vec::new();
            for item in items {
                if !found.iter().any(|other| equal(other, item)) {
                    found.push(item.clone());
                }
            }
            found.into()
        }
        _ => return Err(unknown(name)),
    })
}
