//! Where a packet goes.

use std::net::{IpAddr, Ipv4Addr};
use std::rc::Rc;
use std::time::Duration;

use super::fabric::{Fabric, State};
use super::hop::ServiceHop;
use super::ipam::cidr_contains;
use super::services::{Target, v4};
use super::{Namespace, Peer};

/// The learner's machine as its containers see it.
const GATEWAY: IpAddr = IpAddr::V4(Ipv4Addr::new(172, 17, 0, 1));

/// What becomes of a connection attempt.
pub(crate) enum Route {
    /// It reaches a namespace.
    To(Delivery),
    /// Somebody answers that nobody listens.
    Refused(Option<ServiceHop>),
    /// Nobody on the link has the address.
    Unreachable,
    /// No answer comes.
    Lost(Option<ServiceHop>),
}

/// A packet that arrives.
pub(crate) struct Delivery {
    pub(crate) namespace: Rc<Namespace>,
    pub(crate) address: IpAddr,
    pub(crate) port: u16,
    /// Whom the receiver takes for the caller.
    pub(crate) source: IpAddr,
    pub(crate) service: Option<ServiceHop>,
    pub(crate) latency: Duration,
}

impl Fabric {
    /// The way of a TCP connection from a namespace to an address.
    pub(crate) fn route(&self, from: &Rc<Namespace>, to: IpAddr, port: u16) -> Route {
        let state = self.state();
        if from.is_down() {
            return Route::Lost(None);
        }
        let deliver = |namespace: &Rc<Namespace>, address, port, source, service| {
            Route::To(Delivery {
                latency: self.latency(from, namespace),
                namespace: namespace.clone(),
                address,
                port,
                source,
                service,
            })
        };
        // The learner's machine and its own containers.
        let machine = state.workstation.owns(to) || to == GATEWAY && from.peer == Peer::Workstation;
        let source = if Rc::ptr_eq(from, &state.workstation) { GATEWAY } else { from.address() };
        if machine
            && (!to.is_loopback() || Rc::ptr_eq(from, &state.workstation))
            && let Some(target) = state.published.get(&port)
            && let Some(container) = state.docker.get(&target.ip())
        {
            return deliver(container, target.ip(), target.port(), source, None);
        }
        if from.peer == Peer::Workstation && !from.owns(to) {
            if let Some(container) = state.docker.get(&to) {
                // Networks are kept apart; the machine itself is in all of them.
                let range = |address: IpAddr| super::services::v4(address).map(|address| address.octets()[1]);
                if state.docker.contains_key(&from.address()) && range(from.address()) != range(to) {
                    return Route::Lost(None);
                }
                return deliver(container, to, port, source, None);
            }
            if to == GATEWAY {
                return deliver(&state.workstation, to, port, source, None);
            }
        }
        if from.owns(to) {
            // The workstation publishes the API server's port, as kind does.
            if Rc::ptr_eq(from, &state.workstation)
                && to.is_loopback()
                && port == super::fabric::API_PORT
                && !from.listens(to, port)
                && let Some(control_plane) = state.control_plane()
            {
                return deliver(control_plane, control_plane.address(), port, from.address(), None);
            }
            // On a node the node's own address has its node ports too.
            let node_port = !to.is_loopback()
                && matches!(&from.peer, Peer::Node(name) if state.services.node_port(port).is_some()
                    || state.host_port(name, port).is_some());
            if !node_port {
                return deliver(from, to, port, to, None);
            }
        }
        if to.is_loopback() || to.is_unspecified() {
            return deliver(from, to, port, to, None);
        }
        // A node's outer address leads to it as far as the firewall lets through.
        let to = match state.inside_address(to) {
            Some(_) if !state.firewall.admits("tcp", Some(port)) => return Route::Lost(None),
            Some(inside) => inside,
            None => to,
        };
        if let Some(node) = state.node_at(to) {
            if node.is_down() {
                return Route::Lost(None);
            }
            let name = match &node.peer {
                Peer::Node(name) => name.clone(),
                _ => String::new(),
            };
            if let Some(pod) = state.host_port(&name, port)
                && let Some(namespace) = state.namespace_at(pod.ip())
            {
                return deliver(&namespace, pod.ip(), pod.port(), from.address(), None);
            }
            if let Some(target) = state.services.node_port(port) {
                return self.through(from, &target, &name, Some(node), true);
            }
            return deliver(node, to, port, from.address(), None);
        }
        let inside = from.peer != Peer::Workstation;
        if let Some(key) = state.services.by_address(to) {
            let external = !state.services.is_cluster_ip(to);
            if !inside && !external {
                return Route::Lost(None);
            }
            let node = State::node_of(&from.peer).unwrap_or_default();
            return match state.services.target(key, port, external && !inside) {
                Some(target) => self.through(from, &target, &node, None, external && !inside),
                // No rule matches: the packet leaves by the default route and is never heard of again.
                None => Route::Lost(None),
            };
        }
        let Some(address) = v4(to) else { return Route::Unreachable };
        if inside && let Some(pod) = state.pods.get(&to) {
            if pod.is_down() {
                return Route::Lost(None);
            }
            return deliver(pod, to, port, from.address(), None);
        }
        if inside && state.pod_ranges.iter().any(|(range, _)| cidr_contains(*range, address)) {
            let node = state.pod_ranges.iter().find(|(range, _)| cidr_contains(*range, address));
            let down =
                node.and_then(|(_, node)| state.nodes.get(node)).is_none_or(|namespace| namespace.is_down());
            return if down { Route::Lost(None) } else { Route::Unreachable };
        }
        if cidr_contains(state.node_range, address) {
            if state.workstation.owns(to) {
                return deliver(&state.workstation, to, port, from.address(), None);
            }
            return Route::Unreachable;
        }
        Route::Lost(None)
    }

    /// Through a service to one of its endpoints. `entry` is the node whose node port was called.
    fn through(
        &self,
        from: &Rc<Namespace>,
        target: &Target,
        node: &str,
        entry: Option<&Rc<Namespace>>,
        external: bool,
    ) -> Route {
        let state = self.state();
        let service = Some(ServiceHop {
            namespace: target.key.0.clone(),
            name: target.key.1.clone(),
            node_port_of: entry.map(|_| node.to_owned()),
        });
        let Some(backend) = state.services.choose(target, from.address(), node, self.now()) else {
            // Upstream: pkg/proxy/iptables: local-only services drop, others without endpoints reject.
            return if target.local_only { Route::Lost(service) } else { Route::Refused(service) };
        };
        let Some(namespace) = state.namespace_at(backend.address) else { return Route::Lost(service) };
        if namespace.is_down() {
            return Route::Lost(service);
        }
        // Traffic from outside is masqueraded unless the policy is Local: the pod sees the node.
        let source = match entry {
            Some(entry) if external && !target.local_only => entry.address(),
            _ => from.address(),
        };
        Route::To(Delivery {
            latency: self.latency(from, &namespace),
            address: backend.address,
            port: backend.port,
            source,
            service,
            namespace,
        })
    }
}
