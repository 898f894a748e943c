//! Following changes.
//!
//! Upstream: `apiserver/pkg/storage/cacher`.

use std::rc::Rc;
use std::time::Duration;

use podground_api::{Body, Response, Status, Value, json};
use podground_sim::channel::{Sender, unbounded};

use super::context::Context;
use super::selection::Selection;
use super::table::{self, Include, TableContext};
use super::{ApiServer, errors};
use crate::resource::{Resource, RowContext};
use crate::store::{EventKind, WatchEvent};

/// A client that follows changes.
pub(super) struct Watcher {
    resource: &'static Resource,
    selection: Selection,
    table: Option<Include>,
    /// Whether the columns of the table were sent.
    started: bool,
    sender: Sender<Rc<Value>>,
}

/// `GET …/pods?watch=true`
pub(super) fn watch(cx: &Context) -> Result<Response, Status> {
    let selection = Selection::new(cx)?;
    let (sender, receiver) = unbounded();
    let table = table::is_wanted(cx.request).then(|| table::include(cx.request));
    let mut watcher = Watcher { resource: cx.resource, selection, table, started: false, sender };
    let version = cx.request.query_value("resourceVersion").unwrap_or_default();
    let since = version.parse::<u64>().ok();
    if !version.is_empty() && since.is_none() {
        return Err(errors::bad_request(format!(
            "invalid resource version: strconv.ParseUint: parsing {version:?}: invalid syntax"
        )));
    }
    let initial = cx.request.query_value("sendInitialEvents") == Some("true");
    {
        let store = cx.store();
        match since.filter(|since| *since > 0 && !initial) {
            Some(since) if since < store.compacted() => {
                let status =
                    errors::expired(format!("too old resource version: {since} ({})", store.compacted()));
                let object = serde_json::to_value(&status).unwrap_or_default();
                let _ = watcher.sender.try_send(Rc::new(json!({ "type": "ERROR", "object": object })));
                watcher.sender.close();
            }
            Some(since) => {
                for event in store.events_since(since).filter(|event| event.resource == cx.resource.key) {
                    watcher.deliver(cx.api, event);
                }
            }
            None => {
                let scope = watcher.selection.namespace.clone();
                for object in store.list(cx.resource.key, scope.as_deref()) {
                    if watcher.selection.matches(object) {
                        watcher.send(cx.api, "ADDED", object);
                    }
                }
                if initial {
                    let _ = watcher.sender.try_send(bookmark(cx.resource, store.revision(), true));
                }
            }
        }
    }
    keep(cx, &watcher);
    cx.api.0.watchers.borrow_mut().push(watcher);
    Ok(Response { status: 200, headers: Vec::new(), body: Body::Events(receiver) })
}

/// How often a watcher that wants them gets bookmarks.
const BOOKMARKS: Duration = Duration::from_secs(60);

/// Sends bookmarks to a watcher that wants them, and ends its watch when its time is up.
///
/// Upstream: `apiserver/pkg/storage/cacher/cache_watcher.go nextBookmarkTime`
fn keep(cx: &Context, watcher: &Watcher) {
    let bookmarks = cx.request.query_value("allowWatchBookmarks") == Some("true");
    let limit = cx.request.query_value("timeoutSeconds").and_then(|text| text.parse::<u64>().ok());
    let limit = limit.filter(|seconds| *seconds > 0).map(Duration::from_secs);
    if !bookmarks && limit.is_none() {
        return;
    }
    let (api, sender, resource) = (cx.api.clone(), watcher.sender.clone(), watcher.resource);
    let sim = api.sim().clone();
    let clock = sim.clone();
    let end = limit.map(|limit| clock.now() + limit);
    sim.spawn(async move {
        loop {
            let left = end.map(|end| end.since(clock.now()));
            clock.sleep(left.map_or(BOOKMARKS, |left| left.min(BOOKMARKS))).await;
            if sender.is_closed() {
                return;
            }
            if bookmarks {
                let _ = sender.try_send(bookmark(resource, api.store().revision(), false));
            }
            if end.is_some_and(|end| clock.now() >= end) {
                sender.close();
                return;
            }
        }
    })
    .detach();
}

/// The event that tells a watcher how far it has come.
fn bookmark(resource: &Resource, revision: u64, initial: bool) -> Rc<Value> {
    let mut object = json!({
        "kind": resource.kind,
        "apiVersion": resource.group_version(),
        "metadata": { "resourceVersion": revision.to_string() },
    });
    if initial {
        object["metadata"]["annotations"] = json!({ "k8s.io/initial-events-end": "true" });
    }
    Rc::new(json!({ "type": "BOOKMARK", "object": object }))
}

/// Sends a change to those who follow its resource.
pub(super) fn publish(api: &ApiServer, event: &WatchEvent) {
    let mut watchers = api.0.watchers.borrow_mut();
    watchers.retain(|watcher| !watcher.sender.is_closed());
    for watcher in watchers.iter_mut().filter(|watcher| watcher.resource.key == event.resource) {
        watcher.deliver(api, event);
    }
}

impl Watcher {
    /// Sends a change in the watcher's eyes: an object that comes into its selection is new to it.
    fn deliver(&mut self, api: &ApiServer, event: &WatchEvent) {
        let before = event.previous.as_ref().is_some_and(|object| self.selection.matches(object));
        let after = event.kind != EventKind::Deleted && self.selection.matches(&event.object);
        match (before, after) {
            (false, false) => {}
            (false, true) => self.send(api, "ADDED", &event.object),
            (true, true) => self.send(api, "MODIFIED", &event.object),
            (true, false) if event.kind == EventKind::Deleted => self.send(api, "DELETED", &event.object),
            // It has left the selection: the last state that the watcher may know is the one before.
            (true, false) => {
                if let Some(previous) = &event.previous {
                    let mut last = (**previous).clone();
                    let revision = event.revision.to_string();
                    podground_api::object::set_at(&mut last, "/metadata/resourceVersion", revision.into());
                    self.send(api, "DELETED", &last);
                }
            }
        }
    }

    fn send(&mut self, api: &ApiServer, kind: &str, object: &Value) {
        let mut object = object.clone();
        if let Some(conversion) = self.resource.conversion {
            (conversion.from_stored)(&mut object);
        }
        if let Some(include) = self.table {
            let row = RowContext { now: api.sim().now(), custom: self.resource.custom };
            let table = TableContext { resource: self.resource, include, row };
            object = table::of_event(&table, &object, !self.started);
            self.started = true;
        }
        // A receiver that is gone is dropped with the next event.
        let _ = self.sender.try_send(Rc::new(json!({ "type": kind, "object": object })));
    }
}
