//! The cloud's load balancers: a service of type LoadBalancer gets an address of the outside after a while.
//!
//! Upstream: `staging/src/k8s.io/cloud-provider/controllers/service/controller.go`

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use podground_api::object::{at, is_deleting, name, namespace, str_at, uid};
use podground_api::{Value, json};
use podground_sim::Time;

use crate::controllers::{Context, Controller, Requeue, SyncError};
use crate::informer::InformerEvent;

const FINALIZER: &str = "service.kubernetes.io/load-balancer-cleanup";
/// What a balancer takes at least until it stands; some seconds come on top.
const CREATION: Duration = Duration::from_secs(48);

/// The controller.
#[derive(Default)]
pub(crate) struct LoadBalancers {
    /// When the balancers that are being made will stand, by the services' keys.
    due: BTreeMap<String, Time>,
}

impl Controller for LoadBalancers {
    fn name(&self) -> &'static str {
        "service-controller"
    }

    fn agent(&self) -> &'static str {
        "cloud-controller-manager"
    }

    fn watches(&self) -> &'static [&'static str] {
        &["services"]
    }

    fn on_event(&mut self, cx: &mut Context<'_>, event: &InformerEvent) {
        cx.queue.add(&format!("{}/{}", namespace(&event.object), name(&event.object)));
    }

    fn sync(&mut self, cx: &mut Context<'_>, key: &str) -> Result<Requeue, SyncError> {
        let (space, service) = key.split_once('/').unwrap_or(("", key));
        let Some(service) = cx.informers.get("services", space, service).cloned() else {
            self.due.remove(key);
            return Ok(Requeue::Done);
        };
        let wanted = str_at(&service, "/spec/type") == "LoadBalancer"
            && str_at(&service, "/spec/loadBalancerClass").is_empty();
        if !wanted || is_deleting(&service) {
            self.due.remove(key);
            return clean_up(cx, &service);
        }
        if !has_finalizer(&service) {
            let mut changed = Value::clone(&service);
            let mut finalizers = list(&changed, "/metadata/finalizers");
            finalizers.push(FINALIZER.into());
            changed["metadata"]["finalizers"] = Value::Array(finalizers);
            cx.client.update("services", changed)?;
            return Ok(Requeue::Done);
        }
        if !list(&service, "/status/loadBalancer/ingress").is_empty() {
            self.due.remove(key);
            return Ok(Requeue::Done);
        }
        let due = match self.due.get(key) {
            Some(due) => *due,
            None => {
                cx.normal(&service, "EnsuringLoadBalancer", "Ensuring load balancer");
                let more = cx.sim.rng("load-balancer-time", &[uid(&service)]).below(12_000);
                let due = cx.now + CREATION + Duration::from_millis(more);
                self.due.insert(key.to_owned(), due);
                due
            }
        };
        if cx.now < due {
            return Ok(Requeue::After(due.since(cx.now)));
        }
        let mut changed = Value::clone(&service);
        changed["status"]["loadBalancer"] =
            json!({"ingress": [{"ip": address(cx, &service).to_string(), "ipMode": "VIP"}]});
        cx.client.update_status("services", changed)?;
        cx.normal(&service, "EnsuredLoadBalancer", "Ensured load balancer");
        Ok(Requeue::Done)
    }
}

/// Takes the balancer of a service away that needs none any more.
fn clean_up(cx: &mut Context<'_>, service: &Value) -> Result<Requeue, SyncError> {
    if !has_finalizer(service) {
        return Ok(Requeue::Done);
    }
    cx.normal(service, "DeletingLoadBalancer", "Deleting load balancer");
    let mut changed = service.clone();
    if !is_deleting(service) && !list(service, "/status/loadBalancer/ingress").is_empty() {
        changed["status"]["loadBalancer"] = json!({});
        changed = Value::clone(&*cx.client.update_status("services", changed)?);
    }
    let finalizers = list(&changed, "/metadata/finalizers");
    changed["metadata"]["finalizers"] =
        Value::Array(finalizers.into_iter().filter(|entry| entry.as_str() != Some(FINALIZER)).collect());
    cx.client.update("services", changed)?;
    cx.normal(service, "DeletedLoadBalancer", "Deleted load balancer");
    Ok(Requeue::Done)
}

fn list(object: &Value, pointer: &str) -> Vec<Value> {
    at(object, pointer).as_array().cloned().unwrap_or_default()
}

fn has_finalizer(service: &Value) -> bool {
    list(service, "/metadata/finalizers").iter().any(|entry| entry.as_str() == Some(FINALIZER))
}

/// The address that a service asks for, or one that nobody has; it goes by the service's name, so that what was
/// done before does not change it.
fn address(cx: &Context<'_>, service: &Value) -> IpAddr {
    if let Ok(address) = str_at(service, "/spec/loadBalancerIP").parse() {
        return address;
    }
    let taken = |address: &str| {
        cx.informers.list("services").any(|other| {
            list(other, "/status/loadBalancer/ingress")
                .iter()
                .any(|ingress| str_at(ingress, "/ip") == address)
        })
    };
    let mut rng = cx.sim.rng(
        "load-balancer-address",
        &[str_at(service, "/metadata/namespace"), str_at(service, "/metadata/name")],
    );
    loop {
        let address = super::outer_address(&mut rng);
        if !taken(&address.to_string()) {
            return IpAddr::V4(address);
        }
    }
}
