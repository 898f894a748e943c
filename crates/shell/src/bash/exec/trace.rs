//! `set -x`.

use podground_sim::LocalBoxFuture;

use crate::bash::ast::Assignment;
use crate::bash::escapes;
use crate::bash::state::Shell;

impl Shell {
    /// Shows a command that runs.
    pub(crate) fn trace<'a>(&'a mut self, text: &'a str) -> LocalBoxFuture<'a, ()> {
        Box::pin(async move {
            if !self.options.xtrace {
                return;
            }
            let prompt = self.variable_text("PS4").unwrap_or_default();
            self.options.xtrace = false;
            let status = self.status;
            let mut prompt = Box::pin(self.prompt_text(&prompt)).await;
            self.status = status;
            self.options.xtrace = true;
            // The first character tells how deep one is.
            if let Some(first) = prompt.chars().next() {
                prompt.insert_str(0, &first.to_string().repeat(self.subshell_of_substitution() as usize));
            }
            self.process.eprint(&format!("{prompt}{text}\n")).await;
        })
    }

    /// How many substitutions and sourced texts lie around.
    fn subshell_of_substitution(&self) -> u32 {
        self.substitutions + self.evals
    }

    /// Shows the words of a simple command.
    pub(crate) fn trace_words<'a>(&'a mut self, words: &'a [String]) -> LocalBoxFuture<'a, ()> {
        Box::pin(async move {
            if self.options.xtrace {
                let words: Vec<String> = words.iter().map(|word| escapes::quote_traced(word)).collect();
                self.trace(&words.join(" ")).await;
            }
        })
    }

    /// Shows an assignment with its value.
    pub(crate) fn trace_assignment<'a>(
        &'a mut self,
        assignment: &'a Assignment,
        value: &'a str,
    ) -> LocalBoxFuture<'a, ()> {
        Box::pin(async move {
            if self.options.xtrace {
                let head = assignment.text.split_once('=').map_or("", |(head, _)| head).to_owned();
                let value = if value.is_empty() { String::new() } else { escapes::quote_traced(value) };
                self.trace(&format!("{head}={value}")).await;
            }
        })
    }
}
