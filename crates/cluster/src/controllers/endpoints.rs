//! Endpoints: the addresses behind a service, in the old form.
//!
//! Upstream: `pkg/controller/endpoint/endpoints_controller.go`

use std::collections::BTreeMap;

use podground_api::{Map, Value, json, object};

use super::support::backends;
use super::{Context, Controller, Requeue, SyncError};
use crate::client::{DeleteOptions, is_already_exists, is_not_found};
use crate::informer::{InformerEvent, split_key};

const RESOURCE: &str = "endpoints";
const MANAGED_BY: &str = "endpoints.kubernetes.io/managed-by";
const TRIGGER_TIME: &str = "endpoints.kubernetes.io/last-change-trigger-time";
const HEADLESS: &str = "service.kubernetes.io/headless";
/// No object holds more addresses.
const CAPACITY: usize = 1000;

struct Endpoints;

/// The controller of Endpoints.
pub(super) fn endpoints() -> Box<dyn Controller> {
    Box::new(Endpoints)
}

impl Controller for Endpoints {
    fn name(&self) -> &'static str {
        "endpoint-controller"
    }

    fn watches(&self) -> &'static [&'static str] {
        &["services", "pods"]
    }

    fn on_event(&mut self, cx: &mut Context<'_>, event: &InformerEvent) {
        backends::enqueue_services(cx, event);
    }

    // Upstream: endpoints_controller.go syncService
    fn sync(&mut self, cx: &mut Context<'_>, key: &str) -> Result<Requeue, SyncError> {
        let (namespace, name) = split_key(key);
        let old = cx.informers.get(RESOURCE, namespace, name).cloned();
        let Some(service) = cx.informers.get("services", namespace, name).cloned() else {
            if old.is_some() {
                let options = DeleteOptions::default();
                match cx.client.delete(RESOURCE, namespace, name, &options) {
                    Err(status) if !is_not_found(&status) => return Err(status.into()),
                    _ => {}
                }
            }
            return Ok(Requeue::Done);
        };
        if backends::selector(&service).is_none() {
            return Ok(Requeue::Done);
        }
        let pods = backends::selected(cx, &service);
        cx.queue.pause(key, pods.len());
        let subsets = subsets(&service, &pods);
        let mut labels = object::labels(&service).cloned().unwrap_or_default();
        labels.insert(MANAGED_BY.to_owned(), "endpoint-controller".into());
        if backends::is_headless(&service) {
            labels.insert(HEADLESS.to_owned(), "".into());
        }
        let subsets_field = if subsets.is_empty() { Value::Null } else { subsets.into() };
        let same = old.as_ref().is_some_and(|old| {
            *object::at(old, "/subsets") == subsets_field && object::labels(old) == Some(&labels)
        });
        if same {
            return Ok(Requeue::Done);
        }
        let mut annotations = Map::new();
        annotations.insert(TRIGGER_TIME.to_owned(), backends::trigger_time(&service, &pods).into());
        let mut endpoints = match &old {
            Some(old) => Value::clone(old),
            None => json!({
                "apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": name, "namespace": namespace},
            }),
        };
        object::set_at(&mut endpoints, "/metadata/labels", labels.into());
        object::set_at(&mut endpoints, "/metadata/annotations", annotations.into());
        if subsets_field.is_null() {
            object::remove_at(&mut endpoints, "/subsets");
        } else {
            endpoints["subsets"] = subsets_field;
        }
        let reply = match old {
            Some(_) => cx.client.update(RESOURCE, endpoints),
            None => cx.client.create(RESOURCE, endpoints),
        };
        match reply {
            Err(status) if is_already_exists(&status) || is_not_found(&status) => Ok(Requeue::Done),
            Err(status) if status.reason == "Forbidden" => Ok(Requeue::Done),
            Err(status) => Err(status.into()),
            Ok(_) => Ok(Requeue::Done),
        }
    }
}

/// Ready and other addresses of the pods that share their port numbers.
#[derive(Default)]
struct Subset {
    ready: BTreeMap<String, Value>,
    not_ready: BTreeMap<String, Value>,
}

// Upstream: pkg/api/v1/endpoints/util.go RepackSubsets
fn subsets(service: &Value, pods: &[std::rc::Rc<Value>]) -> Vec<Value> {
    let mut groups = BTreeMap::<String, (Vec<Value>, Subset)>::new();
    for pod in pods.iter().take(CAPACITY) {
        if object::is_deleting(pod) && !object::bool_at(service, "/spec/publishNotReadyAddresses") {
            continue;
        }
        let ports = ports(service, pod);
        if ports.is_empty() && !object::array_at(service, "/spec/ports").is_empty() {
            continue;
        }
        let group =
            groups.entry(Value::from(ports.clone()).to_string()).or_insert((ports, Subset::default()));
        let ip = object::str_at(pod, "/status/podIP").to_owned();
        let list =
            if backends::is_ready_for(service, pod) { &mut group.1.ready } else { &mut group.1.not_ready };
        list.insert(ip, address(service, pod));
    }
    groups
        .into_values()
        .map(|(ports, subset)| {
            let mut value = json!({});
            for (field, addresses) in [("addresses", subset.ready), ("notReadyAddresses", subset.not_ready)] {
                if !addresses.is_empty() {
                    value[field] = addresses.into_values().collect::<Vec<_>>().into();
                }
            }
            if !ports.is_empty() {
                value["ports"] = ports.into();
            }
            value
        })
        .collect()
}

fn ports(service: &Value, pod: &Value) -> Vec<Value> {
    let ports = object::array_at(service, "/spec/ports").iter();
    let mut ports: Vec<Value> = ports
        .filter_map(|port| {
            let number = backends::target_port(pod, port)?;
            let mut value = json!({"port": number, "protocol": backends::protocol(port)});
            for field in ["name", "appProtocol"] {
                if let Some(text) = port.get(field).and_then(Value::as_str).filter(|text| !text.is_empty()) {
                    value[field] = text.into();
                }
            }
            Some(value)
        })
        .collect();
    ports.sort_by_key(|port| object::str_at(port, "/name").to_owned());
    ports
}

fn address(service: &Value, pod: &Value) -> Value {
    let mut address = json!({
        "ip": object::str_at(pod, "/status/podIP"), "nodeName": object::str_at(pod, "/spec/nodeName"),
        "targetRef": {
            "kind": "Pod", "namespace": object::namespace(pod), "name": object::name(pod),
            "uid": object::uid(pod),
        },
    });
    if let Some(hostname) = backends::hostname(service, pod) {
        address["hostname"] = hostname.into();
    }
    address
}
