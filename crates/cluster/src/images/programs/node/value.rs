//! Values, and how they turn into text.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use podground_sim::{Notify, Time};

use super::machine::Machine;
use super::syntax::Function;

/// Code of the machine's own.
pub(super) type Native = fn(&mut Machine, &Value, &[Value]) -> Result<Value, Thrown>;

/// A value.
#[derive(Clone)]
pub(super) enum Value {
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    Text(Rc<str>),
    Object(Rc<Object>),
    Function(Rc<Closure>),
    Native(Native),
}

/// What ends a run early.
pub(super) enum Thrown {
    /// Something was thrown, in that line.
    Value(Value, usize),
    /// `process.exit`
    Exit(u8),
}

/// A function with the names that it sees.
pub(super) struct Closure {
    pub(super) function: Rc<Function>,
    pub(super) scope: Rc<Scope>,
}

/// Names and their values.
pub(super) struct Scope {
    pub(super) names: RefCell<BTreeMap<Rc<str>, Value>>,
    pub(super) parent: Option<Rc<Scope>>,
}

/// An object.
pub(super) struct Object {
    pub(super) fields: RefCell<Vec<(Rc<str>, Value)>>,
    pub(super) kind: Kind,
}

/// What an object is besides its fields.
pub(super) enum Kind {
    Plain,
    Array(RefCell<Vec<Value>>),
    Error,
    Date(Time),
    /// A server: its number in the machine.
    Server(usize),
    /// A request: its body.
    Request(Rc<str>),
    Response(Rc<Reply>),
}

/// A response that is being written.
#[derive(Default)]
pub(super) struct Reply {
    pub(super) headers: RefCell<Vec<(String, String)>>,
    pub(super) body: RefCell<String>,
    pub(super) ended: Cell<bool>,
    pub(super) changed: Notify,
}

impl Scope {
    pub(super) fn below(parent: &Rc<Self>) -> Rc<Self> {
        Rc::new(Self { names: RefCell::default(), parent: Some(parent.clone()) })
    }

    pub(super) fn define(&self, name: &Rc<str>, value: Value) {
        self.names.borrow_mut().insert(name.clone(), value);
    }

    pub(super) fn get(&self, name: &str) -> Option<Value> {
        let own = self.names.borrow().get(name).cloned();
        own.or_else(|| self.parent.as_ref()?.get(name))
    }

    /// Gives a known name another value; `false` if it is not known.
    pub(super) fn set(&self, name: &Rc<str>, value: Value) -> bool {
        if let Some(known) = self.names.borrow_mut().get_mut(name) {
            *known = value;
            return true;
        }
        self.parent.as_ref().is_some_and(|parent| parent.set(name, value))
    }
}

impl Object {
    pub(super) fn new(kind: Kind) -> Rc<Self> {
        Rc::new(Self { fields: RefCell::default(), kind })
    }

    pub(super) fn field(&self, name: &str) -> Option<Value> {
        self.fields.borrow().iter().find(|(known, _)| **known == *name).map(|(_, value)| value.clone())
    }

