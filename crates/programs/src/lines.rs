//! Programs that turn lines around: `tac`, `rev`, `nl`, `fold`, `expand`.

use podground_shell::Process;

use crate::options::{self, Syntax};
use crate::stream::{Input, Inputs, Output};
use crate::text::{self, decode, encode};

const TAC: Syntax = Syntax::new(
    "bs:r",
    &[("before", 'b'), ("separator=", 's')],
    "[OPTION]... [FILE]...",
    "Print files from the last line to the first.",
);

pub(crate) async fn tac(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &TAC).await?;
    if let Some(letter) = parsed.last_of("br") {
        crate::stream::complain(process, format_args!("podground does not support the option -{letter} yet"))
            .await;
        return Err(1);
    }
    let separator = parsed.value('s').unwrap_or("\n");
    let mut out = Output::new(process);
    let mut status = 0;
    let standard = ["-".to_owned()];
    let names: &[String] = if parsed.operands.is_empty() { &standard } else { &parsed.operands };
    for name in names {
        let bytes = match Input::open(process, name) {
            Ok(mut input) => {
                input.rest(&mut out).await.map_err(|error| format!("{name}: read error: {error}"))
            }
            Err(error) => Err(format!("failed to open {} for reading: {error}", text::quote(name))),
        };
        match bytes {
            Ok(bytes) => {
                let text = decode(&bytes).into_owned();
                let parts: Vec<&str> = text.split_inclusive(separator).collect();
                for part in parts.iter().rev() {
                    out.write(&*encode(part)).await;
                }
            }
            Err(message) => {
                out.complain(message).await;
                status = 1;
            }
        }
    }
    Ok(out.finish(status).await)
}

const REV: Syntax = Syntax::new("", &[], "[FILE]...", "Turn each line around.");

pub(crate) async fn rev(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &REV).await?;
    let mut out = Output::new(process);
    let mut inputs = Inputs::new(&parsed.operands);
    inputs.complaint = "cannot open ";
    while let Some(line) = inputs.line(&mut out).await {
        let text = decode(text::chomp(&line)).chars().rev().collect::<String>();
        out.push(&*encode(&text));
        out.write(if line.ends_with(b"\n") { "\n" } else { "" }).await;
    }
    Ok(out.finish(inputs.status).await)
}

const NL: Syntax = Syntax::new(
    "b:d:f:h:i:l:n:ps:v:w:",
    &[
        ("body-numbering=", 'b'),
        ("line-increment=", 'i'),
        ("number-format=", 'n'),
        ("number-separator=", 's'),
        ("starting-line-number=", 'v'),
        ("number-width=", 'w'),
    ],
    "[OPTION]... [FILE]...",
    "Number lines.",
);

pub(crate) async fn nl(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &NL).await?;
    if let Some(letter) = parsed.last_of("dfhlp") {
        crate::stream::complain(process, format_args!("podground does not support the option -{letter} yet"))
            .await;
        return Err(1);
    }
    let style = parsed.value('b').unwrap_or("t").to_owned();
    if !matches!(style.as_str(), "a" | "t" | "n") {
        let message = format!("invalid body numbering style: ‘{style}’");
        return Err(options::refuse(process, &NL, &message).await);
    }
    let number = |letter: char, default: i64| {
        parsed.value(letter).and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    let (mut next, step, width) = (number('v', 1), number('i', 1), number('w', 6).max(1) as usize);
    let separator = parsed.value('s').unwrap_or("\t").to_owned();
    let format = parsed.value('n').unwrap_or("rn").to_owned();
    let mut out = Output::new(process);
    let mut inputs = Inputs::new(&parsed.operands);
    while let Some(line) = inputs.line(&mut out).await {
        if style == "a" || (style == "t" && text::chomp(&line) != b"") {
            out.push(match format.as_str() {
                "ln" => format!("{next:<width$}{separator}"),
                "rz" => format!("{next:0width$}{separator}"),
                _ => format!("{next:width$}{separator}"),
            });
            next += step;
        } else {
            out.push(" ".repeat(width + separator.len()));
        }
        out.push(text::chomp(&line));
        out.write("\n").await;
    }
    Ok(out.finish(inputs.status).await)
}

const FOLD: Syntax = Syntax::new(
    "bsw:",
    &[("bytes", 'b'), ("spaces", 's'), ("width=", 'w')],
    "[OPTION]... [FILE]...",
    "Break lines that are too long.",
);

pub(crate) async fn fold(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse_with_number(process, &FOLD, 'w').await?;
    let given = parsed.value('w').unwrap_or("80");
    let Some(width) = given.parse::<usize>().ok().filter(|width| *width > 0) else {
        crate::stream::complain(process, format_args!("invalid number of columns: ‘{given}’")).await;
        return Err(1);
    };
    let mut out = Output::new(process);
    let mut inputs = Inputs::new(&parsed.operands);
    while let Some(line) = inputs.line(&mut out).await {
        let mut rest = text::chomp(&line);
        while rest.len() > width {
            let mut end = width;
            if parsed.has('s')
                && let Some(blank) = rest[..width].iter().rposition(|byte| *byte == b' ')
            {
                end = blank + 1;
            }
            out.push(&rest[..end]);
            out.push("\n");
            rest = &rest[end..];
        }
        out.push(rest);
        out.write(if line.ends_with(b"\n") { "\n" } else { "" }).await;
    }
    Ok(out.finish(inputs.status).await)
}
