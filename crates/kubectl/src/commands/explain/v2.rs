//! The page as it was before OpenAPI v3: `--output plaintext-openapiv2`.
//!
//! Upstream: `kubectl/pkg/explain/model_printer.go`, `kubectl/pkg/explain/formatter.go`

use podground_api::object::{array_at, str_at};
use serde_json::Value;

use super::layout::Page;
use super::wrap::indent;

/// How far the names of fields stand in.
const FIELD: usize = 3;
/// How far descriptions stand in.
const DESCRIPTION: usize = 5;
const WIDTH: usize = 80;

/// The page of what a path of fields leads to, without its head; `None` if it leads nowhere.
pub(super) fn output<'a>(page: &Page<'a>, schema: &'a Value, path: &[&str]) -> Option<String> {
    let mut current = schema;
    for name in path {
        let object = inside(page, current);
        current = object.get("properties")?.get(*name)?;
    }
    let object = inside(page, current);
    let is_object = object.get("properties").is_some_and(Value::is_object);
    let mut text = String::new();
    if let Some(name) = path.last() {
        let label = if is_object { "RESOURCE: " } else { "FIELD:    " };
        text.push_str(&format!("{label}{name} <{}>\n\n", type_name(page, current)));
    }
    text.push_str("DESCRIPTION:\n");
    let mut descriptions = Vec::new();
    describe(page, current, &mut descriptions);
    if descriptions.is_empty() {
        descriptions.push("<empty>");
    }
    let shown: Vec<String> = descriptions.iter().map(|text| wrapped(text, DESCRIPTION)).collect();
    text.push_str(&shown.join("\n\n"));
    text.push('\n');
    if is_object {
        text.push_str("\nFIELDS:\n");
        fields(page, object, FIELD, &mut Vec::new(), &mut text);
    }
    Some(text)
}

/// What a schema is of in the end: past references, lists and maps.
fn inside<'a>(page: &Page<'a>, schema: &'a Value) -> &'a Value {
    let resolved = page.resolve(schema);
    let next = match array_at(resolved, "/allOf") {
        [only] => Some(only),
        _ => ["items", "additionalProperties"]
            .iter()
            .find_map(|part| resolved.get(*part).filter(|inner| inner.is_object())),
    };
    next.map_or(resolved, |next| inside(page, next))
}

/// The descriptions on the way to what a schema is of.
fn describe<'a>(page: &Page<'a>, schema: &'a Value, found: &mut Vec<&'a str>) {
    let resolved = page.resolve(schema);
    for text in [str_at(schema, "/description"), str_at(resolved, "/description")] {
        if !text.is_empty() && !found.contains(&text) {
            found.push(text);
        }
    }
    if let [only] = array_at(resolved, "/allOf") {
        describe(page, only, found);
    }
    for part in ["items", "additionalProperties"] {
        if let Some(inner) = resolved.get(part).filter(|inner| inner.is_object()) {
            describe(page, inner, found);
        }
    }
}

/// `string`, `[]Object`, `map[string]string`
fn type_name(page: &Page<'_>, schema: &Value) -> String {
    let resolved = page.resolve(schema);
    if let [only] = array_at(resolved, "/allOf") {
        return type_name(page, only);
    }
    if let Some(items) = resolved.get("items") {
        return format!("[]{}", type_name(page, items));
    }
    if let Some(values) = resolved.get("additionalProperties").filter(|values| values.is_object()) {
        return format!("map[string]{}", type_name(page, values));
    }
    if resolved.get("oneOf").is_some() {
        return "string".to_owned();
    }
    match str_at(resolved, "/type") {
        "" | "object" => "Object".to_owned(),
        other => other.to_owned(),
    }
}

fn fields<'a>(
    page: &Page<'a>,
    object: &'a Value,
    level: usize,
    seen: &mut Vec<&'a Value>,
    text: &mut String,
) {
    if seen.contains(&object) {
        return;
    }
    seen.push(object);
    let mut sorted: Vec<(&String, &Value)> =
        object.get("properties").and_then(Value::as_object).into_iter().flatten().collect();
    sorted.sort_by_key(|(name, _)| name.as_str());
    for (name, field) in sorted {
        let required = array_at(object, "/required").iter().any(|required| required == name);
        let mark = if required { " -required-" } else { "" };
        text.push_str(&format!("{}{name}\t<{}>{mark}\n", " ".repeat(level), type_name(page, field)));
        if page.recursive {
            fields(page, inside(page, field), level + FIELD, seen, text);
        } else {
            let about = match str_at(field, "/description") {
                "" => "<no description>",
                about => about,
            };
            text.push_str(&format!("{}\n\n", wrapped(about, level + 2)));
        }
    }
    seen.pop();
}

/// The text in lines that begin further to the right: words are joined again, but for what looks like code, a list,
/// or follows a colon.
fn wrapped(text: &str, left: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let flush = |line: &mut String, lines: &mut Vec<String>| {
        if !line.is_empty() {
            lines.push(std::mem::take(line));
        }
    };
    for source in text.split('\n') {
        if source.starts_with("    ") {
            flush(&mut line, &mut lines);
            lines.push(source.to_owned());
            continue;
        }
        if source.trim().is_empty() {
            let has_text = !lines.is_empty() || !line.is_empty();
            flush(&mut line, &mut lines);
            if has_text {
                lines.push(String::new());
            }
            continue;
        }
        if line.ends_with(':') || begins_list(source.trim()) {
            flush(&mut line, &mut lines);
        }
        for word in source.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > WIDTH - left {
                flush(&mut line, &mut lines);
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    flush(&mut line, &mut lines);
    indent(&lines.join("\n"), left)
}

/// `1. `, `- ` and `* ` begin a list.
fn begins_list(line: &str) -> bool {
    let Some((first, _)) = line.split_once(char::is_whitespace) else { return false };
    let number = first.strip_suffix('.').unwrap_or(first);
    first == "-" || first == "*" || !number.is_empty() && number.chars().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_joined_and_lists_kept() {
        let text = "One\ntwo.\n\nChoose:\na thing\n- first\n- second\n    code  here";
        assert_eq!(
            wrapped(text, 2),
            "  One two.\n  \n  Choose:\n  a thing\n  - first\n  - second\n      code  here"
        );
    }
}
