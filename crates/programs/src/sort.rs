//! `sort`

mod compare;

use std::cmp::Ordering;

use podground_shell::{OpenOptions, Process};

use crate::options::{self, Syntax};
use crate::stream::{HeldInput, Inputs, Output};
use crate::text;
use compare::{Key, Rules};

const SYNTAX: Syntax = Syntax::new(
    "bdfghiMnRrVck:mo:st:uzCS:T:",
    &[
        ("ignore-leading-blanks", 'b'),
        ("dictionary-order", 'd'),
        ("ignore-case", 'f'),
        ("general-numeric-sort", 'g'),
        ("human-numeric-sort", 'h'),
        ("month-sort", 'M'),
        ("numeric-sort", 'n'),
        ("reverse", 'r'),
        ("version-sort", 'V'),
        ("check", 'c'),
        ("key=", 'k'),
        ("merge", 'm'),
        ("output=", 'o'),
        ("stable", 's'),
        ("field-separator=", 't'),
        ("unique", 'u'),
        ("zero-terminated", 'z'),
    ],
    "[OPTION]... [FILE]...",
    "Print the lines of all files, sorted.",
)
.failing_with(2);

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &SYNTAX).await?;
    let mut out = Output::new(process);
    let mut rules = Rules::default();
    for (letter, _) in &parsed.options {
        if "bdfghiMnrV".contains(*letter) {
            rules.set(*letter);
        }
    }
    if parsed.has('R') {
        out.complain("podground does not support the option -R yet").await;
        return Err(2);
    }
    let separator = match parsed.value('t') {
        None => None,
        Some("\\0") => Some(0),
        Some(text) if text.len() == 1 => text.bytes().next(),
        Some("") => {
            out.complain("empty tab").await;
            return Err(2);
        }
        Some(text) => {
            out.complain(format_args!("multi-character tab {}", text::quote(text))).await;
            return Err(2);
        }
    };
    let mut keys = Vec::new();
    for text in parsed.values('k') {
        match Key::parse(text, rules) {
            Ok(key) => keys.push(key),
            Err(message) => {
                out.complain(message).await;
                return Err(2);
            }
        }
    }
    if keys.is_empty() {
        keys.push(Key::whole(rules));
    }
    let end = if parsed.has('z') { 0 } else { b'\n' };
    let mut inputs = Inputs::new(&parsed.operands);
    inputs.delimiter = end;
    inputs.complaint = "cannot read: ";
    let mut lines: Vec<Vec<u8>> = Vec::new();
    let mut size = 0;
    let mut held = HeldInput::default();
    while let Some(mut line) = inputs.line(&mut out).await {
        if line.last() == Some(&end) {
            line.pop();
        }
        size += line.len() + size_of::<Vec<u8>>();
        if held.set(process, size).await.is_err() {
            out.complain("memory exhausted").await;
            return Ok(out.finish(2).await);
        }
        lines.push(line);
    }
    if inputs.status != 0 {
        return Ok(2);
    }
    let unique = parsed.has('u');
    let by_keys = |a: &Vec<u8>, b: &Vec<u8>| {
        let orders = keys.iter().map(|key| key.compare(a, b, separator));
        orders.into_iter().find(|order| *order != Ordering::Equal).unwrap_or(Ordering::Equal)
    };
    let plain = rules.is_plain() && !parsed.has('k');
    let order = |a: &Vec<u8>, b: &Vec<u8>| {
        let order = by_keys(a, b);
        if order != Ordering::Equal || unique || parsed.has('s') || plain {
            return order;
        }
        if rules.reverse { b.cmp(a) } else { a.cmp(b) }
    };
    if parsed.has('c') || parsed.has('C') {
        for (index, pair) in lines.windows(2).enumerate() {
            let found = order(&pair[0], &pair[1]);
            if found == Ordering::Greater || unique && found == Ordering::Equal {
                if parsed.has('c') {
                    let name = parsed.operands.first().map_or("-", String::as_str);
                    let line = text::decode(&pair[1]).into_owned();
                    out.complain(format_args!("{name}:{}: disorder: {line}", index + 2)).await;
                }
                return Err(1);
            }
        }
        return Ok(0);
    }
    out.spend(lines.len() * 64).await;
    lines.sort_by(order);
    if unique {
        lines.dedup_by(|b, a| by_keys(a, b) == Ordering::Equal);
    }
    if let Some(name) = parsed.value('o') {
        let mut content = Vec::new();
        for line in lines {
            content.extend(line);
            content.push(end);
        }
        let result = match process.open(name, OpenOptions::WRITE) {
            Ok(fd) => fd.write(&content).await.map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        if let Err(error) = result {
            out.complain(format_args!("open failed: {name}: {error}")).await;
            return Err(2);
        }
        return Ok(0);
    }
    for line in lines {
        out.push(line);
        out.write([end]).await;
    }
    Ok(out.finish(0).await)
}
