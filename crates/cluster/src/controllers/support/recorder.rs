//! Events: what happened to an object, counted where it repeats.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Bound::{self, Excluded, Included};
use std::rc::Rc;
use std::time::Duration;

use podground_api::{Value, json, object};
use podground_sim::{Sim, Time};

use crate::client::{Client, PatchKind, is_not_found};

/// Whether an event is bad news.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventType {
    /// As it should be.
    Normal,
    /// Something went wrong.
    Warning,
}

impl EventType {
    /// The word in the event.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "Normal",
            Self::Warning => "Warning",
        }
    }
}

/// Who reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source<'a> {
    /// `kubelet`, `replicaset-controller`
    pub component: &'a str,
    /// The node, if the component runs on each.
    pub host: &'a str,
}

/// What an event is about.
#[derive(Clone, Debug)]
pub struct Involved(Value);

impl Involved {
    /// A reference to an object.
    pub fn of(target: &Value) -> Self {
        let mut reference = json!({
            "apiVersion": object::api_version(target), "kind": object::kind(target),
            "name": object::name(target), "uid": object::uid(target),
            "resourceVersion": object::str_at(target, "/metadata/resourceVersion"),
        });
        if !object::namespace(target).is_empty() {
            object::set_at(&mut reference, "/namespace", object::namespace(target).into());
        }
        Self(reference)
    }

    /// A node as kubelets refer to it: by its name as UID.
    pub fn node(name: &str) -> Self {
        Self(json!({"kind": "Node", "name": name, "uid": name}))
    }

    /// Points at a part of the object: `spec.containers{nginx}`.
    pub fn with_field_path(mut self, path: &str) -> Self {
        object::set_at(&mut self.0, "/fieldPath", path.into());
        self
    }

    fn str(&self, field: &str) -> &str {
        self.0.get(field).and_then(Value::as_str).unwrap_or_default()
    }
}

/// After so many similar events within [`AGGREGATE_WINDOW`] they are combined into one.
const AGGREGATE_MAX: usize = 10;
const AGGREGATE_WINDOW: Duration = Duration::from_mins(10);
/// An object may cause a burst of so many events by one component, then one per [`SPAM_REFILL`].
const SPAM_BURST: f64 = 25.0;
const SPAM_REFILL: f64 = 300.0;

type Key = Rc<str>;

/// Writes events; clones share what was seen.
#[derive(Clone)]
pub struct EventRecorder {
    client: Client,
    sim: Sim,
    state: Rc<RefCell<State>>,
}

#[derive(Default)]
struct State {
    /// By all but the time: name and count of the event that was written.
    seen: BTreeMap<Key, Seen>,
    /// By all but the message: the messages that were seen lately.
    similar: BTreeMap<Key, (Vec<Key>, Time)>,
    /// By component and object: how many events it may still cause.
    tokens: BTreeMap<Key, (f64, Time)>,
    last_nanos: u64,
}

struct Seen {
    name: String,
    count: i64,
}

impl EventRecorder {
    /// A recorder that writes through `client`.
    pub fn new(client: Client, sim: Sim) -> Self {
        Self { client, sim, state: Rc::default() }
    }

    /// Records an event the classic way: repeats are counted in `count`.
    // Upstream: client-go tools/record/events_cache.go EventCorrelator.EventCorrelate
    pub fn record(
        &self,
        source: Source<'_>,
        involved: &Involved,
        kind: EventType,
        reason: &str,
        message: &str,
    ) {
        let now = self.sim.now();
        let mut state = self.state.borrow_mut();
        if !state.admit(source, involved, now) {
            return;
        }
        let similar = similar_key(source, involved, kind, reason);
        let combined = state.is_similar_to_many(&similar, message, now);
        let (key, message) = if combined {
            (similar, format!("(combined from similar events): {message}"))
        } else {
            ([&*similar, "\n", message].concat().into(), message.to_owned())
        };
        if let Some(seen) = state.seen.get_mut(&key) {
            seen.count += 1;
            let patch = json!({"count": seen.count, "lastTimestamp": now.rfc3339(), "message": message});
            let namespace = event_namespace(involved);
            let reply = self.client.patch("events", namespace, &seen.name, PatchKind::Strategic, patch);
            match reply {
                Err(status) if is_not_found(&status) => {}
                _ => return,
            }
        }
        let name = state.name(involved, now);
        state.seen.insert(key, Seen { name: name.clone(), count: 1 });
        drop(state);
        let mut from = json!({"component": source.component});
        if !source.host.is_empty() {
            object::set_at(&mut from, "/host", source.host.into());
        }
        let event = json!({
            "apiVersion": "v1", "kind": "Event",
            "metadata": {"name": name, "namespace": event_namespace(involved)},
            "involvedObject": involved.0, "reason": reason, "message": message,
            "source": from, "type": kind.as_str(), "count": 1,
            "firstTimestamp": now.rfc3339(), "lastTimestamp": now.rfc3339(), "eventTime": null,
            "reportingComponent": source.component, "reportingInstance": source.host,
        });
        // As upstream: an event that cannot be written is not worth stopping for.
        let _ = self.client.create("events", event);
    }

