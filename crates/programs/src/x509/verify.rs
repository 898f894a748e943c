//! Whether a server is who it says it is.

use std::fmt;
use std::net::IpAddr;

use podground_sim::Time;

use super::Certificate;

/// Why a server's certificates do not convince.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VerifyError {
    /// The server has shown none.
    Missing,
    /// It signed itself, and is not trusted.
    SelfSigned,
    /// The last of the chain signed itself, and is not trusted.
    SelfSignedInChain,
    /// Nobody knows who signed it.
    UnknownIssuer,
    /// A signature is not of the one who is named as its issuer.
    BadSignature,
    /// It is not good yet.
    NotYetValid,
    /// It is not good any more.
    Expired,
    /// It is of another host.
    WrongHost,
}

impl VerifyError {
    /// OpenSSL's number for it.
    pub fn number(&self) -> u8 {
        match self {
            Self::SelfSigned => 18,
            Self::SelfSignedInChain => 19,
            Self::Missing | Self::UnknownIssuer => 20,
            Self::BadSignature => 7,
            Self::NotYetValid => 9,
            Self::Expired => 10,
            Self::WrongHost => 62,
        }
    }
}

impl fmt::Display for VerifyError {
    /// In OpenSSL's words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SelfSigned => "self-signed certificate",
            Self::SelfSignedInChain => "self-signed certificate in certificate chain",
            Self::Missing | Self::UnknownIssuer => "unable to get local issuer certificate",
            Self::BadSignature => "certificate signature failure",
            Self::NotYetValid => "certificate is not yet valid",
            Self::Expired => "certificate has expired",
            Self::WrongHost => "hostname mismatch",
        })
    }
}

/// Checks what a server shows, its own certificate first, for a caller who trusts `roots`.
/// The name is checked last, as clients do.
pub fn verify(
    shown: &[Certificate],
    roots: &[Certificate],
    host: &str,
    now: Time,
) -> Result<(), VerifyError> {
    verify_chain(shown, roots, now)?;
    match shown.first() {
        Some(leaf) if matches_host(leaf, host) => Ok(()),
        _ => Err(VerifyError::WrongHost),
    }
}

/// The same without a name.
pub fn verify_chain(shown: &[Certificate], roots: &[Certificate], now: Time) -> Result<(), VerifyError> {
    let Some(leaf) = shown.first() else { return Err(VerifyError::Missing) };
    let mut chain = vec![leaf];
    while let Some(last) = chain.last().copied() {
        if roots.contains(last) || last.is_self_signed() || chain.len() > shown.len() + roots.len() {
            break;
        }
        // Those that one trusts come first.
        let candidates = roots.iter().chain(shown);
        match candidates.clone().find(|candidate| last.is_signed_by(candidate)) {
            Some(issuer) => chain.push(issuer),
            None if candidates.clone().any(|candidate| candidate.subject == last.issuer) => {
                return Err(VerifyError::BadSignature);
            }
            None => return Err(VerifyError::UnknownIssuer),
        }
    }
    if let Some(last) = chain.last().filter(|last| !roots.contains(last)) {
        return Err(match chain.len() {
            1 if last.is_self_signed() => VerifyError::SelfSigned,
            _ if last.is_self_signed() => VerifyError::SelfSignedInChain,
            _ => VerifyError::UnknownIssuer,
        });
    }
    for certificate in chain {
        if now < certificate.not_before {
            return Err(VerifyError::NotYetValid);
        }
        if now > certificate.not_after {
            return Err(VerifyError::Expired);
        }
    }
    Ok(())
}

/// Whether a certificate is good for a host: by its alternative names, by its common name if it has none.
pub fn matches_host(certificate: &Certificate, host: &str) -> bool {
    if let Ok(address) = host.parse::<IpAddr>() {
        return certificate.ips.contains(&address);
    }
    if certificate.dns.is_empty() && certificate.ips.is_empty() {
        return certificate.subject.get("CN").is_some_and(|name| matches_name(name, host));
    }
    certificate.dns.iter().any(|name| matches_name(name, host))
}

