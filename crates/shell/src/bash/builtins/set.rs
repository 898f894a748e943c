//! `set`.

use std::rc::Rc;

use podground_sim::LocalBoxFuture;

use super::{BadOption, Call};
use crate::bash::options::SET;
use crate::bash::print;
use crate::bash::state::{Run, Shell};

pub(super) fn run<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        let mut words = call.rest();
        if words.is_empty() {
            return show(shell).await;
        }
        let mut positional = None;
        while let Some((word, rest)) = words.split_first() {
            match word.as_str() {
                "--" => {
                    positional = Some(rest.to_vec());
                    break;
                }
                "-" => {
                    (shell.options.xtrace, shell.options.verbose) = (false, false);
                    if !rest.is_empty() {
                        positional = Some(rest.to_vec());
                    }
                    break;
                }
                _ => {}
            }
            let on = word.starts_with('-');
            if !(on || word.starts_with('+')) || word.len() < 2 {
                positional = Some(words.to_vec());
                break;
            }
            words = rest;
            for letter in word.chars().skip(1) {
                if letter == 'o' {
                    let Some((name, rest)) = words.split_first() else {
                        return show_options(shell, on).await;
                    };
                    words = rest;
                    match shell.options.named(name) {
                        Some(option) => *option = on,
                        None => {
                            return shell.complain("set", &format!("{name}: invalid option name"), 2).await;
                        }
                    }
                } else if let Some(option) = shell.options.lettered(letter) {
                    *option = on;
                } else {
                    let _ = shell.bad_option("set", BadOption::Unknown(letter)).await;
                    return Ok(2);
                }
            }
        }
        if let Some(positional) = positional {
            shell.positional = Rc::new(positional);
        }
        Ok(0)
    })
}

async fn show(shell: &mut Shell) -> Run {
    let mut text = String::new();
    for name in shell.variables.names() {
        if let Some(variable) = shell.variables.get(&name) {
            text.push_str(&super::declare::plain(&name, variable));
        }
    }
    for function in shell.functions.values() {
        text.push_str(&format!("{}\n", print::function(function)));
    }
    Ok(shell.out("set", &text).await)
}

async fn show_options(shell: &mut Shell, table: bool) -> Run {
    let mut text = String::new();
    for (name, _, field) in SET {
        let on = *field(&mut shell.options);
        if table {
            text.push_str(&format!("{name:<15}\t{}\n", if on { "on" } else { "off" }));
        } else {
            text.push_str(&format!("set {}o {name}\n", if on { '-' } else { '+' }));
        }
    }
    Ok(shell.out("set", &text).await)
}
