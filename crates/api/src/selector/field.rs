//! Field selectors: `status.phase=Running,spec.nodeName!=node-1`.
//!
//! Upstream: `apimachinery/pkg/fields/selector.go`.

/// One requirement of a [`FieldSelector`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldRequirement {
    /// The field's label: `status.phase`. Which labels a resource has is the server's business.
    pub field: String,
    /// The value.
    pub value: String,
    /// Whether the field must differ from the value.
    pub negated: bool,
}

/// A field selector: all requirements must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldSelector {
    /// The requirements, in order.
    pub requirements: Vec<FieldRequirement>,
}

impl FieldSelector {
    /// Reads a field selector; the error is upstream's sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut requirements = Vec::new();
        for term in split_terms(text) {
            if term.is_empty() {
                continue;
            }
            let Some((field, negated, value)) = split_term(&term) else {
                return Err(format!("invalid selector: '{text}'; can't understand '{term}'"));
            };
            requirements.push(FieldRequirement { field, value: unescape(&value)?, negated });
        }
        Ok(Self { requirements })
    }

    /// Whether a way to look fields up fulfils all requirements; an absent field reads as `""`.
    pub fn matches<'a>(&self, field: impl Fn(&str) -> Option<&'a str>) -> bool {
        self.requirements.iter().all(|r| (field(&r.field).unwrap_or_default() == r.value) != r.negated)
    }
}

fn split_terms(text: &str) -> Vec<String> {
    let mut terms = vec![String::new()];
    let mut escaped = false;
    for c in text.chars() {
        if c == ',' && !escaped {
            terms.push(String::new());
            continue;
        }
        escaped = c == '\\' && !escaped;
        if let Some(term) = terms.last_mut() {
            term.push(c);
        }
    }
    terms
}

fn split_term(term: &str) -> Option<(String, bool, String)> {
    for (index, _) in term.char_indices() {
        for (operator, negated) in [("!=", true), ("==", false), ("=", false)] {
            if let Some(value) = term[index..].strip_prefix(operator) {
                return Some((term[..index].to_owned(), negated, value.to_owned()));
            }
        }
    }
    None
}

fn unescape(value: &str) -> Result<String, String> {
    let mut result = String::new();
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(escaped @ ('\\' | ',' | '=')) => result.push(escaped),
                other => {
                    let sequence: String = std::iter::once('\\').chain(other).collect();
                    return Err(format!("invalid field selector: invalid escape sequence: {sequence}"));
                }
            },
            ',' | '=' => {
                return Err(format!("invalid field selector: unescaped character in value: {c}"));
            }
            other => result.push(other),
        }
    }
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_and_matches() {
        let selector = FieldSelector::parse("status.phase!=Running,metadata.name=web").unwrap();
        assert!(selector.matches(|field| (field == "metadata.name").then_some("web")));
        assert_eq!(
            FieldSelector::parse("status.phase").unwrap_err(),
            "invalid selector: 'status.phase'; can't understand 'status.phase'"
        );
    }
}
