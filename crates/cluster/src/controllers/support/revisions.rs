//! The versions of a pod template, kept as ControllerRevisions.
//!
//! Upstream: `pkg/controller/history/controller_history.go`

use std::rc::Rc;

use podground_api::{Map, Selector, Status, Value, json, object};

use super::hash;
use super::owners::{Claimer, controller_reference};
use crate::client::{DeleteOptions, is_already_exists};
use crate::controllers::Context;

/// Where revisions lie.
pub const RESOURCE: &str = "controllerrevisions.apps";
/// The label that tells pods of one revision from those of another.
pub const HASH_LABEL: &str = "controller-revision-hash";

/// The revisions of an owner, oldest first, with that of its present template last.
pub struct History {
    /// All revisions, by number.
    pub all: Vec<Rc<Value>>,
}

impl History {
    /// Brings the revisions of `owner` up to date.
    pub fn sync(
        cx: &Context<'_>,
        owner: &Value,
        kind: &'static str,
        labels: &Map<String, Value>,
    ) -> Result<Self, Status> {
        let selector = Selector::from_map(&Value::Object(labels.clone())).unwrap_or_default();
        let claimer = Claimer { owner, api_version: "apps/v1", kind, selector: &selector };
        let mut all = claimer.claim(cx.client, cx.informers, RESOURCE)?;
        all.sort_by_key(|revision| number(revision));
        let mut template = object::at(owner, "/spec/template").clone();
        template["$patch"] = "replace".into();
        let data = json!({"spec": {"template": template}});
        let next = all.last().map_or(1, |revision| number(revision) + 1);
        match all.iter().position(|revision| *object::at(revision, "/data") == data) {
            Some(index) if index + 1 == all.len() => {}
            Some(index) => {
                // Going back: the old revision becomes the newest.
                let mut revision = Value::clone(&all.remove(index));
                revision["revision"] = next.into();
                all.push(cx.client.update(RESOURCE, revision)?);
            }
            None => all.push(create(cx, owner, kind, labels, data, next)?),
        }
        Ok(Self { all })
    }

    /// The revision of the present template.
    pub fn update(&self) -> Option<&Rc<Value>> {
        self.all.last()
    }

    /// Deletes revisions that nothing uses, beyond the owner's history limit.
    pub fn truncate(&self, cx: &Context<'_>, limit: Option<i64>, in_use: &[&str]) {
        let idle: Vec<&Rc<Value>> = self
            .all
            .iter()
            .take(self.all.len().saturating_sub(1))
            .filter(|revision| !in_use.contains(&object::name(revision)))
            .collect();
        let limit = usize::try_from(limit.unwrap_or(10)).unwrap_or(0);
        for revision in idle.iter().take(idle.len().saturating_sub(limit)) {
            // A revision that cannot be deleted now is tried again with the next sync.
            let _ = cx.client.delete_object(RESOURCE, revision, &DeleteOptions::default());
        }
    }
}

/// The number of a revision.
pub fn number(revision: &Value) -> i64 {
    object::i64_at(revision, "/revision").unwrap_or(0)
}

/// The hash in a revision's name.
pub fn hash_of(revision: &Value) -> &str {
    object::label(revision, HASH_LABEL)
        .or_else(|| object::label(revision, "controller.kubernetes.io/hash"))
        .unwrap_or_default()
}

fn create(
    cx: &Context<'_>,
    owner: &Value,
    kind: &str,
    labels: &Map<String, Value>,
    data: Value,
    number: i64,
) -> Result<Rc<Value>, Status> {
    let hash = hash::safe(&data, object::i64_at(owner, "/status/collisionCount"));
    let mut labels = labels.clone();
    let label = if kind == "DaemonSet" { HASH_LABEL } else { "controller.kubernetes.io/hash" };
    labels.insert(label.to_owned(), hash.as_str().into());
    let name = format!("{}-{hash}", object::name(owner));
    let mut revision = json!({
        "apiVersion": "apps/v1", "kind": "ControllerRevision",
        "metadata": {
            "name": name, "namespace": object::namespace(owner), "labels": labels,
            "ownerReferences": [controller_reference(owner, "apps/v1", kind)],
        },
        "data": data, "revision": number,
    });
    if let Some(annotations) = owner.pointer("/metadata/annotations") {
        object::set_at(&mut revision, "/metadata/annotations", annotations.clone());
    }
    match cx.client.create(RESOURCE, revision) {
        Err(status) if is_already_exists(&status) => cx.client.get(RESOURCE, object::namespace(owner), &name),
        reply => reply,
    }
}
