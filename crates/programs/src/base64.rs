//! `base64`

use base64::Engine as _;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD, STANDARD};
use podground_shell::Process;

use crate::options::{self, Syntax};
use crate::stream::{Inputs, Output};

const SYNTAX: Syntax = Syntax::new(
    "diw:D",
    &[("decode", 'd'), ("ignore-garbage", 'i'), ("wrap=", 'w')],
    "[OPTION]... [FILE]",
    "Write bytes in base64, or read them from it.",
);

/// A group without its padding, whatever its unused bits.
const LENIENT: GeneralPurpose = GeneralPurpose::new(&ALPHABET, NO_PAD.with_decode_allow_trailing_bits(true));

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &SYNTAX).await?;
    let mut out = Output::new(process);
    let mut inputs = Inputs::new(&parsed.operands);
    let mut bytes = Vec::new();
    while let Some(chunk) = inputs.chunk(&mut out).await {
        bytes.extend(chunk);
    }
    if !(parsed.has('d') || parsed.has('D')) {
        let text = STANDARD.encode(&bytes);
        let width = parsed.value('w').and_then(|width| width.parse().ok()).unwrap_or(76_usize);
        if width == 0 {
            out.push(text);
        } else {
            for line in text.as_bytes().chunks(width) {
                out.push(line);
                out.push("\n");
            }
        }
        return Ok(out.finish(inputs.status).await);
    }
    let ignore = parsed.has('i');
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    let kept: Vec<u8> =
        bytes.into_iter().filter(|byte| if ignore { is_digit(byte) } else { *byte != b'\n' }).collect();
    // What comes before the first mistake is put out, as the real program does.
    let good = kept.iter().position(|byte| !is_digit(byte)).unwrap_or(kept.len());
    let mut sound = good == kept.len();
    for group in kept[..good].chunks(4) {
        // Padding ends a text, and another may follow; a group that lacks its padding counts still.
        let digits = group.iter().take_while(|byte| **byte != b'=').count();
        let padded = group.len() == 4 && group[digits..].iter().all(|byte| *byte == b'=');
        sound &= padded;
        match LENIENT.decode(&group[..digits]) {
            Ok(decoded) => out.push(decoded),
            Err(_) => {
                sound = false;
                break;
            }
        }
        if !padded {
            break;
        }
    }
    if !sound {
        out.complain("invalid input").await;
        return Ok(out.finish(1).await);
    }
    Ok(out.finish(inputs.status).await)
}
