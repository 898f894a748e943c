//! Certificates and keys: real X.509 in real PEM, whose signatures are a model.
//!
//! A key is an RSA key in form only: its numbers are random, and a signature is a hash of the signer's public
//! key and of what is signed. So names, dates, extensions, who signed whom and which key belongs to which
//! certificate are all true, for `openssl`, `curl`, nginx and `kubectl` alike; but nothing is secret here, and
//! no other program will verify it. That costs a few kilobytes instead of an RSA implementation.

mod certificate;
mod der;
mod key;
mod request;
mod verify;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

pub use certificate::{Certificate, Name, Template};
pub use key::PrivateKey;
pub use request::SigningRequest;
pub use verify::{VerifyError, matches_host, verify, verify_chain};

/// Bytes as PEM text with that label.
pub fn to_pem(label: &str, bytes: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(bytes);
    let mut pem = format!("-----BEGIN {label}-----\n");
    for line in text.as_bytes().chunks(64) {
        pem.push_str(&String::from_utf8_lossy(line));
        pem.push('\n');
    }
    pem.push_str(&format!("-----END {label}-----\n"));
    pem
}

/// All blocks of a PEM text: their labels and bytes. What is no PEM is skipped.
pub fn from_pem(text: &str) -> Vec<(String, Vec<u8>)> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in text.lines().map(str::trim) {
        if let Some(label) = line.strip_prefix("-----BEGIN ").and_then(|rest| rest.strip_suffix("-----")) {
            open = Some((label.to_owned(), String::new()));
        } else if line.starts_with("-----END ") {
            if let Some((label, body)) = open.take()
                && let Ok(bytes) = BASE64_STANDARD.decode(body)
            {
                blocks.push((label, bytes));
            }
        } else if let Some((_, body)) = &mut open {
            body.push_str(line);
        }
    }
    blocks
}
