//! DaemonSets: a pod on each node that can take one.
//!
//! Upstream: `pkg/controller/daemon/daemon_controller.go`

use std::collections::BTreeMap;
use std::rc::Rc;

use podground_api::{Map, Selector, Status, Value, json, object};

use super::support::numbers::{count_at, scaled};
use super::support::owners::{Claimer, controller_reference};
use super::support::pods;
use super::support::revisions::{self, HASH_LABEL, History};
use super::{Context, Controller, Requeue, SyncError};
use crate::client::{DeleteOptions, is_not_found};
use crate::informer::{InformerEvent, key_of, split_key};
use crate::scheduler::{node_matches, untolerated};
use crate::store::EventKind;

mod pod;
mod status;

const RESOURCE: &str = "daemonsets.apps";

struct DaemonSets;

/// The controller of DaemonSets.
pub(super) fn daemon_set() -> Box<dyn Controller> {
    Box::new(DaemonSets)
}

/// The pods of a set by the node that they are on or meant for.
type ByNode<'a> = BTreeMap<&'a str, Vec<Rc<Value>>>;

impl Controller for DaemonSets {
    fn name(&self) -> &'static str {
        "daemon-set-controller"
    }

    fn component(&self) -> &'static str {
        "daemonset-controller"
    }

    fn watches(&self) -> &'static [&'static str] {
        &[RESOURCE, "pods", "nodes", revisions::RESOURCE]
    }

    fn on_event(&mut self, cx: &mut Context<'_>, event: &InformerEvent) {
        match event.resource {
            RESOURCE => cx.queue.add(&key_of(&event.object)),
            "nodes" => {
                let part = |pointer| event.previous.as_ref().map(|node| object::at(node, pointer));
                let same = event.kind == EventKind::Modified
                    && part("/metadata/labels") == Some(object::at(&event.object, "/metadata/labels"))
                    && part("/spec") == Some(object::at(&event.object, "/spec"));
                if !same {
                    let keys: Vec<String> = cx.informers.list(RESOURCE).map(|set| key_of(set)).collect();
                    for key in keys {
                        cx.queue.add(&key);
                    }
                }
            }
            _ => {
                for object in [Some(&event.object), event.previous.as_ref()].into_iter().flatten() {
                    if let Some(owner) = object::controller_of(object)
                        && object::str_at(owner, "/kind") == "DaemonSet"
                    {
                        let name = object::str_at(owner, "/name");
                        cx.queue.add(&[object::namespace(object), "/", name].concat());
                    }
                }
            }
        }
    }

    fn sync(&mut self, cx: &mut Context<'_>, key: &str) -> Result<Requeue, SyncError> {
        let (namespace, name) = split_key(key);
        let Some(set) = cx.informers.get(RESOURCE, namespace, name).cloned() else {
            return Ok(Requeue::Done);
        };
        let Some(selector) = Selector::from_label_selector(object::at(&set, "/spec/selector")) else {
            return Ok(Requeue::Done);
        };
        if object::is_deleting(&set) {
            return Ok(Requeue::Done);
        }
        let labels = object::map_at(&set, "/spec/template/metadata/labels").cloned().unwrap_or_default();
        let history = History::sync(cx, &set, "DaemonSet", &labels)?;
        let hash =
            history.update().map(|revision| revisions::hash_of(revision).to_owned()).unwrap_or_default();
        let claimer = Claimer { owner: &set, api_version: "apps/v1", kind: "DaemonSet", selector: &selector };
        let claimed = claimer.claim(cx.client, cx.informers, "pods")?;
        cx.queue.pause(key, claimed.len());
        let mut by_node = ByNode::new();
        for pod in &claimed {
            by_node.entry(pod::node_of(pod)).or_default().push(pod.clone());
        }
        let daemon = pod::daemon(&set);
        let failure = manage(cx, &set, &daemon, &by_node, &hash);
        if failure.is_none() && object::str_at(&set, "/spec/updateStrategy/type") != "OnDelete" {
            roll(cx, &set, &daemon, &by_node, &hash)?;
        }
        let used: Vec<&str> = claimed.iter().filter_map(|pod| object::label(pod, HASH_LABEL)).collect();
        let names: Vec<&str> = history
            .all
            .iter()
            .filter(|revision| used.contains(&revisions::hash_of(revision)))
            .map(|revision| object::name(revision))
            .collect();
        history.truncate(cx, object::i64_at(&set, "/spec/revisionHistoryLimit"), &names);
        status::update(cx, &set, &daemon, &by_node, &hash)?;
        match failure {
            Some(failure) => Err(failure.into()),
            None => {
                let min_ready = count_at(&set, "/spec/minReadySeconds");
                Ok(pods::requeue_until_available(claimed.iter(), min_ready, cx.now))
            }
        }
    }
}

/// Whether a node shall get a pod, and whether it may keep one that it has.
// Upstream: daemon_controller.go NodeShouldRunDaemonPod
fn wants(daemon: &Value, node: &Value) -> (bool, bool) {
    let named = object::str_at(daemon, "/spec/nodeName");
    if !named.is_empty() && named != object::name(node) || !node_matches(daemon, node) {
        return (false, false);
    }
    if untolerated(daemon, node, &["NoSchedule", "NoExecute"]).is_some() {
        return (false, untolerated(daemon, node, &["NoExecute"]).is_none());
    }
    (true, true)
}

