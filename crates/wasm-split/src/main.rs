//! `podground-wasm-split instrument IN OUT` and `podground-wasm-split split IN PROFILE LOAD FIRST REST [LATE…]`: a
//! profile is the numbers of the functions that ran, one a line; LOAD names the export that has the rest loaded; LATE
//! are files that the program includes and only the rest reads, or `paths:PREFIX` for paths of sources, which only a
//! panic tells.
#![expect(clippy::disallowed_methods, clippy::print_stderr, reason = "a native tool, not part of the core")]

use std::fs;
use std::process::ExitCode;

use podground_wasm_split::{Error, LateText, Profile, instrument, split};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments.iter().map(String::as_str).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Result<(), Error> {
    match arguments {
        ["instrument", from, to] => write(to, &instrument(&read(from)?)?),
        ["split", from, profile, load, first, rest, late @ ..] => {
            let text = fs::read_to_string(profile).map_err(|error| format!("{profile}: {error}"))?;
            let numbers: Result<Profile, _> = text.lines().map(str::parse).collect();
            let numbers = numbers.map_err(|error| format!("{profile}: {error}"))?;
            let late = late.iter().map(|text| match text.strip_prefix("paths:") {
                Some(prefix) => Ok(LateText::Paths(prefix.as_bytes().to_vec())),
                None => read(text).map(LateText::Whole),
            });
            let late = late.collect::<Result<Vec<_>, _>>()?;
            let parts = split(&read(from)?, &numbers, load, &late)?;
            write(first, &parts.first)?;
            write(rest, &parts.rest)
        }
        _ => Err("usage: podground-wasm-split instrument IN OUT | split IN PROFILE LOAD FIRST REST [LATE…]"
            .to_owned()),
    }
}

fn read(path: &str) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|error| format!("{path}: {error}"))
}

fn write(path: &str, bytes: &[u8]) -> Result<(), Error> {
    fs::write(path, bytes).map_err(|error| format!("{path}: {error}"))
}
