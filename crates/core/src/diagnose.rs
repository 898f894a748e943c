//! What is wrong with a manifest, for the editor: the same decoding that the API server does, with places.

use podground_api::decode::decode;
use podground_api::object::str_at;
use podground_api::schema::{FieldType, Schema};
use podground_api::yaml::{self, Data, Node, Span};
use serde::Serialize;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The server would refuse it.
    Error,
    /// Allowed, but likely not meant.
    Warning,
}

/// A finding in a manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// The column behind the last marked character; 0 marks the whole line.
    pub end_column: usize,
    /// How grave.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
}

/// All findings in a text of YAML documents, by line.
pub fn diagnose(text: &str) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (lines_before, document) in yaml::documents(text) {
        let mut found = match yaml::load_node(document) {
            Ok(node) => Checker::check(&node),
            Err(error) => vec![syntax_error(document, &error)],
        };
        for finding in &mut found {
            finding.line += lines_before;
        }
        findings.extend(found);
    }
    findings.sort_by_key(|finding| (finding.line, finding.column));
    findings
}

fn syntax_error(document: &str, error: &str) -> Diagnostic {
    let line = error
        .strip_prefix("yaml: line ")
        .and_then(|rest| rest.split(':').next()?.parse().ok())
        .unwrap_or(1_usize);
    let last = document.lines().count().max(1);
    let message = error.to_owned();
    Diagnostic { line: line.clamp(1, last), column: 1, end_column: 0, severity: Severity::Error, message }
}

struct Checker {
    schema: &'static Schema,
    findings: Vec<Diagnostic>,
}

impl Checker {
    fn check(node: &Node) -> Vec<Diagnostic> {
        let mut checker = Self { schema: Schema::builtin(), findings: Vec::new() };
        let value = node.clone().into_value();
        if value.is_null() {
            return Vec::new();
        }
        let Data::Mapping(_) = &node.data else {
            checker.error(node.span, "a manifest is a mapping: apiVersion, kind, metadata, …".to_owned());
            return checker.findings;
        };
        let (api_version, kind) = (str_at(&value, "/apiVersion"), str_at(&value, "/kind"));
        for (name, field) in [("apiVersion", api_version), ("kind", kind)] {
            if field.is_empty() {
                checker.error(first_line(node), format!("{name} is missing"));
            }
        }
        if api_version.is_empty() || kind.is_empty() {
            return checker.findings;
        }
        let Some(object_type) = checker.schema.kind(api_version, kind) else {
            // It may be a custom resource: nothing is known of its fields.
            let known = checker.schema.kinds().any(|known| known.kind == kind);
            if known {
                let span = checker.entry_span(node, "apiVersion");
                checker.error(span, format!("no matches for kind {kind:?} in version {api_version:?}"));
            }
            return checker.findings;
        };
        checker.walk(&FieldType::Object(object_type.name.clone()), node, "");
        let refused = decode(checker.schema, object_type, &value).err();
        if let Some(error) = refused.filter(|_| !checker.has_errors()) {
            checker.error(first_line(node), error);
        }
        checker.findings
    }

    fn has_errors(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }

    fn error(&mut self, span: Span, message: String) {
        let end_column = if span.line == span.end_line { span.end_column } else { 0 };
        let (line, column) = (span.line.max(1), span.column.max(1));
        self.findings.push(Diagnostic { line, column, end_column, severity: Severity::Error, message });
    }

    fn entry_span(&self, node: &Node, key: &str) -> Span {
        let Data::Mapping(entries) = &node.data else { return node.span };
        entries.iter().find(|(name, _, _)| name == key).map_or(node.span, |(_, _, value)| value.span)
    }

