//! The evaluation.
//!
//! Upstream: `client-go/util/jsonpath/jsonpath.go`

use std::borrow::Cow;
use std::cmp::Ordering;

use serde_json::Value;

use super::{JsonPath, Node, Param};
use crate::go;

type Values<'a> = Vec<Cow<'a, Value>>;

/// The values of each part of the template.
pub(crate) fn find<'a>(path: &'a JsonPath, data: &'a Value) -> Result<Vec<Values<'a>>, String> {
    let evaluator = Evaluator { allow_missing: path.allow_missing };
    let mut out = Vec::new();
    evaluator.block(&path.nodes, Cow::Borrowed(data), 0, &mut out)?;
    Ok(out)
}

struct Evaluator {
    allow_missing: bool,
}

impl Evaluator {
    /// Evaluates nodes until the `{end}` of the surrounding range and gives how many nodes it took.
    fn block<'a>(
        &self,
        nodes: &'a [Node],
        current: Cow<'a, Value>,
        depth: usize,
        out: &mut Vec<Values<'a>>,
    ) -> Result<usize, String> {
        let mut index = 0;
        while let Some(node) = nodes.get(index) {
            index += 1;
            match keyword(node) {
                Some("end") if depth > 0 => return Ok(index),
                Some("end") => return Err("not in range, nothing to end".to_owned()),
                Some("range") => {
                    let Node::List(parts) = node else { continue };
                    let items = self.list(vec![current.clone()], &parts[1..])?;
                    let body = &nodes[index..];
                    if items.is_empty() {
                        index += skip_block(body);
                    } else {
                        let mut taken = 0;
                        for item in items {
                            taken = self.block(body, item, depth + 1, out)?;
                        }
                        index += taken;
                    }
                }
                _ => out.push(self.walk(vec![current.clone()], node)?),
            }
        }
        Ok(index)
    }

    fn list<'a>(&self, mut values: Values<'a>, nodes: &'a [Node]) -> Result<Values<'a>, String> {
        for node in nodes {
            values = self.walk(values, node)?;
        }
        Ok(values)
    }

    fn walk<'a>(&self, values: Values<'a>, node: &'a Node) -> Result<Values<'a>, String> {
        match node {
            Node::List(nodes) => self.list(values, nodes),
            Node::Text(text) => Ok(vec![Cow::Owned(Value::String(text.clone()))]),
            Node::Literal(value) => Ok(vec![Cow::Borrowed(value)]),
            Node::Field(name) => self.field(values, name),
            Node::Array(params, is_index) => slice(values, params, *is_index),
            Node::Filter(left, right, operator) => self.filter(values, left, right, operator),
            Node::Wildcard => Ok(values.iter().flat_map(children).collect()),
            Node::Recursive => Ok(values.into_iter().flat_map(descendants).collect()),
            Node::Union(parts) => {
                let mut out = Vec::new();
                for part in parts {
                    out.extend(self.list(values.clone(), part)?);
                }
                Ok(out)
            }
            Node::Identifier(word) => Err(format!("unrecognized identifier {word}")),
        }
    }

    fn field<'a>(&self, values: Values<'a>, name: &str) -> Result<Values<'a>, String> {
        let found: Values<'a> = values
            .into_iter()
            .filter_map(|value| match value {
                Cow::Borrowed(value) => value.as_object()?.get(name).map(Cow::Borrowed),
                Cow::Owned(Value::Object(mut map)) => map.remove(name).map(Cow::Owned),
                Cow::Owned(_) => None,
            })
            .collect();
        if found.is_empty() && !self.allow_missing {
            return Err(format!("{name} is not found"));
        }
        Ok(found)
    }

    fn filter<'a>(
        &self,
        values: Values<'a>,
        left: &'a [Node],
        right: &'a [Node],
        operator: &str,
    ) -> Result<Values<'a>, String> {
        let mut out = Vec::new();
        for value in values {
            if !value.is_array() {
                return Err(format!("{} is not array or slice and cannot be filtered", go::sprint(&value)));
            }
            for item in children(&value) {
                let lefts = self.list(vec![item.clone()], left);
                if operator == "exists" {
                    if lefts.is_ok_and(|lefts| !lefts.is_empty()) {
                        out.push(item);
                    }
                    continue;
                }
                let lefts = lefts?;
                if lefts.is_empty() {
                    continue;
                }
                let rights = self.list(vec![item.clone()], right)?;
                match (lefts.as_slice(), rights.as_slice()) {
                    (_, []) => {}
                    ([left], [right]) => {
                        if compare(left, right, operator)? {
                            out.push(item);
                        }
                    }
                    _ => return Err("can only compare one element at a time".to_owned()),
                }
            }
        }
        Ok(out)
    }
}

