//! The evaluation.

use serde_json::{Value, json};

use super::{Node, Operand, Pipeline, Template, functions};
use crate::go;

/// A value, or that there is none (`<no value>`).
pub(crate) type Maybe = Option<Value>;

/// Fills the template in.
pub(crate) fn execute(template: &Template, data: &Value) -> (String, Option<String>) {
    let mut run =
        Run { template, out: String::new(), variables: vec![(String::new(), Some(data.clone()))], depth: 0 };
    let error = run.nodes(&template.nodes, &Some(data.clone())).err();
    (run.out, error.map(|why| format!("template: output:1: executing \"output\" at {why}")))
}

struct Run<'a> {
    template: &'a Template,
    out: String,
    variables: Vec<(String, Maybe)>,
    depth: usize,
}

enum Flow {
    Next,
    Break,
    Continue,
}

/// Whether a value counts as true.
pub(crate) fn truth(value: &Maybe) -> bool {
    match value {
        None | Some(Value::Null | Value::Bool(false)) => false,
        Some(Value::Bool(true)) => true,
        Some(Value::Number(number)) => number.as_f64() != Some(0.0),
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(items)) => !items.is_empty(),
        Some(Value::Object(map)) => !map.is_empty(),
    }
}

/// The text of a value.
pub(crate) fn print(value: &Maybe) -> String {
    match value {
        None | Some(Value::Null) => "<no value>".to_owned(),
        Some(value) => go::sprint(value),
    }
}

