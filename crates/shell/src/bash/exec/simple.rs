//! Simple commands: assignments, functions, builtins, programs.

use podground_sim::LocalBoxFuture;

use std::rc::Rc;

use crate::bash::ast::{Argument, Function, Redirect, Simple};
use crate::bash::builtins::{self, Builtin};
use crate::bash::state::{Frame, Run, Shell, Unwind};
use crate::bash::traps::Trap;
use crate::bash::variables::ScopeKind;

impl Shell {
    pub(crate) async fn simple(&mut self, simple: &Simple, redirects: &[Redirect]) -> Run {
        self.last_substitution = None;
        if !self.traps.commands.is_empty() {
            self.fire(Trap::Debug).await?;
        }
        let opened = std::mem::take(&mut self.opened);
        let may_replace = std::mem::replace(&mut self.may_replace, false);
        let result = self.expanded(simple, redirects, may_replace).await;
        for number in std::mem::replace(&mut self.opened, opened) {
            self.process.fds.remove(&number);
        }
        result
    }

    fn expanded<'a>(
        &'a mut self,
        simple: &'a Simple,
        redirects: &'a [Redirect],
        may_replace: bool,
    ) -> LocalBoxFuture<'a, Run> {
        Box::pin(async move {
            let words = self.expand_arguments(&simple.words).await?;
            let last = words.last().cloned().unwrap_or_default();
            let result = self.run_expanded(simple, redirects, may_replace, words).await;
            self.last_argument = last;
            result
        })
    }

    fn run_expanded<'a>(
        &'a mut self,
        simple: &'a Simple,
        redirects: &'a [Redirect],
        may_replace: bool,
        words: Vec<String>,
    ) -> LocalBoxFuture<'a, Run> {
        Box::pin(async move {
            let Some(name) = words.first() else { return self.bare(simple, redirects).await };
            if let Some(function) = self.functions.get(name).cloned() {
                return self.with_assignments(simple, redirects, Runner::Function(function), words).await;
            }
            if let Some(builtin) = builtins::find(name) {
                // `exec` with words and declarations see to their own.
                let runner = Runner::Builtin(builtin);
                return self.with_assignments(simple, redirects, runner, words).await;
            }
            self.program(simple, redirects, words, may_replace).await
        })
    }

    /// Assignments and redirections without a command.
    fn bare<'a>(&'a mut self, simple: &'a Simple, redirects: &'a [Redirect]) -> LocalBoxFuture<'a, Run> {
        Box::pin(async move {
            if !redirects.is_empty() {
                match self.redirect(redirects).await? {
                    Ok(saved) => self.restore(saved),
                    Err(status) => return Ok(status),
                }
            }
            for assignment in &simple.assignments {
                self.assign(assignment).await?;
            }
            Ok(self.last_substitution.unwrap_or(0))
        })
    }

    /// Runs a function or a builtin within this shell.
    fn with_assignments<'a>(
        &'a mut self,
        simple: &'a Simple,
        redirects: &'a [Redirect],
        runner: Runner,
        words: Vec<String>,
    ) -> LocalBoxFuture<'a, Run> {
        Box::pin(async move {
            let keeps =
                matches!(&runner, Runner::Builtin(builtin) if builtin.name == "exec") && words.len() == 1;
            let saved = if redirects.is_empty() {
                None
            } else {
                match self.redirect(redirects).await? {
                    Ok(saved) => Some(saved),
                    Err(status) => return Ok(status),
                }
            };
            let scoped = !simple.assignments.is_empty();
            if scoped && let Err(unwind) = self.push_assignments(simple).await {
                if let Some(saved) = saved {
                    self.restore(saved);
                }
                return Err(unwind);
            }
            self.trace_words(&words).await;
            let result = match runner {
                Runner::Function(function) => self.call(&function, &words).await,
                Runner::Builtin(builtin) => {
                    let result = builtins::run(self, builtin, &words, &simple.words).await;
                    // Process substitutions of `exec` live on.
                    if keeps {
                        self.opened.clear();
                    }
                    result
                }
            };
            if scoped {
                self.variables.pop_scope();
            }
            if let Some(saved) = saved.filter(|_| !keeps) {
                self.restore(saved);
            }
            result
        })
    }

    /// Makes the assignments before a command, for that command alone.
    fn push_assignments<'a>(&'a mut self, simple: &'a Simple) -> LocalBoxFuture<'a, Run<()>> {
        Box::pin(async move {
            let mut values = Vec::new();
            self.variables.push_scope(ScopeKind::Temporary);
            for assignment in &simple.assignments {
                let name = assignment.name.clone();
                let readonly = self.variables.get(&name).is_some_and(|variable| variable.readonly);
                let old = if assignment.append {
                    self.variable_text(&name).unwrap_or_default()
                } else {
                    String::new()
                };
                if readonly {
                    self.error(&format!("{name}: readonly variable")).await;
                    continue;
                }
                if let crate::bash::ast::AssignedValue::Scalar(word) = &assignment.value {
                    match self.assigned_scalar(word).await {
                        Ok(value) => {
                            self.trace_assignment(assignment, &value).await;
                            values.push((name, old + &value));
                        }
                        Err(unwind) => {
                            self.variables.pop_scope();
                            return Err(unwind);
                        }
                    }
                }
                // Later assignments see earlier ones.
                for (name, value) in values.drain(..) {
                    if let Some(variable) = self.variables.innermost(&name) {
                        variable.value = crate::bash::variables::Value::Scalar(value);
                        variable.exported = true;
                    }
                }
            }
            Ok(())
        })
    }

    /// Calls a function; `words` begins with its name.
    pub(crate) fn call<'a>(
        &'a mut self,
        function: &'a Rc<Function>,
        words: &'a [String],
    ) -> LocalBoxFuture<'a, Run> {
        Box::pin(async move {
            const MAX_CALLS: usize = 200;
            if self.frames.len() >= MAX_CALLS {
                let name = &function.name;
                self.error(&format!("{name}: maximum function nesting level exceeded ({MAX_CALLS})")).await;
                return Err(Unwind::Discard(1));
            }
            let positional =
                std::mem::replace(&mut self.positional, Rc::new(words.get(1..).unwrap_or_default().to_vec()));
            let source = self.label.clone();
            let marks = self.function_marks.get(&function.name).cloned().unwrap_or_default();
            let file = marks.file.clone();
            self.frames.push(Frame { name: function.name.clone(), line: self.line, source, file });
            let label = if self.options.interactive {
                self.label.clone()
            } else {
                std::mem::replace(&mut self.label, marks.file)
            };
            self.variables.push_scope(ScopeKind::Function);
            let depth = self.variables.depth();
            let (loops, line) = (std::mem::take(&mut self.loops), self.line);
            let function = function.clone();
            // Without `set -T` a function knows no RETURN trap but one of its own.
            let traced = self.options.functrace || marks.traced;
            let outer = if traced { None } else { self.traps.commands.remove(&Trap::Return) };
            let getopts = self.getopts;
            let result = self.command(&function.body).await;
            let fired = if matches!(result, Ok(_) | Err(Unwind::Return(_))) {
                self.fire(Trap::Return).await
            } else {
                Ok(())
            };
            if let Some(outer) = outer {
                self.traps.commands.entry(Trap::Return).or_insert(outer);
            }
            if self.variables.is_local("OPTIND") {
                self.getopts = getopts;
            }
            let result = match result {
                Err(Unwind::Return(status)) => {
                    self.status = status;
                    Ok(status)
                }
                Err(Unwind::Break(_) | Unwind::Continue(_)) => Ok(0),
                result => result,
            };
            let result = fired.and(result);
            self.loops = loops;
            self.line = line;
            while self.variables.depth() >= depth && self.variables.depth() > 1 {
                self.variables.pop_scope();
            }
            self.frames.pop();
            self.label = label;
            self.positional = positional;
            result
        })
    }

    /// Runs a program.
    fn program<'a>(
        &'a mut self,
        simple: &'a Simple,
        redirects: &'a [Redirect],
        words: Vec<String>,
        may_replace: bool,
    ) -> LocalBoxFuture<'a, Run> {
        Box::pin(async move {
            let saved = match self.redirect(redirects).await? {
                Ok(saved) => saved,
                Err(status) => return Ok(status),
            };
            let scoped = !simple.assignments.is_empty();
            if scoped && let Err(unwind) = self.push_assignments(simple).await {
                self.restore(saved);
                return Err(unwind);
            }
            self.trace_words(&words).await;
            let result = self.external(words, may_replace).await;
            if scoped {
                self.variables.pop_scope();
            }
            self.restore(saved);
            result
        })
    }

    /// Runs words as a command without looking at functions: `command`, `builtin`.
    pub(crate) async fn run_words(&mut self, words: Vec<String>, functions: bool) -> Run {
        let Some(name) = words.first() else { return Ok(0) };
        if functions && let Some(function) = self.functions.get(name).cloned() {
            return self.call(&function, &words).await;
        }
        if let Some(builtin) = builtins::find(name) {
            let arguments: Vec<Argument> = Vec::new();
            return builtins::run(self, builtin, &words, &arguments).await;
        }
        self.external(words, false).await
    }
}

enum Runner {
    Function(Rc<Function>),
    Builtin(&'static Builtin),
}
