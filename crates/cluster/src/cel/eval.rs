//! Expressions to values.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use podground_api::{Map, Value, json};

use super::functions;
use super::parse::Expr;

/// A value, or one that may be absent.
pub(super) enum Val {
    Plain(Value),
    Optional(Option<Value>),
}

/// The variables that an expression sees; those of macros come last.
pub(super) struct Scope<'a> {
    variables: &'a BTreeMap<String, Value>,
    locals: Vec<(String, Value)>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(variables: &'a BTreeMap<String, Value>) -> Self {
        Self { variables, locals: Vec::new() }
    }

    /// Evaluates to a value that is there.
    pub(super) fn plain(&mut self, expression: &Expr) -> Result<Value, String> {
        match self.value(expression)? {
            Val::Plain(value) | Val::Optional(Some(value)) => Ok(value),
            Val::Optional(None) => Err("optional.none() dereference".to_owned()),
        }
    }

    /// What a chain of names leads to, without copying what lies on the way.
    fn reference(&self, expression: &Expr) -> Option<&Value> {
        match expression {
            Expr::Ident(name) => {
                let local = self.locals.iter().rev().find(|(local, _)| local == name).map(|(_, value)| value);
                local.or_else(|| self.variables.get(name))
            }
            Expr::Select(target, name, false) => self.reference(target)?.get(name),
            _ => None,
        }
    }

    fn value(&mut self, expression: &Expr) -> Result<Val, String> {
        if let Some(value) = self.reference(expression) {
            return Ok(Val::Plain(value.clone()));
        }
        let value = match expression {
            Expr::Literal(value) => value.clone(),
            Expr::Ident(name) => return Err(format!("undeclared reference to '{name}' (in container '')")),
            Expr::Select(target, name, optional) => {
                return match self.value(target)? {
                    Val::Plain(Value::Object(mut map)) => match (map.remove(name), optional) {
                        (found, true) => Ok(Val::Optional(found)),
                        (Some(value), false) => Ok(Val::Plain(value)),
                        (None, false) => Err(format!("no such key: {name}")),
                    },
                    Val::Plain(Value::Null) if *optional => Ok(Val::Optional(None)),
                    Val::Plain(_) => {
                        Err(format!("no such overload: field {name:?} of a value that has no fields"))
                    }
                    Val::Optional(value) => {
                        Ok(Val::Optional(value.and_then(|value| value.get(name).cloned())))
                    }
                };
            }
            Expr::Index(target, index, optional) => {
                let index = self.plain(index)?;
                let (found, inner) = match self.value(target)? {
                    Val::Plain(value) => (at(&value, &index), false),
                    Val::Optional(value) => (value.and_then(|value| at(&value, &index)), true),
                };
                return match found {
                    found if *optional || inner => Ok(Val::Optional(found)),
                    Some(value) => Ok(Val::Plain(value)),
                    None if index.is_number() => Err(format!("index out of bounds: {index}")),
                    None => Err(format!("no such key: {}", index.as_str().unwrap_or_default())),
                };
            }
            Expr::Call(target, name, args) => return self.call(target.as_deref(), name, args),
            Expr::Unary('!', inner) => (!self.truth(inner)?).into(),
            Expr::Unary(_, inner) => match self.plain(inner)? {
                Value::Number(number) => match number.as_i64() {
                    Some(number) => number.checked_neg().ok_or("integer overflow")?.into(),
                    None => json!(-number.as_f64().unwrap_or(0.0)),
                },
                _ => return Err("no such overload: -".to_owned()),
            },
            Expr::Binary("&&", left, right) => self.logic(left, right, false)?,
            Expr::Binary("||", left, right) => self.logic(left, right, true)?,
            Expr::Binary(operator, left, right) => {
                let (left, right) = (self.plain(left)?, self.plain(right)?);
                binary(operator, &left, &right)?
            }
            Expr::Ternary(condition, yes, no) => {
                return if self.truth(condition)? { self.value(yes) } else { self.value(no) };
            }
            Expr::List(items) => {
                items.iter().map(|item| self.plain(item)).collect::<Result<Vec<_>, _>>()?.into()
            }
            Expr::Map(entries) => {
                let mut map = Map::new();
                for (key, value) in entries {
                    let key = self.plain(key)?;
                    map.insert(
                        key.as_str().map_or_else(|| key.to_string(), str::to_owned),
                        self.plain(value)?,
                    );
                }
                Value::Object(map)
            }
            Expr::Object(fields) => {
                let mut map = Map::new();
                for (name, value) in fields {
                    map.insert(name.clone(), self.plain(value)?);
                }
                Value::Object(map)
            }
        };
        Ok(Val::Plain(value))
    }

    fn truth(&mut self, expression: &Expr) -> Result<bool, String> {
        self.plain(expression)?.as_bool().ok_or_else(|| "no such overload: not a bool".to_owned())
    }

    /// `&&` and `||`: what decides alone outweighs an error of the other side.
    fn logic(&mut self, left: &Expr, right: &Expr, decides: bool) -> Result<Value, String> {
        let left = self.truth(left);
        if left == Ok(decides) {
            return Ok(decides.into());
        }
        let right = self.truth(right);
        if right == Ok(decides) {
            return Ok(decides.into());
        }
        left?;
        right.map(Value::from)
    }

    fn call(&mut self, target: Option<&Expr>, name: &str, args: &[Expr]) -> Result<Val, String> {
        match (target, name, args) {
            (None, "has", [Expr::Select(inner, field, _)]) => {
                if let Some(value) = self.reference(inner) {
                    return Ok(Val::Plain(value.get(field).is_some().into()));
                }
                let there = match self.value(inner)? {
                    Val::Plain(value) | Val::Optional(Some(value)) => value.get(field).is_some(),
                    Val::Optional(None) => false,
                };
                Ok(Val::Plain(there.into()))
            }
            (Some(target), "orValue", [default]) => match self.value(target)? {
                Val::Optional(Some(value)) | Val::Plain(value) => Ok(Val::Plain(value)),
                Val::Optional(None) => self.value(default),
            },
            (Some(target), "hasValue", []) => {
                Ok(Val::Plain(matches!(self.value(target)?, Val::Optional(Some(_))).into()))
            }
            (Some(Expr::Ident(library)), "escapeKey", [key]) if library == "jsonpatch" => {
                let key = self.plain(key)?;
                let key = key.as_str().ok_or("no such overload: escapeKey of what is no text")?;
                Ok(Val::Plain(key.replace('~', "~0").replace('/', "~1").into()))
            }
            (Some(target), "value", []) => self.plain(target).map(Val::Plain),
            (
                Some(target),
                "all" | "exists" | "exists_one" | "existsOne" | "filter" | "map",
                [Expr::Ident(variable), body @ ..],
            ) if (1..=2).contains(&body.len()) => {
                let items = match self.plain(target)? {
                    Value::Array(items) => items,
                    Value::Object(map) => map.into_iter().map(|(key, _)| key.into()).collect(),
                    _ => return Err(format!("no such overload: {name} of what is no list")),
                };
                self.comprehend(name, variable, body, items).map(Val::Plain)
            }
            _ => {
                let target = target.map(|target| self.plain(target)).transpose()?;
                let args = args.iter().map(|arg| self.plain(arg)).collect::<Result<Vec<_>, _>>()?;
                functions::call(target.as_ref(), name, &args).map(Val::Plain)
            }
        }
    }

    fn comprehend(
        &mut self,
        name: &str,
        variable: &str,
        body: &[Expr],
        items: Vec<Value>,
    ) -> Result<Value, String> {
        let (mut kept, mut count, mut failed) = (Vec::new(), 0, None);
        for item in items {
            self.locals.push((variable.to_owned(), item.clone()));
            let result = self.step(name, body, item);
            self.locals.pop();
            match (name, result) {
                ("all", Ok(Value::Bool(false))) => return Ok(false.into()),
                ("exists", Ok(Value::Bool(true))) => return Ok(true.into()),
                ("exists_one" | "existsOne", Ok(Value::Bool(true))) => count += 1,
                ("filter" | "map", Ok(Value::Array(found))) => kept.extend(found),
                (_, Ok(_)) => {}
                (_, Err(why)) => failed = Some(why),
            }
        }
        if let Some(why) = failed {
            return Err(why);
        }
        Ok(match name {
            "all" => true.into(),
            "exists" => false.into(),
            "exists_one" | "existsOne" => (count == 1).into(),
            _ => kept.into(),
        })
    }

    /// One item: a truth value, or a list of what is kept of it.
    fn step(&mut self, name: &str, body: &[Expr], item: Value) -> Result<Value, String> {
        match (name, body) {
            ("filter", [condition]) => Ok(if self.truth(condition)? { json!([item]) } else { json!([]) }),
            ("map", [value]) => Ok(Value::Array(vec![self.plain(value)?])),
            ("map", [condition, value]) => {
                Ok(Value::Array(if self.truth(condition)? { vec![self.plain(value)?] } else { Vec::new() }))
            }
            (_, [condition]) => self.truth(condition).map(Value::from),
            _ => Err(format!("no such overload: {name}")),
        }
    }
}

