//! `gzip`, `gunzip`, `zcat`

use podground_shell::Process;

use crate::files;
use crate::options::{self, Syntax};
use crate::stream::Output;

/// What a compressed file begins with.
pub(crate) const MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Compresses bytes.
pub(crate) fn compress(bytes: &[u8], level: u8) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
    out.extend(miniz_oxide::deflate::compress_to_vec(bytes, level));
    out.extend(crc32(bytes).to_le_bytes());
    out.extend((bytes.len() as u32).to_le_bytes());
    out
}

/// The bytes that were compressed.
pub(crate) fn decompress(bytes: &[u8]) -> Result<Vec<u8>, &'static str> {
    if !bytes.starts_with(&MAGIC) {
        return Err("not in gzip format");
    }
    const SHORT: &str = "unexpected end of file";
    let flags = *bytes.get(3).ok_or(SHORT)?;
    let mut at = 10;
    if flags & 4 != 0 {
        let length = bytes.get(at..at + 2).ok_or(SHORT)?;
        at += 2 + usize::from(length[0]) + usize::from(length[1]) * 256;
    }
    for flag in [8, 16] {
        if flags & flag != 0 {
            at += bytes.get(at..).ok_or(SHORT)?.iter().position(|byte| *byte == 0).ok_or(SHORT)? + 1;
        }
    }
    if flags & 2 != 0 {
        at += 2;
    }
    let end = bytes.len().checked_sub(8).filter(|end| *end >= at).ok_or(SHORT)?;
    let out = miniz_oxide::inflate::decompress_to_vec_with_limit(&bytes[at..end], 1 << 28)
        .map_err(|_| "invalid compressed data--format violated")?;
    if crc32(&out).to_le_bytes() != bytes[end..end + 4] {
        return Err("invalid compressed data--crc error");
    }
    Ok(out)
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

const SYNTAX: Syntax = Syntax::new(
    "cdfklnqtv123456789",
    &[("stdout", 'c'), ("decompress", 'd'), ("force", 'f'), ("keep", 'k'), ("test", 't'), ("quiet", 'q')],
    "[OPTION]... [FILE]...",
    "Compress files, or decompress them.",
);

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &SYNTAX).await?;
    let unpack = process.name() != "gzip" || parsed.has('d') || parsed.has('t');
    let to_stdout = process.name() == "zcat" || parsed.has('c') || parsed.operands.is_empty();
    let level = parsed.last_of("123456789").and_then(|digit| digit.to_digit(10)).unwrap_or(6) as u8;
    let mut out = Output::new(process);
    let mut status = 0;
    let standard = ["-".to_owned()];
    let names: &[String] = if parsed.operands.is_empty() { &standard } else { &parsed.operands };
    for given in names {
        let mut name = given.clone();
        if unpack
            && given != "-"
            && files::symlink_metadata(process, given).is_err()
            && given.strip_suffix(".gz").is_none()
        {
            name = format!("{given}.gz");
        }
        let shown = if given == "-" { "stdin" } else { &name };
        let bytes = match files::read(process, &name).await {
            Ok(bytes) => bytes,
            Err(error) => {
                say(&mut out, format_args!("{shown}: {error}")).await;
                status = 1;
                continue;
            }
        };
        out.spend(bytes.len() * 4).await;
        if !unpack && !to_stdout && name.strip_suffix(".gz").is_some() && !parsed.has('f') {
            say(&mut out, format_args!("{name} already has .gz suffix -- unchanged")).await;
            status = 2;
            continue;
        }
        let result = if unpack { decompress(&bytes) } else { Ok(compress(&bytes, level)) };
        let result = match result {
            Ok(result) => result,
            Err(error) => {
                out.flush().await;
                process.eprint(&format!("\ngzip: {shown}: {error}\n")).await;
                status = 1;
                continue;
            }
        };
        if parsed.has('t') {
            continue;
        }
        if to_stdout {
            out.write(result).await;
            continue;
        }
        let target = match (unpack, name.strip_suffix(".gz").or(name.strip_suffix(".tgz"))) {
            (false, _) => format!("{name}.gz"),
            (true, Some(stem)) if name.strip_suffix(".tgz").is_some() => format!("{stem}.tar"),
            (true, Some(stem)) => stem.to_owned(),
            (true, None) => {
                say(&mut out, format_args!("{name}: unknown suffix -- ignored")).await;
                status = 2;
                continue;
            }
        };
        if files::symlink_metadata(process, &target).is_ok() && !parsed.has('f') {
            say(&mut out, format_args!("{target} already exists;\tnot overwritten")).await;
            status = 2;
            continue;
        }
        let written = files::write(process, &target, &result).await;
        let done = match written {
            Ok(()) if !parsed.has('k') => files::remove(process, &name).map_err(|error| error.to_string()),
            result => result,
        };
        if let Err(error) = done {
            say(&mut out, format_args!("{target}: {error}")).await;
            status = 1;
        }
    }
    Ok(out.finish(status).await)
}

/// All three names are the same program.
async fn say(out: &mut Output<'_>, message: std::fmt::Arguments<'_>) {
    out.flush().await;
    out.process.eprint(&format!("gzip: {message}\n")).await;
}
