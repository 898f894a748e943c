//! Paths to fields, as `kubectl -o jsonpath` writes them: the part of JSONPath that points at values.
//!
//! `{.status.phase}`, `{.metadata.labels['app.kubernetes.io/name']}`, `{.metadata.labels.a\.b}`,
//! `{.spec.containers[0].image}`, `[-1]`, `[*]`, `{.status.conditions[?(@.type=="Ready")].status}`.
//! The braces may be left out.

use serde::Deserialize;
use serde_json::Value;
use std::fmt;

/// A path to none, one or many values of an object.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct FieldPath {
    source: String,
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Field(String),
    Index(i64),
    All,
    Filter { path: Box<FieldPath>, equal: bool, value: String },
}

impl FieldPath {
    /// The values the path points at.
    pub fn find<'v>(&self, root: &'v Value) -> Vec<&'v Value> {
        self.parts
            .iter()
            .fold(vec![root], |found, part| found.into_iter().flat_map(|value| part.step(value)).collect())
    }
}

impl Part {
    fn step<'v>(&self, value: &'v Value) -> Vec<&'v Value> {
        match self {
            Part::Field(name) => value.get(name).into_iter().collect(),
            Part::Index(at) => {
                let Some(list) = value.as_array() else { return Vec::new() };
                let place = if *at < 0 { list.len() as i64 + at } else { *at };
                usize::try_from(place).ok().and_then(|place| list.get(place)).into_iter().collect()
            }
            Part::All => match value {
                Value::Array(list) => list.iter().collect(),
                Value::Object(map) => map.values().collect(),
                _ => Vec::new(),
            },
            Part::Filter { path, equal, value: wanted } => {
                let Some(list) = value.as_array() else { return Vec::new() };
                list.iter()
                    .filter(|item| path.find(item).iter().any(|found| scalar(found) == *wanted) == *equal)
                    .collect()
            }
        }
    }
}

/// A value as one would write it: strings without quotes, anything else as JSON.
pub(crate) fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

impl TryFrom<String> for FieldPath {
    type Error = String;

    fn try_from(source: String) -> Result<FieldPath, String> {
        FieldPath::try_from(source.as_str())
    }
}

impl TryFrom<&str> for FieldPath {
    type Error = String;

    fn try_from(source: &str) -> Result<FieldPath, String> {
        let inner = match source.trim().strip_prefix('{') {
            Some(rest) => {
                rest.strip_suffix('}').ok_or_else(|| format!("field path {source:?}: `}}` is missing"))?
            }
            None => source.trim(),
        };
        let parts = Parser { rest: inner.strip_prefix('$').unwrap_or(inner) }
            .parts()
            .map_err(|why| format!("field path {source:?}: {why}"))?;
        Ok(FieldPath { source: source.to_string(), parts })
    }
}

struct Parser<'a> {
    rest: &'a str,
}

impl Parser<'_> {
    fn parts(mut self) -> Result<Vec<Part>, String> {
        let mut parts = Vec::new();
        while !self.rest.is_empty() {
            if let Some(rest) = self.rest.strip_prefix('.') {
                self.rest = rest;
                parts.push(self.name()?);
            } else if let Some(rest) = self.rest.strip_prefix('[') {
                self.rest = rest;
                parts.push(self.bracket()?);
            } else {
                return Err(format!("`.` or `[` is expected before {:?}", self.rest));
            }
        }
        if parts.is_empty() { Err("it is empty".to_string()) } else { Ok(parts) }
    }

    fn name(&mut self) -> Result<Part, String> {
        let mut name = String::new();
        let mut chars = self.rest.char_indices();
        let mut end = self.rest.len();
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => name.extend(chars.next().map(|(_, escaped)| escaped)),
                '.' | '[' => {
                    end = at;
                    break;
                }
                _ => name.push(c),
            }
        }
        self.rest = &self.rest[end..];
        match name.as_str() {
            "" => Err("a field name is missing after `.`".to_string()),
            "*" => Ok(Part::All),
            _ => Ok(Part::Field(name)),
        }
    }

    fn bracket(&mut self) -> Result<Part, String> {
        let quote = self.rest.chars().next().filter(|c| matches!(c, '\'' | '"'));
        if let Some(quote) = quote {
            let (name, rest) = self.rest[1..].split_once(quote).ok_or("a quote is not closed")?;
            self.rest = rest.strip_prefix(']').ok_or("`]` is missing")?;
            return Ok(Part::Field(name.to_string()));
        }
        if let Some(rest) = self.rest.strip_prefix("?(") {
            let (filter, rest) = rest.split_once(")]").ok_or("`)]` is missing")?;
            self.rest = rest;
            return self::filter(filter);
        }
        let (inside, rest) = self.rest.split_once(']').ok_or("`]` is missing")?;
        self.rest = rest;
        match inside {
            "*" => Ok(Part::All),
            number => number.parse().map(Part::Index).map_err(|_| format!("[{number}] is no index")),
        }
    }
}

