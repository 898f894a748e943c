//! The kubelets: on each node, what makes its pods run.
//!
//! One object serves all nodes. A pod on a node has a `worker` task, which works as upstream's `syncPod` does:
//! it looks at what the pod wants and what runs, and takes the next step; what happens meanwhile wakes it again.
//! What the API shows of a pod is derived from what runs by pure functions in `status`.

mod admission;
mod backoff;
mod cleanup;
mod config;
mod controller;
mod env;
mod fields;
mod files;
mod hooks;
mod logs;
mod memory;
mod mount;
mod node;
mod port_forward;
mod probes;
mod proxy;
mod pull;
mod spec;
mod start;
mod status;
mod sync;
mod terminate;
pub(crate) mod tools;
mod usage;
mod volumes;
mod worker;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use podground_shell::{Host, ProgramTable};
use podground_sim::Sim;
use podground_vfs::Tree;

use crate::client::Client;
use crate::controllers::support::EventRecorder;
use crate::fault::Faults;
use crate::heartbeat::Heartbeats;
use crate::images::{self, ImageStore};
use crate::network::Fabric;
use node::Node;
use worker::Worker;

pub use controller::KubeletController;
pub(crate) use files::NODE_RESOLV_CONF;

/// The kubelets of all nodes; clones share them.
#[derive(Clone)]
pub struct Kubelet(Rc<Inner>);

struct Inner {
    sim: Sim,
    client: Client,
    events: EventRecorder,
    fabric: Fabric,
    images: ImageStore,
    faults: Faults,
    heartbeats: Heartbeats,
    nodes: RefCell<BTreeMap<String, Rc<Node>>>,
    pods: RefCell<BTreeMap<String, Rc<Worker>>>,
    /// The data of persistent volumes that are not on a node's disk, by volume.
    disks: RefCell<BTreeMap<String, Tree>>,
}

impl Kubelet {
    /// Kubelets without nodes; they come to know nodes and pods through [`KubeletController`].
    /// `programs` is what executables in containers and on nodes can name.
    pub fn new(sim: &Sim, client: Client, heartbeats: Heartbeats, mut programs: ProgramTable) -> Self {
        images::programs::register(&mut programs);
        let faults = Faults::default();
        let inner = |weak: &std::rc::Weak<Inner>| {
            tools::register(weak, &mut programs);
            Inner {
                sim: sim.clone(),
                events: EventRecorder::new(client.clone(), sim.clone()),
                client,
                fabric: Fabric::new(sim.clone(), faults.clone()),
                images: ImageStore::new(Rc::new(programs)),
                faults,
                heartbeats,
                nodes: RefCell::default(),
                pods: RefCell::default(),
                disks: RefCell::default(),
            }
        };
        Self(Rc::new_cyclic(inner))
    }

    /// The controller that tells the kubelets of nodes, pods, services and their endpoints.
    pub fn controller(&self) -> KubeletController {
        KubeletController::new(self.clone())
    }

    /// The cluster's network.
    pub fn fabric(&self) -> &Fabric {
        &self.0.fabric
    }

    /// The images that can be pulled.
    pub fn images(&self) -> &ImageStore {
        &self.0.images
    }

    /// What is broken on purpose.
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// A node as a machine, for `ssh`.
    pub fn node_host(&self, name: &str) -> Option<Rc<Host>> {
        let node = self.0.nodes.borrow().get(name).cloned()?;
        (!self.0.faults.is_down(name)).then(|| node.host(self))
    }

    /// Whether a node runs the control plane.
    pub fn is_control_plane(&self, name: &str) -> bool {
        self.0.nodes.borrow().get(name).is_some_and(|node| {
            let label = "node-role.kubernetes.io/control-plane";
            podground_api::object::label(&node.object.borrow(), label).is_some()
        })
    }

    /// The node that has an address.
    pub fn node_at(&self, address: std::net::IpAddr) -> Option<String> {
        let nodes = self.0.nodes.borrow();
        nodes.values().find(|node| address == node.address).map(|node| node.name.clone())
    }

    /// The inside of a running container; the pod's first if none is named.
    pub fn container_host(&self, namespace: &str, pod: &str, container: Option<&str>) -> Option<Rc<Host>> {
        let pods = self.0.pods.borrow();
        let worker = pods.values().find(|worker| worker.namespace == namespace && worker.name == pod)?;
        let object = worker.pod();
        let first =
            spec::containers(&object).first().map(|spec| podground_api::object::str_at(spec, "/name"));
        let container = worker.container(container.or(first)?)?;
        container.is_running().then(|| container.spec.host.clone())
    }
}
