//! Requests for certificates.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use podground_api::duration;
use podground_api::object::{array_at, i64_at, str_at};
use serde_json::Value;

use super::Describer;
use super::text::{Writer, created, label_line};
use crate::error::{Error, Result};

/// What a subject may hold besides its common name and serial number: the last byte of 2.5.4.x.
const ATTRIBUTES: [(&str, u8); 7] = [
    ("Organization", 10),
    ("Organizational Unit", 11),
    ("Country", 6),
    ("Locality", 7),
    ("Province", 8),
    ("StreetAddress", 9),
    ("PostalCode", 17),
];

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const OID: u8 = 6;
/// `extensionRequest`
const EXTENSIONS: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 14];
/// `subjectAltName`
const ALTERNATIVE_NAMES: [u8; 3] = [0x55, 0x1d, 17];

/// What a PKCS #10 request says, as far as it is told.
#[derive(Default)]
struct Request {
    subject: Vec<(u8, String)>,
    dns: Vec<String>,
    ips: Vec<String>,
}

impl Request {
    fn from_pem(text: &str) -> Option<Self> {
        let (_, rest) = text.split_once("-----BEGIN CERTIFICATE REQUEST-----")?;
        let (body, _) = rest.split_once("-----END CERTIFICATE REQUEST-----")?;
        let body: String = body.split_whitespace().collect();
        Self::from_der(&BASE64_STANDARD.decode(body).ok()?)
    }

    fn from_der(mut whole: &[u8]) -> Option<Self> {
        let mut found = Self::default();
        let mut outer = expect(&mut whole, SEQUENCE)?;
        let mut inner = expect(&mut outer, SEQUENCE)?;
        expect(&mut inner, 2)?;
        let mut name = expect(&mut inner, SEQUENCE)?;
        while let Some(mut set) = expect(&mut name, SET) {
            let mut pair = expect(&mut set, SEQUENCE)?;
            let oid = expect(&mut pair, OID)?;
            let (_, value) = take(&mut pair)?;
            if let [0x55, 4, attribute] = oid {
                found.subject.push((*attribute, String::from_utf8_lossy(value).into_owned()));
            }
        }
        expect(&mut inner, SEQUENCE)?;
        let mut attributes = expect(&mut inner, 0xa0).unwrap_or_default();
        while let Some(mut attribute) = expect(&mut attributes, SEQUENCE) {
            if expect(&mut attribute, OID) == Some(&EXTENSIONS) {
                let mut list = expect(&mut attribute, SET)?;
                found.extensions(expect(&mut list, SEQUENCE)?);
            }
        }
        Some(found)
    }

    fn extensions(&mut self, mut list: &[u8]) {
        while let Some(mut extension) = expect(&mut list, SEQUENCE) {
            if expect(&mut extension, OID) != Some(&ALTERNATIVE_NAMES) {
                continue;
            }
            // A flag, where it is critical.
            expect(&mut extension, 1);
            let mut value = expect(&mut extension, 4).unwrap_or_default();
            let mut names = expect(&mut value, SEQUENCE).unwrap_or_default();
            while let Some((tag, name)) = take(&mut names) {
                match tag {
                    0x82 => self.dns.push(String::from_utf8_lossy(name).into_owned()),
                    0x87 => self.ips.extend(address(name)),
                    _ => {}
                }
            }
        }
    }

    fn subject(&self, attribute: u8) -> impl Iterator<Item = String> {
        self.subject.iter().filter(move |(known, _)| *known == attribute).map(|(_, value)| value.clone())
    }
}

fn address(bytes: &[u8]) -> Option<String> {
    if let Ok(octets) = <[u8; 4]>::try_from(bytes) {
        return Some(Ipv4Addr::from(octets).to_string());
    }
    <[u8; 16]>::try_from(bytes).ok().map(|octets| Ipv6Addr::from(octets).to_string())
}

/// The next value of DER: its tag and content.
fn take<'a>(input: &mut &'a [u8]) -> Option<(u8, &'a [u8])> {
    let (&[tag, first], mut rest) = input.split_first_chunk::<2>()?;
    let length = if first < 0x80 {
        usize::from(first)
    } else {
        let count = usize::from(first & 0x7f);
        let (bytes, after) = rest.split_at_checked(count).filter(|_| count <= 4)?;
        rest = after;
        bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte))
    };
    let (content, after) = rest.split_at_checked(length)?;
    *input = after;
    Some((tag, content))
}

/// The next value, if it has that tag.
fn expect<'a>(input: &mut &'a [u8], tag: u8) -> Option<&'a [u8]> {
    let mut rest = *input;
    let (found, content) = take(&mut rest)?;
    if found != tag {
        return None;
    }
    *input = rest;
    Some(content)
}

