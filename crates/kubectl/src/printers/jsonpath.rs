//! JSONPath templates in kubectl's dialect.
//!
//! Upstream: `client-go/util/jsonpath`

mod eval;
mod parse;

use serde_json::Value;

/// A parsed template.
#[derive(Clone, Debug)]
pub(crate) struct JsonPath {
    nodes: Vec<Node>,
    allow_missing: bool,
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq)]
enum Node {
    Text(String),
    Field(String),
    Array([Param; 3], bool),
    Filter(Vec<Node>, Vec<Node>, String),
    Literal(Value),
    Wildcard,
    Recursive,
    Union(Vec<Vec<Node>>),
    Identifier(String),
    List(Vec<Node>),
}

/// A bound of a slice, if it is given.
type Param = Option<i64>;

impl JsonPath {
    /// Parses a template: text with `{…}`.
    ///
    /// # Errors
    /// What upstream says of a template that it cannot read.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        Ok(Self { nodes: parse::template(text)?, allow_missing: false })
    }

    /// Parses a bare expression too: `.metadata.name`, `metadata.name`, `{.metadata.name}`.
    ///
    /// Upstream: `kubectl/pkg/cmd/get/customcolumn.go RelaxedJSONPathExpression`
    pub(crate) fn parse_relaxed(text: &str) -> Result<Self, String> {
        Self::parse(&relax(text)?)
    }

    /// Fields that are missing are no error.
    pub(crate) fn allow_missing(mut self, allow: bool) -> Self {
        self.allow_missing = allow;
        self
    }

    /// The values that each part of the template finds; texts are strings.
    pub(crate) fn find<'a>(
        &'a self,
        data: &'a Value,
    ) -> Result<Vec<Vec<std::borrow::Cow<'a, Value>>>, String> {
        eval::find(self, data)
    }

    /// All values of all parts.
    pub(crate) fn values(&self, data: &Value) -> Result<Vec<Value>, String> {
        Ok(self.find(data)?.into_iter().flatten().map(std::borrow::Cow::into_owned).collect())
    }

    /// The template filled in; with `as_json`, each part as a JSON array.
    pub(crate) fn execute(&self, data: &Value, as_json: bool) -> Result<String, String> {
        let mut out = String::new();
        for results in self.find(data)? {
            if as_json {
                let items: Vec<Value> = results.into_iter().map(std::borrow::Cow::into_owned).collect();
                out.push_str(&podground_api::json::print(&Value::Array(items)));
                continue;
            }
            let texts: Vec<String> = results
                .iter()
                .map(|value| match &**value {
                    Value::Object(_) | Value::Array(_) => podground_api::json::compact(value),
                    other => crate::go::sprint(other),
                })
                .collect();
            out.push_str(&texts.join(" "));
        }
        Ok(out)
    }
}

/// Puts a bare expression in braces.
pub(crate) fn relax(text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Ok(String::new());
    }
    let inner = text.strip_prefix('{').unwrap_or(text);
    let inner = inner.strip_suffix('}').unwrap_or(inner);
    if inner.is_empty() || inner.contains('\n') {
        let why = "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or \
                   '{.name1.name2}'";
        return Err(why.to_owned());
    }
    let dot = if inner.starts_with('.') { "" } else { "." };
    Ok(format!("{{{dot}{inner}}}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn run(template: &str) -> String {
        let data = json!({
            "metadata": {"name": "web", "labels": {"app": "x", "a.b/c": "dotted"}},
            "items": [{"n": "a", "v": 1, "tags": ["p", "q"]}, {"n": "b", "v": 2}, {"n": "c", "v": 3}],
            "spec": {"null": null, "text": "<a&b>"}
        });
        JsonPath::parse(template)
            .and_then(|path| path.allow_missing(true).execute(&data, false))
            .unwrap_or_else(|error| format!("error: {error}"))
    }

    #[test]
    fn dialect() {
        for (template, text) in [
            ("{.metadata.name}", "web"),
            ("{ .metadata.name }", "web"),
            ("{$.metadata.name}{\"\\n\"}", "web\n"),
            ("{.items[*].n}", "a b c"),
            ("{.items[0].n}-{.items[-1].n}", "a-c"),
            ("{.items[0:2].n}", "a b"),
            ("{.items[1:].n}", "b c"),
            ("{.items[::2].n}", "a c"),
            ("{.items[0,2].n}", "a c"),
            ("{.items[?(@.n==\"b\")].v}", "2"),
            ("{.items[?(@.v>1)].n}", "b c"),
            ("{.items[?(@.tags)].n}", "a"),
            ("{.items[?(@.n!='b')].n}", "a c"),
            ("{range .items[*]}{.n}={.v}{';'}{end}!", "a=1;b=2;c=3;!"),
            ("{range .none[*]}{.n}{end}!", "!"),
            ("{range .items[*]}{.n}", "abc"),
            ("{.metadata.labels.a\\.b/c}", "dotted"),
            ("{.metadata.labels['a\\.b/c']}", "dotted"),
            ("{.metadata['name']}", "web"),
            ("{['metadata','items'].name}", "web"),
            ("{..n}", "a b c"),
            ("{.metadata.labels}", r#"{"a.b/c":"dotted","app":"x"}"#),
            ("{.spec}", r#"{"null":null,"text":"\u003ca\u0026b\u003e"}"#),
            ("{.spec.null}", "<nil>"),
            ("{.nope.nothing}", ""),
            (".metadata.name", ".metadata.name"),
            ("{.items[0].tags[*]} {.items[*].v}", "p q 1 2 3"),
            ("{.items[5].n}", "error: array index out of bounds: index 5, length 3"),
            ("{.items[?(@.n==web)].v}", "error: unrecognized identifier web"),
            ("{.metadata.name", "error: unclosed action"),
            ("{.items[", "error: unterminated array"),
            ("{end}", "error: not in range, nothing to end"),
            ("{.items[x]}", "error: invalid array index x"),
        ] {
            assert_eq!(run(template), text, "{template}");
        }
    }
}
