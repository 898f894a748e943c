//! Expansion of words: parameters, commands, arithmetic, splitting, file names.

mod assign;
mod fields;
mod glob;
mod operations;
mod parameter;
mod substitution;
mod tilde;

use podground_sim::LocalBoxFuture;

use super::arithmetic::{self, ArithmeticError, Environment};
use super::ast::{Argument, Arithmetic, Part, Word};
use super::pattern;
use super::state::{Run, Shell, Unwind};
use super::variables::Value;
pub(crate) use fields::{Expansion, Field};

impl Shell {
    /// The words that words become.
    pub(crate) async fn expand_words<'a>(
        &mut self,
        words: impl Iterator<Item = &'a Word>,
    ) -> Run<Vec<String>> {
        let mut all = Vec::new();
        for word in words {
            self.expand_word(word, &mut all).await?;
        }
        Ok(all)
    }

    /// Adds the words that a word becomes.
    pub(crate) async fn expand_word(&mut self, word: &Word, all: &mut Vec<String>) -> Run<()> {
        if let Some(words) = word.braces.as_ref().filter(|_| self.options.braceexpand) {
            for word in words.iter() {
                self.expand_unbraced(word, all).await?;
            }
            return Ok(());
        }
        self.expand_unbraced(word, all).await
    }

    fn expand_unbraced<'a>(
        &'a mut self,
        word: &'a Word,
        all: &'a mut Vec<String>,
    ) -> LocalBoxFuture<'a, Run<()>> {
        Box::pin(async move {
            if let [Part::Quoted(text)] = word.parts.as_slice() {
                all.push(text.clone());
                return Ok(());
            }
            let mut out = Expansion::new(true, self.separators());
            self.expand_parts(&word.parts, false, &mut out).await?;
            for field in out.finish() {
                self.expand_pathname(field, all).await?;
            }
            Ok(())
        })
    }

    /// The one word that a word becomes where it is neither split nor a pattern.
    pub(crate) async fn expand_single(&mut self, word: &Word) -> Run<String> {
        match word.parts.as_slice() {
            [] => return Ok(String::new()),
            [Part::Quoted(text)] => return Ok(text.clone()),
            [Part::Literal(text)] if !text.contains('~') => return Ok(text.clone()),
            _ => {}
        }
        let mut out = Expansion::new(false, self.separators());
        self.expand_parts(&word.parts, false, &mut out).await?;
        Ok(out.join().text)
    }

    /// A word as a pattern: what was quoted in it is escaped.
    pub(crate) fn expand_pattern<'a>(&'a mut self, word: &'a Word) -> LocalBoxFuture<'a, Run<String>> {
        Box::pin(async move {
            let mut out = Expansion::new(false, self.separators());
            self.expand_parts(&word.parts, false, &mut out).await?;
            Ok(out.join().pattern)
        })
    }

    /// A word as a regular expression: what was quoted in it is escaped.
    pub(crate) fn expand_regex<'a>(&'a mut self, word: &'a Word) -> LocalBoxFuture<'a, Run<String>> {
        Box::pin(async move {
            let mut regex = String::new();
            for part in &word.parts {
                let mut out = Expansion::new(false, self.separators());
                self.expand_parts(std::slice::from_ref(part), false, &mut out).await?;
                let quoted = matches!(part, Part::Quoted(_) | Part::Double(_));
                for c in out.join().text.chars() {
                    if quoted && !c.is_alphanumeric() && !c.is_whitespace() && c != '_' {
                        regex.push('\\');
                    }
                    regex.push(c);
                }
            }
            Ok(regex)
        })
    }

    /// The text of a word as it stands in double quotes: here-documents, prompts.
    pub(crate) fn expand_document<'a>(&'a mut self, word: &'a Word) -> LocalBoxFuture<'a, Run<String>> {
        Box::pin(async move {
            let mut out = Expansion::new(false, self.separators());
            self.expand_parts(&word.parts, true, &mut out).await?;
            Ok(out.join().text)
        })
    }

    /// The characters of IFS.
    pub(crate) fn separators(&self) -> Vec<char> {
        match self.variables.get("IFS").and_then(|ifs| ifs.text()) {
            Some(text) => text.chars().collect(),
            None => vec![' ', '\t', '\n'],
        }
    }

    pub(crate) fn expand_parts<'a>(
        &'a mut self,
        parts: &'a [Part],
        quoted: bool,
        out: &'a mut Expansion,
    ) -> LocalBoxFuture<'a, Run<()>> {
        Box::pin(async move {
            self.enter().await?;
            for (index, part) in parts.iter().enumerate() {
                match part {
                    Part::Literal(text) if quoted => out.push_quoted(text),
                    Part::Literal(text) => {
                        let next = parts.get(index + 1);
                        let text = self.expand_tildes(text, index == 0, next.is_none());
                        for (text, quoted) in text {
                            if quoted { out.push_quoted(&text) } else { out.push_literal(&text) }
                        }
                    }
                    Part::Quoted(text) => out.push_quoted(text),
                    Part::Double(parts) => {
                        out.nothing = false;
                        let before = out.has_field();
                        self.expand_parts(parts, true, out).await?;
                        // `"$@"` without parameters is no word at all.
                        if !(out.nothing && !before && !out.has_field()) {
                            out.push_quoted("");
                        }
                    }
                    Part::Parameter(parameter) => self.expand_parameter(parameter, quoted, out).await?,
                    Part::Command(substitution) => {
                        let text = self.substitute(substitution).await?;
                        out.push_value(&text, quoted);
                    }
                    Part::Arithmetic(arithmetic) => {
                        let value = self.arithmetic(arithmetic, "").await?;
                        out.push_value(&value.to_string(), quoted);
                    }
                    Part::Process { list, write } => {
                        let path = self.process_substitution(list, *write).await?;
                        out.push_quoted(&path);
                    }
                    Part::BadSubstitution(text) => {
                        self.error(&format!("{text}: bad substitution")).await;
                        return Err(self.fatal(1));
                    }
                }
                self.hold(out.size()).await?;
            }
            self.nesting -= 1;
            Ok(())
        })
    }

    /// Counts nesting, which the stack bounds.
    pub(crate) async fn enter(&mut self) -> Run<()> {
        const MAX_NESTING: u32 = 700;
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            self.error("maximum nesting level exceeded").await;
            return Err(Unwind::Discard(1));
        }
        Ok(())
    }

    /// What a word takes of memory has an end, lest it take the page's.
    pub(crate) async fn hold(&mut self, bytes: usize) -> Run<()> {
        const MAX_WORD: usize = 16 * 1024 * 1024;
        if bytes <= MAX_WORD {
            return Ok(());
        }
        self.process.exhaust_memory().await;
        self.error(&format!("xrealloc: cannot allocate {bytes} bytes")).await;
        // bash would end here; that would take a learner's terminal away.
        Err(if self.options.interactive && self.subshell == 0 { Unwind::Discard(2) } else { Unwind::Exit(2) })
    }

    /// Waits until the machine has room for another process; in the end it gives up.
    pub(crate) fn before_fork(&mut self) -> LocalBoxFuture<'_, Run<()>> {
        const MAX_PROCESSES: usize = 1000;
        Box::pin(async move {
            for seconds in [1, 2, 4, 8, 0] {
                if self.process.host.processes.count() < MAX_PROCESSES {
                    return Ok(());
                }
                let again = if seconds > 0 { "retry: " } else { "" };
                self.error(&format!("fork: {again}Resource temporarily unavailable")).await;
                self.process.host.sim.sleep(std::time::Duration::from_secs(seconds)).await;
            }
            let interactive = self.options.interactive && self.subshell == 0;
            Err(if interactive { Unwind::Discard(254) } else { Unwind::Exit(254) })
        })
    }

    /// An error of expansion: it ends a script, or the line in an interactive shell.
    pub(crate) fn fatal(&self, status: u8) -> Unwind {
        if self.options.interactive && self.subshell == 0 {
            return Unwind::Discard(status);
        }
        Unwind::Exit(if self.options.command_string && self.subshell == 0 { 127 } else { status })
    }

    /// The words of a command; arguments of declarations stay as they are.
    pub(crate) async fn expand_arguments(&mut self, arguments: &[Argument]) -> Run<Vec<String>> {
        let mut all = Vec::with_capacity(arguments.len());
        for argument in arguments {
            match argument {
                Argument::Word(word) => self.expand_word(word, &mut all).await?,
                // Placeholder: the declaration takes the assignment itself.
                Argument::Assignment(assignment) => all.push(assignment.text.to_string()),
            }
        }
        Ok(all)
    }

    /// Evaluates an expression that must be expanded first; `context` comes before messages: `((: `.
    pub(crate) fn arithmetic<'a>(
        &'a mut self,
        arithmetic: &'a Arithmetic,
        context: &'a str,
    ) -> LocalBoxFuture<'a, Run<i64>> {
        Box::pin(async move {
            match self.try_arithmetic(arithmetic).await? {
                Ok(value) => Ok(value),
                Err(error) => {
                    self.error(&format!("{context}{}", error.message)).await;
                    Err(Unwind::Discard(1))
                }
            }
        })
    }

    /// Evaluates an expression that must be expanded first.
    pub(crate) fn try_arithmetic<'a>(
        &'a mut self,
        expression: &'a Arithmetic,
    ) -> LocalBoxFuture<'a, Run<Result<i64, ArithmeticError>>> {
        Box::pin(async move {
            if let Some(cached) = expression.cached.get() {
                let cached = cached.clone();
                return Ok(arithmetic::evaluate(&cached, self, 0));
            }
            let plain = expression.word.parts.iter().all(|part| matches!(part, Part::Literal(_)));
            let text = match expression.word.parts.as_slice() {
                [] => String::new(),
                [Part::Literal(text)] => text.clone(),
                parts => {
                    let mut out = Expansion::new(false, Vec::new());
                    self.expand_parts(parts, true, &mut out).await?;
                    out.join().text
                }
            };
            match arithmetic::parse(&text) {
                Ok(parsed) => {
                    let parsed = std::rc::Rc::new(parsed);
                    if plain {
                        let _ = expression.cached.set(parsed.clone());
                    }
                    Ok(arithmetic::evaluate(&parsed, self, 0))
                }
                Err(error) => Ok(Err(error)),
            }
        })
    }

    /// Evaluates a text.
    pub(crate) fn evaluate(&mut self, text: &str) -> Result<i64, ArithmeticError> {
        if let Ok(number) = text.parse::<i64>()
            && !text.starts_with(['0', '+', '-'])
        {
            return Ok(number);
        }
        let parsed = arithmetic::parse(text)?;
        arithmetic::evaluate(&parsed, self, 0)
    }

    /// Whether patterns take the extended forms.
    pub(crate) fn compile(&self, pattern: &str, extended: bool) -> pattern::Pattern {
        pattern::Pattern::new(pattern, extended || self.options.is("extglob"), self.options.is("nocasematch"))
    }
}

