//! `od`, `hexdump`, `xxd`

use podground_shell::Process;

use crate::options::{self, Syntax};
use crate::stream::{Inputs, Output, complain};

async fn all(out: &mut Output<'_>, names: &[String]) -> (Vec<u8>, u8) {
    let mut inputs = Inputs::new(names);
    let mut bytes = Vec::new();
    while let Some(chunk) = inputs.chunk(out).await {
        bytes.extend(chunk);
    }
    (bytes, inputs.status)
}

fn printable(byte: u8) -> char {
    if (32..127).contains(&byte) { char::from(byte) } else { '.' }
}

const OD: Syntax = Syntax::new(
    "A:bcdj:N:ot:vxw::",
    &[
        ("address-radix=", 'A'),
        ("format=", 't'),
        ("read-bytes=", 'N'),
        ("skip-bytes=", 'j'),
        ("width=?", 'w'),
        ("output-duplicates", 'v'),
    ],
    "[OPTION]... [FILE]...",
    "Show the bytes of files.",
);

pub(crate) async fn od(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &OD).await?;
    let form = match (parsed.last_of("bcdotx"), parsed.value('t')) {
        (Some('b'), _) => "o1",
        (Some('c'), _) => "c",
        (Some('d'), _) => "u2",
        (Some('x'), _) => "x2",
        (Some('t'), Some(form)) => form.trim_end_matches('z'),
        _ => "o2",
    };
    let (kind, size) = form.split_at(1.min(form.len()));
    let size: usize = match size {
        "" if matches!(kind, "c" | "a") => 1,
        "" | "I" => 4,
        "C" => 1,
        "S" => 2,
        "L" => 8,
        digits => digits.parse().unwrap_or(0),
    };
    if !matches!(kind, "o" | "x" | "d" | "u" | "c" | "a") || !matches!(size, 1 | 2 | 4 | 8) {
        complain(process, format_args!("invalid type string ‘{form}’")).await;
        return Err(1);
    }
    let number =
        |letter: char| parsed.value(letter).and_then(crate::text::size).map(|number| number as usize);
    let mut out = Output::new(process);
    let (mut bytes, status) = all(&mut out, &parsed.operands).await;
    let skip = number('j').unwrap_or(0).min(bytes.len());
    bytes.drain(..skip);
    bytes.truncate(number('N').unwrap_or(usize::MAX));
    let width = match parsed.value('w') {
        None => 16,
        Some("") => 32,
        Some(width) => width.parse().unwrap_or(16),
    };
    let address = |at: usize| match parsed.value('A') {
        Some("x") => format!("{at:06x}"),
        Some("d") => format!("{at:07}"),
        Some("n") => String::new(),
        _ => format!("{at:07o}"),
    };
    let mut last: Option<&[u8]> = None;
    let mut starred = false;
    for (index, row) in bytes.chunks(width).enumerate() {
        if last == Some(row) && !parsed.has('v') {
            if !starred {
                out.push("*\n");
            }
            starred = true;
            continue;
        }
        starred = false;
        last = Some(row);
        let cells: String = row.chunks(size).map(|cell| od_cell(kind, size, cell)).collect();
        out.write(format!("{}{cells}\n", address(skip + index * width))).await;
    }
    let end = address(skip + bytes.len());
    // Nothing was read where no file could be opened.
    if !end.is_empty() && (status == 0 || !bytes.is_empty()) {
        out.push(end + "\n");
    }
    Ok(out.finish(status).await)
}

fn od_cell(kind: &str, size: usize, cell: &[u8]) -> String {
    let value = cell.iter().rev().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    match kind {
        "c" | "a" => {
            let shown = match cell[0] {
                0 => "\\0".to_owned(),
                7 => "\\a".to_owned(),
                8 => "\\b".to_owned(),
                9 => "\\t".to_owned(),
                10 => "\\n".to_owned(),
                11 => "\\v".to_owned(),
                12 => "\\f".to_owned(),
                13 => "\\r".to_owned(),
                byte if (32..127).contains(&byte) => char::from(byte).to_string(),
                byte => format!("{byte:03o}"),
            };
            format!("{shown:>4}")
        }
        "x" => format!(" {value:0width$x}", width = size * 2),
        "o" => {
            let width = [0, 3, 6, 0, 11, 0, 0, 0, 22][size];
            format!(" {value:0width$o}")
        }
        "u" => {
            let width = [0, 3, 5, 0, 10, 0, 0, 0, 20][size];
            format!(" {value:width$}")
        }
        _ => {
            let width = [0, 4, 6, 0, 11, 0, 0, 0, 20][size];
            let shift = 64 - size as u32 * 8;
            format!(" {:width$}", (value << shift) as i64 >> shift)
        }
    }
}

