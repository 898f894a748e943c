//! The controllers: what makes the cluster become what its objects say.
//!
//! Upstream: `cmd/kube-controller-manager`.

use std::time::Duration;

use podground_api::Status;
use podground_sim::{Sim, Time};

use crate::client::Client;
use crate::event::Inbox;
use crate::informer::{InformerEvent, Informers};
use support::{EventRecorder, EventType, Involved, Source, WorkQueue};

mod certificate_signing;
mod cluster_role_aggregation;
pub(crate) mod cronjob;
mod daemonset;
mod deployment;
mod disruption;
mod endpoints;
mod endpointslice;
mod garbage;
mod horizontal;
mod job;
mod kubernetes_service;
pub(crate) mod manager;
mod namespace;
pub(crate) mod node_heartbeat;
pub(crate) mod node_lifecycle;
mod pod_garbage;
mod replicaset;
mod resource_quota;
pub(crate) mod root_ca;
mod service_account;
mod statefulset;
pub mod support;
mod taint_eviction;
mod ttl_after_finished;
mod volume_binder;
mod volume_protection;

/// The name of the controller that watches over nodes.
pub(crate) const NODE_LIFECYCLE: &str = node_lifecycle::NodeLifecycle::NAME;

/// Makes a controller.
pub type Constructor = fn() -> Box<dyn Controller>;

/// All controllers, in the order in which they see events and, where due at the same time, work.
// Upstream: cmd/kube-controller-manager/app/controllermanager.go NewControllerDescriptors
pub const CONTROLLERS: &[Constructor] = &[
    deployment::deployment,
    replicaset::replica_set,
    replicaset::replication_controller,
    daemonset::daemon_set,
    statefulset::stateful_set,
    job::job,
    cronjob::cron_job,
    ttl_after_finished::ttl_after_finished,
    disruption::disruption,
    horizontal::horizontal_pod_autoscaler,
    volume_binder::volume_binder,
    volume_protection::volume_protection,
    resource_quota::resource_quota,
    endpoints::endpoints,
    endpointslice::endpoint_slice,
    taint_eviction::taint_eviction,
    pod_garbage::pod_garbage,
    service_account::service_account,
    root_ca::root_ca,
    kubernetes_service::kubernetes_service,
    cluster_role_aggregation::cluster_role_aggregation,
    certificate_signing::certificate_signing,
    namespace::namespace,
    garbage::garbage_collector,
];

/// A loop that compares what is with what should be, for one kind of key.
pub trait Controller {
    /// The name of its service account: `replicaset-controller`.
    fn name(&self) -> &'static str;

    /// What its events name as their source, where that is not [`Self::name`].
    fn component(&self) -> &'static str {
        self.name()
    }

    /// What it calls itself towards the API server.
    fn agent(&self) -> &'static str {
        "kube-controller-manager"
    }

    /// The resources whose changes it wants to see; `*` stands for all.
    fn watches(&self) -> &'static [&'static str];

    /// How long a key waits in the queue, so that a burst of changes becomes one sync.
    fn delay(&self) -> Duration {
        Duration::from_millis(4)
    }

    /// Called once, before the first event.
    fn start(&mut self, _cx: &mut Context<'_>) {}

    /// Notes a change: puts keys into the queue, no more.
    fn on_event(&mut self, cx: &mut Context<'_>, event: &InformerEvent);

    /// Brings what the key names one step nearer to what it should be.
    fn sync(&mut self, cx: &mut Context<'_>, key: &str) -> Result<Requeue, SyncError>;
}

/// What a controller works with.
pub struct Context<'a> {
    /// The virtual time.
    pub now: Time,
    /// Clock, tasks, randomness.
    pub sim: &'a Sim,
    /// The API under the controller's identity.
    pub client: &'a Client,
    /// All objects, as of the last event.
    pub informers: &'a Informers,
    /// The controller's own queue.
    pub queue: &'a mut WorkQueue,
    /// Writes events.
    pub events: &'a EventRecorder,
    /// Wakes controllers from tasks.
    pub inbox: &'a Inbox,
    /// Who the controller is in events.
    pub component: &'static str,
}

impl Context<'_> {
    /// Records a normal event about an object.
    pub fn normal(&self, object: &podground_api::Value, reason: &str, message: &str) {
        self.record(object, EventType::Normal, reason, message);
    }

    /// Records a warning about an object.
    pub fn warning(&self, object: &podground_api::Value, reason: &str, message: &str) {
        self.record(object, EventType::Warning, reason, message);
    }

    fn record(&self, object: &podground_api::Value, kind: EventType, reason: &str, message: &str) {
        let source = Source { component: self.component, host: "" };
        self.events.record(source, &Involved::of(object), kind, reason, message);
    }

    /// The current time as objects hold it.
    pub fn timestamp(&self) -> String {
        self.now.rfc3339()
    }
}

/// What shall happen to a key after a sync that went well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requeue {
    /// Nothing, until something changes.
    Done,
    /// Another sync after a while.
    After(Duration),
}

/// Why a sync failed; its key comes again after a back-off.
#[derive(Clone, Debug)]
pub enum SyncError {
    /// The API server refused.
    Status(Box<Status>),
    /// Something else.
    Message(String),
}

impl From<Status> for SyncError {
    fn from(status: Status) -> Self {
        Self::Status(Box::new(status))
    }
}

impl std::fmt::Display for SyncError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Status(status) => f.write_str(&status.message),
            Self::Message(message) => f.write_str(message),
        }
    }
}
