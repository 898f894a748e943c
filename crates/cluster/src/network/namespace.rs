//! A network namespace: addresses and a port space. The containers of a pod share one.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use podground_shell::{Connection, Interface, Listener, NetworkError};
use podground_sim::Time;
use podground_sim::channel::{Sender, unbounded};

/// Who is behind an address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Peer {
    /// A pod.
    Pod {
        /// Its namespace.
        namespace: String,
        /// Its name.
        name: String,
        /// The node it runs on.
        node: String,
    },
    /// A node, or a pod in the node's own network.
    Node(String),
    /// The learner's machine.
    Workstation,
    /// A host outside of all this.
    Internet(String),
}

/// The first port that the system chooses for callers.
const EPHEMERAL: u16 = 32768;

/// A network namespace.
pub struct Namespace {
    /// Who it belongs to.
    pub peer: Peer,
    interfaces: Vec<Interface>,
    listeners: RefCell<BTreeMap<u16, Vec<Bound>>>,
    next_port: Cell<u16>,
    next_binding: Cell<u64>,
    down: Cell<bool>,
    /// How many connections it has taken lately, by slices of time.
    taken: RefCell<VecDeque<(u64, u64)>>,
}

/// How far back connections are counted.
pub(crate) const LOAD_WINDOW: Duration = Duration::from_secs(30);
/// The length of a slice, in seconds.
const LOAD_SLICE: u64 = 5;

struct Bound {
    id: u64,
    address: IpAddr,
    incoming: Sender<Connection>,
}

impl Namespace {
    /// A namespace with the interfaces `lo` and, if it has an address, `eth0`.
    pub fn new(peer: Peer, address: Option<(Ipv4Addr, u8)>) -> Rc<Self> {
        let mut interfaces = vec![Interface {
            name: "lo".to_owned(),
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            prefix: 8,
            mac: "00:00:00:00:00:00".to_owned(),
        }];
        if let Some((address, prefix)) = address {
            let [_, b, c, d] = address.octets();
            let mac = format!("02:42:{:02x}:{b:02x}:{c:02x}:{d:02x}", address.octets()[0]);
            interfaces.push(Interface { name: "eth0".to_owned(), address: IpAddr::V4(address), prefix, mac });
        }
        Rc::new(Self {
            peer,
            interfaces,
            listeners: RefCell::default(),
            next_port: Cell::new(EPHEMERAL),
            next_binding: Cell::new(0),
            down: Cell::new(false),
            taken: RefCell::default(),
        })
    }

    /// The interfaces, `lo` first.
    pub fn interfaces(&self) -> &[Interface] {
        &self.interfaces
    }

