//! `echo`.

use podground_sim::LocalBoxFuture;

use super::Call;
use crate::bash::escapes::{Dialect, Output, escape};
use crate::bash::state::{Run, Shell};

pub(super) fn run<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        let mut words = call.rest();
        let (mut newline, mut escapes) = (true, shell.options.is("xpg_echo"));
        while let Some((word, rest)) = words.split_first() {
            let letters = word.strip_prefix('-').unwrap_or_default();
            if letters.is_empty() || !letters.chars().all(|c| "neE".contains(c)) {
                break;
            }
            for letter in letters.chars() {
                match letter {
                    'n' => newline = false,
                    'e' => escapes = true,
                    _ => escapes = false,
                }
            }
            words = rest;
        }
        let mut out = Output::default();
        for (index, word) in words.iter().enumerate() {
            if index > 0 {
                out.push(' ');
            }
            if !escapes {
                out.push_str(word);
            } else if !unescape(word, &mut out) {
                newline = false;
                break;
            }
        }
        if newline {
            out.push('\n');
        }
        Ok(shell.out_bytes("echo", &out.into_bytes()).await)
    })
}

/// Writes a word with its escapes; `false` after `\c`, which ends all output.
pub(super) fn unescape(word: &str, out: &mut Output) -> bool {
    let chars: Vec<char> = word.chars().collect();
    let mut i = 0;
    while i < chars.len() {
        if chars[i] != '\\' {
            out.push(chars[i]);
            i += 1;
        } else if chars.get(i + 1) == Some(&'c') {
            return false;
        } else {
            i += 1 + escape(&chars[i + 1..], out, Dialect::Echo);
        }
    }
    true
}
