//! Certificates.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use podground_sim::{Rng, Time};
use sha2::{Digest, Sha256};

use super::der::{self, bit_string, integer, sequence, tlv};
use super::key::{RSA, signature, unsigned};
use super::{PrivateKey, SigningRequest, from_pem, to_pem};

/// `sha256WithRSAEncryption`
pub(super) const ALGORITHM: [u8; 15] =
    [0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11, der::NULL, 0];
/// The attributes of names: their short names and the last byte of 2.5.4.x.
const ATTRIBUTES: &[(&str, u8)] =
    &[("CN", 3), ("C", 6), ("L", 7), ("ST", 8), ("O", 10), ("OU", 11), ("SN", 4), ("serialNumber", 5)];
/// 2.5.29.x
const BASIC_CONSTRAINTS: u8 = 19;
const ALTERNATIVE_NAMES: u8 = 17;

/// A distinguished name: attributes and their values, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name(pub Vec<(String, String)>);

impl Name {
    /// Reads `/C=KR/CN=example.com`; `None` if an attribute is not known.
    pub fn parse(text: &str) -> Option<Self> {
        let parts = text.split('/').filter(|part| !part.is_empty());
        let pairs = parts.map(|part| {
            let (key, value) = part.split_once('=')?;
            let (known, _) = ATTRIBUTES.iter().find(|(known, _)| known.eq_ignore_ascii_case(key.trim()))?;
            Some(((*known).to_owned(), value.to_owned()))
        });
        pairs.collect::<Option<Vec<_>>>().map(Self)
    }

    /// The value of an attribute.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let parts = self.0.iter().map(|(key, value)| {
            let last = ATTRIBUTES.iter().find(|(known, _)| known == key).map_or(3, |(_, last)| *last);
            let tag = if key == "C" { der::PRINTABLE } else { der::UTF8 };
            let pair = sequence(&[&tlv(der::OID, &[0x55, 4, last]), &tlv(tag, value.as_bytes())]);
            tlv(der::SET, &pair)
        });
        tlv(der::SEQUENCE, &parts.collect::<Vec<_>>().concat())
    }

    pub(super) fn decode(mut bytes: &[u8]) -> Option<Self> {
        let mut pairs = Vec::new();
        while !bytes.is_empty() {
            let mut set = der::expect(&mut bytes, der::SET)?;
            let mut pair = der::expect(&mut set, der::SEQUENCE)?;
            let oid = der::expect(&mut pair, der::OID)?;
            let (_, value, _) = der::take(&mut pair)?;
            let key = ATTRIBUTES.iter().find(|(_, last)| oid == [0x55, 4, *last])?.0;
            pairs.push((key.to_owned(), String::from_utf8_lossy(value).into_owned()));
        }
        Some(Self(pairs))
    }
}

impl fmt::Display for Name {
    /// `C = KR, CN = example.com`, as openssl prints it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pairs: Vec<String> = self.0.iter().map(|(key, value)| format!("{key} = {value}")).collect();
        f.write_str(&pairs.join(", "))
    }
}

/// What a certificate shall say.
#[derive(Clone, Debug, Default)]
pub struct Template {
    /// Whose it is.
    pub subject: Name,
    /// Host names that it is good for.
    pub dns: Vec<String>,
    /// Addresses that it is good for.
    pub ips: Vec<IpAddr>,
    /// Whether it may sign others.
    pub authority: bool,
    /// From when it is good.
    pub not_before: Time,
    /// How long it is good.
    pub lifetime: Duration,
}

/// A certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Its number.
    pub serial: Vec<u8>,
    /// Who signed it.
    pub issuer: Name,
    /// Whose it is.
    pub subject: Name,
    /// From when it is good.
    pub not_before: Time,
    /// Until when.
    pub not_after: Time,
    /// The modulus of its public key.
    pub modulus: Vec<u8>,
    /// Host names that it is good for.
    pub dns: Vec<String>,
    /// Addresses that it is good for.
    pub ips: Vec<IpAddr>,
    /// Whether it may sign others.
    pub authority: bool,
    /// Its signature.
    pub signature: Vec<u8>,
    signed: Vec<u8>,
    der: Vec<u8>,
}

impl Certificate {
    /// Makes a certificate for `key`, signed by an issuer or, without one, by the key itself.
    pub fn issue(
        rng: &mut Rng,
        template: &Template,
        key: &PrivateKey,
        issuer: Option<(&Self, &PrivateKey)>,
    ) -> Option<Self> {
        Self::issue_to(
            rng,
            template,
            &key.modulus,
            issuer.map(|(issuer, _)| issuer),
            issuer.map_or(key, |(_, key)| key),
        )
    }

