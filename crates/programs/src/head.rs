//! `head`

use podground_shell::Process;

use crate::options::{self, Syntax};
use crate::stream::{Input, Output};
use crate::text;

const SYNTAX: Syntax = Syntax::new(
    "c:n:qvz",
    &[
        ("bytes=", 'c'),
        ("lines=", 'n'),
        ("quiet", 'q'),
        ("silent", 'q'),
        ("verbose", 'v'),
        ("zero-terminated", 'z'),
    ],
    "[OPTION]... [FILE]...",
    "Print the first 10 lines of each file.",
);

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse_with_number(process, &SYNTAX, 'n').await?;
    let mut out = Output::new(process);
    let by_bytes = parsed.last_of("cn") == Some('c');
    let text = parsed.value(if by_bytes { 'c' } else { 'n' }).unwrap_or("10");
    let (all_but, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let Some(count) = text::size(digits) else {
        let what = if by_bytes { "bytes" } else { "lines" };
        out.complain(format_args!("invalid number of {what}: {}", text::curly(text))).await;
        return Err(1);
    };
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let delimiter = if parsed.has('z') { 0 } else { b'\n' };
    let names = if parsed.operands.is_empty() { vec!["-".to_owned()] } else { parsed.operands.clone() };
    let headers = match parsed.last_of("qv") {
        Some(letter) => letter == 'v',
        None => names.len() > 1,
    };
    let mut status = 0;
    let mut first = true;
    for name in &names {
        let shown = if name == "-" { "standard input" } else { name };
        let mut input = match Input::open(process, name) {
            Ok(input) => input,
            Err(error) => {
                out.complain(format_args!("cannot open '{name}' for reading: {error}")).await;
                status = 1;
                continue;
            }
        };
        if headers {
            out.push(format!("{}==> {shown} <==\n", if first { "" } else { "\n" }));
        }
        first = false;
        let result = match (all_but, by_bytes) {
            (true, _) => last_left_out(&mut out, &mut input, count, by_bytes, delimiter).await,
            (false, true) => bytes(&mut out, &mut input, count).await,
            (false, false) => lines(&mut out, &mut input, count, delimiter).await,
        };
        if let Err(error) = result {
            out.complain(format_args!("error reading '{shown}': {error}")).await;
            status = 1;
        }
    }
    Ok(out.finish(status).await)
}

type Result2 = Result<(), podground_shell::ReadError>;

async fn lines(out: &mut Output<'_>, input: &mut Input, count: usize, delimiter: u8) -> Result2 {
    for _ in 0..count {
        let Some(line) = input.record(out, delimiter).await? else { return Ok(()) };
        out.write(line).await;
    }
    input.give_back(out.process);
    Ok(())
}

async fn bytes(out: &mut Output<'_>, input: &mut Input, mut count: usize) -> Result2 {
    while count > 0 {
        let mut chunk = input.chunk(out).await?;
        if chunk.is_empty() {
            break;
        }
        chunk.truncate(count);
        count -= chunk.len();
        out.push(chunk);
    }
    Ok(())
}

async fn last_left_out(
    out: &mut Output<'_>,
    input: &mut Input,
    count: usize,
    by_bytes: bool,
    delimiter: u8,
) -> Result2 {
    let all = input.rest(out).await?;
    let end = if by_bytes {
        all.len().saturating_sub(count)
    } else {
        let lines: Vec<&[u8]> = all.split_inclusive(|byte| *byte == delimiter).collect();
        lines[..lines.len().saturating_sub(count)].iter().map(|line| line.len()).sum()
    };
    out.write(&all[..end]).await;
    Ok(())
}
