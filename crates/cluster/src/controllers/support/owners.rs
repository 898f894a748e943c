//! Owner references, and taking hold of what a selector matches.

use std::rc::Rc;

use podground_api::{Selector, Status, Value, json, object};

use crate::client::{Client, PatchKind, is_not_found};
use crate::informer::Informers;

/// The reference that makes `owner` the controller of something.
pub fn controller_reference(owner: &Value, api_version: &str, kind: &str) -> Value {
    json!({
        "apiVersion": api_version, "kind": kind,
        "name": object::name(owner), "uid": object::uid(owner),
        "controller": true, "blockOwnerDeletion": true,
    })
}

/// An owner that claims objects by its selector.
pub struct Claimer<'a> {
    /// The owner.
    pub owner: &'a Value,
    /// Its API version, as owner references name it.
    pub api_version: &'static str,
    /// Its kind.
    pub kind: &'static str,
    /// What it selects.
    pub selector: &'a Selector,
}

impl Claimer<'_> {
    /// The objects that belong to the owner: those it controls and still selects, and those without
    /// a controller that it selects, which it adopts; what it no longer selects is released.
    // Upstream: pkg/controller/controller_ref_manager.go ClaimPods
    pub fn claim(
        &self,
        client: &Client,
        informers: &Informers,
        resource: &str,
    ) -> Result<Vec<Rc<Value>>, Status> {
        let (uid, namespace) = (object::uid(self.owner), object::namespace(self.owner));
        let mut claimed = Vec::new();
        for candidate in informers.controlled_by(resource, uid) {
            if self.selector.matches_object(candidate) {
                claimed.push(candidate.clone());
            } else if !object::is_deleting(self.owner) && !object::is_deleting(candidate) {
                self.release(client, resource, candidate)?;
            }
        }
        if !object::is_deleting(self.owner) {
            for candidate in informers.orphans(resource, namespace) {
                if self.selector.matches_object(candidate) && !object::is_deleting(candidate) {
                    claimed.extend(self.adopt(client, resource, candidate)?);
                }
            }
        }
        Ok(claimed)
    }

    fn adopt(&self, client: &Client, resource: &str, candidate: &Value) -> Result<Option<Rc<Value>>, Status> {
        let reference = controller_reference(self.owner, self.api_version, self.kind);
        let patch = json!({"metadata": {"ownerReferences": [reference], "uid": object::uid(candidate)}});
        ignore_not_found(client.patch_object(resource, candidate, PatchKind::Strategic, patch))
    }

    fn release(&self, client: &Client, resource: &str, candidate: &Value) -> Result<(), Status> {
        let gone = json!({"$patch": "delete", "uid": object::uid(self.owner)});
        let patch = json!({"metadata": {"ownerReferences": [gone], "uid": object::uid(candidate)}});
        ignore_not_found(client.patch_object(resource, candidate, PatchKind::Strategic, patch)).map(drop)
    }
}

fn ignore_not_found(reply: Result<Rc<Value>, Status>) -> Result<Option<Rc<Value>>, Status> {
    match reply {
        Ok(object) => Ok(Some(object)),
        Err(status) if is_not_found(&status) => Ok(None),
        Err(status) => Err(status),
    }
}