    /// Makes a certificate for whoever has sent a request, signed by an issuer.
    pub fn grant(
        rng: &mut Rng,
        template: &Template,
        request: &SigningRequest,
        issuer: (&Self, &PrivateKey),
    ) -> Option<Self> {
        Self::issue_to(rng, template, &request.modulus, Some(issuer.0), issuer.1)
    }

    fn issue_to(
        rng: &mut Rng,
        template: &Template,
        modulus: &[u8],
        issuer: Option<&Self>,
        signer: &PrivateKey,
    ) -> Option<Self> {
        let mut serial: Vec<u8> = (0..20).map(|_| rng.next_u64() as u8).collect();
        serial[0] = serial[0] & 0x7f | 0x40;
        let issuer_name = issuer.map_or(&template.subject, |issuer| &issuer.subject);
        let end = template.not_before + template.lifetime;
        let mut parts = vec![
            tlv(0xa0, &integer(&[2])),
            integer(&serial),
            ALGORITHM.to_vec(),
            issuer_name.encode(),
            sequence(&[&time(template.not_before), &time(end)]),
            template.subject.encode(),
            public_key(modulus),
        ];
        let extensions = extensions(template);
        if !extensions.is_empty() {
            parts.push(tlv(0xa3, &tlv(der::SEQUENCE, &extensions)));
        }
        let signed = tlv(der::SEQUENCE, &parts.concat());
        let signature = signer.sign(&signed);
        Self::from_der(&sequence(&[&signed, &ALGORITHM, &bit_string(&signature)]))
    }

    /// Reads a certificate.
    pub fn from_der(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        let mut outer = der::expect(&mut rest, der::SEQUENCE)?;
        let (_, mut inner, signed) = der::take(&mut outer)?;
        der::expect(&mut outer, der::SEQUENCE)?;
        let signature = der::expect(&mut outer, der::BIT_STRING)?.get(1..)?.to_vec();
        let mut first = inner;
        if der::take(&mut first)?.0 == 0xa0 {
            inner = first;
        }
        let serial = unsigned(der::expect(&mut inner, der::INTEGER)?);
        der::expect(&mut inner, der::SEQUENCE)?;
        let issuer = Name::decode(der::expect(&mut inner, der::SEQUENCE)?)?;
        let mut dates = der::expect(&mut inner, der::SEQUENCE)?;
        let (not_before, not_after) = (read_time(&mut dates)?, read_time(&mut dates)?);
        let subject = Name::decode(der::expect(&mut inner, der::SEQUENCE)?)?;
        let modulus = read_public_key(der::expect(&mut inner, der::SEQUENCE)?)?;
        let mut certificate = Self {
            serial,
            issuer,
            subject,
            not_before,
            not_after,
            modulus,
            dns: Vec::new(),
            ips: Vec::new(),
            authority: false,
            signature,
            signed: signed.to_vec(),
            der: bytes.get(..bytes.len() - rest.len())?.to_vec(),
        };
        if let Some(mut extensions) = der::expect(&mut inner, 0xa3) {
            certificate.read_extensions(der::expect(&mut extensions, der::SEQUENCE)?);
        }
        Some(certificate)
    }

    fn read_extensions(&mut self, list: &[u8]) {
        let found = read_extensions(list);
        (self.authority, self.dns, self.ips) = (found.authority, found.dns, found.ips);
    }

    /// All certificates of a PEM text.
    pub fn all_from_pem(text: &str) -> Vec<Self> {
        let blocks = from_pem(text);
        let wanted = blocks.iter().filter(|(label, _)| label.ends_with("CERTIFICATE"));
        wanted.filter_map(|(_, bytes)| Self::from_der(bytes)).collect()
    }

    /// `-----BEGIN CERTIFICATE-----`
    pub fn to_pem(&self) -> String {
        to_pem("CERTIFICATE", &self.der)
    }

    /// The SHA-256 fingerprint.
    pub fn fingerprint(&self) -> Vec<u8> {
        Sha256::digest(&self.der).to_vec()
    }

    /// Whether it was signed with the key of another certificate.
    pub fn is_signed_by(&self, issuer: &Self) -> bool {
        self.issuer == issuer.subject && self.signature == signature(&issuer.modulus, &self.signed)
    }

    /// Whether it was signed with its own key.
    pub fn is_self_signed(&self) -> bool {
        self.is_signed_by(self)
    }

    /// Whether a key is the one that it is for.
    pub fn belongs_to(&self, key: &PrivateKey) -> bool {
        self.modulus == key.modulus
    }
}