// Upstream: kubectl/pkg/describe/describe.go describeCertificateSigningRequest
pub(super) async fn request(d: &Describer, object: &Value, w: &mut Writer) -> Result<()> {
    let text = BASE64_STANDARD.decode(str_at(object, "/spec/request")).unwrap_or_default();
    let Some(request) = Request::from_pem(&String::from_utf8_lossy(&text)) else {
        return Err(Error::local("Error parsing CSR: PEM block type must be CERTIFICATE REQUEST"));
    };
    w.name(object);
    w.field(0, "Labels", label_line(object, "/metadata/labels"));
    w.field(0, "Annotations", label_line(object, "/metadata/annotations"));
    w.field(0, "CreationTimestamp", created(object));
    w.field(0, "Requesting User", str_at(object, "/spec/username"));
    w.field(0, "Signer", str_at(object, "/spec/signerName"));
    if let Some(seconds) = i64_at(object, "/spec/expirationSeconds") {
        let wanted = Duration::from_secs(seconds.unsigned_abs());
        w.field(0, "Requested Duration", duration::human(wanted));
    }
    w.field(0, "Status", status(object));
    w.line(0, "Subject:");
    for (name, attribute) in [("Common Name", 3), ("Serial Number", 5)] {
        // Of several the last one counts, as in Go.
        let last = request.subject(attribute).last().unwrap_or_default();
        w.line(0, format_args!("\t{name}:\t{last}"));
    }
    for (name, attribute) in ATTRIBUTES {
        values(w, name, request.subject(attribute));
    }
    if !(request.dns.is_empty() && request.ips.is_empty()) {
        w.line(0, "Subject Alternative Names:");
        values(w, "DNS Names", request.dns.iter().cloned());
        values(w, "IP Addresses", request.ips.iter().cloned());
    }
    d.events(object, w).await;
    Ok(())
}

fn values(w: &mut Writer, name: &str, values: impl Iterator<Item = String>) {
    let values: Vec<String> = values.collect();
    if !values.is_empty() {
        w.line(0, format_args!("\t{name}:\t{}", values.join("\n\t\t")));
    }
}

fn status(object: &Value) -> String {
    let has = |kind: &str| {
        array_at(object, "/status/conditions").iter().any(|condition| str_at(condition, "/type") == kind)
    };
    let mut status = match () {
        () if has("Denied") => "Denied",
        () if has("Approved") => "Approved",
        () => "Pending",
    }
    .to_owned();
    if has("Failed") {
        status.push_str(",Failed");
    }
    if !str_at(object, "/status/certificate").is_empty() {
        status.push_str(",Issued");
    }
    status
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By openssl itself: `openssl req -new -subj /C=KR/O=a/CN=u/serialNumber=7`, for a key on a curve.
    const REAL: &str = "-----BEGIN CERTIFICATE REQUEST-----
MIIBGjCBwAIBADAxMQswCQYDVQQGEwJLUjEKMAgGA1UECgwBYTEKMAgGA1UEAwwB
dTEKMAgGA1UEBRMBNzBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABDXMRWYm43J9
UUMiLxIXr2NH8z/Tw24XOcAwfFNrs6N8S0AGBnINbfRGM2XKaooxiPRZXZPWTA6f
ziVVyULEcuGgLTArBgkqhkiG9w0BCQ4xHjAcMBoGA1UdEQQTMBGCCWEuZXhhbXBs
ZYcECgAAATAKBggqhkjOPQQDAgNJADBGAiEA+ge/X0QkVhMAVPHM7uuId0LG1JMc
UAn0SWrWVNsmRqsCIQDjy98JgP83isBlfC/2nLd3e7cvs0MiKDugQ1cIbu29zw==
-----END CERTIFICATE REQUEST-----";

    #[test]
    fn a_request_of_openssl_is_read() {
        let request = Request::from_pem(REAL).unwrap();
        let of = |attribute| request.subject(attribute).collect::<Vec<_>>();
        assert_eq!(
            (of(3), of(5), of(6), of(10)),
            (vec!["u".into()], vec!["7".into()], vec!["KR".into()], vec!["a".into()])
        );
        assert_eq!(
            (request.dns.as_slice(), request.ips.as_slice()),
            (&["a.example".to_owned()][..], &["10.0.0.1".to_owned()][..])
        );
    }

    #[test]
    fn a_broken_request_does_not_panic() {
        let body: String = REAL.lines().filter(|line| !line.starts_with('-')).collect();
        let bytes = BASE64_STANDARD.decode(body).unwrap();
        for index in 0..bytes.len() {
            Request::from_der(&bytes[..index]);
            for value in [0, 1, 0x7f, 0x80, 0x84, 0x88, 0xff] {
                let mut broken = bytes.clone();
                broken[index] = value;
                Request::from_der(&broken);
            }
        }
    }
}
