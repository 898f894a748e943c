//! Random values that depend on a key alone, never on what was drawn before elsewhere.

use crate::hash::mix;

/// The characters that Kubernetes uses in generated names: no vowels, no 0, 1, 3.
const SAFE: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";

/// A stream of random values (splitmix64), made by [`crate::Sim::rng`] from a key.
#[derive(Clone, Debug)]
pub struct Rng(u64);

impl Rng {
    /// A stream that starts at `seed`.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A value from 0 to `bound - 1`; 0 if `bound` is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 { 0 } else { ((u128::from(self.next_u64()) * u128::from(bound)) >> 64) as u64 }
    }

    /// `length` characters as Kubernetes' `rand.String` draws them: `x7k2p`.
    pub fn name_suffix(&mut self, length: usize) -> String {
        (0..length).map(|_| char::from(SAFE[self.below(SAFE.len() as u64) as usize])).collect()
    }

    /// A version 4 UUID.
    pub fn uuid(&mut self) -> String {
        let (high, low) = (self.next_u64(), self.next_u64());
        let high = high & !0xf000 | 0x4000;
        let low = low & !(0b11 << 62) | (0b10 << 62);
        format!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            high >> 32,
            high >> 16 & 0xffff,
            high & 0xffff,
            low >> 48,
            low & 0xffff_ffff_ffff
        )
    }

    /// `bytes` random bytes in lower-case hexadecimal.
    pub fn hex(&mut self, bytes: usize) -> String {
        let digit = |value: u64| char::from_digit((value & 0xf) as u32, 16).unwrap_or('0');
        (0..bytes * 2).map(|_| digit(self.next_u64())).collect()
    }
}
