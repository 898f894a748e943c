//! The cloud around the cluster, as far as the lab and the book touch it: `gcloud`, `gsutil`, buckets, a
//! firewall, load balancers.
//!
//! The cloud has one cluster to give, the playground's own: `gcloud container clusters create` names it, gives
//! its nodes addresses of the outside and writes a kubeconfig entry.

mod bucket;
mod fortune_lab;
mod gcloud;
mod git;
mod gsutil;
mod lab;
mod load_balancer;
mod storage;

use std::cell::RefCell;
use std::net::Ipv4Addr;
use std::rc::Rc;

use podground_shell::ProgramTable;
use podground_sim::{Rng, Sim};

pub(crate) use gcloud::commands as gcloud_commands;
pub(crate) use load_balancer::LoadBalancers;

use crate::Cluster;

/// What the cloud knows; clones share it.
#[derive(Clone)]
pub(crate) struct Cloud(Rc<RefCell<State>>);

struct State {
    lent: Option<Lent>,
    buckets: bucket::Buckets,
}

/// The cluster as the cloud lends it.
#[derive(Clone, Debug)]
struct Lent {
    name: String,
    zone: String,
    machine_type: String,
    scopes: String,
    /// The address of its API server.
    endpoint: Ipv4Addr,
    created: podground_sim::Time,
    nodes: usize,
}

impl Cloud {
    pub(crate) fn new() -> Self {
        Self(Rc::new(RefCell::new(State { lent: None, buckets: bucket::Buckets::default() })))
    }

    fn lent(&self) -> Option<Lent> {
        self.0.borrow().lent.clone()
    }

    /// Whether a URL is that of the lent cluster's API server.
    pub(crate) fn is_endpoint(&self, server: &str) -> bool {
        self.lent().is_some_and(|lent| server == format!("https://{}", lent.endpoint))
    }
}

/// The learner's project.
fn project(sim: &Sim) -> String {
    format!("playground-{:06}", sim.rng("cloud-project", &[]).below(1_000_000))
}

/// An address of the outside.
fn outer_address(rng: &mut Rng) -> Ipv4Addr {
    let mut part = |from: u64, count: u64| (from + rng.below(count)) as u8;
    Ipv4Addr::new(part(34, 2), part(64, 128), part(0, 256), part(1, 254))
}

/// Adds the cloud's programs to the learner's machine.
pub(crate) fn register(cluster: &Cluster, table: &mut ProgramTable) {
    let (gcloud, gsutil, git) = (cluster.clone(), cluster.clone(), cluster.clone());
    table.insert("gcloud", Rc::new(move |process| Box::pin(gcloud::main(gcloud.clone(), process))));
    table.insert("gsutil", Rc::new(move |process| Box::pin(gsutil::main(gsutil.clone(), process))));
    table.insert("git", Rc::new(move |process| Box::pin(git::main(git.clone(), process))));
}
