//! The table that the server sends, as text.
//!
//! Upstream: `cli-runtime/pkg/printers/tableprinter.go`

use podground_api::object::{array_at, i64_at, map_at, name, namespace, str_at};
use serde_json::Value;

use crate::go;

/// How a table is shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct Style {
    /// `--no-headers`
    pub(crate) no_headers: bool,
    /// `-o wide`
    pub(crate) wide: bool,
    /// `-A`: a column NAMESPACE before all others.
    pub(crate) with_namespace: bool,
    /// The names have the kind before them: `pod/web`.
    pub(crate) kind: Option<String>,
    /// `--show-labels`
    pub(crate) show_labels: bool,
    /// `-L`
    pub(crate) label_columns: Vec<String>,
    /// `--output-watch-events`: a column EVENT with this in it.
    pub(crate) event: Option<String>,
}

/// The lines of a table, cells separated by tabs; without rows there are none.
/// With `headers` false the first line is left out.
pub(crate) fn lines(table: &Value, style: &Style, headers: bool) -> String {
    let rows = array_at(table, "/rows");
    if rows.is_empty() {
        return String::new();
    }
    let definitions = array_at(table, "/columnDefinitions");
    let shown: Vec<usize> = (0..definitions.len())
        .filter(|index| style.wide || i64_at(&definitions[*index], "/priority").unwrap_or(0) == 0)
        .collect();
    let mut out = String::new();
    if headers && !style.no_headers {
        let mut cells: Vec<String> = Vec::new();
        if style.event.is_some() {
            cells.push("EVENT".to_owned());
        }
        if style.with_namespace {
            cells.push("NAMESPACE".to_owned());
        }
        cells.extend(shown.iter().map(|index| str_at(&definitions[*index], "/name").to_uppercase()));
        cells.extend(
            style.label_columns.iter().map(|label| label.rsplit('/').next().unwrap_or(label).to_uppercase()),
        );
        if style.show_labels {
            cells.push("LABELS".to_owned());
        }
        push_line(&mut out, &cells);
    }
    for row in rows {
        let cells = array_at(row, "/cells");
        let object = row.get("object").unwrap_or(&Value::Null);
        let mut line: Vec<String> = Vec::new();
        if let Some(event) = &style.event {
            line.push(event.clone());
        }
        if style.with_namespace {
            line.push(namespace(object).to_owned());
        }
        for index in &shown {
            let cell = cells.get(*index).unwrap_or(&Value::Null);
            let text = cell_text(cell);
            let is_name = str_at(&definitions[*index], "/format") == "name";
            line.push(match &style.kind {
                Some(kind) if is_name => format!("{kind}/{text}"),
                _ => text,
            });
        }
        let labels = map_at(object, "/metadata/labels");
        for label in &style.label_columns {
            let value = labels.and_then(|labels| labels.get(label)).and_then(Value::as_str);
            line.push(value.unwrap_or_default().to_owned());
        }
        if style.show_labels {
            let pairs: Vec<String> = labels
                .into_iter()
                .flatten()
                .map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()))
                .collect();
            line.push(if pairs.is_empty() { "<none>".to_owned() } else { pairs.join(",") });
        }
        push_line(&mut out, &line);
    }
    out
}

fn push_line(out: &mut String, cells: &[String]) {
    out.push_str(&cells.join("\t"));
    out.push('\n');
}

/// Line breaks and tabs would break the table.
fn cell_text(cell: &Value) -> String {
    let text = match cell {
        Value::Null => return "<nil>".to_owned(),
        cell => go::sprint(cell),
    };
    match text.find(['\n', '\r', '\u{c}']) {
        Some(end) => format!("{}...", &text[..end]),
        None => text.replace('\t', " "),
    }
}

/// A table of bare objects for a server that sends none: names and ages.
pub(crate) fn plain(objects: &[Value], now: podground_sim::Time) -> Value {
    let rows: Vec<Value> = objects
        .iter()
        .map(|object| {
            let created = podground_sim::Time::parse_rfc3339(str_at(object, "/metadata/creationTimestamp"));
            let age = created
                .map_or("<unknown>".to_owned(), |created| podground_api::duration::human(now.since(created)));
            serde_json::json!({"cells": [name(object), age], "object": object})
        })
        .collect();
    serde_json::json!({
        "kind": "Table", "apiVersion": "meta.k8s.io/v1", "rows": rows,
        "columnDefinitions": [
            {"name": "Name", "type": "string", "format": "name", "priority": 0},
            {"name": "Age", "type": "string", "priority": 0},
        ],
    })
}
