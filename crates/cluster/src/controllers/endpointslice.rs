//! EndpointSlices: the addresses behind a service, in pieces of at most a hundred.
//!
//! Upstream: `pkg/controller/endpointslice/endpointslice_controller.go`

use std::collections::BTreeMap;
use std::rc::Rc;

use podground_api::{Map, Value, json, object};

use super::support::backends;
use super::support::owners::controller_reference;
use super::{Context, Controller, Requeue, SyncError};
use crate::client::{DeleteOptions, is_not_found};
use crate::informer::{InformerEvent, split_key};
use crate::store::EventKind;

const RESOURCE: &str = "endpointslices.discovery.k8s.io";
const SERVICE_NAME: &str = "kubernetes.io/service-name";
const MANAGED_BY: &str = "endpointslice.kubernetes.io/managed-by";
const MANAGER: &str = "endpointslice-controller.k8s.io";
const TRIGGER_TIME: &str = "endpoints.kubernetes.io/last-change-trigger-time";
const HEADLESS: &str = "service.kubernetes.io/headless";
/// So many endpoints fit into a slice.
const CAPACITY: usize = 100;

struct EndpointSlices;

/// The controller of EndpointSlices.
pub(super) fn endpoint_slice() -> Box<dyn Controller> {
    Box::new(EndpointSlices)
}

impl Controller for EndpointSlices {
    fn name(&self) -> &'static str {
        "endpointslice-controller"
    }

    fn component(&self) -> &'static str {
        "endpoint-slice-controller"
    }

    fn watches(&self) -> &'static [&'static str] {
        &["services", "pods", RESOURCE]
    }

    fn on_event(&mut self, cx: &mut Context<'_>, event: &InformerEvent) {
        if event.resource != RESOURCE {
            backends::enqueue_services(cx, event);
        } else if event.kind == EventKind::Deleted
            && object::label(&event.object, MANAGED_BY) == Some(MANAGER)
        {
            let service = object::label(&event.object, SERVICE_NAME).unwrap_or_default();
            cx.queue.add(&[object::namespace(&event.object), "/", service].concat());
        }
    }

    // Upstream: endpointslice_controller.go syncService
    fn sync(&mut self, cx: &mut Context<'_>, key: &str) -> Result<Requeue, SyncError> {
        let (namespace, name) = split_key(key);
        let Some(service) = cx.informers.get("services", namespace, name).cloned() else {
            // The slices are dependents of the service: the garbage collector takes them.
            return Ok(Requeue::Done);
        };
        if backends::selector(&service).is_none() || object::is_deleting(&service) {
            return Ok(Requeue::Done);
        }
        let pods = backends::selected(cx, &service);
        cx.queue.pause(key, pods.len());
        let existing: Vec<Rc<Value>> = cx
            .informers
            .controlled_by(RESOURCE, object::uid(&service))
            .filter(|slice| object::label(slice, MANAGED_BY) == Some(MANAGER) && !object::is_deleting(slice))
            .cloned()
            .collect();
        let plan = plan(cx, &service, &pods, &existing);
        apply(cx, &service, &pods, plan)?;
        Ok(Requeue::Done)
    }
}

/// A slice as it shall be.
struct Planned {
    /// The slice that it replaces.
    old: Option<Rc<Value>>,
    endpoints: Vec<Value>,
    ports: Vec<Value>,
}

/// Distributes the endpoints: where they are if they can stay, then into what has room, then into new slices.
// Upstream: endpointslice/reconciler.go reconcileByPortMapping
fn plan(cx: &Context<'_>, service: &Value, pods: &[Rc<Value>], existing: &[Rc<Value>]) -> Vec<Planned> {
    let mut groups = BTreeMap::<String, (Vec<Value>, BTreeMap<String, Value>)>::new();
    for pod in pods {
        let ports = ports(service, pod);
        let group = groups.entry(Value::from(ports.clone()).to_string()).or_insert((ports, BTreeMap::new()));
        group.1.insert(object::uid(pod).to_owned(), endpoint(cx, service, pod));
    }
    let mut planned = Vec::new();
    for slice in existing {
        let ports = object::array_at(slice, "/ports").to_vec();
        let group = groups.get_mut(&Value::from(ports.clone()).to_string());
        let mut endpoints = Vec::new();
        if let Some((_, wanted)) = group {
            for old in object::array_at(slice, "/endpoints") {
                endpoints.extend(wanted.remove(object::str_at(old, "/targetRef/uid")));
            }
        }
        planned.push(Planned { old: Some(slice.clone()), endpoints, ports });
    }
    for (ports, wanted) in groups.into_values() {
        let mut wanted: Vec<Value> = wanted.into_values().collect();
        // In the order of the pods' names, as they are listed.
        wanted.sort_by_key(|endpoint| object::str_at(endpoint, "/targetRef/name").to_owned());
        let mut wanted = wanted.into_iter().peekable();
        for slice in planned.iter_mut().filter(|slice| slice.endpoints.is_empty() || slice.ports == ports) {
            if wanted.peek().is_none() {
                break;
            }
            slice.ports.clone_from(&ports);
            let room = CAPACITY.saturating_sub(slice.endpoints.len());
            slice.endpoints.extend(wanted.by_ref().take(room));
        }
        while wanted.peek().is_some() {
            let endpoints = wanted.by_ref().take(CAPACITY).collect();
            planned.push(Planned { old: None, endpoints, ports: ports.clone() });
        }
    }
    // One slice stays even if it is empty.
    let mut kept = planned.iter().any(|slice| !slice.endpoints.is_empty());
    planned.retain_mut(|slice| {
        if slice.endpoints.is_empty() && !kept {
            kept = true;
            slice.ports.clear();
            return true;
        }
        !slice.endpoints.is_empty() || slice.old.is_some()
    });
    if planned.is_empty() {
        planned.push(Planned { old: None, endpoints: Vec::new(), ports: Vec::new() });
    }
    planned
}

