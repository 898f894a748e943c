//! The cluster as a whole: a handle, and the task that keeps it moving.

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use podground_api::{Request, Response, Transport};
use podground_sim::{Sim, Task, Time};

use crate::apiserver::ApiServer;
use crate::bootstrap::{self, Profile};
use crate::client::Client;
use crate::cloud::{Cloud, LoadBalancers};
use crate::controllers::manager::Manager;
use crate::controllers::node_heartbeat::NodeHeartbeat;
use crate::controllers::node_lifecycle::NodeLifecycle;
use crate::controllers::{CONTROLLERS, Controller};
use crate::docker::Docker;
use crate::event::Inbox;
use crate::heartbeat::Heartbeats;
use crate::hosts;
use crate::informer::Informers;
use crate::kubelet::Kubelet;
use crate::resources::metrics::{NODE_METRICS, POD_METRICS};
use crate::scheduler::{Decisions, Scheduler};

/// How many keys are worked on before other tasks get their turn.
const SLICE: usize = 64;

/// What kind of cluster to start.
#[derive(Clone, Debug)]
pub struct ClusterConfig {
    /// What it holds from the start.
    pub profile: Profile,
    /// How many nodes, the control plane included.
    pub nodes: usize,
}

impl Default for ClusterConfig {
    fn default() -> Self {
        Self { profile: Profile::Default, nodes: 4 }
    }
}

/// A running cluster; clones share it.
#[derive(Clone)]
pub struct Cluster(Rc<Inner>);

struct Inner {
    sim: Sim,
    api: ApiServer,
    inbox: Inbox,
    manager: RefCell<Manager>,
    decisions: Decisions,
    heartbeats: Heartbeats,
    kubelet: Kubelet,
    cloud: Cloud,
    docker: Docker,
    /// Kept alive with the cluster.
    pump: RefCell<Option<Task<()>>>,
    /// Counts requests, so that each gets its own latency.
    requests: Cell<u64>,
}

impl Cluster {
    /// Starts a cluster: its objects are there when this returns, its controllers move with the simulation.
    pub fn start(sim: &Sim, config: &ClusterConfig) -> Self {
        let cluster = Self::without_controllers(sim);
        cluster.bootstrap(config);
        cluster
    }

    /// Adds the controllers and the objects that a cluster has from the start, and lets it move.
    pub fn bootstrap(&self, config: &ClusterConfig) {
        for constructor in CONTROLLERS {
            self.add_controller(constructor());
        }
        self.add_controller(Box::new(NodeHeartbeat::new(self.heartbeats().clone())));
        self.add_controller(Box::new(NodeLifecycle::new(self.heartbeats().clone())));
        self.add_controller(Box::new(Scheduler::new(self.decisions().clone())));
        self.add_controller(Box::new(self.kubelet().controller()));
        if config.profile == Profile::Default {
            self.add_controller(Box::new(LoadBalancers::default()));
            for resource in [&NODE_METRICS, &POD_METRICS] {
                self.0.api.serve(resource);
            }
        }
        bootstrap::create_objects(self, config);
        crate::gateway::start(self);
        self.run();
    }

    /// A cluster of an API server and nothing else, for tests that add what they need.
    pub fn without_controllers(sim: &Sim) -> Self {
        let api = ApiServer::new(sim.clone());
        // One notification for both, so that the pump waits in one place.
        let inbox = Inbox::new(api.store().changed.clone());
        let heartbeats = Heartbeats::new(sim.clone(), inbox.clone());
        let client = Client::new(api.clone(), "system:nodes", "kubelet");
        let kubelet = Kubelet::new(sim, client, heartbeats.clone(), hosts::programs());
        api.set_nodes(Rc::new(kubelet.clone()));
        Self(Rc::new(Inner {
            sim: sim.clone(),
            manager: RefCell::new(Manager::new(sim, api.clone(), inbox.clone())),
            heartbeats,
            decisions: Decisions::default(),
            api,
            inbox,
            kubelet,
            cloud: Cloud::new(),
            docker: Docker::default(),
            pump: RefCell::default(),
            requests: Cell::new(0),
        }))
    }

    /// Adds a controller; it sees what changes from now on.
    pub fn add_controller(&self, controller: Box<dyn Controller>) {
        self.0.manager.borrow_mut().add(controller);
    }

