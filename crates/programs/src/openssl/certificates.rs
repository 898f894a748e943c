//! `openssl req`, `openssl x509`, `openssl verify`: certificates.

use std::net::IpAddr;
use std::time::Duration;

use podground_shell::Process;
use podground_sim::Time;

use super::keys::{Flags, input, output, random};
use crate::x509::{Certificate, Name, PrivateKey, SigningRequest, Template, matches_host, verify_chain};

const DAY: u64 = 86_400;

/// `openssl req`: requests, and with `-x509` a certificate that signs itself.
pub(super) async fn req(process: &Process, words: &[&str]) -> Result<u8, u8> {
    let valued = &["key", "keyout", "in", "out", "days", "subj", "newkey", "addext"];
    let switches =
        ["new", "x509", "nodes", "noenc", "sha256", "batch", "noout", "subject", "verify", "text", "modulus"];
    let flags = Flags::read(process, "req", words, valued, &switches).await?;
    if !["new", "newkey", "x509"].iter().any(|name| flags.has(name)) {
        return show_request(process, &flags).await;
    }
    let Some(subject) = flags.get("subj") else {
        process.eprint("error: podground does not support \"openssl req\" without -subj yet\n").await;
        return Err(1);
    };
    let Some(subject) = Name::parse(subject) else {
        process.eprint(&format!("req: subject name is expected to be in the format /type0=value0/type1=value1... This name is not in that format: '{subject}'\nproblems making Certificate Request\n")).await;
        return Err(1);
    };
    let mut rng = random(process, "openssl req");
    let key = if let Some(path) = flags.get("key") {
        let Some(key) = PrivateKey::from_pem(&input(process, Some(path)).await?) else {
            process.eprint(&format!("Could not read private key from {path}\n")).await;
            return Err(1);
        };
        key
    } else {
        let bits = match flags
            .get("newkey")
            .unwrap_or("rsa:2048")
            .strip_prefix("rsa:")
            .map(str::parse::<usize>)
        {
            Some(Ok(bits)) if (512..=8192).contains(&bits) => bits,
            _ => {
                process.eprint("error: podground does not support -newkey other than rsa:BITS of \"openssl req\" yet\n").await;
                return Err(1);
            }
        };
        if !(flags.has("nodes") || flags.has("noenc")) {
            process.eprint("error: podground does not support keys with a passphrase: add -nodes to \"openssl req\"\n").await;
            return Err(1);
        }
        let key = PrivateKey::generate(&mut rng, bits);
        output(process, Some(flags.get("keyout").unwrap_or("privkey.pem")), &key.to_pem(), 0o600).await?;
        key
    };
    let lifetime = days(process, "req", &flags).await?;
    let now = process.host.sim.now();
    let mut template = Template {
        subject,
        // What openssl's own configuration gives to those that sign themselves.
        authority: flags.has("x509"),
        not_before: Time::from_unix_seconds(now.unix_seconds()),
        lifetime,
        ..Template::default()
    };
    for extension in flags.pairs.iter().filter(|(name, _)| *name == "addext").map(|(_, value)| *value) {
        let Some(names) = extension.strip_prefix("subjectAltName") else {
            process
                .eprint(&format!(
                    "error: podground does not support the extension {extension:?} of \"openssl req\" yet\n"
                ))
                .await;
            return Err(1);
        };
        for name in names.trim_start_matches([' ', '=']).split(',').map(str::trim) {
            match name.split_once(':') {
                Some(("DNS", dns)) => template.dns.push(dns.to_owned()),
                Some(("IP", ip)) => template.ips.extend(ip.parse::<IpAddr>()),
                _ => {
                    process
                        .eprint(&format!("Error checking extension section default\nunknown name: {name}\n"))
                        .await;
                    return Err(1);
                }
            }
        }
    }
    let made = if flags.has("x509") {
        Certificate::issue(&mut rng, &template, &key, None).map(|certificate| certificate.to_pem())
    } else {
        SigningRequest::new(&template, &key).map(|request| request.to_pem())
    };
    output(process, flags.get("out"), &made.ok_or(1_u8)?, 0o644).await?;
    Ok(0)
}

async fn read_request(process: &Process, path: Option<&str>) -> Result<SigningRequest, u8> {
    if let Some(request) = SigningRequest::from_pem(&input(process, path).await?) {
        return Ok(request);
    }
    let name = path.unwrap_or("<stdin>");
    process.eprint(&format!("Unable to load X509 request from {name}\n")).await;
    Err(1)
}