fn apply(
    cx: &Context<'_>,
    service: &Value,
    pods: &[Rc<Value>],
    planned: Vec<Planned>,
) -> Result<(), SyncError> {
    let labels = labels(service);
    let is_only = planned.iter().filter(|slice| !slice.endpoints.is_empty()).count() == 0;
    let mut empty_kept = !is_only;
    for slice in planned {
        let is_empty = slice.endpoints.is_empty();
        let reply = match slice.old {
            Some(old) if is_empty && empty_kept => {
                cx.client.delete_object(RESOURCE, &old, &DeleteOptions::default())
            }
            Some(old) => {
                empty_kept |= is_empty;
                let same = object::array_at(&old, "/endpoints") == slice.endpoints
                    && object::array_at(&old, "/ports") == slice.ports
                    && object::labels(&old) == Some(&labels);
                if same {
                    continue;
                }
                let mut new = Value::clone(&old);
                fill(&mut new, service, pods, &labels, slice.endpoints, slice.ports);
                cx.client.update(RESOURCE, new)
            }
            None => {
                empty_kept |= is_empty;
                let mut new = json!({
                    "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
                    "metadata": {
                        "generateName": format!("{}-", object::name(service)),
                        "namespace": object::namespace(service),
                        "ownerReferences": [controller_reference(service, "v1", "Service")],
                    },
                    "addressType": "IPv4",
                });
                fill(&mut new, service, pods, &labels, slice.endpoints, slice.ports);
                cx.client.create(RESOURCE, new)
            }
        };
        match reply {
            // The namespace is being deleted, or the slice has gone with its service.
            Err(status) if is_not_found(&status) || status.reason == "Forbidden" => {}
            Err(status) => return Err(status.into()),
            Ok(_) => {}
        }
    }
    Ok(())
}

fn fill(
    slice: &mut Value,
    service: &Value,
    pods: &[Rc<Value>],
    labels: &Map<String, Value>,
    endpoints: Vec<Value>,
    ports: Vec<Value>,
) {
    object::set_at(slice, "/metadata/labels", labels.clone().into());
    let time = backends::trigger_time(service, pods);
    object::set_at(slice, "/metadata/annotations", json!({TRIGGER_TIME: time}));
    slice["endpoints"] = endpoints.into();
    slice["ports"] = if ports.is_empty() { Value::Null } else { ports.into() };
}

fn labels(service: &Value) -> Map<String, Value> {
    let mut labels = object::labels(service).cloned().unwrap_or_default();
    labels.insert(SERVICE_NAME.to_owned(), object::name(service).into());
    labels.insert(MANAGED_BY.to_owned(), MANAGER.into());
    if backends::is_headless(service) {
        labels.insert(HEADLESS.to_owned(), "".into());
    }
    labels
}

fn ports(service: &Value, pod: &Value) -> Vec<Value> {
    let ports = object::array_at(service, "/spec/ports").iter();
    ports
        .filter_map(|port| {
            let number = backends::target_port(pod, port)?;
            let mut value = json!({
                "name": object::str_at(port, "/name"), "port": number, "protocol": backends::protocol(port),
            });
            if let Some(protocol) = port.get("appProtocol") {
                value["appProtocol"] = protocol.clone();
            }
            Some(value)
        })
        .collect()
}

// Upstream: endpointslice/utils.go podToEndpoint
fn endpoint(cx: &Context<'_>, service: &Value, pod: &Value) -> Value {
    let serving = super::support::pods::is_ready(pod);
    let node = object::str_at(pod, "/spec/nodeName");
    let mut endpoint = json!({
        "addresses": [object::str_at(pod, "/status/podIP")],
        "conditions": {
            "ready": backends::is_ready_for(service, pod), "serving": serving,
            "terminating": object::is_deleting(pod),
        },
        "nodeName": node,
        "targetRef": {
            "kind": "Pod", "namespace": object::namespace(pod), "name": object::name(pod),
            "uid": object::uid(pod),
        },
    });
    let zone = cx
        .informers
        .get("nodes", "", node)
        .and_then(|node| object::label(node, "topology.kubernetes.io/zone"));
    if let Some(zone) = zone {
        endpoint["zone"] = zone.into();
    }
    if let Some(hostname) = backends::hostname(service, pod) {
        endpoint["hostname"] = hostname.into();
    }
    endpoint
}
