//! `help`.

use podground_sim::LocalBoxFuture;

use super::{BUILTINS, Builtin, Call};
use crate::bash::state::{Run, Shell};

pub(super) fn text(builtin: &Builtin) -> String {
    format!("{}: {}\n", builtin.name, builtin.usage)
}

pub(super) fn run<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        let patterns: Vec<&String> = call.rest().iter().filter(|word| !word.starts_with('-')).collect();
        if patterns.is_empty() {
            let mut all = String::from(
                "These commands are part of the shell. `help name' shows how one is called.\n\n",
            );
            for builtin in BUILTINS {
                all.push_str(&format!(" {}\n", builtin.usage));
            }
            return Ok(shell.out("help", &all).await);
        }
        let mut status = 0;
        for pattern in patterns {
            let compiled = shell.compile(pattern, false);
            let found: String =
                BUILTINS.iter().filter(|builtin| compiled.matches(builtin.name)).map(text).collect();
            if found.is_empty() {
                let message = format!(
                    "no help topics match `{pattern}'.  Try `help help' or `man -k {pattern}' or `info {pattern}'."
                );
                status = shell.complain("help", &message, 1).await?;
            } else {
                shell.out("help", &found).await;
            }
        }
        Ok(status)
    })
}
