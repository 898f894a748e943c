//! Binds claims to volumes, and makes volumes for classes that have a provisioner.
//!
//! Upstream: `pkg/controller/volume/persistentvolume/pv_controller.go`

use std::rc::Rc;
use std::time::Duration;

use podground_api::{Value, json, object};

use super::support::volumes::{self, BIND_COMPLETED, BOUND_BY_CONTROLLER, SELECTED_NODE};
use super::{Context, Controller, Requeue, SyncError};
use crate::client::{DeleteOptions, is_conflict, is_not_found};
use crate::informer::{InformerEvent, key_of};
use crate::store::EventKind;

mod provision;

const CLAIMS: &str = "persistentvolumeclaims";
const VOLUMES: &str = "persistentvolumes";
const CLASSES: &str = "storageclasses.storage.k8s.io";
/// Claims that found nothing are looked at again.
const RESYNC: Duration = Duration::from_secs(15);

struct VolumeBinder;

/// The controller of volumes and claims.
pub(super) fn volume_binder() -> Box<dyn Controller> {
    Box::new(VolumeBinder)
}

impl Controller for VolumeBinder {
    fn name(&self) -> &'static str {
        "persistent-volume-binder"
    }

    fn component(&self) -> &'static str {
        "persistentvolume-controller"
    }

    fn watches(&self) -> &'static [&'static str] {
        &[CLAIMS, VOLUMES, CLASSES]
    }

    /// Keys are `claim/<namespace>/<name>` and `volume/<name>`.
    fn on_event(&mut self, cx: &mut Context<'_>, event: &InformerEvent) {
        match event.resource {
            CLAIMS => {
                cx.queue.add(&["claim/", &key_of(&event.object)].concat());
                let volume = object::str_at(&event.object, "/spec/volumeName");
                if !volume.is_empty() {
                    cx.queue.add(&["volume/", volume].concat());
                }
            }
            VOLUMES => {
                cx.queue.add(&["volume/", object::name(&event.object)].concat());
                enqueue_waiting(cx, event);
            }
            _ => enqueue_waiting(cx, event),
        }
    }

    fn sync(&mut self, cx: &mut Context<'_>, key: &str) -> Result<Requeue, SyncError> {
        let result = match key.split_once('/') {
            Some(("claim", key)) => match cx.informers.by_key(CLAIMS, key).cloned() {
                Some(claim) => sync_claim(cx, &claim),
                None => Ok(Requeue::Done),
            },
            Some((_, name)) => match cx.informers.by_key(VOLUMES, name).cloned() {
                Some(volume) => sync_volume(cx, &volume),
                None => Ok(Requeue::Done),
            },
            None => Ok(Requeue::Done),
        };
        match result {
            // Somebody was faster: the change comes back as an event.
            Err(SyncError::Status(status)) if is_conflict(&status) || is_not_found(&status) => {
                Ok(Requeue::After(Duration::from_millis(50)))
            }
            result => result,
        }
    }
}

/// Claims that wait may be served by what is new.
fn enqueue_waiting(cx: &mut Context<'_>, event: &InformerEvent) {
    if event.kind == EventKind::Deleted {
        return;
    }
    let waiting: Vec<String> = cx
        .informers
        .list(CLAIMS)
        .filter(|claim| object::annotation(claim, BIND_COMPLETED).is_none())
        .map(|claim| key_of(claim))
        .collect();
    for key in waiting {
        cx.queue.add(&["claim/", &key].concat());
    }
}