    pub(super) fn set(&self, name: &str, value: Value) {
        let mut fields = self.fields.borrow_mut();
        match fields.iter_mut().find(|(known, _)| **known == *name) {
            Some(field) => field.1 = value,
            None => fields.push((name.into(), value)),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl Value {
    /// An object with these fields.
    pub(super) fn object(fields: Vec<(&str, Self)>) -> Self {
        let object = Object::new(Kind::Plain);
        for (name, value) in fields {
            object.set(name, value);
        }
        Self::Object(object)
    }

    pub(super) fn array(values: Vec<Self>) -> Self {
        Self::Object(Object::new(Kind::Array(RefCell::new(values))))
    }

    pub(super) fn is_true(&self) -> bool {
        match self {
            Self::Undefined | Self::Null => false,
            Self::Bool(value) => *value,
            Self::Number(number) => *number != 0.0 && !number.is_nan(),
            Self::Text(text) => !text.is_empty(),
            _ => true,
        }
    }

    pub(super) fn number(&self) -> f64 {
        match self {
            Self::Null => 0.0,
            Self::Bool(value) => f64::from(u8::from(*value)),
            Self::Number(number) => *number,
            Self::Text(text) if text.trim().is_empty() => 0.0,
            Self::Text(text) => text.trim().parse().unwrap_or(f64::NAN),
            Self::Object(object) => match object.kind {
                Kind::Date(time) => (time.0 / 1_000_000) as f64,
                _ => f64::NAN,
            },
            _ => f64::NAN,
        }
    }

    /// The text that `String(value)` gives.
    pub(super) fn text(&self) -> String {
        self.text_at(0)
    }

    fn text_at(&self, depth: usize) -> String {
        match self {
            Self::Undefined => "undefined".to_owned(),
            Self::Null => "null".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Number(number) => number_text(*number),
            Self::Text(text) => text.to_string(),
            Self::Function(_) | Self::Native(_) => "function () { [code] }".to_owned(),
            Self::Object(object) => match &object.kind {
                Kind::Array(values) if depth < 8 => {
                    let texts: Vec<String> = values
                        .borrow()
                        .iter()
                        .map(|value| match value {
                            Self::Undefined | Self::Null => String::new(),
                            value => value.text_at(depth + 1),
                        })
                        .collect();
                    texts.join(",")
                }
                Kind::Error => {
                    let part = |name: &str| {
                        object.field(name).map(|value| value.text_at(depth + 1)).unwrap_or_default()
                    };
                    format!("{}: {}", part("name"), part("message"))
                }
                Kind::Date(time) => super::http_date_of(*time),
                _ => "[object Object]".to_owned(),
            },
        }
    }

    /// The text that `console.log` shows.
    pub(super) fn shown(&self, depth: usize) -> String {
        match self {
            Self::Text(text) if depth > 0 => format!("'{text}'"),
            Self::Function(_) | Self::Native(_) => "[Function]".to_owned(),
            Self::Object(object) => match &object.kind {
                Kind::Array(values) if depth < 3 => {
                    let texts: Vec<String> =
                        values.borrow().iter().map(|value| value.shown(depth + 1)).collect();
                    if texts.is_empty() { "[]".to_owned() } else { format!("[ {} ]", texts.join(", ")) }
                }
                Kind::Plain if depth < 3 => {
                    let fields = object.fields.borrow();
                    let texts: Vec<String> = fields
                        .iter()
                        .map(|(name, value)| format!("{name}: {}", value.shown(depth + 1)))
                        .collect();
                    if texts.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", texts.join(", ")) }
                }
                Kind::Error => self.text(),
                Kind::Date(time) => time.rfc3339(),
                Kind::Array(_) => "[Array]".to_owned(),
                _ => "[Object]".to_owned(),
            },
            other => other.text(),
        }
    }

    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Undefined => "undefined",
            Self::Null | Self::Object(_) => "object",
            Self::Bool(_) => "boolean",
            Self::Number(_) => "number",
            Self::Text(_) => "string",
            Self::Function(_) | Self::Native(_) => "function",
        }
    }

    /// `===`
    #[allow(clippy::float_cmp, reason = "the language compares numbers so")]
    pub(super) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Undefined, Self::Undefined) | (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Number(a), Self::Number(b)) => a == b,
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Object(a), Self::Object(b)) => Rc::ptr_eq(a, b),
            (Self::Function(a), Self::Function(b)) => Rc::ptr_eq(a, b),
            _ => false,
        }
    }

    /// `==`
    #[allow(clippy::float_cmp, reason = "the language compares numbers so")]
    pub(super) fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Undefined | Self::Null, Self::Undefined | Self::Null) => true,
            (Self::Undefined | Self::Null, _) | (_, Self::Undefined | Self::Null) => false,
            (a, b) if a.kind() == b.kind() => a.is_same(b),
            (a, b) => a.number() == b.number(),
        }
    }

    /// The JSON text of it, its fields in their order; `None` for what JSON leaves out. Without `indent`, all is on
    /// one line.
    pub(super) fn to_json(&self, indent: Option<usize>, depth: usize) -> Option<String> {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        Some(match self {
            Self::Undefined | Self::Function(_) | Self::Native(_) => return None,
            Self::Number(number) if !number.is_finite() => "null".to_owned(),
            Self::Null | Self::Bool(_) | Self::Number(_) => self.text(),
            Self::Text(text) => quoted(text),
            Self::Object(_) if depth >= 20 => "null".to_owned(),
            Self::Object(object) => match &object.kind {
                Kind::Date(time) => quoted(&time.rfc3339()),
                Kind::Array(values) => {
                    let values = values.borrow();
                    let texts = values
                        .iter()
                        .map(|value| value.to_json(indent, depth + 1).unwrap_or_else(|| "null".to_owned()));
                    enclosed('[', texts.collect(), ']', indent, depth)
                }
                _ => {
                    let fields = object.fields.borrow();
                    let space = if indent.is_some() { " " } else { "" };
                    let texts = fields.iter().filter_map(|(name, value)| {
                        Some(format!("{}:{space}{}", quoted(name), value.to_json(indent, depth + 1)?))
                    });
                    enclosed('{', texts.collect(), '}', indent, depth)
                }
            },
        })
    }

    pub(super) fn from_json(value: &serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(value) => Self::Bool(*value),
            serde_json::Value::Number(number) => Self::Number(number.as_f64().unwrap_or(f64::NAN)),
            serde_json::Value::String(text) => text.as_str().into(),
            serde_json::Value::Array(values) => Self::array(values.iter().map(Self::from_json).collect()),
            serde_json::Value::Object(map) => {
                let object = Object::new(Kind::Plain);
                for (name, value) in map {
                    object.set(name, Self::from_json(value));
                }
                Self::Object(object)
            }
        }
    }
}

/// A number as the language writes it.
pub(super) fn number_text(number: f64) -> String {
    if number.is_infinite() {
        return if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    if number == 0.0 { "0".to_owned() } else { number.to_string() }
}

fn enclosed(open: char, texts: Vec<String>, close: char, indent: Option<usize>, depth: usize) -> String {
    match indent.filter(|_| !texts.is_empty()) {
        None => format!("{open}{}{close}", texts.join(",")),
        Some(indent) => {
            let (inner, outer) = (" ".repeat(indent * (depth + 1)), " ".repeat(indent * depth));
            format!("{open}\n{inner}{}\n{outer}{close}", texts.join(&format!(",\n{inner}")))
        }
    }
}
