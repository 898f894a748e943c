//! `md5sum`, `sha1sum`, `sha256sum`, `sha512sum`, `cksum`

use md5::Digest;
use podground_shell::Process;

use crate::options::{self, Syntax};
use crate::stream::{Input, Output};

const SYNTAX: Syntax = Syntax::new(
    "bctwz",
    &[
        ("binary", 'b'),
        ("check", 'c'),
        ("text", 't'),
        ("warn", 'w'),
        ("quiet", 'q'),
        ("status", 's'),
        ("ignore-missing", 'i'),
        ("strict", 'S'),
        ("tag", 'g'),
    ],
    "[OPTION]... [FILE]...",
    "Print or check sums of files.",
);

/// The sum of the program's kind, in hexadecimal digits.
pub(crate) fn sum(program: &str, bytes: &[u8]) -> String {
    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }
    match program {
        "md5sum" => hex(&md5::Md5::digest(bytes)),
        "sha1sum" => hex(&sha1::Sha1::digest(bytes)),
        "sha512sum" => hex(&sha2::Sha512::digest(bytes)),
        _ => hex(&sha2::Sha256::digest(bytes)),
    }
}

fn title(program: &str) -> &'static str {
    match program {
        "md5sum" => "MD5",
        "sha1sum" => "SHA1",
        "sha512sum" => "SHA512",
        _ => "SHA256",
    }
}

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &SYNTAX).await?;
    let mut out = Output::new(process);
    let standard = ["-".to_owned()];
    let names: &[String] = if parsed.operands.is_empty() { &standard } else { &parsed.operands };
    let mut status = 0;
    for name in names {
        let bytes = match read(&mut out, name).await {
            Ok(bytes) => bytes,
            Err(error) => {
                out.complain(format_args!("{name}: {error}")).await;
                status = 1;
                continue;
            }
        };
        if parsed.has('c') {
            let shown = if name == "-" { "'standard input'" } else { name };
            status = status.max(check(&mut out, &parsed, &bytes, shown).await);
            continue;
        }
        out.spend(bytes.len()).await;
        let sum = sum(process.name(), &bytes);
        out.push(if parsed.has('g') {
            format!("{} ({name}) = {sum}\n", title(process.name()))
        } else {
            let end = if parsed.has('z') { '\0' } else { '\n' };
            format!("{sum} {}{name}{end}", if parsed.has('b') { '*' } else { ' ' })
        });
    }
    Ok(out.finish(status).await)
}

async fn read(out: &mut Output<'_>, name: &str) -> Result<Vec<u8>, String> {
    let mut input = Input::open(out.process, name).map_err(|error| error.to_string())?;
    input.rest(out).await.map_err(|error| error.to_string())
}

/// Checks the files of a list.
async fn check(out: &mut Output<'_>, parsed: &options::Parsed, list: &[u8], shown: &str) -> u8 {
    let program = out.process.name().to_owned();
    let length = sum(&program, b"").len();
    let (mut wrong, mut missing, mut good, mut odd) = (0, 0, 0, 0);
    for line in String::from_utf8_lossy(list).lines() {
        let entry =
            line.split_once([' ', '\t']).map(|(sum, rest)| (sum, rest.trim_start_matches([' ', '*'])));
        let Some((wanted, name)) =
            entry.filter(|(sum, _)| sum.len() == length && sum.chars().all(|c| c.is_ascii_hexdigit()))
        else {
            odd += 1;
            continue;
        };
        match read(out, name).await {
            Ok(bytes) => {
                let same = sum(&program, &bytes).eq_ignore_ascii_case(wanted);
                if same {
                    good += 1;
                } else {
                    wrong += 1;
                }
                if !parsed.has('s') && !(same && parsed.has('q')) {
                    out.push(format!("{name}: {}\n", if same { "OK" } else { "FAILED" }));
                }
            }
            Err(_) if parsed.has('i') => {}
            Err(error) => {
                missing += 1;
                out.complain(format_args!("{name}: {error}")).await;
                out.push(format!("{name}: FAILED open or read\n"));
            }
        }
    }
    if good + wrong + missing == 0 {
        out.complain(format_args!("{shown}: no properly formatted checksum lines found")).await;
        return 1;
    }
    let plural = |count: u32, one: &str, many: &str| {
        if count == 1 { format!("{count} {one}") } else { format!("{count} {many}") }
    };
    if !parsed.has('s') {
        if odd > 0 {
            let lines = plural(odd, "line is", "lines are");
            out.complain(format_args!("WARNING: {lines} improperly formatted")).await;
        }
        if missing > 0 {
            let files = plural(missing, "listed file", "listed files");
            out.complain(format_args!("WARNING: {files} could not be read")).await;
        }
        if wrong > 0 {
            let sums = plural(wrong, "computed checksum did", "computed checksums did");
            out.complain(format_args!("WARNING: {sums} NOT match")).await;
        }
    }
    u8::from(wrong + missing > 0)
}
