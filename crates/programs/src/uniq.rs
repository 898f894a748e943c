//! `uniq`

use podground_shell::{OpenOptions, Process};

use crate::options::{self, Syntax};
use crate::stream::{Inputs, Output};
use crate::text;

const SYNTAX: Syntax = Syntax::new(
    "cdDuif:s:w:z",
    &[
        ("count", 'c'),
        ("repeated", 'd'),
        ("unique", 'u'),
        ("ignore-case", 'i'),
        ("skip-fields=", 'f'),
        ("skip-chars=", 's'),
        ("check-chars=", 'w'),
        ("zero-terminated", 'z'),
    ],
    "[OPTION]... [INPUT [OUTPUT]]",
    "Leave out lines that are like the one before.",
);

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &SYNTAX).await?;
    let mut out = Output::new(process);
    let mut numbers = [0, 0, usize::MAX];
    for (letter, number) in ['f', 's', 'w'].into_iter().zip(&mut numbers) {
        if let Some(text) = parsed.value(letter) {
            let what = match letter {
                'f' => "fields to skip",
                's' => "bytes to skip",
                _ => "bytes to compare",
            };
            let Ok(value) = text.parse() else {
                out.complain(format_args!("{text}: invalid number of {what}")).await;
                return Err(1);
            };
            *number = value;
        }
    }
    let mut operands = parsed.operands.clone();
    if operands.len() > 2 {
        let message = format!("extra operand {}", text::quote(&operands[2]));
        return Err(options::refuse(process, &SYNTAX, &message).await);
    }
    let target = match operands.get(1) {
        Some(name) => match process.open(name, OpenOptions::WRITE) {
            Ok(fd) => Some(fd),
            Err(error) => {
                out.complain(format_args!("{name}: {error}")).await;
                return Err(1);
            }
        },
        None => None,
    };
    operands.truncate(1);
    let end = if parsed.has('z') { 0 } else { b'\n' };
    let mut inputs = Inputs::new(&operands);
    inputs.delimiter = end;
    let key = |line: &[u8]| {
        let mut rest = line;
        for _ in 0..numbers[0] {
            let blank = |byte: &&u8| byte.is_ascii_whitespace();
            let skip = rest.iter().take_while(blank).count();
            let skip = skip + rest[skip..].iter().take_while(|byte| !blank(byte)).count();
            rest = &rest[skip..];
        }
        let rest = rest.get(numbers[1]..).unwrap_or_default();
        let rest = &rest[..rest.len().min(numbers[2])];
        if parsed.has('i') { rest.to_ascii_lowercase() } else { rest.to_vec() }
    };
    let mut group: Option<(Vec<u8>, Vec<u8>, usize)> = None;
    let mut written = Vec::new();
    loop {
        let line = inputs.line(&mut out).await;
        let line = line.map(|line| line.strip_suffix(&[end]).unwrap_or(&line).to_vec());
        let next_key = line.as_deref().map(key);
        if let (Some((_, own, count)), Some(next)) = (&mut group, &next_key)
            && own == next
        {
            *count += 1;
            if parsed.has('D') && *count == 2 {
                out.push(group.as_ref().map_or(&[][..], |(line, ..)| line));
                out.push([end]);
            }
            if parsed.has('D') {
                out.push(line.unwrap_or_default());
                out.push([end]);
            }
            continue;
        }
        if let Some((line, _, count)) = group.take() {
            let shown = match (parsed.has('d'), parsed.has('u')) {
                _ if parsed.has('D') => false,
                (false, false) => true,
                (true, false) => count > 1,
                (false, true) => count == 1,
                (true, true) => false,
            };
            if shown {
                let prefix = if parsed.has('c') { format!("{count:7} ") } else { String::new() };
                if target.is_some() {
                    written.extend([prefix.as_bytes(), &line, &[end]].concat());
                } else {
                    out.push(prefix);
                    out.push(line);
                    out.write([end]).await;
                }
            }
        }
        match (line, next_key) {
            (Some(line), Some(key)) => group = Some((line, key, 1)),
            _ => break,
        }
    }
    if let Some(target) = target {
        let _ = target.write(&written).await;
    }
    Ok(out.finish(inputs.status).await)
}
