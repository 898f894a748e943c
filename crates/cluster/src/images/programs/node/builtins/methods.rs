//! Methods of texts, lists, numbers and dates.

use super::{Run, arg};
use crate::images::programs::node::machine::Machine;
use crate::images::programs::node::value::{Kind, Native, Value};

const TEXT: &[(&str, Native)] = &[
    ("trim", |_, this, _| Ok(this.text().trim().into())),
    ("toUpperCase", |_, this, _| Ok(this.text().to_uppercase().into())),
    ("toLowerCase", |_, this, _| Ok(this.text().to_lowercase().into())),
    ("startsWith", |_, this, arguments| Ok(Value::Bool(this.text().starts_with(&arg(arguments, 0).text())))),
    ("endsWith", |_, this, arguments| Ok(Value::Bool(this.text().ends_with(&arg(arguments, 0).text())))),
    ("includes", |_, this, arguments| Ok(Value::Bool(this.text().contains(&arg(arguments, 0).text())))),
    ("indexOf", |_, this, arguments| {
        let text = this.text();
        let at = text.find(&arg(arguments, 0).text()).map(|at| text[..at].chars().count() as f64);
        Ok(Value::Number(at.unwrap_or(-1.0)))
    }),
    ("replace", |_, this, arguments| {
        Ok(this.text().replacen(&arg(arguments, 0).text(), &arg(arguments, 1).text(), 1).into())
    }),
    ("split", |_, this, arguments| {
        let (text, sign) = (this.text(), arg(arguments, 0).text());
        let parts: Vec<Value> = if sign.is_empty() {
            text.chars().map(|c| Value::from(c.to_string())).collect()
        } else {
            text.split(&sign).map(Value::from).collect()
        };
        Ok(Value::array(parts))
    }),
    ("slice", slice),
    ("substring", slice),
    ("repeat", |machine, this, arguments| {
        let (text, count) = (this.text(), arg(arguments, 0).number().max(0.0) as usize);
        if text.len().saturating_mul(count) > 1 << 20 {
            return machine.error("RangeError", "Invalid string length");
        }
        Ok(text.repeat(count).into())
    }),
    ("toString", |_, this, _| Ok(this.text().into())),
];

const LIST: &[(&str, Native)] = &[
    ("push", |_, this, arguments| {
        with(this, |values| {
            values.extend_from_slice(arguments);
            Value::Number(values.len() as f64)
        })
    }),
    ("pop", |_, this, _| with(this, |values| values.pop().unwrap_or(Value::Undefined))),
    ("shift", |_, this, _| {
        with(this, |values| if values.is_empty() { Value::Undefined } else { values.remove(0) })
    }),
    ("join", |_, this, arguments| {
        let sign = arguments.first().map_or_else(|| ",".to_owned(), Value::text);
        with(this, |values| values.iter().map(Value::text).collect::<Vec<_>>().join(&sign).into())
    }),
    ("includes", |_, this, arguments| {
        let wanted = arg(arguments, 0);
        with(this, |values| Value::Bool(values.iter().any(|value| value.is_same(&wanted))))
    }),
    ("forEach", |machine, this, arguments| each(machine, this, arguments).map(|_| Value::Undefined)),
    ("map", |machine, this, arguments| {
        Ok(Value::array(each(machine, this, arguments)?.into_iter().map(|(_, result)| result).collect()))
    }),
    ("filter", |machine, this, arguments| {
        let kept = each(machine, this, arguments)?.into_iter().filter(|(_, result)| result.is_true());
        Ok(Value::array(kept.map(|(value, _)| value).collect()))
    }),
];

const DATE: &[(&str, Native)] = &[
    ("toISOString", |_, this, _| match this {
        Value::Object(object) => match object.kind {
            Kind::Date(time) => Ok(time.rfc3339().replace('Z', ".000Z").into()),
            _ => Ok(Value::Undefined),
        },
        _ => Ok(Value::Undefined),
    }),
    ("getTime", |_, this, _| Ok(Value::Number(this.number()))),
    ("toString", |_, this, _| Ok(this.text().into())),
];

const NUMBER: &[(&str, Native)] = &[
    ("toString", |_, this, _| Ok(this.text().into())),
    ("toFixed", |_, this, arguments| {
        let digits = arg(arguments, 0).number().clamp(0.0, 20.0) as usize;
        Ok(format!("{:.digits$}", this.number()).into())
    }),
];

/// What a value has without having been given it.
pub(crate) fn member(object: &Value, name: &str) -> Value {
    let (methods, length) = match object {
        Value::Text(text) => (TEXT, Some(text.chars().count())),
        Value::Number(_) => (NUMBER, None),
        Value::Object(object) => match &object.kind {
            Kind::Array(values) => (LIST, Some(values.borrow().len())),
            Kind::Date(_) => (DATE, None),
            _ => return Value::Undefined,
        },
        // `Date.now` is the only thing that is asked of a native.
        Value::Native(_) if name == "now" => {
            return Value::Native(|machine, _, _| {
                Ok(Value::Number((machine.process.host.sim.now().0 / 1_000_000) as f64))
            });
        }
        _ => return Value::Undefined,
    };
    if let ("length", Some(length)) = (name, length) {
        return Value::Number(length as f64);
    }
    methods
        .iter()
        .find(|(known, _)| *known == name)
        .map_or(Value::Undefined, |(_, native)| Value::Native(*native))
}

fn slice(_: &mut Machine, this: &Value, arguments: &[Value]) -> Run {
    let chars: Vec<char> = this.text().chars().collect();
    let place = |index: usize, absent: usize| match arguments.get(index) {
        None | Some(Value::Undefined) => absent,
        Some(value) => {
            let at = value.number();
            let at = if at < 0.0 { chars.len() as f64 + at } else { at };
            (at.max(0.0) as usize).min(chars.len())
        }
    };
    let (start, end) = (place(0, 0), place(1, chars.len()));
    Ok(chars.get(start..end).unwrap_or_default().iter().collect::<String>().into())
}

fn with(this: &Value, work: impl FnOnce(&mut Vec<Value>) -> Value) -> Run {
    Ok(match this {
        Value::Object(object) => match &object.kind {
            Kind::Array(values) => work(&mut values.borrow_mut()),
            _ => Value::Undefined,
        },
        _ => Value::Undefined,
    })
}

/// Calls a function with each value; gives the values with the results.
fn each(
    machine: &mut Machine,
    this: &Value,
    arguments: &[Value],
) -> Result<Vec<(Value, Value)>, crate::images::programs::node::value::Thrown> {
    let mut values = Vec::new();
    with(this, |list| {
        values.clone_from(list);
        Value::Undefined
    })?;
    let call = arg(arguments, 0);
    let mut results = Vec::new();
    for (index, value) in values.into_iter().enumerate() {
        let result = machine.call(&call, &Value::Undefined, &[value.clone(), Value::Number(index as f64)])?;
        results.push((value, result));
    }
    Ok(results)
}
