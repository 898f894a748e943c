//! `cat`

use podground_shell::Process;

use crate::options::{self, Syntax};
use crate::stream::{Inputs, Output};

const SYNTAX: Syntax = Syntax::new(
    "AbeEnstTuv",
    &[
        ("show-all", 'A'),
        ("number-nonblank", 'b'),
        ("show-ends", 'E'),
        ("number", 'n'),
        ("squeeze-blank", 's'),
        ("show-tabs", 'T'),
        ("show-nonprinting", 'v'),
    ],
    "[OPTION]... [FILE]...",
    "Put files one after the other on standard output.",
);

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &SYNTAX).await?;
    let mut out = Output::new(process);
    let mut inputs = Inputs::new(&parsed.operands);
    let any = |letters: &str| parsed.last_of(letters).is_some();
    let (ends, tabs, codes) = (any("AeE"), any("AtT"), any("Aetv"));
    let (number, nonblank, squeeze) = (any("nb"), any("b"), any("s"));
    if !(ends || tabs || codes || number || squeeze) {
        while let Some(bytes) = inputs.chunk(&mut out).await {
            out.push(bytes);
        }
        return Ok(out.finish(inputs.status).await);
    }
    let (mut count, mut blanks, mut open) = (0, 0, false);
    while let Some(line) = inputs.line(&mut out).await {
        let blank = line == b"\n" && !open;
        blanks = if blank { blanks + 1 } else { 0 };
        if squeeze && blanks > 1 {
            continue;
        }
        if number && !open && !(nonblank && blank) {
            count += 1;
            out.push(format!("{count:6}\t"));
        }
        open = line.last() != Some(&b'\n');
        for byte in line {
            match byte {
                b'\n' if ends => out.push(b"$\n"),
                b'\n' => out.push(b"\n"),
                b'\t' if tabs => out.push(b"^I"),
                b'\t' => out.push(b"\t"),
                _ if codes => out.push(visible(byte)),
                _ => out.push([byte]),
            }
        }
    }
    Ok(out.finish(inputs.status).await)
}

/// A byte in the notation of `^X` and `M-X`.
fn visible(byte: u8) -> String {
    let (meta, low) = if byte >= 128 { ("M-", byte - 128) } else { ("", byte) };
    match low {
        0..32 => format!("{meta}^{}", char::from(low + 64)),
        127 => format!("{meta}^?"),
        _ => format!("{meta}{}", char::from(low)),
    }
}
