//! Programs that lay files side by side: `paste`, `join`, `comm`.

use std::cmp::Ordering;

use podground_shell::Process;

use crate::options::{self, Syntax};
use crate::stream::{Input, Output};
use crate::text::{chomp, decode};

const PASTE: Syntax = Syntax::new(
    "d:sz",
    &[("delimiters=", 'd'), ("serial", 's'), ("zero-terminated", 'z')],
    "[OPTION]... [FILE]...",
    "Put the lines of files side by side.",
);

pub(crate) async fn paste(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &PASTE).await?;
    let mut out = Output::new(process);
    let given =
        parsed.value('d').unwrap_or("\t").replace("\\t", "\t").replace("\\n", "\n").replace("\\0", "");
    let delimiters: Vec<String> =
        if given.is_empty() { vec![String::new()] } else { given.chars().map(String::from).collect() };
    let standard = ["-".to_owned()];
    let names: &[String] = if parsed.operands.is_empty() { &standard } else { &parsed.operands };
    let files = open(&mut out, names).await?;
    let mut files: Vec<Input> = files;
    if parsed.has('s') {
        for file in &mut files {
            let mut index = 0;
            while let Ok(Some(line)) = file.line(&mut out).await {
                if index > 0 {
                    out.push(&delimiters[(index - 1) % delimiters.len()]);
                }
                out.write(chomp(&line)).await;
                index += 1;
            }
            out.push("\n");
        }
        return Ok(out.finish(0).await);
    }
    // `-` may be there more than once: its lines are dealt out.
    let shared: Vec<bool> = names.iter().map(|name| name == "-").collect();
    let mut standard = Input::standard();
    loop {
        let mut line = Vec::new();
        let mut any = false;
        for (index, file) in files.iter_mut().enumerate() {
            if index > 0 {
                line.extend_from_slice(delimiters[(index - 1) % delimiters.len()].as_bytes());
            }
            let source = if shared[index] { &mut standard } else { file };
            if let Ok(Some(part)) = source.line(&mut out).await {
                any = true;
                line.extend_from_slice(chomp(&part));
            }
        }
        if !any {
            break;
        }
        line.push(b'\n');
        out.write(line).await;
    }
    Ok(out.finish(0).await)
}

async fn open(out: &mut Output<'_>, names: &[String]) -> Result<Vec<Input>, u8> {
    let mut files = Vec::new();
    for name in names {
        match Input::open(out.process, name) {
            Ok(input) => files.push(input),
            Err(error) => {
                out.complain(format_args!("{name}: {error}")).await;
                return Err(1);
            }
        }
    }
    Ok(files)
}

/// All lines of both files of a command line.
async fn both(out: &mut Output<'_>, syntax: &Syntax, names: &[String]) -> Result<[Vec<String>; 2], u8> {
    if names.len() != 2 {
        let message = match names {
            [] => "missing operand".to_owned(),
            [only] => format!("missing operand after ‘{only}’"),
            [_, _, third, ..] => format!("extra operand ‘{third}’"),
            [..] => String::new(),
        };
        return Err(options::refuse(out.process, syntax, &message).await);
    }
    let mut lines: [Vec<String>; 2] = Default::default();
    for (index, mut input) in open(out, names).await?.into_iter().enumerate() {
        while let Ok(Some(line)) = input.line(out).await {
            lines[index].push(decode(chomp(&line)).into_owned());
        }
    }
    Ok(lines)
}

const COMM: Syntax = Syntax::new(
    "123z",
    &[("output-delimiter=", 'd'), ("check-order", 'c'), ("nocheck-order", 'n')],
    "[OPTION]... FILE1 FILE2",
    "Compare two sorted files line by line.",
);

pub(crate) async fn comm(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &COMM).await?;
    let mut out = Output::new(process);
    let [left, right] = both(&mut out, &COMM, &parsed.operands).await?;
    let delimiter = parsed.value('d').unwrap_or("\t").to_owned();
    let shown = |column: char| !parsed.has(column);
    let gap = |columns: &str| delimiter.repeat(columns.chars().filter(|column| shown(*column)).count());
    let (mut a, mut b) = (left.iter().peekable(), right.iter().peekable());
    loop {
        let order = match (a.peek(), b.peek()) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(a), Some(b)) => a.as_bytes().cmp(b.as_bytes()),
        };
        let (column, indent, line) = match order {
            Ordering::Less => ('1', "", a.next()),
            Ordering::Greater => ('2', "1", b.next()),
            Ordering::Equal => {
                b.next();
                ('3', "12", a.next())
            }
        };
        if let (true, Some(line)) = (shown(column), line) {
            out.write(format!("{}{line}\n", gap(indent))).await;
        }
    }
    let mut status = 0;
    for (index, lines) in [left, right].iter().enumerate() {
        if !lines.is_sorted() && !parsed.has('n') {
            out.complain(format_args!("file {} is not in sorted order", index + 1)).await;
            status = 1;
        }
    }
    if status > 0 {
        out.complain("input is not in sorted order").await;
    }
    Ok(out.finish(status).await)
}