impl Environment for Shell {
    fn read(
        &mut self,
        name: &str,
        index: Option<&str>,
        depth: usize,
    ) -> Result<Option<String>, ArithmeticError> {
        let name = self.referred(name);
        let text = match index {
            None => self.variable_text(&name),
            Some(index) => {
                let key = self.subscript(&name, index, depth)?;
                self.element(&name, &key)
            }
        };
        if text.is_none() && self.options.nounset && index.is_none() {
            return Err(ArithmeticError { message: format!("{name}: unbound variable") });
        }
        Ok(text)
    }

    fn write(
        &mut self,
        name: &str,
        index: Option<&str>,
        value: i64,
        depth: usize,
    ) -> Result<(), ArithmeticError> {
        let name = self.referred(name);
        let result = match index {
            None => self.assign_text(&name, value.to_string(), false),
            Some(index) => {
                let key = self.subscript(&name, index, depth)?;
                self.assign_element(&name, &key, value.to_string(), false)
            }
        };
        result.map_err(|message| ArithmeticError { message })
    }
}

impl Shell {
    /// The key that a subscript stands for: the number that it evaluates to, or its text.
    pub(crate) fn subscript(
        &mut self,
        name: &str,
        index: &str,
        depth: usize,
    ) -> Result<String, ArithmeticError> {
        if matches!(self.variables.get(name).map(|v| &v.value), Some(Value::Associative(_))) {
            return Ok(index.to_owned());
        }
        let parsed = arithmetic::parse(index)?;
        let number = arithmetic::evaluate(&parsed, self, depth + 1)?;
        if number < 0 {
            let last = match self.variables.get(name).map(|v| &v.value) {
                Some(Value::Indexed(elements)) => elements.keys().next_back().copied().unwrap_or(-1),
                Some(Value::Scalar(_)) => 0,
                _ => -1,
            };
            let counted = last + 1 + number;
            if counted < 0 {
                return Err(ArithmeticError { message: format!("{name}[{index}]: bad array subscript") });
            }
            return Ok(counted.to_string());
        }
        Ok(number.to_string())
    }
}
