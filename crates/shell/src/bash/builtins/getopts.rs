//! `getopts`.

use podground_sim::LocalBoxFuture;

use super::Call;
use crate::bash::state::{Run, Shell};

pub(super) fn run<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        let [spec, name, rest @ ..] = call.rest() else { return shell.usage("getopts").await };
        let words: Vec<String> = if rest.is_empty() { shell.positional.to_vec() } else { rest.to_vec() };
        if !crate::bash::parser::is_name(name) {
            return shell.complain("getopts", &format!("`{name}': not a valid identifier"), 1).await;
        }
        let silent = spec.starts_with(':');
        let (index, mut offset) = shell.getopts;
        let mut index = usize::try_from(index).unwrap_or(1).max(1);
        let word = words.get(index - 1).cloned().unwrap_or_default();
        if offset == 0 {
            if !word.starts_with('-') || word == "-" {
                return Ok(finish(shell, name, index));
            }
            if word == "--" {
                return Ok(finish(shell, name, index + 1));
            }
            offset = 1;
        }
        let letters: Vec<char> = word.chars().collect();
        let Some(letter) = letters.get(offset).copied() else { return Ok(finish(shell, name, index)) };
        offset += 1;
        let ends = offset >= letters.len();
        let takes = spec.chars().skip(usize::from(silent)).collect::<Vec<_>>();
        let place = takes.iter().position(|known| *known == letter).filter(|_| letter != ':');
        let mut value = None;
        let mut found = letter;
        let quiet = silent || shell.variable_text("OPTERR").is_some_and(|text| text == "0");
        match place {
            None => {
                if !quiet {
                    let label = shell.name.clone();
                    shell.process.eprint(&format!("{label}: illegal option -- {letter}\n")).await;
                }
                found = '?';
                value = silent.then(|| letter.to_string());
                (index, offset) = if ends { (index + 1, 0) } else { (index, offset) };
            }
            Some(place) if takes.get(place + 1) == Some(&':') => {
                if ends {
                    match words.get(index) {
                        Some(next) => value = Some(next.clone()),
                        None if silent => {
                            found = ':';
                            value = Some(letter.to_string());
                        }
                        None => {
                            if !quiet {
                                let label = shell.name.clone();
                                let text = format!("{label}: option requires an argument -- {letter}\n");
                                shell.process.eprint(&text).await;
                            }
                            found = '?';
                        }
                    }
                    index += if value.is_some() && found != ':' { 2 } else { 1 };
                } else {
                    value = Some(letters[offset..].iter().collect());
                    index += 1;
                }
                offset = 0;
            }
            Some(_) => (index, offset) = if ends { (index + 1, 0) } else { (index, offset) },
        }
        let _ = shell.assign_text("OPTIND", index.to_string(), false);
        shell.getopts = (index as i64, offset);
        match value {
            Some(value) => shell.set_text("OPTARG", &value),
            None => shell.variables.remove("OPTARG"),
        }
        shell.set_text(name, &found.to_string());
        Ok(0)
    })
}

fn finish(shell: &mut Shell, name: &str, index: usize) -> u8 {
    let _ = shell.assign_text("OPTIND", index.to_string(), false);
    shell.getopts = (index as i64, 0);
    shell.set_text(name, "?");
    shell.variables.remove("OPTARG");
    1
}