    /// Records an event the newer way (`events.k8s.io`): repeats become a series.
    // Upstream: client-go tools/events/event_broadcaster.go recordToSink
    pub fn record_series(
        &self,
        controller: &str,
        involved: &Involved,
        kind: EventType,
        reason: &str,
        action: &str,
        note: &str,
    ) {
        let now = self.sim.now();
        let source = Source { component: controller, host: "" };
        let key: Key = [&*similar_key(source, involved, kind, reason), "\n", note].concat().into();
        let mut state = self.state.borrow_mut();
        let namespace = event_namespace(involved);
        if let Some(seen) = state.seen.get_mut(&key) {
            seen.count += 1;
            let series = json!({"count": seen.count, "lastObservedTime": now.rfc3339_micro()});
            let patch = json!({"series": series});
            let reply = self.client.patch("events", namespace, &seen.name, PatchKind::Strategic, patch);
            match reply {
                Err(status) if is_not_found(&status) => {}
                _ => return,
            }
        }
        let name = state.name(involved, now);
        state.seen.insert(key, Seen { name: name.clone(), count: 1 });
        drop(state);
        let instance = [controller, "-control-plane"].concat();
        let event = json!({
            "apiVersion": "v1", "kind": "Event",
            "metadata": {"name": name, "namespace": namespace},
            "involvedObject": involved.0, "reason": reason, "message": note,
            "source": {}, "type": kind.as_str(), "action": action,
            "firstTimestamp": null, "lastTimestamp": null, "eventTime": now.rfc3339_micro(),
            "reportingComponent": controller, "reportingInstance": instance,
        });
        let _ = self.client.create("events", event);
    }

    /// Forgets what was seen of an object that is gone.
    pub fn forget(&self, uid: &str) {
        let mut state = self.state.borrow_mut();
        let prefix = [uid, "\n"].concat();
        let end = [uid, "\u{b}"].concat();
        prune(&mut state.seen, &prefix, &end);
        prune(&mut state.similar, &prefix, &end);
        prune(&mut state.tokens, &prefix, &end);
    }
}

fn prune<V>(map: &mut BTreeMap<Key, V>, from: &str, to: &str) {
    let keys: Vec<Key> = map
        .range::<str, (Bound<&str>, Bound<&str>)>((Included(from), Excluded(to)))
        .map(|(key, _)| key.clone())
        .collect();
    for key in keys {
        map.remove(&key);
    }
}

impl State {
    /// Whether the object may cause one more event by this component.
    fn admit(&mut self, source: Source<'_>, involved: &Involved, now: Time) -> bool {
        let key: Key = [involved.str("uid"), "\n", source.component, "\n", source.host].concat().into();
        let (tokens, time) = self.tokens.entry(key).or_insert((SPAM_BURST, now));
        *tokens = (*tokens + now.since(*time).as_secs_f64() / SPAM_REFILL).min(SPAM_BURST);
        *time = now;
        if *tokens < 1.0 {
            return false;
        }
        *tokens -= 1.0;
        true
    }

    /// Whether many events that differ in the message alone were seen lately.
    fn is_similar_to_many(&mut self, key: &Key, message: &str, now: Time) -> bool {
        let (messages, last) = self.similar.entry(key.clone()).or_insert_with(|| (Vec::new(), now));
        if now.since(*last) > AGGREGATE_WINDOW {
            messages.clear();
        }
        *last = now;
        if messages.iter().any(|known| **known == *message) {
            return false;
        }
        if messages.len() + 1 >= AGGREGATE_MAX {
            return true;
        }
        messages.push(message.into());
        false
    }

    /// A name for a new event: the object's and the time, which no other event shares.
    fn name(&mut self, involved: &Involved, now: Time) -> String {
        self.last_nanos = now.0.max(self.last_nanos + 1);
        format!("{}.{:x}", involved.str("name"), self.last_nanos)
    }
}

fn similar_key(source: Source<'_>, involved: &Involved, kind: EventType, reason: &str) -> Key {
    let (uid, path) = (involved.str("uid"), involved.str("fieldPath"));
    [uid, "\n", source.component, "\n", source.host, "\n", path, "\n", kind.as_str(), "\n", reason]
        .concat()
        .into()
}

/// Events of what is in no namespace are kept in `default`.
fn event_namespace(involved: &Involved) -> &str {
    match involved.str("namespace") {
        "" => "default",
        namespace => namespace,
    }
}
