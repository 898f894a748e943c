//! The fields with a closed set of values: `enums.txt`.

use std::collections::BTreeMap;

/// The values of a field with their texts, in order.
pub(crate) type Values = Vec<(String, String)>;

/// The table by type and field.
#[derive(Default)]
pub(crate) struct Enums(BTreeMap<(String, String), Values>);

impl Enums {
    /// Reads the table.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut enums = Self::default();
        let mut fields: Vec<(String, String)> = Vec::new();
        let mut in_values = false;
        for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            if let Some(field) = line.strip_prefix("F ") {
                if in_values {
                    fields.clear();
                    in_values = false;
                }
                let (owner, name) = field.split_once(' ').ok_or_else(|| format!("no field in {line:?}"))?;
                fields.push((owner.to_owned(), name.to_owned()));
                continue;
            }
            in_values = true;
            let (value, text) = line.split_once('\t').unwrap_or((line, ""));
            let value = if value == "\"\"" { "" } else { value };
            for field in &fields {
                enums.0.entry(field.clone()).or_default().push((value.to_owned(), text.to_owned()));
            }
        }
        Ok(enums)
    }

    /// The values of a field.
    pub(crate) fn get(&self, owner: &str, field: &str) -> Option<&Values> {
        self.0.get(&(owner.to_owned(), field.to_owned()))
    }

    /// The fields that the table names.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.keys().map(|(owner, field)| (owner.as_str(), field.as_str()))
    }
}

/// What the server adds to the description of such a field.
///
/// Upstream: `kube-openapi/pkg/generators/enum.go DescriptionLines`
pub(crate) fn description(values: &Values) -> String {
    let mut text = String::from("\n\nPossible enum values:");
    for (value, about) in values {
        let about = if about.is_empty() { String::new() } else { format!(" {about}") };
        text.push_str(&format!("\n - `{value:?}`{about}"));
    }
    text
}
