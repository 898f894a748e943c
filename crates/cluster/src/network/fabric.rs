//! All namespaces of the cluster and what connects them.

use std::cell::{Ref, RefCell};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use podground_api::Value;
use podground_sim::{Sim, Time};
use podground_vfs::FileSystem;

use super::firewall::Firewall;
use super::hop::HopLog;
use super::ipam::parse_cidr;
use super::policy::{End, Policies};
use super::{Hop, HostNetwork, Namespace, Peer, ServiceTable};
use crate::fault::Faults;

/// The port of the API server on the control plane.
pub(crate) const API_PORT: u16 = 6443;

/// Where a node stands in the network.
#[derive(Clone, Debug)]
pub struct NodeAddress {
    /// The node's name.
    pub name: String,
    /// Its address.
    pub address: Ipv4Addr,
    /// The address by which the outside knows it, if it has one.
    pub external: Option<Ipv4Addr>,
    /// The range of its pods' addresses.
    pub pod_cidr: String,
    /// Whether the API server runs here.
    pub control_plane: bool,
}

/// The network; clones share it.
#[derive(Clone)]
pub struct Fabric(Rc<Inner>);

struct Inner {
    sim: Sim,
    faults: Faults,
    state: RefCell<State>,
    hops: HopLog,
}

pub(crate) struct State {
    pub(crate) nodes: BTreeMap<String, Rc<Namespace>>,
    control_plane: Option<String>,
    by_node_address: BTreeMap<IpAddr, String>,
    /// Nodes by the addresses that the outside knows.
    by_external_address: BTreeMap<IpAddr, String>,
    /// What lets the outside reach those.
    pub(crate) firewall: Firewall,
    pub(crate) pods: BTreeMap<IpAddr, Rc<Namespace>>,
    /// Ports of nodes that lead into pods, by the node's name.
    host_ports: BTreeMap<(String, u16), SocketAddr>,
    pub(crate) pod_ranges: Vec<((u32, u32), String)>,
    pub(crate) node_range: (u32, u32),
    pub(crate) services: ServiceTable,
    pub(crate) policies: Policies,
    pub(crate) workstation: Rc<Namespace>,
    /// The containers of the learner's machine, and its ports that lead into them.
    pub(crate) docker: BTreeMap<IpAddr, Rc<Namespace>>,
    /// Names that containers have in their networks.
    pub(crate) docker_names: BTreeMap<IpAddr, String>,
    pub(crate) published: BTreeMap<u16, SocketAddr>,
}

impl Fabric {
    /// A network with a workstation and nothing else.
    pub fn new(sim: Sim, faults: Faults) -> Self {
        let workstation = Namespace::new(Peer::Workstation, Some((Ipv4Addr::new(172, 18, 0, 1), 16)));
        let state = State {
            nodes: BTreeMap::new(),
            control_plane: None,
            by_node_address: BTreeMap::new(),
            by_external_address: BTreeMap::new(),
            firewall: Firewall::default(),
            pods: BTreeMap::new(),
            host_ports: BTreeMap::new(),
            pod_ranges: Vec::new(),
            node_range: parse_cidr("172.18.0.0/16").unwrap_or_default(),
            services: ServiceTable::default(),
            policies: Policies::default(),
            workstation,
            docker: BTreeMap::new(),
            docker_names: BTreeMap::new(),
            published: BTreeMap::new(),
        };
        Self(Rc::new(Inner { sim, faults, state: RefCell::new(state), hops: HopLog::default() }))
    }

    /// The learner's machine.
    pub fn workstation(&self) -> Rc<Namespace> {
        self.state().workstation.clone()
    }

