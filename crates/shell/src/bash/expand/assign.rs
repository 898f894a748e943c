//! Assignments.

use podground_sim::LocalBoxFuture;

use std::collections::BTreeMap;

use crate::bash::ast::{ArrayElement, AssignedValue, Assignment, Part, Word};
use crate::bash::state::{Run, Shell, Unwind};
use crate::bash::variables::{Associative, Value, Variable};

impl Shell {
    /// Sets a variable of the shell itself, whatever its attributes.
    pub(crate) fn set_text(&mut self, name: &str, value: &str) {
        let variable = self.variables.entry(name);
        variable.value = Value::Scalar(value.to_owned());
    }

    /// Sets a variable; an error is given as a message.
    pub(crate) fn assign_text(&mut self, name: &str, value: String, append: bool) -> Result<(), String> {
        let value = self.prepare(name, value, append, None)?;
        let export = self.options.allexport;
        let variable = self.variables.entry(name);
        variable.exported |= export;
        match &mut variable.value {
            Value::Indexed(elements) => {
                elements.insert(0, value);
            }
            Value::Associative(elements) => elements.insert("0", value),
            scalar => *scalar = Value::Scalar(value),
        }
        self.assigned(name);
        Ok(())
    }

    /// Sets an element of an array.
    pub(crate) fn assign_element(
        &mut self,
        name: &str,
        key: &str,
        value: String,
        append: bool,
    ) -> Result<(), String> {
        let value = self.prepare(name, value, append, Some(key))?;
        let variable = self.variables.entry(name);
        variable.bare = false;
        if let Value::Associative(elements) = &mut variable.value {
            elements.insert(key, value);
        } else if let (Some(elements), Ok(index)) = (variable.make_indexed(), key.parse()) {
            elements.insert(index, value);
        }
        Ok(())
    }

    /// The value as the variable's attributes want it.
    fn prepare(
        &mut self,
        name: &str,
        value: String,
        append: bool,
        key: Option<&str>,
    ) -> Result<String, String> {
        let Some(variable) = self.variables.get(name) else { return Ok(value) };
        if variable.readonly {
            return Err(format!("{name}: readonly variable"));
        }
        let (integer, lower, upper) = (variable.integer, variable.lower, variable.upper);
        let old = if append {
            match key {
                None => variable.text().map(str::to_owned),
                Some(key) => self.element(name, key),
            }
        } else {
            None
        };
        let old = old.unwrap_or_default();
        if integer {
            let value = self.evaluate(&value).map_err(|error| error.message)?;
            let old = if append { self.evaluate(&old).map_err(|error| error.message)? } else { 0 };
            return Ok(value.wrapping_add(old).to_string());
        }
        let value = old + &value;
        Ok(if lower {
            value.to_lowercase()
        } else if upper {
            value.to_uppercase()
        } else {
            value
        })
    }

    /// Some variables mean something to the shell.
    fn assigned(&mut self, name: &str) {
        match name {
            "PATH" => self.hashed.clear(),
            "OPTIND" => {
                let index = self.variable_text("OPTIND").and_then(|v| v.parse().ok()).unwrap_or(1);
                self.getopts = (index, 0);
            }
            "RANDOM" => {
                let seed = self.variable_text("RANDOM").and_then(|v| v.parse::<i64>().ok()).unwrap_or(0);
                self.random = seed as u32;
                self.variables.remove("RANDOM");
            }
            "SECONDS" => {
                let seconds = self.variable_text("SECONDS").and_then(|v| v.parse::<u64>().ok()).unwrap_or(0);
                self.started = self.process.host.sim.now() - std::time::Duration::from_secs(seconds);
                self.variables.remove("SECONDS");
            }
            _ => {}
        }
    }

    /// The value of an assignment, expanded.
    pub(crate) fn assigned_scalar<'a>(&'a mut self, word: &'a Word) -> LocalBoxFuture<'a, Run<String>> {
        Box::pin(async move {
            // Tildes count behind each colon, in what is not quoted.
            match word.parts.first() {
                Some(Part::Literal(text)) if text.contains('~') => {
                    let mut word = word.clone();
                    let ends = word.parts.len() == 1;
                    if ends || text.starts_with("~/") || text.contains(":~/") {
                        word.parts[0] = Part::Quoted(self.expand_value_tildes(text));
                    }
                    Box::pin(self.expand_single(&word)).await
                }
                _ => Box::pin(self.expand_single(word)).await,
            }
        })
    }

    /// Carries an assignment out where the variable is visible.
    pub(crate) fn assign<'a>(&'a mut self, assignment: &'a Assignment) -> LocalBoxFuture<'a, Run<()>> {
        Box::pin(async move {
            if let Err(message) = self.try_assign(assignment).await? {
                // An empty message was told already.
                if !message.is_empty() {
                    self.error(&message).await;
                }
                return Err(Unwind::Discard(1));
            }
            Ok(())
        })
    }

