//! What a DaemonSet says about its nodes.

use podground_api::{Value, object};

use super::{ByNode, RESOURCE, empty, wants};
use crate::client::is_not_found;
use crate::controllers::support::numbers::{count_at, set_count};
use crate::controllers::support::pods;
use crate::controllers::support::revisions::HASH_LABEL;
use crate::controllers::{Context, SyncError};

// Upstream: pkg/controller/daemon/daemon_controller.go updateDaemonSetStatus
pub(super) fn update(
    cx: &Context<'_>,
    set: &Value,
    daemon: &Value,
    by_node: &ByNode<'_>,
    hash: &str,
) -> Result<(), SyncError> {
    let min_ready = count_at(set, "/spec/minReadySeconds");
    let (mut desired, mut current, mut misplaced) = (0_usize, 0_usize, 0_usize);
    let (mut ready, mut available, mut updated) = (0, 0, 0);
    for node in cx.informers.list("nodes") {
        let here = by_node.get(object::name(node)).map(Vec::as_slice).unwrap_or_default();
        if !wants(daemon, node).0 {
            misplaced += usize::from(!here.is_empty());
            continue;
        }
        desired += 1;
        // The oldest pod stands for the node.
        let created =
            |pod: &&std::rc::Rc<Value>| object::str_at(pod, "/metadata/creationTimestamp").to_owned();
        let Some(pod) = here.iter().min_by_key(created) else { continue };
        current += 1;
        if pods::is_ready(pod) {
            ready += 1;
            available += usize::from(pods::is_available(pod, min_ready, cx.now));
        }
        updated += usize::from(object::label(pod, HASH_LABEL) == Some(hash));
    }
    let old = object::at(set, "/status");
    let mut status = empty();
    for (field, count) in [
        ("currentNumberScheduled", current),
        ("numberMisscheduled", misplaced),
        ("desiredNumberScheduled", desired),
        ("numberReady", ready),
    ] {
        status[field] = count.into();
    }
    set_count(&mut status, "updatedNumberScheduled", updated);
    set_count(&mut status, "numberAvailable", available);
    set_count(&mut status, "numberUnavailable", desired.saturating_sub(available));
    status["observedGeneration"] = count_at(set, "/metadata/generation").into();
    for field in ["collisionCount", "conditions"] {
        if let Some(value) = old.get(field) {
            status[field] = value.clone();
        }
    }
    if status == *old {
        return Ok(());
    }
    let mut set = set.clone();
    set["status"] = status;
    match cx.client.update_status(RESOURCE, set) {
        Err(status) if !is_not_found(&status) => Err(status.into()),
        _ => Ok(()),
    }
}
