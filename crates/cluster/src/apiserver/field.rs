//! Errors about fields: their paths, kinds and sentences.
//!
//! Upstream: `apimachinery/pkg/util/validation/field`.

use std::fmt;

use podground_api::Value;
use podground_api::status::StatusCause;

/// The path of a field, built without allocating: `spec.containers[0].ports[http]`.
#[derive(Clone, Copy)]
pub struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    part: Part<'a>,
}

#[derive(Clone, Copy)]
enum Part<'a> {
    Name(&'a str),
    Index(usize),
    Key(&'a str),
}

impl<'a> Path<'a> {
    /// A path of one name (which may hold dots).
    pub const fn new(name: &'a str) -> Self {
        Self { parent: None, part: Part::Name(name) }
    }

    /// The path of a field of this one.
    pub const fn child(&'a self, name: &'a str) -> Self {
        Self { parent: Some(self), part: Part::Name(name) }
    }

    /// The path of an item of this list.
    pub const fn index(&'a self, index: usize) -> Self {
        Self { parent: Some(self), part: Part::Index(index) }
    }

    /// The path of an entry of this map.
    pub const fn key(&'a self, key: &'a str) -> Self {
        Self { parent: Some(self), part: Part::Key(key) }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(f)?;
        }
        match self.part {
            Part::Name(name) if self.parent.is_some() => write!(f, ".{name}"),
            Part::Name(name) => f.write_str(name),
            Part::Index(index) => write!(f, "[{index}]"),
            Part::Key(key) => write!(f, "[{key}]"),
        }
    }
}

/// One field that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The path of the field.
    pub field: String,
    /// The word for programs: `FieldValueInvalid`.
    pub reason: &'static str,
    /// The sentence without the path: `Invalid value: "x": must be …`.
    pub body: String,
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.body)
    }
}

/// All that is wrong with an object, in the order in which it was found.
#[derive(Default)]
pub struct Errors {
    list: Vec<FieldError>,
}

impl Errors {
    /// No error.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// How many fields are wrong.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether a value is missing, too long or of another type: rules would not know what they look at.
    ///
    /// Upstream: `apiextensions-apiserver/pkg/registry/customresource/strategy.go hasBlockingErr`
    pub(crate) fn blocks_rules(&self) -> bool {
        const REASONS: &[&str] =
            &["FieldValueRequired", "FieldValueTooLong", "FieldValueTooMany", "FieldValueTypeInvalid"];
        self.list.iter().any(|error| REASONS.contains(&error.reason))
    }

    /// The errors.
    pub fn into_vec(self) -> Vec<FieldError> {
        self.list
    }

    /// Adds an error.
    pub fn push(&mut self, path: &Path<'_>, reason: &'static str, body: impl Into<String>) {
        self.list.push(FieldError { field: path.to_string(), reason, body: body.into() });
    }

    /// A value that must be there is not. `detail` may be empty.
    pub fn required(&mut self, path: &Path<'_>, detail: &str) {
        let body =
            if detail.is_empty() { "Required value".to_owned() } else { format!("Required value: {detail}") };
        self.push(path, "FieldValueRequired", body);
    }

    /// A value is malformed.
    pub fn invalid(&mut self, path: &Path<'_>, value: impl Into<Value>, detail: impl fmt::Display) {
        let value = value.into();
        self.push(path, "FieldValueInvalid", format!("Invalid value: {value}: {detail}"));
    }

    /// Several sentences about one malformed value.
    pub fn invalid_all(&mut self, path: &Path<'_>, value: &str, details: Vec<String>) {
        for detail in details {
            self.invalid(path, value, detail);
        }
    }

    /// A value is none of the allowed words.
    pub fn not_supported(&mut self, path: &Path<'_>, value: &str, supported: &[&str]) {
        let words: Vec<String> = supported.iter().map(|word| format!("{word:?}")).collect();
        let body = format!("Unsupported value: {value:?}: supported values: {}", words.join(", "));
        self.push(path, "FieldValueNotSupported", body);
    }

    /// A value occurs twice.
    pub fn duplicate(&mut self, path: &Path<'_>, value: impl Into<Value>) {
        let value = value.into();
        self.push(path, "FieldValueDuplicate", format!("Duplicate value: {value}"));
    }

    /// A name refers to nothing.
    pub fn not_found(&mut self, path: &Path<'_>, value: impl Into<Value>) {
        let value = value.into();
        self.push(path, "FieldValueNotFound", format!("Not found: {value}"));
    }

    /// A value is well-formed but not allowed here.
    pub fn forbidden(&mut self, path: &Path<'_>, detail: impl fmt::Display) {
        self.push(path, "FieldValueForbidden", format!("Forbidden: {detail}"));
    }

    /// A value is longer than `max` bytes.
    pub fn too_long(&mut self, path: &Path<'_>, max: usize) {
        self.push(path, "FieldValueTooLong", format!("Too long: may not be more than {max} bytes"));
    }

    /// A list has more than `max` items.
    pub fn too_many(&mut self, path: &Path<'_>, actual: usize, max: usize) {
        let body = format!("Too many: {actual}: must have at most {max} items");
        self.push(path, "FieldValueTooMany", body);
    }
}

/// The causes of a `Status` for these errors.
pub fn causes(errors: &[FieldError]) -> Vec<StatusCause> {
    let cause = |error: &FieldError| StatusCause {
        reason: error.reason.to_owned(),
        message: error.body.clone(),
        field: error.field.clone(),
    };
    errors.iter().map(cause).collect()
}

/// The errors in one sentence: one as it is, several in brackets, none of them twice.
pub fn aggregate(errors: &[FieldError]) -> String {
    let mut messages: Vec<String> = Vec::new();
    for error in errors {
        let message = error.to_string();
        if !messages.contains(&message) {
            messages.push(message);
        }
    }
    if messages.len() == 1 { messages.swap_remove(0) } else { format!("[{}]", messages.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_sentences() {
        let spec = Path::new("spec");
        let containers = spec.child("containers");
        let first = containers.index(0);
        let mut errors = Errors::new();
        errors.required(&first.child("image"), "");
        errors.invalid(&first.child("name"), "A", "must be lower");
        errors.not_supported(&spec.child("restartPolicy"), "x", &["Always", "Never"]);
        let errors = errors.into_vec();
        assert_eq!(
            aggregate(&errors),
            "[spec.containers[0].image: Required value, spec.containers[0].name: Invalid value: \"A\": must be lower, \
             spec.restartPolicy: Unsupported value: \"x\": supported values: \"Always\", \"Never\"]"
        );
        assert_eq!(aggregate(&errors[..1]), "spec.containers[0].image: Required value");
    }
}
