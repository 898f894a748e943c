//! `trap`.

use podground_sim::LocalBoxFuture;

use super::{Call, parse_options};
use crate::bash::escapes::quote_always;
use crate::bash::state::{Run, Shell};
use crate::bash::traps::Trap;

pub(super) fn run<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        let first = call.rest().first().map_or("", String::as_str);
        let words = if first == "-" {
            call.rest()
        } else {
            let options = match parse_options(call.rest(), "lp") {
                Ok(options) => options,
                Err(bad) => return shell.bad_option("trap", bad).await,
            };
            if options.has('l') {
                return Ok(shell.out("trap", &super::kill::names()).await);
            }
            if options.has('p') || options.rest.is_empty() {
                return show(shell, options.rest).await;
            }
            options.rest
        };
        let (command, specs) = match words {
            [only] if Trap::parse(only).is_some() => (None, words),
            [command, specs @ ..] if command == "-" => (None, specs),
            [command, specs @ ..] if command.parse::<u8>().is_err() => (Some(command.as_str()), specs),
            _ => (None, words),
        };
        if specs.is_empty() {
            return shell.usage("trap").await;
        }
        let mut status = 0;
        for spec in specs {
            match Trap::parse(spec) {
                Some(trap) => shell.set_trap(trap, command),
                None => {
                    status =
                        shell.complain("trap", &format!("{spec}: invalid signal specification"), 1).await?;
                }
            }
        }
        Ok(status)
    })
}

async fn show(shell: &mut Shell, specs: &[String]) -> Run {
    let wanted: Vec<Trap> = specs.iter().filter_map(|spec| Trap::parse(spec)).collect();
    let text: String = shell
        .traps
        .listed()
        .iter()
        .filter(|(trap, _)| specs.is_empty() || wanted.contains(trap))
        .map(|(trap, command)| format!("trap -- {} {}\n", quote_always(command), trap.name()))
        .collect();
    Ok(shell.out("trap", &text).await)
}