/// `openssl req -in FILE -noout -subject`
async fn show_request(process: &Process, flags: &Flags<'_>) -> Result<u8, u8> {
    if flags.has("text") {
        process.eprint("error: podground does not support -text of \"openssl req\" yet\n").await;
        return Err(1);
    }
    let request = read_request(process, flags.get("in")).await?;
    if flags.has("verify") {
        if !request.is_self_signed() {
            process.eprint("Certificate request self-signature verify failure\n").await;
            return Err(1);
        }
        process.eprint("Certificate request self-signature verify OK\n").await;
    }
    if flags.has("subject") {
        process.print(&format!("subject={}\n", request.subject)).await;
    }
    if flags.has("modulus") {
        process.print(&format!("Modulus={}\n", hex(&request.modulus, ""))).await;
    }
    if !flags.has("noout") {
        output(process, flags.get("out"), &request.to_pem(), 0o644).await?;
    }
    Ok(0)
}

/// `openssl x509 -req -in FILE -CA FILE -CAkey FILE`: grants a request.
async fn grant(process: &Process, flags: &Flags<'_>) -> Result<u8, u8> {
    let request = read_request(process, flags.get("in")).await?;
    let Some(authority) = flags.get("CA") else {
        process.eprint("error: podground does not support -req without -CA of \"openssl x509\" yet\n").await;
        return Err(1);
    };
    process.eprint(&format!("Certificate request self-signature ok\nsubject={}\n", request.subject)).await;
    let issuer = Certificate::all_from_pem(&input(process, Some(authority)).await?).into_iter().next();
    let Some(issuer) = issuer else {
        process.eprint(&format!("Could not read CA certificate from {authority}\n")).await;
        return Err(1);
    };
    let path = flags.get("CAkey").unwrap_or(authority);
    let Some(key) = PrivateKey::from_pem(&input(process, Some(path)).await?) else {
        process.eprint(&format!("Could not read CA private key from {path}\n")).await;
        return Err(1);
    };
    if !issuer.belongs_to(&key) {
        process.eprint("CA certificate and CA private key do not match\n").await;
        return Err(1);
    }
    let now = Time::from_unix_seconds(process.host.sim.now().unix_seconds());
    // As the real one does, what the request says besides the subject is left out.
    let template = Template {
        subject: request.subject.clone(),
        not_before: now,
        lifetime: days(process, "x509", flags).await?,
        ..Template::default()
    };
    let mut rng = random(process, "openssl x509");
    let made = Certificate::grant(&mut rng, &template, &request, (&issuer, &key)).ok_or(1_u8)?;
    output(process, flags.get("out"), &made.to_pem(), 0o644).await?;
    Ok(0)
}

async fn days(process: &Process, command: &str, flags: &Flags<'_>) -> Result<Duration, u8> {
    match flags.get("days").unwrap_or("30").parse::<u64>() {
        Ok(days) if days <= 36_500 => Ok(Duration::from_secs(days * DAY)),
        _ => {
            process.eprint(&format!("{command}: Can't parse the number of days\n")).await;
            Err(1)
        }
    }
}

/// `openssl x509 -in FILE -noout -text` and the flags that show less.
pub(super) async fn x509(process: &Process, words: &[&str]) -> Result<u8, u8> {
    let shown =
        &["text", "subject", "issuer", "dates", "startdate", "enddate", "serial", "fingerprint", "modulus"];
    let others = ["noout", "sha256", "req", "CAcreateserial"];
    let switches: Vec<&str> = shown.iter().copied().chain(others).collect();
    let valued = ["in", "out", "ext", "checkhost", "CA", "CAkey", "days"];
    let flags = Flags::read(process, "x509", words, &valued, &switches).await?;
    if flags.has("req") {
        return grant(process, &flags).await;
    }
    if let Some((name, _)) =
        flags.pairs.iter().find(|(name, _)| ["CA", "CAkey", "days", "CAcreateserial"].contains(name))
    {
        process
            .eprint(&format!(
                "error: podground does not support -{name} without -req of \"openssl x509\" yet\n"
            ))
            .await;
        return Err(1);
    }
    let text = input(process, flags.get("in")).await?;
    let Some(certificate) = Certificate::all_from_pem(&text).into_iter().next() else {
        let name = flags.get("in").unwrap_or("<stdin>");
        process
            .eprint(&format!("Could not find certificate from {name}\nUnable to load certificate\n"))
            .await;
        return Err(1);
    };
    let mut out = String::new();
    // As openssl does, in the order in which they were asked for.
    for (name, value) in &flags.pairs {
        out.push_str(&match *name {
            "text" => full(&certificate),
            "subject" => format!("subject={}\n", certificate.subject),
            "issuer" => format!("issuer={}\n", certificate.issuer),
            "startdate" => format!("notBefore={}\n", gmt(certificate.not_before)),
            "enddate" => format!("notAfter={}\n", gmt(certificate.not_after)),
            "dates" => {
                format!(
                    "notBefore={}\nnotAfter={}\n",
                    gmt(certificate.not_before),
                    gmt(certificate.not_after)
                )
            }
            "serial" => format!("serial={}\n", hex(&certificate.serial, "")),
            "fingerprint" => format!("sha256 Fingerprint={}\n", hex(&certificate.fingerprint(), ":")),
            "modulus" => format!("Modulus={}\n", hex(&certificate.modulus, "")),
            "ext" if *value == "subjectAltName" => names(&certificate, ""),
            "ext" => {
                process
                    .eprint(&format!(
                        "error: podground does not support -ext {value} of \"openssl x509\" yet\n"
                    ))
                    .await;
                return Err(1);
            }
            "checkhost" => {
                let does = if matches_host(&certificate, value) { "does" } else { "does NOT" };
                format!("Hostname {value} {does} match certificate\n")
            }
            _ => String::new(),
        });
    }
    process.print(&out).await;
    if !flags.has("noout") {
        output(process, flags.get("out"), &certificate.to_pem(), 0o644).await?;
    }
    Ok(0)
}

