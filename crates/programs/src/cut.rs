//! `cut`

use podground_shell::Process;

use crate::options::{self, Syntax};
use crate::stream::{Inputs, Output, complain};
use crate::text;

const SYNTAX: Syntax = Syntax::new(
    "b:c:d:f:nsz",
    &[
        ("bytes=", 'b'),
        ("characters=", 'c'),
        ("delimiter=", 'd'),
        ("fields=", 'f'),
        ("only-delimited", 's'),
        ("complement", '1'),
        ("output-delimiter=", '2'),
        ("zero-terminated", 'z'),
    ],
    "OPTION... [FILE]...",
    "Print selected parts of lines.",
);

/// The numbers of a list such as `1,3-5,7-`, from 1 on.
struct List {
    ranges: Vec<(usize, usize)>,
    complement: bool,
}

impl List {
    fn parse(text: &str, what: &str, complement: bool) -> Result<Self, String> {
        let mut ranges = Vec::new();
        for part in text.split([',', ' ']) {
            let number = |digits: &str| match digits.parse::<usize>() {
                Ok(0) if what == "field" => Err("fields are numbered from 1".to_owned()),
                Ok(0) => Err("byte/character positions are numbered from 1".to_owned()),
                Ok(number) => Ok(number),
                Err(_) => Err(format!("invalid {what} value {}", text::curly(digits))),
            };
            ranges.push(match part.split_once('-') {
                Some(("", "")) => return Err("invalid range with no endpoint: -".to_owned()),
                Some((first, last)) => {
                    let first = if first.is_empty() { 1 } else { number(first)? };
                    let last = if last.is_empty() { usize::MAX } else { number(last)? };
                    if first > last {
                        return Err("invalid decreasing range".to_owned());
                    }
                    (first, last)
                }
                None => (number(part)?, number(part)?),
            });
        }
        Ok(Self { ranges, complement })
    }

    fn has(&self, number: usize) -> bool {
        self.ranges.iter().any(|(first, last)| (*first..=*last).contains(&number)) != self.complement
    }
}

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &SYNTAX).await?;
    let kinds: Vec<char> =
        parsed.options.iter().map(|(letter, _)| *letter).filter(|letter| "bcf".contains(*letter)).collect();
    let kind = match kinds[..] {
        [] => {
            let message = "you must specify a list of bytes, characters, or fields";
            return Err(options::refuse(process, &SYNTAX, message).await);
        }
        [kind] => kind,
        _ => return Err(options::refuse(process, &SYNTAX, "only one list may be specified").await),
    };
    let delimiter = parsed.value('d').unwrap_or("\t");
    if kind != 'f' && parsed.has('d') {
        let message = "an input delimiter may be specified only when operating on fields";
        return Err(options::refuse(process, &SYNTAX, message).await);
    }
    if delimiter.chars().count() > 1 {
        return Err(options::refuse(process, &SYNTAX, "the delimiter must be a single character").await);
    }
    let what = if kind == 'f' { "field" } else { "byte/character position" };
    let list = match List::parse(parsed.value(kind).unwrap_or_default(), what, parsed.has('1')) {
        Ok(list) => list,
        Err(message) if message.starts_with("invalid") && message.contains("value") => {
            return Err(options::refuse(process, &SYNTAX, &message).await);
        }
        Err(message) => return Err(options::refuse(process, &SYNTAX, &message).await),
    };
    let joiner = parsed.value('2').unwrap_or(if kind == 'f' { delimiter } else { "" }).to_owned();
    let end = if parsed.has('z') { 0 } else { b'\n' };
    let separator = delimiter.as_bytes().first().copied().unwrap_or(0);
    let mut inputs = Inputs::new(&parsed.operands);
    inputs.delimiter = end;
    let mut out = Output::new(process);
    while let Some(line) = inputs.line(&mut out).await {
        let line = line.strip_suffix(&[end]).unwrap_or(&line);
        if kind == 'f' {
            if !line.contains(&separator) {
                if !parsed.has('s') {
                    out.push(line);
                    out.push([end]);
                }
                continue;
            }
            let fields = line.split(|byte| *byte == separator);
            let chosen: Vec<&[u8]> =
                fields.enumerate().filter(|(i, _)| list.has(i + 1)).map(|(_, field)| field).collect();
            out.push(chosen.join(joiner.as_bytes()));
        } else {
            // GNU's -c counts bytes, too.
            let mut last = None;
            for (index, byte) in line.iter().enumerate().filter(|(i, _)| list.has(i + 1)) {
                if last.is_some_and(|last| last + 1 < index) {
                    out.push(&joiner);
                }
                out.push([*byte]);
                last = Some(index);
            }
        }
        out.push([end]);
        out.write("").await;
    }
    if out.failed() {
        complain(process, "write error").await;
    }
    Ok(out.finish(inputs.status).await)
}
