//! `replacements`: values copied from one object into others.
//!
//! Upstream: `api/filters/replacement/replacement.go`, `kyaml/yaml/match.go`

use podground_api::object::{array_at, at, bool_at, i64_at, str_at};
use podground_api::yaml;
use regex_lite::Regex;
use serde_json::{Map, Value};

use super::kustomization::decode;
use super::resource::{Gvk, Id};
use super::resources::{Pattern, Resources};
use super::target::Target;

/// Copies what `replacements` says.
pub(super) fn run(target: &Target<'_>, found: &mut Resources) -> Result<(), String> {
    for entry in array_at(&target.fields, "/replacements") {
        for replacement in read(target, entry)? {
            replace(&replacement, found)?;
        }
    }
    Ok(())
}

/// The replacements of an entry: itself, or those of its file.
fn read(target: &Target<'_>, entry: &Value) -> Result<Vec<Value>, String> {
    let path = str_at(entry, "/path");
    if path.is_empty() {
        return Ok(vec![entry.clone()]);
    }
    if entry.get("source").is_some() || !array_at(entry, "/targets").is_empty() {
        return Err("cannot specify both path and inline replacement".to_owned());
    }
    let text = String::from_utf8_lossy(&target.loader.load(path)?).into_owned();
    let items = match yaml::load(&text)? {
        Value::Array(items) => items,
        map @ Value::Object(_) => vec![map],
        _ => return Err(format!("unsupported replacement type encountered within replacement path: {path}")),
    };
    items.iter().map(|item| decode(item, "Replacement", "", "")).collect()
}

fn replace(replacement: &Value, found: &mut Resources) -> Result<(), String> {
    let (source, text) = (replacement.get("source"), replacement.get("sourceValue"));
    if replacement.get("targets").is_none() || (source.is_none() && text.is_none()) {
        return Err("replacements must specify a source and at least one target".to_owned());
    }
    let value = match (source, text) {
        (Some(source), None) => source_value(source, found)?,
        (None, Some(text)) => text.clone(),
        _ => return Err("replacements must not specify both source and sourceValue".to_owned()),
    };
    for target in array_at(replacement, "/targets") {
        let Some(select) = target.get("select") else {
            return Err("target must specify resources to select".to_owned());
        };
        let select = Pattern::new(select)?;
        let rejects: Result<Vec<Pattern>, String> =
            array_at(target, "/reject").iter().map(Pattern::new).collect();
        let rejects = rejects?;
        let mut paths: Vec<&str> = array_at(target, "/fieldPaths").iter().filter_map(Value::as_str).collect();
        if paths.is_empty() {
            paths.push("metadata.name");
        }
        let options = at(target, "/options");
        for resource in &mut found.0 {
            let ids = resource.ids();
            let is_rejected = rejects.iter().any(|reject| {
                ids.iter().any(|id| reject.fits_id(id)) && reject.fits_metadata(&resource.value)
            });
            if is_rejected
                || !select.fits_metadata(&resource.value)
                || !ids.iter().any(|id| select.fits_id(id))
            {
                continue;
            }
            for path in &paths {
                copy(&mut resource.value, path, &value, options)?;
            }
        }
    }
    Ok(())
}

/// The value that a source names.
fn source_value(source: &Value, found: &Resources) -> Result<Value, String> {
    let field = |name: &str| source.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let wanted = Id {
        gvk: Gvk { group: field("group"), version: field("version"), kind: field("kind") },
        name: field("name"),
        namespace: field("namespace"),
    };
    let is_meant = |id: &Id| {
        (wanted.namespace.is_empty() || id.effective_namespace() == wanted.namespace)
            && (wanted.name.is_empty() || id.name == wanted.name)
            && id.gvk.is_selected(&wanted.gvk)
    };
    let matches: Vec<_> = found.0.iter().filter(|resource| resource.ids().iter().any(is_meant)).collect();
    let path = field("fieldPath");
    let text = if path.is_empty() { wanted.text() } else { format!("{}:{path}", wanted.text()) };
    let object = match matches.as_slice() {
        [one] => one,
        [] => return Err(format!("nothing selected by {text}")),
        _ => return Err(format!("multiple matches for selector {text}")),
    };
    let path = if path.is_empty() { "metadata.name".to_owned() } else { path };
    let value = lookup(&object.value, &parts(&path)).cloned().unwrap_or(Value::Null);
    let is_empty = match &value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    };
    if is_empty {
        return Err(format!("fieldPath `{path}` is missing for replacement source {}", wanted.text()));
    }
    let options = at(source, "/options");
    let delimiter = str_at(options, "/delimiter");
    if delimiter.is_empty() {
        return Ok(value);
    }
    let text = scalar(&value).ok_or("delimiter option can only be used with scalar nodes")?;
    let index = i64_at(options, "/index").unwrap_or_default();
    let part = usize::try_from(index).ok().and_then(|index| text.split(delimiter).nth(index));
    part.map(|part| part.into())
        .ok_or_else(|| format!("options.index {index} is out of bounds for value {text}"))
}

/// The text of a scalar.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Null => Some(String::new()),
        _ => None,
    }
}

