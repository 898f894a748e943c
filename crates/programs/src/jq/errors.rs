//! Errors in jq's words; the interpreter has its own.

use jaq_json::{Val, read};

use super::write::Style;

/// The message of an error that the filter gave.
pub(super) fn message(error: jaq_json::Error) -> Result<String, Val> {
    let text = error.to_string();
    match error.into_val() {
        Val::TStr(own) if *own == text.as_bytes() => Ok(reword(&text).unwrap_or(text)),
        Val::TStr(own) => Ok(String::from_utf8_lossy(&own).into_owned()),
        other => Err(other),
    }
}

fn reword(text: &str) -> Option<String> {
    if let Some(rest) = text.strip_prefix("cannot index ") {
        let (value, key) = halves(rest, " with ")?;
        return Some(match key {
            Val::TStr(key) => {
                format!("Cannot index {} with string \"{}\"", kind(&value), String::from_utf8_lossy(&key))
            }
            key => format!("Cannot index {} with {}", kind(&value), kind(&key)),
        });
    }
    if let Some(rest) = text.strip_prefix("cannot calculate ") {
        for (operator, done) in [
            (" + ", "added"),
            (" - ", "subtracted"),
            (" * ", "multiplied"),
            (" / ", "divided"),
            (" % ", "divided (remainder)"),
        ] {
            if let Some((left, right)) = halves(rest, operator) {
                if matches!(operator, " / " | " % ") && matches!((&left, &right), (Val::Num(_), Val::Num(_)))
                {
                    let (left, right) = (with_kind(&left), with_kind(&right));
                    return Some(format!("{left} and {right} cannot be {done} because the divisor is zero"));
                }
                return Some(format!("{} and {} cannot be {done}", with_kind(&left), with_kind(&right)));
            }
        }
    }
    let rest = text.strip_prefix("cannot use ")?;
    let (value, wanted) = rest.rsplit_once(" as ").and_then(|(value, wanted)| match wanted {
        // The words themselves hold an "or" in parentheses, but no " as ".
        wanted if wanted.starts_with(|c: char| c.is_ascii_lowercase()) => {
            Some((read::parse_single(value.as_bytes()).ok()?, wanted))
        }
        _ => None,
    })?;
    Some(match wanted {
        "iterable (array or object)" => format!("Cannot iterate over {}", with_kind(&value)),
        "array" => format!("{} cannot be sorted, as it is not an array", with_kind(&value)),
        "string" => format!("{} cannot be matched, as it is not a string", with_kind(&value)),
        "number" => format!("{} number required", with_kind(&value)),
        wanted => format!("{} cannot be used as {wanted}", with_kind(&value)),
    })
}

/// The two values around a word.
fn halves(text: &str, word: &str) -> Option<(Val, Val)> {
    text.match_indices(word).find_map(|(at, _)| {
        let left = read::parse_single(&text.as_bytes()[..at]).ok()?;
        let right = read::parse_single(&text.as_bytes()[at + word.len()..]).ok()?;
        Some((left, right))
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
fn with_kind(value: &Val) -> String {
    let text = String::from_utf8_lossy(&Style::default().write(value)).into_owned();
    let short = if text.len() > 14 {
        let cut: String = text.chars().take(11).collect();
        format!("{cut}...")
    } else {
        text
    };
    format!("{} ({short})", kind(value))
}
