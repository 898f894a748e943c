//! `command`, `builtin`, `enable`.

use podground_sim::LocalBoxFuture;

use super::{BUILTINS, Call, parse_options};
use crate::bash::state::{Run, Shell};

pub(super) fn run<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        let options = match parse_options(call.rest(), "pvV") {
            Ok(options) => options,
            Err(bad) => return shell.bad_option("command", bad).await,
        };
        if options.has('v') || options.has('V') {
            let mut status = 1;
            for name in options.rest {
                if super::type_::describe(shell, name, options.has('V')).await {
                    status = 0;
                } else if options.has('V') {
                    shell.error(&format!("command: {name}: not found")).await;
                }
            }
            return Ok(status);
        }
        shell.run_words(options.rest.to_vec(), false).await
    })
}

pub(super) fn builtin<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        let Some(name) = call.rest().first() else { return Ok(0) };
        if super::find(name).is_none() {
            return shell.complain("builtin", &format!("{name}: not a shell builtin"), 1).await;
        }
        shell.run_words(call.rest().to_vec(), false).await
    })
}

pub(super) fn enable<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        if call.rest().iter().any(|word| !word.starts_with('-')) {
            return shell.complain("enable", "podground does not support switching builtins yet", 1).await;
        }
        let all: String = BUILTINS.iter().map(|builtin| format!("enable {}\n", builtin.name)).collect();
        Ok(shell.out("enable", &all).await)
    })
}