/// `range` or `end`, if the part begins with it.
fn keyword(node: &Node) -> Option<&str> {
    let Node::List(parts) = node else { return None };
    match parts.first() {
        Some(Node::Identifier(word)) if word == "range" || word == "end" => Some(word),
        _ => None,
    }
}

/// How many nodes a block has, its `{end}` included.
fn skip_block(nodes: &[Node]) -> usize {
    let mut depth = 1;
    for (index, node) in nodes.iter().enumerate() {
        match keyword(node) {
            Some("range") => depth += 1,
            Some(_) => depth -= 1,
            None => {}
        }
        if depth == 0 {
            return index + 1;
        }
    }
    nodes.len()
}

fn children<'a>(value: &Cow<'a, Value>) -> Values<'a> {
    match value {
        Cow::Borrowed(Value::Array(items)) => items.iter().map(Cow::Borrowed).collect(),
        Cow::Borrowed(Value::Object(map)) => map.values().map(Cow::Borrowed).collect(),
        Cow::Owned(Value::Array(items)) => items.iter().cloned().map(Cow::Owned).collect(),
        Cow::Owned(Value::Object(map)) => map.values().cloned().map(Cow::Owned).collect(),
        _ => Vec::new(),
    }
}

fn descendants(value: Cow<'_, Value>) -> Values<'_> {
    if value.is_string() {
        return vec![value];
    }
    let parts = children(&value);
    if parts.is_empty() {
        return Vec::new();
    }
    let mut out = vec![value];
    out.extend(parts.into_iter().flat_map(descendants));
    out
}

fn slice<'a>(values: Values<'a>, params: &[Param; 3], is_index: bool) -> Result<Values<'a>, String> {
    let mut out = Vec::new();
    for value in values {
        if value.is_null() {
            continue;
        }
        if !value.is_array() {
            return Err(format!("{} is not array or slice", go::type_name(&value)));
        }
        let items = children(&value);
        let length = items.len() as i64;
        let mut start = params[0].unwrap_or(0);
        if start < 0 {
            start += length;
        }
        let mut end = params[1].unwrap_or(length);
        if end < 0 || (end == 0 && is_index) {
            end += length;
        }
        if start == end {
            return Ok(out);
        }
        let outside = |index: i64| Err(format!("array index out of bounds: index {index}, length {length}"));
        if start >= length || start < 0 {
            return outside(start);
        }
        if end > length || end < 0 {
            return outside(end - 1);
        }
        if start > end {
            return Err(format!("starting index {start} is greater than ending index {end}"));
        }
        let step = params[2].unwrap_or(1);
        if step <= 0 {
            return Err("step must be > 0".to_owned());
        }
        out.extend(
            items.into_iter().skip(start as usize).take((end - start) as usize).step_by(step as usize),
        );
    }
    Ok(out)
}

fn compare(left: &Value, right: &Value, operator: &str) -> Result<bool, String> {
    let order = match (left, right) {
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        (Value::Number(left), Value::Number(right)) => match (left.as_i64(), right.as_i64()) {
            (Some(left), Some(right)) => Some(left.cmp(&right)),
            _ => left.as_f64().partial_cmp(&right.as_f64()),
        },
        _ => None,
    };
    let Some(order) = order else {
        return Err("incompatible types for comparison".to_owned());
    };
    match operator {
        "==" => Ok(order == Ordering::Equal),
        "!=" => Ok(order != Ordering::Equal),
        "<" => Ok(order == Ordering::Less),
        ">" => Ok(order == Ordering::Greater),
        "<=" => Ok(order != Ordering::Greater),
        ">=" => Ok(order != Ordering::Less),
        _ => Err(format!("unrecognized filter operator {operator}")),
    }
}
