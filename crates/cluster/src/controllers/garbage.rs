//! What has lost its owners is deleted.
//!
//! Upstream: `pkg/controller/garbagecollector/garbagecollector.go`

use std::rc::Rc;

use podground_api::{Value, json, object};

use super::{Context, Controller, Requeue, SyncError};
use crate::client::{DeleteOptions, PatchKind, is_conflict, is_not_found};
use crate::informer::InformerEvent;
use crate::store::EventKind;

const ORPHAN: &str = "orphan";
const FOREGROUND: &str = "foregroundDeletion";

struct GarbageCollector;

/// The garbage collector.
pub(super) fn garbage_collector() -> Box<dyn Controller> {
    Box::new(GarbageCollector)
}

impl Controller for GarbageCollector {
    fn name(&self) -> &'static str {
        "generic-garbage-collector"
    }

    fn watches(&self) -> &'static [&'static str] {
        &["*"]
    }

    /// Keys are UIDs.
    fn on_event(&mut self, cx: &mut Context<'_>, event: &InformerEvent) {
        if event.resource == "events" {
            return;
        }
        let object = &event.object;
        let owners = object::array_at(object, "/metadata/ownerReferences");
        if event.kind == EventKind::Deleted {
            let uid = object::uid(object);
            let dependents: Vec<String> = cx
                .informers
                .dependents(uid)
                .map(|(_, dependent)| object::uid(dependent).to_owned())
                .collect();
            for dependent in dependents {
                cx.queue.add(&dependent);
            }
            // An owner that waits for its dependents may go on.
            for owner in owners {
                let uid = object::str_at(owner, "/uid");
                if cx.informers.by_uid(uid).is_some_and(|(_, owner)| has_finalizer(owner, FOREGROUND)) {
                    cx.queue.add(uid);
                }
            }
            return;
        }
        let is_waiting = object::is_deleting(object)
            && (has_finalizer(object, ORPHAN) || has_finalizer(object, FOREGROUND));
        let lacks_owner = |owner: &Value| cx.informers.by_uid(object::str_at(owner, "/uid")).is_none();
        if is_waiting || !object::is_deleting(object) && owners.iter().any(lacks_owner) {
            cx.queue.add(object::uid(object));
        }
    }

    fn sync(&mut self, cx: &mut Context<'_>, uid: &str) -> Result<Requeue, SyncError> {
        let Some((resource, object)) = cx.informers.by_uid(uid) else { return Ok(Requeue::Done) };
        let object = object.clone();
        if !object::is_deleting(&object) {
            collect(cx, resource, &object)?;
        } else if has_finalizer(&object, ORPHAN) {
            orphan_dependents(cx, resource, &object)?;
        } else if has_finalizer(&object, FOREGROUND) {
            delete_dependents(cx, resource, &object)?;
        }
        Ok(Requeue::Done)
    }
}

/// Deletes an object whose owners are all gone; takes the gone ones out of the others' references.
// Upstream: garbagecollector.go attemptToDeleteItem
fn collect(cx: &Context<'_>, resource: &'static str, item: &Value) -> Result<(), SyncError> {
    let owners = object::array_at(item, "/metadata/ownerReferences");
    let (mut solid, mut dangling, mut waiting) = (0, Vec::new(), Vec::new());
    for owner in owners {
        let uid = object::str_at(owner, "/uid");
        match cx.informers.by_uid(uid) {
            None => dangling.push(uid),
            Some((_, owner)) if object::is_deleting(owner) && has_finalizer(owner, FOREGROUND) => {
                waiting.push(uid);
            }
            Some(_) => solid += 1,
        }
    }
    if dangling.is_empty() && waiting.is_empty() {
        return Ok(());
    }
    if solid > 0 {
        let gone: Vec<Value> =
            dangling.iter().chain(&waiting).map(|uid| json!({"$patch": "delete", "uid": uid})).collect();
        let patch = json!({"metadata": {"ownerReferences": gone, "uid": object::uid(item)}});
        return ignore_gone(cx.client.patch_object(resource, item, PatchKind::Strategic, patch));
    }
    let has_dependents = cx.informers.dependents(object::uid(item)).next().is_some();
    let policy = if has_finalizer(item, ORPHAN) {
        "Orphan"
    } else if has_finalizer(item, FOREGROUND) || !waiting.is_empty() && has_dependents {
        "Foreground"
    } else {
        "Background"
    };
    let options = DeleteOptions::default().with_propagation(policy);
    ignore_gone(cx.client.delete_object(resource, item, &options))
}

/// Lets the dependents of an owner go on without it.
// Upstream: garbagecollector.go orphanDependents
fn orphan_dependents(cx: &Context<'_>, resource: &'static str, owner: &Value) -> Result<(), SyncError> {
    let uid = object::uid(owner);
    let dependents: Vec<(&'static str, Rc<Value>)> =
        cx.informers.dependents(uid).map(|(resource, dependent)| (resource, dependent.clone())).collect();
    for (resource, dependent) in dependents {
        let gone = json!({"$patch": "delete", "uid": uid});
        let patch = json!({"metadata": {"ownerReferences": [gone], "uid": object::uid(&dependent)}});
        ignore_gone(cx.client.patch_object(resource, &dependent, PatchKind::Strategic, patch))?;
    }
    remove_finalizer(cx, resource, owner, ORPHAN)
}

/// Deletes the dependents of an owner, and lets that go once none is left that blocks it.
// Upstream: garbagecollector.go processDeletingDependentsItem
fn delete_dependents(cx: &mut Context<'_>, resource: &'static str, owner: &Value) -> Result<(), SyncError> {
    let uid = object::uid(owner);
    let blocks = |dependent: &Value| {
        object::array_at(dependent, "/metadata/ownerReferences").iter().any(|reference| {
            object::str_at(reference, "/uid") == uid && object::bool_at(reference, "/blockOwnerDeletion")
        })
    };
    let dependents: Vec<(&'static str, Rc<Value>)> =
        cx.informers.dependents(uid).map(|(resource, dependent)| (resource, dependent.clone())).collect();
    if !dependents.iter().any(|(_, dependent)| blocks(dependent)) {
        return remove_finalizer(cx, resource, owner, FOREGROUND);
    }
    for (resource, dependent) in &dependents {
        if !object::is_deleting(dependent) {
            collect(cx, resource, dependent)?;
        }
    }
    Ok(())
}

fn remove_finalizer(
    cx: &Context<'_>,
    resource: &'static str,
    owner: &Value,
    finalizer: &str,
) -> Result<(), SyncError> {
    let rest: Vec<&Value> = object::array_at(owner, "/metadata/finalizers")
        .iter()
        .filter(|name| name.as_str() != Some(finalizer))
        .collect();
    let version = object::str_at(owner, "/metadata/resourceVersion");
    let patch = json!({"metadata": {"finalizers": rest, "resourceVersion": version}});
    ignore_gone(cx.client.patch_object(resource, owner, PatchKind::Merge, patch))
}

fn has_finalizer(object: &Value, name: &str) -> bool {
    object::array_at(object, "/metadata/finalizers").iter().any(|finalizer| finalizer == name)
}

/// What is gone, or has changed and so comes again, needs nothing more.
fn ignore_gone(reply: crate::client::Reply) -> Result<(), SyncError> {
    match reply {
        Err(status) if !is_not_found(&status) && !is_conflict(&status) => Err(status.into()),
        _ => Ok(()),
    }
}
