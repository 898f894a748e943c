//! YAML as kubectl reads and writes it.
//!
//! Reading takes two libraries: libyaml's port in `serde_yaml` refuses what kubectl refuses, in the same words;
//! `saphyr-parser` gives what serde does not show: how a scalar was quoted, and where it stands.

mod node;
mod print;
mod resolve;

use serde_json::Value;

pub use node::{Data, Entry, Node, Span};
pub use print::print;

/// Reads one document as `sigs.k8s.io/yaml` does on the way to JSON; an empty document is `null`.
///
/// # Errors
/// go-yaml's sentence with its line: `yaml: line 4: found character that cannot start any token`.
pub fn load(text: &str) -> Result<Value, String> {
    load_node(text).map(Node::into_value)
}

/// Reads one document with the place of every value.
///
/// # Errors
/// As [`load`].
pub fn load_node(text: &str) -> Result<Node, String> {
    check_syntax(text)?;
    node::read(text)
}

/// The documents of a stream, cut as kubectl cuts it: at lines that begin with `---` and hold nothing else
/// (but a comment). Each comes with the number of lines before it. Documents without any line are left out.
///
/// Upstream: `apimachinery/pkg/util/yaml/decoder.go YAMLReader`.
pub fn documents(text: &str) -> Vec<(usize, &str)> {
    let mut documents = Vec::new();
    let (mut start, mut start_line, mut offset) = (0, 0, 0);
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let separator = line.strip_prefix("---").map(str::trim);
        if separator.is_some_and(|rest| rest.is_empty() || rest.starts_with('#')) {
            documents.push((start_line, &text[start..offset]));
            start = offset + line.len();
            start_line = number + 1;
        }
        offset += line.len();
    }
    documents.push((start_line, &text[start..]));
    documents.retain(|(_, document)| !document.is_empty());
    documents
}

/// What libyaml says of the syntax, as go-yaml words it.
fn check_syntax(text: &str) -> Result<(), String> {
    let mut documents = serde_yaml::Deserializer::from_str(text);
    let Some(first) = documents.next() else { return Ok(()) };
    match <serde::de::IgnoredAny as serde::Deserialize>::deserialize(first) {
        Ok(_) => Ok(()),
        Err(error) => Err(go_yaml_error(&error.to_string(), error.location().map(|at| at.line()))),
    }
}

/// `problem at line 4 column 1, while scanning …` as go-yaml says it.
fn go_yaml_error(message: &str, line: Option<usize>) -> String {
    let problem = message.split(" at line ").next().unwrap_or(message);
    let problem = problem.split(", while ").next().unwrap_or(problem);
    let from_parser = message.contains("while parsing") || problem.starts_with("did not find expected <");
    // go-yaml counts from zero, and adds one for errors of the scanner only.
    match line.map(|line| if from_parser { line.saturating_sub(1) } else { line }) {
        Some(line) if line > 0 => format!("yaml: line {line}: {problem}"),
        _ => format!("yaml: {problem}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_as_go_yaml() {
        let value = load(concat!(
            "a: yes\nb: 'yes'\nc: 0644\nd: \"0644\"\ne: ~\nf: 1.0\ng: 2024-01-01\nh: 1_000\n",
            "i: &x {k: v}\nj: *x\n<<: {z: 1}\nl: 0x1f\nm: .5\n1: one\ntrue: t\nnot:\no: >\n  a\n  b\np: 1e3\n"
        ))
        .unwrap();
        assert_eq!(
            value,
            json!({
                "a": true, "b": "yes", "c": 420, "d": "0644", "e": null, "f": 1, "g": "2024-01-01",
                "h": 1000, "i": {"k": "v"}, "j": {"k": "v"}, "z": 1, "l": 31, "m": 0.5, "1": "one",
                "true": "t", "not": null, "o": "a b\n", "p": 1000,
            })
        );
        assert_eq!(load("").unwrap(), Value::Null);
        let flow = load_node("a:\n  b: [\n    x, {z: 1\n  }\n  ]\n  c: d\n").unwrap();
        assert_eq!(flow.clone().into_value(), json!({"a": {"b": ["x", {"z": 1}], "c": "d"}}));
        let Data::Mapping(top) = flow.data else { panic!("a mapping") };
        let Data::Mapping(inner) = &top[0].2.data else { panic!("a mapping") };
        assert_eq!(inner[0].2.span.end_column, 4);
        assert_eq!(load("# nothing\n").unwrap(), Value::Null);
    }

    #[test]
    fn words_errors_as_go_yaml() {
        for (text, error) in [
            (
                "apiVersion: v1\nkind: Pod\nmetadata:\n\tname: web\n",
                "yaml: line 4: found character that cannot start any token",
            ),
            (
                "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n   labels:\n     app: web\n",
                "yaml: line 5: mapping values are not allowed in this context",
            ),
            (
                "apiVersion: v1\nkind:Pod\nmetadata:\n  name: web\n",
                "yaml: line 3: could not find expected ':'",
            ),
            (
                "apiVersion: v1\nkind: Pod\nmetadata:\n  name: \"web\nspec:\n  containers: []\n",
                "yaml: line 7: found unexpected end of stream",
            ),
            (
                "apiVersion: v1\nkind: Pod\nmetadata: {name: web\nspec: {containers: []}\n",
                "yaml: line 3: did not find expected ',' or '}'",
            ),
        ] {
            assert_eq!(load(text).unwrap_err(), error, "{text}");
        }
    }

    #[test]
    fn cuts_documents() {
        let parts = documents("---\na: 1\n---   # next\nb: 2\n--- c\n");
        assert_eq!(parts, [(1, "a: 1\n"), (3, "b: 2\n--- c\n")]);
    }
}