    /// Carries an assignment out; an error is given as a message.
    pub(crate) fn try_assign<'a>(
        &'a mut self,
        assignment: &'a Assignment,
    ) -> LocalBoxFuture<'a, Run<Result<(), String>>> {
        Box::pin(async move {
            let name = self.referred(&assignment.name);
            match &assignment.value {
                AssignedValue::Scalar(word) => {
                    let value = self.assigned_scalar(word).await?;
                    let Some(index) = &assignment.index else {
                        self.trace_assignment(assignment, &value).await;
                        return Ok(self.assign_text(&name, value, assignment.append));
                    };
                    let Some(key) = self.key(&name, index, true).await? else {
                        return Ok(Err(String::new()));
                    };
                    self.trace_assignment(assignment, &value).await;
                    Ok(self.assign_element(&name, &key, value, assignment.append))
                }
                AssignedValue::Array(elements) => {
                    if assignment.index.is_some() {
                        return Ok(Err(format!("{}: cannot assign list to array member", assignment.name)));
                    }
                    self.assign_array(&name, elements, assignment.append).await
                }
            }
        })
    }

    /// `name=(…)`
    pub(crate) fn assign_array<'a>(
        &'a mut self,
        name: &'a str,
        elements: &'a [ArrayElement],
        append: bool,
    ) -> LocalBoxFuture<'a, Run<Result<(), String>>> {
        Box::pin(async move {
            if self.variables.get(name).is_some_and(|variable| variable.readonly) {
                return Ok(Err(format!("{name}: readonly variable")));
            }
            let associative =
                matches!(self.variables.get(name).map(|v| &v.value), Some(Value::Associative(_)));
            // The words may use the old value, so it stays until they are expanded.
            let mut entries: Vec<(Option<String>, bool, String)> = Vec::new();
            for element in elements {
                match &element.index {
                    Some(index) => {
                        let key = Box::pin(self.expand_single(index)).await?;
                        let value = self.assigned_scalar(&element.value).await?;
                        entries.push((Some(key), element.append, value));
                    }
                    None => {
                        let mut words = Vec::new();
                        Box::pin(self.expand_word(&element.value, &mut words)).await?;
                        entries.extend(words.into_iter().map(|word| (None, false, word)));
                    }
                }
            }
            let variable = self.variables.entry(name);
            variable.bare = false;
            if associative {
                if !append {
                    variable.value = Value::Associative(Associative::default());
                }
            } else if append {
                variable.make_indexed();
            } else {
                variable.value = Value::Indexed(BTreeMap::new());
            }
            self.fill_array(name, entries, associative).await
        })
    }

    fn fill_array<'a>(
        &'a mut self,
        name: &'a str,
        entries: Vec<(Option<String>, bool, String)>,
        associative: bool,
    ) -> LocalBoxFuture<'a, Run<Result<(), String>>> {
        Box::pin(async move {
            let mut next: i64 = match self.variables.get(name).map(|variable| &variable.value) {
                Some(Value::Indexed(elements)) => elements.keys().next_back().map_or(0, |last| last + 1),
                _ => 0,
            };
            let mut pending_key: Option<String> = None;
            for (key, append, value) in entries {
                let result = match key {
                    Some(key) if associative => self.assign_element(name, &key, value, append),
                    None if associative => match pending_key.take() {
                        // Without brackets, keys and values follow each other.
                        Some(key) => self.assign_element(name, &key, value, false),
                        None => {
                            pending_key = Some(value);
                            Ok(())
                        }
                    },
                    Some(key) => match self.subscript(name, &key, 0) {
                        Ok(key) => {
                            next = key.parse::<i64>().unwrap_or(0) + 1;
                            self.assign_element(name, &key, value, append)
                        }
                        Err(error) => Err(error.message),
                    },
                    None => {
                        next += 1;
                        self.assign_element(name, &(next - 1).to_string(), value, false)
                    }
                };
                if result.is_err() {
                    return Ok(result);
                }
            }
            if let Some(key) = pending_key {
                return Ok(self.assign_element(name, &key, String::new(), false));
            }
            Ok(Ok(()))
        })
    }

    /// Sets a variable that is an array of its own making: `read -a`, `mapfile`.
    pub(crate) fn set_array(
        &mut self,
        name: &str,
        values: impl IntoIterator<Item = String>,
    ) -> Result<(), String> {
        let variable = self.variables.entry(name);
        if variable.readonly {
            return Err(format!("{name}: readonly variable"));
        }
        if matches!(variable.value, Value::Associative(_)) {
            return Err(format!("{name}: not an indexed array"));
        }
        variable.bare = false;
        variable.value = Value::Indexed((0..).zip(values).collect());
        Ok(())
    }

    /// Takes a variable or an element away; an error is given as a message.
    pub(crate) fn unset(&mut self, name: &str) -> Result<(), String> {
        let (base, index) = match name.strip_suffix(']').and_then(|name| name.split_once('[')) {
            Some((base, index)) => (base, Some(index)),
            None => (name, None),
        };
        let base = self.referred(base);
        match self.variables.get(&base) {
            Some(Variable { readonly: true, .. }) => {
                return Err(format!("{base}: cannot unset: readonly variable"));
            }
            Some(_) => {}
            None => return Ok(()),
        }
        let Some(index) = index.filter(|index| !matches!(*index, "@" | "*")) else {
            self.variables.remove(&base);
            return Ok(());
        };
        let index = index.trim_matches(['\'', '"']);
        let key = self.subscript(&base, index, 0).map_err(|error| error.message)?;
        match self.variables.get_mut(&base).map(|variable| &mut variable.value) {
            Some(Value::Indexed(elements)) => {
                if let Ok(index) = key.parse() {
                    elements.remove(&index);
                }
            }
            Some(Value::Associative(elements)) => elements.remove(&key),
            Some(Value::Scalar(_)) if key == "0" => self.variables.remove(&base),
            _ => return Err(format!("{base}: not an array variable")),
        }
        Ok(())
    }
}
