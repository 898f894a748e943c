//! `alias`, `unalias`.

use std::rc::Rc;

use podground_sim::LocalBoxFuture;

use super::{Call, parse_options};
use crate::bash::escapes::quote_always;
use crate::bash::state::{Run, Shell};

pub(super) fn alias<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        let options = match parse_options(call.rest(), "p") {
            Ok(options) => options,
            Err(bad) => return shell.bad_option("alias", bad).await,
        };
        if options.rest.is_empty() || options.has('p') {
            let all: String = shell
                .aliases
                .iter()
                .map(|(name, value)| format!("alias {name}={}\n", quote_always(value)))
                .collect();
            shell.out("alias", &all).await;
        }
        let mut status = 0;
        for word in options.rest {
            match word.split_once('=').filter(|(name, _)| !name.is_empty()) {
                Some((name, value)) => {
                    Rc::make_mut(&mut shell.aliases).insert(name.to_owned(), value.to_owned());
                }
                None => match shell.aliases.get(word).cloned() {
                    Some(value) => {
                        shell.out("alias", &format!("alias {word}={}\n", quote_always(&value))).await;
                    }
                    None => status = shell.complain("alias", &format!("{word}: not found"), 1).await?,
                },
            }
        }
        Ok(status)
    })
}

pub(super) fn unalias<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        let options = match parse_options(call.rest(), "a") {
            Ok(options) => options,
            Err(bad) => return shell.bad_option("unalias", bad).await,
        };
        if options.has('a') {
            shell.aliases = Rc::default();
            return Ok(0);
        }
        if options.rest.is_empty() {
            return shell.usage("unalias").await;
        }
        let mut status = 0;
        for name in options.rest {
            if Rc::make_mut(&mut shell.aliases).remove(name).is_none() {
                status = shell.complain("unalias", &format!("{name}: not found"), 1).await?;
            }
        }
        Ok(status)
    })
}