fn filter(text: &str) -> Result<Part, String> {
    let (left, equal, right) = text
        .split_once("==")
        .map(|(left, right)| (left, true, right))
        .or_else(|| text.split_once("!=").map(|(left, right)| (left, false, right)))
        .ok_or_else(|| format!("filter {text:?} has neither == nor !="))?;
    let path =
        left.trim().strip_prefix('@').ok_or_else(|| format!("filter {text:?} does not start with @"))?;
    let value = right.trim();
    let value = value
        .strip_prefix(['"', '\''])
        .and_then(|inner| inner.strip_suffix(['"', '\'']))
        .unwrap_or(value)
        .to_string();
    Ok(Part::Filter { path: Box::new(FieldPath::try_from(path)?), equal, value })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn found(path: &str) -> Vec<String> {
        let pod = json!({
            "metadata": {"name": "web", "labels": {"app.kubernetes.io/name": "shop"}},
            "spec": {"containers": [{"name": "a", "ports": [{"containerPort": 80}]}, {"name": "b"}]},
            "status": {"conditions": [{"type": "Ready", "status": "True"}, {"type": "Old", "status": "False"}]},
        });
        FieldPath::try_from(path).unwrap().find(&pod).into_iter().map(scalar).collect()
    }

    #[test]
    fn paths_find_values() {
        assert_eq!(found("{.metadata.name}"), ["web"]);
        assert_eq!(found(".metadata.name"), ["web"]);
        assert_eq!(found("$.metadata.name"), ["web"]);
        assert_eq!(found("{.metadata.labels['app.kubernetes.io/name']}"), ["shop"]);
        assert_eq!(found(r"{.metadata.labels.app\.kubernetes\.io/name}"), ["shop"]);
        assert_eq!(found("{.spec.containers[*].name}"), ["a", "b"]);
        assert_eq!(found("{.spec.containers[-1].name}"), ["b"]);
        assert_eq!(found("{.spec.containers[5].name}"), Vec::<String>::new());
        assert_eq!(found("{.spec.containers[*].ports[0].containerPort}"), ["80"]);
        assert_eq!(found(r#"{.status.conditions[?(@.type=="Ready")].status}"#), ["True"]);
        assert_eq!(found("{.status.conditions[?(@.type!='Ready')].type}"), ["Old"]);
        assert_eq!(found("{.nosuch.field}"), Vec::<String>::new());
    }

    #[test]
    fn malformed_paths_say_why() {
        for (path, why) in [
            ("{.a", "`}` is missing"),
            ("", "it is empty"),
            ("a.b", "`.` or `[` is expected"),
            (".a.", "a field name is missing"),
            (".a[x]", "[x] is no index"),
            (".a['b]", "a quote is not closed"),
            (".a[?(@.b)]", "neither == nor !="),
            (".a[?(b==1)]", "does not start with @"),
        ] {
            let error = FieldPath::try_from(path).unwrap_err();
            assert!(error.contains(why), "{path}: {error}");
        }
    }
}
