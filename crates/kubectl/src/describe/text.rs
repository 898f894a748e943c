//! Lines, indentation and the small forms that all describers share.

use std::fmt::Display;

use podground_api::object::{at, str_at, strings_at};
use podground_sim::Time;
use serde_json::Value;

use crate::tabwriter;

/// Collects lines with tabs between columns.
#[derive(Default)]
pub(super) struct Writer(String);

/// How many characters of an annotation stand on one line.
const MAX_ANNOTATION: usize = 140;

/// The annotation that is not shown.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

impl Writer {
    /// A line, indented by two blanks a level.
    pub(super) fn line(&mut self, level: usize, text: impl Display) {
        self.0.push_str(&format!("{}{text}\n", "  ".repeat(level)));
    }

    /// `Name:<tab>value`
    pub(super) fn field(&mut self, level: usize, name: &str, value: impl Display) {
        self.line(level, format_args!("{name}:\t{value}"));
    }

    /// The columns aligned.
    pub(super) fn finish(self) -> String {
        tabwriter::align(&self.0, tabwriter::DESCRIBE)
    }

    /// The lines as they are, with their tabs.
    pub(super) fn into_text(self) -> String {
        self.0
    }

    /// Several values under one name, `<none>` if there are none.
    pub(super) fn values(&mut self, name: &str, values: impl IntoIterator<Item = String>) {
        let mut name = format!("{name}:\t");
        let mut any = false;
        for value in values {
            self.0.push_str(&format!("{name}{value}\n"));
            "\t".clone_into(&mut name);
            any = true;
        }
        if !any {
            self.0.push_str(&format!("{name}<none>\n"));
        }
    }

    /// A map of labels, one to a line.
    pub(super) fn labels(&mut self, name: &str, object: &Value, pointer: &str) {
        let labels: Vec<String> = strings_at(object, pointer).map(|(k, v)| format!("{k}={v}")).collect();
        self.values(name, labels);
    }

    /// The annotations, long ones on lines of their own.
    pub(super) fn annotations(&mut self, name: &str, object: &Value) {
        let annotations = strings_at(object, "/metadata/annotations").filter(|(key, _)| *key != LAST_APPLIED);
        let mut texts = Vec::new();
        for (key, value) in annotations {
            let value = value.strip_suffix('\n').unwrap_or(value);
            if value.len() + key.len() + 2 <= MAX_ANNOTATION && !value.contains('\n') {
                texts.push(format!("{key}: {value}"));
                continue;
            }
            let mut text = format!("{key}:");
            for line in value.split('\n') {
                text.push_str(&format!("\n\t  {}", shorten(line, MAX_ANNOTATION - 2)));
            }
            texts.push(text);
        }
        self.values(name, texts);
    }

    /// Name, namespace (if any), labels, annotations.
    pub(super) fn head(&mut self, object: &Value) {
        self.name(object);
        self.labels("Labels", object, "/metadata/labels");
        self.annotations("Annotations", object);
    }

    /// Name and namespace (if any).
    pub(super) fn name(&mut self, object: &Value) {
        self.field(0, "Name", podground_api::object::name(object));
        let namespace = podground_api::object::namespace(object);
        if !namespace.is_empty() {
            self.field(0, "Namespace", namespace);
        }
    }

    /// A field of the object, `<unset>` where it is absent.
    pub(super) fn or_unset(&mut self, name: &str, object: &Value, pointer: &str) {
        self.field(0, name, scalar_or(at(object, pointer), "<unset>"));
    }
}

fn shorten(text: &str, length: usize) -> String {
    if text.chars().count() <= length {
        return text.to_owned();
    }
    format!("{}...", text.chars().take(length).collect::<String>())
}

/// A scalar as it is printed, another text for none.
pub(super) fn scalar_or(value: &Value, none: &str) -> String {
    match value {
        Value::Null => none.to_owned(),
        Value::String(text) if text.is_empty() => none.to_owned(),
        Value::String(text) => text.clone(),
        Value::Bool(flag) => title(*flag),
        other => other.to_string(),
    }
}

/// `True` or `False`.
pub(super) fn title(flag: bool) -> String {
    if flag { "True" } else { "False" }.to_owned()
}

/// A time as RFC 1123 with a numeric zone; empty for none.
pub(super) fn rfc1123(text: &str) -> String {
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let Some(time) = Time::parse_rfc3339(text) else { return String::new() };
    let c = time.civil();
    format!(
        "{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000",
        DAYS[c.weekday as usize % 7],
        c.day,
        MONTHS[c.month as usize % 13 - 1],
        c.year,
        c.hour,
        c.minute,
        c.second
    )
}

/// `metadata.creationTimestamp` as RFC 1123.
pub(super) fn created(object: &Value) -> String {
    rfc1123(str_at(object, "/metadata/creationTimestamp"))
}

/// A selector object (`matchLabels`, `matchExpressions`) as a string, `<none>` for an empty one.
pub(super) fn selector(object: &Value, pointer: &str) -> String {
    let text = podground_api::Selector::from_label_selector(at(object, pointer))
        .map(|selector| selector.to_string())
        .unwrap_or_default();
    if text.is_empty() { "<none>".to_owned() } else { text }
}

/// A map of labels on one line, `<none>` for an empty one.
pub(super) fn label_line(object: &Value, pointer: &str) -> String {
    let labels: Vec<String> = strings_at(object, pointer).map(|(k, v)| format!("{k}={v}")).collect();
    if labels.is_empty() { "<none>".to_owned() } else { labels.join(",") }
}

/// The integer at a pointer, 0 for none.
pub(super) fn number(object: &Value, pointer: &str) -> i64 {
    podground_api::object::i64_at(object, pointer).unwrap_or(0)
}

/// A list of strings as Go prints it: `[a b]`.
pub(super) fn go_list(values: &[Value]) -> String {
    let words: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
    format!("[{}]", words.join(" "))
}

/// The short forms of access modes: `RWO,ROX`.
pub(super) fn access_modes(values: &[Value]) -> String {
    let words: Vec<&str> = values
        .iter()
        .filter_map(Value::as_str)
        .map(|mode| match mode {
            "ReadWriteOnce" => "RWO",
            "ReadOnlyMany" => "ROX",
            "ReadWriteMany" => "RWX",
            "ReadWriteOncePod" => "RWOP",
            other => other,
        })
        .collect();
    words.join(",")
}
