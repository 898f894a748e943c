//! The output formats of `-o`.
//!
//! Upstream: `cli-runtime/pkg/genericclioptions/print_flags.go`, `kubectl/pkg/cmd/get/get_flags.go`

pub(crate) mod columns;
pub(crate) mod jsonpath;
pub(crate) mod kyaml;
pub(crate) mod name;
pub(crate) mod sort;
pub(crate) mod table;
pub(crate) mod template;

#[cfg(test)]
mod properties;

use podground_api::{json as api_json, object, yaml};
use serde_json::Value;

use crate::error::{Error, Result};
use crate::flags::Args;
use crate::io::Io;
use columns::CustomColumns;
use jsonpath::JsonPath;
use template::Template;

/// An output format other than the table.
#[derive(Clone, Debug)]
pub(crate) enum Printer {
    /// `-o yaml`
    Yaml,
    /// `-o kyaml`
    Kyaml,
    /// `-o json`
    Json,
    /// `-o name`
    Name,
    /// `-o jsonpath=…`, with its text; the flag is `jsonpath-as-json`.
    JsonPath(JsonPath, String, bool),
    /// `-o go-template=…`, with its text.
    Template(Template, String),
    /// `-o custom-columns=…`
    Columns(CustomColumns),
}

/// A printer and what it leaves out.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    /// The format.
    pub(crate) printer: Printer,
    /// `--show-managed-fields`
    pub(crate) managed_fields: bool,
    /// Whether objects are printed in the order of Go's structs, as those that kubectl itself makes are.
    pub(crate) go_order: bool,
    /// How many objects were printed: YAML documents after the first begin with `---`.
    count: std::cell::Cell<usize>,
}

const TEMPLATES: &[&str] = &[
    "go-template",
    "go-template-file",
    "jsonpath",
    "jsonpath-as-json",
    "jsonpath-file",
    "template",
    "templatefile",
];

/// What a command's `-o` may be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Formats {
    /// As `kubectl get`: with `wide` and `custom-columns`.
    Get,
    /// As most commands.
    Usual,
}

/// Reads `-o` and `--template`; `None` is the command's own way of printing (`wide` included).
pub(crate) fn from_args(io: &Io, args: &Args, formats: Formats) -> Result<Option<Output>> {
    let mut format = args.text("output");
    let mut argument = args.text("template").to_owned();
    if format.is_empty() && !argument.is_empty() {
        format = "go-template";
    }
    if format.is_empty() || (formats == Formats::Get && format == "wide") {
        return Ok(None);
    }
    let name = match format.split_once('=') {
        Some((name, value)) if TEMPLATES.contains(&name) || name.starts_with("custom-columns") => {
            value.clone_into(&mut argument);
            name
        }
        _ => format,
    };
    let output = |printer| Output {
        printer,
        managed_fields: args.is("show-managed-fields"),
        go_order: false,
        count: std::cell::Cell::new(0),
    };
    let printer = match name {
        "yaml" => Printer::Yaml,
        "kyaml" => Printer::Kyaml,
        "json" => Printer::Json,
        "name" => Printer::Name,
        name if TEMPLATES.contains(&name) => template(io, name, &argument, args)?,
        "custom-columns" | "custom-columns-file" if formats == Formats::Get => {
            let is_file = name == "custom-columns-file";
            Printer::Columns(CustomColumns::parse(io, &argument, is_file, args.is("no-headers"))?)
        }
        _ => {
            let mut allowed: Vec<&str> = TEMPLATES.to_vec();
            allowed.extend(["json", "kyaml", "name", "yaml"]);
            if formats == Formats::Get {
                allowed.extend(["custom-columns", "custom-columns-file", "wide"]);
            }
            allowed.sort_unstable();
            return Err(Error::Local(format!(
                "unable to match a printer suitable for the output format {format:?}, allowed formats are: {}",
                allowed.join(",")
            )));
        }
    };
    Ok(Some(output(printer)))
}

