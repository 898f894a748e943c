//! Running statements.

use std::cell::RefCell;
use std::rc::Rc;

use podground_shell::Process;
use podground_sim::{Notify, Time};

use super::builtins;
use super::syntax::{Expression, Statement};
use super::value::{Closure, Kind, Object, Scope, Thrown, Value};

/// How many steps one event may take: an endless loop ends there.
const STEPS: u64 = 500_000;
/// How deep calls may be nested.
const DEPTH: usize = 64;
/// How deep everything may be: the machine's own stack is small in a browser.
const NESTED: usize = 600;

/// A server that was made.
pub(super) struct Server {
    pub(super) handler: Value,
    pub(super) port: Option<u16>,
    /// What is to be called when it listens.
    pub(super) ready: Option<Value>,
    pub(super) closed: bool,
}

/// A call that is due later.
pub(super) struct Timer {
    pub(super) id: u64,
    pub(super) due: Time,
    pub(super) period: Option<std::time::Duration>,
    pub(super) call: Value,
}

/// The machine that a script runs on.
pub(super) struct Machine {
    pub(super) process: Rc<Process>,
    pub(super) globals: Rc<Scope>,
    /// What was printed and not shown yet, by descriptor.
    pub(super) out: Vec<(u32, String)>,
    pub(super) servers: Vec<Server>,
    pub(super) timers: Vec<Timer>,
    pub(super) next_timer: u64,
    /// Handlers of `process.on`.
    pub(super) handlers: Vec<(String, Value)>,
    pub(super) exit: Option<u8>,
    /// Fires when servers, timers or the exit have changed.
    pub(super) changed: Rc<Notify>,
    /// The line that runs.
    pub(super) line: usize,
    steps: u64,
    depth: usize,
    /// How deep statements and expressions are in each other, over all calls.
    nested: usize,
}

/// How a statement ends.
enum Flow {
    Next,
    Break,
    Continue,
    Return(Value),
}

type Run<T> = Result<T, Thrown>;

impl Machine {
    pub(super) fn new(process: Rc<Process>) -> Self {
        let globals = Rc::new(Scope { names: RefCell::default(), parent: None });
        builtins::define(&globals, &process);
        Self {
            process,
            globals,
            out: Vec::new(),
            servers: Vec::new(),
            timers: Vec::new(),
            next_timer: 1,
            handlers: Vec::new(),
            exit: None,
            changed: Rc::new(Notify::new()),
            line: 1,
            steps: 0,
            depth: 0,
            nested: 0,
        }
    }

    /// Runs a whole script.
    pub(super) fn script(&mut self, statements: &[Statement]) -> Run<()> {
        self.steps = 0;
        let scope = Scope::below(&self.globals);
        self.block(statements, &scope).map(drop)
    }

    /// An event: calls a function with a new allowance of steps.
    pub(super) fn event(&mut self, function: &Value, arguments: &[Value]) -> Run<Value> {
        self.steps = 0;
        self.call(function, &Value::Undefined, arguments)
    }

    pub(super) fn error<T>(&self, name: &str, message: &str) -> Run<T> {
        Err(Thrown::Value(error_value(name, message), self.line))
    }

    pub(super) fn call(&mut self, function: &Value, this: &Value, arguments: &[Value]) -> Run<Value> {
        match function {
            Value::Native(native) => native(self, this, arguments),
            Value::Function(closure) => {
                if self.depth >= DEPTH {
                    return self.error("RangeError", "Maximum call stack size exceeded");
                }
                let scope = Scope::below(&closure.scope);
                for (index, param) in closure.function.params.iter().enumerate() {
                    scope.define(param, arguments.get(index).cloned().unwrap_or(Value::Undefined));
                }
                self.depth += 1;
                let flow = self.block(&closure.function.body, &scope);
                self.depth -= 1;
                Ok(if let Flow::Return(value) = flow? { value } else { Value::Undefined })
            }
            _ => self.error("TypeError", "this is not a function"),
        }
    }

