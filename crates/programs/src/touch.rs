//! `touch`

use podground_shell::Process;
use podground_vfs::Error;

use crate::options::{self, Syntax};
use crate::stream::Output;
use crate::text::{curly, quote};
use crate::{date, files};

const SYNTAX: Syntax = Syntax::new(
    "acd:fhmr:t:",
    &[("no-create", 'c'), ("date=", 'd'), ("reference=", 'r'), ("no-dereference", 'h'), ("time=", '1')],
    "[OPTION]... FILE...",
    "Set the times of files to now; make those that are missing.",
);

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &SYNTAX).await?;
    if parsed.operands.is_empty() {
        return Err(options::refuse(process, &SYNTAX, "missing file operand").await);
    }
    let mut out = Output::new(process);
    let mut time = process.host.sim.now().0;
    if let Some(name) = parsed.value('r') {
        match files::metadata(process, name) {
            Ok(metadata) => time = metadata.modified,
            Err(error) => {
                out.complain(format_args!("failed to get attributes of {}: {error}", quote(name))).await;
                return Err(1);
            }
        }
    }
    if let Some(text) = parsed.value('d') {
        match date::parse(text, process.host.sim.now()) {
            Some(parsed) => time = parsed.0,
            None => {
                out.complain(format_args!("invalid date format {}", curly(text))).await;
                return Err(1);
            }
        }
    }
    if let Some(text) = parsed.value('t') {
        match stamp(text) {
            Some(stamp) => time = stamp,
            None => {
                out.complain(format_args!("invalid date format {}", curly(text))).await;
                return Err(1);
            }
        }
    }
    let mut status = 0;
    for name in &parsed.operands {
        let result = match files::metadata(process, name) {
            Ok(_) => process.host.files.set_modified(&process.path(name), time),
            Err(Error::NotFound) if parsed.has('c') => Ok(()),
            Err(Error::NotFound) => files::create_file(process, name)
                .and_then(|()| process.host.files.set_modified(&process.path(name), time)),
            Err(error) => Err(error),
        };
        if let Err(error) = result {
            let error =
                if error == Error::IsADirectory && name.ends_with('/') { Error::NotFound } else { error };

            out.complain(format_args!("cannot touch {}: {error}", quote(name))).await;
            status = 1;
        }
    }
    Ok(out.finish(status).await)
}

/// `[[CC]YY]MMDDhhmm[.ss]`
fn stamp(text: &str) -> Option<u64> {
    let (digits, seconds) = text.split_once('.').unwrap_or((text, "00"));
    let full = match digits.len() {
        12 => digits.to_owned(),
        10 => format!("20{digits}"),
        _ => return None,
    };
    let part = |range: std::ops::Range<usize>| full.get(range);
    let text = format!(
        "{}-{}-{}T{}:{}:{seconds}Z",
        part(0..4)?,
        part(4..6)?,
        part(6..8)?,
        part(8..10)?,
        part(10..12)?
    );
    podground_sim::Time::parse_rfc3339(&text).map(|time| time.0)
}
