//! `unset`.

use std::rc::Rc;

use podground_sim::LocalBoxFuture;

use super::{Call, parse_options};
use crate::bash::state::{Run, Shell};

pub(super) fn run<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        let options = match parse_options(call.rest(), "fvn") {
            Ok(options) => options,
            Err(bad) => return shell.bad_option("unset", bad).await,
        };
        let mut status = 0;
        for name in options.rest {
            if options.has('f') {
                status = status.max(remove_function(shell, name).await?);
                continue;
            }
            if options.has('n') {
                shell.variables.remove(name);
                continue;
            }
            let base = name.split('[').next().unwrap_or_default();
            let known = shell.variables.get(base).is_some();
            if !known && !options.has('v') && shell.functions.contains_key(name) {
                status = status.max(remove_function(shell, name).await?);
                continue;
            }
            if !crate::bash::parser::is_name(base) {
                if options.has('v') {
                    status = shell.complain("unset", &format!("`{name}': not a valid identifier"), 1).await?;
                }
                continue;
            }
            if let Err(message) = shell.unset(name) {
                status = shell.complain("unset", &message, 1).await?;
            }
        }
        Ok(status)
    })
}

async fn remove_function(shell: &mut Shell, name: &str) -> Run {
    if shell.function_marks.get(name).is_some_and(|marks| marks.readonly) {
        return shell.complain("unset", &format!("{name}: cannot unset: readonly function"), 1).await;
    }
    Rc::make_mut(&mut shell.functions).remove(name);
    Rc::make_mut(&mut shell.function_marks).remove(name);
    Ok(0)
}