const HEXDUMP: Syntax = Syntax::new(
    "Cn:s:vx",
    &[("canonical", 'C'), ("length=", 'n'), ("skip=", 's')],
    "[-C] [-n N] [FILE]...",
    "Show bytes in hexadecimal.",
);

pub(crate) async fn hexdump(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &HEXDUMP).await?;
    let number =
        |letter: char| parsed.value(letter).and_then(crate::text::size).map(|number| number as usize);
    let mut out = Output::new(process);
    let (mut bytes, status) = all(&mut out, &parsed.operands).await;
    let skip = number('s').unwrap_or(0).min(bytes.len());
    bytes.drain(..skip);
    bytes.truncate(number('n').unwrap_or(usize::MAX));
    let canonical = parsed.has('C');
    let mut last: Option<&[u8]> = None;
    let mut starred = false;
    for (index, row) in bytes.chunks(16).enumerate() {
        if last == Some(row) && !parsed.has('v') {
            if !starred {
                out.push("*\n");
            }
            starred = true;
            continue;
        }
        starred = false;
        last = Some(row);
        let at = skip + index * 16;
        out.write(if canonical {
            let half = |part: &[u8]| part.iter().map(|byte| format!("{byte:02x} ")).collect::<String>();
            let (a, b) = row.split_at(row.len().min(8));
            let text: String = row.iter().map(|byte| printable(*byte)).collect();
            format!("{at:08x}  {:<25}{:<25}|{text}|\n", half(a) + "", half(b))
        } else {
            let words: Vec<String> = row
                .chunks(2)
                .map(|pair| format!("{:02x}{:02x}", pair.get(1).copied().unwrap_or(0), pair[0]))
                .collect();
            format!("{at:07x} {:<39}\n", words.join(" "))
        })
        .await;
    }
    if !bytes.is_empty() {
        let end = skip + bytes.len();
        out.push(if canonical { format!("{end:08x}\n") } else { format!("{end:07x}\n") });
    }
    Ok(out.finish(status).await)
}

const XXD: Syntax =
    Syntax::new("c:g:l:prs:u", &[], "[options] [infile [outfile]]", "Make a hex dump, or the reverse.");

pub(crate) async fn xxd(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &XXD).await?;
    let number = |letter: char| parsed.value(letter).and_then(|text| text.parse::<usize>().ok());
    let mut out = Output::new(process);
    let names = parsed.operands.get(..1.min(parsed.operands.len())).unwrap_or_default();
    let (mut bytes, status) = all(&mut out, names).await;
    if parsed.has('r') {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let mut digits = String::new();
        for line in text.lines() {
            let body = if parsed.has('p') {
                line
            } else {
                let body = line.split_once(':').map_or("", |(_, body)| body);
                body.trim_start().split("  ").next().unwrap_or_default()
            };
            digits.extend(body.chars().filter(char::is_ascii_hexdigit));
        }
        let pairs = digits.as_bytes().chunks_exact(2).filter_map(|pair| std::str::from_utf8(pair).ok());
        let bytes: Vec<u8> = pairs.filter_map(|pair| u8::from_str_radix(pair, 16).ok()).collect();
        out.push(bytes);
        return Ok(out.finish(status).await);
    }
    let skip = number('s').unwrap_or(0).min(bytes.len());
    bytes.drain(..skip);
    bytes.truncate(number('l').unwrap_or(usize::MAX));
    let plain = parsed.has('p');
    let columns = number('c').unwrap_or(if plain { 30 } else { 16 }).clamp(1, 256);
    let group = number('g').unwrap_or(2).max(1);
    let hex = |byte: &u8| if parsed.has('u') { format!("{byte:02X}") } else { format!("{byte:02x}") };
    for (index, row) in bytes.chunks(columns).enumerate() {
        let line = if plain {
            row.iter().map(hex).collect::<String>() + "\n"
        } else {
            let groups: Vec<String> = row.chunks(group).map(|part| part.iter().map(hex).collect()).collect();
            let width = columns * 2 + columns.div_ceil(group) - 1;
            let text: String = row.iter().map(|byte| printable(*byte)).collect();
            format!("{:08x}: {:<width$}  {text}\n", skip + index * columns, groups.join(" "))
        };
        out.write(line).await;
    }
    Ok(out.finish(status).await)
}
