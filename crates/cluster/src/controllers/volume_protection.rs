//! Claims that pods use, and volumes that claims use, stay until they are free.
//!
//! Upstream: `pkg/controller/volume/pvcprotection`, `pkg/controller/volume/pvprotection`

use podground_api::{Value, json, object};

use super::support::pods;
use super::{Context, Controller, Requeue, SyncError};
use crate::client::{PatchKind, is_conflict, is_not_found};
use crate::informer::{InformerEvent, key_of, split_key};

const CLAIMS: &str = "persistentvolumeclaims";
const VOLUMES: &str = "persistentvolumes";
const CLAIM_FINALIZER: &str = "kubernetes.io/pvc-protection";
const VOLUME_FINALIZER: &str = "kubernetes.io/pv-protection";

struct VolumeProtection;

/// The controller that protects claims and volumes in use.
pub(super) fn volume_protection() -> Box<dyn Controller> {
    Box::new(VolumeProtection)
}

impl Controller for VolumeProtection {
    fn name(&self) -> &'static str {
        "pvc-protection-controller"
    }

    fn watches(&self) -> &'static [&'static str] {
        &[CLAIMS, VOLUMES, "pods"]
    }

    fn on_event(&mut self, cx: &mut Context<'_>, event: &InformerEvent) {
        match event.resource {
            CLAIMS if object::is_deleting(&event.object) => {
                cx.queue.add(&["claim/", &key_of(&event.object)].concat());
                let volume = object::str_at(&event.object, "/spec/volumeName");
                cx.queue.add(&["volume/", volume].concat());
            }
            VOLUMES if object::is_deleting(&event.object) => {
                cx.queue.add(&["volume/", object::name(&event.object)].concat());
            }
            "pods" => {
                for claim in claims_of(&event.object) {
                    let namespace = object::namespace(&event.object);
                    let claim = cx.informers.get(CLAIMS, namespace, &claim);
                    if let Some(claim) = claim.filter(|claim| object::is_deleting(claim)) {
                        cx.queue.add(&["claim/", &key_of(claim)].concat());
                    }
                }
            }
            _ => {}
        }
    }

    fn sync(&mut self, cx: &mut Context<'_>, key: &str) -> Result<Requeue, SyncError> {
        let (kind, key) = split_key(key);
        let (resource, finalizer) =
            if kind == "claim" { (CLAIMS, CLAIM_FINALIZER) } else { (VOLUMES, VOLUME_FINALIZER) };
        let Some(object) = cx.informers.by_key(resource, key).cloned() else { return Ok(Requeue::Done) };
        let finalizers = object::array_at(&object, "/metadata/finalizers");
        let is_held = finalizers.iter().any(|name| name == finalizer);
        if !object::is_deleting(&object) || !is_held {
            return Ok(Requeue::Done);
        }
        let is_used = if resource == CLAIMS {
            cx.informers.in_namespace("pods", object::namespace(&object)).any(|pod| {
                !pods::is_terminal(pod) && claims_of(pod).any(|claim| claim == object::name(&object))
            })
        } else {
            object::str_at(&object, "/status/phase") == "Bound"
        };
        if is_used {
            return Ok(Requeue::Done);
        }
        let rest: Vec<&Value> = finalizers.iter().filter(|name| *name != finalizer).collect();
        let rest = if rest.is_empty() { Value::Null } else { json!(rest) };
        let version = object::str_at(&object, "/metadata/resourceVersion");
        let patch = json!({"metadata": {"finalizers": rest, "resourceVersion": version}});
        match cx.client.patch_object(resource, &object, PatchKind::Merge, patch) {
            Err(status) if !is_not_found(&status) && !is_conflict(&status) => Err(status.into()),
            _ => Ok(Requeue::Done),
        }
    }
}

/// The names of the claims that a pod uses.
fn claims_of(pod: &Value) -> impl Iterator<Item = String> {
    let volumes = object::array_at(pod, "/spec/volumes").iter();
    volumes.filter_map(|volume| match object::str_at(volume, "/persistentVolumeClaim/claimName") {
        "" if volume.get("ephemeral").is_some() => {
            Some([object::name(pod), "-", object::str_at(volume, "/name")].concat())
        }
        "" => None,
        name => Some(name.to_owned()),
    })
}