    fn step(&mut self) -> Run<()> {
        self.steps += 1;
        if self.steps > STEPS {
            return self.error("RangeError", "podground's node stops what runs on for ever");
        }
        Ok(())
    }

    fn block(&mut self, statements: &[Statement], scope: &Rc<Scope>) -> Run<Flow> {
        // Functions are known before the line in which they stand.
        for statement in statements {
            if let Statement::Function(name, function) = statement {
                let closure = Closure { function: function.clone(), scope: scope.clone() };
                scope.define(name, Value::Function(Rc::new(closure)));
            }
        }
        for statement in statements {
            match self.statement(statement, scope)? {
                Flow::Next => {}
                flow => return Ok(flow),
            }
        }
        Ok(Flow::Next)
    }

    fn statement(&mut self, statement: &Statement, scope: &Rc<Scope>) -> Run<Flow> {
        self.step()?;
        match statement {
            Statement::Empty | Statement::Function(..) => {}
            Statement::Declare(names) => {
                for (name, value) in names {
                    let value = match value {
                        Some(value) => self.value(value, scope)?,
                        None => Value::Undefined,
                    };
                    scope.define(name, value);
                }
            }
            Statement::Expression(value) => drop(self.value(value, scope)?),
            Statement::If(condition, then, other) => {
                if self.value(condition, scope)?.is_true() {
                    return self.statement(then, scope);
                }
                if let Some(other) = other {
                    return self.statement(other, scope);
                }
            }
            Statement::While(condition, body) => {
                while self.value(condition, scope)?.is_true() {
                    match self.statement(body, scope)? {
                        Flow::Break => break,
                        Flow::Return(value) => return Ok(Flow::Return(value)),
                        Flow::Next | Flow::Continue => {}
                    }
                }
            }
            Statement::For(first, condition, step, body) => {
                let scope = Scope::below(scope);
                self.statement(first, &scope)?;
                loop {
                    if let Some(condition) = condition
                        && !self.value(condition, &scope)?.is_true()
                    {
                        break;
                    }
                    match self.statement(body, &scope)? {
                        Flow::Break => break,
                        Flow::Return(value) => return Ok(Flow::Return(value)),
                        Flow::Next | Flow::Continue => {}
                    }
                    if let Some(step) = step {
                        self.value(step, &scope)?;
                    }
                }
            }
            Statement::Block(statements) => return self.block(statements, &Scope::below(scope)),
            Statement::Return(value) => {
                let value = match value {
                    Some(value) => self.value(value, scope)?,
                    None => Value::Undefined,
                };
                return Ok(Flow::Return(value));
            }
            Statement::Throw(value, line) => {
                let value = self.value(value, scope)?;
                return Err(Thrown::Value(value, *line));
            }
            Statement::Try(block, caught, handler, end) => {
                let mut result = self.block(block, &Scope::below(scope));
                if let (Err(Thrown::Value(thrown, _)), Some(name)) = (&result, caught) {
                    let inner = Scope::below(scope);
                    inner.define(name, thrown.clone());
                    result = self.block(handler, &inner);
                }
                match self.block(end, &Scope::below(scope))? {
                    Flow::Next => return result,
                    flow => return Ok(flow),
                }
            }
            Statement::Break => return Ok(Flow::Break),
            Statement::Continue => return Ok(Flow::Continue),
        }
        Ok(Flow::Next)
    }

    fn value(&mut self, expression: &Expression, scope: &Rc<Scope>) -> Run<Value> {
        if self.nested >= NESTED {
            return self.error("RangeError", "Maximum call stack size exceeded");
        }
        self.nested += 1;
        let value = self.plain_value(expression, scope);
        self.nested -= 1;
        value
    }

