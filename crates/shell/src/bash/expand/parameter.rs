//! The values of parameters.

use podground_sim::LocalBoxFuture;

use super::Expansion;
use crate::bash::ast::{Index, Operation, Parameter, Word};
use crate::bash::state::{Run, Shell, Unwind};
use crate::bash::variables::{Value, Variable};

/// The value of a parameter.
#[derive(Clone, Debug)]
pub(crate) enum Found {
    Unset,
    One(String),
    /// `$@`, `$*`, `${a[@]}`, `${a[*]}`
    Many {
        values: Vec<String>,
        star: bool,
    },
}

impl Shell {
    /// Adds what an expansion of a parameter gives.
    pub(crate) async fn expand_parameter(
        &mut self,
        parameter: &Parameter,
        quoted: bool,
        out: &mut Expansion,
    ) -> Run<()> {
        if matches!(parameter.operation, Operation::None) && !parameter.indirect {
            let found = self.find(parameter).await?;
            if matches!(found, Found::Unset) {
                self.check_unbound(parameter).await?;
            }
            self.push_found(found, quoted, out);
            return Ok(());
        }
        if let Some(found) = self.operate(parameter, quoted, out).await? {
            self.push_found(found, quoted, out);
        }
        Ok(())
    }

    /// Adds a value to the words.
    pub(crate) fn push_found(&mut self, found: Found, quoted: bool, out: &mut Expansion) {
        match found {
            Found::Unset => out.push_value("", quoted),
            Found::One(value) => out.push_value(&value, quoted),
            Found::Many { values, star } => {
                if star && (quoted || !out.split) {
                    let separator = self.separators().first().map_or_else(String::new, char::to_string);
                    let separator =
                        if self.variable_text("IFS").is_none() { " ".to_owned() } else { separator };
                    out.push_value(&values.join(&separator), quoted);
                    return;
                }
                if !out.split {
                    out.push_value(&values.join(" "), quoted);
                    return;
                }
                if values.is_empty() {
                    out.nothing = true;
                    return;
                }
                for (index, value) in values.iter().enumerate() {
                    if index > 0 {
                        out.end_field();
                    }
                    out.push_value(value, quoted);
                }
            }
        }
    }

    /// With `set -u`, an unset parameter is an error.
    pub(crate) fn check_unbound<'a>(&'a mut self, parameter: &'a Parameter) -> LocalBoxFuture<'a, Run<()>> {
        Box::pin(async move {
            if !self.options.nounset || matches!(parameter.name.as_str(), "@" | "*") {
                return Ok(());
            }
            if matches!(parameter.index, Some(Index::At | Index::Star)) {
                return Ok(());
            }
            let inner = parameter.text.trim_start_matches('$').trim_start_matches('{').trim_end_matches('}');
            let end = inner.find(']').map_or_else(
                || inner.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(inner.len()),
                |end| end + 1,
            );
            let indirect: String = match inner.strip_prefix('!') {
                Some(rest) => rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect(),
                None => String::new(),
            };
            let name = if !indirect.is_empty() {
                format!("!{indirect}")
            } else if parameter.name.starts_with(|c: char| c.is_ascii_digit()) || end == 0 {
                if parameter.text.starts_with("${") {
                    parameter.name.clone()
                } else {
                    format!("${}", parameter.name)
                }
            } else {
                inner[..end].to_owned()
            };
            self.error(&format!("{name}: unbound variable")).await;
            Err(self.fatal(1))
        })
    }

    /// The value of a parameter, without its operation.
    pub(crate) async fn find(&mut self, parameter: &Parameter) -> Run<Found> {
        let name = parameter.name.as_str();
        let Some(index) = &parameter.index else { return Ok(self.find_name(name)) };
        let name = self.referred(name);
        let star = match index {
            Index::At => false,
            Index::Star => true,
            Index::Expression(word) => {
                let Some(key) = self.key(&name, word, false).await? else { return Ok(Found::Unset) };
                return Ok(self.element(&name, &key).map_or(Found::Unset, Found::One));
            }
        };
        let values = self.all_elements(&name);
        Ok(Found::Many { values, star })
    }

    /// All elements of an array, of those that the shell makes too.
    pub(crate) fn all_elements(&self, name: &str) -> Vec<String> {
        if let Some(values) = self.dynamic_array(name) {
            return values;
        }
        self.variables.get(name).map(Variable::elements).unwrap_or_default()
    }

    /// The value of `$name`.
    pub(crate) fn find_name(&mut self, name: &str) -> Found {
        if name == "@" || name == "*" {
            return Found::Many { values: self.positional.to_vec(), star: name == "*" };
        }
        if let Ok(number) = name.parse::<usize>() {
            if number == 0 {
                return Found::One(self.name.clone());
            }
            return self.positional.get(number - 1).cloned().map_or(Found::Unset, Found::One);
        }
        let special = match name {
            "#" => Some(self.positional.len().to_string()),
            "?" => Some(self.status.to_string()),
            "$" => Some(self.main_pid.to_string()),
            "-" => Some(self.options.letters()),
            "!" => return self.last_background.map_or(Found::Unset, |pid| Found::One(pid.to_string())),
            _ => None,
        };
        if let Some(special) = special {
            return Found::One(special);
        }
        if name == "RANDOM" {
            return Found::One(self.next_random().to_string());
        }
        let name = self.referred(name);
        self.variable_text(&name).map_or(Found::Unset, Found::One)
    }

