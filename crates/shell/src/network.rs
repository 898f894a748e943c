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

    /// The interfaces of this namespace.
    fn interfaces(&self) -> Vec<Interface>;
}