fn matches_name(pattern: &str, host: &str) -> bool {
    match pattern.strip_prefix("*.") {
        Some(rest) => host.split_once('.').is_some_and(|(_, parent)| parent.eq_ignore_ascii_case(rest)),
        None => pattern.eq_ignore_ascii_case(host),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use podground_sim::Rng;

    use super::super::{Name, PrivateKey, Template};
    use super::*;

    const DAY: Duration = Duration::from_secs(86_400);

    fn template(name: &str, authority: bool) -> Template {
        Template {
            subject: Name::parse(name).unwrap(),
            authority,
            not_before: Time::from_unix_seconds(1_767_225_600),
            lifetime: DAY * 360,
            ..Template::default()
        }
    }

    fn chain() -> (Certificate, Certificate, PrivateKey) {
        let mut rng = Rng::new(7);
        let (ca_key, key) = (PrivateKey::generate(&mut rng, 2048), PrivateKey::generate(&mut rng, 2048));
        let ca =
            Certificate::issue(&mut rng, &template("/C=US/O=Demo/CN=Demo CA", true), &ca_key, None).unwrap();
        let mut server = template("/CN=*.example.com", false);
        server.dns = vec!["*.example.com".to_owned(), "localhost".to_owned()];
        server.ips = vec!["127.0.0.1".parse().unwrap()];
        let leaf = Certificate::issue(&mut rng, &server, &key, Some((&ca, &ca_key))).unwrap();
        (ca, leaf, key)
    }

    #[test]
    fn pem_comes_back_as_it_was() {
        let (ca, leaf, key) = chain();
        assert_eq!(
            Certificate::all_from_pem(&format!("{}{}", leaf.to_pem(), ca.to_pem())),
            [leaf.clone(), ca]
        );
        assert_eq!(PrivateKey::from_pem(&key.to_pem()), Some(key.clone()));
        assert_eq!(PrivateKey::from_pem(&key.to_rsa_pem()), Some(key.clone()));
        assert!(leaf.belongs_to(&key));
        assert_eq!(leaf.issuer.to_string(), "C = US, O = Demo, CN = Demo CA");
        assert_eq!(leaf.not_after.since(leaf.not_before), DAY * 360);
    }

    #[test]
    fn trust_needs_the_right_root_time_and_host() {
        let (ca, leaf, _) = chain();
        let (now, late) = (leaf.not_before + DAY, leaf.not_after + DAY);
        let shown = std::slice::from_ref(&leaf);
        let roots = std::slice::from_ref(&ca);
        assert_eq!(verify(shown, roots, "www.example.com", now), Ok(()));
        assert_eq!(verify(shown, roots, "127.0.0.1", now), Ok(()));
        assert_eq!(verify(shown, roots, "10.0.0.1", now), Err(VerifyError::WrongHost));
        assert_eq!(verify(shown, roots, "a.b.example.com", now), Err(VerifyError::WrongHost));
        assert_eq!(verify(shown, roots, "localhost", late), Err(VerifyError::Expired));
        assert_eq!(verify(shown, roots, "localhost", Time(0)), Err(VerifyError::NotYetValid));
        assert_eq!(verify(shown, &[], "localhost", now), Err(VerifyError::UnknownIssuer));
        assert_eq!(verify(&[leaf, ca.clone()], &[], "localhost", now), Err(VerifyError::SelfSignedInChain));
        assert_eq!(verify(&[ca], &[], "localhost", now), Err(VerifyError::SelfSigned));
        assert_eq!(verify(&[], &[], "localhost", now), Err(VerifyError::Missing));
    }

    #[test]
    fn another_authority_of_the_same_name_does_not_convince() {
        let (ca, leaf, _) = chain();
        let mut rng = Rng::new(8);
        let key = PrivateKey::generate(&mut rng, 2048);
        let other =
            Certificate::issue(&mut rng, &template("/C=US/O=Demo/CN=Demo CA", true), &key, None).unwrap();
        assert_eq!(other.subject, ca.subject);
        let now = leaf.not_before + DAY;
        assert_eq!(verify(&[leaf], &[other], "localhost", now), Err(VerifyError::BadSignature));
    }

    #[test]
    fn broken_input_is_no_certificate() {
        let (_, leaf, _) = chain();
        let pem = leaf.to_pem();
        let half = format!("{}\n-----END CERTIFICATE-----\n", &pem[..300]);
        assert!(Certificate::all_from_pem(&half).is_empty());
        assert!(Certificate::from_der(&[0x30, 0x82, 0xff]).is_none());
    }
}
