//! Private keys.

use podground_sim::Rng;
use sha2::{Digest, Sha256};

use super::der::{self, integer, sequence, tlv};
use super::{from_pem, to_pem};

/// `rsaEncryption`, with the NULL that belongs to it.
pub(super) const RSA: [u8; 15] = [0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, der::NULL, 0];

/// A private key: the public modulus and the other numbers, all random.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrivateKey {
    pub(super) modulus: Vec<u8>,
    numbers: Vec<Vec<u8>>,
}

impl PrivateKey {
    /// A key of so many bits.
    pub fn generate(rng: &mut Rng, bits: usize) -> Self {
        let bytes = (bits / 8).clamp(64, 1024);
        let mut draw = |count: usize| -> Vec<u8> {
            let mut number: Vec<u8> = (0..count).map(|_| rng.next_u64() as u8).collect();
            if let [first, .., last] = number.as_mut_slice() {
                *first |= 0x80;
                *last |= 1;
            }
            number
        };
        let modulus = draw(bytes);
        let numbers = vec![
            draw(bytes),
            draw(bytes / 2),
            draw(bytes / 2),
            draw(bytes / 2),
            draw(bytes / 2),
            draw(bytes / 2),
        ];
        Self { modulus, numbers }
    }

    /// How many bits the key has.
    pub fn bits(&self) -> usize {
        self.modulus.len() * 8
    }

    /// The public modulus in hexadecimal.
    pub fn modulus_hex(&self) -> String {
        self.modulus.iter().map(|byte| format!("{byte:02X}")).collect()
    }

    /// PKCS #8: `-----BEGIN PRIVATE KEY-----`.
    pub fn to_pem(&self) -> String {
        let inner = self.pkcs1();
        to_pem("PRIVATE KEY", &sequence(&[&integer(&[0]), &RSA, &tlv(der::OCTET_STRING, &inner)]))
    }

    /// PKCS #1: `-----BEGIN RSA PRIVATE KEY-----`.
    pub fn to_rsa_pem(&self) -> String {
        to_pem("RSA PRIVATE KEY", &self.pkcs1())
    }

    fn pkcs1(&self) -> Vec<u8> {
        let mut parts = vec![integer(&[0]), integer(&self.modulus), integer(&[1, 0, 1])];
        parts.extend(self.numbers.iter().map(|number| integer(number)));
        tlv(der::SEQUENCE, &parts.concat())
    }

    /// The first key of a PEM text, in either form.
    pub fn from_pem(text: &str) -> Option<Self> {
        from_pem(text).iter().find_map(|(label, bytes)| match label.as_str() {
            "RSA PRIVATE KEY" => Self::read(bytes),
            "PRIVATE KEY" => {
                let mut outer = bytes.as_slice();
                let mut inner = der::expect(&mut outer, der::SEQUENCE)?;
                der::expect(&mut inner, der::INTEGER)?;
                der::expect(&mut inner, der::SEQUENCE)?;
                Self::read(der::expect(&mut inner, der::OCTET_STRING)?)
            }
            _ => None,
        })
    }

    fn read(mut bytes: &[u8]) -> Option<Self> {
        let mut inner = der::expect(&mut bytes, der::SEQUENCE)?;
        let mut numbers = Vec::new();
        while let Some(number) = der::expect(&mut inner, der::INTEGER) {
            numbers.push(unsigned(number));
        }
        (numbers.len() == 9).then(|| Self { modulus: numbers[1].clone(), numbers: numbers.split_off(3) })
    }

    pub(super) fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        signature(&self.modulus, bytes)
    }
}

/// A number without the zero that keeps it from being negative.
pub(super) fn unsigned(bytes: &[u8]) -> Vec<u8> {
    match bytes {
        [0, rest @ ..] if !rest.is_empty() => rest.to_vec(),
        _ => bytes.to_vec(),
    }
}

/// What stands in for an RSA signature: see the module's text.
pub(super) fn signature(modulus: &[u8], bytes: &[u8]) -> Vec<u8> {
    let mut signature = Vec::new();
    for counter in 0_u8.. {
        signature.extend(
            Sha256::new().chain_update([counter]).chain_update(modulus).chain_update(bytes).finalize(),
        );
        if signature.len() >= modulus.len() || counter == u8::MAX {
            break;
        }
    }
    signature.truncate(modulus.len());
    signature
}
