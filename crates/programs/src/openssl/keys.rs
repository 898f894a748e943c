//! `openssl genrsa`, `openssl rsa`: private keys.

use podground_shell::Process;
use podground_sim::Rng;

use crate::x509::PrivateKey;

/// Flags of one dash with their values, and what stands alone.
pub(super) struct Flags<'a> {
    pub(super) pairs: Vec<(&'a str, &'a str)>,
    pub(super) words: Vec<&'a str>,
}

impl<'a> Flags<'a> {
    /// Reads flags; what is neither in `valued` nor in `switches` is refused.
    pub(super) async fn read(
        process: &Process,
        command: &str,
        words: &[&'a str],
        valued: &[&str],
        switches: &[&str],
    ) -> Result<Self, u8> {
        let mut flags = Flags { pairs: Vec::new(), words: Vec::new() };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let Some(name) = word.strip_prefix('-').filter(|name| !name.is_empty()) else {
                flags.words.push(word);
                continue;
            };
            if switches.contains(&name) {
                flags.pairs.push((name, ""));
            } else if valued.contains(&name) {
                let Some(value) = words.next() else {
                    process
                        .eprint(&format!(
                            "{command}: Option -{name} needs a value\n{command}: Use -help for summary.\n"
                        ))
                        .await;
                    return Err(1);
                };
                flags.pairs.push((name, value));
            } else {
                process
                    .eprint(&format!(
                        "error: podground does not support {word} of \"openssl {command}\" yet\n"
                    ))
                    .await;
                return Err(1);
            }
        }
        Ok(flags)
    }

    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        self.pairs.iter().rev().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }
}

/// A stream of random values for a process.
pub(super) fn random(process: &Process, purpose: &str) -> Rng {
    let host = process.host.hostname.borrow().clone();
    let (pid, now) = (process.pid.to_string(), process.host.sim.now().0.to_string());
    process.host.sim.rng(purpose, &[&host, &pid, &now])
}

/// Reads a file that a flag names, or standard input.
pub(super) async fn input(process: &Process, path: Option<&str>) -> Result<String, u8> {
    match path {
        None => {
            let bytes = process.read_to_end(0).await.unwrap_or_default();
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        }
        Some(path) => match process.host.files.read_to_string(&process.path(path)) {
            Ok(text) => Ok(text),
            Err(error) => {
                process.eprint(&format!("Can't open \"{path}\" for reading, {error}\n")).await;
                Err(1)
            }
        },
    }
}

/// Writes to the file of `-out`, or to standard output.
pub(super) async fn output(process: &Process, path: Option<&str>, text: &str, mode: u32) -> Result<(), u8> {
    let Some(path) = path else {
        process.print(text).await;
        return Ok(());
    };
    let full = process.path(path);
    let files = &process.host.files;
    if let Err(error) = files.write(&full, text.as_bytes()).and_then(|()| files.set_mode(&full, mode)) {
        process.eprint(&format!("Can't open \"{path}\" for writing, {error}\n")).await;
        return Err(1);
    }
    Ok(())
}

/// `openssl genrsa [-out FILE] [BITS]`
pub(super) async fn genrsa(process: &Process, words: &[&str]) -> Result<u8, u8> {
    let flags = Flags::read(process, "genrsa", words, &["out"], &["traditional"]).await?;
    let bits = match flags.words.as_slice() {
        [] => 2048,
        [bits] => match bits.parse::<usize>() {
            Ok(bits) if (512..=8192).contains(&bits) => bits,
            _ => {
                process
                    .eprint(&format!("genrsa: Can't parse \"{bits}\" as a number of bits from 512 to 8192\n"))
                    .await;
                return Err(1);
            }
        },
        _ => {
            process.eprint("Extra arguments given.\ngenrsa: Use -help for summary.\n").await;
            return Err(1);
        }
    };
    let key = PrivateKey::generate(&mut random(process, "openssl genrsa"), bits);
    let text = if flags.has("traditional") { key.to_rsa_pem() } else { key.to_pem() };
    output(process, flags.get("out"), &text, 0o600).await?;
    Ok(0)
}

/// `openssl rsa -in FILE [-noout] [-modulus] [-check]`
pub(super) async fn show(process: &Process, words: &[&str]) -> Result<u8, u8> {
    let flags =
        Flags::read(process, "rsa", words, &["in", "out"], &["noout", "modulus", "traditional"]).await?;
    let text = input(process, flags.get("in")).await?;
    let Some(key) = PrivateKey::from_pem(&text) else {
        let name = flags.get("in").unwrap_or("<stdin>");
        process.eprint(&format!("Could not read private key from {name}\n")).await;
        return Err(1);
    };
    if flags.has("modulus") {
        process.print(&format!("Modulus={}\n", key.modulus_hex())).await;
    }
    if !flags.has("noout") {
        process.eprint("writing RSA key\n").await;
        let text = if flags.has("traditional") { key.to_rsa_pem() } else { key.to_pem() };
        output(process, flags.get("out"), &text, 0o600).await?;
    }
    Ok(0)
}
