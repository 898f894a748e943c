//! The network as a process sees it: sockets, names, interfaces. The cluster implements [`Network`].

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use podground_sim::{LocalBoxFuture, PipeReader, PipeWriter, channel::Receiver};

/// Why a network call failed, named as the C library's errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetworkError {
    /// ECONNREFUSED: nothing listens there.
    ConnectionRefused,
    /// ECONNRESET: the other side went away.
    ConnectionReset,
    /// ETIMEDOUT: no answer came.
    TimedOut,
    /// EHOSTUNREACH: there is no such host in a network that is reachable.
    HostUnreachable,
    /// ENETUNREACH: there is no route.
    NetworkUnreachable,
    /// EADDRINUSE: another socket has this port.
    AddressInUse,
    /// EADDRNOTAVAIL: the address is not one of this host.
    AddressNotAvailable,
    /// EACCES: a port below 1024 without the right to it.
    PermissionDenied,
    /// The name does not exist (NXDOMAIN).
    NameNotFound,
    /// The name server does not answer.
    NameServerUnreachable,
}

/// An established TCP connection; dropping it closes it.
pub struct Connection {
    /// Our end.
    pub local: SocketAddr,
    /// The other end.
    pub peer: SocketAddr,
    /// What the other side sends.
    pub reader: PipeReader,
    /// What we send.
    pub writer: PipeWriter,
}

/// A listening TCP socket; dropping it frees the port.
pub struct Listener {
    /// The address that was bound, with the port that was chosen if port 0 was asked for.
    pub local: SocketAddr,
    /// The connections that were made to it.
    pub incoming: Receiver<Connection>,
    /// Frees the port when dropped.
    pub guard: Box<dyn std::any::Any>,
}

impl Listener {
    /// Waits for the next connection; `None` when the network is gone.
    pub async fn accept(&self) -> Option<Connection> {
        self.incoming.recv().await.ok()
    }
}

/// A network interface, as `ip addr` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// `lo`, `eth0`
    pub name: String,
    /// The address.
    pub address: IpAddr,
    /// The length of the network's prefix.
    pub prefix: u8,
    /// The hardware address.
    pub mac: String,
}

/// The type of a DNS record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DnsType {
    /// An IPv4 address.
    A,
    /// An IPv6 address.
    Aaaa,
    /// Another name.
    Cname,
    /// Where a service's ports are.
    Srv,
    /// The name of an address.
    Ptr,
}

/// What a DNS record says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DnsData {
    /// An address.
    Address(IpAddr),
    /// Another name: of CNAME and PTR.
    Name(String),
    /// Where a service's port is.
    Service {
        /// Lower is tried first.
        priority: u16,
        /// The share among equal priorities.
        weight: u16,
        /// The port.
        port: u16,
        /// The host's name.
        target: String,
    },
}

/// A record of a DNS answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DnsRecord {
    /// The full name, without a dot at its end.
    pub name: String,
    /// How long it may be kept, in seconds.
    pub ttl: u32,
    /// The type.
    pub record_type: DnsType,
    /// What it says.
    pub data: DnsData,
}

/// A question to one name server about one full name: what `dig` and `nslookup` send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DnsQuery {
    /// The server; `None` for the first of `/etc/resolv.conf`.
    pub server: Option<IpAddr>,
    /// The full name; search domains are up to the caller.
    pub name: String,
    /// The type.
    pub record_type: DnsType,
}

/// The answer of a name server: no records and `exists` false is NXDOMAIN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DnsAnswer {
    /// Who answered.
    pub server: SocketAddr,
    /// Whether the name exists, perhaps with records of other types only.
    pub exists: bool,
    /// The records.
    pub records: Vec<DnsRecord>,
}

/// One network namespace: containers of a pod share one.
pub trait Network {
    /// Binds a TCP port. The unspecified address (`0.0.0.0`, `::`) binds it on all addresses.
    fn listen(&self, address: SocketAddr) -> Result<Listener, NetworkError>;

    /// Opens a TCP connection, taking the virtual time that it takes.
    fn connect(&self, address: SocketAddr) -> LocalBoxFuture<'static, Result<Connection, NetworkError>>;

    /// The addresses of a name, as the resolver of this host finds them (hosts file, search domains, DNS).
    fn resolve(&self, name: &str) -> LocalBoxFuture<'static, Result<Vec<IpAddr>, NetworkError>>;

    /// Sends one ICMP echo and gives its round-trip time.
    fn ping(&self, address: IpAddr) -> LocalBoxFuture<'static, Result<Duration, NetworkError>>;

    /// Asks a name server; [`Network::resolve`] does so with the search domains.
    fn query(&self, query: DnsQuery) -> LocalBoxFuture<'static, Result<DnsAnswer, NetworkError>> {
        let _ = query;
        Box::pin(async { Err(NetworkError::NameServerUnreachable) })
    }

    /// The interfaces of this namespace.
    fn interfaces(&self) -> Vec<Interface>;
}

/// No network at all: for tests and for tools that need none.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoNetwork;

impl Network for NoNetwork {
    fn listen(&self, _: SocketAddr) -> Result<Listener, NetworkError> {
        Err(NetworkError::AddressNotAvailable)
    }

    fn connect(&self, _: SocketAddr) -> LocalBoxFuture<'static, Result<Connection, NetworkError>> {
        Box::pin(async { Err(NetworkError::NetworkUnreachable) })
    }

    fn resolve(&self, _: &str) -> LocalBoxFuture<'static, Result<Vec<IpAddr>, NetworkError>> {
        Box::pin(async { Err(NetworkError::NameServerUnreachable) })
    }

    fn ping(&self, _: IpAddr) -> LocalBoxFuture<'static, Result<Duration, NetworkError>> {
        Box::pin(async { Err(NetworkError::NetworkUnreachable) })
    }

    fn interfaces(&self) -> Vec<Interface> {
        Vec::new()
    }
}
