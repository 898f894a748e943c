//! Pod addresses: each node gives them out of its own range, one after the other.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

/// The addresses of one node's pods.
#[derive(Debug)]
pub struct AddressPool {
    base: u32,
    size: u32,
    next: u32,
    used: BTreeSet<u32>,
}

impl AddressPool {
    /// The pool of a range such as `10.244.1.0/24`.
    pub fn parse(cidr: &str) -> Option<Self> {
        let (base, size) = parse_cidr(cidr)?;
        Some(Self { base, size, next: 2, used: BTreeSet::new() })
    }

    /// The next free address. The first two are the network's and the bridge's, the last is broadcast.
    /// As the CNI plug-in host-local does, an address that was given back is used again last.
    pub fn allocate(&mut self) -> Option<Ipv4Addr> {
        let usable = self.size.saturating_sub(3);
        for step in 0..usable {
            let offset = 2 + (self.next - 2 + step) % usable;
            if self.used.insert(offset) {
                self.next = 2 + (offset - 1) % usable;
                return Some(Ipv4Addr::from(self.base + offset));
            }
        }
        None
    }

    /// Gives an address back.
    pub fn release(&mut self, address: Ipv4Addr) {
        self.used.remove(&u32::from(address).wrapping_sub(self.base));
    }

    /// The address of the bridge: the first of the range.
    pub fn gateway(&self) -> Ipv4Addr {
        Ipv4Addr::from(self.base + 1)
    }
}

/// The first address and the number of addresses of an IPv4 range.
pub fn parse_cidr(cidr: &str) -> Option<(u32, u32)> {
    let (address, prefix) = cidr.split_once('/')?;
    let address: Ipv4Addr = address.parse().ok()?;
    let prefix: u32 = prefix.parse().ok().filter(|prefix| (1..=32).contains(prefix))?;
    let size = 1_u32.checked_shl(32 - prefix)?;
    Some((u32::from(address) & !(size - 1), size))
}

/// Whether an IPv4 range holds an address.
pub fn cidr_contains((base, size): (u32, u32), address: Ipv4Addr) -> bool {
    u32::from(address).checked_sub(base).is_some_and(|offset| offset < size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_used_again_last() {
        let mut pool = AddressPool::parse("10.244.1.0/29").unwrap();
        let first = pool.allocate().unwrap();
        assert_eq!(first.to_string(), "10.244.1.2");
        pool.release(first);
        let next: Vec<String> = std::iter::from_fn(|| pool.allocate()).map(|a| a.to_string()).collect();
        assert_eq!(next, ["10.244.1.3", "10.244.1.4", "10.244.1.5", "10.244.1.6", "10.244.1.2"]);
    }
}
