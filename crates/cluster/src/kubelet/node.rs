//! A node as its kubelet knows it.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::rc::{Rc, Weak};

use podground_api::Value;
use podground_api::object::{array_at, label, name, str_at};
use podground_api::quantity::Quantity;
use podground_shell::{Host, ProcessTable};
use podground_sim::Time;
use podground_vfs::{FileSystem, Tree};

use super::Kubelet;
use super::worker::Worker;
use crate::container::proc_tree;
use crate::images::Image;
use crate::network::ipam::AddressPool;
use crate::network::{Namespace, NodeAddress};

/// A node.
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) address: Ipv4Addr,
    pub(crate) network: Rc<Namespace>,
    pub(crate) booted: Time,
    /// The node object as of the last event.
    pub(crate) object: RefCell<Rc<Value>>,
    /// The images that were pulled, by complete reference.
    pub(crate) images: RefCell<BTreeMap<String, Rc<Image>>>,
    pool: RefCell<Option<AddressPool>>,
    cidr: RefCell<String>,
    host: OnceCell<Rc<Host>>,
    disk: OnceCell<Tree>,
    proc: OnceCell<Tree>,
    /// The pods that run here, by UID.
    pub(crate) workers: RefCell<BTreeMap<String, Weak<Worker>>>,
}

impl Node {
    pub(crate) fn new(kubelet: &Kubelet, object: &Rc<Value>) -> Rc<Self> {
        let address = address_of(object);
        let network = kubelet.0.fabric.add_node(&address);
        let node = Rc::new(Self {
            name: address.name.clone(),
            address: address.address,
            network,
            booted: kubelet.0.sim.now(),
            object: RefCell::new(object.clone()),
            images: RefCell::default(),
            pool: RefCell::default(),
            cidr: RefCell::default(),
            host: OnceCell::new(),
            disk: OnceCell::new(),
            proc: OnceCell::new(),
            workers: RefCell::default(),
        });
        node.set_cidr(&address.pod_cidr);
        node
    }

    /// Takes in the node object as it is now.
    pub(crate) fn update(&self, kubelet: &Kubelet, object: &Rc<Value>) {
        let old = self.object.replace(object.clone());
        let address = address_of(object);
        if *self.cidr.borrow() != address.pod_cidr {
            self.set_cidr(&address.pod_cidr);
            kubelet.0.fabric.add_node(&address);
        } else if address.external != address_of(&old).external {
            kubelet.0.fabric.add_node(&address);
        }
    }

    fn set_cidr(&self, cidr: &str) {
        cidr.clone_into(&mut self.cidr.borrow_mut());
        *self.pool.borrow_mut() = AddressPool::parse(cidr);
    }

    pub(crate) fn allocate_address(&self) -> Option<Ipv4Addr> {
        self.pool.borrow_mut().as_mut()?.allocate()
    }

    pub(crate) fn release_address(&self, address: Ipv4Addr) {
        if let Some(pool) = self.pool.borrow_mut().as_mut() {
            pool.release(address);
        }
    }

    /// What the node has of a resource for pods.
    pub(crate) fn allocatable(&self, resource: &str) -> Option<Quantity> {
        Quantity::parse(str_at(&self.object.borrow(), &format!("/status/allocatable/{resource}"))).ok()
    }

    /// Its root file system.
    pub(crate) fn disk(&self, kubelet: &Kubelet) -> Tree {
        self.disk.get_or_init(|| kubelet.0.images.machine_tree(&self.name)).clone()
    }

    /// What its containers see as `/proc`.
    pub(crate) fn proc(&self, kubelet: &Kubelet) -> Tree {
        self.proc
            .get_or_init(|| {
                let cpus = self.allocatable("cpu").map_or(4, Quantity::units);
                let memory = self.allocatable("memory").map_or(8 << 30, Quantity::units);
                let (sim, booted) = (kubelet.0.sim.clone(), self.booted);
                let uptime = Rc::new(move || sim.now().since(booted).as_secs() + 600);
                proc_tree(u32::try_from(cpus).unwrap_or(4), (memory / 1024) as u64, uptime)
            })
            .clone()
    }

    /// The node as a machine.
    pub(crate) fn host(&self, kubelet: &Kubelet) -> Rc<Host> {
        self.host
            .get_or_init(|| {
                let sim = kubelet.0.sim.clone();
                let clock = sim.clone();
                let files = FileSystem::new(self.disk(kubelet), Rc::new(move || clock.now().0));
                // The folder is part of every machine's tree.
                let _ = files.mount("/proc", &self.proc(kubelet), true, "proc");
                let network = kubelet.0.fabric.view(self.network.clone(), files.clone());
                Rc::new(Host {
                    sim,
                    files,
                    hostname: RefCell::new(self.name.clone()),
                    network: Rc::new(network),
                    programs: kubelet.0.images.programs().clone(),
                    processes: ProcessTable::starting_at(1200),
                })
            })
            .clone()
    }
}

fn address_of(object: &Value) -> NodeAddress {
    let address = |kind: &str| -> Option<Ipv4Addr> {
        let addresses = array_at(object, "/status/addresses");
        let found = addresses.iter().find(|address| str_at(address, "/type") == kind)?;
        str_at(found, "/address").parse().ok()
    };
    NodeAddress {
        name: name(object).to_owned(),
        address: address("InternalIP").unwrap_or(Ipv4Addr::UNSPECIFIED),
        external: address("ExternalIP"),
        pod_cidr: str_at(object, "/spec/podCIDR").to_owned(),
        control_plane: label(object, "node-role.kubernetes.io/control-plane").is_some(),
    }
}
