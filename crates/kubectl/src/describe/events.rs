//! The table of an object's events at the end of its description.

use podground_api::object::{self, str_at};
use serde_json::Value;

use super::Describer;
use super::text::Writer;

impl Describer {
    /// Writes the events of an object, unless they are not to be shown.
    pub(super) async fn events(&self, subject: &Value, w: &mut Writer) {
        if !self.show_events {
            return;
        }
        let namespace = object::namespace(subject);
        // Events of what is in no namespace are in the default one; they name it by its own name.
        let path = if namespace.is_empty() {
            "/api/v1/events".to_owned()
        } else {
            format!("/api/v1/namespaces/{namespace}/events")
        };
        let mut fields = vec![
            format!("involvedObject.name={}", object::name(subject)),
            format!("involvedObject.kind={}", object::kind(subject)),
        ];
        if object::kind(subject) != "Node" {
            fields.push(format!("involvedObject.uid={}", object::uid(subject)));
        }
        if !namespace.is_empty() {
            fields.push(format!("involvedObject.namespace={namespace}"));
        }
        let query = [("fieldSelector", fields.join(",")), ("limit", "500".to_owned())];
        let mut events = self.list(&path, &query).await;
        events.sort_by(|a, b| last_time(a).cmp(last_time(b)));
        if events.is_empty() {
            w.field(0, "Events", "<none>");
            return;
        }
        w.line(0, "Events:\n  Type\tReason\tAge\tFrom\tMessage\n  ----\t------\t----\t----\t-------");
        for event in &events {
            w.line(
                1,
                format_args!(
                    "{}\t{}\t{}\t{}\t{}",
                    str_at(event, "/type"),
                    str_at(event, "/reason"),
                    self.age(event),
                    source(event),
                    message(event)
                ),
            );
        }
    }

    fn age(&self, event: &Value) -> String {
        let first = first_time(event);
        let (count, last) = match object::i64_at(event, "/series/count") {
            Some(count) => (count, str_at(event, "/series/lastObservedTime")),
            None => (object::i64_at(event, "/count").unwrap_or(1), str_at(event, "/lastTimestamp")),
        };
        if count > 1 {
            format!("{} (x{count} over {})", self.since(last), self.since(first))
        } else {
            self.since(first)
        }
    }
}

fn first_time(event: &Value) -> &str {
    match str_at(event, "/firstTimestamp") {
        "" => str_at(event, "/eventTime"),
        time => time,
    }
}

fn last_time(event: &Value) -> &str {
    ["/series/lastObservedTime", "/lastTimestamp", "/eventTime"]
        .into_iter()
        .map(|pointer| str_at(event, pointer))
        .find(|time| !time.is_empty())
        .unwrap_or_default()
}

fn source(event: &Value) -> &str {
    match str_at(event, "/source/component") {
        "" => str_at(event, "/reportingComponent"),
        component => component,
    }
}

/// The message, with the part of the object that it is about: `spec.containers{web}: Container started`.
fn message(event: &Value) -> String {
    let message = str_at(event, "/message").trim();
    match str_at(event, "/involvedObject/fieldPath") {
        "" => message.to_owned(),
        path => format!("{path}: {message}"),
    }
}
