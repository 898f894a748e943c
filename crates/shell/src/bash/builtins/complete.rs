//! `complete`, `compgen`, `compopt`.

use podground_sim::LocalBoxFuture;

use super::{BUILTINS, Call, parse_options};
use crate::bash::state::{Run, Shell};

/// Accepted: what completes a command is registered with the command itself.
pub(super) fn complete<'a>(_: &'a mut Shell, _: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move { Ok(0) })
}

pub(super) fn compopt<'a>(_: &'a mut Shell, _: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move { Ok(0) })
}

pub(super) fn compgen<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        let options = match parse_options(call.rest(), "abcdefgjksuvo:A:G:W:F:C:X:P:S:") {
            Ok(options) => options,
            Err(bad) => return shell.bad_option("compgen", bad).await,
        };
        let prefix = options.rest.first().map_or("", String::as_str);
        let mut words: Vec<String> = Vec::new();
        let action = options.value('A').unwrap_or_default();
        if options.has('a') || action == "alias" {
            words.extend(shell.aliases.keys().cloned());
        }
        if options.has('b') || action == "builtin" {
            words.extend(BUILTINS.iter().map(|builtin| builtin.name.to_owned()));
        }
        if options.has('v') || action == "variable" {
            words.extend(shell.variables.names());
        }
        if action == "function" {
            words.extend(shell.functions.keys().cloned());
        }
        if options.has('c') || action == "command" {
            words.extend(shell.command_names());
        }
        if let Some(list) = options.value('W') {
            words.extend(list.split_whitespace().map(str::to_owned));
        }
        if options.has('f') || options.has('d') {
            let folders = options.has('d') && !options.has('f');
            words.extend(shell.file_names(prefix, folders).into_iter().map(|(name, _)| name));
        }
        let shown: String =
            words.iter().filter(|word| word.starts_with(prefix)).map(|word| format!("{word}\n")).collect();
        shell.out("compgen", &shown).await;
        Ok(u8::from(shown.is_empty()))
    })
}