fn template(io: &Io, name: &str, argument: &str, args: &Args) -> Result<Printer> {
    if argument.is_empty() {
        return Err(Error::local("template format specified but no template given"));
    }
    let mut text = argument.to_owned();
    if matches!(name, "jsonpath-file" | "go-template-file" | "templatefile") {
        let bytes = io.read(argument).map_err(|why| {
            Error::Local(format!("error reading --template {argument}, open {argument}: {why}"))
        })?;
        text = String::from_utf8_lossy(&bytes).into_owned();
    }
    let allow_missing =
        !args.changed("allow-missing-template-keys") || args.is("allow-missing-template-keys");
    if name.starts_with("jsonpath") {
        let path = JsonPath::parse(&text)
            .map_err(|why| Error::Local(format!("error parsing jsonpath {text}, {why}")))?;
        return Ok(Printer::JsonPath(path.allow_missing(allow_missing), text, name == "jsonpath-as-json"));
    }
    let template = Template::parse(&text)
        .map_err(|why| Error::Local(format!("error parsing template {text}, {why}")))?;
    Ok(Printer::Template(template, text))
}

impl Output {
    /// As [`Self::print`], to the standard output of a run.
    pub(crate) async fn show(&self, io: &Io, value: &Value) -> Result<()> {
        let (text, done) = self.print(value);
        io.out(&text).await;
        done
    }

    /// Prints an object or a list. The text stands even beside an error.
    pub(crate) fn print(&self, value: &Value) -> (String, Result<()>) {
        let stripped;
        // Upstream: cli-runtime/pkg/genericclioptions/json_yaml_flags.go: templates see them.
        let whole = matches!(self.printer, Printer::Yaml | Printer::Kyaml | Printer::Json);
        let value = if self.managed_fields || !whole {
            value
        } else {
            stripped = without_managed_fields(value);
            &stripped
        };
        match &self.printer {
            Printer::Yaml if self.count.replace(self.count.get() + 1) > 0 => {
                (format!("---\n{}", yaml::print(value)), Ok(()))
            }
            Printer::Yaml => (yaml::print(value), Ok(())),
            Printer::Kyaml => (kyaml::print(value), Ok(())),
            Printer::Json if self.go_order => (podground_api::go_order::print(value), Ok(())),
            Printer::Json => (api_json::print(value), Ok(())),
            Printer::Name => (name::print(value), Ok(())),
            Printer::JsonPath(path, text, as_json) => match path.execute(value, *as_json) {
                Ok(out) => (out, Ok(())),
                Err(why) => {
                    let text = crate::flags::go_quote(text);
                    (
                        String::new(),
                        Err(failed(&format!("error executing jsonpath {text}"), &text, &why, value)),
                    )
                }
            },
            Printer::Template(template, text) => match template.execute(value) {
                (out, None) => (out, Ok(())),
                (out, Some(why)) => {
                    let quoted = crate::flags::go_quote(text);
                    (out, Err(failed(&format!("error executing template {quoted}"), &quoted, &why, value)))
                }
            },
            Printer::Columns(columns) => columns.print(value),
        }
    }
}

fn failed(what: &str, template: &str, why: &str, value: &Value) -> Error {
    let raw = template.trim_matches('"').replace("\\\"", "\"").replace("\\\\", "\\");
    Error::Local(format!(
        "{what}: Error executing template: {why}. Printing more information for debugging the template:\n\ttemplate \
         was:\n\t\t{raw}\n\tobject given to jsonpath engine was:\n\t\t{}\n\n",
        crate::go::syntax(value)
    ))
}

fn without_managed_fields(value: &Value) -> Value {
    let mut value = value.clone();
    object::remove_at(&mut value, "/metadata/managedFields");
    if let Some(items) = value.get_mut("items").and_then(Value::as_array_mut) {
        for item in items {
            object::remove_at(item, "/metadata/managedFields");
        }
    }
    value
}

/// Several objects as the list that kubectl makes of them.
pub(crate) fn list_of(items: Vec<Value>) -> Value {
    serde_json::json!({"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}, "items": items})
}
