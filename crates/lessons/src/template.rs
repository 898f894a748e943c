//! Text with `{{name}}` in it, filled from the variables of a check.

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The values of a check's variables.
pub(crate) type Values = BTreeMap<String, String>;

/// A text of a check that may hold `{{name}}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Template(String);

impl Template {
    /// The names it refers to.
    pub fn names(&self) -> BTreeSet<&str> {
        Template::names_in(&self.0)
    }

    /// The names a text refers to.
    pub(crate) fn names_in(text: &str) -> BTreeSet<&str> {
        let mut names = BTreeSet::new();
        let mut rest = text;
        while let Some((_, after)) = rest.split_once("{{") {
            let Some((name, tail)) = after.split_once("}}") else { break };
            names.insert(name.trim());
            rest = tail;
        }
        names
    }

    /// The text as it was written.
    pub fn source(&self) -> &str {
        &self.0
    }

    /// The text with the values filled in.
    pub(crate) fn fill(&self, values: &Values) -> String {
        self.fill_with(|name| values.get(name).cloned())
    }

    /// The same for a regular expression: values stand for themselves.
    pub(crate) fn fill_pattern(&self, values: &Values) -> String {
        self.fill_with(|name| values.get(name).map(|value| regex_lite::escape(value)))
    }

    fn fill_with(&self, value: impl Fn(&str) -> Option<String>) -> String {
        let mut out = String::new();
        let mut rest = self.0.as_str();
        while let Some((before, after)) = rest.split_once("{{") {
            out.push_str(before);
            let Some((name, tail)) = after.split_once("}}") else {
                rest = after;
                out.push_str("{{");
                break;
            };
            // The parser has made sure that each name is declared, so nothing is left out in silence.
            out.push_str(&value(name.trim()).unwrap_or_default());
            rest = tail;
        }
        out.push_str(rest);
        out
    }
}

impl From<&str> for Template {
    fn from(text: &str) -> Template {
        Template(text.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_filled_in_and_escaped_in_patterns() {
        let values = Values::from([("ip".to_string(), "10.0.0.1".to_string())]);
        let template = Template::from("http://{{ip}}:80/{{ ip }}");
        assert_eq!(template.fill(&values), "http://10.0.0.1:80/10.0.0.1");
        assert_eq!(Template::from("^{{ip}}$").fill_pattern(&values), r"^10\.0\.0\.1$");
        assert_eq!(template.names().into_iter().collect::<Vec<_>>(), ["ip"]);
        assert_eq!(Template::from("a {{ b").fill(&values), "a {{ b");
    }
}
