//! `umask`.

use podground_sim::LocalBoxFuture;

use super::{Call, parse_options};
use crate::bash::state::{Run, Shell};

pub(super) fn run<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        let options = match parse_options(call.rest(), "pS") {
            Ok(options) => options,
            Err(bad) => return shell.bad_option("umask", bad).await,
        };
        let Some(mode) = options.rest.first() else {
            let mask = shell.process.umask;
            let shown = if options.has('S') { symbolic(mask) } else { format!("{mask:04o}") };
            let head = match (options.has('p'), options.has('S')) {
                (false, _) => "",
                (true, false) => "umask ",
                (true, true) => "umask -S ",
            };
            return Ok(shell.out("umask", &format!("{head}{shown}\n")).await);
        };
        if mode.starts_with(|c: char| c.is_ascii_digit()) {
            match u32::from_str_radix(mode, 8) {
                Ok(mask) if mask <= 0o777 => shell.process.umask = mask,
                _ => return shell.complain("umask", &format!("{mode}: octal number out of range"), 1).await,
            }
            return Ok(0);
        }
        match parse_symbolic(mode, shell.process.umask) {
            Ok(mask) => {
                shell.process.umask = mask;
                Ok(0)
            }
            Err(c) => shell.complain("umask", &format!("`{c}': invalid symbolic mode operator"), 1).await,
        }
    })
}

fn symbolic(mask: u32) -> String {
    let bits = |shift: u32| {
        let allowed = !(mask >> shift) & 7;
        [(4, 'r'), (2, 'w'), (1, 'x')]
            .iter()
            .filter(|(bit, _)| allowed & bit != 0)
            .map(|(_, c)| *c)
            .collect::<String>()
    };
    format!("u={},g={},o={}", bits(6), bits(3), bits(0))
}

fn parse_symbolic(text: &str, mask: u32) -> Result<u32, char> {
    let mut allowed = !mask & 0o777;
    for clause in text.split(',') {
        let place = clause.find(['+', '-', '=']).ok_or_else(|| clause.chars().last().unwrap_or(' '))?;
        let (who, rest) = clause.split_at(place);
        let mut shifts = 0;
        for c in who.chars() {
            shifts |= match c {
                'u' => 0o700,
                'g' => 0o070,
                'o' => 0o007,
                'a' => 0o777,
                c => return Err(c),
            };
        }
        if shifts == 0 {
            shifts = 0o777;
        }
        let mut bits = 0;
        for c in rest.chars().skip(1) {
            bits |= match c {
                'r' => 0o444,
                'w' => 0o222,
                'x' => 0o111,
                c => return Err(c),
            };
        }
        let bits = bits & shifts;
        allowed = match rest.chars().next() {
            Some('+') => allowed | bits,
            Some('-') => allowed & !bits,
            _ => allowed & !shifts | bits,
        };
    }
    Ok(!allowed & 0o777)
}
