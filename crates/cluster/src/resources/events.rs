//! Events in their newer form; they are stored in the older one.
//!
//! Upstream: `pkg/apis/events/v1/conversion.go`.

use podground_api::{Map, Value};

use crate::resource::{Conversion, Resource, RowContext, Strategy, field};
use crate::resources::core::event;

/// `events` of `events.k8s.io`.
pub static EVENT: Resource = Resource {
    short_names: &["ev"],
    conversion: Some(Conversion { from_stored, to_stored }),
    strategy: Strategy {
        fields: &[
            field("regarding.kind", "/involvedObject/kind"),
            field("regarding.namespace", "/involvedObject/namespace"),
            field("regarding.name", "/involvedObject/name"),
            field("regarding.uid", "/involvedObject/uid"),
            field("reason", "/reason"),
            field("reportingController", "/reportingComponent"),
            field("type", "/type"),
        ],
        ..Strategy::GENERIC
    },
    columns: event::COLUMNS,
    row,
    ..Resource::namespaced("events.k8s.io", "v1", "Event").named("events", "event", "events")
};

/// The fields by their older and their newer names.
const NAMES: [(&str, &str); 7] = [
    ("involvedObject", "regarding"),
    ("message", "note"),
    ("source", "deprecatedSource"),
    ("firstTimestamp", "deprecatedFirstTimestamp"),
    ("lastTimestamp", "deprecatedLastTimestamp"),
    ("count", "deprecatedCount"),
    ("reportingComponent", "reportingController"),
];

fn rename(map: &mut Map<String, Value>, from: &str, to: &str) {
    if let Some(value) = map.remove(from) {
        map.insert(to.to_owned(), value);
    }
}

fn from_stored(object: &mut Value) {
    let Some(map) = object.as_object_mut() else { return };
    for (old, new) in NAMES {
        rename(map, old, new);
    }
    map.insert("apiVersion".to_owned(), "events.k8s.io/v1".into());
}

fn to_stored(object: &mut Value) {
    let Some(map) = object.as_object_mut() else { return };
    for (old, new) in NAMES {
        rename(map, new, old);
    }
    map.insert("apiVersion".to_owned(), "v1".into());
}

fn row(object: &Value, cx: &RowContext) -> Vec<Value> {
    let mut stored = object.clone();
    to_stored(&mut stored);
    event::row(&stored, cx)
}
