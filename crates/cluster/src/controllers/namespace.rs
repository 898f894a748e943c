//! A namespace that is deleted is emptied first.
//!
//! Upstream: `pkg/controller/namespace/deletion/namespaced_resources_deleter.go`

use std::collections::BTreeMap;

use podground_api::{Value, object};

use super::support::conditions;
use super::{Context, Controller, Requeue, SyncError};
use crate::client::{DeleteOptions, is_conflict, is_not_found};
use crate::informer::InformerEvent;
use crate::store::EventKind;

struct Namespaces;

/// The controller of namespaces.
pub(super) fn namespace() -> Box<dyn Controller> {
    Box::new(Namespaces)
}

impl Controller for Namespaces {
    fn name(&self) -> &'static str {
        "namespace-controller"
    }

    fn watches(&self) -> &'static [&'static str] {
        &["*"]
    }

    fn on_event(&mut self, cx: &mut Context<'_>, event: &InformerEvent) {
        let namespace = if event.resource == "namespaces" {
            object::name(&event.object)
        } else {
            object::namespace(&event.object)
        };
        // Of what lies in a namespace, what leaves (or still arrives) matters while that is being deleted.
        if namespace.is_empty() || event.kind == EventKind::Modified && event.resource != "namespaces" {
            return;
        }
        if cx.informers.get("namespaces", "", namespace).is_some_and(|ns| object::is_deleting(ns)) {
            cx.queue.add(namespace);
        }
    }

    fn sync(&mut self, cx: &mut Context<'_>, name: &str) -> Result<Requeue, SyncError> {
        let Some(namespace) = cx.informers.get("namespaces", "", name).cloned() else {
            return Ok(Requeue::Done);
        };
        let finalizers = object::array_at(&namespace, "/spec/finalizers");
        if !object::is_deleting(&namespace) || !finalizers.iter().any(|finalizer| finalizer == "kubernetes") {
            return Ok(Requeue::Done);
        }
        // Pods go first, so that they can still use what else is there.
        let has_pods = cx.informers.in_namespace("pods", name).next().is_some();
        delete_contents(cx, name, has_pods)?;
        let remaining = Remaining::count(cx, name);
        let mut status = object::at(&namespace, "/status").clone();
        remaining.describe(&mut status, &cx.timestamp());
        if status != *object::at(&namespace, "/status") {
            let mut changed = Value::clone(&namespace);
            changed["status"] = status;
            match cx.client.update_status("namespaces", changed) {
                Err(status) if !is_not_found(&status) && !is_conflict(&status) => return Err(status.into()),
                _ => {}
            }
        }
        if !remaining.kinds.is_empty() {
            // Each object that leaves brings the namespace back into the queue.
            return Ok(Requeue::Done);
        }
        let Ok(current) = cx.client.get("namespaces", "", name) else { return Ok(Requeue::Done) };
        let mut current = Value::clone(&current);
        let rest: Vec<Value> = object::array_at(&current, "/spec/finalizers")
            .iter()
            .filter(|finalizer| *finalizer != "kubernetes")
            .cloned()
            .collect();
        object::set_at(&mut current, "/spec/finalizers", rest.into());
        match cx.client.update_subresource("namespaces", current, "finalize") {
            Err(status) if !is_not_found(&status) => Err(status.into()),
            _ => Ok(Requeue::Done),
        }
    }
}

fn delete_contents(cx: &Context<'_>, namespace: &str, pods_only: bool) -> Result<(), SyncError> {
    let resources: Vec<&'static str> = cx.informers.resources().collect();
    let mut failure = None;
    for resource in resources.into_iter().filter(|resource| !pods_only || *resource == "pods") {
        for object in cx.informers.in_namespace(resource, namespace) {
            if object::is_deleting(object) {
                continue;
            }
            let options = DeleteOptions::default().with_propagation("Background");
            match cx.client.delete_object(resource, object, &options) {
                Err(status) if !is_not_found(&status) && !is_conflict(&status) => {
                    failure = failure.or(Some(status));
                }
                _ => {}
            }
        }
    }
    failure.map_or(Ok(()), |status| Err(status.into()))
}

/// What is still in a namespace.
struct Remaining {
    /// By resource.
    kinds: BTreeMap<&'static str, usize>,
    /// By finalizer.
    finalizers: BTreeMap<String, usize>,
}

impl Remaining {
    fn count(cx: &Context<'_>, namespace: &str) -> Self {
        let mut remaining = Self { kinds: BTreeMap::new(), finalizers: BTreeMap::new() };
        for resource in cx.informers.resources() {
            for cached in cx.informers.in_namespace(resource, namespace) {
                // What was deleted in this sync has not left the caches yet.
                let (plural, name) = (resource, object::name(cached));
                let Ok(object) = cx.client.get(plural, namespace, name) else { continue };
                *remaining.kinds.entry(resource).or_default() += 1;
                for finalizer in object::array_at(&object, "/metadata/finalizers") {
                    let name = finalizer.as_str().unwrap_or_default().to_owned();
                    *remaining.finalizers.entry(name).or_default() += 1;
                }
            }
        }
        remaining
    }

    // Upstream: pkg/controller/namespace/deletion/status_condition_utils.go
    fn describe(&self, status: &mut Value, now: &str) {
        let mut set = |kind: &str, is: &str, reason: &str, message: &str| {
            conditions::replace(status, conditions::condition(kind, is, reason, message, now));
        };
        let text = "All resources successfully discovered";
        set("NamespaceDeletionDiscoveryFailure", "False", "ResourcesDiscovered", text);
        let text = "All legacy kube types successfully parsed";
        set("NamespaceDeletionGroupVersionParsingFailure", "False", "ParsedGroupVersions", text);
        let text = "All content successfully deleted, may be waiting on finalization";
        set("NamespaceDeletionContentFailure", "False", "ContentDeleted", text);
        if self.kinds.is_empty() {
            set("NamespaceContentRemaining", "False", "ContentRemoved", "All content successfully removed");
        } else {
            let kinds = self.kinds.iter();
            let kinds: Vec<String> = kinds
                .map(|(resource, count)| format!("{resource}. has {count} resource instances"))
                .collect();
            let text = format!("Some resources are remaining: {}", kinds.join(", "));
            set("NamespaceContentRemaining", "True", "SomeResourcesRemain", &text);
        }
        if self.finalizers.is_empty() {
            let text = "All content-preserving finalizers finished";
            set("NamespaceFinalizersRemaining", "False", "ContentHasNoFinalizers", text);
        } else {
            let finalizers = self.finalizers.iter();
            let finalizers: Vec<String> =
                finalizers.map(|(name, count)| format!("{name} in {count} resource instances")).collect();
            let text =
                format!("Some content in the namespace has finalizers remaining: {}", finalizers.join(", "));
            set("NamespaceFinalizersRemaining", "True", "SomeFinalizersRemain", &text);
        }
    }
}