// Upstream: pv_controller.go syncClaim
fn sync_claim(cx: &Context<'_>, claim: &Rc<Value>) -> Result<Requeue, SyncError> {
    let name = object::str_at(claim, "/spec/volumeName");
    if object::annotation(claim, BIND_COMPLETED).is_some() {
        return match cx.informers.by_key(VOLUMES, name) {
            None => lose(
                cx,
                claim,
                "ClaimLost",
                "Bound claim has lost its PersistentVolume. Data on the volume is lost!",
            ),
            Some(volume)
                if !is_bound_to(volume, claim) && !object::at(volume, "/spec/claimRef").is_null() =>
            {
                let text = "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!";
                lose(cx, claim, "ClaimMisbound", text)
            }
            Some(volume) => bind(cx, claim, &volume.clone(), false),
        };
    }
    if object::is_deleting(claim) {
        return Ok(Requeue::Done);
    }
    if !name.is_empty() {
        // The user has chosen the volume.
        return match cx.informers.by_key(VOLUMES, name).cloned() {
            Some(volume)
                if object::at(&volume, "/spec/claimRef").is_null() || is_meant_for(&volume, claim) =>
            {
                bind(cx, claim, &volume, false)
            }
            _ => set_phase(cx, CLAIMS, claim, "Pending"),
        };
    }
    let waits = volumes::waits_for_consumer(claim, cx.informers);
    let node = object::annotation(claim, SELECTED_NODE);
    if let Some(volume) = best_volume(cx, claim)
        && (!waits || node.is_some() || is_meant_for(&volume, claim))
    {
        return bind(cx, claim, &volume, true);
    }
    set_phase(cx, CLAIMS, claim, "Pending")?;
    if waits && node.is_none() {
        let text = "waiting for first consumer to be created before binding";
        cx.normal(claim, "WaitForFirstConsumer", text);
        return Ok(Requeue::After(RESYNC));
    }
    let class = volumes::class(claim);
    if class.is_empty() {
        let text = "no persistent volumes available for this claim and no storage class is set";
        cx.normal(claim, "FailedBinding", text);
        return Ok(Requeue::After(RESYNC));
    }
    provision::provision(cx, claim, class, node)
}

/// The smallest volume that fits, those that are meant for the claim first.
fn best_volume(cx: &Context<'_>, claim: &Value) -> Option<Rc<Value>> {
    let node = object::annotation(claim, SELECTED_NODE).and_then(|node| cx.informers.get("nodes", "", node));
    let reaches = |volume: &Value| {
        node.is_none_or(|node| {
            let terms = object::at(volume, "/spec/nodeAffinity/required/nodeSelectorTerms");
            crate::scheduler::terms_match(terms, node)
        })
    };
    let fitting = cx.informers.list(VOLUMES).filter(|volume| volumes::fits(claim, volume) && reaches(volume));
    fitting
        .min_by_key(|volume| {
            (
                !is_meant_for(volume, claim),
                volumes::bytes(volume, "/spec/capacity/storage"),
                object::name(volume),
            )
        })
        .cloned()
}

fn is_meant_for(volume: &Value, claim: &Value) -> bool {
    object::str_at(volume, "/spec/claimRef/namespace") == object::namespace(claim)
        && object::str_at(volume, "/spec/claimRef/name") == object::name(claim)
        && matches!(object::str_at(volume, "/spec/claimRef/uid"), uid if uid.is_empty() || uid == object::uid(claim))
}

fn is_bound_to(volume: &Value, claim: &Value) -> bool {
    object::str_at(volume, "/spec/claimRef/uid") == object::uid(claim)
}

/// Brings both sides of a binding in line: reference and phase of the volume, name and phase of the claim.
// Upstream: pv_controller.go bind
fn bind(cx: &Context<'_>, claim: &Value, volume: &Value, ours: bool) -> Result<Requeue, SyncError> {
    let mut volume = Rc::new(volume.clone());
    if !is_bound_to(&volume, claim) {
        let mut changed = Value::clone(&volume);
        let was_free = object::at(&changed, "/spec/claimRef").is_null();
        let reference = json!({
            "apiVersion": "v1", "kind": "PersistentVolumeClaim", "name": object::name(claim),
            "namespace": object::namespace(claim), "uid": object::uid(claim),
            "resourceVersion": object::str_at(claim, "/metadata/resourceVersion"),
        });
        object::set_at(&mut changed, "/spec/claimRef", reference);
        if was_free {
            annotate(&mut changed, BOUND_BY_CONTROLLER);
        }
        volume = cx.client.update(VOLUMES, changed)?;
    }
    set_phase(cx, VOLUMES, &volume, "Bound")?;
    let mut claim = Rc::new(claim.clone());
    let is_named = object::str_at(&claim, "/spec/volumeName") == object::name(&volume);
    if !is_named || object::annotation(&claim, BIND_COMPLETED).is_none() {
        let mut changed = Value::clone(&claim);
        object::set_at(&mut changed, "/spec/volumeName", object::name(&volume).into());
        annotate(&mut changed, BIND_COMPLETED);
        if ours && !is_named {
            annotate(&mut changed, BOUND_BY_CONTROLLER);
        }
        claim = cx.client.update(CLAIMS, changed)?;
    }
    let mut status = json!({
        "phase": "Bound", "accessModes": object::at(&volume, "/spec/accessModes").clone(),
        "capacity": object::at(&volume, "/spec/capacity").clone(),
    });
    if let Some(conditions) = claim.pointer("/status/conditions") {
        status["conditions"] = conditions.clone();
    }
    if *object::at(&claim, "/status") != status {
        let mut changed = Value::clone(&claim);
        changed["status"] = status;
        cx.client.update_status(CLAIMS, changed)?;
    }
    Ok(Requeue::Done)
}

