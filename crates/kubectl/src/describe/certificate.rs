//! Requests for certificates.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use podground_api::duration;
use podground_api::object::{array_at, i64_at, str_at};
use podground_programs::x509::SigningRequest;
use serde_json::Value;

use super::Describer;
use super::text::{Writer, created, label_line};
use crate::error::{Error, Result};

/// What a subject may hold besides its common name and serial number.
const ATTRIBUTES: [(&str, &str); 5] = [
    ("Organization", "O"),
    ("Organizational Unit", "OU"),
    ("Country", "C"),
    ("Locality", "L"),
    ("Province", "ST"),
];

// Upstream: kubectl/pkg/describe/describe.go describeCertificateSigningRequest
pub(super) async fn request(d: &Describer, object: &Value, w: &mut Writer) -> Result<()> {
    let text = BASE64_STANDARD.decode(str_at(object, "/spec/request")).unwrap_or_default();
    let Some(request) = SigningRequest::from_pem(&String::from_utf8_lossy(&text)) else {
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
    w.line(0, format_args!("\tCommon Name:\t{}", request.subject.get("CN").unwrap_or_default()));
    w.line(0, format_args!("\tSerial Number:\t{}", request.subject.get("serialNumber").unwrap_or_default()));
    for (name, key) in ATTRIBUTES {
        let all = request.subject.0.iter().filter(|(known, _)| known == key);
        values(w, name, all.map(|(_, value)| value.clone()));
    }
    if !(request.dns.is_empty() && request.ips.is_empty()) {
        w.line(0, "Subject Alternative Names:");
        values(w, "DNS Names", request.dns.iter().cloned());
        values(w, "IP Addresses", request.ips.iter().map(ToString::to_string));
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
