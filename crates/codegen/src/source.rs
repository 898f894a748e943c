//! Reads the types out of k8s-openapi's source: its `json_schema!` literals, its `Resource` constants and
//! the merge strategies of its `DeepMerge` implementations.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;

use serde_json::Value;

/// A type of the API.
pub(crate) struct Type {
    /// The name in Kubernetes' OpenAPI document: `io.k8s.api.core.v1.Pod`.
    pub(crate) name: String,
    /// Its JSON schema; `$ref` holds a Rust path.
    pub(crate) schema: Value,
    /// What it is served as, if it is a kind.
    pub(crate) kind: Option<Kind>,
    /// The merge keys of its fields, by the Rust name of the field: empty for a set.
    pub(crate) merge_keys: BTreeMap<String, Vec<String>>,
}

/// What a kind is served as.
pub(crate) struct Kind {
    pub(crate) group: String,
    pub(crate) version: String,
    pub(crate) name: String,
    pub(crate) plural: String,
    pub(crate) namespaced: bool,
}

/// All types below a folder, by the Rust path that other types use to refer to them.
pub(crate) fn read(folder: &Path) -> Result<BTreeMap<String, Type>, Box<dyn Error>> {
    let mut types = BTreeMap::new();
    walk(folder, "crate", &mut types)?;
    Ok(types)
}

fn walk(folder: &Path, path: &str, types: &mut BTreeMap<String, Type>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            walk(&entry.path(), &format!("{path}::{name}"), types)?;
        } else if entry.path().extension().is_some_and(|e| e == "rs") {
            let text = fs::read_to_string(entry.path())?;
            if let Some((rust_name, parsed)) = parse(&text).map_err(|e| format!("{name}: {e}"))? {
                types.insert(format!("{path}::{rust_name}"), parsed);
            }
        }
    }
    Ok(())
}

fn parse(text: &str) -> Result<Option<(String, Type)>, Box<dyn Error>> {
    let Some(rust_name) = between(text, "impl crate::schemars::JsonSchema for ", " {") else {
        return Ok(None);
    };
    let Some(name) = between(text, "fn schema_name() -> std::borrow::Cow<'static, str> {", "}") else {
        return Ok(None);
    };
    let name = between(name, "\"", "\"").ok_or("no schema name")?.to_owned();
    let Some(start) = text.find("json_schema!(") else { return Ok(None) };
    let literal = balanced(&text[start + "json_schema!".len()..]).ok_or("unbalanced json_schema!")?;
    let json = to_json(literal);
    let schema = serde_json::from_str(&json).map_err(|error| format!("{error} in {json}"))?;
    let constant =
        |name: &str| between(text, &format!("const {name}: &'static str = \""), "\"").map(str::to_owned);
    let kind = match (constant("GROUP"), constant("VERSION"), constant("KIND"), constant("URL_PATH_SEGMENT"))
    {
        (Some(group), Some(version), Some(kind), Some(plural)) => {
            let namespaced = text.contains("type Scope = crate::NamespaceResourceScope");
            Some(Kind { group, version, name: kind, plural, namespaced })
        }
        _ => None,
    };
    Ok(Some((rust_name.to_owned(), Type { name, schema, kind, merge_keys: merge_keys(text) })))
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let (_, after) = text.split_once(start)?;
    Some(after.split_once(end)?.0)
}

/// The text within the parentheses that `text` begins with; strings are skipped.
fn balanced(text: &str) -> Option<&str> {
    let (mut depth, mut in_string, mut escaped) = (0, false, false);
    for (index, c) in text.char_indices() {
        if in_string {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match c {
            '"' => in_string = true,
            '(' => depth += 1,
            ')' => {
                depth -= 1;
                if depth == 0 {
                    return text.get(1..index);
                }
            }
            _ => {}
        }
    }
    None
}

/// The macro's literal as JSON: references become `{"$ref": path}`, trailing commas go.
fn to_json(literal: &str) -> String {
    // Without parentheses it is the same reference.
    let literal =
        literal.replace(": __gen.subschema_for::<", ": (__gen.subschema_for::<").replace(">(),\n", ">()),\n");
    let literal = literal.replace(">())),\n", ">()),\n");
    let mut json = String::new();
    let mut rest = literal.as_str();
    while let Some(start) = next_paren(rest) {
        json.push_str(&rest[..start]);
        let Some(inner) = balanced(&rest[start..]) else { break };
        let path = between(inner, "subschema_for::<", ">()").unwrap_or_default();
        let description = between(inner, "\"description\".into(), ", ".into());\n");
        match description {
            Some(description) => {
                json.push_str(&format!("{{\"$ref\": \"{path}\", \"description\": {description}}}"));
            }
            None => json.push_str(&format!("{{\"$ref\": \"{path}\"}}")),
        }
        rest = &rest[start + inner.len() + 2..];
    }
    json.push_str(rest);
    without_trailing_commas(&json)
}

fn next_paren(text: &str) -> Option<usize> {
    let (mut in_string, mut escaped) = (false, false);
    for (index, c) in text.char_indices() {
        match c {
            _ if in_string && escaped => escaped = false,
            '\\' if in_string => escaped = true,
            '"' => in_string = !in_string,
            '(' if !in_string => return Some(index),
            _ => {}
        }
    }
    None
}

fn without_trailing_commas(json: &str) -> String {
    let lines: Vec<&str> = json.lines().collect();
    let mut result = String::new();
    for (index, line) in lines.iter().enumerate() {
        let closes = lines.get(index + 1).is_some_and(|next| next.trim_start().starts_with(['}', ']']));
        result.push_str(if closes { line.trim_end().trim_end_matches(',') } else { line });
        result.push('\n');
    }
    result
}

/// The list map keys and sets of `merge_from`.
fn merge_keys(text: &str) -> BTreeMap<String, Vec<String>> {
    let mut keys = BTreeMap::new();
    for part in text.split("merge_strategies::list::").skip(1) {
        let Some(field) = between(part, "&mut self.", ",") else { continue };
        if part.starts_with("set(") {
            keys.insert(field.to_owned(), Vec::new());
        } else if part.starts_with("map(") {
            let compare = between(part, "&[", "],").unwrap_or_default();
            let names = compare
                .split("lhs.")
                .skip(1)
                .filter_map(|name| name.split(|c: char| !c.is_alphanumeric() && c != '_').next())
                .map(str::to_owned)
                .collect();
            keys.insert(field.to_owned(), names);
        }
    }
    keys
}
