//! `openssl`: sums, encodings, random bytes; keys and certificates of the model of [`crate::x509`].

mod certificates;
mod keys;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use podground_shell::Process;

pub(crate) use certificates::gmt;

use crate::stream::complain;
use crate::{files, sums};

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let words: Vec<&str> = process.args.iter().skip(1).map(String::as_str).collect();
    match words.as_slice() {
        ["version", ..] => {
            process.print("OpenSSL 3.0.16 11 Feb 2025 (podground's own)\n").await;
            Ok(0)
        }
        ["rand", rest @ ..] => rand(process, rest).await,
        ["dgst" | "sha256" | "sha1" | "sha512" | "md5", ..] => digest(process, &words).await,
        ["base64" | "enc", rest @ ..] => encode(process, rest).await,
        ["genrsa", rest @ ..] => keys::genrsa(process, rest).await,
        ["rsa" | "pkey", rest @ ..] => keys::show(process, rest).await,
        ["req", rest @ ..] => certificates::req(process, rest).await,
        ["x509", rest @ ..] => certificates::x509(process, rest).await,
        ["verify", rest @ ..] => certificates::verify(process, rest).await,
        [command @ ("genpkey" | "ca" | "s_client" | "ecparam" | "ec" | "pkcs12" | "passwd"), ..] => {
            process.eprint(&format!("error: podground does not support \"openssl {command}\" yet\n")).await;
            Err(1)
        }
        [command, ..] => {
            process.eprint(&format!("Invalid command '{command}'; type \"help\" for a list.\n")).await;
            Err(1)
        }
        [] => {
            process.eprint("error: podground does not support \"openssl\" without a command yet\n").await;
            Err(1)
        }
    }
}

async fn rand(process: &Process, words: &[&str]) -> Result<u8, u8> {
    let (mut hex, mut base64, mut out, mut count) = (false, false, None, None);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "-hex" => hex = true,
            "-base64" => base64 = true,
            "-out" => out = words.next().copied(),
            digits => count = digits.parse::<usize>().ok(),
        }
    }
    let Some(count) = count.filter(|count| *count <= 1 << 20) else {
        process.eprint("Extra arguments given.\nrand: Use -help for summary.\n").await;
        return Err(1);
    };
    let pid = process.pid.to_string();
    let mut rng = process.host.sim.rng("openssl rand", &[&process.host.hostname.borrow(), &pid]);
    let bytes: Vec<u8> = (0..count).map(|_| rng.next_u64() as u8).collect();
    let text = if hex {
        (bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>() + "\n").into_bytes()
    } else if base64 {
        folded(&bytes).into_bytes()
    } else {
        bytes
    };
    put(process, out, &text).await
}

/// base64 in lines of 64 characters.
fn folded(bytes: &[u8]) -> String {
    let text = STANDARD.encode(bytes);
    let lines = text.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line).into_owned() + "\n");
    lines.collect()
}

async fn put(process: &Process, file: Option<&str>, bytes: &[u8]) -> Result<u8, u8> {
    match file {
        None => {
            let _ = process.write(1, bytes).await;
            Ok(0)
        }
        Some(file) => match files::write(process, file, bytes).await {
            Ok(()) => Ok(0),
            Err(error) => {
                process.eprint(&format!("Can't open \"{file}\" for writing, {error}\n")).await;
                Err(1)
            }
        },
    }
}

async fn digest(process: &Process, words: &[&str]) -> Result<u8, u8> {
    let (mut kind, mut bare, mut binary) = ("sha256", false, false);
    let mut names = Vec::new();
    for word in words {
        match word.trim_start_matches('-') {
            "dgst" | "hex" => {}
            "sha256" | "sha1" | "sha512" | "md5" => kind = word.trim_start_matches('-'),
            "r" if word.starts_with('-') => bare = true,
            "binary" => binary = true,
            _ if word.starts_with('-') => {
                complain(process, format_args!("podground does not support dgst {word} yet")).await;
                return Err(1);
            }
            _ => names.push(*word),
        }
    }
    let from_stdin = names.is_empty();
    if from_stdin {
        names.push("-");
    }
    let mut status = 0;
    for name in names {
        match files::read(process, name).await {
            Ok(bytes) => {
                let sum = sums::sum(&format!("{kind}sum"), &bytes);
                if binary {
                    let pairs = sum.as_bytes().chunks(2).filter_map(|pair| std::str::from_utf8(pair).ok());
                    let raw: Vec<u8> = pairs.filter_map(|pair| u8::from_str_radix(pair, 16).ok()).collect();
                    let _ = process.write(1, &raw).await;
                    continue;
                }
                let shown = if from_stdin { "stdin" } else { name };
                let title = match kind {
                    "sha256" => "SHA2-256",
                    "sha512" => "SHA2-512",
                    "sha1" => "SHA1",
                    _ => "MD5",
                };
                let line =
                    if bare { format!("{sum} *{shown}\n") } else { format!("{title}({shown})= {sum}\n") };
                process.print(&line).await;
            }
            Err(error) => {
                process.eprint(&format!("{name}: {error}\n")).await;
                status = 1;
            }
        }
    }
    Ok(status)
}

async fn encode(process: &Process, words: &[&str]) -> Result<u8, u8> {
    let (mut decode, mut one_line, mut input, mut out) = (false, false, "-", None);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "-d" => decode = true,
            "-e" | "-a" | "-base64" => {}
            "-A" => one_line = true,
            "-in" => input = words.next().copied().unwrap_or("-"),
            "-out" => out = words.next().copied(),
            other => {
                complain(process, format_args!("podground does not support enc {other} yet")).await;
                return Err(1);
            }
        }
    }
    let bytes = match files::read(process, input).await {
        Ok(bytes) => bytes,
        Err(error) => {
            process.eprint(&format!("Can't open \"{input}\" for reading, {error}\n")).await;
            return Err(1);
        }
    };
    let result = if decode {
        let text: Vec<u8> = bytes.into_iter().filter(|byte| !byte.is_ascii_whitespace()).collect();
        STANDARD.decode(text).unwrap_or_default()
    } else if one_line {
        STANDARD.encode(bytes).into_bytes()
    } else {
        folded(&bytes).into_bytes()
    };
    put(process, out, &result).await
}