/// The parts of a path: a dot within brackets or after a backslash separates nothing.
fn parts(path: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0_usize;
    let mut chars = path.chars().peekable();
    while let Some(char) = chars.next() {
        let separates = char == '.' && depth == 0;
        match char {
            '\\' if chars.peek() == Some(&'.') => {}
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if separates {
            parts.push(String::new());
        } else if let Some(last) = parts.last_mut() {
            match char {
                '\\' if chars.peek() == Some(&'.') => last.extend(chars.next()),
                other => last.push(other),
            }
        }
    }
    parts
}

/// `[name=nginx]`
fn element(part: &str) -> Option<(&str, &str)> {
    part.strip_prefix('[')?.strip_suffix(']')?.split_once('=')
}

fn lookup<'a>(value: &'a Value, parts: &[String]) -> Option<&'a Value> {
    let Some((first, rest)) = parts.split_first() else { return Some(value) };
    let next = match value {
        Value::Array(items) => match element(first) {
            Some((key, wanted)) => items.iter().find(|item| {
                let found = if key.is_empty() { Some(*item) } else { item.get(key) };
                found.and_then(scalar).as_deref() == Some(wanted)
            }),
            None if first == "-" => items.last(),
            None => items.get(first.parse::<usize>().ok()?),
        },
        Value::Object(map) => map.get(first),
        _ => None,
    };
    lookup(next?, rest)
}

fn copy(object: &mut Value, path: &str, value: &Value, options: &Value) -> Result<(), String> {
    let create = bool_at(options, "/create");
    let mut failure = None;
    let mut count = 0;
    visit(object, &parts(path), create.then_some(value), &mut |place, is_new| {
        count += 1;
        if let Err(why) = put(place, is_new, value, options) {
            failure.get_or_insert(why);
        }
    });
    if let Some(why) = failure {
        return Err(why);
    }
    if count == 0 {
        let verb = if create { "find or create" } else { "find" };
        return Err(format!("unable to {verb} field {path:?} in replacement target"));
    }
    Ok(())
}

type Visitor<'v> = &'v mut dyn FnMut(&mut Value, bool);

/// Calls `set` with all that a path leads to; with `make`, what is missing is made.
fn visit(value: &mut Value, parts: &[String], make: Option<&Value>, set: Visitor<'_>) {
    walk(value, parts, make, false, set);
}

fn walk(value: &mut Value, parts: &[String], make: Option<&Value>, is_new: bool, set: Visitor<'_>) {
    let Some((first, rest)) = parts.split_first() else { return set(value, is_new) };
    if value.is_null() && make.is_some() {
        *value = if element(first).is_some() { Value::Array(Vec::new()) } else { Value::Object(Map::new()) };
    }
    match value {
        Value::Array(items) => {
            if let Some((key, wanted)) = element(first) {
                let Ok(pattern) = Regex::new(wanted) else { return };
                let mut any = false;
                for item in items.iter_mut() {
                    let text = if key.is_empty() { scalar(item) } else { item.get(key).and_then(scalar) };
                    if text.is_some_and(|text| pattern.is_match(&text)) {
                        any = true;
                        walk(item, rest, make, false, set);
                    }
                }
                if !any && make.is_some() {
                    let mut item = Map::new();
                    item.insert(key.to_owned(), wanted.into());
                    let mut item = if key.is_empty() { Value::from(wanted) } else { Value::Object(item) };
                    walk(&mut item, rest, make, false, set);
                    items.push(item);
                }
            } else if first == "*" {
                items.iter_mut().for_each(|item| walk(item, rest, make, false, set));
            } else if let Ok(index) = first.parse::<usize>() {
                if index == items.len() && make.is_some() {
                    items.push(Value::Null);
                }
                if let Some(item) = items.get_mut(index) {
                    walk(item, rest, make, false, set);
                }
            }
        }
        Value::Object(map) => {
            if first == "*" && !map.contains_key("*") {
                map.values_mut().for_each(|item| walk(item, rest, make, false, set));
                return;
            }
            let missing = !map.contains_key(first);
            if missing && make.is_some() {
                map.insert(first.clone(), Value::Null);
            }
            if let Some(next) = map.get_mut(first) {
                walk(next, rest, make, missing, set);
            }
        }
        _ => {}
    }
}

fn put(place: &mut Value, is_new: bool, value: &Value, options: &Value) -> Result<(), String> {
    let delimiter = str_at(options, "/delimiter");
    let mut value = value.clone();
    if !delimiter.is_empty() {
        let only_scalars = "delimiter option can only be used with scalar nodes";
        let text = scalar(place).ok_or(only_scalars)?;
        let new = scalar(&value).ok_or(only_scalars)?;
        let mut parts: Vec<String> = text.split(delimiter).map(str::to_owned).collect();
        let index = i64_at(options, "/index").unwrap_or_default();
        match usize::try_from(index) {
            Err(_) => parts.insert(0, new),
            Ok(index) => match parts.get_mut(index) {
                Some(part) => *part = new,
                None => parts.push(new),
            },
        }
        value = parts.join(delimiter).into();
    }
    // Of a scalar only the text is copied: the type is that of the place.
    let text = scalar(&value);
    *place = match (&*place, text) {
        (Value::String(_), Some(text)) => text.into(),
        (Value::Bool(_) | Value::Number(_), Some(text)) => plain(&text),
        (Value::Null, Some(text)) if is_new => plain(&text),
        _ => value,
    };
    Ok(())
}

/// A scalar that is written without quotes.
fn plain(text: &str) -> Value {
    match yaml::load(text) {
        Ok(value @ (Value::Bool(_) | Value::Number(_))) => value,
        _ => text.into(),
    }
}
