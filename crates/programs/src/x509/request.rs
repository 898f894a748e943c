//! Requests for certificates: PKCS #10.

use std::net::IpAddr;

use super::certificate::{ALGORITHM, extensions, public_key, read_extensions, read_public_key};
use super::der::{self, bit_string, integer, sequence, tlv};
use super::key::signature;
use super::{Name, PrivateKey, Template, from_pem, to_pem};

/// `extensionRequest`
const EXTENSIONS: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 14];

/// A request for a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningRequest {
    /// Whose it shall be.
    pub subject: Name,
    /// What tells the public key from others.
    pub modulus: Vec<u8>,
    /// Host names that it shall be good for.
    pub dns: Vec<String>,
    /// Addresses that it shall be good for.
    pub ips: Vec<IpAddr>,
    /// Its signature.
    pub signature: Vec<u8>,
    signed: Vec<u8>,
    der: Vec<u8>,
}

impl SigningRequest {
    /// Makes a request for a key.
    pub fn new(template: &Template, key: &PrivateKey) -> Option<Self> {
        let wanted = extensions(template);
        let attributes = if wanted.is_empty() {
            Vec::new()
        } else {
            let list = tlv(der::SET, &tlv(der::SEQUENCE, &wanted));
            sequence(&[&tlv(der::OID, &EXTENSIONS), &list])
        };
        let signed = sequence(&[
            &integer(&[0]),
            &template.subject.encode(),
            &public_key(&key.modulus),
            &tlv(0xa0, &attributes),
        ]);
        Self::from_der(&sequence(&[&signed, &ALGORITHM, &bit_string(&key.sign(&signed))]))
    }

    /// Reads a request.
    pub fn from_der(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        let mut outer = der::expect(&mut rest, der::SEQUENCE)?;
        let (_, mut inner, signed) = der::take(&mut outer)?;
        der::expect(&mut outer, der::SEQUENCE)?;
        let signature = der::expect(&mut outer, der::BIT_STRING)?.get(1..)?.to_vec();
        der::expect(&mut inner, der::INTEGER)?;
        let subject = Name::decode(der::expect(&mut inner, der::SEQUENCE)?)?;
        let modulus = read_public_key(der::expect(&mut inner, der::SEQUENCE)?)?;
        let mut wanted = Template::default();
        let mut attributes = der::expect(&mut inner, 0xa0).unwrap_or_default();
        while let Some(mut attribute) = der::expect(&mut attributes, der::SEQUENCE) {
            if der::expect(&mut attribute, der::OID) == Some(&EXTENSIONS)
                && let Some(mut set) = der::expect(&mut attribute, der::SET)
                && let Some(list) = der::expect(&mut set, der::SEQUENCE)
            {
                wanted = read_extensions(list);
            }
        }
        Some(Self {
            subject,
            modulus,
            dns: wanted.dns,
            ips: wanted.ips,
            signature,
            signed: signed.to_vec(),
            der: bytes.get(..bytes.len() - rest.len())?.to_vec(),
        })
    }

    /// The first request of a PEM text.
    pub fn from_pem(text: &str) -> Option<Self> {
        let blocks = from_pem(text);
        let found = blocks.iter().find(|(label, _)| label.ends_with("CERTIFICATE REQUEST"));
        found.and_then(|(_, bytes)| Self::from_der(bytes))
    }

    /// `-----BEGIN CERTIFICATE REQUEST-----`
    pub fn to_pem(&self) -> String {
        to_pem("CERTIFICATE REQUEST", &self.der)
    }

    /// Whether it was signed with the key that it is for.
    pub fn is_self_signed(&self) -> bool {
        self.signature == signature(&self.modulus, &self.signed)
    }
}

#[cfg(test)]
mod tests {
    use podground_sim::{Rng, Time};
    use std::time::Duration;

    use super::*;
    use crate::x509::Certificate;

    #[test]
    fn a_request_is_read_back_and_granted() {
        let mut rng = Rng::new(5);
        let (key, issuer_key) = (PrivateKey::generate(&mut rng, 2048), PrivateKey::generate(&mut rng, 2048));
        let template = Template {
            subject: Name::parse("/CN=anna/O=dev").unwrap(),
            dns: vec!["a.example.com".to_owned()],
            ips: vec!["10.0.0.1".parse().unwrap()],
            ..Template::default()
        };
        let request = SigningRequest::new(&template, &key).unwrap();
        let read = SigningRequest::from_pem(&request.to_pem()).unwrap();
        assert_eq!(read, request);
        assert!(read.is_self_signed());
        assert_eq!((read.subject.get("CN"), read.dns.as_slice()), (Some("anna"), template.dns.as_slice()));
        assert_eq!(SigningRequest::new(&Template::default(), &key).unwrap().dns, Vec::<String>::new());
        let authority =
            Template { subject: Name::parse("/CN=ca").unwrap(), authority: true, ..Template::default() };
        let authority = Certificate::issue(&mut rng, &authority, &issuer_key, None).unwrap();
        let wanted = Template {
            subject: read.subject.clone(),
            not_before: Time::from_unix_seconds(1_767_225_600),
            lifetime: Duration::from_hours(1),
            ..Template::default()
        };
        let granted = Certificate::grant(&mut rng, &wanted, &read, (&authority, &issuer_key)).unwrap();
        assert!(granted.belongs_to(&key) && granted.is_signed_by(&authority));
    }

    #[test]
    fn what_is_no_request_is_none() {
        assert_eq!(
            SigningRequest::from_pem(
                "-----BEGIN CERTIFICATE REQUEST-----\n-----END CERTIFICATE REQUEST-----\n"
            ),
            None
        );
        assert_eq!(SigningRequest::from_der(&[0x30, 3, 2, 1, 0]), None);
    }

    #[test]
    fn a_request_of_the_real_openssl_is_read() {
        let request = SigningRequest::from_pem(
            "-----BEGIN CERTIFICATE REQUEST-----
MIIBGjCBwAIBADAxMQswCQYDVQQGEwJLUjEKMAgGA1UECgwBYTEKMAgGA1UEAwwB
dTEKMAgGA1UEBRMBNzBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABDXMRWYm43J9
UUMiLxIXr2NH8z/Tw24XOcAwfFNrs6N8S0AGBnINbfRGM2XKaooxiPRZXZPWTA6f
ziVVyULEcuGgLTArBgkqhkiG9w0BCQ4xHjAcMBoGA1UdEQQTMBGCCWEuZXhhbXBs
ZYcECgAAATAKBggqhkjOPQQDAgNJADBGAiEA+ge/X0QkVhMAVPHM7uuId0LG1JMc
UAn0SWrWVNsmRqsCIQDjy98JgP83isBlfC/2nLd3e7cvs0MiKDugQ1cIbu29zw==
-----END CERTIFICATE REQUEST-----",
        );
        let request = request.unwrap();
        assert_eq!(request.subject.to_string(), "C = KR, O = a, CN = u, serialNumber = 7");
        assert_eq!((request.dns.len(), request.ips.len()), (1, 1));
    }
}