/// What extensions say: whether it may sign others, and its other names.
pub(super) fn read_extensions(mut list: &[u8]) -> Template {
    let mut found = Template::default();
    while let Some(mut extension) = der::expect(&mut list, der::SEQUENCE) {
        let Some(oid) = der::expect(&mut extension, der::OID) else { break };
        let mut value = match der::take(&mut extension) {
            Some((der::BOOLEAN, ..)) => der::expect(&mut extension, der::OCTET_STRING),
            Some((der::OCTET_STRING, value, _)) => Some(value),
            _ => None,
        }
        .unwrap_or_default();
        let Some(mut inner) = der::expect(&mut value, der::SEQUENCE) else { continue };
        match oid {
            [0x55, 0x1d, BASIC_CONSTRAINTS] => {
                found.authority = der::expect(&mut inner, der::BOOLEAN) == Some(&[0xff]);
            }
            [0x55, 0x1d, ALTERNATIVE_NAMES] => {
                while let Some((tag, value, _)) = der::take(&mut inner) {
                    match tag {
                        0x82 => found.dns.push(String::from_utf8_lossy(value).into_owned()),
                        0x87 => found.ips.extend(address(value)),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    found
}

/// A public key as certificates and requests hold it.
pub(super) fn public_key(modulus: &[u8]) -> Vec<u8> {
    let public = sequence(&[&integer(modulus), &integer(&[1, 0, 1])]);
    sequence(&[&RSA, &bit_string(&public)])
}

/// What tells a public key from others: of RSA the modulus, of another kind all its bytes.
pub(super) fn read_public_key(mut public: &[u8]) -> Option<Vec<u8>> {
    der::expect(&mut public, der::SEQUENCE)?;
    let bytes = der::expect(&mut public, der::BIT_STRING)?.get(1..)?;
    let mut rest = bytes;
    let mut numbers = der::expect(&mut rest, der::SEQUENCE);
    let modulus = numbers.as_mut().and_then(|numbers| der::expect(numbers, der::INTEGER));
    Some(modulus.map_or_else(|| bytes.to_vec(), unsigned))
}

pub(super) fn extensions(template: &Template) -> Vec<u8> {
    let extension = |last: u8, critical: bool, content: &[u8]| {
        let oid = tlv(der::OID, &[0x55, 0x1d, last]);
        let critical = if critical { tlv(der::BOOLEAN, &[0xff]) } else { Vec::new() };
        sequence(&[&oid, &critical, &tlv(der::OCTET_STRING, &tlv(der::SEQUENCE, content))])
    };
    let mut bytes = Vec::new();
    if template.authority {
        bytes.extend(extension(BASIC_CONSTRAINTS, true, &tlv(der::BOOLEAN, &[0xff])));
    }
    let mut names: Vec<u8> = template.dns.iter().flat_map(|name| tlv(0x82, name.as_bytes())).collect();
    for ip in &template.ips {
        match ip {
            IpAddr::V4(ip) => names.extend(tlv(0x87, &ip.octets())),
            IpAddr::V6(ip) => names.extend(tlv(0x87, &ip.octets())),
        }
    }
    if !names.is_empty() {
        bytes.extend(extension(ALTERNATIVE_NAMES, false, &names));
    }
    bytes
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    if let Ok(octets) = <[u8; 4]>::try_from(bytes) {
        return Some(IpAddr::V4(Ipv4Addr::from(octets)));
    }
    <[u8; 16]>::try_from(bytes).ok().map(|octets| IpAddr::V6(Ipv6Addr::from(octets)))
}

// RFC 5280: UTCTime up to the year 2049, GeneralizedTime from then on.
fn time(time: Time) -> Vec<u8> {
    let c = time.civil();
    let rest = format!("{:02}{:02}{:02}{:02}{:02}Z", c.month, c.day, c.hour, c.minute, c.second);
    if c.year < 2050 {
        tlv(der::UTC_TIME, format!("{:02}{rest}", c.year % 100).as_bytes())
    } else {
        tlv(der::GENERALIZED_TIME, format!("{:04}{rest}", c.year).as_bytes())
    }
}

fn read_time(input: &mut &[u8]) -> Option<Time> {
    let (tag, bytes, _) = der::take(input)?;
    let text = std::str::from_utf8(bytes).ok()?;
    let (year, rest) = match tag {
        der::UTC_TIME => {
            let year: u32 = text.get(..2)?.parse().ok()?;
            (if year < 50 { 2000 + year } else { 1900 + year }, text.get(2..)?)
        }
        der::GENERALIZED_TIME => (text.get(..4)?.parse().ok()?, text.get(4..)?),
        _ => return None,
    };
    let part = |index: usize| rest.get(index..index + 2);
    Time::parse_rfc3339(&format!(
        "{year:04}-{}-{}T{}:{}:{}Z",
        part(0)?,
        part(2)?,
        part(4)?,
        part(6)?,
        part(8)?
    ))
}
