//! The replica set of the current template, and the numbers of the revisions.
//!
//! Upstream: `pkg/controller/deployment/sync.go`, `util/deployment_util.go`

use std::rc::Rc;

use podground_api::{Map, Value, json, object};

use super::{DEPLOYMENTS, REPLICA_SETS, Rollout, progress, replicas};
use crate::client::{is_already_exists, is_not_found};
use crate::controllers::SyncError;
use crate::controllers::support::hash;
use crate::controllers::support::numbers::count_at;
use crate::controllers::support::owners::controller_reference;
use crate::controllers::support::pods::is_namespace_terminating;

const REVISION: &str = "deployment.kubernetes.io/revision";
const REVISION_HISTORY: &str = "deployment.kubernetes.io/revision-history";
const HASH: &str = "pod-template-hash";

/// Annotations of the deployment that its replica sets do not get.
const NOT_COPIED: &[&str] = &[
    "kubectl.kubernetes.io/last-applied-configuration",
    REVISION,
    REVISION_HISTORY,
    replicas::DESIRED,
    replicas::MAX,
    "deprecated.deployment.rollback.to",
];

impl Rollout<'_, '_> {
    /// The index of the set whose template is the deployment's.
    fn new_set_index(&self) -> Option<usize> {
        let wanted = without_hash(object::at(&self.deployment, "/spec/template"));
        self.sets.iter().position(|set| without_hash(object::at(set, "/spec/template")) == wanted)
    }

    /// The set of the current template.
    pub(super) fn new_set(&self) -> Option<Rc<Value>> {
        self.new_set_index().map(|index| self.sets[index].clone())
    }

    /// All other sets.
    pub(super) fn old_sets(&self) -> Vec<Rc<Value>> {
        let new = self.new_set_index();
        let others = self.sets.iter().enumerate().filter(|(index, _)| Some(*index) != new);
        others.map(|(_, set)| set.clone()).collect()
    }

    /// Finds the set of the current template and brings its revision up to date; makes it if asked to.
    // Upstream: sync.go getAllReplicaSetsAndSyncRevision, getNewReplicaSet
    pub(super) fn find_new_set(&mut self, create: bool) -> Result<(), SyncError> {
        let newest = self.old_sets().iter().filter_map(|set| replicas::annotation(set, REVISION)).max();
        let revision = newest.unwrap_or(0).max(0) + 1;
        match self.new_set_index() {
            Some(index) => self.refresh_new_set(index, revision),
            None if create => self.create_new_set(revision),
            None => Ok(()),
        }
    }

    fn refresh_new_set(&mut self, index: usize, revision: i64) -> Result<(), SyncError> {
        let mut set = (*self.sets[index]).clone();
        let mut changed = self.annotate_set(&mut set, revision, true);
        let min_ready = object::at(&self.deployment, "/spec/minReadySeconds");
        if count_at(&set, "/spec/minReadySeconds") != min_ready.as_i64().unwrap_or(0) {
            object::set_at(&mut set, "/spec/minReadySeconds", min_ready.clone());
            changed = true;
        }
        if changed {
            self.sets[index] = self.cx.client.update(REPLICA_SETS, set)?;
            return Ok(());
        }
        let revision = object::annotation(&self.sets[index], REVISION).unwrap_or_default().to_owned();
        let mut deployment = (*self.deployment).clone();
        let mut changed = set_annotation(&mut deployment, REVISION, &revision);
        if self.progress_deadline().is_some() && object::condition(&deployment, "Progressing").is_none() {
            let message = format!("Found new replica set \"{}\"", object::name(&self.sets[index]));
            let now = self.cx.timestamp();
            let condition = progress::condition("Progressing", "True", "FoundNewReplicaSet", &message, &now);
            progress::set_condition(&mut deployment["status"], condition);
            changed = true;
        }
        if changed { self.write_status(deployment) } else { Ok(()) }
    }