    /// bash's own generator: the same seed gives the same numbers as there.
    fn next_random(&mut self) -> u32 {
        let last = i64::from(if self.random == 0 { 123_459_876 } else { self.random });
        let next = 16_807 * (last % 127_773) - 2_836 * (last / 127_773);
        self.random = (if next < 0 { next + 0x7fff_ffff } else { next }) as u32;
        ((self.random >> 16) ^ (self.random & 0xffff)) & 0x7fff
    }

    /// The name that a name refers to (`declare -n`).
    pub(crate) fn referred(&self, name: &str) -> String {
        let mut name = name.to_owned();
        for _ in 0..8 {
            match self.variables.get(&name) {
                Some(Variable { reference: true, value: Value::Scalar(target), .. }) => {
                    name.clone_from(target);
                }
                _ => break,
            }
        }
        name
    }

    /// The text of a variable, of those that the shell makes too.
    pub(crate) fn variable_text(&self, name: &str) -> Option<String> {
        if let Some(variable) = self.variables.get(name) {
            return variable.text().map(str::to_owned);
        }
        self.dynamic(name)
    }

    /// The variables that the shell makes when they are read.
    fn dynamic(&self, name: &str) -> Option<String> {
        let now = self.process.host.sim.now();
        Some(match name {
            "_" => self.last_argument.clone(),
            "LINENO" => self.line.to_string(),
            "BASH_COMMAND" => self.command_text.clone().unwrap_or_else(|| self.current_text()),
            "SECONDS" => now.since(self.started).as_secs().to_string(),
            "EPOCHSECONDS" => now.unix_seconds().to_string(),
            "EPOCHREALTIME" => format!("{}.{:06}", now.unix_seconds(), now.0 % 1_000_000_000 / 1000),
            "BASHPID" => self.process.pid.to_string(),
            "BASH_SUBSHELL" => self.subshell.to_string(),
            "SHELLOPTS" => self.enabled_options(),
            "BASHOPTS" => self.options.shopt.iter().copied().collect::<Vec<_>>().join(":"),
            "COLUMNS" => self.process.terminal()?.size().columns.to_string(),
            "LINES" => self.process.terminal()?.size().rows.to_string(),
            "GROUPS" => self.process.gid.to_string(),
            "FUNCNAME" | "BASH_SOURCE" | "BASH_LINENO" | "BASH_VERSINFO" | "DIRSTACK" | "PIPESTATUS" => {
                self.dynamic_array(name)?.into_iter().next()?
            }
            _ => return None,
        })
    }

    fn enabled_options(&self) -> String {
        let mut options = self.options.clone();
        let on: Vec<_> = crate::bash::options::SET
            .iter()
            .filter(|(_, _, field)| *field(&mut options))
            .map(|(name, _, _)| *name)
            .collect();
        on.join(":")
    }

    /// The arrays that the shell makes when they are read.
    pub(crate) fn dynamic_array(&self, name: &str) -> Option<Vec<String>> {
        let frames = self.frames.iter().rev();
        Some(match name {
            "FUNCNAME" if !self.frames.is_empty() => {
                frames.map(|frame| frame.name.clone()).chain(std::iter::once("main".to_owned())).collect()
            }
            "BASH_LINENO" if !self.frames.is_empty() => {
                frames.map(|frame| frame.line.to_string()).chain(std::iter::once("0".to_owned())).collect()
            }
            "BASH_LINENO" => vec!["0".to_owned()],
            "BASH_SOURCE" if !self.frames.is_empty() || !self.options.interactive => {
                let main = std::iter::once(self.name.clone()).filter(|_| !self.options.command_string);
                frames.map(|frame| frame.file.clone()).chain(main).collect()
            }
            "PIPESTATUS" => self.pipe_status.iter().map(u8::to_string).collect(),
            "BASH_VERSINFO" => {
                ["5", "2", "15", "1", "release", "x86_64-pc-linux-gnu"].map(str::to_owned).to_vec()
            }
            "DIRSTACK" => {
                let mut all = vec![self.process.cwd.clone()];
                all.extend(self.directories.iter().cloned());
                all
            }
            _ => return None,
        })
    }

    /// An element of an array; of a scalar, element 0.
    pub(crate) fn element(&self, name: &str, key: &str) -> Option<String> {
        if let Some(values) = self.dynamic_array(name) {
            return values.get(key.parse::<usize>().ok()?).cloned();
        }
        match &self.variables.get(name)?.value {
            Value::Unset => None,
            Value::Scalar(text) => (key == "0").then(|| text.clone()),
            Value::Indexed(elements) => elements.get(&key.parse().ok()?).cloned(),
            Value::Associative(elements) => elements.get(key).cloned(),
        }
    }

    /// The key that the word in the brackets stands for; `None` after an error that was told.
    pub(crate) fn key<'a>(
        &'a mut self,
        name: &'a str,
        word: &'a Word,
        assigns: bool,
    ) -> LocalBoxFuture<'a, Run<Option<String>>> {
        Box::pin(async move {
            let text = Box::pin(self.expand_single(word)).await?;
            match self.subscript(name, &text, 0) {
                Ok(key) => Ok(Some(key)),
                Err(error) if error.message.ends_with("bad array subscript") => {
                    let index = if assigns { format!("[{text}]") } else { String::new() };
                    self.error(&format!("{name}{index}: bad array subscript")).await;
                    Ok(None)
                }
                Err(error) => {
                    self.error(&error.message).await;
                    Err(Unwind::Discard(1))
                }
            }
        })
    }
}