const JOIN: Syntax = Syntax::new(
    "1:2:a:e:ij:o:t:v:",
    &[("ignore-case", 'i')],
    "[OPTION]... FILE1 FILE2",
    "Join the lines of two files that have a field in common.",
);

pub(crate) async fn join(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &JOIN).await?;
    let mut out = Output::new(process);
    let [left, right] = both(&mut out, &JOIN, &parsed.operands).await?;
    let key = |letter: char| {
        let text = parsed.value(letter).or(parsed.value('j')).unwrap_or("1");
        text.parse::<usize>().unwrap_or(1).max(1) - 1
    };
    let separator = parsed.value('t');
    let split = |line: &String| -> Vec<String> {
        match separator {
            Some(separator) => line.split(separator).map(str::to_owned).collect(),
            None => line.split_whitespace().map(str::to_owned).collect(),
        }
    };
    let rows = |lines: &[String], key: usize| -> Vec<(String, Vec<String>)> {
        let split = lines.iter().map(split);
        split.map(|fields| (fields.get(key).cloned().unwrap_or_default(), fields)).collect()
    };
    let (keys_a, keys_b) = (key('1'), key('2'));
    let (a, b) = (rows(&left, keys_a), rows(&right, keys_b));
    let unpaired = |file: &str| parsed.values('a').chain(parsed.values('v')).any(|value| value == file);
    let paired = !parsed.has('v');
    let empty = parsed.value('e').unwrap_or("");
    let order: Option<Vec<String>> =
        parsed.value('o').map(|list| list.split([',', ' ']).map(str::to_owned).collect());
    let joiner = separator.unwrap_or(" ");
    let show = |key: &str, a: Option<&Vec<String>>, b: Option<&Vec<String>>| -> String {
        let fields: Vec<String> = match &order {
            Some(order) => order
                .iter()
                .map(|item| {
                    let field = |fields: Option<&Vec<String>>, index: &str| {
                        let index: usize = index.parse().unwrap_or(1);
                        fields.and_then(|fields| fields.get(index.max(1) - 1)).cloned()
                    };
                    let value = match item.split_once('.') {
                        Some(("1", index)) => field(a, index),
                        Some((_, index)) => field(b, index),
                        None => Some(key.to_owned()),
                    };
                    value.filter(|value| !value.is_empty()).unwrap_or_else(|| empty.to_owned())
                })
                .collect(),
            None => {
                let rest = |fields: Option<&Vec<String>>, key: usize| -> Vec<String> {
                    let fields = fields.into_iter().flatten().enumerate();
                    fields.filter(|(index, _)| *index != key).map(|(_, field)| field.clone()).collect()
                };
                let mut all = vec![key.to_owned()];
                all.extend(rest(a, keys_a));
                all.extend(rest(b, keys_b));
                all
            }
        };
        fields.join(joiner) + "\n"
    };
    let (mut i, mut j) = (0, 0);
    while i < a.len() || j < b.len() {
        let order = match (a.get(i), b.get(j)) {
            (Some(_), None) => Ordering::Less,
            (None, _) => Ordering::Greater,
            (Some(a), Some(b)) if parsed.has('i') => a.0.to_lowercase().cmp(&b.0.to_lowercase()),
            (Some(a), Some(b)) => a.0.as_bytes().cmp(b.0.as_bytes()),
        };
        match order {
            Ordering::Less => {
                if unpaired("1") {
                    out.write(show(&a[i].0, Some(&a[i].1), None)).await;
                }
                i += 1;
            }
            Ordering::Greater => {
                if unpaired("2") {
                    out.write(show(&b[j].0, None, Some(&b[j].1))).await;
                }
                j += 1;
            }
            Ordering::Equal => {
                let key = a[i].0.clone();
                let end_a = a[i..].iter().take_while(|row| row.0 == key).count() + i;
                let end_b = b[j..].iter().take_while(|row| row.0 == b[j].0).count() + j;
                for left in a[i..end_a].iter().filter(|_| paired) {
                    for right in &b[j..end_b] {
                        out.write(show(&key, Some(&left.1), Some(&right.1))).await;
                    }
                }
                (i, j) = (end_a, end_b);
            }
        }
    }
    Ok(out.finish(0).await)
}
