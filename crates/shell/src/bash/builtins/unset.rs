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
                Rc::make_mut(&mut shell.functions).remove(name);
                continue;
            }
            if options.has('n') {
                shell.variables.remove(name);
                continue;
            }
            let base = name.split('[').next().unwrap_or_default();
            let known = shell.variables.get(base).is_some();
            if !known && !options.has('v') && shell.functions.contains_key(name) {
                Rc::make_mut(&mut shell.functions).remove(name);
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