fn at(value: &Value, index: &Value) -> Option<Value> {
    match (value, index) {
        (Value::Array(items), Value::Number(number)) => {
            items.get(usize::try_from(number.as_u64()?).ok()?).cloned()
        }
        (Value::Object(map), Value::String(key)) => map.get(key).cloned(),
        _ => None,
    }
}

/// Numbers are equal by value, whole or not.
pub(super) fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left == right || left.as_f64() == right.as_f64(),
        _ => left == right,
    }
}

fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => match (left.as_i64(), right.as_i64()) {
            (Some(left), Some(right)) => Some(left.cmp(&right)),
            _ => left.as_f64()?.partial_cmp(&right.as_f64()?),
        },
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

fn binary(operator: &str, left: &Value, right: &Value) -> Result<Value, String> {
    let overload = || format!("no such overload: {operator}");
    Ok(match operator {
        "==" => equal(left, right).into(),
        "!=" => (!equal(left, right)).into(),
        "<" => order(left, right).ok_or_else(overload)?.is_lt().into(),
        "<=" => order(left, right).ok_or_else(overload)?.is_le().into(),
        ">" => order(left, right).ok_or_else(overload)?.is_gt().into(),
        ">=" => order(left, right).ok_or_else(overload)?.is_ge().into(),
        "in" => match right {
            Value::Array(items) => items.iter().any(|item| equal(item, left)).into(),
            Value::Object(map) => left.as_str().is_some_and(|key| map.contains_key(key)).into(),
            _ => return Err(overload()),
        },
        _ => match (left, right) {
            (Value::Number(a), Value::Number(b)) => match (a.as_i64(), b.as_i64()) {
                (Some(a), Some(b)) => integers(operator, a, b)?.into(),
                _ => {
                    let (a, b) = (a.as_f64().unwrap_or(0.0), b.as_f64().unwrap_or(0.0));
                    json!(match operator {
                        "+" => a + b,
                        "-" => a - b,
                        "*" => a * b,
                        "/" => a / b,
                        _ => return Err(overload()),
                    })
                }
            },
            (Value::String(a), Value::String(b)) if operator == "+" => format!("{a}{b}").into(),
            (Value::Array(a), Value::Array(b)) if operator == "+" => {
                a.iter().chain(b).cloned().collect::<Vec<_>>().into()
            }
            _ => return Err(overload()),
        },
    })
}

fn integers(operator: &str, a: i64, b: i64) -> Result<i64, String> {
    let result = match operator {
        "+" => a.checked_add(b),
        "-" => a.checked_sub(b),
        "*" => a.checked_mul(b),
        "/" if b == 0 => return Err("division by zero".to_owned()),
        "/" => a.checked_div(b),
        _ if b == 0 => return Err("modulus by zero".to_owned()),
        _ => a.checked_rem(b),
    };
    result.ok_or_else(|| "integer overflow".to_owned())
}