    /// Connects a node, or moves what is known of it.
    pub fn add_node(&self, node: &NodeAddress) -> Rc<Namespace> {
        let mut state = self.0.state.borrow_mut();
        let address = IpAddr::V4(node.address);
        state.pod_ranges.retain(|(_, name)| *name != node.name);
        if let Some(range) = parse_cidr(&node.pod_cidr) {
            state.pod_ranges.push((range, node.name.clone()));
        }
        state.by_external_address.retain(|_, name| *name != node.name);
        if let Some(external) = node.external {
            state.by_external_address.insert(IpAddr::V4(external), node.name.clone());
        }
        if node.control_plane {
            state.control_plane = Some(node.name.clone());
        }
        if let Some(namespace) = state.nodes.get(&node.name)
            && namespace.address() == address
        {
            return namespace.clone();
        }
        let namespace = Namespace::new(Peer::Node(node.name.clone()), Some((node.address, 16)));
        state.by_node_address.insert(address, node.name.clone());
        state.nodes.insert(node.name.clone(), namespace.clone());
        namespace
    }

    /// Takes a node out of the network.
    pub fn remove_node(&self, name: &str) {
        let mut state = self.0.state.borrow_mut();
        state.nodes.remove(name);
        state.by_node_address.retain(|_, node| node != name);
        state.by_external_address.retain(|_, node| node != name);
        state.pod_ranges.retain(|(_, node)| node != name);
    }

    /// The namespace of a node.
    pub fn node(&self, name: &str) -> Option<Rc<Namespace>> {
        self.state().nodes.get(name).cloned()
    }

    /// Connects a pod.
    pub fn add_pod(&self, address: Ipv4Addr, namespace: &str, name: &str, node: &str) -> Rc<Namespace> {
        let peer =
            Peer::Pod { namespace: namespace.to_owned(), name: name.to_owned(), node: node.to_owned() };
        let pod = Namespace::new(peer, Some((address, 24)));
        self.0.state.borrow_mut().pods.insert(IpAddr::V4(address), pod.clone());
        pod
    }

    /// Takes a pod out of the network.
    pub fn remove_pod(&self, address: Ipv4Addr) {
        let address = IpAddr::V4(address);
        let mut state = self.0.state.borrow_mut();
        state.host_ports.retain(|_, to| to.ip() != address);
        if let Some(pod) = state.pods.remove(&address) {
            pod.set_down(true);
        }
    }

    /// Connects a container of the learner's machine, with a name where its network has names.
    pub(crate) fn add_docker(&self, address: Ipv4Addr, name: Option<&str>) -> Rc<Namespace> {
        let container = Namespace::new(Peer::Workstation, Some((address, 16)));
        let mut state = self.0.state.borrow_mut();
        state.docker.insert(IpAddr::V4(address), container.clone());
        if let Some(name) = name {
            state.docker_names.insert(IpAddr::V4(address), name.to_owned());
        }
        container
    }

    /// Takes a container of the learner's machine out of the network.
    pub(crate) fn remove_docker(&self, address: Ipv4Addr) {
        let mut state = self.0.state.borrow_mut();
        state.published.retain(|_, to| to.ip() != address);
        state.docker.remove(&IpAddr::V4(address));
        state.docker_names.remove(&IpAddr::V4(address));
    }

    /// Leads a port of the learner's machine into one of its containers; `false` if the port is taken.
    pub(crate) fn publish(&self, port: u16, to: SocketAddr) -> bool {
        let mut state = self.0.state.borrow_mut();
        let taken = state.published.contains_key(&port)
            || state.workstation.listens(IpAddr::V4(Ipv4Addr::UNSPECIFIED), port);
        if !taken {
            state.published.insert(port, to);
        }
        !taken
    }

    /// Closes such a port.
    pub(crate) fn unpublish(&self, port: u16) {
        self.0.state.borrow_mut().published.remove(&port);
    }

    /// Leads a port of a node into a pod.
    pub fn add_host_port(&self, node: &str, port: u16, to: SocketAddr) {
        self.0.state.borrow_mut().host_ports.insert((node.to_owned(), port), to);
    }

    /// Cuts a node and its pods off, or connects them again.
    pub fn set_node_down(&self, name: &str, down: bool) {
        let state = self.state();
        if let Some(node) = state.nodes.get(name) {
            node.set_down(down);
        }
        for pod in state.pods.values() {
            if matches!(&pod.peer, Peer::Pod { node, .. } if node == name) {
                pod.set_down(down);
            }
        }
    }

