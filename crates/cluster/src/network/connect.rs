//! Opening TCP connections and sending echoes, in the virtual time that they take.

use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use podground_shell::{Connection, NetworkError};
use podground_sim::pipe;

use super::fabric::Fabric;
use super::hop::{Hop, HopKind, HopResult, ServiceHop};
use super::internet;
use super::route::{Delivery, Route};
use super::services::v4;
use super::{Namespace, Peer};

/// How long Linux tries to open a connection (six retries of SYN).
const CONNECT_TIMEOUT: Duration = Duration::from_secs(131);
/// How long Linux asks the link for an address.
const ARP_TIMEOUT: Duration = Duration::from_secs(3);
/// The bytes that are under way in one direction.
const WINDOW: usize = 64 * 1024;

impl Fabric {
    /// Opens a connection from a namespace.
    pub(crate) async fn open(self, from: Rc<Namespace>, to: SocketAddr) -> Result<Connection, NetworkError> {
        let ip = v4(to.ip()).map_or(to.ip(), IpAddr::V4);
        match self.route(&from, ip, to.port()) {
            Route::To(delivery) => self.deliver(&from, to, delivery).await,
            Route::Refused(service) => {
                self.hop(&from, None, to.port(), service, HopKind::Tcp, HopResult::Refused);
                self.sim().sleep(Duration::from_micros(200)).await;
                Err(NetworkError::ConnectionRefused)
            }
            Route::Unreachable => {
                self.hop(&from, None, to.port(), None, HopKind::Tcp, HopResult::Unreachable);
                self.sim().sleep(ARP_TIMEOUT).await;
                Err(NetworkError::HostUnreachable)
            }
            Route::Lost(service) => {
                self.hop(&from, None, to.port(), service, HopKind::Tcp, HopResult::Lost);
                self.sim().sleep(CONNECT_TIMEOUT).await;
                Err(NetworkError::TimedOut)
            }
        }
    }

    async fn deliver(
        &self,
        from: &Rc<Namespace>,
        to: SocketAddr,
        delivery: Delivery,
    ) -> Result<Connection, NetworkError> {
        let receiver = (&*delivery.namespace, delivery.address);
        if !self.admits(from, delivery.source, receiver, "TCP", Some(delivery.port)) {
            self.hop(
                from,
                Some(&delivery.namespace),
                to.port(),
                delivery.service,
                HopKind::Tcp,
                HopResult::Lost,
            );
            self.sim().sleep(CONNECT_TIMEOUT).await;
            return Err(NetworkError::TimedOut);
        }
        self.sim().sleep(delivery.latency * 2).await;
        let Delivery { namespace, address, port, source, service, .. } = delivery;
        let Some(incoming) = namespace.sender(address, port) else {
            self.hop(from, Some(&namespace), to.port(), service, HopKind::Tcp, HopResult::Refused);
            return Err(NetworkError::ConnectionRefused);
        };
        let local = SocketAddr::new(
            if to.ip().is_loopback() { to.ip() } else { from.address() },
            from.ephemeral_port(),
        );
        let (their_reader, our_writer) = pipe(WINDOW);
        let (our_reader, their_writer) = pipe(WINDOW);
        let theirs = Connection {
            local: SocketAddr::new(address, port),
            peer: SocketAddr::new(source, local.port()),
            reader: their_reader,
            writer: their_writer,
        };
        if incoming.try_send(theirs).is_err() {
            return Err(NetworkError::ConnectionRefused);
        }
        namespace.note_connection(self.now());
        self.hop(from, Some(&namespace), to.port(), service, HopKind::Tcp, HopResult::Delivered);
        Ok(Connection { local, peer: to, reader: our_reader, writer: our_writer })
    }

    /// Sends one echo and waits for its answer.
    pub(crate) async fn echo(self, from: Rc<Namespace>, to: IpAddr) -> Result<Duration, NetworkError> {
        let started = self.now();
        let outside = v4(to).and_then(internet::by_address);
        let reached = {
            let state = self.state();
            let to = match state.inside_address(to) {
                Some(inside) if state.firewall.admits("icmp", None) => inside,
                _ => to,
            };
            if from.owns(to) { Some(from.clone()) } else { state.namespace_at(to) }
                .or_else(|| state.workstation.owns(to).then(|| state.workstation.clone()))
        };
        if let Some(namespace) = &reached
            && !namespace.is_down()
            && !from.is_down()
            && (from.peer != Peer::Workstation || !matches!(namespace.peer, Peer::Pod { .. }))
            && self.admits(&from, from.address(), (namespace, namespace.address()), "ICMP", None)
        {
            let latency = self.latency(&from, namespace) * 2;
            self.sim().sleep(latency).await;
            self.hop(&from, Some(namespace), 0, None, HopKind::Ping, HopResult::Delivered);
            return Ok(self.now().since(started));
        }
        if let (Some(host), false) = (outside, from.is_down()) {
            let mut rng = self.sim().rng("internet-latency", &[host.name, &started.0.to_string()]);
            self.sim().sleep(Duration::from_micros(1_050 + rng.below(900))).await;
            return Ok(self.now().since(started));
        }
        // Virtual addresses of services have no host behind them that could answer.
        self.hop(&from, None, 0, None, HopKind::Ping, HopResult::Lost);
        self.sim().sleep(Duration::from_secs(10)).await;
        Err(NetworkError::TimedOut)
    }

    pub(crate) fn hop(
        &self,
        from: &Rc<Namespace>,
        to: Option<&Rc<Namespace>>,
        port: u16,
        service: Option<ServiceHop>,
        kind: HopKind,
        result: HopResult,
    ) {
        self.record(Hop {
            sequence: 0,
            time: self.now(),
            kind,
            from: from.peer.clone(),
            to: to.map(|namespace| namespace.peer.clone()),
            port,
            service,
            result,
        });
    }
}
