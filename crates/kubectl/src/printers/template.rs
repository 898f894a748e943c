//! Go templates, as far as `kubectl get -o go-template` uses them.
//!
//! Upstream: Go's `text/template`, with kubectl's functions `exists` and `base64decode`

mod eval;
mod functions;
mod lex;
mod parse;

use serde_json::Value;

/// A parsed template.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    nodes: Vec<Node>,
    definitions: std::collections::BTreeMap<String, Vec<Node>>,
}

/// A part of a template.
#[derive(Clone, Debug)]
enum Node {
    Text(String),
    Action(Pipeline),
    If(Pipeline, Vec<Node>, Vec<Node>),
    With(Pipeline, Vec<Node>, Vec<Node>),
    Range(Pipeline, Vec<Node>, Vec<Node>),
    Call(String, Option<Pipeline>),
    Break,
    Continue,
}

/// `$x, $y := command | command`
#[derive(Clone, Debug)]
struct Pipeline {
    variables: Vec<String>,
    assigns: bool,
    commands: Vec<Vec<Operand>>,
}

/// A word of a command.
#[derive(Clone, Debug)]
enum Operand {
    Dot,
    Nil,
    Literal(Value),
    Field(Vec<String>),
    Variable(String, Vec<String>),
    Function(String),
    Group(Box<Pipeline>, Vec<String>),
}

impl Template {
    /// Parses a template.
    ///
    /// # Errors
    /// Go's sentence: `template: output:1: unclosed action`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        parse::template(text)
    }

    /// The template filled in, and the error if it stops early.
    pub(crate) fn execute(&self, data: &Value) -> (String, Option<String>) {
        eval::execute(self, data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn run(text: &str) -> String {
        let data = json!({
            "metadata": {"name": "web", "labels": {"app": "x", "b": "y"}},
            "items": [{"n": "a", "v": 1}, {"n": "b", "v": 2}],
            "data": {"key.txt": "aGk="}, "none": null, "zero": 0, "list": [3, 1]
        });
        match Template::parse(text) {
            Ok(template) => match template.execute(&data) {
                (out, None) => out,
                (out, Some(error)) => format!("{out}error: {error}"),
            },
            Err(error) => format!("error: {error}"),
        }
    }

    #[test]
    fn templates() {
        for (template, text) in [
            ("{{.metadata.name}}", "web"),
            ("{{range .items}}{{.n}} {{end}}", "a b "),
            ("{{range $i, $e := .items}}{{$i}}={{$e.n}}{{\"\\n\"}}{{end}}", "0=a\n1=b\n"),
            ("{{range $k, $v := .metadata.labels}}{{$k}}:{{$v}},{{end}}", "app:x,b:y,"),
            ("{{range .nope}}x{{else}}none{{end}}", "none"),
            ("{{if .none}}a{{else if eq .zero 0}}b{{else}}c{{end}}", "b"),
            ("{{with .metadata}}{{.name}}{{end}}", "web"),
            ("{{len .items}} {{(index .items 1).n}} {{index .data \"key.txt\" | base64decode}}", "2 b hi"),
            ("{{printf \"%-5s|%d|%v\" .metadata.name 3 .list}}", "web  |3|[3 1]"),
            ("{{.metadata.labels}} {{.nope}}", "map[app:x b:y] <no value>"),
            ("{{- /* note */ -}} a {{- \"b\" -}} c", "abc"),
            ("{{$x := 1}}{{range .items}}{{$x = .v}}{{end}}{{$x}}", "2"),
            ("{{and 1 0}} {{or 0 \"x\"}} {{not true}} {{ne 1 2}} {{lt 1 2}}", "0 x false true true"),
            ("{{define \"t\"}}[{{.}}]{{end}}{{template \"t\" .metadata.name}}", "[web]"),
            ("{{range .items}}{{if eq .v 2}}{{break}}{{end}}{{.n}}{{end}}", "a"),
            ("{{.metadata.name", "error: template: output:1: unclosed action"),
            ("{{if .x}}", "error: template: output:1: unexpected EOF"),
            ("{{nofunc .x}}", "error: template: output:1: function \"nofunc\" not defined"),
        ] {
            assert_eq!(run(template), text, "{template}");
        }
    }
}
