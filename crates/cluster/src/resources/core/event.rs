//! Events.
//!
//! Upstream: `pkg/printers/internalversion/printers.go printEvent`, `pkg/registry/core/event/strategy.go`.

use podground_api::Value;
use podground_api::object::{at, i64_at, str_at};

use crate::resource::{Column, Resource, RowContext, Strategy, column, field, integer, wide};
use crate::resources::{name_cell, since};

/// `events`.
pub static EVENT: Resource = Resource {
    short_names: &["ev"],
    strategy: Strategy { default, fields: FIELDS, ..Strategy::GENERIC },
    columns: COLUMNS,
    row,
    ..Resource::namespaced("", "v1", "Event").named("events", "event", "events")
};

/// The fields that one may select events by.
const FIELDS: &[crate::resource::SelectableField] = &[
    field("involvedObject.kind", "/involvedObject/kind"),
    field("involvedObject.namespace", "/involvedObject/namespace"),
    field("involvedObject.name", "/involvedObject/name"),
    field("involvedObject.uid", "/involvedObject/uid"),
    field("involvedObject.apiVersion", "/involvedObject/apiVersion"),
    field("involvedObject.resourceVersion", "/involvedObject/resourceVersion"),
    field("involvedObject.fieldPath", "/involvedObject/fieldPath"),
    field("reason", "/reason"),
    field("reportingComponent", "/reportingComponent"),
    field("source", "/source/component"),
    field("type", "/type"),
];

/// The columns of events of both groups.
pub(crate) const COLUMNS: &[Column] = &[
    column("Last Seen"),
    column("Type"),
    column("Reason"),
    column("Object"),
    wide("Subobject"),
    wide("Source"),
    column("Message"),
    wide("First Seen"),
    Column { priority: 1, ..integer("Count") },
    Column { priority: 1, format: "name", ..column("Name") },
];

fn default(object: &mut Value) {
    if let Some(event) = object.as_object_mut() {
        for field in ["reportingComponent", "reportingInstance"] {
            crate::resources::core::pod::defaults::absent(event, field, "");
        }
        crate::resources::core::pod::defaults::absent(
            event,
            "source",
            Value::Object(podground_api::Map::new()),
        );
    }
}

/// The cells of an event in the stored version.
pub(crate) fn row(event: &Value, cx: &RowContext) -> Vec<Value> {
    let first_timestamp = str_at(event, "/firstTimestamp");
    let event_time = str_at(event, "/eventTime");
    let first =
        if first_timestamp.is_empty() { since(event_time, cx.now) } else { since(first_timestamp, cx.now) };
    let last_timestamp = str_at(event, "/lastTimestamp");
    let series = at(event, "/series");
    let last = if !series.is_null() {
        since(str_at(series, "/lastObservedTime"), cx.now)
    } else if last_timestamp.is_empty() {
        first.clone()
    } else {
        since(last_timestamp, cx.now)
    };
    let count =
        i64_at(series, "/count").or_else(|| i64_at(event, "/count")).filter(|count| *count > 0).unwrap_or(1);
    let object_name = str_at(event, "/involvedObject/name");
    let kind = str_at(event, "/involvedObject/kind").to_lowercase();
    let target = if object_name.is_empty() { kind } else { format!("{kind}/{object_name}") };
    let component = str_at(event, "/source/component");
    let host = str_at(event, "/source/host");
    let source = match (component, host) {
        ("", "") => {
            let (component, instance) =
                (str_at(event, "/reportingComponent"), str_at(event, "/reportingInstance"));
            if instance.is_empty() { component.to_owned() } else { format!("{component}, {instance}") }
        }
        (component, "") => component.to_owned(),
        (component, host) => format!("{component}, {host}"),
    };
    vec![
        last.into(),
        str_at(event, "/type").into(),
        str_at(event, "/reason").into(),
        target.into(),
        str_at(event, "/involvedObject/fieldPath").into(),
        source.into(),
        str_at(event, "/message").trim().into(),
        first.into(),
        count.into(),
        name_cell(event),
    ]
}