    /// The address that others reach it by; loopback if there is none.
    pub fn address(&self) -> IpAddr {
        self.interfaces.last().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |interface| interface.address)
    }

    /// Whether an address is one of this namespace.
    pub fn owns(&self, address: IpAddr) -> bool {
        address.is_loopback() || self.interfaces.iter().any(|interface| interface.address == address)
    }

    /// Counts a connection that it has taken.
    pub(crate) fn note_connection(&self, now: Time) {
        let slice = now.unix_seconds() / LOAD_SLICE;
        let mut taken = self.taken.borrow_mut();
        match taken.back_mut() {
            Some((last, count)) if *last == slice => *count += 1,
            _ => taken.push_back((slice, 1)),
        }
        while taken.front().is_some_and(|(first, _)| first + LOAD_WINDOW.as_secs() / LOAD_SLICE < slice) {
            taken.pop_front();
        }
    }

    /// How many connections it has taken in the last [`LOAD_WINDOW`].
    pub(crate) fn recent_connections(&self, now: Time) -> u64 {
        let slice = now.unix_seconds() / LOAD_SLICE;
        let first = slice.saturating_sub(LOAD_WINDOW.as_secs() / LOAD_SLICE);
        self.taken.borrow().iter().filter(|(at, _)| (first..slice).contains(at)).map(|(_, count)| count).sum()
    }

    /// Cuts the namespace off: nothing reaches it any more.
    pub fn set_down(&self, down: bool) {
        self.down.set(down);
    }

    /// Whether it is cut off.
    pub fn is_down(&self) -> bool {
        self.down.get()
    }

    /// Whether a process listens at a port.
    pub fn listens(&self, address: IpAddr, port: u16) -> bool {
        self.sender(address, port).is_some()
    }

    /// The ports that are bound, with their addresses: what `netstat -l` shows.
    pub fn bound(&self) -> Vec<SocketAddr> {
        let listeners = self.listeners.borrow();
        listeners
            .iter()
            .flat_map(|(port, bound)| bound.iter().map(|bound| SocketAddr::new(bound.address, *port)))
            .collect()
    }

    /// Binds a port.
    pub fn listen(self: &Rc<Self>, address: SocketAddr) -> Result<Listener, NetworkError> {
        let ip = address.ip();
        if !ip.is_unspecified() && !self.owns(ip) {
            return Err(NetworkError::AddressNotAvailable);
        }
        let port = if address.port() == 0 { self.ephemeral_port() } else { address.port() };
        let mut listeners = self.listeners.borrow_mut();
        let bound = listeners.entry(port).or_default();
        if bound.iter().any(|bound| overlap(bound.address, ip)) {
            return Err(NetworkError::AddressInUse);
        }
        let id = self.next_binding.get();
        self.next_binding.set(id + 1);
        let (incoming, accepted) = unbounded();
        bound.push(Bound { id, address: ip, incoming });
        let guard = Guard { namespace: self.clone(), port, id };
        Ok(Listener { local: SocketAddr::new(ip, port), incoming: accepted, guard: Box::new(guard) })
    }

    /// A port for the calling end of a connection.
    pub(crate) fn ephemeral_port(&self) -> u16 {
        let listeners = self.listeners.borrow();
        loop {
            let port = self.next_port.get();
            // Linux gives connections even ports of its range first.
            self.next_port.set(if port >= 60998 { EPHEMERAL } else { port + 2 });
            if !listeners.contains_key(&port) {
                return port;
            }
        }
    }

    /// Who takes connections to an address of this namespace.
    pub(crate) fn sender(&self, address: IpAddr, port: u16) -> Option<Sender<Connection>> {
        let listeners = self.listeners.borrow();
        let bound = listeners.get(&port)?;
        bound.iter().find(|bound| overlap(bound.address, address)).map(|bound| bound.incoming.clone())
    }
}

/// Whether a socket bound to `bound` takes what is sent to `address`: the unspecified IPv6 address is bound
/// on IPv4 too.
fn overlap(bound: IpAddr, address: IpAddr) -> bool {
    let any = |ip: IpAddr| ip == IpAddr::V6(Ipv6Addr::UNSPECIFIED);
    if any(bound) || any(address) {
        return true;
    }
    if bound.is_ipv4() != address.is_ipv4() {
        return false;
    }
    bound == address || bound.is_unspecified() || address.is_unspecified()
}

struct Guard {
    namespace: Rc<Namespace>,
    port: u16,
    id: u64,
}

impl Drop for Guard {
    fn drop(&mut self) {
        let mut listeners = self.namespace.listeners.borrow_mut();
        if let Some(bound) = listeners.get_mut(&self.port) {
            bound.retain(|bound| bound.id != self.id);
            if bound.is_empty() {
                listeners.remove(&self.port);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_bound_once() {
        let pod = Namespace::new(Peer::Workstation, Some((Ipv4Addr::new(10, 244, 1, 2), 24)));
        let any = |port| SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), port);
        let first = pod.listen(any(80)).unwrap();
        assert_eq!(pod.listen(any(80)).err(), Some(NetworkError::AddressInUse));
        assert_eq!(pod.listen("127.0.0.1:80".parse().unwrap()).err(), Some(NetworkError::AddressInUse));
        assert_eq!(pod.listen("10.0.0.1:81".parse().unwrap()).err(), Some(NetworkError::AddressNotAvailable));
        assert!(pod.listens("10.244.1.2".parse().unwrap(), 80));
        drop(first);
        assert!(pod.listen("[::]:80".parse().unwrap()).is_ok());
    }
}