    fn walk(&mut self, field_type: &FieldType, node: &Node, path: &str) {
        match (field_type, &node.data) {
            (_, Data::Scalar(value)) if value.is_null() => {}
            (FieldType::Object(name), Data::Mapping(entries)) => {
                let Some(object_type) = self.schema.get(name) else { return };
                let mut seen: Vec<&str> = Vec::new();
                for (key, span, value) in entries {
                    let here = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                    if seen.contains(&key.as_str()) {
                        self.error(*span, format!("{here} is given twice; the last one counts"));
                    }
                    seen.push(key);
                    match object_type.field(key) {
                        Some(field) => self.walk(&field.field_type, value, &here),
                        None => {
                            let hint = nearest(key, object_type.fields.keys().map(String::as_str))
                                .map(|name| format!("; did you mean {name}?"))
                                .unwrap_or_default();
                            self.error(*span, format!("unknown field \"{here}\"{hint}"));
                        }
                    }
                }
                let missing: Vec<&str> = object_type
                    .fields
                    .values()
                    .filter(|field| field.required && !seen.contains(&field.name.as_str()))
                    .map(|field| field.name.as_str())
                    .collect();
                for name in missing.iter().filter(|_| !path.starts_with("status")) {
                    let here = if path.is_empty() { (*name).to_owned() } else { format!("{path}.{name}") };
                    self.error(first_line(node), format!("{here}: Required value"));
                }
            }
            (FieldType::Array(inner), Data::Sequence(items)) => {
                for (index, item) in items.iter().enumerate() {
                    self.walk(inner, item, &format!("{path}[{index}]"));
                }
            }
            (FieldType::Map(inner), Data::Mapping(entries)) => {
                for (key, _, value) in entries {
                    self.walk(inner, value, &format!("{path}.{key}"));
                }
            }
            (FieldType::Any, _) => {}
            (expected, data) => {
                if let Some(found) = mismatch(expected, data) {
                    self.error(node.span, format!("{path}: expected {}, got {found}", plain_name(expected)));
                }
            }
        }
    }
}

/// The part of a value that lies on its first line: what is marked when a field below it is missing.
fn first_line(node: &Node) -> Span {
    match &node.data {
        Data::Mapping(entries) => entries.first().map_or(node.span, |(_, span, _)| *span),
        _ => node.span,
    }
}

/// What was found instead of a value of the type, if it does not fit.
fn mismatch(expected: &FieldType, data: &Data) -> Option<&'static str> {
    let value = match data {
        Data::Sequence(_) => return Some("a list"),
        Data::Mapping(_) => return Some("a mapping"),
        Data::Scalar(value) => value,
    };
    let fits = match expected {
        FieldType::String | FieldType::Bytes | FieldType::Time | FieldType::MicroTime => value.is_string(),
        FieldType::Bool => value.is_boolean(),
        FieldType::Int32 | FieldType::Int64 => value.is_i64() || value.is_u64(),
        FieldType::Double => value.is_number(),
        FieldType::IntOrString => value.is_i64() || value.is_string(),
        FieldType::Quantity => match value {
            serde_json::Value::String(text) => podground_api::Quantity::parse(text).is_ok(),
            other => other.is_number(),
        },
        FieldType::Any => true,
        FieldType::Array(_) | FieldType::Map(_) | FieldType::Object(_) => false,
    };
    if fits {
        return None;
    }
    Some(match value {
        serde_json::Value::Bool(_) => "a boolean (put it in quotes to make it a string)",
        serde_json::Value::Number(_) => "a number (put it in quotes to make it a string)",
        _ => "a string",
    })
}

fn plain_name(expected: &FieldType) -> &'static str {
    match expected {
        FieldType::String => "a string",
        FieldType::Bool => "true or false",
        FieldType::Int32 | FieldType::Int64 => "a whole number",
        FieldType::Double => "a number",
        FieldType::Time | FieldType::MicroTime => "a time such as 2026-01-01T00:00:00Z",
        FieldType::Quantity => "a quantity such as 100m or 64Mi",
        FieldType::IntOrString => "a whole number or a string",
        FieldType::Bytes => "a string in base64",
        FieldType::Any => "any value",
        FieldType::Array(_) => "a list (lines that begin with -)",
        FieldType::Map(_) | FieldType::Object(_) => "a mapping",
    }
}

/// The name that differs least from a mistyped one, if it is near enough to be meant.
fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|candidate| (distance(&name.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 5)
        .min()
        .map(|(_, candidate)| candidate)
}

/// The edit distance of two words.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substitute = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = substitute.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<(usize, String)> {
        diagnose(text).into_iter().map(|finding| (finding.line, finding.message)).collect()
    }

    #[test]
    fn finds_the_place_and_the_mend() {
        let text = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  container:\n  - name: web\n";
        assert_eq!(
            lines(text),
            [
                (6, "unknown field \"spec.container\"; did you mean containers?".to_owned()),
                (6, "spec.containers: Required value".to_owned()),
            ]
        );
        let text = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  ports:\n  - port: http\n---\nkind: Pod\n";
        assert_eq!(
            lines(text),
            [
                (6, "spec.ports[0].port: expected a whole number, got a string".to_owned()),
                (8, "apiVersion is missing".to_owned()),
            ]
        );
        assert_eq!(lines("a: b: c\n")[0].0, 1);
        assert!(lines("").is_empty());
    }
}