    /// Starts the task that lets the controllers work whenever something has changed or is due.
    pub fn run(&self) {
        let weak = Rc::downgrade(&self.0);
        let sim = self.0.sim.clone();
        let changed = self.0.api.store().changed.clone();
        let pump = async move {
            loop {
                let Some(inner) = weak.upgrade() else { return };
                let more = inner.manager.borrow_mut().run(SLICE);
                let deadline = inner.manager.borrow().next_deadline();
                drop(inner);
                if more {
                    // The other tasks that are ready run first.
                    futures_lite::future::yield_now().await;
                    continue;
                }
                // `run` has taken in its own writes; what comes later wakes us.
                let news = changed.wait();
                match deadline {
                    Some(time) => futures_lite::future::or(news, sim.sleep_until(time)).await,
                    None => news.await,
                }
            }
        };
        *self.0.pump.borrow_mut() = Some(self.0.sim.spawn(pump));
    }

    /// The API server.
    pub fn api(&self) -> ApiServer {
        self.0.api.clone()
    }

    /// Clock, tasks, randomness.
    pub fn sim(&self) -> &Sim {
        &self.0.sim
    }

    /// Where tasks leave events for the controllers.
    pub fn inbox(&self) -> &Inbox {
        &self.0.inbox
    }

    /// The kubelets of all nodes, with containers, images and network.
    pub fn kubelet(&self) -> &Kubelet {
        &self.0.kubelet
    }

    /// The cloud around the cluster.
    pub(crate) fn cloud(&self) -> &Cloud {
        &self.0.cloud
    }

    /// The containers of the learner's machine.
    pub(crate) fn docker(&self) -> &Docker {
        &self.0.docker
    }

    /// Why each pod is where it is, or is nowhere.
    pub fn decisions(&self) -> &Decisions {
        &self.0.decisions
    }

    /// Which nodes' kubelets are silent.
    pub fn heartbeats(&self) -> &Heartbeats {
        &self.0.heartbeats
    }

    /// Lets the controllers note what has happened, without working on it.
    pub(crate) fn receive(&self) {
        self.0.manager.borrow_mut().receive();
    }

    /// A client of the API server that answers at once, for parts of the cluster itself.
    pub fn client(&self, user: &str, agent: &str) -> Client {
        Client::new(self.api(), user, agent)
    }

    /// Reads the caches of all objects.
    pub fn with_informers<T>(&self, read: impl FnOnce(&Informers) -> T) -> T {
        let mut manager = self.0.manager.borrow_mut();
        manager.receive();
        read(manager.informers())
    }

    /// Which syncs failed lately and why, oldest first: the controllers' log.
    pub fn failures(&self) -> Vec<String> {
        self.0.manager.borrow().failures().map(str::to_owned).collect()
    }

    /// When something last changed that matters: leases, heartbeats and repeated events do not.
    pub fn last_change(&self) -> Time {
        self.0.api.store().last_change()
    }

    /// A connection to the API server that takes the time that a network takes.
    /// Requests without an identity of their own are of `user`.
    pub fn transport(&self, user: &str) -> Rc<dyn Transport> {
        Rc::new(ClusterTransport { cluster: self.clone(), user: user.to_owned() })
    }

    /// The time that the next request spends on its way: 2 ms and a little.
    fn latency(&self) -> Duration {
        let count = self.0.requests.get();
        self.0.requests.set(count + 1);
        let jitter = self.0.sim.rng("request-latency", &[&count.to_string()]).below(1_000_000);
        Duration::from_nanos(2_000_000 + jitter)
    }
}

struct ClusterTransport {
    cluster: Cluster,
    user: String,
}

impl Transport for ClusterTransport {
    fn send(&self, mut request: Request) -> Pin<Box<dyn Future<Output = Result<Response, String>>>> {
        if request.header("x-podground-user").is_none() && request.header("authorization").is_none() {
            request = request.with_header("x-podground-user", self.user.as_str());
        }
        let cluster = self.cluster.clone();
        Box::pin(async move {
            let latency = cluster.latency();
            if cluster.0.api.lacks_descriptions_for(&request) {
                cluster.sim().halt();
            }
            cluster.sim().sleep(latency).await;
            let response = cluster.0.api.handle(request.clone());
            Ok(crate::proxy::follow(&cluster, &request, response).await)
        })
    }
}