impl Run<'_> {
    fn nodes(&mut self, nodes: &[Node], dot: &Maybe) -> Result<Flow, String> {
        let mark = self.variables.len();
        for node in nodes {
            match self.node(node, dot)? {
                Flow::Next => {}
                flow => {
                    self.variables.truncate(mark);
                    return Ok(flow);
                }
            }
        }
        self.variables.truncate(mark);
        Ok(Flow::Next)
    }

    fn node(&mut self, node: &Node, dot: &Maybe) -> Result<Flow, String> {
        match node {
            Node::Text(text) => self.out.push_str(text),
            Node::Action(pipeline) => {
                let value = self.pipeline(pipeline, dot)?;
                if pipeline.variables.is_empty() {
                    self.out.push_str(&print(&value));
                }
            }
            Node::If(pipeline, body, otherwise) => {
                let mark = self.variables.len();
                let value = self.pipeline(pipeline, dot)?;
                let flow = self.nodes(if truth(&value) { body } else { otherwise }, dot)?;
                self.variables.truncate(mark);
                return Ok(flow);
            }
            Node::With(pipeline, body, otherwise) => {
                let mark = self.variables.len();
                let value = self.pipeline(pipeline, dot)?;
                let flow =
                    if truth(&value) { self.nodes(body, &value)? } else { self.nodes(otherwise, dot)? };
                self.variables.truncate(mark);
                return Ok(flow);
            }
            Node::Range(pipeline, body, otherwise) => return self.range(pipeline, body, otherwise, dot),
            Node::Call(name, argument) => {
                let value = match argument {
                    Some(pipeline) => self.pipeline(pipeline, dot)?,
                    None => None,
                };
                let Some(body) = self.template.definitions.get(name) else {
                    return Err(format!("<{{{{template {name:?}}}}}>: template {name:?} not defined"));
                };
                self.depth += 1;
                if self.depth > 100 {
                    return Err("exceeded maximum template depth (100000)".to_owned());
                }
                let outer = std::mem::replace(&mut self.variables, vec![(String::new(), value.clone())]);
                self.nodes(body, &value)?;
                self.variables = outer;
                self.depth -= 1;
            }
            Node::Break => return Ok(Flow::Break),
            Node::Continue => return Ok(Flow::Continue),
        }
        Ok(Flow::Next)
    }

    fn range(
        &mut self,
        pipeline: &Pipeline,
        body: &[Node],
        otherwise: &[Node],
        dot: &Maybe,
    ) -> Result<Flow, String> {
        let commands = Pipeline { variables: Vec::new(), ..pipeline.clone() };
        let pairs: Vec<(Value, Value)> = match self.pipeline(&commands, dot)? {
            Some(Value::Array(items)) => {
                items.into_iter().enumerate().map(|(index, item)| (json!(index), item)).collect()
            }
            Some(Value::Object(map)) => map.into_iter().map(|(key, value)| (json!(key), value)).collect(),
            Some(Value::Number(number)) => {
                (0..number.as_i64().unwrap_or(0)).map(|index| (json!(index), json!(index))).collect()
            }
            None | Some(Value::Null) => Vec::new(),
            Some(other) => return Err(format!("<.>: range can't iterate over {}", go::sprint(&other))),
        };
        if pairs.is_empty() {
            return self.nodes(otherwise, dot);
        }
        for (key, value) in pairs {
            let mark = self.variables.len();
            match pipeline.variables.as_slice() {
                [element] => self.variables.push((element.clone(), Some(value.clone()))),
                [index, element] => {
                    self.variables.push((index.clone(), Some(key)));
                    self.variables.push((element.clone(), Some(value.clone())));
                }
                _ => {}
            }
            let flow = self.nodes(body, &Some(value))?;
            self.variables.truncate(mark);
            if matches!(flow, Flow::Break) {
                break;
            }
        }
        Ok(Flow::Next)
    }

    fn pipeline(&mut self, pipeline: &Pipeline, dot: &Maybe) -> Result<Maybe, String> {
        let mut value: Option<Maybe> = None;
        for command in &pipeline.commands {
            value = Some(self.command(command, dot, value)?);
        }
        let value = value.flatten();
        for name in &pipeline.variables {
            if pipeline.assigns {
                match self.variables.iter_mut().rev().find(|(known, _)| known == name) {
                    Some((_, place)) => place.clone_from(&value),
                    None => return Err(format!("undefined variable \"${name}\"")),
                }
            } else {
                self.variables.push((name.clone(), value.clone()));
            }
        }
        Ok(value)
    }

    fn command(&mut self, command: &[Operand], dot: &Maybe, last: Option<Maybe>) -> Result<Maybe, String> {
        let (head, rest) = (&command[0], &command[1..]);
        if let Operand::Function(name) = head {
            // `and` and `or` stop at the first that decides.
            if name == "and" || name == "or" {
                let mut value = None;
                for operand in rest {
                    value = self.operand(operand, dot)?;
                    if truth(&value) == (name == "or") {
                        return Ok(value);
                    }
                }
                return Ok(last.unwrap_or(value));
            }
            let mut arguments = Vec::new();
            for operand in rest {
                arguments.push(self.operand(operand, dot)?);
            }
            arguments.extend(last);
            return functions::call(name, &arguments)
                .map_err(|why| format!("<{name}>: error calling {name}: {why}"));
        }
        if !rest.is_empty() || last.is_some() {
            return Err("can't give argument to non-function".to_owned());
        }
        self.operand(head, dot)
    }

    fn operand(&mut self, operand: &Operand, dot: &Maybe) -> Result<Maybe, String> {
        match operand {
            Operand::Dot => Ok(dot.clone()),
            Operand::Nil => Ok(Some(Value::Null)),
            Operand::Literal(value) => Ok(Some(value.clone())),
            Operand::Field(path) => field(dot.clone(), path),
            Operand::Variable(name, path) => {
                let found = self.variables.iter().rev().find(|(known, _)| known == name);
                match found {
                    Some((_, value)) => field(value.clone(), path),
                    None => Err(format!("undefined variable \"${name}\"")),
                }
            }
            Operand::Group(pipeline, path) => {
                let value = self.pipeline(pipeline, dot)?;
                field(value, path)
            }
            Operand::Function(name) => {
                functions::call(name, &[]).map_err(|why| format!("<{name}>: error calling {name}: {why}"))
            }
        }
    }
}

fn field(mut value: Maybe, path: &[String]) -> Result<Maybe, String> {
    for (index, name) in path.iter().enumerate() {
        value = match value {
            Some(Value::Object(mut map)) => map.remove(name),
            None | Some(Value::Null) if index == 0 => None,
            None | Some(Value::Null) => {
                return Err(format!("<.{}>: nil pointer evaluating interface {{}}.{name}", path.join(".")));
            }
            Some(other) => {
                return Err(format!(
                    "<.{}>: can't evaluate field {name} in type {}",
                    path.join("."),
                    go::type_name(&other)
                ));
            }
        };
    }
    Ok(value)
}