    /// What a process with these files sees of a namespace.
    pub fn view(&self, namespace: Rc<Namespace>, files: FileSystem) -> HostNetwork {
        HostNetwork::new(self.clone(), namespace, files)
    }

    /// Changes the service table.
    pub fn update_services(&self, change: impl FnOnce(&mut ServiceTable)) {
        change(&mut self.0.state.borrow_mut().services);
    }

    /// Takes in a network policy, or a pod or namespace of whose labels policies speak.
    pub(crate) fn set_policy_object(&self, resource: &str, object: &Rc<Value>, gone: bool) {
        self.0.state.borrow_mut().policies.set(resource, object, gone);
    }

    /// Whether the network policies let a packet through; `source` is whom the receiver takes for the sender.
    pub(crate) fn admits(
        &self,
        from: &Namespace,
        source: IpAddr,
        to: (&Namespace, IpAddr),
        protocol: &str,
        port: Option<u16>,
    ) -> bool {
        let from = End { peer: &from.peer, address: source };
        let to = End { peer: &to.0.peer, address: to.1 };
        self.state().policies.admit(from, to, protocol, port)
    }

    /// Changes the firewall, or reads it.
    pub(crate) fn with_firewall<T>(&self, change: impl FnOnce(&mut Firewall) -> T) -> T {
        change(&mut self.0.state.borrow_mut().firewall)
    }

    /// Reads the service table.
    pub fn services(&self) -> Ref<'_, ServiceTable> {
        Ref::map(self.0.state.borrow(), |state| &state.services)
    }

    /// The hops after the one with this number, at most the last few hundred.
    pub fn hops_since(&self, sequence: u64) -> Vec<Hop> {
        self.0.hops.since(sequence)
    }

    pub(crate) fn record(&self, hop: Hop) {
        self.0.hops.record(hop);
    }

    pub(crate) fn state(&self) -> Ref<'_, State> {
        self.0.state.borrow()
    }

    pub(crate) fn sim(&self) -> &Sim {
        &self.0.sim
    }

    pub(crate) fn now(&self) -> Time {
        self.0.sim.now()
    }

    /// The time that a packet takes one way.
    pub(crate) fn latency(&self, from: &Rc<Namespace>, to: &Rc<Namespace>) -> Duration {
        if Rc::ptr_eq(from, to) {
            return Duration::from_micros(15);
        }
        let (a, b) = (State::node_of(&from.peer), State::node_of(&to.peer));
        let base = if a.is_some() && a == b { 60 } else { 250 };
        let extra = [a, b].into_iter().flatten().map(|node| self.0.faults.latency(&node)).sum();
        Duration::from_micros(base).saturating_add(extra)
    }
}

impl State {
    pub(crate) fn control_plane(&self) -> Option<&Rc<Namespace>> {
        self.nodes.get(self.control_plane.as_ref()?)
    }

    pub(crate) fn node_at(&self, address: IpAddr) -> Option<&Rc<Namespace>> {
        self.nodes.get(self.by_node_address.get(&address)?)
    }

    /// The address that a node has inside, for one that the outside knows.
    pub(crate) fn inside_address(&self, external: IpAddr) -> Option<IpAddr> {
        self.nodes.get(self.by_external_address.get(&external)?).map(|node| node.address())
    }

    /// Where a port of a node leads to, if it leads into a pod.
    pub(crate) fn host_port(&self, node: &str, port: u16) -> Option<SocketAddr> {
        self.host_ports.get(&(node.to_owned(), port)).copied()
    }

    pub(crate) fn namespace_at(&self, address: IpAddr) -> Option<Rc<Namespace>> {
        self.pods.get(&address).or_else(|| self.node_at(address)).cloned()
    }

    /// The node that a peer is on.
    pub(crate) fn node_of(peer: &Peer) -> Option<String> {
        match peer {
            Peer::Pod { node, .. } => Some(node.clone()),
            Peer::Node(name) => Some(name.clone()),
            Peer::Workstation | Peer::Internet(_) => None,
        }
    }
}
