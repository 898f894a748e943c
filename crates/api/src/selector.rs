//! Label and field selectors: as strings, as objects, and what they match.

mod field;
mod parse;

use std::fmt;

use serde_json::{Map, Value};

use crate::object::{array_at, at, str_at, strings_at};

pub use field::{FieldRequirement, FieldSelector};

/// What a requirement asks of a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `key=value`
    Equals,
    /// `key==value`
    DoubleEquals,
    /// `key!=value`
    NotEquals,
    /// `key in (a,b)`
    In,
    /// `key notin (a,b)`
    NotIn,
    /// `key`
    Exists,
    /// `!key`
    DoesNotExist,
    /// `key>1`
    GreaterThan,
    /// `key<1`
    LessThan,
}

/// One requirement of a [`Selector`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The label's key.
    pub key: String,
    /// What is asked.
    pub operator: Operator,
    /// The values, sorted.
    pub values: Vec<String>,
}

/// A label selector: all requirements must hold. Without requirements it matches everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector {
    /// The requirements, sorted by key.
    pub requirements: Vec<Requirement>,
}

impl Selector {
    /// Reads a selector as of `-l`; the error is upstream's sentence.
    ///
    /// Upstream: `apimachinery/pkg/labels/selector.go Parse`.
    pub fn parse(text: &str) -> Result<Self, String> {
        parse::parse(text)
    }

    /// The selector of a `metav1.LabelSelector` object; `null` gives a selector that matches nothing.
    /// An operator that is not known gives `None` too: validation refuses it before.
    pub fn from_label_selector(selector: &Value) -> Option<Self> {
        if selector.is_null() {
            return None;
        }
        let mut requirements: Vec<Requirement> = strings_at(selector, "/matchLabels")
            .map(|(key, value)| Requirement {
                key: key.to_owned(),
                operator: Operator::Equals,
                values: vec![value.to_owned()],
            })
            .collect();
        for expression in array_at(selector, "/matchExpressions") {
            let operator = match str_at(expression, "/operator") {
                "In" => Operator::In,
                "NotIn" => Operator::NotIn,
                "Exists" => Operator::Exists,
                "DoesNotExist" => Operator::DoesNotExist,
                "Gt" => Operator::GreaterThan,
                "Lt" => Operator::LessThan,
                _ => return None,
            };
            let mut values: Vec<String> = array_at(expression, "/values")
                .iter()
                .filter_map(|value| value.as_str().map(str::to_owned))
                .collect();
            values.sort();
            requirements.push(Requirement { key: str_at(expression, "/key").to_owned(), operator, values });
        }
        requirements.sort_by(|a, b| a.key.cmp(&b.key));
        Some(Self { requirements })
    }

    /// The selector of a map of labels, as of a Service; `null` or an empty map gives `None`.
    pub fn from_map(map: &Value) -> Option<Self> {
        let map = map.as_object()?;
        if map.is_empty() {
            return None;
        }
        let requirements = map
            .iter()
            .map(|(key, value)| Requirement {
                key: key.clone(),
                operator: Operator::Equals,
                values: vec![value.as_str().unwrap_or_default().to_owned()],
            })
            .collect();
        Some(Self { requirements })
    }

    /// Whether it has no requirements and so matches everything.
    pub fn is_empty(&self) -> bool {
        self.requirements.is_empty()
    }

    /// Whether labels fulfil all requirements.
    pub fn matches(&self, labels: Option<&Map<String, Value>>) -> bool {
        self.requirements.iter().all(|requirement| requirement.matches(labels))
    }

    /// Whether an object's labels fulfil all requirements.
    pub fn matches_object(&self, object: &Value) -> bool {
        self.matches(at(object, "/metadata/labels").as_object())
    }
}

impl Requirement {
    fn matches(&self, labels: Option<&Map<String, Value>>) -> bool {
        let value = labels.and_then(|labels| labels.get(&self.key)).and_then(Value::as_str);
        let listed = || value.is_some_and(|value| self.values.iter().any(|v| v == value));
        let compare = |holds: fn(i64, i64) -> bool| {
            let left = value.and_then(|value| value.parse().ok());
            let right = self.values.first().and_then(|value| value.parse().ok());
            matches!((left, right), (Some(left), Some(right)) if holds(left, right))
        };
        match self.operator {
            Operator::Equals | Operator::DoubleEquals | Operator::In => listed(),
            Operator::NotEquals | Operator::NotIn => !listed(),
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
            Operator::GreaterThan => compare(|left, right| left > right),
            Operator::LessThan => compare(|left, right| left < right),
        }
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, requirement) in self.requirements.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            requirement.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, operator, values } = self;
        let values = values.join(",");
        match operator {
            Operator::Equals => write!(f, "{key}={values}"),
            Operator::DoubleEquals => write!(f, "{key}=={values}"),
            Operator::NotEquals => write!(f, "{key}!={values}"),
            Operator::In => write!(f, "{key} in ({values})"),
            Operator::NotIn => write!(f, "{key} notin ({values})"),
            Operator::Exists => f.write_str(key),
            Operator::DoesNotExist => write!(f, "!{key}"),
            Operator::GreaterThan => write!(f, "{key}>{values}"),
            Operator::LessThan => write!(f, "{key}<{values}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn matches() {
        let labels = json!({"env": "prod", "tier": "front", "n": "5"});
        for (text, expected) in [
            ("", true),
            ("env=prod", true),
            ("env==prod,tier=front", true),
            ("env!=prod", false),
            ("nope!=x", true),
            ("env in (prod, dev)", true),
            ("env notin (prod,dev)", false),
            ("nope notin (a)", true),
            ("env", true),
            ("!env", false),
            ("!nope", true),
            ("n>4", true),
            ("n<4", false),
        ] {
            let selector = Selector::parse(text).unwrap();
            assert_eq!(selector.matches(labels.as_object()), expected, "{text}");
        }
    }

    #[test]
    fn refuses_in_upstreams_words() {
        for (text, error) in [
            ("env in prod", "unable to parse requirement: found 'prod' expected: '('"),
            ("env in (prod", "unable to parse requirement: found '', expected: ',' or ')'"),
            ("env=>prod", "unable to parse requirement: found '>', expected: identifier"),
            ("app=a b", "found 'b', expected: ',' or 'end of string'"),
            ("=prod", "found '=', expected: !, identifier, or 'end of string'"),
            ("app=a,", "found '', expected: identifier after ','"),
        ] {
            assert_eq!(Selector::parse(text).unwrap_err(), error, "{text}");
        }
    }

    #[test]
    fn prints() {
        for text in ["a=b,c in (d,e),!f", "a!=b", "a", "n>4"] {
            assert_eq!(Selector::parse(text).unwrap().to_string(), text);
        }
    }
}
