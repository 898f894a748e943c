//! What one host or container sees of the network: its namespace, and names as its files say.

use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use podground_shell::{Connection, DnsAnswer, DnsQuery, Interface, Listener, Network, NetworkError};
use podground_sim::LocalBoxFuture;
use podground_vfs::FileSystem;

use super::{Fabric, Namespace};

/// The network of a host; see [`Fabric::view`].
pub struct HostNetwork {
    fabric: Fabric,
    namespace: Rc<Namespace>,
    files: FileSystem,
}

impl HostNetwork {
    pub(crate) fn new(fabric: Fabric, namespace: Rc<Namespace>, files: FileSystem) -> Self {
        Self { fabric, namespace, files }
    }
}

impl Network for HostNetwork {
    fn listen(&self, address: SocketAddr) -> Result<Listener, NetworkError> {
        self.namespace.listen(address)
    }

    fn connect(&self, address: SocketAddr) -> LocalBoxFuture<'static, Result<Connection, NetworkError>> {
        Box::pin(self.fabric.clone().open(self.namespace.clone(), address))
    }

    fn resolve(&self, name: &str) -> LocalBoxFuture<'static, Result<Vec<IpAddr>, NetworkError>> {
        let hosts = self.files.read_to_string("/etc/hosts").unwrap_or_default();
        let resolver = self.files.read_to_string("/etc/resolv.conf").unwrap_or_default();
        Box::pin(self.fabric.clone().resolve(self.namespace.clone(), hosts, resolver, name.to_owned()))
    }

    fn ping(&self, address: IpAddr) -> LocalBoxFuture<'static, Result<Duration, NetworkError>> {
        Box::pin(self.fabric.clone().echo(self.namespace.clone(), address))
    }

    fn query(&self, query: DnsQuery) -> LocalBoxFuture<'static, Result<DnsAnswer, NetworkError>> {
        let resolver = self.files.read_to_string("/etc/resolv.conf").unwrap_or_default();
        Box::pin(self.fabric.clone().query(self.namespace.clone(), resolver, query))
    }

    fn interfaces(&self) -> Vec<Interface> {
        self.namespace.interfaces().to_vec()
    }
}
