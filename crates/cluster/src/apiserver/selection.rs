//! Which objects a list or a watch is about: namespace, labels, fields.

use podground_api::object::{at, name, namespace};
use podground_api::{FieldSelector, Selector, Status, Value};

use super::context::Context;
use super::errors;

/// A request's namespace and selectors.
pub(super) struct Selection {
    /// The namespace; `None` for all, or for what lies in none.
    pub(super) namespace: Option<String>,
    labels: Selector,
    fields: Vec<Field>,
}

struct Field {
    pointer: &'static str,
    absent: &'static str,
    value: String,
    negated: bool,
}

impl Selection {
    /// Reads the selectors of a request.
    pub(super) fn new(cx: &Context) -> Result<Self, Status> {
        let text = |name: &str| cx.request.query_value(name).unwrap_or_default();
        let labels = Selector::parse(text("labelSelector")).map_err(errors::bad_request)?;
        let parsed = FieldSelector::parse(text("fieldSelector")).map_err(errors::bad_request)?;
        let mut fields = Vec::new();
        for requirement in parsed.requirements {
            let (pointer, absent) = pointer(cx, &requirement.field)?;
            fields.push(Field { pointer, absent, value: requirement.value, negated: requirement.negated });
        }
        if !cx.name.is_empty() {
            let value = cx.name.clone();
            fields.push(Field { pointer: "/metadata/name", absent: "", value, negated: false });
        }
        let namespace = (!cx.namespace.is_empty()).then(|| cx.namespace.clone());
        Ok(Self { namespace, labels, fields })
    }

    /// Whether all objects of the namespace are meant.
    pub(super) fn is_everything(&self) -> bool {
        self.labels.is_empty() && self.fields.is_empty()
    }

    /// The name that objects must have, if the selectors fix it.
    pub(super) fn single_name(&self) -> Option<&str> {
        let field = self.fields.iter().find(|field| field.pointer == "/metadata/name" && !field.negated)?;
        Some(&field.value)
    }

    /// Whether an object's labels and fields are as asked; its namespace too.
    pub(super) fn matches(&self, object: &Value) -> bool {
        self.namespace.as_deref().is_none_or(|wanted| wanted == namespace(object))
            && (self.labels.is_empty() || self.labels.matches_object(object))
            && self.fields.iter().all(|field| field.matches(object))
    }
}

impl Field {
    fn matches(&self, object: &Value) -> bool {
        let equal = match at(object, self.pointer) {
            Value::Null => self.value == self.absent,
            Value::String(text) => text == &self.value || text.is_empty() && self.value == self.absent,
            Value::Bool(flag) => self.value == if *flag { "true" } else { "false" },
            Value::Number(number) => number.to_string() == self.value,
            Value::Array(_) | Value::Object(_) => false,
        };
        equal != self.negated
    }
}

fn pointer(cx: &Context, label: &str) -> Result<(&'static str, &'static str), Status> {
    match label {
        "metadata.name" => return Ok(("/metadata/name", "")),
        "metadata.namespace" => return Ok(("/metadata/namespace", "")),
        _ => {}
    }
    if let Some(pointer) = crate::resources::apiextensions::custom::selectable(cx.resource, label) {
        return Ok((pointer, ""));
    }
    let fields = cx.resource.strategy.fields;
    if let Some(field) = fields.iter().find(|field| field.label == label) {
        return Ok((field.pointer, field.absent));
    }
    Err(errors::bad_request(if fields.is_empty() {
        format!("{label:?} is not a known field selector: only \"metadata.name\", \"metadata.namespace\"")
    } else {
        format!("field label not supported: {label}")
    }))
}

/// The name of an object as the key that continues a list.
pub(super) fn position(object: &Value) -> (&str, &str) {
    (namespace(object), name(object))
}