    fn create_new_set(&mut self, revision: i64) -> Result<(), SyncError> {
        let cx = self.cx;
        let mut template = object::at(&self.deployment, "/spec/template").clone();
        let collisions = object::i64_at(&self.deployment, "/status/collisionCount");
        let hash = hash::safe(&template, collisions);
        object::set_at(&mut template, "/metadata/labels/pod-template-hash", hash.as_str().into());
        let mut selector = object::at(&self.deployment, "/spec/selector").clone();
        object::set_at(&mut selector, "/matchLabels/pod-template-hash", hash.as_str().into());
        let size = self.new_set_size(&self.sets, 0);
        let name = [object::name(&self.deployment), "-", &hash].concat();
        let mut set = json!({
            "apiVersion": "apps/v1", "kind": "ReplicaSet",
            "metadata": {
                "name": name, "namespace": object::namespace(&self.deployment),
                "labels": object::at(&template, "/metadata/labels").clone(),
                "ownerReferences": [controller_reference(&self.deployment, "apps/v1", "Deployment")],
            },
            "spec": {"replicas": size, "selector": selector, "template": template},
        });
        let min_ready = object::at(&self.deployment, "/spec/minReadySeconds");
        if !min_ready.is_null() {
            object::set_at(&mut set, "/spec/minReadySeconds", min_ready.clone());
        }
        self.annotate_set(&mut set, revision, false);
        match cx.client.create(REPLICA_SETS, set) {
            Ok(set) => self.sets.push(set),
            Err(status) if is_already_exists(&status) => return self.note_collision(collisions, status),
            Err(status) if is_namespace_terminating(&status) => return Ok(()),
            Err(status) => {
                let message = format!("Failed to create new replica set \"{name}\": {}", status.message);
                if self.progress_deadline().is_some() {
                    let now = cx.timestamp();
                    let reason = "ReplicaSetCreateError";
                    let condition = progress::condition("Progressing", "False", reason, &message, &now);
                    let mut deployment = (*self.deployment).clone();
                    progress::set_condition(&mut deployment["status"], condition);
                    self.write_status(deployment)?;
                }
                cx.warning(&self.deployment, "ReplicaSetCreateError", &message);
                return Err(status.into());
            }
        }
        if size > 0 {
            let message = format!("Scaled up replica set {name} from 0 to {size}");
            cx.normal(&self.deployment, "ScalingReplicaSet", &message);
        }
        let mut deployment = (*self.deployment).clone();
        let mut changed = set_annotation(&mut deployment, REVISION, &revision.to_string());
        if self.progress_deadline().is_some() {
            let message = format!("Created new replica set \"{name}\"");
            let now = cx.timestamp();
            let condition =
                progress::condition("Progressing", "True", "NewReplicaSetCreated", &message, &now);
            progress::set_condition(&mut deployment["status"], condition);
            changed = true;
        }
        if changed { self.write_status(deployment) } else { Ok(()) }
    }

    /// Another object has the name already: the next hash will be another one.
    fn note_collision(
        &mut self,
        collisions: Option<i64>,
        status: podground_api::Status,
    ) -> Result<(), SyncError> {
        let mut deployment = (*self.deployment).clone();
        object::set_at(&mut deployment, "/status/collisionCount", (collisions.unwrap_or(0) + 1).into());
        self.write_status(deployment)?;
        Err(status.into())
    }

    /// Writes the deployment's status (and annotations, which its status strategy lets through).
    pub(super) fn write_status(&mut self, deployment: Value) -> Result<(), SyncError> {
        match self.cx.client.update_status(DEPLOYMENTS, deployment) {
            Ok(deployment) => self.deployment = deployment,
            Err(status) if is_not_found(&status) => {}
            Err(status) => return Err(status.into()),
        }
        Ok(())
    }

    /// Gives a set the deployment's annotations and its revision; returns whether anything has changed.
    // Upstream: deployment_util.go SetNewReplicaSetAnnotations
    fn annotate_set(&self, set: &mut Value, revision: i64, exists: bool) -> bool {
        let mut changed = false;
        for (name, value) in object::strings_at(&self.deployment, "/metadata/annotations") {
            if !NOT_COPIED.contains(&name) {
                changed |= set_annotation(set, name, value);
            }
        }
        let old = object::annotation(set, REVISION).map(str::to_owned);
        let old_number = old.as_deref().and_then(|old| old.parse().ok()).unwrap_or(0);
        if old_number < revision {
            changed |= set_annotation(set, REVISION, &revision.to_string());
            if let Some(old) = old {
                // Going back to this set: its earlier numbers stay known.
                let history = match object::annotation(set, REVISION_HISTORY) {
                    None | Some("") => old,
                    Some(history) => [history, ",", &old].concat(),
                };
                set_annotation(set, REVISION_HISTORY, &history);
            }
        }
        if !exists {
            changed |= self.annotate_replicas(set);
        }
        changed
    }

    /// Notes on a set what the deployment wants now.
    // Upstream: deployment_util.go SetReplicasAnnotations
    pub(super) fn annotate_replicas(&self, set: &mut Value) -> bool {
        let (wanted, max) = (self.wanted(), self.wanted() + self.max_surge());
        let desired = set_annotation(set, replicas::DESIRED, &wanted.to_string());
        set_annotation(set, replicas::MAX, &max.to_string()) || desired
    }
}

/// Sets an annotation; returns whether that changed it.
fn set_annotation(object: &mut Value, name: &str, value: &str) -> bool {
    if object::annotation(object, name) == Some(value) {
        return false;
    }
    let Some(metadata) = object::entry(object, "/metadata/annotations") else { return false };
    if !metadata.is_object() {
        *metadata = Value::Object(Map::new());
    }
    metadata[name] = value.into();
    true
}

/// A template without the label that its set has added.
fn without_hash(template: &Value) -> Value {
    let mut template = template.clone();
    if let Some(labels) = template.pointer_mut("/metadata/labels").and_then(Value::as_object_mut) {
        labels.remove(HASH);
    }
    template
}
