//! `-o custom-columns`.
//!
//! Upstream: `kubectl/pkg/cmd/get/customcolumn.go`

use podground_api::object;
use serde_json::Value;

use super::jsonpath::{JsonPath, relax};
use crate::error::{Error, Result};
use crate::io::Io;
use crate::{go, tabwriter};

/// Headers and the fields under them.
#[derive(Clone, Debug)]
pub(crate) struct CustomColumns {
    columns: Vec<(String, String)>,
    no_headers: bool,
}

impl CustomColumns {
    /// Reads `NAME:.metadata.name,…`, or a file with a line of headers and one of fields.
    pub(crate) fn parse(io: &Io, spec: &str, is_file: bool, no_headers: bool) -> Result<Self> {
        if spec.is_empty() {
            return Err(Error::Local(format!(
                "custom-columns{} format specified but no custom columns{} given",
                if is_file { "-file" } else { "" },
                if is_file { " file" } else { "" }
            )));
        }
        let columns: Vec<(String, String)> = if is_file {
            let bytes = io
                .read(spec)
                .map_err(|why| Error::Local(format!("error reading template {spec}, open {spec}: {why}")))?;
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let mut lines = text.lines().map(|line| line.split_whitespace().map(str::to_owned));
            let (Some(headers), Some(fields)) = (lines.next(), lines.next()) else {
                return Err(Error::local("invalid format: template must have headers and fields"));
            };
            headers.zip(fields).collect()
        } else {
            let split = |part: &str| match part.split_once(':') {
                Some((header, field)) => Ok((header.to_owned(), field.to_owned())),
                None => Err(Error::Local(format!(
                    "unexpected custom-columns spec: {part}, expected <header>:<json-path-expr>"
                ))),
            };
            spec.split(',').map(split).collect::<Result<_>>()?
        };
        let columns = columns
            .into_iter()
            .map(|(header, field)| relax(&field).map(|field| (header, field)).map_err(Error::Local))
            .collect::<Result<_>>()?;
        Ok(Self { columns, no_headers })
    }

    /// Prints an object or the items of a list.
    pub(crate) fn print(&self, value: &Value) -> (String, Result<()>) {
        let mut text = String::new();
        if !self.no_headers {
            let headers: Vec<&str> = self.columns.iter().map(|(header, _)| header.as_str()).collect();
            text.push_str(&headers.join("\t"));
            text.push('\n');
        }
        let done = self.rows(value, &mut text);
        (tabwriter::align(&text, tabwriter::TABLE), done)
    }

    fn rows(&self, value: &Value, text: &mut String) -> Result<()> {
        let paths: Vec<JsonPath> = self
            .columns
            .iter()
            .map(|(_, field)| {
                JsonPath::parse(field).map(|path| path.allow_missing(true)).map_err(Error::Local)
            })
            .collect::<Result<_>>()?;
        let single = std::slice::from_ref(value);
        let items = match value.get("items").and_then(Value::as_array) {
            Some(items) if object::kind(value).ends_with("List") => items.as_slice(),
            _ => single,
        };
        for item in items {
            let mut cells = Vec::with_capacity(paths.len());
            for path in &paths {
                let values = path.values(item).map_err(Error::Local)?;
                cells.push(match values.as_slice() {
                    [] => "<none>".to_owned(),
                    values => values.iter().map(go::sprint).collect::<Vec<_>>().join(","),
                });
            }
            text.push_str(&cells.join("\t"));
            text.push('\n');
        }
        Ok(())
    }
}