    fn plain_value(&mut self, expression: &Expression, scope: &Rc<Scope>) -> Run<Value> {
        self.step()?;
        Ok(match expression {
            Expression::Undefined => Value::Undefined,
            Expression::Null => Value::Null,
            Expression::Bool(value) => Value::Bool(*value),
            Expression::Number(number) => Value::Number(*number),
            Expression::Text(text) => Value::Text(text.clone()),
            Expression::Template(parts) => {
                let mut text = String::new();
                for part in parts {
                    text.push_str(&self.value(part, scope)?.text());
                }
                text.into()
            }
            Expression::Name(name, line) => {
                self.line = *line;
                match scope.get(name) {
                    Some(value) => value,
                    None => return self.error("ReferenceError", &format!("{name} is not defined")),
                }
            }
            Expression::Array(values) => {
                let values: Run<Vec<Value>> = values.iter().map(|value| self.value(value, scope)).collect();
                Value::array(values?)
            }
            Expression::Object(fields) => {
                let object = Object::new(Kind::Plain);
                for (name, value) in fields {
                    let value = self.value(value, scope)?;
                    object.set(name, value);
                }
                Value::Object(object)
            }
            Expression::Function(function) => {
                Value::Function(Rc::new(Closure { function: function.clone(), scope: scope.clone() }))
            }
            Expression::Member(object, key) => {
                let object = self.value(object, scope)?;
                let key = self.value(key, scope)?;
                self.member(&object, &key)?
            }
            Expression::Call(function, arguments, line) => {
                let (this, function, name) = match &**function {
                    Expression::Member(object, key) => {
                        let object = self.value(object, scope)?;
                        let key = self.value(key, scope)?;
                        let function = self.member(&object, &key)?;
                        (object, function, key.text())
                    }
                    Expression::Name(name, _) => {
                        (Value::Undefined, self.value(function, scope)?, name.to_string())
                    }
                    other => (Value::Undefined, self.value(other, scope)?, "(intermediate value)".to_owned()),
                };
                let arguments: Run<Vec<Value>> =
                    arguments.iter().map(|value| self.value(value, scope)).collect();
                self.line = *line;
                if function.kind() != "function" {
                    return self.error("TypeError", &format!("{name} is not a function"));
                }
                self.call(&function, &this, &arguments?)?
            }
            Expression::New(function, arguments, line) => {
                let function = self.value(function, scope)?;
                let arguments: Run<Vec<Value>> =
                    arguments.iter().map(|value| self.value(value, scope)).collect();
                self.line = *line;
                // The few that can be made are natives: they know what they make.
                if !matches!(function, Value::Native(_)) {
                    return self.error("TypeError", "podground's node does not support `new` of this yet");
                }
                self.call(&function, &Value::Undefined, &arguments?)?
            }
            Expression::Unary("typeof", value) => match &**value {
                Expression::Name(name, _) => scope.get(name).unwrap_or(Value::Undefined).kind().into(),
                value => self.value(value, scope)?.kind().into(),
            },
            Expression::Unary(operator, value) => {
                let value = self.value(value, scope)?;
                match *operator {
                    "!" => Value::Bool(!value.is_true()),
                    "-" => Value::Number(-value.number()),
                    _ => Value::Number(value.number()),
                }
            }
            Expression::Update(target, delta, before) => {
                let old = self.value(target, scope)?.number();
                self.assign(target, Value::Number(old + delta), scope)?;
                Value::Number(if *before { old + delta } else { old })
            }
            Expression::Binary(operator, left, right) => {
                let left = self.value(left, scope)?;
                let right = self.value(right, scope)?;
                binary(operator, &left, &right)
            }
            Expression::Logical(operator, left, right) => {
                let left = self.value(left, scope)?;
                let decided = match *operator {
                    "&&" => !left.is_true(),
                    "||" => left.is_true(),
                    _ => !matches!(left, Value::Undefined | Value::Null),
                };
                if decided { left } else { self.value(right, scope)? }
            }
            Expression::Choice(condition, then, other) => {
                let chosen = if self.value(condition, scope)?.is_true() { then } else { other };
                self.value(chosen, scope)?
            }
            Expression::Assign(operator, target, value) => {
                let value = if operator.is_empty() {
                    self.value(value, scope)?
                } else {
                    let old = self.value(target, scope)?;
                    let value = self.value(value, scope)?;
                    binary(operator, &old, &value)
                };
                self.assign(target, value.clone(), scope)?;
                value
            }
        })
    }

