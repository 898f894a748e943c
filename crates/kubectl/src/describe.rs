//! `kubectl describe`: what each kind tells, in upstream's layout.
//!
//! Upstream: `kubectl/pkg/describe/describe.go`. One file a kind, and [`DESCRIBERS`] for all of them.

mod certificate;
mod config;
mod containers;
mod events;
mod generic;
mod misc;
mod namespace;
mod network;
mod node;
mod pod;
mod policy;
mod probe;
mod rbac;
mod service;
mod storage;
mod template;
mod text;
mod volumes;
mod workloads;

use std::rc::Rc;

use podground_api::{Method, Request};
use podground_sim::LocalBoxFuture;
use serde_json::Value;

use crate::client::Client;
use crate::context::Context;
use crate::error::Result;
use text::Writer;

/// What a describer works with beside its object.
struct Describer {
    client: Rc<Client>,
    now: podground_sim::Time,
    show_events: bool,
}

/// Writes what one kind tells.
type Describe = for<'a> fn(&'a Describer, &'a Value, &'a mut Writer) -> LocalBoxFuture<'a, Result<()>>;

/// All kinds that have a layout of their own: group, kind, code. Other kinds are written field by field.
const DESCRIBERS: &[(&str, &str, Describe)] = &[
    ("", "ConfigMap", |d, o, w| Box::pin(config::config_map(d, o, w))),
    ("", "Endpoints", |d, o, w| Box::pin(network::endpoints(d, o, w))),
    ("", "LimitRange", |d, o, w| Box::pin(policy::limit_range(d, o, w))),
    ("", "Namespace", |d, o, w| Box::pin(namespace::describe(d, o, w))),
    ("", "Node", |d, o, w| Box::pin(node::describe(d, o, w))),
    ("", "PersistentVolume", |d, o, w| Box::pin(storage::persistent_volume(d, o, w))),
    ("", "PersistentVolumeClaim", |d, o, w| Box::pin(storage::claim(d, o, w))),
    ("", "Pod", |d, o, w| Box::pin(pod::describe(d, o, w))),
    ("", "ReplicationController", |d, o, w| Box::pin(workloads::replica_set(d, o, w))),
    ("", "ResourceQuota", |d, o, w| Box::pin(policy::resource_quota(d, o, w))),
    ("", "Secret", |d, o, w| Box::pin(config::secret(d, o, w))),
    ("", "Service", |d, o, w| Box::pin(service::describe(d, o, w))),
    ("", "ServiceAccount", |d, o, w| Box::pin(config::service_account(d, o, w))),
    ("apps", "DaemonSet", |d, o, w| Box::pin(workloads::daemon_set(d, o, w))),
    ("apps", "Deployment", |d, o, w| Box::pin(workloads::deployment(d, o, w))),
    ("apps", "ReplicaSet", |d, o, w| Box::pin(workloads::replica_set(d, o, w))),
    ("apps", "StatefulSet", |d, o, w| Box::pin(workloads::stateful_set(d, o, w))),
    ("autoscaling", "HorizontalPodAutoscaler", |d, o, w| Box::pin(policy::autoscaler(d, o, w))),
    ("batch", "CronJob", |d, o, w| Box::pin(workloads::cron_job(d, o, w))),
    ("batch", "Job", |d, o, w| Box::pin(workloads::job(d, o, w))),
    ("certificates.k8s.io", "CertificateSigningRequest", |d, o, w| Box::pin(certificate::request(d, o, w))),
    ("discovery.k8s.io", "EndpointSlice", |d, o, w| Box::pin(network::endpoint_slice(d, o, w))),
    ("networking.k8s.io", "Ingress", |d, o, w| Box::pin(network::ingress(d, o, w))),
    ("networking.k8s.io", "IngressClass", |d, o, w| Box::pin(network::ingress_class(d, o, w))),
    ("networking.k8s.io", "NetworkPolicy", |d, o, w| Box::pin(network::network_policy(d, o, w))),
    ("policy", "PodDisruptionBudget", |d, o, w| Box::pin(policy::disruption_budget(d, o, w))),
    ("rbac.authorization.k8s.io", "ClusterRole", |d, o, w| Box::pin(rbac::role(d, o, w))),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding", |d, o, w| Box::pin(rbac::binding(d, o, w))),
    ("rbac.authorization.k8s.io", "Role", |d, o, w| Box::pin(rbac::role(d, o, w))),
    ("rbac.authorization.k8s.io", "RoleBinding", |d, o, w| Box::pin(rbac::binding(d, o, w))),
    ("scheduling.k8s.io", "PriorityClass", |d, o, w| Box::pin(misc::priority_class(d, o, w))),
    ("storage.k8s.io", "StorageClass", |d, o, w| Box::pin(storage::storage_class(d, o, w))),
];

/// The description of an object that was read from the server.
pub(crate) async fn describe(cx: &Context, object: &Value, show_events: bool) -> Result<String> {
    let describer = Describer { client: cx.client()?, now: cx.io.now(), show_events };
    let api_version = podground_api::object::api_version(object);
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    let kind = podground_api::object::kind(object);
    let mut writer = Writer::default();
    match DESCRIBERS.iter().find(|(g, k, _)| (*g, *k) == (group, kind)) {
        Some((_, _, describe)) => describe(&describer, object, &mut writer).await?,
        None => generic::describe(&describer, object, &mut writer).await?,
    }
    Ok(writer.finish())
}

/// A pod template as `rollout history --revision` tells it: its columns are not aligned.
pub(crate) fn template_text(template: &Value) -> String {
    let mut writer = Writer::default();
    template::template(&mut writer, template);
    writer.into_text()
}

impl Describer {
    /// The items of a list of the server; empty if it refuses.
    async fn list(&self, path: &str, query: &[(&str, String)]) -> Vec<Value> {
        let mut request = Request::new(Method::Get, path);
        for (name, value) in query {
            request = request.with_query(name, value.as_str());
        }
        match self.client.json(request).await {
            Ok(list) => podground_api::object::array_at(&list, "/items").to_vec(),
            Err(_) => Vec::new(),
        }
    }

    /// How long ago a time of an object is, as the AGE column says it; `<unknown>` for none.
    fn since(&self, time: &str) -> String {
        podground_sim::Time::parse_rfc3339(time).map_or_else(
            || "<unknown>".to_owned(),
            |then| podground_api::duration::human(self.now.since(then)),
        )
    }
}
