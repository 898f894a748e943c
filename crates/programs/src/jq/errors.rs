//! Errors in jq's words; the interpreter has its own.

use jaq_core::Error;
use jaq_json::{Val, read};

use super::value::Json;
use super::write::Style;

/// The message of an error that the filter gave, or the value that it was thrown with.
pub(super) fn message(error: Error<Json>) -> Result<String, Val> {
    let text = error.to_string();
    match error.into_val().0 {
        Val::TStr(own) if *own == text.as_bytes() => Ok(reword(&text).unwrap_or(text)),
        Val::TStr(own) => Ok(String::from_utf8_lossy(&own).into_owned()),
        other => Err(other),
    }
}

/// `.a` of what has none.
pub(super) fn index_error(value: &Val, key: &Val) -> Error<Json> {
    Error::str(match key {
        Val::TStr(key) => {
            format!("Cannot index {} with string \"{}\"", kind(value), String::from_utf8_lossy(key))
        }
        key => format!("Cannot index {} with {}", kind(value), kind(key)),
    })
}

/// `.[]` of what holds nothing.
pub(super) fn iterate_error(value: &Val) -> Error<Json> {
    Error::str(format!("Cannot iterate over {}", with_kind(value)))
}

/// The interpreter's own words for values of the wrong type.
fn reword(text: &str) -> Option<String> {
    let (value, wanted) = text.strip_prefix("cannot use ")?.rsplit_once(" as ")?;
    let value = with_kind(&read::parse_single(value.as_bytes()).ok()?);
    Some(match wanted {
        "array" => format!("{value} cannot be sorted, as it is not an array"),
        "string" => format!("{value} cannot be matched, as it is not a string"),
        "number" => format!("{value} number required"),
        wanted => format!("{value} cannot be used as {wanted}"),
    })
}

fn kind(value: &Val) -> &'static str {
    match value {
        Val::Null => "null",
        Val::Bool(_) => "boolean",
        Val::Num(_) => "number",
        Val::TStr(_) | Val::BStr(_) => "string",
        Val::Arr(_) => "array",
        Val::Obj(_) => "object",
    }
}

/// `number (12)`, the value cut off where it is long.
pub(super) fn with_kind(value: &Val) -> String {
    let text = String::from_utf8_lossy(&Style::default().write(value)).into_owned();
    let short = if text.len() > 14 {
        let cut: String = text.chars().take(11).collect();
        format!("{cut}...")
    } else {
        text
    };
    format!("{} ({short})", kind(value))
}
