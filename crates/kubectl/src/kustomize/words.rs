//! `yes` and its kin: words to kustomize, truth values to kubectl.
//!
//! Upstream: kyaml reads with go-yaml 3, the API's machinery with go-yaml 2

use podground_api::yaml::{self, Data, Node};
use serde_json::Value;

const WORDS: [&str; 6] = ["y", "n", "yes", "no", "on", "off"];

/// Reads a document as kustomize does.
///
/// # Errors
/// As [`yaml::load`].
pub(super) fn load(text: &str) -> Result<Value, String> {
    let lines: Vec<&str> = text.lines().collect();
    Ok(value(yaml::load_node(text)?, &lines))
}

fn value(node: Node, lines: &[&str]) -> Value {
    match node.data {
        Data::Scalar(Value::Bool(truth)) => {
            let span = node.span;
            let line = lines.get(span.line.saturating_sub(1)).copied().unwrap_or_default();
            let width = span.end_column.saturating_sub(span.column);
            let word: String = line.chars().skip(span.column.saturating_sub(1)).take(width).collect();
            let is_word = WORDS.iter().any(|known| word.trim().eq_ignore_ascii_case(known));
            if is_word { word.trim().into() } else { truth.into() }
        }
        Data::Scalar(scalar) => scalar,
        Data::Sequence(items) => items.into_iter().map(|item| value(item, lines)).collect(),
        Data::Mapping(entries) => {
            let pairs = entries.into_iter().map(|(key, _, item)| (key, value(item, lines)));
            Value::Object(pairs.collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn takes_yes_for_a_word() {
        let read = load("a: yes\nb: [on, true, 'no', off ] # off\nc: !!bool yes\nd: False\n").unwrap();
        assert_eq!(read["a"], "yes");
        assert_eq!(read["b"], json!(["on", true, "no", "off"]));
        assert_eq!(read["d"], false);
    }
}
