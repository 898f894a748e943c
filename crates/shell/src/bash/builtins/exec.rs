//! `exec`.

use podground_sim::LocalBoxFuture;

use super::{Call, parse_options};
use crate::bash::state::{Run, Shell, Unwind};

pub(super) fn run<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        let options = match parse_options(call.rest(), "cla:") {
            Ok(options) => options,
            Err(bad) => return shell.bad_option("exec", bad).await,
        };
        let Some(name) = options.rest.first() else { return Ok(0) };
        let file = if name.contains('/') { Some(name.clone()) } else { shell.find_program(name) };
        let Some(file) = file else {
            shell.error(&format!("exec: {name}: not found")).await;
            return if shell.options.interactive && shell.subshell == 0 {
                Ok(127)
            } else {
                Err(Unwind::Exit(127))
            };
        };
        let mut words = options.rest.to_vec();
        if let Some(shown) = options.value('a') {
            shown.clone_into(&mut words[0]);
        }
        match shell.replace(words, file).await {
            Ok(status) if !shell.interactive => Err(Unwind::Exit(status)),
            result => result,
        }
    })
}
