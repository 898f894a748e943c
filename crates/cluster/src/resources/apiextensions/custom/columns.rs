//! The columns of custom resources, from `additionalPrinterColumns`.
//!
//! Upstream: `apiextensions-apiserver/pkg/registry/customresource/tableconvertor`.

use podground_api::object::{array_at, at, i64_at, str_at};
use podground_api::{Value, json};

use crate::resource::{Resource, RowContext};
use crate::resources::{name_cell, since};

/// A column: its heading, type, format and priority.
type Definition = (String, String, String, u8);

fn age() -> Vec<Value> {
    vec![json!({ "name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp" })]
}

fn columns(definition: &Value, version: &str) -> Vec<Value> {
    let versions = array_at(definition, "/spec/versions");
    let found = versions.iter().find(|candidate| str_at(candidate, "/name") == version);
    let columns = found.map_or(&[][..], |version| array_at(version, "/additionalPrinterColumns"));
    if columns.is_empty() { age() } else { columns.to_vec() }
}

/// The columns of a custom resource.
pub(crate) fn definitions(resource: &Resource, definition: &Value) -> Vec<Definition> {
    let name = ("Name".to_owned(), "string".to_owned(), "name".to_owned(), 0);
    let define = |column: &Value| {
        let text = |field: &str| str_at(column, field).to_owned();
        let priority = i64_at(column, "/priority").unwrap_or(0).clamp(0, 1) as u8;
        (text("/name"), text("/type"), text("/format"), priority)
    };
    std::iter::once(name).chain(columns(definition, resource.version).iter().map(define)).collect()
}

/// The cells of a custom object.
pub(crate) fn row(object: &Value, cx: &RowContext) -> Vec<Value> {
    let version = str_at(object, "/apiVersion").rsplit('/').next().unwrap_or_default();
    let columns = cx.custom.map(|definition| columns(definition, version)).unwrap_or_default();
    let cell = |column: &Value| {
        let path = str_at(column, "/jsonPath");
        let found = look_up(object, path);
        match (str_at(column, "/type"), found) {
            (_, None | Some(Value::Null)) => Value::Null,
            ("date", Some(Value::String(time))) => since(&time, cx.now).into(),
            ("string", Some(value)) if !value.is_string() => value.to_string().into(),
            (_, Some(value)) => value,
        }
    };
    std::iter::once(name_cell(object)).chain(columns.iter().map(cell)).collect()
}

/// The value at a simple JSON path: names, quoted names in brackets, indexes, and filters by equality.
fn look_up(object: &Value, path: &str) -> Option<Value> {
    let mut place = object;
    let mut rest = path.trim().trim_start_matches('{').trim_end_matches('}').trim_start_matches('$');
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('[') {
            let (inner, after) = after.split_once(']')?;
            rest = after;
            if let Some(filter) = inner.strip_prefix("?(@.").and_then(|filter| filter.strip_suffix(')')) {
                let (field, wanted) = filter.split_once("==")?;
                let wanted = wanted.trim().trim_matches(['"', '\'']);
                place = place
                    .as_array()?
                    .iter()
                    .find(|item| str_at(item, &format!("/{}", field.trim())) == wanted)?;
            } else if let Ok(index) = inner.parse::<usize>() {
                place = place.as_array()?.get(index)?;
            } else {
                place = place.get(inner.trim_matches(['"', '\'']))?;
            }
            continue;
        }
        let after = rest.strip_prefix('.')?;
        let mut field = String::new();
        let mut chars = after.char_indices();
        let mut end = after.len();
        while let Some((index, c)) = chars.next() {
            match c {
                '\\' => field.extend(chars.next().map(|(_, c)| c)),
                '.' | '[' => {
                    end = index;
                    break;
                }
                c => field.push(c),
            }
        }
        rest = &after[end..];
        place = at(place, &format!("/{}", field.replace('~', "~0").replace('/', "~1")));
    }
    Some(place.clone())
}
