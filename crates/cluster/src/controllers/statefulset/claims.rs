//! The claims that a StatefulSet makes for its pods.
//!
//! Upstream: `pkg/controller/statefulset/stateful_pod_control.go`

use podground_api::{Value, json, object};

use super::{Sync, pod};
use crate::client::is_already_exists;
use crate::controllers::SyncError;

const RESOURCE: &str = "persistentvolumeclaims";

impl Sync<'_, '_> {
    /// Makes the claims of a pod that do not exist yet.
    pub(super) fn make_claims(&self, pod: &Value, ordinal: i64) -> Result<(), SyncError> {
        let namespace = object::namespace(&self.set);
        for template in object::array_at(&self.set, "/spec/volumeClaimTemplates") {
            let name = pod::claim_name(&self.set, template, ordinal);
            if self.cx.informers.get(RESOURCE, namespace, &name).is_some() {
                continue;
            }
            let labels = object::at(&self.set, "/spec/selector/matchLabels").clone();
            let mut claim = json!({
                "apiVersion": "v1", "kind": "PersistentVolumeClaim",
                "metadata": {"name": name, "namespace": namespace, "labels": labels},
                "spec": object::at(template, "/spec").clone(),
            });
            if let Some(annotations) = template.pointer("/metadata/annotations") {
                object::set_at(&mut claim, "/metadata/annotations", annotations.clone());
            }
            let (pod, set) = (object::name(pod), object::name(&self.set));
            match self.cx.client.create(RESOURCE, claim) {
                Ok(_) => {
                    let text = format!("create Claim {name} Pod {pod} in StatefulSet {set} success");
                    self.cx.normal(&self.set, "SuccessfulCreate", &text);
                }
                Err(status) if is_already_exists(&status) => {}
                Err(status) => {
                    let text = format!(
                        "create Claim {name} for Pod {pod} in StatefulSet {set} failed error: {}",
                        status.message
                    );
                    self.cx.warning(&self.set, "FailedCreate", &text);
                    return Err(status.into());
                }
            }
        }
        Ok(())
    }

    /// A claim that was deleted beside its pod is made anew.
    pub(super) fn keep_claims(&self, pod: &Value) -> Result<(), SyncError> {
        match pod::ordinal(&self.set, pod) {
            Some(ordinal) if !object::is_deleting(pod) => self.make_claims(pod, ordinal),
            _ => Ok(()),
        }
    }
}