    fn assign(&mut self, target: &Expression, value: Value, scope: &Rc<Scope>) -> Run<()> {
        match target {
            Expression::Name(name, line) => {
                self.line = *line;
                if !scope.set(name, value.clone()) {
                    // As in scripts that are not strict.
                    self.globals.define(name, value);
                }
                Ok(())
            }
            Expression::Member(object, key) => {
                let object = self.value(object, scope)?;
                let key = self.value(key, scope)?;
                match &object {
                    Value::Object(object) => {
                        if let (Kind::Array(values), Value::Number(index)) = (&object.kind, &key) {
                            let mut values = values.borrow_mut();
                            let index = *index as usize;
                            if index < 100_000 {
                                if index >= values.len() {
                                    values.resize(index + 1, Value::Undefined);
                                }
                                values[index] = value;
                            }
                        } else {
                            object.set(&key.text(), value);
                        }
                        Ok(())
                    }
                    Value::Undefined | Value::Null => {
                        let (key, object) = (key.text(), object.text());
                        self.error(
                            "TypeError",
                            &format!("Cannot set properties of {object} (setting '{key}')"),
                        )
                    }
                    _ => Ok(()),
                }
            }
            _ => self.error("SyntaxError", "Invalid left-hand side in assignment"),
        }
    }

    fn member(&mut self, object: &Value, key: &Value) -> Run<Value> {
        if let (Value::Object(object), Value::Number(index)) = (object, key)
            && let Kind::Array(values) = &object.kind
        {
            return Ok(values.borrow().get(*index as usize).cloned().unwrap_or(Value::Undefined));
        }
        let name = key.text();
        if let Value::Undefined | Value::Null = object {
            let message = format!("Cannot read properties of {} (reading '{name}')", object.text());
            return self.error("TypeError", &message);
        }
        if let Value::Object(object) = object
            && let Some(value) = object.field(&name)
        {
            return Ok(value);
        }
        Ok(builtins::member(object, &name))
    }
}

/// An error as scripts throw it.
pub(super) fn error_value(name: &str, message: &str) -> Value {
    let object = Object::new(Kind::Error);
    object.set("name", name.into());
    object.set("message", message.into());
    Value::Object(object)
}

fn binary(operator: &str, left: &Value, right: &Value) -> Value {
    let joined = |value: &Value| {
        matches!(value, Value::Text(_) | Value::Object(_) | Value::Function(_) | Value::Native(_))
    };
    let (a, b) = (left.number(), right.number());
    match operator {
        "+" if joined(left) || joined(right) => format!("{}{}", left.text(), right.text()).into(),
        "+" => Value::Number(a + b),
        "-" => Value::Number(a - b),
        "*" => Value::Number(a * b),
        "/" => Value::Number(a / b),
        "%" => Value::Number(a % b),
        "===" => Value::Bool(left.is_same(right)),
        "!==" => Value::Bool(!left.is_same(right)),
        "==" => Value::Bool(left.is_like(right)),
        "!=" => Value::Bool(!left.is_like(right)),
        _ => {
            let order = match (left, right) {
                (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
                _ => a.partial_cmp(&b),
            };
            Value::Bool(order.is_some_and(|order| match operator {
                "<" => order.is_lt(),
                ">" => order.is_gt(),
                "<=" => order.is_le(),
                _ => order.is_ge(),
            }))
        }
    }
}