/// `openssl verify -CAfile FILE CERTIFICATE…`
pub(super) async fn verify(process: &Process, words: &[&str]) -> Result<u8, u8> {
    let flags = Flags::read(process, "verify", words, &["CAfile"], &[]).await?;
    let roots = match flags.get("CAfile") {
        Some(path) => Certificate::all_from_pem(&input(process, Some(path)).await?),
        None => Vec::new(),
    };
    let mut status = 0;
    for path in &flags.words {
        let shown = Certificate::all_from_pem(&input(process, Some(path)).await?);
        let Some(leaf) = shown.first() else {
            process
                .eprint(&format!("Could not read certificate from {path}\nUnable to load certificate file\n"))
                .await;
            status = 2;
            continue;
        };
        match verify_chain(&shown, &roots, process.host.sim.now()) {
            Ok(()) => process.print(&format!("{path}: OK\n")).await,
            Err(error) => {
                process
                    .eprint(&format!(
                        "{}\nerror {} at 0 depth lookup: {error}\nerror {path}: verification failed\n",
                        leaf.subject,
                        error.number()
                    ))
                    .await;
                status = 2;
            }
        }
    }
    if status == 0 { Ok(0) } else { Err(status) }
}

fn hex(bytes: &[u8], gap: &str) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(gap)
}

/// `Apr 26 22:18:48 2016 GMT`
pub(crate) fn gmt(time: Time) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let c = time.civil();
    let month = MONTHS[(c.month as usize + 11) % 12];
    format!("{month} {:2} {:02}:{:02}:{:02} {} GMT", c.day, c.hour, c.minute, c.second, c.year)
}

fn names(certificate: &Certificate, pad: &str) -> String {
    let dns = certificate.dns.iter().map(|name| format!("DNS:{name}"));
    let ips = certificate.ips.iter().map(|ip| format!("IP Address:{ip}"));
    let all: Vec<String> = dns.chain(ips).collect();
    if all.is_empty() {
        return "No extensions matched in certificate\n".to_owned();
    }
    format!("{pad}X509v3 Subject Alternative Name: \n{pad}    {}\n", all.join(", "))
}

/// Bytes in lower case between colons, so many a line.
fn columns(bytes: &[u8], per_line: usize, pad: &str) -> String {
    let lines: Vec<String> = bytes
        .chunks(per_line)
        .map(|line| {
            let pairs: Vec<String> = line.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("{pad}{}", pairs.join(":"))
        })
        .collect();
    lines.join(":\n") + "\n"
}

// Upstream: crypto/x509/t_x509.c X509_print_ex
fn full(certificate: &Certificate) -> String {
    let pad = " ".repeat(16);
    let serial = columns(&certificate.serial, certificate.serial.len().max(1), &" ".repeat(12));
    let mut modulus = vec![0];
    modulus.extend(&certificate.modulus);
    let mut text = format!(
        "Certificate:\n    Data:\n        Version: 3 (0x2)\n        Serial Number:\n{serial}        Signature Algorithm: \
         sha256WithRSAEncryption\n        Issuer: {}\n        Validity\n            Not Before: {}\n            Not After : \
         {}\n        Subject: {}\n        Subject Public Key Info:\n            Public Key Algorithm: rsaEncryption\n{pad}\
         Public-Key: ({} bit)\n{pad}Modulus:\n{}{pad}Exponent: 65537 (0x10001)\n",
        certificate.issuer,
        gmt(certificate.not_before),
        gmt(certificate.not_after),
        certificate.subject,
        certificate.modulus.len() * 8,
        columns(&modulus, 15, &" ".repeat(20)),
    );
    let has_names = !(certificate.dns.is_empty() && certificate.ips.is_empty());
    if certificate.authority || has_names {
        text.push_str("        X509v3 extensions:\n");
    }
    if certificate.authority {
        text.push_str("            X509v3 Basic Constraints: critical\n                CA:TRUE\n");
    }
    if has_names {
        text.push_str(&names(certificate, &" ".repeat(12)));
    }
    text.push_str("    Signature Algorithm: sha256WithRSAEncryption\n    Signature Value:\n");
    text + &columns(&certificate.signature, 18, &" ".repeat(8))
}
