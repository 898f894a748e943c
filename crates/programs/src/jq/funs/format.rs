//! What `@html`, `@uri` and `@base64` build on.

use base64::Engine;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jaq_core::Error;
use jaq_core::native::{bome, v};
use jaq_json::Val;
use jaq_std::ValT as _;

use super::{List, bytes, on_text};
use crate::http::percent_decode;

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

pub(super) fn funs() -> List {
    vec![
        ("escape_html", v(0), |cv| bome(on_text(&cv.1, html))),
        ("unescape_html", v(0), |cv| bome(on_text(&cv.1, from_html))),
        ("encode_uri", v(0), |cv| bome(on_text(&cv.1, uri))),
        ("decode_uri", v(0), |cv| {
            bome(on_text(&cv.1, |text| percent_decode(&String::from_utf8_lossy(text)).into_bytes()))
        }),
        ("encode_base64", v(0), |cv| bome(on_text(&cv.1, |text| LENIENT.encode(text).into_bytes()))),
        ("decode_base64", v(0), |cv| {
            let decoded = bytes(&cv.1).and_then(|text| {
                let failed = |_| {
                    Error::str(format!(
                        "string ({}) is not valid base64 data",
                        String::from_utf8_lossy(&super::Style::default().write(&cv.1))
                    ))
                };
                LENIENT.decode(text).map(Val::from_utf8_bytes).map_err(failed)
            });
            bome(decoded)
        }),
    ]
}

const HTML: &[(&str, &str)] =
    &[("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("'", "&#39;"), ("\"", "&quot;")];

fn html(text: &[u8]) -> Vec<u8> {
    let mut text = String::from_utf8_lossy(text).into_owned();
    for (plain, escaped) in HTML {
        text = text.replace(plain, escaped);
    }
    text.into_bytes()
}

fn from_html(text: &[u8]) -> Vec<u8> {
    let mut text = String::from_utf8_lossy(text).into_owned();
    for (plain, escaped) in HTML.iter().rev() {
        text = text.replace(escaped, plain);
    }
    text.into_bytes()
}

fn uri(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for byte in text {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(byte) {
            out.push(*byte);
        } else {
            out.extend(format!("%{byte:02X}").bytes());
        }
    }
    out
}