/// Makes the pods that are missing and deletes those that should not be.
// Upstream: daemon_controller.go manage, podsShouldBeOnNode
fn manage(cx: &Context<'_>, set: &Value, daemon: &Value, by_node: &ByNode<'_>, hash: &str) -> Option<Status> {
    let (mut missing, mut surplus) = (Vec::new(), Vec::new());
    for node in cx.informers.list("nodes") {
        let (run, keep) = wants(daemon, node);
        let here = by_node.get(object::name(node)).map(Vec::as_slice).unwrap_or_default();
        if !keep {
            surplus.extend(here.iter().filter(|pod| !object::is_deleting(pod)).cloned());
            continue;
        }
        let mut running = 0;
        for pod in here.iter().filter(|pod| !object::is_deleting(pod)) {
            match object::str_at(pod, "/status/phase") {
                "Failed" => {
                    let text = format!(
                        "Found failed daemon pod {} on node {}, will try to kill it",
                        key_of(pod),
                        object::name(node)
                    );
                    cx.warning(set, "FailedDaemonPod", &text);
                    surplus.push(pod.clone());
                }
                "Succeeded" => {
                    let text = format!(
                        "Found succeeded daemon pod {} on node {}, will try to delete it",
                        key_of(pod),
                        object::name(node)
                    );
                    cx.normal(set, "SucceededDaemonPod", &text);
                    surplus.push(pod.clone());
                }
                _ => {
                    running += 1;
                    // One stays, the oldest; a second one of a rolling update with surge is short-lived.
                    if running > 1 && scaled_surge(set) == 0 {
                        surplus.push(pod.clone());
                    }
                }
            }
        }
        if run && here.is_empty() {
            missing.push(object::name(node).to_owned());
        }
    }
    // Pods for nodes that are gone.
    for (node, pods) in by_node {
        if cx.informers.get("nodes", "", node).is_none() {
            surplus.extend(pods.iter().filter(|pod| !object::is_deleting(pod)).cloned());
        }
    }
    for pod in surplus {
        if let Err(status) = delete(cx, set, &pod) {
            return Some(status);
        }
    }
    pods::slow_start(missing.len(), |index| create(cx, set, &missing[index], hash)).1
}

fn create(cx: &Context<'_>, set: &Value, node: &str, hash: &str) -> Result<(), Status> {
    let owner = controller_reference(set, "apps/v1", "DaemonSet");
    let template = object::at(set, "/spec/template");
    let mut pod = pods::from_template(template, object::namespace(set), object::name(set), owner);
    pod::prepare(&mut pod, set, node, hash);
    pods::create(
        cx.client,
        pod,
        |reason, message| cx.normal(set, reason, message),
        |reason, message| cx.warning(set, reason, message),
    )
}

fn delete(cx: &Context<'_>, set: &Value, pod: &Value) -> Result<(), Status> {
    let name = object::name(pod);
    match cx.client.delete("pods", object::namespace(pod), name, &DeleteOptions::of(pod)) {
        Ok(_) => cx.normal(set, "SuccessfulDelete", &format!("Deleted pod: {name}")),
        Err(status) if is_not_found(&status) => {}
        Err(status) => return Err(status),
    }
    Ok(())
}

/// Replaces pods of old templates, no more at a time than may be missing.
// Upstream: pkg/controller/daemon/update.go rollingUpdate
fn roll(
    cx: &Context<'_>,
    set: &Value,
    daemon: &Value,
    by_node: &ByNode<'_>,
    hash: &str,
) -> Result<(), SyncError> {
    let min_ready = count_at(set, "/spec/minReadySeconds");
    let nodes: Vec<&Rc<Value>> = cx.informers.list("nodes").filter(|node| wants(daemon, node).0).collect();
    let field = object::at(set, "/spec/updateStrategy/rollingUpdate/maxUnavailable");
    let mut allowed = scaled(field, nodes.len() as i64, true).max(i64::from(scaled_surge(set) == 0));
    let mut old_available = Vec::new();
    for node in nodes {
        let here = by_node.get(object::name(node)).map(Vec::as_slice).unwrap_or_default();
        let alive: Vec<&Rc<Value>> = here.iter().filter(|pod| !pods::is_terminal(pod)).collect();
        let available =
            alive.iter().any(|pod| !object::is_deleting(pod) && pods::is_available(pod, min_ready, cx.now));
        let old: Vec<&&Rc<Value>> = alive
            .iter()
            .filter(|pod| !object::is_deleting(pod) && object::label(pod, HASH_LABEL) != Some(hash))
            .collect();
        if available {
            old_available.extend(old.into_iter().copied().cloned());
        } else {
            allowed -= 1;
            // What does not work anyway can go at once.
            for pod in old {
                delete(cx, set, pod)?;
            }
        }
    }
    for pod in old_available.iter().take(usize::try_from(allowed).unwrap_or(0)) {
        delete(cx, set, pod)?;
    }
    Ok(())
}

fn scaled_surge(set: &Value) -> i64 {
    scaled(object::at(set, "/spec/updateStrategy/rollingUpdate/maxSurge"), 100, true)
}

/// An empty object to fill.
fn empty() -> Value {
    json!(Map::new())
}