fn annotate(object: &mut Value, name: &str) {
    let pointer = format!("/metadata/annotations/{}", name.replace('/', "~1"));
    object::set_at(object, &pointer, "yes".into());
}

fn lose(cx: &Context<'_>, claim: &Rc<Value>, reason: &str, text: &str) -> Result<Requeue, SyncError> {
    if object::str_at(claim, "/status/phase") != "Lost" {
        set_phase(cx, CLAIMS, claim, "Lost")?;
        cx.warning(claim, reason, text);
    }
    Ok(Requeue::Done)
}

fn set_phase(
    cx: &Context<'_>,
    resource: &str,
    object: &Rc<Value>,
    phase: &str,
) -> Result<Requeue, SyncError> {
    if object::str_at(object, "/status/phase") == phase {
        return Ok(Requeue::Done);
    }
    let mut changed = Value::clone(object);
    object::set_at(&mut changed, "/status/phase", phase.into());
    if resource == VOLUMES {
        object::set_at(&mut changed, "/status/lastPhaseTransitionTime", cx.timestamp().into());
    }
    cx.client.update_status(resource, changed)?;
    Ok(Requeue::Done)
}

// Upstream: pv_controller.go syncVolume
fn sync_volume(cx: &Context<'_>, volume: &Rc<Value>) -> Result<Requeue, SyncError> {
    let reference = object::at(volume, "/spec/claimRef");
    let uid = object::str_at(reference, "/uid");
    if uid.is_empty() {
        return set_phase(cx, VOLUMES, volume, "Available");
    }
    let (namespace, name) = (object::str_at(reference, "/namespace"), object::str_at(reference, "/name"));
    let claim = cx.informers.get(CLAIMS, namespace, name).filter(|claim| object::uid(claim) == uid);
    if let Some(claim) = claim {
        let named = object::str_at(claim, "/spec/volumeName");
        if named == object::name(volume) {
            return set_phase(cx, VOLUMES, volume, "Bound");
        }
        // The claim has not followed yet, or has gone elsewhere.
        return Ok(Requeue::Done);
    }
    if object::is_deleting(volume) {
        return Ok(Requeue::Done);
    }
    set_phase(cx, VOLUMES, volume, "Released")?;
    reclaim(cx, volume)
}

/// What becomes of a volume whose claim is gone.
// Upstream: pv_controller.go reclaimVolume
fn reclaim(cx: &Context<'_>, volume: &Value) -> Result<Requeue, SyncError> {
    if object::str_at(volume, "/spec/persistentVolumeReclaimPolicy") != "Delete" {
        return Ok(Requeue::Done);
    }
    if object::annotation(volume, provision::PROVISIONED_BY).is_none() {
        // Made by hand: there is nobody who could delete what is behind it.
        if object::at(volume, "/spec/hostPath").is_null() {
            return Ok(Requeue::Done);
        }
        let text = "host_path deleter only supports /tmp/.+ but received provided ";
        let path = object::str_at(volume, "/spec/hostPath/path");
        if !path.starts_with("/tmp/") {
            cx.warning(volume, "VolumeFailedDelete", &[text, path].concat());
            let mut failed = volume.clone();
            object::set_at(&mut failed, "/status/phase", "Failed".into());
            object::set_at(&mut failed, "/status/message", [text, path].concat().into());
            cx.client.update_status(VOLUMES, failed)?;
            return Ok(Requeue::Done);
        }
    }
    match cx.client.delete(VOLUMES, "", object::name(volume), &DeleteOptions::of(volume)) {
        Err(status) if !is_not_found(&status) => Err(status.into()),
        _ => Ok(Requeue::Done),
    }
}
