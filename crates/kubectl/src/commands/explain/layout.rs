//! The page that tells of a type or a field.

use podground_api::object::{array_at, str_at};
use serde_json::{Map, Value};

use super::wrap::{indent, wrap};

/// What a page is made from.
pub(super) struct Page<'a> {
    /// The OpenAPI document.
    pub(super) document: &'a Value,
    /// Whether the fields of fields are listed, without their descriptions.
    pub(super) recursive: bool,
}

impl<'a> Page<'a> {
    /// The page of what a path of fields leads to; nothing if it leads nowhere.
    pub(super) fn output(&self, schema: &'a Value, path: &[&str]) -> String {
        let resolved = self.resolve(schema);
        let Some((first, rest)) = path.split_first() else { return self.describe(resolved) };
        if let Some(field) = properties(resolved).and_then(|fields| fields.get(*first)) {
            let mut text = String::new();
            if rest.is_empty() {
                text = format!("FIELD: {first} <{}>\n", self.type_name(field));
                if let Some(values) = field["enum"].as_array() {
                    let values: Vec<String> = values.iter().map(enum_value).collect();
                    text.push_str(&format!("ENUM:\n    {}", values.join("\n    ")));
                }
                text.push_str("\n\n");
            }
            let below = self.output(field, rest);
            return if below.is_empty() { below } else { text + &below };
        }
        if let Some(inner) = inner(resolved) {
            return self.output(inner, path);
        }
        let alternatives = array_at(resolved, "/allOf").iter();
        alternatives.map(|schema| self.output(schema, path)).find(|text| !text.is_empty()).unwrap_or_default()
    }

    fn describe(&self, schema: &'a Value) -> String {
        let mut description = String::new();
        self.description(schema, &mut description);
        if description.is_empty() {
            description.push_str("<empty>");
        }
        let mut text = format!("DESCRIPTION:\n{}\n", indent(&wrap(&description, 76), 4));
        text.push_str(&external_docs(schema, 0));
        let mut fields = String::new();
        self.fields(schema, 1, &mut Vec::new(), &mut fields);
        if !fields.is_empty() {
            text.push_str("FIELDS:\n");
            text.push_str(&fields);
        }
        text
    }

    /// The description of a schema and of those that it is made of.
    fn description(&self, schema: &'a Value, text: &mut String) {
        let resolved = self.resolve(schema);
        let own = str_at(resolved, "/description");
        if !own.is_empty() {
            text.push_str(own);
            text.push('\n');
        }
        for part in array_at(resolved, "/allOf").iter().chain(items(resolved)).chain(values(resolved)) {
            self.description(part, text);
        }
    }

    fn fields(&self, schema: &'a Value, level: usize, seen: &mut Vec<&'a str>, text: &mut String) {
        let reference = str_at(schema, "/$ref");
        if !reference.is_empty() && seen.contains(&reference) {
            return;
        }
        seen.push(reference);
        let resolved = self.resolve(schema);
        let mut sorted: Vec<(&String, &Value)> = properties(resolved).into_iter().flatten().collect();
        sorted.sort_by_key(|(name, _)| name.as_str());
        for (name, field) in sorted {
            self.field(resolved, name, field, level, text);
            if self.recursive {
                self.fields(field, level + 1, seen, text);
            }
        }
        for part in array_at(resolved, "/allOf").iter().chain(items(resolved)).chain(values(resolved)) {
            self.fields(part, level, seen, text);
        }
        seen.pop();
    }

    fn field(&self, schema: &Value, name: &str, field: &'a Value, level: usize, text: &mut String) {
        let pad = " ".repeat(level * 2);
        text.push_str(&format!("{pad}{name}\t<{}>", self.type_name(field)));
        if array_at(schema, "/required").iter().any(|required| required == name) {
            text.push_str(" -required-");
        }
        if let Some(values) = field["enum"].as_array().filter(|values| !values.is_empty()) {
            let shown: Vec<String> = values.iter().take(4).map(enum_value).collect();
            let more = if values.len() > 4 { ", ...." } else { "" };
            text.push_str(&format!("\n{pad}enum: {}{more}", shown.join(", ")));
        }
        text.push('\n');
        if !self.recursive {
            let own = str_at(field, "/description");
            let own = if own.is_empty() { "<no description>" } else { own };
            text.push_str(&indent(&wrap(own, 78 - level * 2), level * 2 + 2));
            text.push('\n');
            text.push_str(&external_docs(field, level * 2 + 2));
            text.push('\n');
        }
    }

    /// `string`, `[]Container`, `map[string]string`
    fn type_name(&self, schema: &Value) -> String {
        if let Some(item) = items(schema) {
            return format!("[]{}", self.type_name(item));
        }
        if let Some(value) = values(schema) {
            return format!("map[string]{}", self.type_name(value));
        }
        if let ([only], None) = (array_at(schema, "/allOf"), properties(schema)) {
            return self.type_name(only);
        }
        let reference = str_at(schema, "/$ref");
        let own = if reference.is_empty() { schema } else { self.resolve(schema) };
        match str_at(own, "/type") {
            "" | "object" if !reference.is_empty() => {
                reference.rsplit(['/', '.']).next().unwrap_or("Object").to_owned()
            }
            "" | "object" => "Object".to_owned(),
            other => other.to_owned(),
        }
    }

    /// What a reference refers to, or the schema itself.
    pub(super) fn resolve<'b>(&self, schema: &'b Value) -> &'b Value
    where
        'a: 'b,
    {
        let pointer = schema.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix('#'));
        pointer.and_then(|pointer| self.document.pointer(pointer)).unwrap_or(schema)
    }
}

fn properties(schema: &Value) -> Option<&Map<String, Value>> {
    schema.get("properties")?.as_object().filter(|fields| !fields.is_empty())
}

fn items(schema: &Value) -> Option<&Value> {
    schema.get("items").filter(|items| items.is_object())
}

fn values(schema: &Value) -> Option<&Value> {
    schema.get("additionalProperties").filter(|values| values.is_object())
}

/// The schema of a list's items or a map's values.
fn inner(schema: &Value) -> Option<&Value> {
    items(schema).or_else(|| values(schema))
}

fn enum_value(value: &Value) -> String {
    match value.as_str() {
        Some("") => "\"\"".to_owned(),
        Some(text) => text.to_owned(),
        None => value.to_string(),
    }
}

fn external_docs(schema: &Value, amount: usize) -> String {
    let docs = &schema["externalDocs"];
    if !docs.is_object() {
        return String::new();
    }
    let mut text = format!("\n{}\n", indent("EXTERNAL DOCS:", amount));
    let description = str_at(docs, "/description");
    if !description.is_empty() {
        text.push_str(&format!("{}\n", indent(&wrap(description, 76 - amount), amount + 4)));
    }
    let url = str_at(docs, "/url");
    if !url.is_empty() {
        text.push_str(&format!("{}\n", indent(&format!("URL: {url}"), amount + 4)));
    }
    text
}
