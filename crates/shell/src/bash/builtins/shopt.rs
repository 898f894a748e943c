//! `shopt`.

use podground_sim::LocalBoxFuture;

use super::{Call, parse_options};
use crate::bash::options::{SET, SHOPT};
use crate::bash::state::{Run, Shell};

pub(super) fn run<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        let options = match parse_options(call.rest(), "opqsu") {
            Ok(options) => options,
            Err(bad) => return shell.bad_option("shopt", bad).await,
        };
        let set_options = options.has('o');
        let change = if options.has('s') {
            Some(true)
        } else if options.has('u') {
            Some(false)
        } else {
            None
        };
        let mut names: Vec<String> = options.rest.to_vec();
        let all = names.is_empty();
        if all {
            names = if set_options {
                SET.iter().map(|(name, _, _)| (*name).to_owned()).collect()
            } else {
                SHOPT.iter().map(|(name, _)| (*name).to_owned()).collect()
            };
        }
        let mut status = 0;
        let mut text = String::new();
        for name in names {
            let state = if set_options {
                shell.options.named(&name).map(|on| *on)
            } else {
                SHOPT.iter().any(|(known, _)| *known == name).then(|| shell.options.is(&name))
            };
            let Some(on) = state else {
                let kind = if set_options { "invalid option name" } else { "invalid shell option name" };
                status = shell.complain("shopt", &format!("{name}: {kind}"), 1).await?;
                continue;
            };
            match change.filter(|_| !all) {
                Some(wanted) if set_options => {
                    if let Some(option) = shell.options.named(&name) {
                        *option = wanted;
                    }
                }
                Some(wanted) => {
                    shell.options.switch(&name, wanted);
                }
                None if change.is_some_and(|wanted| wanted != on) => {}
                None => {
                    if !on && !all {
                        status = 1;
                    }
                    if options.has('p') {
                        text.push_str(&format!("shopt -{} {name}\n", if on { 's' } else { 'u' }));
                    } else if !options.has('q') {
                        text.push_str(&format!("{name:<15}\t{}\n", if on { "on" } else { "off" }));
                    }
                }
            }
        }
        shell.out("shopt", &text).await;
        Ok(status)
    })
}
