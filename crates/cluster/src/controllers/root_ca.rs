//! Each namespace has a ConfigMap with the certificate by which pods know the API server.
//!
//! Upstream: `pkg/controller/certificates/rootcacertpublisher/publisher.go`

use podground_api::{Value, json, object};

use super::{Context, Controller, Requeue, SyncError};
use crate::client::is_already_exists;
use crate::informer::{InformerEvent, key};
use crate::pki;

const RESOURCE: &str = "configmaps";
const NAME: &str = "kube-root-ca.crt";
const DESCRIPTION: &str = "Contains a CA bundle that can be used to verify the kube-apiserver when using internal \
    endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across \
    distributions of Kubernetes clusters.";

struct RootCa;

/// The controller of the root certificates' ConfigMaps.
pub(super) fn root_ca() -> Box<dyn Controller> {
    Box::new(RootCa)
}

impl Controller for RootCa {
    fn name(&self) -> &'static str {
        "root-ca-cert-publisher"
    }

    fn watches(&self) -> &'static [&'static str] {
        &["namespaces", RESOURCE]
    }

    fn on_event(&mut self, cx: &mut Context<'_>, event: &InformerEvent) {
        if event.resource == "namespaces" {
            cx.queue.add(object::name(&event.object));
        } else if object::name(&event.object) == NAME {
            cx.queue.add(object::namespace(&event.object));
        }
    }

    fn sync(&mut self, cx: &mut Context<'_>, namespace: &str) -> Result<Requeue, SyncError> {
        let active = cx.informers.get("namespaces", "", namespace).is_some_and(|ns| !object::is_deleting(ns));
        if !active {
            return Ok(Requeue::Done);
        }
        let data = json!({"ca.crt": pki::authority(cx.sim)});
        match cx.informers.by_key(RESOURCE, &key(namespace, NAME)) {
            None => {
                let map = json!({
                    "apiVersion": "v1", "kind": "ConfigMap",
                    "metadata": {
                        "name": NAME, "namespace": namespace,
                        "annotations": {"kubernetes.io/description": DESCRIPTION},
                    },
                    "data": data,
                });
                match cx.client.create(RESOURCE, map) {
                    Err(status) if !is_already_exists(&status) => return Err(status.into()),
                    _ => {}
                }
            }
            Some(map) if *object::at(map, "/data") != data => {
                let mut map = Value::clone(map);
                map["data"] = data;
                cx.client.update(RESOURCE, map)?;
            }
            Some(_) => {}
        }
        Ok(Requeue::Done)
    }
}
