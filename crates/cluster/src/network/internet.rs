//! The few hosts outside of the cluster that lessons call by name.
//!
//! They answer echo requests and name queries; nothing of the real internet is ever asked.

use std::net::Ipv4Addr;

/// A host of the simulated internet.
pub(crate) struct InternetHost {
    pub(crate) name: &'static str,
    pub(crate) address: Ipv4Addr,
}

/// All of them. Addresses are those that the names had when the table was written.
pub(crate) const INTERNET: &[InternetHost] = &[
    host("google.com", [142, 250, 152, 102]),
    host("www.google.com", [142, 250, 152, 104]),
    host("example.com", [93, 184, 215, 14]),
    host("www.example.com", [93, 184, 215, 14]),
    host("kubernetes.io", [3, 33, 186, 135]),
    host("github.com", [140, 82, 112, 3]),
    host("registry-1.docker.io", [44, 208, 254, 194]),
    host("dns.google", [8, 8, 8, 8]),
    host("one.one.one.one", [1, 1, 1, 1]),
];

const fn host(name: &'static str, address: [u8; 4]) -> InternetHost {
    let [a, b, c, d] = address;
    InternetHost { name, address: Ipv4Addr::new(a, b, c, d) }
}

/// The host that has an address.
pub(crate) fn by_address(address: Ipv4Addr) -> Option<&'static InternetHost> {
    INTERNET.iter().find(|host| host.address == address)
}

/// The host that has a name.
pub(crate) fn by_name(name: &str) -> Option<&'static InternetHost> {
    INTERNET.iter().find(|host| host.name.eq_ignore_ascii_case(name))
}
